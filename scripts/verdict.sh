#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Boot one variant and judge it:	verdict.sh VARIANT
# The verdict goes to $B/VARIANT/verdict (KTAP) and verdict.status.
. scripts/lib.sh

variant=$1
dir=$B/$variant
rm -f "$dir/verdict" "$dir/verdict.status"
[ -s "$dir/built" ] || exit 0

case $variant in
without) expect=early-full-load ;;
with) expect=boot ;;
esac

say "booting the kernel $variant the series"
rc=0
"$O/pvboot/pvboot" --xen "$O/xen-$XEN/xen" --kernel "$dir/bzImage" \
	--initrd "$B/guests/dom0.cpio" --vmlinux "$dir/vmlinux" \
	--log-dir "$dir" --expect "$expect" --accel "$ACCEL" \
	--memory "$MEMORY" --dom0-memory "$DOM0_MEMORY" --cpus "$CPUS" \
	--patience "$PATIENCE" >"$dir/verdict" || rc=$?
echo $rc >"$dir/verdict.status"
