// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of what recognises and names a kernel's reports: on lines of our own
 * in the forms that kernels print.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../scripts/pvboot/compiler.h"
#include "../../scripts/pvboot/fault.h"

#define LINES_MAX	64

/* What came out of one log. */
struct seen {
	struct fault fault[8];
	unsigned int n;
};

static void found(void *ctx, const struct fault *fault)
{
	struct seen *s = ctx;

	if (s->n < ARRAY_SIZE(s->fault))
		s->fault[s->n] = *fault;
	s->n++;
	assert_true(strlen(fault->title) > 0);
	assert_true(fault->nframes <= FAULT_FRAMES);
	assert_true(fault->ndoubtful <= FAULT_FRAMES);
}

static const char *name(void *ctx, unsigned long addr)
{
	(void)ctx;
	if (addr >= 0xffffffff81000001 && addr <= 0xffffffff81000010)
		return "guilty_function";
	if (addr >= 0xffffffff81000011 && addr <= 0xffffffff81000020)
		return "its_caller";
	return NULL;
}

/* Reads a log, line by line, each put into @frame, a format with one %s. */
static struct seen *scan_in(const char *frame, enum fault_source src,
			    const char * const *lines)
{
	static struct seen seen;
	struct faults *f = faults_new(name, found, &seen);
	char buf[512];

	assert_non_null(f);
	memset(&seen, 0, sizeof(seen));
	for (unsigned int i = 0; lines[i]; i++) {
		const char *percent = strstr(frame, "%s");

		snprintf(buf, sizeof(buf), "%.*s%s%s", (int)(percent - frame), frame,
			 lines[i], percent + 2);
		faults_line(f, src, buf, i * 0.01);
	}
	faults_flush(f, 100);
	assert_false(faults_reading(f));
	faults_free(f);
	return &seen;
}

static struct seen *scan(enum fault_source src, const char * const *lines)
{
	return scan_in("%s", src, lines);
}

#define LOG(...)	((const char * const []){ __VA_ARGS__, NULL })

static void titled(const struct seen *s, const char *title, enum fault_kind kind)
{
	assert_true(s->n >= 1);
	assert_string_equal(s->fault[0].title, title);
	assert_int_equal(s->fault[0].kind, kind);
}

static const char * const oops[] = {
	"BUG: unable to handle page fault for address: ffff888000001000",
	"#PF: supervisor read access in kernel mode",
	"Oops: 0000 [#1] PREEMPT SMP NOPTI",
	"CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1",
	"RIP: 0010:memcpy+0x10/0x20",
	"Code: 90 90",
	"Call Trace:",
	" <TASK>",
	" ? stale_function+0x1/0x2",
	" guilty_function.isra.0+0x30/0x80 [some_module]",
	" its_caller+0x11/0x22",
	" do_syscall_64+0x3b/0x90",
	" </TASK>",
	"---[ end trace 0000000000000000 ]---",
	NULL
};

static void test_oops(void **state)
{
	struct seen *s = scan(FAULT_KERNEL, oops);

	(void)state;
	titled(s, "BUG: unable to handle kernel paging request in guilty_function",
	       FAULT_CRASH);
	assert_int_equal(s->n, 1);
	assert_string_equal(s->fault[0].frames[1], "its_caller");
	assert_string_equal(s->fault[0].doubtful[0], "stale_function");
	assert_true(s->fault[0].has_address);
	assert_int_equal(s->fault[0].address, 0xffff888000001000);
	assert_string_equal(s->fault[0].what, oops[0]);
}

/* The same line under whatever stands before a line. */
static void test_prefixes(void **state)
{
	static const char * const frames[] = {
		"[    1.234567] %s", "[    1.234567][    T1] %s", "<4>[    1.234567] %s",
		"[    1.234567][   C12] %s", "%s\r", "%s\r\n", "(early) %s", "<1>%s",
		"Nov 24 12:00:00 host kernel: [    1.234567] %s",
		"program [    1.234567] %s", "[Tue Nov 24 12:00:00 2026] %s",
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(frames); i++)
		titled(scan_in(frames[i], FAULT_KERNEL, oops),
		       "BUG: unable to handle kernel paging request in guilty_function",
		       FAULT_CRASH);
}

/* Every spelling of a trace's line. */
static void test_spellings(void **state)
{
	static const char * const lines[] = {
		"RIP: 0010:guilty_function+0x12/0x34",
		"RIP: e030:guilty_function+0x12/0x34",
		"RIP: 0010:[<ffffffff81000000>]  [<ffffffff81000000>] guilty_function+0x12/0x34",
		"RIP: e030:[<ffffffff81000010>]",
		"EIP is at guilty_function+0x12/0x34",
		"EIP: guilty_function+0x12/0x34",
		"IP: [<ffffffff81000000>] guilty_function+0x12/0x34",
		"IP: guilty_function+0x12/0x34",
		"pc : guilty_function+0x12/0x34",
		" guilty_function+0x12/0x34",
		" [<ffffffff81000000>] guilty_function+0x12/0x34",
		" [<ffffffff81000000>] ? guilty_function+0x12/0x34",
		" [<ffffffff81000010>]",
		" ? guilty_function+0x12/0x34",
		" guilty_function.part.3.cold+0x12/0x34",
		" guilty_function.constprop.0.llvm.1234+0x12/0x34",
		" <IRQ>  [<ffffffff81000000>] guilty_function+0x12/0x34",
		" [<     inline     >] guilty_function net/core/dev.c:12",
		" guilty_function+0x12/0x34 net/core/dev.c:12 [inline]",
		" guilty_function net/core/dev.c:12 [inline]",
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++)
		titled(scan(FAULT_KERNEL, LOG("divide error: 0000 [#1] SMP", lines[i])),
		       "divide error in guilty_function", FAULT_CRASH);
}

/* A mark says nothing; the line after it does. */
static void test_mark(void **state)
{
	static const char * const lines[][4] = {
		{ "------------[ cut here ]------------", "kernel BUG at mm/a.c:12!",
		  "RIP: 0010:guilty_function+0x1/0x2" },
		{ "------------[ cut here ]------------",
		  "WARNING: CPU: 1 PID: 77 at mm/a.c:12 guilty_function+0x1/0x2" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_string_equal(scan_in("%s", FAULT_KERNEL, lines[i])->fault[0].what,
				    lines[i][1]);
}

static void test_titles(void **state)
{
	static const struct {
		const char *title;
		enum fault_kind kind;
		const char *lines[12];
	} logs[] = {
		{ "WARNING in guilty_function", FAULT_COMPLAINT,
		  { "------------[ cut here ]------------",
		    "WARNING: CPU: 1 PID: 77 at mm/a.c:12 guilty_function+0x1/0x2" } },
		{ "WARNING in guilty_function", FAULT_COMPLAINT,
		  { "WARNING: at mm/a.c:12 guilty_function+0x1/0x2()" } },
		{ "WARNING in guilty_function", FAULT_COMPLAINT,
		  { "WARNING: mm/a.c:12 at guilty_function+0x1/0x2, CPU#0: init/1" } },
		{ "WARNING in guilty_function", FAULT_COMPLAINT,
		  { "WARNING: [p[0] != q[1]] mm/a.c:12 at guilty_function+0x1/0x2, CPU#0: a/1" } },
		{ "softirq leaks preempt_count", FAULT_COMPLAINT,
		  { "huh, entered softirq 3 NET_RX 0 with preempt_count 101, exited with 100?" } },
		{ "WARNING: refcount bug in guilty_function", FAULT_COMPLAINT,
		  { "------------[ cut here ]------------", "refcount_t: saturated.",
		    "WARNING: CPU: 0 PID: 1 at lib/refcount.c:22 refcount_warn_saturate+0x1/0x2",
		    "Call Trace:", " guilty_function+0x1/0x2" } },
		{ "kernel BUG in guilty_function", FAULT_CRASH,
		  { "kernel BUG at mm/a.c:12!", "invalid opcode: 0000 [#1] SMP",
		    "RIP: 0010:guilty_function+0x1/0x2", "Call Trace:", " other+0x1/0x2" } },
		{ "BUG: corrupted list in guilty_function", FAULT_CRASH,
		  { "list_del corruption. next->prev should be x",
		    "kernel BUG at lib/list_debug.c:5!",
		    "RIP: 0010:__list_del_entry_valid+0x1/0x2", "Call Trace:",
		    " guilty_function+0x1/0x2" } },
		{ "possible deadlock in guilty_function", FAULT_COMPLAINT,
		  { "[ INFO: possible circular locking dependency detected ]",
		    "init/1 is trying to acquire lock:",
		    " (lock_a){+.+.}, at: [<ffffffff81000000>] guilty_function+0x1/0x2",
		    "stack backtrace:", "Call Trace:", " other+0x1/0x2" } },
		{ "BUG: soft lockup in guilty_function", FAULT_HANG,
		  { "watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [a:1]",
		    "RIP: 0010:inner+0x1/0x2", "Call Trace:", " guilty_function+0x1/0x2",
		    " process_one_work+0x1/0x2", " kthread+0x1/0x2" } },
		{ "INFO: rcu detected stall in sys_futex", FAULT_HANG,
		  { "rcu: INFO: rcu_sched detected stalls on CPUs/tasks:",
		    "rcu: \t1-...!: (1 GPs behind) idle=1", "NMI backtrace for cpu 0",
		    "Call Trace:", " the_detector+0x1/0x2", "NMI backtrace for cpu 1",
		    "RIP: 0010:inner+0x1/0x2", "Call Trace:", " __x64_sys_futex+0x1/0x2",
		    " do_syscall_64+0x1/0x2" } },
		{ "INFO: task hung in guilty_function", FAULT_HANG,
		  { "INFO: task init:1 blocked for more than 120 seconds.", "Call Trace:",
		    " __schedule+0x1/0x2", " schedule+0x1/0x2", " mutex_lock+0x1/0x2",
		    " guilty_function+0x1/0x2" } },
		{ "task refuses to freeze in guilty_function", FAULT_COMPLAINT,
		  { "Freezing of tasks failed after 20.036 seconds (1 tasks refusing to freeze):",
		    "task:xen-balloon     state:D stack:0     pid:26    ppid:2      flags:0x00004000",
		    "Call Trace:", " __schedule+0x1/0x2", " schedule+0x1/0x2",
		    " schedule_timeout+0x1/0x2", " guilty_function+0x1/0x2" } },
		{ "KASAN: use-after-free Read in guilty_function", FAULT_COMPLAINT,
		  { "BUG: KASAN: use-after-free in memcpy+0x1/0x2",
		    "Read of size 8 at addr ff by task a/1",
		    "Call Trace:", " kasan_report+0x1/0x2", " memcpy+0x1/0x2",
		    " guilty_function+0x1/0x2", "Allocated by task 1:", " other+0x1/0x2" } },
		{ "kernel panic: VFS: Unable to mount root fs", FAULT_CRASH,
		  { "Kernel panic - not syncing: VFS: Unable to mount root fs on \"x\"",
		    "Call Trace:", " panic+0x1/0x2", " mount_root+0x1/0x2" } },
		{ "multicall failed in guilty_function", FAULT_COMPLAINT,
		  { "1 of 2 multicall(s) failed: cpu 0", "Call Trace:", " dump_stack+0x1/0x2",
		    " xen_mc_flush+0x1/0x2", " guilty_function+0x1/0x2" } },
		{ "grant still in use", FAULT_COMPLAINT,
		  { "xen:grant_table: WARNING: g.e. 0x8 still in use!" } },
		{ "Xen PV driver: Could not register gntdev device", FAULT_COMPLAINT,
		  { "xen:gntdev: Could not register gntdev device" } },
		{ "Xen PV driver: Unmap fail: nr_ops N ret -N", FAULT_COMPLAINT,
		  { "vif vif-1-0 vif1.0: Unmap fail: nr_ops 2 ret -22" } },
		{ "bad page table entry: pmd", FAULT_COMPLAINT,
		  { "mm/pgtable-generic.c:51: bad pmd ffff888003a00000(8000000001234067)" } },
		{ "CSD lock not released in guilty_function", FAULT_HANG, {
			"smp: csd: Detected non-responsive CSD lock (#1) on CPU#0, waiting 5000 ns for CPU#01 guilty_function+0x0/0x40(0x0).",
		} },
		{ "divide error in corrupted", FAULT_CRASH,
		  { "divide error: 0000 [#1] SMP", "Call Trace:", " dump_stack+0x1/0x2",
		    " panic+0x1/0x2" } },
		{ "PANIC: early exception in guilty_function", FAULT_CRASH,
		  { "PANIC: early exception 0x0e IP 10:ffffffff81000010 error 0 cr2 0x8" } },
		{ "something unknown in corrupted", FAULT_CRASH, { ": 0000 [#1]" } },
		{ "BUG: something that is not known", FAULT_COMPLAINT,
		  { "BUG: something that is not known", "RIP: 0010:[<ffffffff81000999>]" } },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(logs); i++) {
		const char *lines[16] = { NULL };

		memcpy(lines, logs[i].lines, sizeof(logs[i].lines));
		titled(scan(FAULT_KERNEL, lines), logs[i].title, logs[i].kind);
	}
}

static void test_xen(void **state)
{
	static const char * const log[] = {
		"d0v0 Unhandled: vec 14, #PF[0000]",
		"Pagetable walk from ffffea0000001000:",
		"Domain 0 (vcpu#0) crashed on cpu#0:",
		"RIP:    e033:[<ffffffff81000010>]",
		"Guest stack trace from rsp=ffffffff82000000:",
		"   0000000000000000 ffffffff81000020 00000000deadbeef",
		NULL
	};
	struct seen *s = scan(FAULT_XEN, log);

	(void)state;
	titled(s, "unhandled trap #PF in guilty_function", FAULT_CRASH);
	assert_int_equal(s->n, 1);
	assert_int_equal(s->fault[0].source, FAULT_XEN);
	assert_int_equal(s->fault[0].address, 0xffffea0000001000);
	assert_string_equal(s->fault[0].frames[1], "its_caller");
	titled(scan(FAULT_XEN, LOG("arch/x86/mm.c:12:d0v1 Bad L1 flags 800000")),
	       "bad page table flags", FAULT_COMPLAINT);
	titled(scan(FAULT_XEN, LOG("mm.c:12:d8 Error while pinning mfn 1f")), "failed pin",
	       FAULT_COMPLAINT);
	assert_int_equal(scan(FAULT_XEN, LOG("d0v0 RDMSR 0x00000611 unimplemented"))->n, 0);
}

/* What follows from a report is not another one. */
static void test_panic_follows(void **state)
{
	static const char * const before_trace[] = {
		"WARNING: CPU: 0 PID: 1 at mm/a.c:1 guilty_function+0x1/0x2",
		"Kernel panic - not syncing: panic_on_warn set ...",
		"Call Trace:",
		" panic+0x1/0x2",
		" guilty_function+0x1/0x2",
		NULL
	};
	static const char * const after_end[] = {
		"WARNING: CPU: 0 PID: 1 at mm/a.c:1 guilty_function+0x1/0x2",
		"Call Trace:",
		" its_caller+0x1/0x2",
		"---[ end trace 0 ]---",
		"Kernel panic - not syncing: panic_on_warn set ...",
		NULL
	};
	static const char * const multicall[] = {
		"WARNING: CPU: 0 PID: 1 at arch/x86/xen/multicalls.c:102 xen_mc_flush+0x1/0x2",
		"Call Trace:",
		" guilty_function+0x1/0x2",
		"---[ end trace 0 ]---",
		"1 of 2 multicall(s) failed: cpu 0",
		"  call  1: op=1 result=-22",
		NULL
	};
	struct seen *s = scan(FAULT_KERNEL, before_trace);

	(void)state;
	titled(s, "WARNING in guilty_function", FAULT_CRASH);
	assert_int_equal(s->n, 1);
	assert_true(s->fault[0].panicked);

	s = scan(FAULT_KERNEL, after_end);
	assert_int_equal(s->n, 2);
	assert_int_equal(s->fault[0].kind, FAULT_COMPLAINT);
	assert_int_equal(s->fault[1].kind, FAULT_CRASH);
	assert_string_equal(s->fault[1].title, s->fault[0].title);

	s = scan(FAULT_KERNEL, multicall);
	titled(s, "multicall failed in guilty_function", FAULT_COMPLAINT);
	assert_int_equal(s->n, 1);
}

/* Xen's complaint is no cause of the kernel's panic. */
static void test_sources(void **state)
{
	struct seen seen = { .n = 0 };
	struct faults *f = faults_new(NULL, found, &seen);

	(void)state;
	faults_line(f, FAULT_XEN, "d0v0 Bad L1 flags 800000", 0);
	faults_line(f, FAULT_KERNEL, "Kernel panic - not syncing: Fatal exception", 0);
	faults_flush(f, 0);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.fault[0].kind, FAULT_COMPLAINT);
	assert_int_equal(seen.fault[1].kind, FAULT_CRASH);
	faults_free(f);
}

/* Two CPUs at once, told apart by who prints. */
static void test_interleaved(void **state)
{
	static const char * const log[] = {
		"[    1.000000][    T1] WARNING: CPU: 0 PID: 1 at mm/a.c:1 refcount_warn+0x1/0x2",
		"[    1.000001][    T2] divide error: 0000 [#1] SMP",
		"[    1.000002][    T1] Call Trace:",
		"[    1.000003][    T2] RIP: 0010:second+0x1/0x2",
		"[    1.000004][    T2] Call Trace:",
		"[    1.000005][    T1]  warn_slowpath+0x1/0x2",
		"[    1.000006][    T2]  other+0x1/0x2",
		"[    1.000007][    T1]  first+0x1/0x2",
		NULL
	};
	struct seen *s = scan(FAULT_KERNEL, log);

	(void)state;
	assert_int_equal(s->n, 2);
	assert_string_equal(s->fault[0].title, "WARNING in first");
	assert_string_equal(s->fault[1].title, "divide error in second");
}

static void test_harmless(void **state)
{
	static const char * const lines[] = {
		"INFO: lockdep is turned off.", "WARNING: /etc/a does not exist",
		"ok 3 BUG: is not", "# WARNING: at a.c:1", "panic: attack",
		"systemd[1]: BUG: unable to handle it",
		"kasan: KernelAddressSanitizer initialized",
		"debug: BUG: no", "Lockdep: ready", " [<ffffffff81000000>] guilty_function+0x1/0x2",
		"Call Trace:", "RIP: 0010:guilty_function+0x1/0x2", "Linux version 6.1.0",
		"Command line: panic=-1 oops=panic", "WARNING: this is my program", "",
		"xen:balloon: Initialising balloon driver",
		"xen_acpi_processor: (_PXX): Hypervisor error (-19) for ACPI CPU1",
		"xen_pv_cr3[7]: segfault at 0 ip 0 sp 0 error 4 in a: b",
		"I/O error, dev fd0, sector 0 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 2",
		/* of a CPU without NX; with it, a warning comes first */
		"x86/mm: Checked W+X mappings: FAILED, 67679 W+X pages found.",
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++)
		assert_int_equal(scan(FAULT_KERNEL, LOG(lines[i]))->n, 0);
}

/* Where the kernel's lines have times, those of a program have none. */
static void test_untimed(void **state)
{
	static const char * const program[] = {
		"[    0.000000] Linux version 6.1.0",
		"[    0.000001] a",
		"[    0.000002] b",
		"Kernel panic - not syncing: attack",
		"BUG: unable to handle page fault for address: 0",
		NULL
	};
	static const char * const early[] = {
		"[    0.000000] Linux version 6.1.0",
		"[    0.000001] a",
		"[    0.000002] b",
		"PANIC: early exception 0x0e IP 10:ffffffff81000010 error 0 cr2 0x0",
		NULL
	};

	static const char * const late[] = {
		"[    1.000000] a",
		"[    1.000001] b",
		"[    1.000002] c",
		"PANIC: early exception 0x0e IP 10:ffffffff81000010 error 0 cr2 0x0",
		NULL
	};

	(void)state;
	assert_int_equal(scan(FAULT_KERNEL, program)->n, 0);
	assert_int_equal(scan(FAULT_KERNEL, early)->n, 1);
	assert_int_equal(scan(FAULT_KERNEL, late)->n, 0);
}

/* A kernel that starts again. */
static void test_reboot(void **state)
{
	static const char * const version[] = {
		"Linux version 6.1.0",
		"Command line: quiet",
		"Linux version 6.1.0",
		"what a program says",
		"Linux version 6.1.0",
		"Command line: quiet",
		NULL
	};
	static const char * const times[] = {
		"[    9.000000] a",
		"[    0.000000] Linux version 6.1.0",
		"[    0.000000] Command line: quiet",
		NULL
	};
	struct seen *s = scan(FAULT_KERNEL, version);

	(void)state;
	titled(s, "unexpected kernel reboot", FAULT_CRASH);
	assert_int_equal(s->n, 1);
	titled(scan(FAULT_KERNEL, times), "unexpected kernel reboot", FAULT_CRASH);
}

/* Whatever comes in, and wherever it is cut: no more than what it is. */
static void test_cut(void **state)
{
	(void)state;
	for (unsigned int cut = 0; oops[cut]; cut++) {
		const char *lines[LINES_MAX] = { NULL };
		struct seen *s;

		memcpy(lines, oops, cut * sizeof(lines[0]));
		s = scan(FAULT_KERNEL, lines);
		assert_int_equal(s->n, cut > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_oops),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_spellings),
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_xen),
		cmocka_unit_test(test_panic_follows),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_interleaved),
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_untimed),
		cmocka_unit_test(test_reboot),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
