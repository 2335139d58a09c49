#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make a disk with Debian's userland as Debian has it, $O/userland/disk: a file system
# on the whole of it, with systemd, and in /boot the GRUB that Xen starts in a domU.
# mmdebstrap does that without root, too.
. scripts/run/lib.sh

dir=$O/userland
new=$dir/disk.ext2
mkdir -p "$dir"
need_disk 1500 "$dir"
say "making a disk with Debian's userland"
rm -rf "$new" "$dir/grub"
dpkg-deb -x "$(scripts/fetch/deb.sh grub-xen-host bookworm)" "$dir/grub"
# shellcheck disable=SC2016 # mmdebstrap's variable
watch_command "$dir/log" mmdebstrap mmdebstrap --quiet --variant=minbase \
	--include=systemd-sysv,udev,iproute2 \
	--customize-hook='echo pvboot >"$1/etc/hostname"' \
	--customize-hook="copy-in $dir/grub/usr/lib/grub-xen/grub-x86_64-xen.bin /boot" bookworm "$new" ||
	die "mmdebstrap cannot make it; see $dir/log"
# With room for what is written there
truncate -s 512M "$new"
enlarge() {
	/sbin/e2fsck -fy "$new" || [ $? -eq 1 ]
	/sbin/resize2fs "$new"
	/sbin/tune2fs -j -c 0 -i 0 "$new"
}
(set -e; enlarge) >"$dir/log" 2>&1 || die "the file system is not well; see $dir/log"
mv "$new" "$dir/disk"
