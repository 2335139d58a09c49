#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Write a line's series anew:	series.sh TARGET_FOLDER
# A new in-tree file has its source here, at its in-tree path; the patch that
# adds it takes its text from there.  Edits of existing files live in the
# patches alone.  The result depends on nothing else: run twice, same bytes.
. scripts/run/lib.sh

out=$1
repo=$B/scratch
git="git -C $repo"
author="Xen PV boot project"

# Where a file of the series has its source here.  The documents of x86 moved
# to arch/ in v6.4.
source_of() {
	case $1 in
	Documentation/x86/*) echo "Documentation/arch/${1#Documentation/}" ;;
	*) echo "$1" ;;
	esac
}

# The file as it came: patched.sh tracks what it changes, all else is as it was.
base_file() {
	git -C "$B/tree" show "base:$1" 2>/dev/null || cat "$B/tree/$1" ||
		die "$(cat "$B/base") has no $1"
}

# Where Debian has no tree, there is no need of one without new files.
if [ -z "$(line_says "$LINE" package)" ]; then
	! grep -lx -e '--- /dev/null' "$SERIES"/0*.patch ||
		die "$SERIES adds files, and Debian has no tree of $LINE to write it for"
	say "$LINE: only edits of existing files, nothing to write anew"
	exit 0
fi

rm -rf "$repo"
git init -q "$repo"
GIT_AUTHOR_DATE='1 Jan 2000 00:00:00 +0000'
GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
export GIT_AUTHOR_DATE GIT_COMMITTER_DATE

# The base: what the patches touch is enough.
find "$SERIES" -name '*.patch' -exec sed -n 's|^--- a/||p' {} + |
	sort -u >"$repo/.git/touched"
while read -r f; do
	mkdir -p "$(dirname "$repo/$f")"
	base_file "$f" >"$repo/$f"
done <"$repo/.git/touched"
$git add -Af
$git commit -qm base
after=
for p in "$SERIES"/rewind/*.patch; do
	[ -e "$p" ] || break
	after=", after rewind/"
	$git am -q "$p" || die "$p does not apply"
done
$git branch base

unset GIT_AUTHOR_DATE
for p in "$SERIES"/0*.patch; do
	case ${p##*/} in
	0000-*) continue ;;
	esac
	$git am -q --committer-date-is-author-date "$p" ||
		die "$p does not apply"
	$git show --name-only --diff-filter=A --format= >"$repo/.git/added"
	while read -r f; do
		src=$(source_of "$f")
		[ -e "$src" ] || die "$p adds $f, which has no source at $src"
		cat "$src" >"$repo/$f"
	done <"$repo/.git/added"
	$git commit -qa --amend --no-edit --date="$($git log -1 --format=%ad)"
done

new=$repo/.git/new
$git format-patch -q --zero-commit --no-signature --abbrev=12 --numbered \
	-o "$new" base
n=$($git rev-list --count base..HEAD)
{
	sed "s|^Subject: \[PATCH 0/[0-9]*\]|Subject: [PATCH 0/$n]|
		/^$author ([0-9]*):\$/,\$d" "$SERIES/0000-cover-letter.patch"
	$git shortlog -w72,2,4 base..HEAD
	$git diff --stat=72 --summary base HEAD
	echo
	echo "Base: $(cat "$B/base")$after"
} >"$new/0000-cover-letter.patch"

mkdir -p "$out"
rm -f "$out"/0*.patch
mv "$new"/*.patch "$out"
rm -rf "$repo"
