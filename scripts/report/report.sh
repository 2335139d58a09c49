#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print what came of the last run's boots, in the form of FORMAT=.  Reads the records
# of the cells that are listed in $B/cells.
. scripts/run/lib.sh

[ -s "$B/cells" ] || die "no boot of this has been made; run 'make boot'"
while read -r cell; do
	set -- "$@" "$B/$cell"
done <"$B/cells"
# shellcheck disable=SC2034 # for keep_status
judged=yes
scripts/report/report.py --format "$FORMAT" "$@"
