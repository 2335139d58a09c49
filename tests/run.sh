#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All tests.  Quick ones first, then one real boot and what needs its tree.
. tests/lib.sh

. tests/pvboot.sh
. tests/input.sh
. tests/boot.sh
. tests/patches.sh

if [ $skipped -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
