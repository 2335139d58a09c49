#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make the root of a dom0 that creates domUs, $B/guests/dom0-$XEN_NAME.cpio: that of
# any guest, the toolstack, and in /domu the domUs' kernels and their root.  Reads
# $B/guests/root.cpio, $O/toolstack-$XEN_NAME/root.cpio and the kernels in $B.
. scripts/run/lib.sh

dir=$B/guests
root=$dir/domus
rm -rf "$root"
mkdir -p "$root/domu"
cp "$dir/root.cpio" "$root/domu/initrd"
for v in without with; do
	[ ! -s "$B/$v/built" ] || cp "$B/$v/bzImage" "$root/domu/$v"
done
pack_root "$root" "$dir/domus.cpio"
cat "$dir/root.cpio" "$O/toolstack-$XEN_NAME/root.cpio" "$dir/domus.cpio" >"$dir/dom0.new"
rm -rf "$root" "$dir/domus.cpio"
mv "$dir/dom0.new" "$dir/dom0-$XEN_NAME.cpio"
