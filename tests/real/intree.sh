# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The in-tree tests as the kernel's own tools take them.

need boot kernel || return 0
logs=$O/tests/boot
with=$(cat "$tree/with/commit")

# KUnit: logs of domains that have run the suite

kunit_py() {
	status "$1" python3 "$tree/tree/tools/testing/kunit/kunit.py" parse "$2"
}
kunit_accepts() {
	kunit_py 0 "$1"
	says 'PASSED\] xen_pv_cr3 ' "$work/out"
	says 'Ran 6 tests: passed: 6$' "$work/out"
}
t "kunit.py accepts the log of dom0" kunit_accepts "$logs/with/dom0.log"
t "kunit.py accepts the log of dom0 with 2 vCPUs" kunit_accepts "$logs/smp/dom0.log"
t "kunit.py accepts the log of a domU" kunit_accepts "$logs/with/domu.log"
t "kunit.py accepts the log of a domU with 2 vCPUs" kunit_accepts "$logs/smp/domu-smp.log"
kunit_refuses() {
	sed 's/\(    \)\(ok 6 cr3_test\)/\1not \2/; s/ok 1 xen_pv_cr3$/not &/' \
		"$logs/with/dom0.log" >"$work/failed.log"
	kunit_py 1 "$work/failed.log"
	says 'FAILED\] cr3_test_borrowed_mm' "$work/out"
	sed '/ok 4 cr3_test/,$d' "$logs/with/dom0.log" >"$work/cut.log"
	kunit_py 1 "$work/cut.log"
	says 'missing expected subtest' "$work/out"
}
t "kunit.py refuses a failed case and a log that is cut off" kunit_refuses

# What the suite costs a kernel without it: nothing but the line numbers in the
# table of BUG() and WARN().

mmu_pv() {
	git -C "$tree/tree" checkout -q --detach "$1"
	rm -f "$tree/obj/arch/x86/xen/mmu_pv.o"
	B=$tree scripts/build/kmake.sh arch/x86/xen/mmu_pv.o >"$work/kmake" 2>&1 || {
		cat "$work/kmake"
		return 1
	}
	objcopy -R __bug_table "$tree/obj/arch/x86/xen/mmu_pv.o" "$work/$2.o"
}
costs_nothing() {
	suite=$(git -C "$tree/tree" log -1 --format=%H "$with" -- arch/x86/xen/tests)
	sed 's/^\(CONFIG_XEN_PV_CR3_KUNIT_TEST\)=y/# \1 is not set/' \
		"$tree/with/.config" >"$tree/obj/.config"
	# The next build of a kernel needs the option again.
	rm -f "$tree/obj/config_key"
	mmu_pv "$suite" off
	mmu_pv "$suite^" before
	objdump -d "$work/off.o" >"$work/objdump"
	says '<xen_write_cr3>:' "$work/objdump"
	cmp "$work/before.o" "$work/off.o"
}
t "mmu_pv.o without the suite is as before" costs_nothing

# The selftest: the kernel's own make builds and installs it.  Without 32-bit
# libraries, and of the other tests only those of the same list.
selftest_installs() {
	git -C "$tree/tree" checkout -q --detach "$with"
	rm -rf "$work/kselftest"
	make -C "$tree/tree/tools/testing/selftests" O="$work/kselftest" \
		TARGETS=x86 CAN_BUILD_I386=0 TARGETS_C_BOTHBITS= \
		KSFT_INSTALL_PATH="$work/kselftest/install" install \
		>"$work/kselftest.log" 2>&1 || {
		cat "$work/kselftest.log"
		return 1
	}
	says ' xen_pv_cr3\.c ' "$work/kselftest.log"
	says_not 'xen_pv_cr3\.c:.*warning' "$work/kselftest.log"
	says '^x86:xen_pv_cr3_64$' "$work/kselftest/install/kselftest-list.txt"
}
t "the kernel's make installs the selftest" selftest_installs
# On a host that is no PV guest it has nothing to test.
selftest_runs() {
	status 0 "$work/kselftest/install/run_kselftest.sh" -t x86:xen_pv_cr3_64
	says '^ok 1 selftests: x86: xen_pv_cr3_64' "$work/out"
	grep -qs PV /sys/hypervisor/guest_type || says ' # SKIP' "$work/out"
}
t "... and its runner takes the result" selftest_runs
