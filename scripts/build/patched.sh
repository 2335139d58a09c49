#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Put the series onto the tree, as commits: $B/without/commit names the tree that
# the series goes onto, $B/with/commit the one with it, $B/control/commit Debian's
# as it is; or "none".  $B/without/expect is what the first has to show, and
# $B/without/why why it does not die.  As `patched.sh lint` it stops before the
# series, and all this is in $B/lint.  Reads $B/tree and $SERIES, whose `line`
# says what tree it is for.
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
	for f in patches/v*/line; do
		f=${f#patches/v}
		echo "${f%/line} series"
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

# apply PATCH [IF_IT_FITS]
apply() {
	if $git apply --check --reverse "$1" 2>/dev/null; then
		say "${1##*/} skipped: the tree has it already"
		return
	fi
	if [ $# -gt 1 ] && ! $git apply --check "$1" 2>/dev/null; then
		say "${1##*/} skipped: there is no place for it in the tree"
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
# shellcheck disable=SC2153 # the front door sets it
line=$LINE
if [ -z "$SERIES" ]; then
	line=v$(choose_series "$version")
	[ "$line" != v ] ||
		die "Linux $version is older than v3.9, where the hook begins"
	SERIES=$PWD/patches/$line
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

# A tree of old needs this for the compiler of today, whatever its hook.
for p in "$SERIES"/toolchain/*.patch; do
	[ ! -e "$p" ] || apply "$p" if_it_fits
done

why=
hook=without
! has_hook HEAD || hook=with
# The folder of a user's series may say nothing: then it is one of this line.
of=$SERIES/line
[ -e "$of" ] || of=patches/$line/line
case $hook,${KERNEL:+own},$(sed -n 's/^tree: //p' "$of") in
with,own,rewind | with,*,"as it is, without the hook")
	say "the tree has the hook: ${SERIES##*/} skipped, the tree is tested as it is"
	none without
	record with
	exit 0
	;;
with,,rewind)
	rewind=$SERIES/rewind
	[ -d "$rewind" ] || rewind=patches/$line/rewind
	for p in "$rewind"/*.patch; do
		apply "$p"
	done
	! has_hook HEAD || die "$rewind leaves the hook in the tree"
	;;
with,*)
	why="it has a hook"
	;;
without,*,"as it is, with the hook")
	die "$(cat "$B/base") has no hook, and $SERIES is for a tree that has it"
	;;
esac
record without
[ -n "$why" ] || ! has_guard || why="xen_get_user_pgd() waits for struct pages"
expect=early-full-load
[ -z "$why" ] || expect=boot
echo $expect | update "$to/without/expect"
echo "$why" | update "$to/without/why"
[ "$to" = "$B" ] || exit 0

for p in "$SERIES"/0*.patch; do
	case ${p##*/} in
	0000-*) ;;
	*) apply "$p" ;;
	esac
done
record with
