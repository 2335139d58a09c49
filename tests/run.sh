#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All tests.  Quick ones first, then one real boot and what needs its tree.
# What the front door told us is not for the runs that are tests.
unset MAKEFLAGS MFLAGS MAKELEVEL KERNEL LINE SERIES B XEN ACCEL CPUS MEMORY \
	DOM0_MEMORY DOM0 ROLE DOMU_CPUS DOMU_MEMORY PATIENCE JOBS

. tests/lib.sh

. tests/pvboot.sh
. tests/input.sh
. tests/boot.sh
. tests/witness.sh
. tests/bench.sh
. tests/lint.sh
. tests/intree.sh
. tests/maintainers.sh
. tests/docs.sh
. tests/series.sh

if [ $skipped -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
