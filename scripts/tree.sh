#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Get the kernel tree into $B/tree, a git work tree of ours with the branch
# "base", and say in $B/base which tree it is.  The user's tree is only read.
. scripts/lib.sh

src=$B/tree

# Make "base" with one file tracked; patched.sh adds those it patches.  The
# others lie beside them untracked: hashing 80,000 files would take a minute.
commit_base() {
	GIT_AUTHOR_DATE='1 Jan 2000 00:00:00 +0000'
	GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
	export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
	git -C "$src" add -f Makefile
	git -C "$src" commit -qm 'The tree as it came'
	git -C "$src" branch -qf base
}

from_debian() {
	[ ! -e "$B/base" ] || exit 0
	pkg=linux-source-${LINE#v}
	mkdir -p "$B"
	need_disk 4000 "$B"
	deb=$(scripts/deb.sh "$pkg")
	say "unpacking ${deb##*/}"
	rm -rf "$src"
	mkdir "$src"
	dpkg-deb --fsys-tarfile "$deb" |
		tar -xO "./usr/src/$pkg.tar.xz" |
		tar -xJ -C "$src" --strip-components=1 ||
		die "$deb cannot be unpacked; delete it and try again"
	git -C "$src" init -q
	commit_base
	echo "Debian $pkg $(dpkg-deb -f "$deb" Version)" | update "$B/base"
}

from_git() {
	changes=$(git -C "$KERNEL" status --porcelain --untracked-files=no | wc -l)
	[ "$changes" -eq 0 ] ||
		die "$KERNEL has local changes in $changes files, which a run would not test; commit or stash them"
	head=$(git -C "$KERNEL" rev-parse HEAD)
	if [ ! -d "$src/.git" ]; then
		need_disk 4000 "$B"
		git init -q "$src"
	fi
	# Its objects are read where they are; nothing is copied or fetched.
	objects=$(cd "$KERNEL" && realpath "$(git rev-parse --git-path objects)")
	echo "$objects" >"$src/.git/objects/info/alternates"
	[ "$(git -C "$src" rev-parse -q --verify base || :)" = "$head" ] ||
		say "checking out $head of $KERNEL"
	git -C "$src" update-ref refs/heads/base "$head"
	name=$(git -C "$KERNEL" describe --always --abbrev=12 HEAD)
	echo "$KERNEL $name" | update "$B/base"
}

from_folder() {
	print=$(cd "$KERNEL" && find . -name .git -prune -o -printf '%P %s %T@\n' |
		sort | sha256sum | cut -c 1-16)
	[ "$(cat "$B/base" 2>/dev/null)" != "$KERNEL $print" ] || exit 0
	need_disk 4000 "$B"
	say "copying $KERNEL"
	mkdir -p "$src"
	# What a build inside the tree has left there is not wanted.
	rsync -a --delete --exclude=/.git --exclude='*.o' --exclude='*.cmd' \
		--exclude='*.a' --exclude=/.config --exclude=/include/config \
		--exclude=/include/generated \
		--exclude=/arch/x86/include/generated "$KERNEL/" "$src/" ||
		die "$KERNEL cannot be copied"
	rm -rf "$src/.git"
	git -C "$src" init -q
	commit_base
	echo "$KERNEL $print" | update "$B/base"
}

if [ -z "$KERNEL" ]; then
	from_debian
	exit 0
fi

[ -d "$KERNEL" ] || die "$KERNEL is not a folder; KERNEL= wants a kernel tree"
if [ ! -e "$KERNEL/arch/x86/xen/mmu.c" ] || [ ! -e "$KERNEL/Kbuild" ] ||
   ! grep -q '^PATCHLEVEL = [0-9]' "$KERNEL/Makefile" 2>/dev/null; then
	die "$KERNEL is not a kernel tree (Makefile, Kbuild and arch/x86/xen/mmu.c are looked for)"
fi
mkdir -p "$B"
if [ -e "$KERNEL/.git" ] && git -C "$KERNEL" rev-parse -q --verify HEAD >/dev/null; then
	from_git
else
	from_folder
fi
