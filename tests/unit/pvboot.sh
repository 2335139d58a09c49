# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The scripts and pvboot by themselves.

build_pvboot() {
	make -s -C scripts/pvboot OUT="$O/$1" "$2"
}

# unit NAME SOURCE...: build a unit test
unit() {
	out=$work/$1
	shift
	gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -g \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-o "$out" "$@" -lcmocka -lelf
}
build_tests() {
	unit pvboot_test tests/unit/pvboot_test.c scripts/pvboot/channel.c \
		scripts/pvboot/console.c scripts/pvboot/machine.c \
		scripts/pvboot/symbols.c scripts/pvboot/verdict.c
	unit channel_test tests/unit/channel_test.c scripts/pvboot/channel.c \
		scripts/pvboot/console.c scripts/guests/frame.c
}

# shellcheck disable=SC2046 # file names of ours
t "shellcheck" shellcheck -x $(find scripts tests -name '*.sh') tests/fake/qemu .ci/run
t "pvboot compiles with clang" build_pvboot pvboot-clang CC=clang-19
t "pvboot compiles with ASan and UBSan" build_pvboot pvboot-asan SANITIZE=1
t "unit tests compile" build_tests

# Each unit test counts by itself: units NAME ARGUMENT...
units() {
	unit=$1
	shift
	CMOCKA_MESSAGE_OUTPUT=TAP "$work/$unit" "$@" >"$work/unit.out" 2>&1
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
units pvboot_test tests/consoles
units channel_test

# Where the console shows no trace, what the kernel holds decides.
# vmlinux FILE FUNCTION...: with functions at the address that died and after
vmlinux() {
	file=$1
	shift
	for f in "$@"; do
		printf '.type %s, @function\n%s: .skip 112\n.size %s, 112\n' "$f" "$f" "$f"
	done | gcc -nostdlib -static -Wl,-e0,-Ttext=0xffffffff81017450 -o "$file" -x assembler -
}
# untraced STATUS SAYS FUNCTION...
untraced() {
	want=$1
	says=$2
	shift 2
	vmlinux "$work/vmlinux" "$@"
	status "$want" "$O/pvboot-asan/pvboot" --replay "${log_file:-tests/consoles/v5.10-nohook.log}" \
		--vmlinux "$work/vmlinux" --expect early-full-load
	says "$says" "$work/out"
}
t "pvboot: death without a trace" untraced 0 \
	'^ok 4 early full cr3 load: .* no trace; died in xen_get_user_pgd$' xen_get_user_pgd
other='^not ok 4 early full cr3 load: not what it died of'
t "... of a kernel with a first stage" untraced 1 "$other" xen_get_user_pgd xen_write_cr3_init
t "... in another function" untraced 1 "$other" xen_set_p4d
elsewhere() {
	log_file=$work/elsewhere.log
	sed 's/cr2 0xffffea.*/cr2 0x28/' tests/consoles/v5.10-nohook.log >"$log_file"
	untraced 1 "$other" xen_get_user_pgd
}
t "... at another address" elsewhere
