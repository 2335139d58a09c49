// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the title of a report: who is named when helpers, inlined functions
 * and other reports stand in the way.  Lines of our own, in the kernel's forms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../scripts/pvboot/compiler.h"
#include "../../scripts/pvboot/fault.h"

static char titles[8][2 * FAULT_NAME + 16];
static unsigned int found;

static void keep(void *ctx, const struct fault *fault)
{
	(void)ctx;
	assert_true(found < ARRAY_SIZE(titles));
	assert_true(fault->what[0]);
	snprintf(titles[found++], sizeof(titles[0]), "%s", fault->title);
}

/* Each line is of the kernel's, unless it begins with "(XEN) ". */
static void scan(const char * const *lines)
{
	struct faults *f = faults_new(NULL, keep, NULL);

	assert_non_null(f);
	found = 0;
	for (; *lines; lines++) {
		bool xen = !strncmp(*lines, "(XEN) ", 6);

		faults_line(f, xen ? FAULT_XEN : FAULT_KERNEL, *lines + (xen ? 6 : 0), 0);
	}
	faults_flush(f, 1);
	faults_free(f);
}

#define LOG(...)	((const char * const []){ __VA_ARGS__, NULL })

#define TITLED(title, ...) do {						\
	scan(LOG(__VA_ARGS__));						\
	assert_true(found > 0);						\
	assert_string_equal(titles[0], title);				\
} while (0)

/* What dmesg -x, dmesg with callers, a bare syslog and a sloppy printer make of a line. */
static void test_prefixes(void **state)
{
	static const char * const before[] = {
		"kern  :warn  : [    3.078160] [      T0] ", "kern  :emerg : ", "kernel: ",
		"[    3.078160] [  C12] ", "[    3.078160 ][    T0 ] ",
		"2026-10-24T01:36:33.123456+02:00 host kernel: ",
		"2026-10-24T01:36:33+0200 host kernel: [    3.078160] ",
		"[2026-10-24 01:36:33] [    3.078160] ",
	};
	char head[200], call[200], frame[200];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(before); i++) {
		snprintf(head, sizeof(head), "%sdivide error: 0000 [#1] SMP", before[i]);
		snprintf(call, sizeof(call), "%sCall Trace:", before[i]);
		snprintf(frame, sizeof(frame), "%s guilty+0x1/0x2", before[i]);
		TITLED("divide error in guilty", head, call, frame);
	}
}

#define DEADLOCK	"WARNING: possible circular locking dependency detected"
#define BACKTRACE	"stack backtrace:", "Call Trace:", " lock_acquire+0x1/0x2"

static void test_lock_user(void **state)
{
	(void)state;
	/* a helper that has a lock of its own */
	TITLED("possible deadlock in try_to_wake_up", DEADLOCK, "a/1 is trying to acquire lock:",
	       "ffff888000000000 (&p->pi_lock){-.-.}-{2:2}, at: try_to_wake_up+0x1/0x2",
	       BACKTRACE, " other+0x1/0x2");
	TITLED("possible deadlock in do_user_addr_fault", DEADLOCK,
	       "ffff888000000000 (&mm->mmap_lock){++++}, at: do_user_addr_fault+0x1/0x2",
	       BACKTRACE, " other+0x1/0x2");
	/* a helper of others: who has the lock already */
	TITLED("possible deadlock in holder", DEADLOCK, "a/1 is trying to acquire lock:",
	       "ffff888000000000 ((wq_completion)a){+.+.}, at: flush_workqueue+0x1/0x2",
	       "but task is already holding lock:",
	       "ffff888000000000 (&a->lock){++++}, at: holder+0x1/0x2",
	       BACKTRACE, " other+0x1/0x2");
	/* ... and else who took one before */
	TITLED("possible deadlock in before", DEADLOCK, "a/1 is trying to acquire lock:",
	       "ffff888000000000 (&a->work){+.+.}, at: process_one_work+0x1/0x2",
	       "-> #1 (&a->lock){++++}:", "       flush_workqueue+0x1/0x2",
	       "       before+0x1/0x2", BACKTRACE, " other+0x1/0x2");
	/* but not where the state of the lock comes from */
	TITLED("inconsistent lock state in user", "WARNING: inconsistent lock state",
	       "a/1 [HC0[0]:SC0[0]:HE0:SE1] takes:",
	       "ffff888000000000 (&p->pi_lock){?.-.}-{2:2}, at: mutex_lock_nested+0x1/0x2",
	       "{IN-HARDIRQ-W} state was registered at:", "  before+0x1/0x2",
	       " #0: ffff888000000000 (a){++++}-{3:3}, at: holder+0x1/0x2",
	       BACKTRACE, " user+0x1/0x2");
	/* nothing but a helper */
	TITLED("possible deadlock in flush_workqueue", DEADLOCK,
	       "ffff888000000000 (a){+.+.}, at: flush_workqueue+0x1/0x2");
}

/* Lines that have been looked up tell of functions that another log of the same has not. */
static void test_inlined(void **state)
{
	(void)state;
	TITLED("divide error in real", "divide error: 0000 [#1] SMP",
	       "RIP: 0010:part mm/a.c:1 [inline]", "RIP: 0010:real+0x1/0x2 mm/a.c:2",
	       "Call Trace:", " caller+0x1/0x2");
	TITLED("divide error in real", "divide error: 0000 [#1] SMP", "Call Trace:",
	       " part mm/a.c:1 [inline]", " [<     inline     >] part mm/a.c:1",
	       " real+0x1/0x2 mm/a.c:2");
	TITLED("KMSAN: uninit-value in real", "BUG: KMSAN: uninit-value in part mm/a.c:1 [inline]",
	       "BUG: KMSAN: uninit-value in real+0x1/0x2 mm/a.c:2");
	TITLED("KMSAN: uninit-value in part",
	       "BUG: KMSAN: uninit-value in part mm/a.c:1 [inline]");
}

/* What has nothing to do with the report that is under way. */
static void test_alone(void **state)
{
	(void)state;
	TITLED("page allocation failure in guilty",
	       "a: page allocation failure: order:0, mode:0x1(GFP_KERNEL)",
	       "b invoked oom-killer: gfp_mask=0x1(GFP_KERNEL), order=0",
	       "Call Trace:", " guilty+0x1/0x2");
	assert_int_equal(found, 2);
	assert_string_equal(titles[1], "Out of memory: process killed");
}

static void test_stalls(void **state)
{
	(void)state;
	TITLED("INFO: rcu detected stall in corrupted",
	       "INFO: rcu_sched detected stalls on CPUs/tasks:", "Call Trace:",
	       " default_idle+0x1/0x2", " cpu_startup_entry+0x1/0x2", " start_secondary+0x1/0x2",
	       "rcu_sched       D ffff888000000000 13792     8      2 0x00080000",
	       "Call Trace:", " schedule+0x1/0x2", " rcu_gp_kthread+0x1/0x2");
}

static void test_msr(void **state)
{
	(void)state;
	TITLED("unchecked MSR access error in guilty",
	       "unchecked MSR access error: WRMSR to 0x1 (tried to write 0x0000000000000002) at rIP: 0xffffffff81000000 (native_write_msr+0x4/0x20)",
	       "Call Trace:", " guilty+0x1/0x2");
	/* Xen has not every register for a PV guest. */
	scan(LOG("unchecked MSR access error: RDMSR from 0x1 at rIP: 0x8 (xen_do_read_msr+0x4/0x2)",
		 "Call Trace:", " innocent+0x1/0x2"));
	assert_int_equal(found, 0);
}

static void test_xen(void **state)
{
	(void)state;
	TITLED("multicall failed in user", "1 of 1 multicall(s) failed: cpu 4",
	       "  call  1: op=1 result=-1 caller=user+0x4e/0xd0 pars=ffff888000000000 1 0 7ff0");
	scan(LOG("(XEN) grant_table.c:1861:d0v0 Expanding d0 grant table from 1 to 2 frames"));
	assert_int_equal(found, 0);
	TITLED("bad page type",
	       "(XEN) [2026-10-24 01:36:33] mm.c:2:d0v0 Bad type (saw 1 != exp 2)");
	TITLED("page cannot be had",
	       "(XEN) [2026-10-24 01:36:33.089] mm.c:2:d0v0 Error getting mfn 1 (pfn 2) from L1 entry");
}

/* Lines that have changed from kernel to kernel. */
static void test_forms(void **state)
{
	(void)state;
	TITLED("BUG: buffer overflow in guilty",
	       "memcpy: detected buffer overflow: 4 byte write of buffer size 0", "Call Trace:",
	       " __fortify_panic+0xd/0xf", " guilty.cold+0x1/0x2");
	TITLED("INFO: task hung in guilty",
	       "INFO: task a:1 blocked in I/O wait for more than 122 seconds.",
	       "Call Trace:", " io_schedule+0x1/0x2", " guilty+0x1/0x2");
	TITLED("BUG: Redzone overwritten in corrupted", "BUG kmalloc-8: Redzone overwritten");
	scan(LOG("Oops: efitime: can't read time!"));
	assert_int_equal(found, 0);
}

/* What breaks under a driver, rather than in it. */
static void test_devices(void **state)
{
	static const char * const lines[][2] = {
		{ "nvme nvme0: I/O tag 12 (300c) QID 1 timeout, completion polled",
		  "nvme: I/O timeout" },
		{ "ata1: lost interrupt (Status 0x58)", "ata: lost interrupt" },
		{ "e1000 0000:00:03.0 eth0: Detected Tx Unit Hang", "network card hangs" },
		{ "Buffer I/O error on dev xvda, logical block 0, async page read", "I/O error" },
		{ "Read-error on swap-device (202:0:8)", "I/O error" },
		{ "xenbus vbd-1: PM: failed to resume: error -2",
		  "device fails to suspend or resume" },
		{ "net eth0: Need more slots", "Xen PV driver: Need more slots" },
		{ "net eth0: rx->offset: 0, size: -1", "Xen PV driver: rx->offset: N, size: -N" },
		{ "pcifront pci-0: pciback not responding!!!",
		  "Xen PV driver: pciback not responding!!!" },
		{ "get_swap_device: Bad swap file entry 3ffffffffffff", "bad swap entry" },
		{ "Error taking CPU1 up: -5", "CPU does not come up" },
		{ "smpboot: CPU 1 didn't die...", "CPU does not go down" },
		{ "Initramfs unpacking failed: junk within compressed archive",
		  "initramfs cannot be unpacked: junk within compressed archive" },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++)
		TITLED(lines[i][1], lines[i][0]);
	scan(LOG("Buffer I/O error on dev fd0, logical block 0, async page read"));
	assert_int_equal(found, 0);
}

#define DUMP	"CPU: 1 PID: 2 Comm: a Not tainted 6.1.0 #1", "Call Trace:", " <TASK>",	\
		" dump_stack+0x1/0x2", " guilty+0x1/0x2"

/* A stack that is dumped for a reason that no form fits. */
static void test_dump(void **state)
{
	(void)state;
	TITLED("stack dump in guilty", "something is odd", DUMP);
	TITLED("stack dump in guilty", DUMP);
	/* whoever asked for it */
	scan(LOG("FAULT_INJECTION: forcing a failure.", "name failslab, interval 1", DUMP));
	assert_int_equal(found, 0);
	scan(LOG("Sending NMI from CPU 0 to CPUs 1:", "NMI backtrace for cpu 1", DUMP));
	assert_int_equal(found, 0);
	scan(LOG("sysrq: Show State", "task:a state:S", "Call Trace:", " guilty+0x1/0x2"));
	assert_int_equal(found, 0);
	/* what another report has explained */
	TITLED("divide error in guilty", "divide error: 0000 [#1] SMP", DUMP,
	       "---[ end trace 0000000000000000 ]---", "Fixing recursive fault", DUMP);
	assert_int_equal(found, 1);
}

/* Of a stall the traces of two CPUs come line by line. */
static void test_callers(void **state)
{
	(void)state;
	TITLED("INFO: rcu detected stall in guilty",
	       "[    3.000000][    C1] rcu: INFO: rcu_sched self-detected stall on CPU",
	       "[    3.000000][    C1] CPU: 1 PID: 1 Comm: a Not tainted 6.1.0 #1",
	       "[    3.000000][    C1] Call Trace:",
	       "[    3.000000][    C0]  another+0x1/0x2",
	       "[    3.000000][    C1]  guilty+0x1/0x2",
	       "[    3.000000][    C0]  another+0x1/0x2",
	       "[    3.000000][    C1]  do_syscall_64+0x1/0x2");
	TITLED("INFO: rcu detected stall in corrupted",
	       "[    3.000000][    C1] rcu: INFO: rcu_sched self-detected stall on CPU",
	       "[    3.000000][    C0]  another+0x1/0x2");
}

/* A console on which others print a lot, and quickly, before an oops goes on. */
static void test_rush(void **state)
{
	static const char other[] = "[    3.000000] gpio gpiochip1: added";
	const char *lines[128] = {
		"[    3.000000] BUG: unable to handle page fault for address: 1"
	};
	unsigned int n = 1;

	(void)state;
	while (n < 120)
		lines[n++] = other;
	lines[n++] = "[    3.900000] Oops: 0000 [#1] SMP";
	lines[n++] = "[    3.900000] Call Trace:";
	lines[n++] = "[    3.900000]  guilty+0x1/0x2";
	scan(lines);
	assert_int_equal(found, 1);
	assert_string_equal(titles[0], "BUG: unable to handle kernel paging request in guilty");

	/* much later that is another one */
	lines[120] = "[    9.900000] Oops: 0000 [#1] SMP";
	scan(lines);
	assert_int_equal(found, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_lock_user),
		cmocka_unit_test(test_inlined),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_stalls),
		cmocka_unit_test(test_msr),
		cmocka_unit_test(test_xen),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_callers),
		cmocka_unit_test(test_rush),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
