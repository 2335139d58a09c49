# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Kernels that somebody else has built: what is taken of them, and what is refused.
# They are kernels in their form alone.
. tests/door.sh

kernel=$work/kernel

# made [NAME=VALUE...]
made() {
	rm -rf "$kernel"
	/usr/bin/python3 tests/image.py "$kernel" "$@"
}

# take [VARIABLE=VALUE...]: the step, without a boot
take() {
	door kernel IMAGE="$kernel/vmlinuz" MODULES="$kernel/modules" "$@"
}

# The folder of the last one that was taken
folder() {
	for b in "$work"/build/image-*/with/built; do
		[ ! -e "$b" ] || echo "${b%/with/built}"
	done
}

taken() {
	rm -rf "$work"/build/image-*
	made "$@"
	status 0 take
	b=$(folder)
	[ "$(cat "$b/with/built")" = 9.9.0-test ]
	[ "$(cat "$b/with/compiler")" = "gcc 12.2.0, GNU ld 2.40" ]
	cmp "$kernel/vmlinuz" "$b/with/bzImage"
	cmp "$kernel/vmlinux" "$b/with/vmlinux"
}
for how in gzip xz zstd; do
	t "image: packed by $how" taken packed=$how
done
# Each after what it depends on, and none that nobody asked for
modules_in_order() {
	b=$(folder)
	ls "$b/modules" >"$work/list"
	cat "$work/list"
	[ "$(sed 's/^[0-9]*-//; s/\.ko$//' "$work/list" | paste -sd' ')" = \
		"xen-evtchn xen-gntdev first xen-privcmd xenfs" ]
	for f in "$b"/modules/*; do
		[ "$(head -c 4 "$f" | tail -c 3)" = ELF ]
	done
}
t "image: modules in their order, unpacked" modules_in_order
not_again() {
	b=$(folder)
	touch "$work/mark"
	status 0 take
	[ -z "$(find "$b" -newer "$work/mark" -type f ! -name 'taken.new')" ]
	made release=9.9.0-more
	status 0 take
	[ "$(cat "$b/with/built")" = 9.9.0-more ]
}
t "image: taken again only if it has changed" not_again
with_symbols() {
	made
	cp "$kernel/vmlinux" "$work/vmlinux"
	status 0 take VMLINUX="$work/vmlinux"
	made release=9.9.1
	refused "VMLINUX=.* is not that of the image, which is 9.9.1" take VMLINUX="$work/vmlinux"
}
t "image: VMLINUX= of this kernel and of another one" with_symbols

# is_refused WORDS [NAME=VALUE...]
is_refused() {
	words=$1
	shift
	made "$@"
	refused "$words" take
}
t "image: without Xen PV" is_refused "is built without Xen PV" note=18
t "image: for 32 bits" is_refused "is not a kernel of 64 bits" flags=0
t "image: too old" is_refused "from before 3.8" protocol=0x209
t "image: modules of another kernel" is_refused "is of another kernel than the image" magic=9.9.1
t "image: not packed in any known way" is_refused "cannot be unpacked" packed=none
cut() {
	made
	head -c 1100 "$kernel/vmlinuz" >"$work/cut"
	refused "cannot be unpacked|holds no vmlinux" door kernel IMAGE="$work/cut" ROLE=dom0
	head -c 100 "$kernel/vmlinuz" >"$work/cut"
	refused "is not a bzImage" door kernel IMAGE="$work/cut" ROLE=dom0
}
t "image: cut" cut
no_modules() {
	made
	refused "has no xen-evtchn, .*ROLE=dom0" door kernel IMAGE="$kernel/vmlinuz"
	status 0 door kernel IMAGE="$kernel/vmlinuz" ROLE=dom0
	made builtin=,xen/evtchn,xen/gntdev,xen/privcmd,xenfs,
	status 0 door kernel IMAGE="$kernel/vmlinuz"
}
t "image: what the toolstack needs is a module, built in, or missing" no_modules

# deb NAME DEPENDS: of what is in $work/deb
deb() {
	mkdir -p "$work/deb/DEBIAN"
	printf 'Package: %s\nVersion: 1\nArchitecture: amd64\nMaintainer: me\nDescription: x\nDepends: %s\n' \
		"$1" "${2:-dpkg}" >"$work/deb/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$work/deb" "$work/debs/$1_1_amd64.deb" >/dev/null
	rm -rf "$work/deb"
}
packages() {
	rm -rf "$work/debs" "$work"/build/image-*
	mkdir -p "$work/debs" "$work/deb/boot" "$work/deb/lib/modules"
	made
	cp "$kernel/vmlinuz" "$work/deb/boot/vmlinuz-9.9.0-test"
	deb linux-image-9.9.0-test "kmod, linux-modules-9.9.0-test (= 1)"
	mkdir -p "$work/deb/lib/modules"
	cp -r "$kernel/modules" "$work/deb/lib/modules/9.9.0-test"
	deb linux-modules-9.9.0-test
	status 0 door kernel PACKAGE="$work/debs/linux-image-9.9.0-test_1_amd64.deb"
	b=$(folder)
	[ "$(cat "$b/base")" = "linux-image-9.9.0-test 1" ]
	[ "$(find "$b/modules" -type f | wc -l)" -eq 5 ]
	rm "$work"/debs/linux-modules*
	refused "needs linux-modules-9.9.0-test, which is not beside it" \
		door kernel PACKAGE="$work/debs/linux-image-9.9.0-test_1_amd64.deb"
	mkdir -p "$work/deb/usr"
	deb linux-image-empty
	refused "holds no kernel" door kernel PACKAGE="$work/debs/linux-image-empty_1_amd64.deb"
}
t "package: a .deb, and what it depends on beside it" packages
asked_for() {
	refused "cannot download linux-image-amd64 of Debian's bookworm" \
		no_apt make --no-print-directory O="$work/build" kernel PACKAGE=linux-image-amd64
	refused "cannot download linux-image-amd64 of Debian's trixie" \
		no_apt make --no-print-directory O="$work/build" kernel PACKAGE=linux-image-amd64 LINE=v6.12
	refused "cannot download linux-image-rt-amd64 of Debian's sid" \
		no_apt make --no-print-directory O="$work/build" kernel PACKAGE=linux-image-rt-amd64/sid
}
t "package: which one of which release" asked_for

# Modules in the root that every guest gets, and no compiler of the machine's
roots() {
	made
	status 0 door guests IMAGE="$kernel/vmlinuz" MODULES="$kernel/modules" ROLE=dom0
	b=$(folder | head -n 1)
	for f in "$work"/build/image-*/guests/root.cpio; do
		cpio -t --quiet <"$f" >"$work/list"
		says '^modules/02-first.ko$' "$work/list"
		says '^init$' "$work/list"
	done
}
t "image: its modules are in the guests' root" roots
