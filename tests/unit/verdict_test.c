// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the verdict on one domain, and of the table of known deaths.
 *
 *	verdict_test CONSOLES_FOLDER
 */
#include "run.h"

static const char *folder;
static struct run r;

static const char *console(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void test_complaints(void **state)
{
	static const char * const lines[] = {
		"WARNING: CPU: 0 PID: 1 at arch/x86/xen/mmu_pv.c:1 xen_write_cr3+0x1/0x2",
		"BUG: sleeping function called from invalid context at mm/slab.h:1",
		"rcu: INFO: rcu_sched detected stalls on CPUs/tasks:",
		"INFO: rcu_sched detected stalls on CPUs/tasks:",
		"watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [swapper/0:1]",
		"INFO: task init:1 blocked for more than 120 seconds.",
		"UBSAN: shift-out-of-bounds in mm/slub.c:1:2",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char line[256];

		run_open(&r, NULL, NULL, NULL);
		run_say(&r, DOM0_UP);
		snprintf(line, sizeof(line), "[    1.500000] %s\n", lines[i]);
		run_say(&r, line);
		run_say(&r, GOOD_TEST DOM0_DOWN);
		if (run_end(&r, NULL) != OUTCOME_FAULT)
			fail_msg("passes: %s", lines[i]);
		assert_int_equal(r.m.domains[0].complaints, 1);
		assert_int_equal(r.m.domains[0].state, STATE_OFF);
		run_close(&r);
	}
}

/* There is room for the first ones, and all are counted. */
static void test_many_complaints(void **state)
{
	struct domain *d = &r.m.domains[0];

	(void)state;
	run_open(&r, NULL, NULL, NULL);
	r.step = 0.01;
	run_say(&r, DOM0_UP);
	for (int i = 0; i < 100; i++) {
		char line[256];

		snprintf(line, sizeof(line),
			 "[ %4d.500000] WARNING: CPU: 0 PID: 1 at mm/slub.c:%d f%d+0x1/0x2\n"
			 "[ %4d.500000] Call Trace:\n[ %4d.500000]  g+0x1/0x2\n"
			 "[ %4d.500000] ---[ end trace 0000000000000000 ]---\n", i, i, i, i, i, i);
		run_say(&r, line);
	}
	run_say(&r, GOOD_TEST DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_int_equal(d->complaints, 100);
	assert_int_equal(d->nfindings, FINDINGS_MAX);
	assert_string_equal(d->headline->fault.title, "WARNING in f0");
	run_close(&r);
}

/* Trouble is the verdict as long as the guest has not spoken for itself... */
static void test_trouble(void **state)
{
	static const char killed[] = "QEMU was killed by signal 9";

	(void)state;
	run_open(&r, NULL, NULL, NULL);
	r.most = 150;
	run_file(&r, console("v6.1-good.log"));
	assert_int_equal(run_end(&r, killed), OUTCOME_UNJUDGED);
	assert_string_equal(r.m.why, killed);
	run_close(&r);

	/* ...afterwards it is not. */
	run_open(&r, NULL, NULL, NULL);
	run_file(&r, console("v6.1-nohook.log"));
	assert_int_equal(run_end(&r, killed), OUTCOME_FAULT);
	run_close(&r);

	run_open(&r, NULL, NULL, NULL);
	run_say(&r, DOM0_UP "[    1.500000] WARNING: CPU: 0 PID: 1 at x.c:1 f+0x1/0x2\n");
	assert_int_equal(run_end(&r, killed), OUTCOME_FAULT);
	run_close(&r);
}

static void test_no_result(void **state)
{
	(void)state;
	run_open(&r, NULL, NULL, NULL);
	run_say(&r, "(XEN) *** Serial input to DOM0\nLinux version 6.1\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_says(r.m.why, "CRASH: the console ends without a result");
	assert_int_equal(r.m.domains[0].state, STATE_ENDED);
	run_close(&r);

	/* That it was at fault before does not make it less strange. */
	run_open(&r, NULL, NULL, NULL);
	r.step = 0.01;
	run_say(&r, DOM0_UP "[    1.500000] WARNING: CPU: 0 PID: 1 at x.c:1 f+0x1/0x2\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_string_equal(r.m.culprit->headline->fault.title, "WARNING in f");
	assert_int_equal(r.m.domains[0].nfindings, 2);
	assert_int_equal(r.m.domains[0].state, STATE_ENDED);
	assert_says(r.m.domains[0].why, "the console ends without a result");
	run_close(&r);
}

#define STARS	"(XEN) ****************************************\n"

static void test_xen_panic(void **state)
{
	(void)state;
	run_open(&r, NULL, NULL, NULL);
	run_say(&r, "(XEN) Xen version 4.17.7\n" STARS
		"(XEN) Panic on CPU 0:\n(XEN) Could not construct d0\n" STARS);
	assert_true(run_wait(&r) <= 1);
	assert_int_equal(run_end(&r, NULL), OUTCOME_UNJUDGED);
	assert_says(r.m.why, "Xen died before it could run dom0: ");
	assert_says(r.m.why, "Could not construct d0");
	run_close(&r);
}

/* Under a dom0 that runs it is a fault, whoever is at fault. */
static void test_xen_panic_under_dom0(void **state)
{
	(void)state;
	run_open(&r, NULL, NULL, NULL);
	run_say(&r, DOM0_UP "(XEN) ----[ Xen-4.17.7  x86_64  debug=n  Not tainted ]----\n" STARS
		"(XEN) Panic on CPU 0:\n(XEN) FATAL PAGE FAULT\n"
		"(XEN) [error_code=0000]\n" STARS);
	assert_true(run_wait(&r) <= 1);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_int_equal(r.m.domains[0].state, STATE_CRASHED);
	assert_says(r.m.why, "FATAL PAGE FAULT");
	run_close(&r);
}

/* Xen's words on its own boot are no fault of the kernel's. */
static void test_xen_complains_early(void **state)
{
	(void)state;
	run_open(&r, NULL, NULL, NULL);
	r.step = 0.01;
	run_say(&r, "(XEN) Xen WARN at arch/x86/cpu.c:1\n" DOM0_UP GOOD_TEST DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_OK);
	run_close(&r);
}

/* A machine that does not wake up keeps Xen, and not the kernel, from going on. */
static void test_asleep(void **state)
{
	(void)state;
	run_open(&r, NULL, NULL, NULL);
	run_say(&r, DOM0_UP "[    6.5] smpboot: CPU 1 is now offline\n"
		"(XEN) Preparing system for ACPI S3 state.\n"
		"(XEN) Enabling non-boot CPUs  ...\n");
	run_wait(&r);
	assert_int_equal(run_end(&r, NULL), OUTCOME_UNJUDGED);
	assert_says(r.m.why, "does not come back from S3");
	run_close(&r);
	run_open(&r, NULL, NULL, NULL);
	run_say(&r, DOM0_UP "(XEN) Preparing system for ACPI S3 state.\n"
		"(XEN) Enabling non-boot CPUs  ...\n"
		"[    7.5] ACPI: PM: Low-level resume complete\n");
	run_wait(&r);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	run_close(&r);
}

/* Xen has ended dom0, and nobody says why. */
static void test_ended_by_xen(void **state)
{
	(void)state;
	run_open(&r, NULL, NULL, NULL);
	run_say(&r, DOM0_UP "(XEN) Hardware Dom0 shutdown: rebooting machine\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_string_equal(r.m.culprit->headline->fault.title, "Hardware Dom0 shutdown");
	run_close(&r);

	/* That is how a kernel without ACPI powers off... */
	run_open(&r, NULL, NULL, NULL);
	run_say(&r, DOM0_UP GOOD_TEST
		"pvboot: done\n(XEN) Hardware Dom0 halted: halting machine\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_OK);
	run_close(&r);

	/* ...but not in the middle of its tests. */
	run_open(&r, NULL, NULL, NULL);
	run_say(&r, DOM0_UP "(XEN) Hardware Dom0 halted: halting machine\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	run_close(&r);

	run_open(&r, NULL, NULL, NULL);
	run_say(&r, DOM0_UP "(XEN) Preparing system for ACPI S5 state.\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_int_equal(r.m.domains[0].state, STATE_QUIT);
	run_close(&r);
}

/* A domain that is to die, and may do so in one way only */

static void test_expected_death(void **state)
{
	struct domain *d = &r.m.domains[0];

	(void)state;
	run_open(&r, "early-full-load", NULL, NULL);
	run_file(&r, console("v6.1-nohook.log"));
	assert_int_equal(run_end(&r, NULL), OUTCOME_OK);
	assert_string_equal(d->headline->sig->id, "early-full-load");
	run_close(&r);

	/* Another death is none... */
	run_open(&r, "early-lookup", NULL, NULL);
	run_file(&r, console("v6.1-nohook.log"));
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_says(r.m.why, "not early-lookup: ");
	run_close(&r);

	/* ...nor are the same functions later in the boot... */
	run_open(&r, "early-full-load", NULL, NULL);
	run_say(&r, "[    0.100000] Zone ranges:\n");
	run_file(&r, console("v6.1-nohook.log"));
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_null(d->headline->sig);
	run_close(&r);

	/* ...nor is life, which need not be waited for... */
	run_open(&r, "early-full-load", NULL, NULL);
	run_say(&r, DOM0_UP);
	assert_true(run_wait(&r) < 1);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_string_equal(r.m.culprit->headline->fault.title, "MISSED: early-full-load");
	run_close(&r);

	/* ...nor a complaint, nor that nothing was seen. */
	run_open(&r, "early-full-load", NULL, NULL);
	run_say(&r, "Linux version 6.1\n"
		"[    0.100000] WARNING: CPU: 0 PID: 0 at x.c:1 f+0x1/0x2\n");
	assert_int_equal(run_end(&r, "QEMU was killed by signal 9"), OUTCOME_UNJUDGED);
	run_close(&r);
	run_open(&r, "early-full-load", NULL, NULL);
	run_say(&r, "Linux version 6.1\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	run_close(&r);
}

/* Each id can be asked for, has one title at least, and its milestones in order. */
static void test_table_of_signatures(void **state)
{
	const struct signature *sig;

	(void)state;
	assert_null(signature_by_id("boot"));
	assert_null(signature_by_id("nonsense"));
	for (unsigned int i = 0; (sig = signature_at(i)); i++) {
		assert_non_null(signature_by_id(sig->id));
		assert_true(sig->title[0]);
		assert_true(sig->from < sig->before);
		assert_true(sig->functions[0] || sig->words || sig->high);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complaints),
		cmocka_unit_test(test_many_complaints),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_no_result),
		cmocka_unit_test(test_xen_panic),
		cmocka_unit_test(test_xen_panic_under_dom0),
		cmocka_unit_test(test_xen_complains_early),
		cmocka_unit_test(test_asleep),
		cmocka_unit_test(test_ended_by_xen),
		cmocka_unit_test(test_expected_death),
		cmocka_unit_test(test_table_of_signatures),
	};

	if (argc < 2) {
		fprintf(stderr, "usage: %s CONSOLES_FOLDER\n", argv[0]);
		return 125;
	}
	folder = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
