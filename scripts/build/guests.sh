#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make a guest's root, $B/guests/root.cpio: PID 1 and the selftest, both static.
# Reads $B/tree, whose gen_init_cpio makes device nodes without being root, and the
# headers that $B/guests/harness names.
. scripts/run/lib.sh

dir=$B/guests
src=$B/tree
test=tools/testing/selftests/x86/xen_pv_cr3.c
mkdir -p "$dir"

harness=$(head -n 1 "$dir/harness")

log=$dir/build.log
build_program "$log" -o "$dir/gen_init_cpio" "$src/usr/gen_init_cpio.c"
build_program "$log" -static -std=gnu11 -D_GNU_SOURCE -o "$dir/init" \
	scripts/guests/init.c scripts/guests/life.c scripts/guests/program.c scripts/guests/frame.c
build_program "$log" -static -pthread -D_GNU_SOURCE -I"$harness/x86" -I"$harness" \
	-o "$dir/xen_pv_cr3" "$test" scripts/guests/linebuf.c

"$dir/gen_init_cpio" - >"$dir/root.cpio.new" <<END
dir /dev 0755 0 0
nod /dev/console 0600 0 0 c 5 1
dir /proc 0755 0 0
dir /sys 0755 0 0
dir /tmp 0755 0 0
file /init $dir/init 0755 0 0
file /xen_pv_cr3 $dir/xen_pv_cr3 0755 0 0
END
mv "$dir/root.cpio.new" "$dir/root.cpio"
