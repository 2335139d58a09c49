# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# `make judge`.

# report NAME TITLE LINE...: a file for the judge
report() {
	file=$work/reports/$1
	mkdir -p "$work/reports"
	{
		[ -z "$2" ] || echo "TITLE: $2"
		echo
		shift 2
		printf '[    3.000000] %s\n' "$@"
	} >"$file"
}
# judged LINE [VARIABLE...]: make judge ends with it
judged() {
	want=$1
	shift
	make -s judge O="$O" REPORTS="$work/reports" "$@" >"$work/judged"
	[ "$(tail -n 1 "$work/judged")" = "$want" ] || {
		cat "$work/judged"
		return 1
	}
}
report 1 "kernel BUG in a_function" "kernel BUG at mm/a.c:1!" "RIP: 0010:a_function.cold+0x1/0x2"
report 2 "INFO: task hung in another" "INFO: task a:1 blocked for more than 120 seconds." \
	"Call Trace:" " schedule+0x1/0x2" " other+0x1/0x2"
report 3 "" "INFO: lockdep is turned off."
# One that was pasted into a mail.
{
	printf 'TITLE: divide error in a_function\n\n'
	printf '\t%s\n' "divide error: 0000 [#1] SMP" "Call Trace:" " a_function+0x1/0x2"
} >"$work/reports/4"
t "make judge" judged "3 of 3 noticed, 0 of 1 harmless flagged, 2 of 3 named"
t "... says what differs" says '^2: expected "INFO: task hung in another", got "INFO: task hung in other"$' \
	"$work/judged"
for console in tests/consoles/v6.1-good.log tests/consoles/v6.1-good-2cpus.log \
	tests/consoles/v6.1-domus.log tests/consoles/v6.1-kunit.log; do
	t "... in the middle of ${console##*/}" judged \
		"3 of 3 noticed, 0 of 1 harmless flagged, 2 of 3 named" CONSOLE=$console
done
no_folder() {
	rc=0
	make -s judge O="$O" REPORTS=/nowhere || rc=$?
	[ $rc -eq 125 ]
}
t "... of no folder" no_folder
