// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of consoles that no kernel would print.
 */
#include "run.h"

static struct run r;

static void test_garbage(void **state)
{
	unsigned int seed = 1;

	(void)state;
	run_open(&r, NULL, NULL, NULL);
	for (int i = 0; i < 1 << 20; i++) {
		char c;

		seed = seed * 1103515245 + 12345;
		c = seed >> 16;
		console_feed(&r.con, &c, 1);
	}
	assert_int_equal(run_end(&r, NULL), OUTCOME_UNJUDGED);
	for (int i = 0; i < TAIL_LINES; i++)
		for (const char *p = r.m.domains[0].tail[i]; *p; p++)
			assert_true(*p == '\t' || (*p >= ' ' && *p <= '~'));
	run_close(&r);
}

/* Known words with garbage behind them: numbers, names and lengths gone mad. */
static void test_twisted_words(void **state)
{
	static const char * const words[] = {
		"(XEN) Pagetable walk from ", "(XEN) RIP:    e033:[<",
		"(XEN) Guest stack trace from rsp=", "(XEN)    ffffffff81000000 ",
		"(XEN) Domain 0 (vcpu#", "(XEN) Panic on CPU ", "(XEN) (XEN) ",
		"PANIC: early exception ", "RIP: e030:", "Call Trace:", " +0x/0x",
		" a+0x1/0x", "pvboot: exit ", "pvboot: signal ", "1..", "ok ",
		"not ok ", "# .c:::", "[ 1.0] ", "pvboot: user space",
		"pvboot: create domu", "pvboot: gone domu", "{domu} ", "pvboot: refused domu: ",
	};
	unsigned int seed = 7;

	(void)state;
	for (int round = 0; round < 200; round++) {
		if (round & 1)
			run_open(&r, round & 2 ? "early-full-load" : NULL, SUITE, NULL);
		else
			run_open_domus(&r, NULL);
		for (int i = 0; i < 60; i++) {
			const char *word;
			char tail[64];
			size_t len;

			seed = seed * 1103515245 + 12345;
			word = words[(seed >> 16) % ARRAY_SIZE(words)];
			console_feed(&r.con, word, strlen(word));
			len = (seed >> 8) % sizeof(tail);
			for (size_t j = 0; j < len; j++) {
				seed = seed * 1103515245 + 12345;
				tail[j] = "0123456789abcdef+x/ .\n#:"[(seed >> 16) % 24];
			}
			console_feed(&r.con, tail, len);
			if (seed & 0x10000)
				console_feed(&r.con, "\n", 1);
		}
		assert_int_not_equal(run_end(&r, NULL), OUTCOME_OK);
		assert_true(r.m.why[0]);
		run_close(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_twisted_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
