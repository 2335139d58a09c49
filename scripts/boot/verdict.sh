#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Boot cells and judge them, side by side where that goes:	verdict.sh BOOT...
# Reads what scripts/boot/cell.sh names; leaves the record and the logs of each boot in
# $B/BOOT, no record of one that is not part of this run, and of a run of several
# $B/cells, which lists those that are.
. scripts/run/lib.sh

for boot; do
	rm -f "$B/$boot/result.json"
done
scripts/boot/boots.py ${2:+--list "$B/cells"} scripts/boot/cell.sh "$@"
