#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run a step for each of the kernel lines, and exit with the worst of their
# states:	lines.sh STEP LINE...
step=$1
shift
given=$SERIES
if [ -n "$KERNEL" ] && [ $# -ne 1 ]; then
	echo "lines: error: which line's series is for $KERNEL? Say so by LINE=" >&2
	exit 125
fi
worst=0
for LINE; do
	SERIES=${given:-$PWD/patches/$LINE}
	[ -n "$KERNEL" ] || B=$O/$LINE
	export LINE SERIES B
	rc=0
	scripts/run.sh "$step" || rc=$?
	[ $rc -le $worst ] || worst=$rc
done
exit $worst
