#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# QEMU with the plugin $BENCH_PLUGIN, and with time that goes by instructions, so
# that a boot repeats to the last one.  pvboot calls this in place of QEMU.
exec qemu-system-x86_64 "$@" -icount shift=0,sleep=off \
	-rtc base=2026-01-01,clock=vm -seed 1 -plugin "$BENCH_PLUGIN"
