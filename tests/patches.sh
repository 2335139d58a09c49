# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The patches as a maintainer's scripts see them.  Needs the tree of boot.sh.

top=$PWD
checkpatch=$tree/tree/scripts/checkpatch.pl

# The person who submits signs off, so no committed patch may.  By standard
# input: a file that git tracks checkpatch takes for source.
patch_is_clean() {
	# No history is at hand in which a cited commit could be looked up.  Whether
	# MAINTAINERS knows a new file is asked in tests/maintainers.sh.
	"$checkpatch" --strict --no-tree --no-summary --terse \
		--ignore MISSING_SIGN_OFF,UNKNOWN_COMMIT_ID,FILE_PATH_CHANGES - <"$1"
	! grep -q '^Signed-off-by:' "$1"
}
for p in patches/*/0*.patch patches/*/rewind/*.patch patches/*/toolchain/*.patch; do
	case $p in
	*/0000-*) ;;
	*) [ ! -e "$p" ] || t "checkpatch ${p#patches/}" patch_is_clean "$p" ;;
	esac
done

# CAMELCASE: libelf's names.  PREFER_DEFINED_ATTRIBUTE_MACRO: compiler.h
# defines those macros.
c_is_clean() {
	"$checkpatch" --strict --no-tree --no-summary --terse \
		--ignore CAMELCASE,PREFER_DEFINED_ATTRIBUTE_MACRO -f "$@"
}
t "checkpatch of the C files" c_is_clean scripts/pvboot/*.[ch] scripts/exit.c \
	scripts/bench/*.[ch] scripts/guests/*.c tests/*.c tools/testing/selftests/x86/*.c \
	arch/x86/xen/tests/*.c

# am SERIES TREE BASE: git am, without fuzz (git knows none) or white space
am_is_clean() {
	rm -rf "$work/am"
	git -c safe.directory='*' clone -q --shared --no-checkout "$2" "$work/am"
	git -C "$work/am" checkout -q "$3"
	set -- "$1"/toolchain/*.patch "$1"/rewind/*.patch "$1"/0*.patch
	for p in "$@"; do
		case $p in
		*\** | */0000-*) ;;
		*) git -C "$work/am" -c user.name=t -c user.email=t@localhost am -q \
			--whitespace=error-all "$top/$p" ;;
		esac
	done
}
t "git am patches/v6.1" am_is_clean patches/v6.1 "$tree/tree" refs/remotes/origin/base
am_other() {
	status 0 make --no-print-directory patched LINE="$1"
	am_is_clean "patches/$1" "$O/$1/tree" refs/remotes/origin/base
}
other_lines "git am" am_other
# A tree of that age is not in Debian; V3_9= names one without the hook.
if [ -n "${V3_9:-}" ]; then
	t "git am patches/v3.9" am_is_clean patches/v3.9 "$V3_9" HEAD
else
	skip "git am patches/v3.9" "no tree at hand; V3_9=path names one"
fi

# What W=1 and sparse say of the touched file with the series must be what they
# say without it.  It includes the KUnit suite.
complaints() {
	git -C "$tree/tree" checkout -q --detach "$(cat "$tree/$1/commit")"
	# The series has an option that the tree without it does not know.
	cp "$tree/$1/.config" "$tree/obj/.config"
	shift
	rm -f "$tree/obj/arch/x86/xen/mmu_pv.o"
	B=$tree scripts/kmake.sh "$@" arch/x86/xen/mmu_pv.o \
		>"$work/complaints" 2>&1 || {
		cat "$work/complaints" >&2
		return 1
	}
	grep -q 'CC .*mmu_pv.o' "$work/complaints"
	sed -n 's/.*\(mmu_pv\|cr3_kunit\)\.c:[0-9:]* //p' "$work/complaints" | sort
}
nothing_new() {
	complaints without "$@" >"$work/before"
	complaints with "$@" >"$work/after"
	diff "$work/before" "$work/after"
}
t "W=1 says nothing new of mmu_pv.c" nothing_new W=1
t "sparse says nothing new of mmu_pv.c" nothing_new C=2

no_mismatch() {
	! grep -i 'section mismatch' "$tree/without/kernel.log" "$tree/with/kernel.log"
}
t "no section mismatch" no_mismatch
