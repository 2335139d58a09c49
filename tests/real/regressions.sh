# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Some faults of the past; `make regressions` tries all of them.  Those here show that
# they are built, booted, and named: one that dies early, one that a probe finds.

named "regressions: two faults of the past" "they take minutes" || return 0
need kernel || return 0

regressions() {
	status 0 make --no-print-directory regressions ONLY="$1"
	cat "$work/out"
	says "$2 of $2 detected, $2 of $2 placed" "$work/out"
}
t "faults of the past in dom0" regressions "a07-vcpu-info g02-ioperm" 2
t "... and the kernel without them is silent" [ "$(grep -c '^plain .* silent ' "$work/out")" -eq 1 ]
gone_again() {
	[ ! -e "$tree/regressions/g02-ioperm" ]
}
t "... whose kernels are not kept" gone_again
