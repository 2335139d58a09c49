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
	# Debian has no tree of that age.  What the machine needs of a tree, and
	# that one lacks, comes from the default line.
	[ "$step,$LINE" != lint,v3.9 ] || KERNEL=${kernel:-${V3_9:-}}
	[ "$LINE" != v3.9 ] || [ -z "$KERNEL" ] || LINE=v6.1
	export LINE KERNEL SERIES B
	rc=0
	scripts/run/run.sh "$step" || rc=$?
	[ $rc -le $worst ] || worst=$rc
done
exit $worst
