#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make a guest's root, $B/guests/root.cpio: PID 1, the selftest and the probes, all
# static, and the modules that a kernel needs which somebody else has built.  The
# kernel's own first root has /dev/console.  Also dom0's disk, $B/guests/disk, empty and
# as big as scripts/guests/devices.h says.  Reads the headers that $B/guests/harness
# names, $B/modules, and the module that $B/obj has for a probe.
. scripts/run/lib.sh

dir=$B/guests
src=$B/tree
root=$dir/root
test=tools/testing/selftests/x86/xen_pv_cr3.c
rm -rf "$root"
mkdir -p "$root/dev" "$root/proc" "$root/sys" "$root/tmp"

harness=$(head -n 1 "$dir/harness")

log=$dir/build.log
# For bench and for tests, which add to a root
[ ! -e "$src" ] || build_program "$log" -o "$dir/gen_init_cpio" "$src/usr/gen_init_cpio.c"
build_program "$log" -static -pthread -std=gnu11 -D_GNU_SOURCE -o "$dir/init" \
	scripts/guests/init.c scripts/guests/life.c scripts/guests/modules.c \
	scripts/guests/nic.c scripts/guests/program.c scripts/guests/userland.c \
	scripts/guests/frame.c scripts/guests/cmdline.c
build_program "$log" -static -pthread -D_GNU_SOURCE -I"$harness/x86" -I"$harness" \
	-o "$dir/xen_pv_cr3" "$test" scripts/guests/linebuf.c
# shellcheck disable=SC2046 # a list
build_program "$log" -static -pthread -o "$dir/probes" \
	$(find scripts/guests/probes -name '*.c' ! -name hello32.c | sort) \
	scripts/guests/xenbus.c scripts/guests/cmdline.c
# It needs no library, of which there may be none for 32 bits.
build_program "$log" -m32 -static -nostdlib -ffreestanding -fno-pie -no-pie \
	-fno-stack-protector -o "$dir/hello32" scripts/guests/probes/hello32.c

build_program "$log" -static -std=gnu11 -D_GNU_SOURCE -o "$dir/devices" \
	scripts/guests/devices.c scripts/guests/nic.c scripts/guests/linebuf.c \
	scripts/guests/cmdline.c

cp "$dir/init" "$dir/xen_pv_cr3" "$dir/probes" "$dir/hello32" "$dir/devices" \
	"$root/"
[ ! -e "$B/obj/lib/test_module.ko" ] || cp "$B/obj/lib/test_module.ko" "$root/"
[ ! -e "$B/modules" ] || cp -r "$B/modules" "$root/modules"
case " ${VARIANT:-} " in
*" selftests "*) scripts/build/selftests.sh "$root" ;;
esac
case " ${VARIANT:-} " in
*" userland "*)
	build_program "$log" -static -o "$root/userland" scripts/guests/said.c
	cp scripts/guests/userland.sh "$root/"
	;;
esac
truncate -s "$(sed -n 's/^#define DISK_MIB[^0-9]*//p' scripts/guests/devices.h)M" "$dir/disk"
pack_root "$root" "$dir/root.cpio"
