#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make a guest's root, $B/guests/root.cpio: PID 1 and the selftest, both static.
# The kernel's gen_init_cpio makes device nodes without being root.
. scripts/run/lib.sh

dir=$B/guests
src=$B/tree
test=tools/testing/selftests/x86/xen_pv_cr3.c
mkdir -p "$dir"

# A tree from before the harness borrows that of Debian's line.
harness=$src
if [ ! -e "$src/tools/testing/selftests/kselftest_harness.h" ]; then
	harness=$O/$LINE/tree
	KERNEL='' B=$O/$LINE scripts/fetch/tree.sh
fi

compile() {
	gcc "$@" >"$dir/build.log" 2>&1 || {
		head -n 5 "$dir/build.log" >&2
		die "the guest's programs do not compile; see $dir/build.log"
	}
}

compile -O2 -Wall -o "$dir/gen_init_cpio" "$src/usr/gen_init_cpio.c"
compile -O2 -Wall -static -std=gnu11 -D_GNU_SOURCE -o "$dir/init" \
	scripts/guests/init.c scripts/guests/life.c scripts/guests/program.c scripts/guests/frame.c
compile -O2 -Wall -static -pthread -D_GNU_SOURCE -I"$harness/tools/testing/selftests/x86" \
	-I"$harness/tools/testing/selftests" -o "$dir/xen_pv_cr3" "$test" scripts/guests/linebuf.c

"$dir/gen_init_cpio" - >"$dir/root.cpio" <<END
dir /dev 0755 0 0
nod /dev/console 0600 0 0 c 5 1
dir /proc 0755 0 0
dir /sys 0755 0 0
dir /tmp 0755 0 0
file /init $dir/init 0755 0 0
file /xen_pv_cr3 $dir/xen_pv_cr3 0755 0 0
END
