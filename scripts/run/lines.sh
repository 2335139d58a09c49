#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run a step for each of the kernel lines, and exit with the worst of their
# states:	lines.sh STEP LINE...
step=$1
shift
series=$SERIES
kernel=$KERNEL
if [ -n "$KERNEL" ] && [ $# -ne 1 ]; then
	echo "lines: error: which line's series is for $KERNEL? Say so by LINE=" >&2
	exit 125
fi
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
