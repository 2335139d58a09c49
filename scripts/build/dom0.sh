#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make the root of a dom0 that creates domUs:	dom0.sh CPIO KERNEL...
# That is the root of any guest, the toolstack, and in /domu the domUs' root and
# those of the kernels $B/KERNEL that there are.  Reads $B/guests/root.cpio and
# $O/toolstack-$XEN_NAME/root.cpio.
. scripts/run/lib.sh

cpio=$1
shift
dir=$B/guests
root=$dir/domus
rm -rf "$root"
mkdir -p "$root/domu"
cp "$dir/root.cpio" "$root/domu/initrd"
for v; do
	[ ! -s "$B/$v/built" ] || cp "$B/$v/bzImage" "$root/domu/${v##*/}"
done
pack_root "$root" "$dir/domus.cpio"
cat "$dir/root.cpio" "$O/toolstack-$XEN_NAME/root.cpio" "$dir/domus.cpio" >"$cpio.new"
rm -rf "$root" "$dir/domus.cpio"
mv "$cpio.new" "$cpio"
