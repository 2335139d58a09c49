#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make $O/toolstack-$XEN/root.cpio: what dom0 needs to create domUs, beside PID 1.
# That is Debian's Xen toolstack, from packages that are unpacked and not
# installed, the program that drives it and the one that looks at base pointers.
# Reads nothing that is built.
. scripts/run/lib.sh

dir=$O/toolstack-$XEN
bin=/usr/lib/xen-$XEN/bin
want="xen-utils-$XEN libxen-dev libc-bin"
mkdir -p "$dir"

get_packages() {
	need_disk 300 "$dir"
	rm -rf "$dir/apt" "$dir/sysroot" "$dir/packages"
	mkdir -p "$dir/sysroot"
	# shellcheck disable=SC2086 # words are wanted
	scripts/fetch/apt.sh "$dir/apt" "$(xen_suite "$XEN")" install $want
	for deb in "$dir"/apt/*.deb; do
		dpkg-deb -x "$deb" "$dir/sysroot" ||
			die "$deb cannot be unpacked; try again"
		# shellcheck disable=SC2016 # dpkg-deb's variables
		dpkg-deb -W --showformat '${Package} ${Version}\n' "$deb"
	done >"$dir/packages.new"
	# Since Debian 13 no package holds these two.
	for d in lib lib64; do
		[ -e "$dir/sysroot/$d" ] || ln -s "usr/$d" "$dir/sysroot/$d"
	done
	rm -rf "$dir/apt"
	echo "$want" >"$dir/wanted"
	mv "$dir/packages.new" "$dir/packages"
}

if [ ! -e "$dir/packages" ] || [ "$(cat "$dir/wanted")" != "$want" ]; then
	say "getting the toolstack of Xen $XEN"
	get_packages
fi

root=$dir/root
rm -rf "$root"
mkdir -p "$root/etc/xen"
: >"$root/etc/xen/xl.conf"
log=$dir/build.log
build_program "$log" -static -std=gnu11 -D_GNU_SOURCE -DXEN_BIN="\"$bin\"" -o "$root/domus" \
	scripts/guests/domus.c scripts/guests/backends.c scripts/guests/grub.c scripts/guests/relay.c \
	scripts/guests/steps.c scripts/guests/toolstack.c scripts/guests/frame.c scripts/guests/cmdline.c \
	scripts/pvboot/channel.c scripts/pvboot/console.c
build_program "$log" -static -std=gnu11 -D_GNU_SOURCE -o "$root/hotplug" \
	scripts/guests/hotplug.c scripts/guests/nic.c scripts/guests/xenbus.c
# Static, as the libc that it is compiled for is not that of the toolstack.
build_program "$log" -static -I"$dir/sysroot/usr/include" \
	-L"$dir/sysroot/usr/lib/x86_64-linux-gnu" -o "$root/basectx" \
	scripts/guests/basectx.c -lxenctrl -lxenforeignmemory -lxendevicemodel \
	-lxenevtchn -lxengnttab -lxencall -lxentoollog -lxentoolcore

# It copies programs with the libraries they need.  xl loads libgcc_s only when
# it cancels a thread, and aborts without.  The user's own python3, if there is
# one, lacks its modules.
/usr/bin/python3 "$(command -v lddtree)" -R "$dir/sysroot" --copy-to-tree "$root" \
	"$bin/xl" "$bin/libxl-save-helper" "$bin/xenstored" "$bin/xenconsoled" \
	"$bin/xen-init-dom0" "$bin/xenctx" \
	/lib/x86_64-linux-gnu/libgcc_s.so.1 >"$dir/lddtree.log" 2>&1 ||
	die "lddtree cannot collect the toolstack; see $dir/lddtree.log"
if grep -q 'could not' "$dir/lddtree.log"; then
	die "libraries are missing; see $dir/lddtree.log"
fi

pack_root "$root" "$dir/root.cpio"
