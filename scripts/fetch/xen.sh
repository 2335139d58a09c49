#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Get Debian's hypervisor and unpack it for QEMU's multiboot loader, into
# $O/xen-$XEN/xen, with its version beside it.
. scripts/run/lib.sh

dir=$O/xen-$XEN
mkdir -p "$dir"
deb=$(scripts/fetch/deb.sh "xen-hypervisor-$XEN-amd64" "$(xen_suite "$XEN")")
dpkg-deb --fsys-tarfile "$deb" | tar -xO "./boot/xen-$XEN-amd64.gz" |
	gzip -dc >"$dir/xen.new" ||
	die "$deb cannot be unpacked; delete it and try again"
echo "Debian xen-hypervisor-$XEN-amd64 $(dpkg-deb -f "$deb" Version)" >"$dir/version"
mv "$dir/xen.new" "$dir/xen"
