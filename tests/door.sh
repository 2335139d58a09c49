# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The front door with a build folder of its own, for the tests that source this.

door() {
	make --no-print-directory O="$work/build" "$@"
}

# fake_tree VERSION PATCHLEVEL: a few files are kernel tree enough
fake_tree() {
	rm -rf "$work/tree"
	mkdir -p "$work/tree/arch/x86/xen"
	printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = 0\n' "$1" "$2" \
		>"$work/tree/Makefile"
	touch "$work/tree/Kbuild" "$work/tree/arch/x86/Kconfig"
	echo 'void xen_write_cr3(unsigned long cr3);' \
		>"$work/tree/arch/x86/xen/mmu.c"
	git -C "$work/tree" init -q
	git -C "$work/tree" add -A
	commit_tree
}

# fake_tree_again VERSION PATCHLEVEL: a later commit of it
fake_tree_again() {
	printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = 0\n' "$1" "$2" \
		>"$work/tree/Makefile"
	commit_tree
}

commit_tree() {
	git -C "$work/tree" -c user.name=t -c user.email=t@localhost commit -qam t
}

# A hook for 64-bit, as patched.sh looks for it
hook_tree() {
	echo 'void xen_write_cr3_init(unsigned long cr3);' >>"$work/tree/arch/x86/xen/mmu.c"
	commit_tree
}

# No package is downloaded: apt-get says what it was asked for, and fails.
no_apt() {
	mkdir -p "$work/no-apt"
	printf '#!/bin/sh\necho "E: asked for $*"\nexit 100\n' >"$work/no-apt/apt-get"
	chmod +x "$work/no-apt/apt-get"
	PATH=$work/no-apt:$PATH "$@"
}
