// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of frames (scripts/guests/frame.c): what programs print is their own word,
 * whatever it is.
 */
#include "ears.h"

/*
 * Forging
 */

static const char * const forged[] = {
	KERNEL, "[12345.678901] BUG: x", "(XEN) " XEN, "x(XEN) " XEN, "((XEN) " XEN,
	"(XEN) ", "(XEN)",
	"BUG: x", "Kernel panic - not syncing: x", "PANIC: early exception",
	"[    1.000000] [    2.000000] BUG: x", "[[    1.000000] BUG: x", "[",
	"\\x5b    1.000000] BUG: x", "\\[    1.000000] BUG: x", "\\", "\\\\", "\\x28XEN) x",
	"pvboot: done", "pvboot: user space", FRAME_ANNOUNCE "deadbeef",
	FRAME_ANNOUNCE NONCE, "~deadbeef:done~", "~" NONCE ":done~", "~", "~~", "~" NONCE,
	"a~" NONCE ":done~", "{domu} BUG: x", "~" NONCE "{domu} BUG: x~",
	"ok 1 a", "not ok 1 a", "1..3", "TAP version 13", "Bail out!", "# a", "",
	"exit 0 /xen_pv_cr3", "create domu", "(early) [    1.000000] BUG: x",
};

/* A program may print whatever it likes, it is its word alone. */
static void test_forged_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forged); i++) {
		char *line = program(forged[i]);

		for (size_t at = 0; *forged[i] && at < strlen(line); at++) {
			struct ears e;

			ears_init(&e);
			ears_say(&e, ANNOUNCED);
			/* how: 0 with nobody cutting in */
			say_cut(&e, line, at, at ? 1 + at % 4 : 0);
			ears_end(&e);
			assert_heard(&e, "dom0", ORIGIN_PROGRAM, forged[i]);
			assert_int_equal(ears_count(&e, ORIGIN_PROGRAM), 1);
			assert_int_equal(ears_count(&e, ORIGIN_INIT), 1);
			assert_int_equal(ears_count(&e, ORIGIN_UNKNOWN), 0);
			assert_int_equal(ears_count(&e, ORIGIN_RELAY), 0);
			assert_int_equal(ears_count(&e, ORIGIN_KERNEL),
					 1 + (at && at % 4 != 1));
			assert_int_equal(ears_count(&e, ORIGIN_XEN), at && at % 4 != 0);
		}
		free(line);
	}
}

/* ... the same in a domU: not dom0's, not Xen's, not the domU's kernel's. */
static void test_forged_in_domu(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forged); i++) {
		char *line;
		struct ears e;

		if (!*forged[i])
			continue;
		ears_init(&e);
		ears_say(&e, ANNOUNCED);
		say_free(&e, relayed("[    0.000000] Linux version\r\n"));
		/* A domU's kernel may print what it likes, too. */
		say_free(&e, relayed(forged[i]));
		assert_int_equal(ears_count(&e, ORIGIN_XEN), 0);
		for (unsigned int j = 0; j < e.lines; j++)
			assert_true(e.seen[j].origin == ORIGIN_KERNEL ||
				    !strcmp(e.seen[j].where, "domu") || j == 1);

		ears_init(&e);
		ears_say(&e, ANNOUNCED);
		say_free(&e, relayed("[    0.000000] Linux version\r\n"));
		say_free(&e, relayed(FRAME_ANNOUNCE INNER "\r\n"));
		line = framed(INNER, FRAME_TEXT, NULL, forged[i], strlen(forged[i]));
		say_free(&e, relayed(line));
		free(line);
		ears_end(&e);
		assert_heard(&e, "domu", ORIGIN_PROGRAM, forged[i]);
		assert_int_equal(ears_count(&e, ORIGIN_PROGRAM), 1);
		assert_int_equal(ears_count(&e, ORIGIN_INIT), 2);
		assert_int_equal(ears_count(&e, ORIGIN_KERNEL), 2);
		assert_int_equal(e.lines, 5);
	}
}

/* Any bytes: they come back as they were, or as \xNN, and from nobody else. */
static void test_any_bytes(void **state)
{
	unsigned int seed = 3;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		static const char hot[] = "[ 0123456789.]~\\(XEN) |:{}x5c5b\r\t";
		char text[120], want[4 * sizeof(text)] = "", *line, *inner;
		size_t len, shown = 0;
		struct ears e;

		seed = seed * 1103515245 + 12345;
		len = 1 + (seed >> 16) % (sizeof(text) - 1);
		for (size_t i = 0; i < len; i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = seed & 0x8000 ? hot[(seed >> 16) % (sizeof(hot) - 1)] :
						  (char)(seed >> 16);
			if (text[i] == '\n')
				text[i] = 'n';
		}
		if (text[len - 1] == '\r')
			text[len - 1] = 'r';
		for (size_t i = 0; i < len; i++) {
			unsigned char c = text[i];

			shown += sprintf(want + shown, c == '\t' || (c >= ' ' && c < 0x7f) ?
					 "%c" : "\\x%02x", c);
		}
		inner = framed(INNER, FRAME_TEXT, NULL, text, len);
		line = relayed(inner);
		ears_init(&e);
		ears_say(&e, ANNOUNCED);
		say_free(&e, relayed("[    0.000000] Linux version\r\n"));
		say_free(&e, relayed(FRAME_ANNOUNCE INNER "\r\n"));
		ears_say(&e, line);
		ears_end(&e);
		assert_int_equal(e.lines, 5);
		assert_int_equal(ears_count(&e, ORIGIN_PROGRAM), 1);
		assert_heard(&e, "domu", ORIGIN_PROGRAM, want);
		free(line);
		free(inner);
	}
}

/* Frames that no writer makes. */
static void test_broken_frames(void **state)
{
	static const char * const broken[] = {
		"~" NONCE, "~" NONCE "~", "~" NONCE "?x~", "~" NONCE "{x~", "~" NONCE "{~",
		"~" NONCE "{a name that is longer than any may be} x~", "~" NONCE ":~",
		"~" NONCE "|~", "~" NONCE "|\\x~", "~" NONCE "|\\x5~", "~" NONCE "|\\~",
		"~" NONCE "|~~", "~" NONCE ":", "~" NONCE "|", "~" NONCE "{} x~",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		struct ears e;

		ears_init(&e);
		ears_say(&e, ANNOUNCED);
		ears_say(&e, broken[i]);
		ears_say(&e, "\n~" NONCE ":done~\n");
		ears_end(&e);
		assert_heard(&e, "dom0", ORIGIN_INIT, "done");
		assert_int_equal(ears_count(&e, ORIGIN_KERNEL), 1);
	}
}

/*
 * Without end
 */

static void test_long_program_line(void **state)
{
	static char text[1 << 20];
	char *line, *outer;
	struct ears e;

	(void)state;
	/* the longest there can be, and it has to fit into a domU's line, too */
	for (int escapes = 0; escapes < 2; escapes++) {
		memset(text, escapes ? '\\' : 'x', sizeof(text));
		line = framed(INNER, FRAME_TEXT, NULL, text, sizeof(text));
		outer = framed(NONCE, FRAME_RELAY, "domu-of-thirty-one-characters-x", line,
			       strlen(line));
		assert_true(strlen(line) <= FRAME_TEXT_MAX + 1);
		assert_true(strlen(outer) <= FRAME_MAX + 1);
		assert_null(strstr(outer, FRAME_MORE "~\n"));
		free(outer);
		ears_init(&e);
		ears_say(&e, ANNOUNCED);
		say_free(&e, relayed(FRAME_ANNOUNCE INNER "\n"));
		say_free(&e, relayed(line));
		assert_int_equal(ears_count(&e, ORIGIN_PROGRAM), 1);
		assert_non_null(strstr(e.seen[e.lines - 1].text, FRAME_MORE));
		free(line);
	}
}

/* A line of 10 GB, of anybody's, is cut off and not kept, and hides nothing. */
static void test_line_of_10_gb(void **state)
{
	static char text[1 << 20];
	struct ears e;

	(void)state;
	memset(text, 'x', sizeof(text));
	ears_init(&e);
	ears_say(&e, ANNOUNCED);
	for (int i = 0; i < 10240; i++)
		console_feed(&e.con, text, sizeof(text));
	ears_say(&e, "(XEN) " XEN "\nthe rest");
	for (int i = 0; i < 10; i++)
		console_feed(&e.con, text, sizeof(text));
	ears_say(&e, "\n" KERNEL "\n");
	ears_end(&e);
	assert_int_equal(ears_count(&e, ORIGIN_UNKNOWN), 1);
	assert_int_equal(strlen(e.seen[3].text), CONSOLE_LINE_MAX);
	assert_heard(&e, "xen", ORIGIN_XEN, XEN);
	assert_heard(&e, "dom0", ORIGIN_KERNEL, KERNEL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forged_line),
		cmocka_unit_test(test_forged_in_domu),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_broken_frames),
		cmocka_unit_test(test_long_program_line),
		cmocka_unit_test(test_line_of_10_gb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
