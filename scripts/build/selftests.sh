#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build the kernel's own selftests that mean something in a PV guest, as many as the
# tree has and the compiler takes, for a guest's root:	selftests.sh ROOT
# Reads $B/tree.  Leaves in ROOT /kselftest, which runs them, and /kselftests, and beside
# its log $B/guests/selftests.log, which says what could not be built.
. scripts/run/lib.sh

root=$1
log=$B/guests/selftests.log
tests=$B/tree/tools/testing/selftests
to=$root/kselftests

# Left out: syscall_numbering, which takes most of a minute; what needs a CPU with XSAVE,
# which QEMU's has not; and fsgsbase, which failed in one boot of five on a CPU without
# that feature, and nobody has looked why.
names="$(printf 'x86/%s ' check_initial_reg_state corrupt_xstate_header \
	fsgsbase_restore ioperm iopl ldt_gdt mov_ss_trap ptrace_syscall sigaltstack sigreturn \
	sigtrap_loop single_step_syscall syscall_arg_fault syscall_nt sysret_rip \
	sysret_ss_attrs test_mremap_vdso test_vsyscall)
	$(printf 'vm/%s mm/%s ' map_fixed_noreplace map_fixed_noreplace map_populate map_populate \
	mremap_dontunmap mremap_dontunmap mremap_test mremap_test)
	membarrier/membarrier_test_single_thread membarrier/membarrier_test_multi_thread
	breakpoints/breakpoint_test ptrace/get_syscall_info ptrace/peeksiginfo
	signal/sas sigaltstack/sas vDSO/vdso_test_abi vDSO/vdso_test_getcpu"

# Beside the source
more() {
	case $1 in
	x86/check_initial_reg_state) echo -static -Wl,-ereal_start ;;
	x86/sysret_ss_attrs) echo "$tests/x86/thunks.S" ;;
	x86/*) find "$tests/x86" -name clang_helpers_64.S ;;
	vDSO/*) echo "$tests/vDSO/parse_vdso.c" ;;
	esac
}

mkdir -p "$to/lib"
# Linked dynamically they take a few kilobytes each; the C library is here once.
for lib in libc.so.6 ld-linux-x86-64.so.2; do
	cp -L "$(scripts/build/gcc.sh -print-file-name=$lib)" "$to/lib/"
done
# With a C library of today that is no constant, as older tests want it.
printf '%s\n' '#ifndef __ASSEMBLER__' '#include <signal.h>' '#undef SIGSTKSZ' \
	'#define SIGSTKSZ 16384' '#endif' >"$B/guests/sigstksz.h"
for name in $names; do
	[ ! -e "$tests/$name.c" ] || echo "$(more "$name") -o $to/${name##*/} $tests/$name.c"
done | xargs -r -L 1 -P "$JOBS" scripts/build/gcc.sh -O2 -w -s -pthread -no-pie -D_GNU_SOURCE \
	-include "$B/guests/sigstksz.h" -I"$tests" -I"$tests/x86" -I"$tests/vDSO" \
	-Wl,--dynamic-linker=/kselftests/lib/ld-linux-x86-64.so.2 \
	-Wl,-rpath,/kselftests/lib >"$log" 2>&1 || :
build_program "$B/guests/build.log" -static -std=gnu11 -D_GNU_SOURCE -o "$root/kselftest" \
	scripts/guests/kselftests.c
say "$(find "$to" -maxdepth 1 -type f | wc -l) selftests of the kernel's"
