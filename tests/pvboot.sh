# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The scripts and pvboot by themselves.

build_pvboot() {
	make -s -C scripts/pvboot OUT="$O/$1" "$2"
}

build_tests() {
	gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -g \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-o "$work/pvboot_test" tests/pvboot_test.c \
		scripts/pvboot/console.c scripts/pvboot/machine.c \
		scripts/pvboot/symbols.c scripts/pvboot/verdict.c -lcmocka -lelf
}

# shellcheck disable=SC2046 # file names of ours
t "shellcheck" shellcheck -x $(find scripts tests -name '*.sh') tests/fake-qemu .ci/run
t "pvboot compiles with clang" build_pvboot pvboot-clang CC=clang
t "pvboot compiles with ASan and UBSan" build_pvboot pvboot-asan SANITIZE=1
t "unit tests compile" build_tests

# Each unit test counts by itself.
CMOCKA_MESSAGE_OUTPUT=TAP "$work/pvboot_test" tests/consoles \
	>"$work/unit.out" 2>&1
unit_status=$?
units=$(sed -n 's/^ok [0-9]* - /ok - unit: /p; s/^not ok [0-9]* - /not ok - unit: /p' "$work/unit.out")
echo "$units"
passed=$((passed + $(echo "$units" | grep -c '^ok')))
failed=$((failed + $(echo "$units" | grep -c '^not ok')))
unit_sum() {
	cat "$work/unit.out"
	[ "$unit_status" -eq 0 ]
	[ "$(echo "$units" | grep -c '^ok')" -eq "$(grep -c '	cmocka_unit_test(' tests/pvboot_test.c)" ]
}
t "unit tests ran, all of them, without a leak" unit_sum
