#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run a step for each of the kernel lines, and exit with the worst of their
# states:	lines.sh STEP LINE...
step=$1
shift
series=$SERIES_GIVEN
kernel=$KERNEL
worst=0
for LINE; do
	SERIES=${series:-$PWD/patches/$LINE}
	[ -n "$kernel" ] || B=$O/$LINE
	KERNEL=$kernel
	# Where Debian has no tree, lint can do with less; V3_9= names one.
	grep -q '^package: ' "patches/$LINE/line" || [ "$step" != lint ] ||
		KERNEL=${kernel:-${V3_9:-}}
	export LINE KERNEL SERIES B
	rc=0
	scripts/run/run.sh "$step" || rc=$?
	[ $rc -le $worst ] || worst=$rc
done
exit $worst
