// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: suites that the kernel runs itself, in its log.  A suite is nested in
 * the list of all, by four spaces:
 *
 *	    # Subtest: NAME
 *	    1..2
 *	    ok 1 case
 *	    # other_case: EXPECTATION FAILED at file.c:7
 *	    Expected this, but
 *	        that
 *	    not ok 2 other_case
 *	# NAME: pass:1 fail:1 skip:0 total:2
 *	not ok 1 NAME
 */
#include "tests.h"

#define SUITE_INDENT	4

/* The words that follow a failed expectation; each line a message of its own. */
static void keep_words(struct test *test, const char *words)
{
	size_t len = strlen(test->expectation);

	words += strspn(words, " ");
	if (!*words)
		return;
	test_print(test, "# ", words);
	if (!test->why[0])
		snprintf(test->expectation + len, TEXT_MAX - len, "%s%s",
			 len ? " " : "", words);
}

static void suite_end(struct test *test, bool ok)
{
	test->in_suite = false;
	test_judge(test);
	if (!ok && test->outcome == TEST_OK) {
		test->outcome = TEST_FAILED;
		copy_text(test->why, "failed as a whole");
	}
}

bool kunit_line(struct test *test, const char *message)
{
	static const char subtest[] = "    # Subtest: ";

	if (test->outcome == TEST_NOT_RUN) {
		if (!starts(message, subtest) ||
		    strcmp(message + strlen(subtest), test->name))
			return false;
		test->outcome = TEST_CUT_OFF;
		test->in_suite = true;
	} else if (!test->in_suite) {
		return false;
	} else if (!test_is_ktap(message)) {
		/* It may still be a complaint. */
		if (test->in_words)
			keep_words(test, message);
		return false;
	} else if (starts(message, "ok ") || starts(message, "not ok ")) {
		suite_end(test, starts(message, "ok "));
		return true;
	}
	test_keep(test, message + (message[0] == ' ' ? SUITE_INDENT : 0));
	test->in_words = strstr(message, " FAILED at ");
	return true;
}
