# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The readers of records, on records made up for the purpose, and on those that
# pvboot makes of recorded consoles.
#	make check TESTS=report REWRITE=1
# writes the golden files in tests/unit/report anew; git shows what has changed.

need pvboot || return 0

# The parser of JUnit's XML may be another Python's than the user's first one.
python=python3
python3 -c 'import junitparser' 2>/dev/null || python=/usr/bin/python3

report_tests() {
	"$python" -B tests/unit/report_test.py "$@"
}
t "report: records that are good, cut or hostile" report_tests Records
t "report: headlines" report_tests Headline
t "report: safe on terminals and in XML" report_tests Safe
t "report: KTAP" report_tests Ktap
if "$python" -c 'import junitparser' 2>/dev/null; then
	t "report: JUnit, as python3-junitparser takes it" report_tests JUnit
else
	skip "report: JUnit, as python3-junitparser takes it" "there is no python3-junitparser"
fi
t "report: statuses, folders, errors" report_tests Front

# replayed NAME OPTION...: the record of a console
replayed() {
	name=$1
	shift
	rm -rf "$work/replayed/$name"
	mkdir -p "$work/replayed/$name"
	"$O/pvboot-asan/pvboot" --replay "tests/consoles/$name.log" \
		--record "$work/replayed/$name/result.json" "$@" || [ $? -ne 125 ]
}
replays() {
	replayed v6.1-nohook --expect early-full-load
	replayed v6.1-noswap
	replayed v6.1-lost-user-base
	replayed v6.1-smap-bug
	replayed v6.1-domus --tests /domus --domu domu:boot \
		--domu domu-without:early-full-load --domu domu-smp:boot
	for name in nohook noswap lost-user-base smap-bug domus; do
		python3 -m json.tool "$work/replayed/v6.1-$name/result.json" >"$work/json"
	done
}
t "report: records of recorded consoles" replays
# golden FORMAT OPTION...: to the last byte
golden() {
	format=$1
	shift
	# a relative path, since the report has it
	top=$PWD
	cd "$work" || return
	status 1 "$top/scripts/report/report.py" "$@" replayed
	cd "$top" || return
	[ -z "${REWRITE:-}" ] || cp "$work/out" "tests/unit/report/$format"
	diff -u "tests/unit/report/$format" "$work/out"
}
t "report: KTAP to the last byte" golden ktap
t "report: table of 80 columns to the last byte" golden table-80 --format table
t "report: table of 20 columns to the last byte" golden table-20 --format table --width 20
t "report: JUnit to the last byte" golden junit --format junit
