#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Say in $B/guests/harness whose headers the selftest is compiled with, and what
# is in them: those of the tree, or of the line $CONTROL_LINE if the tree is from
# before the selftests' harness.  Reads $B/tree or $O/$CONTROL_LINE/tree.
. scripts/run/lib.sh

lender=$B
[ -e "$B/tree/tools/testing/selftests/kselftest_harness.h" ] || lender=$O/$CONTROL_LINE
tests=$lender/tree/tools/testing/selftests
mkdir -p "$B/guests"
{
	echo "$tests"
	# What is compiled with them, and makes the root
	cksum "$tests"/*.h "$tests"/x86/*.h "$B/tree/usr/gen_init_cpio.c" 2>&1
} | update "$B/guests/harness"
