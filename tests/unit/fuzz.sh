# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# All fuzzers for a short while, each with the same inputs every time, so that what is new
# here comes of a change: `make fuzz TIME=3600` is what finds more.

t "fuzz: compiles" make -s -j"$(nproc)" -C tests/fuzz OUT="$O/fuzz"
t "fuzz: a minute breaks nothing and goes through nine lines of ten" \
	tests/fuzz/fuzz.py --time 60 --seed 1 --jobs "$(nproc)" "$O/fuzz"
