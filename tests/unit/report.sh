# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The readers of records, on records made up for the purpose.

# shellcheck disable=SC2046 # file names of ours
t "pyflakes" pyflakes3 $(find scripts tests -name '*.py')

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
t "report: each format to the last byte" report_tests Golden
