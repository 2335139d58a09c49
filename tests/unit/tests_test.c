// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of what tests say: test programs, and KUnit suites.
 */
#include "run.h"

#include "../../scripts/guests/limits.h"

static struct run r;

static void try_program(const char *says, enum outcome outcome,
			enum test_outcome test, const char *why)
{
	run_open(&r, NULL, NULL, NULL);
	run_say(&r, DOM0_UP);
	run_say(&r, says);
	run_say(&r, DOM0_DOWN);
	run_wait(&r);
	if (run_end(&r, NULL) != outcome)
		fail_msg("wrong verdict on:\n%s\n%s", says, r.m.why);
	assert_int_equal(r.m.domains[0].tests[0].outcome, test);
	assert_says(r.m.why, why);
	run_close(&r);
}

static void test_program(void **state)
{
	(void)state;
	try_program("| 1..2\n| ok 1 a\n| ok 2 b # SKIP no vsyscall\npvboot: exit 0 /xen_pv_cr3\n",
		    OUTCOME_OK, TEST_OK, "");
	try_program("| 1..2\n| ok 1 a\npvboot: exit 0 /xen_pv_cr3\n",
		    OUTCOME_FAULT, TEST_FAILED, "1 results for a plan of 2");
	try_program("| 1..1\n| ok 1 # SKIP not Xen PV\npvboot: exit 4 /xen_pv_cr3\n",
		    OUTCOME_FAULT, TEST_SKIPPED, "skipped as a whole");
	try_program("| 1..1\n| ok 1 # SKIP not Xen PV\npvboot: exit 0 /xen_pv_cr3\n",
		    OUTCOME_FAULT, TEST_SKIPPED, "nothing was tested");
	try_program("| 1..2\n| ok 1 a\n| # x.c:7:b:words\n| not ok 2 b\n"
		    "pvboot: exit 1 /xen_pv_cr3\n",
		    OUTCOME_FAULT, TEST_FAILED, "/xen_pv_cr3: b: words");
	try_program("| 1..2\n| ok 1 a\n| not ok 2\npvboot: exit 0 /xen_pv_cr3\n",
		    OUTCOME_FAULT, TEST_FAILED, "1 of 2 failed, without a name");
	try_program("| 1..2\n| ok 1 a\n| ok 2 b\npvboot: exit 1 /xen_pv_cr3\n",
		    OUTCOME_FAULT, TEST_FAILED, "exit 1 after 2 of 2 results");
	try_program("| 1..2\n| ok 1 a\npvboot: signal 11 /xen_pv_cr3\n",
		    OUTCOME_FAULT, TEST_FAILED, "signal 11 after 1 of 2 results");
	try_program("| 1..1\n| ok 1 a\npvboot: overflow /xen_pv_cr3\npvboot: exit 0 /xen_pv_cr3\n",
		    OUTCOME_FAULT, TEST_FAILED, "it printed too much");
	try_program("| 1..1\n| ok 1 a\n", OUTCOME_FAULT, TEST_CUT_OFF, "did not end");
	try_program("", OUTCOME_FAULT, TEST_NOT_RUN, "did not run");
}

/* A test that fails counts from then on, whether its program ends or not. */
static void test_failure_before_a_death(void **state)
{
	(void)state;
	run_open(&r, NULL, NULL, NULL);
	r.step = 0.1;
	run_say(&r, DOM0_UP "| 1..2\n| # x.c:7:a:words\n| not ok 1 a\n"
		"[    2.500000] Kernel panic - not syncing: test\n"
		"(XEN) Hardware Dom0 crashed: rebooting\n");
	assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
	assert_int_equal(r.m.domains[0].state, STATE_CRASHED);
	assert_string_equal(r.m.culprit->headline->fault.title,
			    "test failed: /xen_pv_cr3 a");
	assert_string_equal(r.m.why, "/xen_pv_cr3: a: words");
	assert_int_equal(r.m.domains[0].nfindings, 2);
	run_close(&r);
}

/* What failed is said up to its reason, and of a domU's load what failed in it. */
static void test_titles(void **state)
{
	static const char * const of[][2] = {
		{ "a.b: words", "a.b" },
		{ "domu-smp is saved and restored, 7.1 s: xl failed",
		  "domu-smp is saved and restored" },
		{ "domu-smp runs its load, 9.2 s: " LOAD_FAILED "/devices xvda.read: words",
		  "/devices xvda.read" },
		{ "domu-smp runs its load, 9.2 s: " LOAD_FAILED "/devices", "/devices" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		char console[512], title[128];

		run_open(&r, NULL, NULL, NULL);
		snprintf(console, sizeof(console), DOM0_UP "| 1..1\n| not ok 1 %s\n"
			 "pvboot: exit 1 /xen_pv_cr3\npvboot: done\n", of[i][0]);
		run_say(&r, console);
		assert_int_equal(run_end(&r, NULL), OUTCOME_FAULT);
		snprintf(title, sizeof(title), "test failed: /xen_pv_cr3 %s", of[i][1]);
		assert_string_equal(r.m.culprit->headline->fault.title, title);
		run_close(&r);
	}
}

/* The KTAP of a program that floods is not kept without end. */
static void test_flood_of_ktap(void **state)
{
	(void)state;
	run_open(&r, NULL, NULL, NULL);
	run_say(&r, DOM0_UP "| 1..1\n");
	for (int i = 0; i < 100000; i++)
		run_say(&r, "| # again, and again, and again\n");
	run_say(&r, "| ok 1 a\npvboot: exit 0 /xen_pv_cr3\n" DOM0_DOWN);
	assert_int_equal(run_end(&r, NULL), OUTCOME_OK);
	assert_true(strlen(r.m.domains[0].tests[0].text) < KTAP_MAX + 1024);
	run_close(&r);
}

static void try_suite(const char *log, enum outcome outcome,
		      enum test_outcome test, const char *why)
{
	run_open(&r, NULL, SUITE, NULL);
	run_say(&r, "(XEN) *** Serial input to DOM0\n"
		"[    0.500000] KTAP version 1\n[    0.500000] 1..1\n");
	run_say(&r, log);
	run_say(&r, "pvboot: user space\n" GOOD_TEST DOM0_DOWN);
	run_wait(&r);
	if (run_end(&r, NULL) != outcome)
		fail_msg("wrong verdict on:\n%s\n%s", log, r.m.why);
	assert_int_equal(r.m.domains[0].suite.outcome, test);
	assert_int_equal(r.m.domains[0].tests[0].outcome, TEST_OK);
	assert_says(r.m.why, why);
	if (test == TEST_OK)
		assert_says(r.m.domains[0].suite.text, "1..2\nok 1 a\n");
	run_close(&r);
}

#define T	"[    0.500000] "
#define SUITE_HEAD \
	T "    KTAP version 1\n" T "    # Subtest: xen_pv_cr3\n" \
	T "    1..2\n" T "    ok 1 a\n"
#define SUITE_GOOD	SUITE_HEAD T "    ok 2 b\n" T "ok 1 xen_pv_cr3\n"

static void test_suite(void **state)
{
	(void)state;
	try_suite(SUITE_GOOD, OUTCOME_OK, TEST_OK, "");
	/* Others write between its lines, and user space may be faster. */
	try_suite(SUITE_HEAD "(XEN) ok 2 b\n" T "random: crng init done\n"
		  "pvboot: user space\n"
		  T "        not ok 1 deeper\n" T "    ok 2 b # SKIP why\n"
		  T "# xen_pv_cr3: pass:1 fail:0 skip:1 total:2\n"
		  T "ok 2 xen_pv_cr3\n",
		  OUTCOME_OK, TEST_OK, "");
	/* A suite of another name does not count, whatever it says. */
	try_suite(T "    # Subtest: other\n" T "    1..1\n"
		  T "    not ok 1 c\n" T "not ok 1 other\n" SUITE_GOOD,
		  OUTCOME_OK, TEST_OK, "");
	try_suite(T "    # Subtest: other\n" T "    1..1\n"
		  T "    ok 1 c\n" T "ok 1 other\n",
		  OUTCOME_FAULT, TEST_NOT_RUN, "kunit xen_pv_cr3: did not run");
}

static void test_suite_that_fails(void **state)
{
	(void)state;
	try_suite("", OUTCOME_FAULT, TEST_NOT_RUN, "kunit xen_pv_cr3: did not run");
	try_suite(SUITE_HEAD, OUTCOME_FAULT, TEST_CUT_OFF, "kunit xen_pv_cr3: did not end");
	try_suite(SUITE_HEAD T "ok 1 xen_pv_cr3\n", OUTCOME_FAULT, TEST_FAILED,
		  "kunit xen_pv_cr3: 1 results for a plan of 2");
	try_suite(SUITE_HEAD T "    ok 2 b\n" T "not ok 1 xen_pv_cr3\n",
		  OUTCOME_FAULT, TEST_FAILED, "kunit xen_pv_cr3: failed as a whole");
	try_suite(T "    # Subtest: xen_pv_cr3\n" T "    1..1\n"
		  T "    ok 1 a # SKIP not a Xen PV guest\n" T "ok 1 xen_pv_cr3 # SKIP\n",
		  OUTCOME_FAULT, TEST_SKIPPED, "kunit xen_pv_cr3: nothing was tested");
	try_suite(SUITE_HEAD T "    # b: EXPECTATION FAILED at x.c:7\n"
		  T "    Expected one == two, but\n" T "        one == 1\n"
		  T "    not ok 2 b\n" T "not ok 1 xen_pv_cr3\n",
		  OUTCOME_FAULT, TEST_FAILED,
		  "kunit xen_pv_cr3: b: Expected one == two, but one == 1");
	/* A failed case counts whatever the sum says. */
	try_suite(SUITE_HEAD T "    not ok 2 b\n" T "ok 1 xen_pv_cr3\n",
		  OUTCOME_FAULT, TEST_FAILED, "kunit xen_pv_cr3: b");
	/* What comes between is heard as well, and came first. */
	try_suite(SUITE_HEAD T "    # b: ASSERTION FAILED at x.c:7\n"
		  T "WARNING: CPU: 0 PID: 1 at x.c:8 b+0x1/0x2\n"
		  T "    not ok 2 b\n" T "not ok 1 xen_pv_cr3\n",
		  OUTCOME_FAULT, TEST_FAILED, "WARNING: CPU: 0 PID: 1 at x.c:8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_failure_before_a_death),
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_flood_of_ktap),
		cmocka_unit_test(test_suite),
		cmocka_unit_test(test_suite_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
