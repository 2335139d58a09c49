#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Say in $B/guests/harness whose headers the selftest is compiled with, and what
# is in them: those of the tree, or ours if there is no tree, or one from before the
# selftests' harness.  Reads $B/tree.
. scripts/run/lib.sh

tests=$B/tree/tools/testing/selftests
mkdir -p "$B/guests"
if [ ! -e "$tests/kselftest_harness.h" ]; then
	# The selftest looks for it in the folder above.
	tests=$B/guests/selftests
	mkdir -p "$tests/x86"
	cp scripts/guests/kselftest_harness.h "$tests/"
fi
{
	echo "$tests"
	# What is compiled with them, and makes the root
	cksum "$tests"/*.h "$tests"/x86/*.h "$B/tree/usr/gen_init_cpio.c" 2>&1
} | update "$B/guests/harness"
