// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of several domains: who failed first, and what only follows.
 */
#include "run.h"

static struct run r;

enum { DOM0, DOMU, WITHOUT, SMP };

static struct domain *dom(unsigned int i)
{
	return &r.m.domains[i];
}

static void begin(void)
{
	run_open_domus(&r, NULL);
	r.step = 0.01;
	run_say(&r, DOM0_UP);
}

static void say_domu(const char *name, const char *script)
{
	while (*script) {
		size_t len = strcspn(script, "\n");
		char line[1024];

		snprintf(line, sizeof(line), "{%s} %.*s\n", name, (int)len, script);
		run_say(&r, line);
		script += len + !!script[len];
	}
}

/* From its creation to its end */
static void live(const char *name, const char *script)
{
	char line[64];

	snprintf(line, sizeof(line), "pvboot: create %s\n", name);
	run_say(&r, line);
	say_domu(name, script);
	snprintf(line, sizeof(line), "pvboot: gone %s\n", name);
	run_say(&r, line);
}

#define DIES_EARLY \
	"mapping kernel into physical memory\n" \
	"(early) PANIC: early exception 0x0e IP e030:ffffffff81000000 error 0 " \
	"cr2 0xffffea0000000028\n" \
	"(early) [    0.100000] RIP: e030:xen_get_user_pgd+0x46/0x70\n" \
	"(early) [    0.100000] Call Trace:\n" \
	"(early) [    0.100000]  xen_write_cr3+0x20/0xc0\n" \
	"(early) [    0.100000]  init_mem_mapping+0x2b2/0x2c8\n" \
	"(early) [    0.100000]  setup_arch+0x66b/0x888\n"

static void test_good(void **state)
{
	(void)state;
	begin();
	live("domu", GOOD_DOMU);
	live("domu-without", DIES_EARLY);
	live("domu-smp", GOOD_DOMU);
	run_say(&r, GOOD_DRIVER DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_OK);
	assert_string_equal(r.m.why, "");
	assert_null(r.m.culprit);
	assert_int_equal(dom(DOMU)->state, STATE_OFF);
	assert_int_equal(dom(WITHOUT)->state, STATE_CRASHED);
	assert_says(dom(WITHOUT)->summary,
		    "died in xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping");
	run_close(&r);
}

/* The same lives, and other expectations */
static void test_other_expectations(void **state)
{
	(void)state;
	begin();
	live("domu", DIES_EARLY);
	live("domu-without", GOOD_DOMU);
	live("domu-smp", GOOD_DOMU);
	run_say(&r, GOOD_DRIVER DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_ptr_equal(r.m.culprit, dom(DOMU));
	assert_says(r.m.why, "domU domu: no 'memory mapped': early full cr3 load: ");
	assert_int_equal(dom(WITHOUT)->outcome, OUTCOME_FAULT);
	assert_int_equal(dom(WITHOUT)->headline->kind, FINDING_MISSED);
	assert_int_equal(dom(SMP)->outcome, OUTCOME_OK);
	assert_int_equal(dom(DOM0)->outcome, OUTCOME_OK);
	run_close(&r);
}

static void test_misbehaviour(void **state)
{
	(void)state;
	begin();
	run_say(&r, "pvboot: create domu\n{domu} Linux version 6.1\n"
		"{domu} | not ok 1 this is not dom0's\n"
		"pvboot: limit domu\npvboot: gone domu\n");
	run_say(&r, "pvboot: create domu-without\n"
		"{domu-without} mapping kernel into physical memory\n"
		"pvboot: flood domu-without\npvboot: gone domu-without\n");
	run_say(&r, "pvboot: create domu-smp\npvboot: refused domu-smp: no memory\n"
		"{nobody} Kernel panic - not syncing: not ours\npvboot: gone nobody\n");
	run_say(&r, GOOD_DRIVER DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_int_equal(dom(DOMU)->state, STATE_HUNG);
	assert_says(dom(DOMU)->summary, "no 'memory mapped': HANG");
	assert_int_equal(dom(WITHOUT)->state, STATE_FLOODED);
	assert_says(dom(WITHOUT)->why, "FLOOD");
	assert_int_equal(dom(SMP)->state, STATE_REFUSED);
	assert_string_equal(dom(SMP)->why, "xl create: no memory");
	assert_int_equal(dom(DOM0)->outcome, OUTCOME_OK);
	assert_int_equal(dom(DOM0)->nfindings, 0);
	run_close(&r);
}

/* A domU that the toolstack refuses is not judged, and nothing else is at fault. */
static void test_refused(void **state)
{
	(void)state;
	begin();
	run_say(&r, "pvboot: create domu\npvboot: refused domu: no memory\n");
	live("domu-without", DIES_EARLY);
	live("domu-smp", GOOD_DOMU);
	run_say(&r, GOOD_DRIVER DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_UNJUDGED);
	assert_string_equal(r.m.why, "domU domu: xl create: no memory");
	run_close(&r);
}

static void test_fault_beats_unjudged(void **state)
{
	(void)state;
	begin();
	run_say(&r, "pvboot: create domu\npvboot: refused domu: no memory\n"
		"pvboot: create domu-without\n"
		"pvboot: limit domu-without\npvboot: gone domu-without\n");
	run_say(&r, GOOD_DRIVER DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_ptr_equal(r.m.culprit, dom(WITHOUT));
	assert_says(r.m.why, "domU domu-without: ");
	run_close(&r);
}

/* The first domU has died, and all else goes well: why it is a fault. */
static void only_domu_is_at_fault(const char *why)
{
	live("domu-without", DIES_EARLY);
	live("domu-smp", GOOD_DOMU);
	run_say(&r, GOOD_DRIVER DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_says(r.m.why, why);
	assert_int_equal(dom(DOM0)->outcome, OUTCOME_OK);
}

/* What Xen says of a domU is the domU's, until it speaks of dom0 again. */
static void test_xen_on_a_domu(void **state)
{
	(void)state;
	begin();
	run_say(&r, "pvboot: create domu\n"
		"{domu} mapping kernel into physical memory\n"
		"(XEN) d1v0 Unhandled: vec 14, #PF[0000]\n"
		"(XEN) Pagetable walk from ffffea0000058330:\n"
		"(XEN) Domain 1 (vcpu#0) crashed on cpu#0:\n"
		"pvboot: gone domu\n");
	only_domu_is_at_fault("domU domu: no 'memory mapped': CRASH: d1v0 Unhandled");
	assert_true(dom(DOMU)->headline->fault.has_address);
	assert_int_equal(dom(DOMU)->headline->fault.address, 0xffffea0000058330);
	run_close(&r);
}

/* Before it says whose they are, it may say what and from where. */
static void test_xen_names_a_domu_last(void **state)
{
	(void)state;
	begin();
	run_say(&r, "pvboot: create domu\n"
		"{domu} mapping kernel into physical memory\n"
		"(XEN) Pagetable walk from ffffc900001ffff8:\n"
		"(XEN)  L4[0x192] = 000000002edd4067 0000000000005fd4\n"
		"(XEN) domain_crash_sync called from entry.S: fault at ffff82d0403602e4 entry.o#f+0\n"
		"(XEN) domain_crash called from mm.c:100\n"
		"(XEN) Domain 1 (vcpu#0) crashed on cpu#0:\n"
		"pvboot: gone domu\n");
	only_domu_is_at_fault("domU domu: no 'memory mapped': CRASH: Domain 1 (vcpu#0)");
	run_close(&r);
}

/* It may tell the place in its own source first. */
static void test_xen_complains_of_a_domu(void **state)
{
	static const char * const lines[] = {
		"(XEN) arch/x86/mm.c:2105:d1v0 Bad L1 flags 800000\n",
		"(XEN) mm.c:2105:d1v0 Bad L1 flags 800000\n",
		"(XEN) common/grant_table.c:1861:d1 Bad grant reference\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		begin();
		run_say(&r, "pvboot: create domu\n");
		say_domu("domu", "Linux version 6.1\nZone ranges:\npvboot: user space\n");
		run_say(&r, lines[i]);
		say_domu("domu", GOOD_TEST "pvboot: done\n");
		run_say(&r, "pvboot: gone domu\n");
		live("domu-without", DIES_EARLY);
		live("domu-smp", GOOD_DOMU);
		run_say(&r, GOOD_DRIVER DOM0_DOWN);
		assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
		assert_ptr_equal(r.m.culprit, dom(DOMU));
		assert_int_equal(dom(DOMU)->headline->kind, FINDING_COMPLAINT);
		assert_int_equal(dom(DOM0)->outcome, OUTCOME_OK);
		run_close(&r);
	}
}

/* What dom0 has not lived to do follows from its death. */
static void test_dom0_dies(void **state)
{
	(void)state;
	begin();
	run_say(&r, "pvboot: create domu\n{domu} Linux version 6.1\n"
		"[    5.000000] Kernel panic - not syncing: test\n"
		"(XEN) Hardware Dom0 crashed: rebooting\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_ptr_equal(r.m.culprit, dom(DOM0));
	assert_says(r.m.why, "CRASH: Kernel panic - not syncing: test");
	for (int i = DOMU; i <= SMP; i++) {
		assert_int_equal(dom(i)->outcome, OUTCOME_UNJUDGED);
		assert_ptr_equal(dom(i)->because, dom(DOM0));
		assert_true(dom(i)->why[0]);
	}
	assert_int_equal(dom(DOMU)->state, STATE_RUNNING);
	assert_int_equal(dom(WITHOUT)->state, STATE_NOT_CREATED);
	run_close(&r);
}

static void test_dom0_dies_early(void **state)
{
	(void)state;
	run_open_domus(&r, NULL);
	run_say(&r, "(XEN) *** Serial input to DOM0\nLinux version 6.1\n"
		"[    0.100000] BUG: kernel NULL pointer dereference, address: 0000000000000028\n"
		"[    0.100000] RIP: e030:setup_arch+0x1/0x888\n"
		"[    0.100000] Call Trace:\n[    0.100000]  start_kernel+0x55/0x5aa\n"
		"[    0.100000] Kernel panic - not syncing: Fatal exception\n"
		"(XEN) Hardware Dom0 halted: halting machine\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_ptr_equal(r.m.culprit, dom(DOM0));
	assert_says(r.m.why, "setup_arch <- start_kernel");
	assert_ptr_equal(dom(DOMU)->because, dom(DOM0));
	run_close(&r);
}

/* One that dies has its own life to blame, though dom0 dies later. */
static void test_domu_then_dom0(void **state)
{
	(void)state;
	begin();
	live("domu", DIES_EARLY);
	run_say(&r, "[    5.000000] Kernel panic - not syncing: test\n"
		"(XEN) Hardware Dom0 crashed: rebooting\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_ptr_equal(r.m.culprit, dom(DOMU));
	assert_int_equal(dom(DOM0)->outcome, OUTCOME_FAULT);
	assert_null(dom(DOM0)->because);
	run_close(&r);
}

/* The driver's own test fails when a domU does, and before pvboot knows of it. */
static void test_driver_fails_with_a_domu(void **state)
{
	(void)state;
	begin();
	live("domu", GOOD_DOMU);
	live("domu-without", DIES_EARLY);
	run_say(&r, "pvboot: create domu-smp\n{domu-smp} Linux version 6.1\n"
		"| 1..1\n| not ok 1 domu-smp runs its load: it has ended\n"
		"pvboot: gone domu-smp\npvboot: exit 1 /domus\n" DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_ptr_equal(r.m.culprit, dom(SMP));
	assert_int_equal(dom(SMP)->state, STATE_QUIT);
	assert_int_equal(dom(DOM0)->outcome, OUTCOME_FAULT);
	assert_ptr_equal(dom(DOM0)->because, dom(SMP));
	run_close(&r);
}

static void test_driver_fails_alone(void **state)
{
	(void)state;
	begin();
	run_say(&r, "| 1..1\n| not ok 1 toolstack is up\npvboot: exit 1 /domus\n" DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_ptr_equal(r.m.culprit, dom(DOM0));
	assert_ptr_equal(dom(DOMU)->because, dom(DOM0));
	run_close(&r);
}

/* If the machine is taken away, nobody is at fault. */
static void test_trouble(void **state)
{
	(void)state;
	begin();
	run_say(&r, "pvboot: create domu\n{domu} Linux version 6.1\n");
	assert_int_equal(run_end(&r, "QEMU was killed by signal 9"), OUTCOME_UNJUDGED);
	assert_string_equal(r.m.why, "QEMU was killed by signal 9");
	for (int i = DOM0; i <= SMP; i++) {
		assert_int_equal(dom(i)->outcome, OUTCOME_UNJUDGED);
		assert_says(dom(i)->why, "QEMU was killed by signal 9");
	}
	run_close(&r);
}

/* A driver that forgets a domU leaves it unjudged. */
static void test_forgotten(void **state)
{
	(void)state;
	begin();
	live("domu", GOOD_DOMU);
	live("domu-smp", GOOD_DOMU);
	run_say(&r, GOOD_DRIVER DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_UNJUDGED);
	assert_says(r.m.why, "domU domu-without: not created");
	run_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_other_expectations),
		cmocka_unit_test(test_misbehaviour),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_fault_beats_unjudged),
		cmocka_unit_test(test_xen_on_a_domu),
		cmocka_unit_test(test_xen_names_a_domu_last),
		cmocka_unit_test(test_xen_complains_of_a_domu),
		cmocka_unit_test(test_dom0_dies),
		cmocka_unit_test(test_dom0_dies_early),
		cmocka_unit_test(test_domu_then_dom0),
		cmocka_unit_test(test_driver_fails_with_a_domu),
		cmocka_unit_test(test_driver_fails_alone),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
