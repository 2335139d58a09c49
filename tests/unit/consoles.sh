# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Recorded consoles: each gets the verdict that its header says.
#	tests/unit/consoles.py --rewrite PVBOOT FILE...
# writes the headers anew; git shows what has changed.

need pvboot || return 0

for console in tests/consoles/*.log; do
	t "console ${console##*/} is judged as its header says" \
		python3 -B tests/unit/consoles.py "$O/pvboot-asan/pvboot" "$console"
done
other_verdict() {
	sed 's/^#  ok$/#  fault: another/' tests/consoles/v6.1-good.log >"$work/other.log"
	status 1 python3 -B tests/unit/consoles.py "$O/pvboot-asan/pvboot" "$work/other.log"
	says '^-#  fault: another$' "$work/out"
	status 0 python3 -B tests/unit/consoles.py --rewrite "$O/pvboot-asan/pvboot" "$work/other.log"
	cmp tests/consoles/v6.1-good.log "$work/other.log"
}
t "... another verdict is noticed, and rewritten" other_verdict
