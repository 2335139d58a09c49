// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read the KTAP of a test program.
 */
#include "tests.h"

#include <stdlib.h>

#include "../guests/limits.h"

void test_open(struct test *test, const char *name, bool is_suite)
{
	memset(test, 0, sizeof(*test));
	test->name = name;
	test->is_suite = is_suite;
	test->ktap = open_memstream(&test->text, &test->len);
	if (!test->ktap)
		die("out of memory");
}

void test_skip(struct test *test, const char *why)
{
	test->outcome = TEST_SKIPPED;
	copy_text(test->why, "%s", why);
}

bool test_is_ktap(const char *line)
{
	while (*line == ' ')
		line++;
	return starts(line, "ok ") || starts(line, "not ok ") ||
	       starts(line, "# ") || starts(line, "1..") ||
	       starts(line, "TAP version ") || starts(line, "KTAP version ") ||
	       starts(line, "Bail out!");
}

static unsigned int results(const struct test *test)
{
	return test->passed + test->failed + test->skipped;
}

/*
 * What the harness prints when an expectation is not met:
 * "# file.c:LINE:TEST:words".  The first words are kept for the summary.
 */
static void keep_expectation(struct test *test, const char *line)
{
	const char *p = strstr(line, ".c:");

	for (int colons = 0; p && colons < 3; colons++) {
		p = strchr(p, ':');
		if (p)
			p++;
	}
	/* The test's own words say more than "Expected 0 == 1". */
	if (p && (!test->expectation[0] ||
		  starts(test->expectation, "Expected ")))
		copy_text(test->expectation, "%s", p);
}

static void name_culprit(struct test *test, const char *words)
{
	size_t len = strcspn(words, "#:,");

	while (len && words[len - 1] == ' ')
		len--;
	copy_text(test->culprit, "%.*s", (int)len, words);
}

/* @words: what follows "not ok " */
static void keep_failure(struct test *test, const char *words)
{
	const char *load;

	test->failed++;
	if (test->culprit[0])
		return;
	words += strcspn(words, "0123456789");
	words += strspn(words, "0123456789 ");
	load = strstr(words, LOAD_FAILED);
	name_culprit(test, load ? load + strlen(LOAD_FAILED) : words);
	copy_text(test->why, "%.160s%s%.300s", words,
		  test->expectation[0] ? ": " : "", test->expectation);
}

void test_print(struct test *test, const char *prefix, const char *line)
{
	if ((size_t)ftell(test->ktap) < KTAP_MAX)
		fprintf(test->ktap, "%s%s\n", prefix, line);
}

void test_keep(struct test *test, const char *line)
{
	const char *hash = strchr(line, '#');

	test_print(test, "", line);
	if (starts(line, "# ")) {
		keep_expectation(test, line);
	} else if (starts(line, "1..")) {
		test->planned = strtoul(line + 3, NULL, 10);
	} else if (starts(line, "ok ")) {
		if (hash && strstr(hash, "SKIP"))
			test->skipped++;
		else
			test->passed++;
	} else if (starts(line, "not ok ")) {
		keep_failure(test, line + strlen("not ok "));
	}
}

void test_line(struct test *test, const char *line)
{
	if (test_is_ktap(line)) {
		test->outcome = TEST_CUT_OFF;
		test_keep(test, line);
	}
}

void test_judge(struct test *test)
{
	if (test->why[0])
		;	/* nothing to add */
	else if (results(test) != test->planned)
		copy_text(test->why, "%u results for a plan of %u",
			  results(test), test->planned);
	else if (test->failed)
		copy_text(test->why, "%u of %u failed, without a name",
			  test->failed, test->planned);
	else if (!test->passed)
		copy_text(test->why, "nothing was tested");
	if (test->why[0])
		test->outcome = test->skipped && !test->passed && !test->failed ?
				TEST_SKIPPED : TEST_FAILED;
	else
		test->outcome = TEST_OK;
}

void test_end(struct test *test, const char *how)
{
	if (starts(how, "exit 4 ") && !test->why[0])
		copy_text(test->why, "skipped as a whole");
	else if (!starts(how, "exit 0 ") && !test->why[0])
		copy_text(test->why, "%.*safter %u of %u results",
			  (int)strcspn(how, "/"), how, results(test),
			  test->planned);
	test_judge(test);
}

void test_close(struct test *test)
{
	if (test->ktap)
		fclose(test->ktap);
	test->ktap = NULL;
}

void test_release(struct test *test)
{
	test_close(test);
	free(test->text);
	test->text = NULL;
}
