# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Faults of the past: their files, and what is made of their records, on a fake door.

t "regressions: what is wrong with a file is one line" python3 -B tests/unit/regressions_test.py Files
t "regressions: seen, named, silent, and the status" python3 -B tests/unit/regressions_test.py Tables

# Each says which breakage it is, and what the record is to say.
listed() {
	for p in tests/regressions/*.patch; do
		name=$(basename "$p" .patch)
		echo "$name"
		says '^Stands-for: .+' "$p"
		says "^Subject: \\[PATCH\\] .* \\(test only\\)$" "$p"
		says_not '^Title: \?$' "$p"
	done
	# A breakage is there once, or its reason is.
	sed -n '/^[A-G][0-9]*$/p' tests/regressions/left-out.rst >"$work/out"
	sed -n 's/^Stands-for: \([A-G][0-9]*\),.*/\1/p' tests/regressions/*.patch >>"$work/out"
	sort "$work/out" | uniq -d >"$work/twice"
	cat "$work/twice"
	[ ! -s "$work/twice" ]
}
t "regressions: each says what it is" listed
