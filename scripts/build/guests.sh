#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make a guest's root, $B/guests/root.cpio: PID 1 and the selftest, both static.
# Reads $B/tree and the headers that $B/guests/harness names.
# The kernel's gen_init_cpio makes device nodes without being root.
. scripts/run/lib.sh

dir=$B/guests
src=$B/tree
test=tools/testing/selftests/x86/xen_pv_cr3.c
mkdir -p "$dir"

harness=$(head -n 1 "$dir/harness")

compile() {
	gcc "$@" >"$dir/build.log" 2>&1 || {
		head -n 5 "$dir/build.log" >&2
		die "the guest's programs do not compile; see $dir/build.log"
	}
}

compile -O2 -Wall -o "$dir/gen_init_cpio" "$src/usr/gen_init_cpio.c"
compile -O2 -Wall -static -o "$dir/init" scripts/guests/init.c
compile -O2 -Wall -static -pthread -D_GNU_SOURCE -I"$harness/x86" -I"$harness" \
	-o "$dir/xen_pv_cr3" "$test"

"$dir/gen_init_cpio" - >"$dir/root.cpio" <<END
dir /dev 0755 0 0
nod /dev/console 0600 0 0 c 5 1
dir /proc 0755 0 0
dir /sys 0755 0 0
dir /tmp 0755 0 0
file /init $dir/init 0755 0 0
file /xen_pv_cr3 $dir/xen_pv_cr3 0755 0 0
END
