# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# A new kernel line is a folder of patches/ and nothing else, a new hypervisor a
# line of scripts/fetch/xens: both are made up here.
. tests/door.sh

here=$work/here
mkdir "$here"
cp -r Makefile Kconfig scripts patches "$here"
mkdir "$here/patches/v8.8"
cat >"$here/patches/v8.8/line" <<'END'
package: linux-source-8.8
suite: sid
tree: as it is, with the hook
for: submission
note: Made up.
END
cp patches/v7.3/0* "$here/patches/v8.8"
echo "4.88: sid" >>"$here/scripts/fetch/xens"

in_help() {
	make --no-print-directory -C "$here" help >"$work/help"
	says "^  v8.8 +linux-source-8.8 of Debian's sid; for submission$" "$work/help"
	says "^  4.88 +of Debian's sid$" "$work/help"
}
t "new line, new Xen: in the help" in_help

in_menu() {
	mkdir -p "$work/no-menu"
	# shellcheck disable=SC2016 # for the script
	printf '#!/bin/sh\ncat "$O/Kconfig.line" "$O/Kconfig.xen"\n' >"$work/no-menu/kconfig-mconf"
	chmod +x "$work/no-menu/kconfig-mconf"
	PATH=$work/no-menu:$PATH make --no-print-directory -C "$here" \
		O="$work/build" menuconfig >"$work/menu"
	says '^config LINE_V8_8$' "$work/menu"
	says '^	  Made up\.$' "$work/menu"
	says '^	default "v8.8" if LINE_V8_8$' "$work/menu"
	says '^	default "4.88" if XEN_4_88$' "$work/menu"
	says '^	default LINE_V6_1$' "$work/menu"
}
t "... in the menu" in_menu

downloaded() {
	refused "cannot download linux-source-8.8 of Debian's sid" \
		no_apt make --no-print-directory -C "$here" O="$work/build" tree LINE=v8.8
	refused "cannot download xen-hypervisor-4.88-amd64 of Debian's sid" \
		no_apt make --no-print-directory -C "$here" O="$work/build" machine XEN=4.88
}
t "... asked for where it is" downloaded

chosen() {
	fake_tree 9 1
	# It is asked for by name, whatever the tree.
	refused "patches/v8.8 is for a tree that has it" make --no-print-directory -C "$here" \
		O="$work/build" patched KERNEL="$work/tree" LINE=v8.8
	# Else it is the newest that is not newer than the tree.
	fake_tree 9 1
	refused "no series fits this tree; the nearest is v8.8" make --no-print-directory \
		-C "$here" O="$work/build" patched KERNEL="$work/tree"
	fake_tree 8 1
	hook_tree
	status 0 make --no-print-directory -C "$here" O="$work/build" patched KERNEL="$work/tree"
	says "v7.3 skipped" "$work/err"
}
t "... chosen for a tree of its age" chosen
