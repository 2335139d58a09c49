#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run a step for each of the kernel lines:	lines.sh STEP LINE...
# Its exit status is 1 if one of them was 1, else 125 if one was that, else 0.
# Reads SERIES_GIVEN, for a series in place of each line's own.
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
	# A fault stays one, whatever could not be judged beside it.
	[ $rc -eq 0 ] || [ $worst -eq 1 ] || worst=$rc
done
exit $worst
