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

# Does a commit hold a first stage for 64-bit?  mmu.c of old has one for 32-bit.
has_hook() {
	$git show "$1:$file" | holds_hook
}
holds_hook() {
	unifdef -DCONFIG_X86_64 -UCONFIG_X86_32 | grep -q 'xen_write_cr3_init('
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
	commit_patch "$src" "$1"
}

none() {
	mkdir -p "$to/$1"
	echo none | update "$to/$1/commit"
}

record() {
	mkdir -p "$to/$1"
	$git rev-parse HEAD | update "$to/$1/commit"
}

take_tree "$src"
$git diff --quiet ||
	die "$src has local changes; edit the series or use KERNEL=, then delete it"
checkout_base "$src"
$git checkout -q base

file=
for f in arch/x86/xen/mmu_pv.c arch/x86/xen/mmu.c; do
	if grep -q 'xen_write_cr3(' "$src/$f" 2>/dev/null; then
		file=$f
		break
	fi
done
[ -n "$file" ] || die "$(cat "$B/base") has no xen_write_cr3() in arch/x86/xen"

# candidates LINE: it, and the others that are for a tree without the hook
candidates() {
	for l in "$1" $(all_lines); do
		case $l,$(line_says "$l" tree) in
		"$1",*) ;;
		*,rewind | *,"as it is, without the hook") ;;
		*) continue ;;
		esac
		echo "patches/$l"
	done | awk '!seen[$0]++'
}

# shellcheck disable=SC2153 # the front door sets it
line=$LINE
if [ -z "$SERIES" ]; then
	line=$(line_for "$($git show base:Makefile | tree_version)")
	# With the hook it needs none; which one it would be is said all the same.
	# shellcheck disable=SC2046 # a list
	holds_hook <"$src/$file" ||
		line=$(scripts/build/choose.py "$src" $(candidates "$line")) || exit
	SERIES=$PWD/patches/$line
fi

# What a tree needs before the series can go onto it.  The folder of a user's
# series need not have that: then it is as for the line.
of_line() {
	if [ -e "$SERIES/$1" ]; then
		echo "$SERIES/$1"
	else
		echo "$PWD/patches/$line/$1"
	fi
}
toolchain=$(of_line toolchain)
rewind=$(of_line rewind)

# Track what the patches touch, and where the hook is looked for.  This is done in
# an index of its own: whoever is killed here must not leave one that holds more
# than the commit, or going back to the commit would delete those files.
index=$src/.git/index
cp "$index" "$index.new"
export GIT_INDEX_FILE="$index.new"
{
	# Not every line has all three.
	find "$SERIES" "$toolchain" "$rewind" tests/regressions -name '*.patch' \
		-exec sed -n 's|^--- a/||p' {} + 2>/dev/null || :
	echo arch/x86/xen/mmu.c
	echo arch/x86/xen/mmu_pv.c
} | sort -u | while read -r f; do
	[ ! -e "$src/$f" ] || $git add -f "$f"
done
$git diff --cached --quiet ||
	GIT_COMMITTER_DATE='1 Jan 2000 00:00:00 +0000' \
		$git commit -q --amend --no-edit
unset GIT_INDEX_FILE
mv "$index.new" "$index"
$git checkout -q --detach base

# Debian's own kernel is the one that is known to be good.
if has_hook HEAD && [ -z "$KERNEL" ]; then
	record control
else
	none control
fi

# A tree of old needs this for the compiler of today, whatever its hook.
for p in "$toolchain"/*.patch; do
	[ ! -e "$p" ] || apply "$p" if_it_fits
done

why=
hook=without
! has_hook HEAD || hook=with
case $hook,${KERNEL:+own},$(sed -n 's/^tree: //p' "$(of_line line)") in
with,own,rewind | with,*,"as it is, without the hook")
	say "the tree has the hook: ${SERIES##*/} skipped, the tree is tested as it is"
	none without
	record with
	exit 0
	;;
with,,rewind)
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
