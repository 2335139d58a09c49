// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of names for addresses, and of deaths of which only addresses tell.
 * This program is an ELF file, and has functions of the kernel's names.
 */
#include <dlfcn.h>

#include "../../scripts/pvboot/symbols.h"
#include "run.h"

static struct run r;
static struct symbols *syms;

static void __noinline xen_get_user_pgd(void)
{
	asm volatile("nop; nop; nop; nop");
}

static void __noinline xen_write_cr3(void)
{
	asm volatile("nop; nop; nop");
}

static void __noinline xen_write_cr3_init(void)
{
	asm volatile("nop; nop; nop; nop; nop");
}

static void __noinline init_mem_mapping(void)
{
	asm volatile("nop; nop");
}

static void __noinline switch_mm(void)
{
	asm volatile("nop; nop; nop; nop; nop; nop");
}

int main(void);

/* The address at which a function was linked. */
static unsigned long linked_at(void (*func)(void))
{
	Dl_info info;

	assert_true(dladdr((void *)func, &info));
	return (unsigned long)func - (unsigned long)info.dli_fbase;
}

static int open_syms(void **state)
{
	const char *err;

	(void)state;
	syms = symbols_open("/proc/self/exe", &err);
	return !syms;
}

static int close_syms(void **state)
{
	(void)state;
	symbols_close(syms);
	return 0;
}

/* Its first byte, too: there, functions lie close to each other. */
static void assert_symbol(void (*func)(void), const char *want)
{
	for (unsigned long i = 0; i < 2; i++) {
		unsigned long off = -1UL;
		const char *name = symbols_name(syms, linked_at(func) + i, &off);

		assert_non_null(name);
		assert_string_equal(name, want);
		assert_int_equal(off, i);
	}
}

static void test_symbols(void **state)
{
	const char *err = NULL;
	unsigned long off;

	(void)state;
	assert_null(symbols_open("/nonexistent", &err));
	assert_non_null(err);
	assert_null(symbols_open("/dev/null", &err));

	assert_symbol(xen_get_user_pgd, "xen_get_user_pgd");
	assert_symbol(xen_write_cr3, "xen_write_cr3");
	assert_symbol(init_mem_mapping, "init_mem_mapping");
	assert_symbol((void (*)(void))console_feed, "console_feed");
	assert_symbol((void (*)(void))main, "main");
	assert_null(symbols_name(syms, 0, &off));
	assert_null(symbols_name(syms, -1UL, &off));
	assert_null(symbols_name(NULL, 1, &off));
	assert_true(symbols_have(syms, "switch_mm"));
	assert_false(symbols_have(syms, "switch_m"));
}

/* A kernel that dies too early to say anything: Xen's dump is all there is. */
static void say_dump(unsigned int domid, unsigned long rip, unsigned long caller,
		     unsigned long callers_caller)
{
	char dump[1024];

	snprintf(dump, sizeof(dump),
		 "(XEN) d%uv0 Unhandled: vec 14, #PF[0000]\n"
		 "(XEN) Pagetable walk from ffffea0000058330:\n"
		 "(XEN) domain_crash_sync called from entry.S: fault at ffff82d04030f6b4 entry.o#create_bounce_frame+0x15d/0x177\n"
		 "(XEN) Domain %u (vcpu#0) crashed on cpu#0:\n"
		 "(XEN) ----[ Xen-4.17.7  x86_64  debug=n  Not tainted ]----\n"
		 "(XEN) CPU:    0\n"
		 "(XEN) RIP:    e033:[<%016lx>]\n"
		 "(XEN) Guest stack trace from rsp=ffffffff81601e00:\n"
		 "(XEN)    ffffffff8164a130 %016lx 0000000000000000\n"
		 "(XEN)    0000000000000001 %016lx 0000000000000000\n",
		 domid, domid, rip, caller, callers_caller);
	run_say(&r, dump);
}

static void test_xen_dump(void **state)
{
	(void)state;
	run_open(&r, "early-full-load", NULL, syms);
	run_say(&r, "(XEN) *** Serial input to DOM0\n");
	say_dump(0, linked_at(xen_get_user_pgd) + 1, linked_at(xen_write_cr3) + 1,
		 linked_at(init_mem_mapping) + 1);
	run_say(&r, "(XEN) Hardware Dom0 crashed: rebooting machine in 5 seconds.\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_OK);
	assert_says(r.m.domains[0].summary,
		    "died in xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping");
	run_close(&r);

	run_open_domus(&r, syms);
	run_say(&r, DOM0_UP "pvboot: create domu-without\n");
	say_dump(2, linked_at(xen_get_user_pgd) + 1, linked_at(xen_write_cr3) + 1,
		 linked_at(init_mem_mapping) + 1);
	run_say(&r, "pvboot: gone domu-without\n" GOOD_DRIVER DOM0_DOWN);
	run_end(&r, NULL);
	assert_int_equal(r.m.domains[2].outcome, OUTCOME_OK);
	run_close(&r);
}

/*
 * A freed first stage faults at its first byte.  An instruction pointer may be
 * one; a return address never is.
 */
static void test_first_byte(void **state)
{
	(void)state;
	run_open(&r, "stale-first-stage", NULL, syms);
	run_say(&r, "(XEN) *** Serial input to DOM0\nLinux version 6.1\n"
		"[    0.100000] Zone ranges:\n");
	say_dump(0, linked_at(xen_write_cr3_init), linked_at(xen_get_user_pgd),
		 linked_at(switch_mm) + 1);
	run_say(&r, "(XEN) Hardware Dom0 crashed: rebooting machine in 5 seconds.\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_OK);
	assert_string_equal(r.m.domains[0].headline->fault.frames[0], "xen_write_cr3_init");
	for (unsigned int i = 0; i < r.m.domains[0].headline->fault.nframes; i++)
		assert_string_not_equal(r.m.domains[0].headline->fault.frames[i],
					"xen_get_user_pgd");
	run_close(&r);
}

/* As by a dom0 of 5.10: no trace, an address alone. */
static void untraced(unsigned long ip, const char *cr2, enum outcome outcome)
{
	char line[256];

	run_open(&r, "early-full-load", NULL, syms);
	run_say(&r, "(XEN) *** Serial input to DOM0\nLinux version 5.10\n");
	snprintf(line, sizeof(line),
		 "PANIC: early exception 0x0e IP 10000e030:%016lx error 0 cr2 %s\n", ip, cr2);
	run_say(&r, line);
	run_say(&r, "(XEN) Hardware Dom0 halted: halting machine\n");
	assert_int_equal(run_end(&r, NULL), outcome);
	run_close(&r);
}

static void test_without_a_trace(void **state)
{
	(void)state;
	/* This program has a first stage, so such a death is another one. */
	untraced(linked_at(xen_get_user_pgd) + 1, "0xffffea0000058330", OUTCOME_FAULT);
	untraced(linked_at(xen_write_cr3) + 1, "0xffffea0000058330", OUTCOME_FAULT);
	untraced(linked_at(xen_get_user_pgd) + 1, "0x28", OUTCOME_FAULT);
}

/* The address comes first, and is in the trace once more. */
static void test_address_and_trace(void **state)
{
	const struct fault *fault;
	char line[256];

	(void)state;
	run_open(&r, "early-full-load", NULL, syms);
	run_say(&r, "(XEN) *** Serial input to DOM0\nLinux version 6.1\n");
	snprintf(line, sizeof(line),
		 "PANIC: early exception 0x0e IP 10000e030:%016lx error 0 cr2 0xffffea0000000028\n",
		 linked_at(xen_get_user_pgd) + 1);
	run_say(&r, line);
	run_say(&r, "[    0.100000] CPU: 0 PID: 0 Comm: swapper Not tainted 6.1.192 #1\n"
		"[    0.100000] RIP: e030:xen_get_user_pgd+0x46/0x70\n"
		"[    0.100000] Call Trace:\n[    0.100000]  ? xen_write_cr3+0x20/0xc0\n"
		"[    0.100000]  init_mem_mapping+0x2b2/0x2c8\n"
		"[    0.100000]  setup_arch+0x66b/0x888\n"
		"(XEN) Hardware Dom0 halted: halting machine\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_OK);
	fault = &r.m.domains[0].headline->fault;
	assert_int_equal(fault->nframes, 4);
	assert_string_equal(fault->frames[0], "xen_get_user_pgd");
	assert_string_equal(fault->frames[1], "xen_write_cr3");
	assert_int_equal(fault->ndoubtful, 1);
	run_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_xen_dump),
		cmocka_unit_test(test_first_byte),
		cmocka_unit_test(test_without_a_trace),
		cmocka_unit_test(test_address_and_trace),
	};

	return cmocka_run_group_tests(tests, open_syms, close_syms);
}
