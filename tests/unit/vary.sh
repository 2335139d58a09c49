# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Reports of our own in the forms of the kernel's get their titles, and keep them when
# only their looks change.  The same of other logs, by hand:
#	tests/unit/vary.py build/pvboot/judge FOLDER

all_named() {
	make -s judge O="$O" REPORTS=tests/unit/reports >"$work/judged"
	cat "$work/judged"
	n=$(grep -l '^TITLE: ' tests/unit/reports/* | wc -l)
	[ "$(tail -n 1 "$work/judged")" = "$n of $n noticed, 0 of 1 harmless flagged, $n of $n named" ]
}
kept() {
	status 0 python3 -B tests/unit/vary.py "$O/pvboot/judge" "$@"
	says '^([0-9]{3,}) of \1 kept their title$' "$work/out"
}
# A judge that looks at nothing but the first word of a line.
lost() {
	cat >"$work/judge" <<-'EOF'
		#!/bin/sh
		for f in "$2"/*; do
			printf '%s: expected "- in -", got "%s"\n' "${f##*/}" \
				"$(sed -n '4s/ .*//p' "$f")"
		done
	EOF
	chmod +x "$work/judge"
	status 1 python3 -B tests/unit/vary.py --most 1 "$work/judge" tests/unit/reports/oops
	says '^# level: 1$' "$work/out"
}
t "reports of our own are noticed and named" all_named
t "... and keep their titles, however they look" kept tests/unit/reports
t "... and so do recorded consoles" kept tests/consoles/*.log
t "... a title that is lost is told" lost
