// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of when there is a verdict: hangs, deaths, consoles that end.
 *
 *	time_test CONSOLES_FOLDER
 */
#include "run.h"

#include <stdlib.h>

#include "../../scripts/pvboot/place.h"
#include "../../scripts/pvboot/tasks.h"
#include "../../scripts/pvboot/vcpus.h"

static const char *folder;

static const char *console(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void hang_after(const char *last_lines, enum outcome outcome,
		       const char *says)
{
	static struct run r;
	double took;

	run_open(&r, NULL, NULL, NULL);
	r.step = 0.01;
	run_say(&r, last_lines);
	took = run_wait(&r);
	assert_true(took > 29 && took < 121);
	assert_int_equal(run_end(&r, NULL), outcome);
	assert_says(r.m.why, says);
	if (outcome == OUTCOME_FAULT)
		assert_int_equal(r.m.domains[0].state, STATE_HUNG);
	run_close(&r);
}

static void test_hangs(void **state)
{
	static const char up[] = "(XEN) *** Serial input to DOM0\n";

	(void)state;
	hang_after("", OUTCOME_UNJUDGED, "nothing came on the console");
	hang_after("(XEN) Xen version 4.17.7\n", OUTCOME_UNJUDGED, "before Xen was up");
	hang_after(up, OUTCOME_FAULT,
		   "no 'kernel entered': HANG: no 'kernel entered' within 30 s");
	hang_after("Linux version 6.1\n", OUTCOME_FAULT, "HANG: no 'memory mapped'");
	hang_after("[    0.000000] Zone ranges:\n", OUTCOME_FAULT, "HANG: no 'user space'");
	hang_after(DOM0_UP, OUTCOME_FAULT, "HANG: no 'tests done'");
	hang_after(DOM0_UP GOOD_TEST "pvboot: done\n", OUTCOME_FAULT, "HANG: no 'power off'");
}

/* A program that faults for ever may be seen where the kernel is entered. */
static void test_hang_at_an_entry(void **state)
{
	static struct run r;
	struct domain *d;

	(void)state;
	run_open(&r, NULL, NULL, NULL);
	r.step = 0.01;
	run_say(&r, "[    0.000000] Zone ranges:\n");
	run_wait(&r);
	d = &r.m.domains[0];
	d->vcpus = calloc(1, sizeof(*d->vcpus));
	d->tasks = calloc(1, sizeof(*d->tasks));
	assert_true(d->vcpus && d->tasks);
	d->vcpus->count = 1;
	d->vcpus->vcpu[0] = (struct vcpu){
		.seen = true, .state = VCPU_RUNS, .frames = { "exc_page_fault" }, .nframes = 1,
	};
	place_gone(d);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_string_equal(d->headline->fault.title, "HANG in exc_page_fault");
	run_close(&r);
}

/* What a domU may take is added to dom0's own time, and taken off again. */
static void test_hang_beside_a_domu(void **state)
{
	static struct run r;
	double took;

	(void)state;
	run_open_domus(&r, NULL);
	run_say(&r, DOM0_UP "pvboot: create domu\n");
	took = run_wait(&r);
	assert_true(took > LIFE_LIMIT && took < LIFE_LIMIT + 300 + 1);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_ptr_equal(r.m.culprit, &r.m.domains[0]);
	assert_int_equal(r.m.domains[1].outcome, OUTCOME_UNJUDGED);
	assert_ptr_equal(r.m.domains[1].because, &r.m.domains[0]);
	run_close(&r);

	run_open_domus(&r, NULL);
	run_say(&r, DOM0_UP "pvboot: create domu\npvboot: gone domu\n");
	assert_true(run_wait(&r) < 121);
	run_close(&r);
}

/* A dead guest is known within a second of its last line. */
static void test_death_is_known_soon(void **state)
{
	static const char * const files[] = {
		"v6.1-nohook.log", "v6.1-noswap.log", "v6.1-no-user-base.log",
		"v3.9-nohook.log",
	};
	static struct run r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		run_open(&r, NULL, NULL, NULL);
		r.step = 0.001;
		run_file(&r, console(files[i]));
		assert_true(run_wait(&r) <= 1);
		run_close(&r);
	}
}

/* A trace that has begun is waited for, on a slow machine longer. */
static void test_trace_is_waited_for(void **state)
{
	static struct run r;

	(void)state;
	run_open(&r, NULL, NULL, NULL);
	run_say(&r, "(XEN) *** Serial input to DOM0\nLinux version 6.1\n"
		"[    0.100000] BUG: unable to handle page fault for address: ffffea0000000000\n");
	assert_true(run_wait(&r) >= 0.4);
	run_close(&r);

	run_open(&r, NULL, NULL, NULL);
	r.m.domains[0].set.patience = 3;
	run_say(&r, "(XEN) *** Serial input to DOM0\nLinux version 6.1\n"
		"[    0.100000] Kernel panic - not syncing: test\n");
	assert_true(run_wait(&r) >= 1.4);
	run_close(&r);
}

/* A guest that babbles on after a panic is not listened to for ever. */
static void test_babble_after_panic(void **state)
{
	static struct run r;

	(void)state;
	run_open(&r, NULL, NULL, NULL);
	r.step = 0.1;
	run_say(&r, "(XEN) *** Serial input to DOM0\nLinux version 6.1\n"
		"[    0.100000] Kernel panic - not syncing: test\n");
	while (!domain_tick(&r.m.domains[0], r.now) && r.now < 100)
		run_say(&r, "[    0.200000] babble\n");
	assert_true(r.now < 10);
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_says(r.m.why, "CRASH: Kernel panic - not syncing: test");
	run_close(&r);
}

/* A console that ends anywhere before its end is never a good boot. */
static void test_every_prefix_fails(void **state)
{
	static struct run r;
	unsigned int lines;

	(void)state;
	run_open(&r, NULL, SUITE, NULL);
	run_file(&r, console("v6.1-kunit.log"));
	lines = r.lines;
	assert_int_equal(run_end(&r, NULL), OUTCOME_OK);
	run_close(&r);
	for (unsigned int most = 0; most < lines - 5; most++) {
		run_open(&r, NULL, SUITE, NULL);
		r.most = most;
		run_file(&r, console("v6.1-kunit.log"));
		if (run_end(&r, NULL) == OUTCOME_OK)
			fail_msg("ok after %u of %u lines", most, lines);
		assert_true(r.m.why[0]);
		run_close(&r);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hangs),
		cmocka_unit_test(test_hang_at_an_entry),
		cmocka_unit_test(test_hang_beside_a_domu),
		cmocka_unit_test(test_death_is_known_soon),
		cmocka_unit_test(test_trace_is_waited_for),
		cmocka_unit_test(test_babble_after_panic),
		cmocka_unit_test(test_every_prefix_fails),
	};

	if (argc < 2) {
		fprintf(stderr, "usage: %s CONSOLES_FOLDER\n", argv[0]);
		return 125;
	}
	folder = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
