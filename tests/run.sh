#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All tests.  Quick ones first, then one real boot and what needs its tree.
# What the front door told us is not for the runs that are tests.
unset MAKEFLAGS MFLAGS MAKELEVEL KERNEL LINE SERIES B XEN ACCEL CPUS MEMORY \
	DOM0_MEMORY DOM0 ROLE DOMU_CPUS DOMU_MEMORY PATIENCE JOBS

. tests/lib.sh

. tests/unit/pvboot.sh
. tests/fake/input.sh
. tests/real/boot.sh
. tests/real/witness.sh
. tests/real/bench.sh
. tests/real/lint.sh
. tests/real/intree.sh
. tests/real/selftest.sh
. tests/real/maintainers.sh
. tests/real/docs.sh
. tests/real/series.sh

if [ $skipped -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
