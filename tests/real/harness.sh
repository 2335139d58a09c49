# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The guests' root is made from headers of the tree, so it is made anew with others.

need tree || return 0

# A folder that is kernel tree enough for the root of a guest
own=$work/linux
copy_some() {
	mkdir -p "$own/arch/x86/xen" "$own/usr" "$own/tools/testing/selftests/x86"
	cd "$tree/tree" || return
	for f in Makefile Kbuild arch/x86/Kconfig arch/x86/xen/Kconfig arch/x86/xen/mmu.c usr/gen_init_cpio.c \
		tools/testing/selftests/*.h tools/testing/selftests/x86/*.h; do
		cp "$f" "$own/$f"
	done
}
t "some files of a tree" copy_some

guests() {
	status 0 make --no-print-directory O="$work/build" guests KERNEL="$own" ROLE=dom0
	find "$work/build" -name root.cpio -newer "$work/mark" >"$work/new"
	cat "$work/new"
}
header=tools/testing/selftests/kselftest.h
made_anew() {
	touch -d yesterday "$work/mark"
	guests
	[ -s "$work/new" ]
	touch "$work/mark"
	guests
	[ ! -s "$work/new" ]
	echo '#define MOVED' >>"$own/$header"
	guests
	[ -s "$work/new" ]
}
t "make guests: another harness in the same tree" made_anew
