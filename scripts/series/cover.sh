#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Write into the cover letter what was tested, from what `make boot`, `make lint`
# and, if the series has cells, `make cells` have left in $B.  Nothing else writes there: between the line below and
# the next that is not indented, and no time or count that changes by itself.
. scripts/run/lib.sh

cover=$SERIES/0000-cover-letter.patch
begin="Tested, as written by 'make series TESTED=1':"
work=$B/lint/cover

[ "$(grep -cxF "$begin" "$cover")" -eq 1 ] || die "$cover has not one line: $begin"
# shellcheck disable=SC2153 # the front door sets it
[ "$(cat "$B/lint/of" 2>/dev/null)" = "$(series_key)" ] ||
	die "what lint has found is not of all checks on these patches; run: make lint LINE=$LINE"
grep -q '^# .* passed, 0 failed' "$B/lint/result" ||
	die "lint has found faults, and a cover letter has no room for them"

if [ -e "$SERIES/cells" ]; then
	[ "$(cat "$B/cells/of" 2>/dev/null)" = "$(series_key)" ] ||
		die "what cells has found is not of these patches; run: make cells LINE=$LINE"
	! grep -q '^not ok' "$B/cells/result" ||
		die "cells has found faults, and a cover letter has no room for them"
fi

scripts/report/report.sh >"$work" ||
	die "not all boots are ok, and a cover letter has no room for that"
facts() {
	sed -n -e "/^# hypervisor: /s/\$/, $ACCEL/" \
		-e 's/^# \(\(tree\|hypervisor\|compiler\): .*\)/\1/p' "$work"
	awk '
	/^    ok [0-9]+ (kunit |\/)/ { tests = tests (tests ? ", " : "; ") $3 ($4 ~ /^[a-z]/ ? " " $4 : "") }
	/^    ok [0-9]+ domU / { sub(/^ *ok [0-9]+ /, ""); domus = domus $0 "\n" }
	/^        ok [0-9]+ domu-smp:? / {
		sub(/^.*domu-smp:? /, "")
		sub(/, [0-9.]+ s$/, "")
		life = life (life ? "; " : "domU domu-smp: ") $0
	}
	/^ok / {
		sub(/^ok [0-9]+ /, "")
		print $0 tests
		printf "%s", domus
		if (life)
			print life
		tests = domus = life = ""
	}' "$work"
	echo "make lint: $(sed -n 's/^# \(.* passed, .*\)/\1/p' "$B/lint/result"): $(
		sed -n 's/^ok [0-9]* \([a-z0-9]*\) .*/\1/p' "$B/lint/result" |
			awk '!seen[$1]++' | paste -sd' ')"
	[ ! -e "$SERIES/cells" ] || sed -n 's/^ok [0-9]* /make cells: /p' "$B/cells/result"
}

# Where a user's tree lies is nobody's business.
facts | sed "s|: ${KERNEL:-none} |: git |" | while read -r line; do
	echo "$line" | fold -s -w 70 | sed '1s/^/ - /; 2,$s/^/   /; s/ *$//'
done >"$work.text"

awk -v begin="$begin" -v text="$work.text" '
$0 == begin {
	print $0 "\n"
	while ((getline line < text) > 0)
		print line
	print ""
	skipping = 1
	next
}
skipping && /^( |$)/ { next }
{ skipping = 0; print }' "$cover" | update "$cover"
rm -f "$work" "$work.text"
