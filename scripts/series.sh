#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Write a line's series anew:	series.sh TARGET_FOLDER
# A new in-tree file has its source here, at its in-tree path; the patch that
# adds it takes its text from there.  Edits of existing files live in the
# patches alone.  The result depends on nothing else: run twice, same bytes.
. scripts/lib.sh

out=$1
top=$PWD
repo=$B/series
author="Xen PV boot project"

[ -e "$B/base" ] || die "there is no tree in $B; run 'make tree'"
[ -z "$KERNEL" ] || die "the series is for LINE=, not for KERNEL="

rm -rf "$repo"
git init -q "$repo"
git="git -C $repo"
GIT_AUTHOR_DATE='1 Jan 2000 00:00:00 +0000'
GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
export GIT_AUTHOR_DATE GIT_COMMITTER_DATE

# The base: what the patches touch is enough.
cat "$SERIES"/rewind/*.patch "$SERIES"/0*.patch | sed -n 's|^--- a/||p' |
	sort -u | while read -r f; do
		mkdir -p "$(dirname "$repo/$f")"
		git -C "$B/tree" show "base:$f" >"$repo/$f"
	done
$git add -Af
$git commit -qm base
for p in "$SERIES"/rewind/*.patch; do
	$git am -q "$top/patches/${p#*/patches/}"
done
$git branch base

unset GIT_AUTHOR_DATE
for p in "$SERIES"/0*.patch; do
	case ${p##*/} in
	0000-*) continue ;;
	esac
	$git am -q --committer-date-is-author-date "$p" ||
		die "$p does not apply"
	$git show --name-only --diff-filter=A --format= | while read -r f; do
		[ ! -e "$f" ] || cp "$f" "$repo/$f"
	done
	$git commit -qa --amend --no-edit --date="$($git log -1 --format=%ad)"
done

new=$repo/new
$git format-patch -q --zero-commit --no-signature --abbrev=12 --numbered \
	-o "$new" base
n=$($git rev-list --count base..HEAD)
{
	sed "s|^Subject: \[PATCH 0/[0-9]*\]|Subject: [PATCH 0/$n]|
		/^$author ([0-9]*):\$/,\$d" "$SERIES/0000-cover-letter.patch"
	$git shortlog -w72,2,4 base..HEAD
	$git diff --stat=72 --summary base HEAD
} >"$new/0000-cover-letter.patch"

mkdir -p "$out"
rm -f "$out"/0*.patch
mv "$new"/*.patch "$out"
rm -rf "$repo"
