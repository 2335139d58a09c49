// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tests print: any lines of a program's and of a KUnit suite's.
 */
#include "fuzz.h"

#include "../../scripts/pvboot/tests.h"

/* The longest line of a console, and what is put before it */
#define LINE	1010

static void judged(struct test *test, size_t lines)
{
	test_close(test);
	must((size_t)test->passed + test->failed + test->skipped <= lines,
	     "a line has one result");
	if (test->outcome == TEST_OK)
		must(test->passed && !test->failed &&
		     test->planned == test->passed + test->skipped, "only what is good is ok");
	must(test->outcome == TEST_OK || test->outcome == TEST_NOT_RUN ||
	     test->outcome == TEST_CUT_OFF || test->why[0], "what is not ok has its reason");
	must(strlen(test->text) <= KTAP_MAX + LINE, "what is kept has an end");
}

void fuzz_one(const unsigned char *data, size_t size)
{
	static const char * const ends[] = {
		"exit 0 /program", "exit 4 /program", "exit 1 /program", "signal 11 /program",
	};
	const char *end = ends[size % ARRAY_SIZE(ends)];
	struct test program, suite;
	size_t lines = 0;

	test_open(&program, "/program", false);
	test_open(&suite, "suite", true);
	while (size) {
		char *line = next_line(&data, &size);

		if (strlen(line) < 1000) {
			test_line(&program, line);
			/* a program that prints without end */
			for (unsigned int i = 0; line[0] == '#' && line[1] == '#' && i < 1000; i++)
				test_print(&program, "# ", line);
			kunit_line(&suite, line);
			lines++;
		}
		free(line);
	}
	test_end(&program, end);
	judged(&program, lines);
	judged(&suite, lines);
	test_release(&program);
	test_release(&suite);
}
