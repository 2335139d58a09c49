#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Put the series onto the tree, as commits: $B/without/commit names the tree
# without the hook, $B/with/commit the one with it, $B/control/commit Debian's as
# it is; or "none".  $B/without/expect is what the first has to show.  As
# `patched.sh lint` it stops before the series, and all this is in $B/lint.
. scripts/run/lib.sh

src=$B/tree
git="git -C $src"
to=$B${1:+/$1}

version() {
	$git show base:Makefile |
		sed -n 's/^VERSION = //p; s/^PATCHLEVEL = //p' | head -n 2 |
		paste -sd.
}

# The newest series that is not newer than the tree.
choose_series() {
	for dir in patches/v*; do
		echo "${dir#patches/v} series"
	done | { cat; echo "$1 tree"; } | sort -V -k 1,1 -k 2,2 |
		awk '$2 == "tree" { print last; exit } { last = $1 }'
}

# Does a commit hold a first stage for 64-bit?  mmu.c of old has one for 32-bit.
has_hook() {
	$git show "$1:$file" | unifdef -DCONFIG_X86_64 -UCONFIG_X86_32 |
		grep -q 'xen_write_cr3_init('
}

# Does the look-up of a user table wait for struct pages?  Then a full load does
# no harm before there are any, and there is no crash to show.
has_guard() {
	sed -n '/^static .*xen_get_user_pgd(/,/^}/p' "$src/$file" |
		grep -q xen_struct_pages_ready
}

apply() {
	if $git apply --check --reverse "$1" 2>/dev/null; then
		say "${1##*/} skipped: the tree has it already"
		return
	fi
	$git am -q --whitespace=error-all --committer-date-is-author-date "$1" \
		>"$B/am.log" 2>&1 || {
		$git am --abort 2>/dev/null || :
		grep -v -e '^error:' -e '^hint:' "$B/am.log" >&2
		die "$1 does not apply to $(cat "$B/base"); see $B/am.log"
	}
}

none() {
	mkdir -p "$to/$1"
	echo none | update "$to/$1/commit"
}

record() {
	mkdir -p "$to/$1"
	$git rev-parse HEAD | update "$to/$1/commit"
}

version=$(version)
if [ -z "$SERIES" ]; then
	line=$(choose_series "$version")
	[ -n "$line" ] ||
		die "Linux $version is older than v3.9, where the hook begins"
	SERIES=$PWD/patches/v$line
fi
[ -d "$SERIES" ] || die "$SERIES is not a folder with a series"
set -- "$SERIES"/0*.patch
[ -e "$1" ] || die "$SERIES holds no patches"

$git diff --quiet ||
	die "$src has local changes; edit the series or use KERNEL=, then delete it"

# Track what the patches touch, and where the hook is looked for.
checkout_base "$src"
$git checkout -q base
{
	find "$SERIES" -name '*.patch' -exec sed -n 's|^--- a/||p' {} +
	echo arch/x86/xen/mmu.c
	echo arch/x86/xen/mmu_pv.c
} | sort -u | while read -r f; do
	[ ! -e "$src/$f" ] || $git add -f "$f"
done
$git diff --cached --quiet ||
	GIT_COMMITTER_DATE='1 Jan 2000 00:00:00 +0000' \
		$git commit -q --amend --no-edit
$git checkout -q --detach base

file=
for f in arch/x86/xen/mmu_pv.c arch/x86/xen/mmu.c; do
	if grep -q 'xen_write_cr3(' "$src/$f" 2>/dev/null; then
		file=$f
		break
	fi
done
[ -n "$file" ] || die "$(cat "$B/base") has no xen_write_cr3() in arch/x86/xen"

# Debian's own kernel is the one that is known to be good.
if has_hook HEAD && [ -z "$KERNEL" ]; then
	record control
else
	none control
fi

if has_hook HEAD && [ -n "$KERNEL" ]; then
	say "the tree has the hook: ${SERIES##*/} skipped, the tree is tested as it is"
	none without
	record with
	exit 0
fi

for p in "$SERIES"/toolchain/*.patch; do
	[ ! -e "$p" ] || apply "$p"
done
if has_hook HEAD; then
	for p in "$SERIES"/rewind/*.patch; do
		apply "$p"
	done
	! has_hook HEAD || die "$SERIES/rewind leaves the hook in the tree"
fi
record without
expect=early-full-load
! has_guard || expect=boot
echo $expect | update "$to/without/expect"
[ "$to" = "$B" ] || exit 0

for p in "$SERIES"/0*.patch; do
	case ${p##*/} in
	0000-*) ;;
	*) apply "$p" ;;
	esac
done
record with
