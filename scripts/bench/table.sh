#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print what has been measured, and write it as JSON:	table.sh exact|times DIR
# DIR/versions has lines NAME|TEXT; the lines of DIR/rows are fields with | between
# them, the first line their names, six for the table and then lists of numbers
# for DIR/NAME.json.  Exit status 1 if exact numbers are not what is wanted: that,
# or with <= no more, or with - anything.
. scripts/run/lib.sh

kind=$1
dir=$2
json=$dir/${dir##*/}.json

sed 's/^\([^|]*\)|/# \1: /' "$dir/versions"
met='
	function met(is, wanted) {
		if (wanted ~ /^<=/)
			return is + 0 <= substr(wanted, 3) + 0
		return wanted == "-" || is == wanted
	}'
awk -F'|' -v exact="$([ "$kind" = exact ] && echo 1)" "$met"'
	{
		missed = exact && NR > 1 && !met($5, $6) ? "  NOT MET" : ""
		printf "%-53s %-19s %10s %10s %9s  %s%s\n",
			(NR > 1 ? "" : "# ") $1, $2, $3, $4, $5, $6, missed
	}' "$dir/rows"

awk -F'|' '
	function value(s) {
		return s ~ /^[0-9]+(\.[0-9]+)?$/ ? s : "\"" s "\""
	}
	FILENAME ~ /versions$/ {
		printf "%s    \"%s\": \"%s\"", NR == 1 ? "{\n  \"versions\": {\n" : ",\n", $1, $2
		next
	}
	FNR == 1 {
		printf "\n  },\n  \"figures\": ["
		split($0, name)
		next
	}
	{
		printf "%s\n    { ", FNR == 2 ? "" : ","
		for (i = 1; i <= 6; i++)
			printf "%s\"%s\": %s", i == 1 ? "" : ", ", name[i], value($i)
		for (; i <= NF; i++)
			if ($i != "")
				printf ", \"%s\": [%s]", name[i], $i
		printf " }"
	}
	END { print "\n  ]\n}" }' "$dir/versions" "$dir/rows" >"$json"
echo "# the same as JSON: $json"

[ "$kind" = exact ] || exit 0
missed=$(awk -F'|' "$met"'
	NR > 1 && !met($5, $6)' "$dir/rows" | wc -l)
[ "$missed" -eq 0 ] || {
	say "$missed of these numbers are not what is wanted"
	judged=yes
	exit 1
}
