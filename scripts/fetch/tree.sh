#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Get the kernel tree, $KERNEL or the package of $LINE, into $B/tree, a git work
# tree of ours with the branch "base", and say in $B/base which tree it is.  The
# user's tree is only read.
. scripts/run/lib.sh

src=$B/tree

# commit_base WHICH: make "base" with one file tracked; patched.sh adds those it
# patches.  The others lie beside them untracked: hashing 80,000 files would take a
# minute.  So it is the message that makes the commits of another tree other ones, by
# which make sees that there is something to build.
commit_base() {
	GIT_AUTHOR_DATE='1 Jan 2000 00:00:00 +0000'
	GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
	export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
	rm -rf "$src/.git"
	git -C "$src" init -q
	git -C "$src" add -f Makefile
	git -C "$src" commit -qm 'The tree as it came' -m "$1"
	git -C "$src" branch -q base
	echo "$1" | update "$B/base"
}

from_debian() {
	[ ! -e "$B/base" ] || exit 0
	pkg=$(line_says "$LINE" package)
	mkdir -p "$B"
	need_disk 4000 "$B"
	deb=$(scripts/fetch/deb.sh "$pkg" "$(line_says "$LINE" suite)")
	say "unpacking ${deb##*/}"
	rm -rf "$src"
	mkdir "$src"
	dpkg-deb --fsys-tarfile "$deb" |
		tar -xO "./usr/src/$pkg.tar.xz" |
		tar -xJ -C "$src" --strip-components=1 ||
		die "$deb cannot be unpacked; delete it and try again"
	commit_base "Debian $pkg $(dpkg-deb -f "$deb" Version)"
}

# Nothing of git's is shared with the user's repository, not even as alternate
# objects: git touches the dates of those it would have written itself.
from_git() {
	if [ -z "$REV" ]; then
		changes=$(git -C "$KERNEL" status --porcelain --untracked-files=no | wc -l)
		[ "$changes" -eq 0 ] ||
			die "$KERNEL has local changes in $changes files, which a run would not test; commit or stash them, or name a commit by REV="
	fi
	head=$(git -C "$KERNEL" rev-parse "${REV:-HEAD}^{commit}")
	old=$(cat "$B/head" 2>/dev/null || :)
	[ "$head" != "$old" ] || return 0
	# Whoever interrupts this finds no base.
	rm -f "$B/head" "$B/base"

	if [ -n "$old" ] && git -C "$KERNEL" cat-file -e "$old^{commit}" 2>/dev/null; then
		say "going from $old to $head of $KERNEL"
		checkout_base "$src"
		git -C "$KERNEL" diff -z --name-only --no-renames --diff-filter=D \
			"$old" "$head" | (cd "$src" && xargs -0 -r rm -f)
		git -C "$KERNEL" diff -z --name-only --no-renames --diff-filter=d \
			"$old" "$head" |
			xargs -0 -r git -C "$KERNEL" --literal-pathspecs archive "$head" |
			tar -xmi -C "$src"
	else
		say "taking $head of $KERNEL"
		rm -rf "$src"
		need_disk 4000 "$B"
		mkdir "$src"
		git -C "$KERNEL" archive "$head" | tar -xm -C "$src"
	fi
	commit_base "$KERNEL $(git -C "$KERNEL" describe --always --abbrev=12 "$head")"
	echo "$head" >"$B/head"
}

# A build by O= inside the tree has a link to it, and may be larger.
builds_inside() {
	(cd "$KERNEL" && find . -maxdepth 4 -type l -name source -printf '%h\n') |
		while read -r d; do
			[ ! -e "$KERNEL/$d/.config" ] || echo "${d#.}"
		done
}

from_folder() {
	builds_inside >"$B/builds"
	# shellcheck disable=SC2046 # a list
	print=$(cd "$KERNEL" && find . -name .git -prune -o $(sed 's/.*/-path .& -prune -o/' "$B/builds") \
		-printf '%P %s %T@\n' | sort | sha256sum | cut -c 1-16)
	[ "$(cat "$B/base" 2>/dev/null)" != "$KERNEL $print" ] || return 0
	need_disk 4000 "$B"
	say "copying $KERNEL"
	rm -f "$B/base"
	mkdir -p "$src"
	[ ! -d "$src/.git" ] || checkout_base "$src"
	# By content, with new dates: make must see what has changed.  What a
	# build inside the tree has left there is not wanted.
	rsync -rlpc --delete --exclude-from="$B/builds" --exclude=/.git --exclude='*.o' --exclude='*.cmd' \
		--exclude='*.a' --exclude=/.config --exclude=/include/config \
		--exclude=/include/generated \
		--exclude=/arch/x86/include/generated "$KERNEL/" "$src/" ||
		die "$KERNEL cannot be copied"
	commit_base "$KERNEL $print"
}

if [ -z "$KERNEL" ]; then
	from_debian
	exit 0
fi

mkdir -p "$B"
if [ -n "$REV" ] || { [ -e "$KERNEL/.git" ] && git -C "$KERNEL" rev-parse -q --verify HEAD >/dev/null; }; then
	from_git
else
	from_folder
fi
