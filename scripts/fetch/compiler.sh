#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Get Debian's compiler and what pvboot is made with, unpacked and not installed:
#	compiler.sh [PACKAGE]
# Leaves $O/compiler/root, or, with a package more, $O/compiler-PACKAGE/root.
. scripts/run/lib.sh

dir=$O/compiler${1:+-$1}
want="gcc libc6-dev libcjson-dev libelf-dev make${1:+ $1}"
[ ! -e "$dir/packages" ] || [ "$(cat "$dir/packages")" != "$want" ] || exit 0

say "${1:-a compiler} is not installed; getting Debian's into $dir"
mkdir -p "$dir"
need_disk 500 "$dir"
rm -rf "$dir/apt" "$dir/root"
mkdir "$dir/root"
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# shellcheck disable=SC2086 # words are wanted
scripts/fetch/apt.sh "$dir/apt" "${suite:-bookworm}" install $want
for deb in "$dir"/apt/*.deb; do
	dpkg-deb -x "$deb" "$dir/root" || die "$deb cannot be unpacked; try again"
done
# Since Debian 13 no package holds these two.
for d in lib lib64; do
	[ -e "$dir/root/$d" ] || ln -s "usr/$d" "$dir/root/$d"
done
rm -rf "$dir/apt"
echo "$want" >"$dir/packages"
