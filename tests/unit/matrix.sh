# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Matrix and bisection, on fake commands.

matrix_tests() {
	python3 -B tests/unit/matrix_test.py "$@"
}
t "matrix: files that say what to boot" matrix_tests Plans
t "matrix: jobs side by side" matrix_tests Jobs
t "matrix: table, JUnit, JSON and page" matrix_tests Merging
t "soak: on boots that are none" matrix_tests Soak
t "bisect: on a made history" matrix_tests Bisection
