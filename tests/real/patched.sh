# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The series put onto a tree.

need patched || return 0

# A user's folder has what git format-patch writes, and no rewind/.
own_series() {
	mkdir "$work/series"
	cp patches/v6.1/000[1-9]* "$work/series"
	cat "$tree/without/commit" "$tree/with/commit" >"$work/before"
	status 0 make --no-print-directory patched SERIES="$work/series"
	cat "$tree/without/commit" "$tree/with/commit" >"$work/after"
	diff "$work/before" "$work/after"
}
t "make patched: a series from git format-patch" own_series
