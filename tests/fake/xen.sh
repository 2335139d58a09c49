# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# A hypervisor of the user's own: what it is shows when it boots.

need pvboot || return 0
. tests/door.sh
. tests/pvboot.sh

mkdir -p "$work/bin"
ln -sf "$PWD/tests/fake/qemu" "$work/bin/qemu-system-x86_64"

# machine XEN: with a QEMU that says what $work/xen.log holds
machine() {
	FAKE=end FAKE_LOG="$work/xen.log" PATH=$work/bin:$PATH \
		make --no-print-directory O="$work/build" machine XEN="$1"
}
# multiboot FILE: what QEMU's loader would take
multiboot() {
	printf '\177ELF\1\1\1' >"$1"
	head -c 4089 /dev/zero >>"$1"
	printf '\002\260\255\033' >>"$1"
}
says_version() {
	printf '(XEN) Xen version %s (me@here) (gcc 12.2.0) debug=n Sun Jan  1 00:00:00 UTC 2023\r\n' "$1" >"$work/xen.log"
}
own() {
	find "$work/build" -maxdepth 1 -name 'xen-own-*'
}

by_path() {
	says_version 4.18.1
	multiboot "$work/own-xen"
	status 0 machine "$work/own-xen"
	cmp "$work/own-xen" "$(own)/xen"
	[ "$(cat "$(own)/number")" = 4.18 ]
	says '^/.*/own-xen, Xen version 4.18.1$' "$(own)/version"
	[ "$(cat "$(own)/toolstack")" = 4.17 ]
	says 'Xen 4.18 with the toolstack of 4.17, the nearest' "$work/err"
	rm -r "$(own)"
	gzip -k "$work/own-xen"
	says_version 4.20.0
	status 0 machine "$work/own-xen.gz"
	cmp "$work/own-xen" "$(own)/xen"
	[ "$(cat "$(own)/toolstack")" = 4.20 ]
	says_not nearest "$work/err"
}
t "XEN=path, packed or not, and its toolstack" by_path
none() {
	echo "no Xen" >"$work/text"
	refused "is no Xen: an ELF file for 32 bits" machine "$work/text"
	refused "is no Xen: an ELF file for 32 bits" machine /bin/ls
	refused "none is not a file" machine "$work/none"
	# one that boots, and is something else
	echo "Welcome to another kernel" >"$work/xen.log"
	multiboot "$work/other"
	status 125 machine "$work/other"
	says "XEN=.*other is no Xen that can be booted" "$work/err"
}
t "XEN=path of what is no Xen" none
newest() {
	refused "cannot download xen-hypervisor- of Debian's sid" no_apt \
		make --no-print-directory O="$work/build" machine XEN=newest
}
t "XEN=newest asks Debian" newest
