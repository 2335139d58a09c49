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
# which QEMU's has not; fsgsbase, which failed in one boot of five on a CPU without
# that feature, and nobody has looked why; and ldt_gdt, for 32 bits, too.  It gives DS a
# base.  On one CPU the kernel writes `ds` over each `lock`, and QEMU adds that base
# although 64-bit code has none (its issue 3391): a domU that is interrupted then dies.
# And it loads selectors that it has emptied: #GP in do_set_thread_area(), which the
# kernel can take.  But Xen 4.17 may switch vCPUs before it delivers that (softirqs come
# first in test_all_events); load_segments() cannot load them either, and sets the vCPU
# to xen_failsafe_callback(); there the #GP arrives, and there nothing can take it.
names="$(printf 'x86/%s ' check_initial_reg_state corrupt_xstate_header \
	fsgsbase_restore ioperm iopl mov_ss_trap ptrace_syscall sigaltstack sigreturn \
	sigtrap_loop single_step_syscall syscall_arg_fault syscall_nt sysret_rip \
	sysret_ss_attrs test_mremap_vdso test_vsyscall)
	$(printf 'vm/%s mm/%s ' map_fixed_noreplace map_fixed_noreplace map_populate map_populate \
	mremap_dontunmap mremap_dontunmap mremap_test mremap_test)
	membarrier/membarrier_test_single_thread membarrier/membarrier_test_multi_thread
	breakpoints/breakpoint_test ptrace/get_syscall_info ptrace/peeksiginfo
	signal/sas sigaltstack/sas vDSO/vdso_test_abi vDSO/vdso_test_getcpu"
# Left out: virtual 8086 mode, which no 64-bit kernel has; instructions of the FPU; iopl,
# which ends 6.1 as it is: to find a 32-bit task's `cli`, get_desc() takes the address of
# the GDT from the CPU, and there the GDT is Xen's; and test_syscall_vdso, of which a good
# kernel dies now and then, for a reason that is Xen's (4.17.7, 4.20.4).
names32=$(printf 'x86/%s ' check_initial_reg_state fsgsbase_restore ioperm \
	mov_ss_trap ptrace_syscall sigaltstack sigreturn single_step_syscall \
	syscall_arg_fault syscall_nt sysret_ss_attrs test_mremap_vdso test_vsyscall \
	unwind_vdso vdso_restorer)

# Beside the source
more() {
	case $1,$2 in
	x86/check_initial_reg_state,*) echo -static -Wl,-ereal_start ;;
	x86/sysret_ss_attrs,64) echo "$tests/x86/thunks.S" ;;
	x86/ptrace_syscall,32) echo "$tests/x86/raw_syscall_helper_32.S" ;;
	x86/*) find "$tests/x86" -name "clang_helpers_$2.S" ;;
	vDSO/*) echo "$tests/vDSO/parse_vdso.c" ;;
	esac
}

# build BITS SUFFIX LOADER NAME...
# Linked dynamically they take a few kilobytes each; the C library is here once.
build() {
	bits=$1
	suffix=$2
	libs=/kselftests/lib$suffix
	loader=$3
	shift 3
	mkdir -p "$root$libs"
	for lib in libc.so.6 "$loader"; do
		cp -L "$(scripts/build/gcc.sh "-m$bits" -print-file-name="$lib")" "$root$libs/"
	done
	for name; do
		[ ! -e "$tests/$name.c" ] ||
			echo "$(more "$name" "$bits") -o $to/${name##*/}$suffix $tests/$name.c"
	done | xargs -r -L 1 -P "$JOBS" scripts/build/gcc.sh "-m$bits" -O2 -w -s -pthread \
		-no-pie -static-libgcc -D_GNU_SOURCE -DCAN_BUILD_"$bits" -include "$B/guests/sigstksz.h" \
		-I"$tests" -I"$tests/x86" -I"$tests/vDSO" -Wl,--dynamic-linker="$libs/$loader" \
		-Wl,-rpath,"$libs" >>"$log" 2>&1 || :
}

# With a C library of today that is no constant, as older tests want it.
printf '%s\n' '#ifndef __ASSEMBLER__' '#include <signal.h>' '#undef SIGSTKSZ' \
	'#define SIGSTKSZ 16384' '#endif' >"$B/guests/sigstksz.h"
rm -f "$log"
# shellcheck disable=SC2086 # words are wanted
build 64 "" ld-linux-x86-64.so.2 $names
# shellcheck disable=SC2086
build 32 _32 ld-linux.so.2 $names32
build_program "$B/guests/build.log" -static -std=gnu11 -D_GNU_SOURCE -o "$root/kselftest" \
	scripts/guests/kselftests.c
say "$(find "$to" -maxdepth 1 -type f | wc -l) selftests of the kernel's"
