# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The steps in Python by themselves.

t "boots side by side" python3 -B tests/unit/boots_test.py
t "what steps are told of a boot" python3 -B tests/unit/steps_test.py Say
t "cover letter" python3 -B tests/unit/steps_test.py Cover
t "bench: table and JSON" python3 -B tests/unit/steps_test.py Table
t "bench: figures of two kernels" python3 -B tests/unit/steps_test.py Figures
