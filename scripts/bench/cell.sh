#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the command that boots one of the kernels of $O/bench/$LINE with each
# instruction counted, as scripts/boot/boots.py wants it:	cell.sh VARIANT
. scripts/run/lib.sh

dir=$O/bench/$LINE/$1
ln -sf "$O/xen-$XEN_NAME/xen" ../root.cpio "$dir"
rm -f "$dir/count"
marks=$(scripts/bench/marks.py "$dir/vmlinux")
# Xen and the kernel are told the names of their files, and would take longer over
# longer ones.
printf '%s\0' env -C "$dir" "$O/pvboot/pvboot" --xen xen --kernel bzImage \
	--initrd root.cpio --vmlinux vmlinux --log-dir . --tests /pingpong --icount 0 \
	--plugin "$O/bench/count.so,out=$dir/count,$marks" \
	--patience "$(echo "$PATIENCE * 8" | bc)"
