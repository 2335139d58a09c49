# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# A tree of the user's that changes between two runs, in a file that no patch touches:
# the second run builds what is there then.
. tests/door.sh

other_tree() {
	fake_tree 6 1
	hook_tree
	cat >>"$work/tree/Makefile" <<-'END'
		.RECIPEPREFIX = >
		allnoconfig:
		> @mkdir -p $(O)/include/config && cp $(KCONFIG_ALLCONFIG) $(O)/.config
		$(O)/vmlinux: other.c
		> @mkdir -p $(O)/arch/x86/xen && cat $^ >$(O)/arch/x86/xen/mmu.o && cat $^ >$@
		> @echo 6.1.0 >$(O)/include/config/kernel.release
		$(O)/arch/x86/boot/bzImage: $(O)/vmlinux
		> @mkdir -p $(@D) && cp $< $@
		bzImage: $(O)/arch/x86/boot/bzImage
		vmlinux: $(O)/vmlinux
	END
	echo first >"$work/tree/other.c"
	git -C "$work/tree" add -A
	commit_tree
}
# built WORD: what the kernel is made of
built() {
	status 0 door kernel KERNEL="$work/tree"
	cat "$work/err"
	says "^$1$" "$work"/build/own-tree-*/with/vmlinux
	says "^$1$" "$work"/build/own-tree-*/with/bzImage
}
in_git() {
	other_tree
	built first
	echo second >"$work/tree/other.c"
	commit_tree
	built second
	# and back
	git -C "$work/tree" reset -q --hard HEAD~
	built first
}
t "again: another commit" in_git
in_a_folder() {
	rm -rf "$work/build" "$work/tree/.git"
	built first
	echo third >"$work/tree/other.c"
	built third
}
t "again: a folder without git" in_a_folder
