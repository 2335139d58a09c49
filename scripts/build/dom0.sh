#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make the root of a dom0 that creates domUs, $B/guests/dom0-$XEN.cpio: that of
# any guest, the toolstack, and in /domu the domUs' kernels and their root.  Reads
# $B/guests/root.cpio, $O/toolstack-$XEN/root.cpio and the kernels in $B.
. scripts/run/lib.sh

dir=$B/guests
cat "$dir/root.cpio" "$O/toolstack-$XEN/root.cpio" >"$dir/dom0.new"
{
	echo "dir /domu 0755 0 0"
	echo "file /domu/initrd $dir/root.cpio 0644 0 0"
	for v in without with; do
		[ ! -s "$B/$v/built" ] ||
			echo "file /domu/$v $B/$v/bzImage 0644 0 0"
	done
} >"$dir/domu.list"
"$dir/gen_init_cpio" "$dir/domu.list" >>"$dir/dom0.new"
mv "$dir/dom0.new" "$dir/dom0-$XEN.cpio"
