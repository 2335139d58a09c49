# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The series put onto a tree.

need patched || return 0

# A user's folder has what git format-patch writes, and no rewind/.
own_series() {
	mkdir "$work/series"
	cp patches/v6.1/000[1-9]* "$work/series"
	status 0 make --no-print-directory patched SERIES="$work/series"
	cat "$tree/without/commit" "$tree/with/commit" >"$work/theirs"
	# Anew: the commits name all files that any series has touched in this tree.
	status 0 make --no-print-directory patched
	cat "$tree/without/commit" "$tree/with/commit" >"$work/ours"
	diff "$work/theirs" "$work/ours"
}
t "make patched: a series from git format-patch" own_series
