#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Write into the cover letter what was tested, from what `make boot` and `make
# lint` have left in $B, and `make cells`, if the line has any, in $O/cells.
. scripts/run/lib.sh

cover=$SERIES/0000-cover-letter.patch
# shellcheck disable=SC2153 # the front door sets it
[ "$(cat "$B/lint/of" 2>/dev/null)" = "$(series_key)" ] ||
	die "what lint has found is not of all checks on these patches; run: make lint LINE=$LINE"
matrix=
if [ -e "patches/$LINE/cells" ]; then
	matrix=$O/cells
	[ "$(cat "$matrix/of" 2>/dev/null)" = "$(series_key)" ] ||
		die "what cells has found is not of all cells with these patches; run: make cells LINE=$LINE"
fi
[ -s "$B/cells" ] || die "no boot of this has been made; run 'make boot'"
while read -r cell; do
	set -- "$@" "$B/$cell"
done <"$B/cells"
scripts/series/cover.py --lint "$B/lint/found" ${matrix:+--matrix "$matrix"} --kernel "$KERNEL" "$cover" "$@" >"$B/lint/cover"
update "$cover" <"$B/lint/cover"
rm "$B/lint/cover"
