# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The scripts and pvboot by themselves.

build_pvboot() {
	make -s -C scripts/pvboot OUT="$O/$1" "$2"
}

# Every tests/unit/*_test.c, with all of pvboot that has no main() of its own
build_tests() {
	for source in tests/unit/*_test.c; do
		unit=${source##*/}
		# shellcheck disable=SC2046 # file names of ours
		gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -g \
			-fsanitize=address,undefined -fno-sanitize-recover=all \
			-o "$work/${unit%.c}" "$source" tests/unit/run.c scripts/guests/frame.c \
			$(find "$O/pvboot-asan" -name '*.o' ! -name main.o ! -name judge.o) \
			-lcmocka -lcjson -lelf -lm
	done
}

# shellcheck disable=SC2046 # file names of ours
t "shellcheck" shellcheck -x $(find scripts tests -name '*.sh') tests/fake/qemu .ci/run
t "pvboot compiles with clang" build_pvboot pvboot-clang CC=clang-19
t "pvboot compiles with ASan and UBSan" build_pvboot pvboot-asan SANITIZE=1
t "unit tests compile" build_tests

# Each unit test counts by itself: units NAME
units() {
	unit=$1
	CMOCKA_MESSAGE_OUTPUT=TAP "$work/$unit" tests/consoles >"$work/unit.out" 2>&1
	unit_status=$?
	units=$(sed -n 's/^ok [0-9]* - /ok - unit: /p; s/^not ok [0-9]* - /not ok - unit: /p' "$work/unit.out")
	echo "$units"
	passed=$((passed + $(echo "$units" | grep -c '^ok')))
	failed=$((failed + $(echo "$units" | grep -c '^not ok')))
	t "unit tests of $unit ran, all of them, without a leak" unit_sum "$unit"
}
unit_sum() {
	cat "$work/unit.out"
	[ "$unit_status" -eq 0 ]
	[ "$(echo "$units" | grep -c '^ok')" -eq "$(grep -c '	cmocka_unit_test(' "tests/unit/$1.c")" ]
}
for source in tests/unit/*_test.c; do
	unit=${source##*/}
	units "${unit%.c}"
done

for console in tests/consoles/*.log; do
	t "console ${console##*/} is judged as its header says" \
		python3 tests/unit/consoles.py "$O/pvboot-asan/pvboot" "$console"
done
other_verdict() {
	sed 's/^#  ok$/#  fault: another/' tests/consoles/v6.1-good.log >"$work/other.log"
	status 1 python3 tests/unit/consoles.py "$O/pvboot-asan/pvboot" "$work/other.log"
	says '^-#  fault: another$' "$work/out"
	status 0 python3 tests/unit/consoles.py --rewrite "$O/pvboot-asan/pvboot" "$work/other.log"
	cmp tests/consoles/v6.1-good.log "$work/other.log"
}
t "... another verdict is noticed, and rewritten" other_verdict
