#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Put a known fault onto Debian's kernel as it is, as a commit:	regressed.sh NAME
# Reads tests/regressions/NAME.patch and $B/control/commit; leaves
# $B/regressions/NAME/commit.  "plain" is the kernel without a fault.
. scripts/run/lib.sh

name=$1
dir=$B/regressions/$name
commit=$(cat "$B/control/commit")
[ "$commit" != none ] ||
	die "$(cat "$B/base") has no hook of its own, so there is no good kernel to put $name onto"

mkdir -p "$dir"
if [ "$name" != plain ]; then
	take_tree "$B/tree"
	git -C "$B/tree" checkout -q --detach "$commit"
	commit_patch "$B/tree" "$PWD/tests/regressions/$name.patch"
	commit=$(git -C "$B/tree" rev-parse HEAD)
fi
echo "$commit" | update "$dir/commit"
