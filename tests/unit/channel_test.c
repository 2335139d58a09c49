// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the origin of each line: the serial port (scripts/pvboot/console.c)
 * and its channels (scripts/pvboot/channel.c), and lines that are cut.
 */
#include "ears.h"

/*
 * The grammar
 */

static void test_origins(void **state)
{
	struct ears e;

	(void)state;
	ears_init(&e);
	ears_say(&e, "early words\n");
	ears_say(&e, "~" NONCE ":not yet~\n");
	ears_say(&e, ANNOUNCED);
	ears_say(&e, "~" NONCE ":exit 0 /a~\n");
	ears_say(&e, "~" NONCE "|ok 1 a\\x5b 1]\\x5cx1b\\x7e\\x28XEN)\\x1b~\n");
	ears_say(&e, "~" NONCE "{other} some~\n");
	ears_say(&e, KERNEL "\n");
	ears_say(&e, "[   12.345678][    T1] called\n");
	ears_say(&e, FRAME_ANNOUNCE "00000000\n");
	ears_say(&e, "~00000000:done~\n");
	ears_say(&e, "pvboot: done\n");
	ears_say(&e, "xen_pv_cr3[77]: segfault at 0 ip 0\n");
	ears_say(&e, "(XEN) " XEN "\n");
	ears_end(&e);

	assert_int_equal(e.lines, 14);
	assert_heard(&e, "dom0", ORIGIN_KERNEL, "early words");
	assert_heard(&e, "dom0", ORIGIN_KERNEL, "~" NONCE ":not yet~");
	assert_heard(&e, "dom0", ORIGIN_INIT, "user space");
	assert_heard(&e, "dom0", ORIGIN_INIT, "exit 0 /a");
	assert_heard(&e, "dom0", ORIGIN_PROGRAM, "ok 1 a[ 1]\\x1b~(XEN)\\x1b");
	assert_heard(&e, "dom0", ORIGIN_RELAY, "some");
	assert_heard(&e, "dom0", ORIGIN_KERNEL, KERNEL);
	assert_heard(&e, "dom0", ORIGIN_KERNEL, "[   12.345678][    T1] called");
	assert_heard(&e, "dom0", ORIGIN_UNKNOWN, FRAME_ANNOUNCE "00000000");
	assert_heard(&e, "dom0", ORIGIN_UNKNOWN, "~00000000:done~");
	assert_heard(&e, "dom0", ORIGIN_UNKNOWN, "pvboot: done");
	assert_heard(&e, "xen", ORIGIN_XEN, XEN);
}

/* A kernel built without CONFIG_PRINTK_TIME has lines of its own all the same. */
static void test_no_time(void **state)
{
	struct ears e;

	(void)state;
	ears_init(&e);
	ears_say(&e, "Linux version\n" FRAME_ANNOUNCE NONCE "\nBUG: mine\n");
	ears_end(&e);
	assert_heard(&e, "dom0", ORIGIN_KERNEL, "BUG: mine");
}

/* What is no nonce is no announcement. */
static void test_announcements(void **state)
{
	static const char * const not[] = {
		FRAME_ANNOUNCE "0123abc", FRAME_ANNOUNCE "0123abcde",
		FRAME_ANNOUNCE "0123abcg", FRAME_ANNOUNCE "0123ABCD",
		FRAME_ANNOUNCE NONCE " ", " " FRAME_ANNOUNCE NONCE,
		"[    1.000000] " FRAME_ANNOUNCE NONCE, "pvboot: user space",
	};
	struct ears e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(not); i++) {
		ears_init(&e);
		ears_say(&e, not[i]);
		ears_end(&e);
		assert_false(channel_in_user_space(&e.dom0));
		assert_int_equal(ears_count(&e, ORIGIN_KERNEL), 1);
	}
}

/* A kernel's line that begins with the name of a task begins with its words. */
static void test_task_names(void **state)
{
	static const char * const theirs[] = {
		"BUG: soft lock[7]: segfault at 0 ip 0",
		"PANIC: early ex[1234] vsyscall attempted",
	};
	static const char * const kernels[] = {
		"BUG: scheduling while atomic: swapper/0/1/0x00000002",
		"kernel BUG at mm/slub.c:12!", "Oops: 0000 [#1] SMP",
		"watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [swapper/0:1]",
		"[7]: no name", "RIP: e030:[<ffffffff81000000>] [12]",
		"no name of a task[7]: BUG: x",
	};
	char line[200];
	struct ears e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(theirs); i++) {
		ears_init(&e);
		snprintf(line, sizeof(line), ANNOUNCED "[   12.345678] %s\n", theirs[i]);
		ears_say(&e, line);
		assert_int_equal(ears_count(&e, ORIGIN_UNKNOWN), 1);
	}
	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		ears_init(&e);
		snprintf(line, sizeof(line), ANNOUNCED "[   12.345678] %s\n", kernels[i]);
		ears_say(&e, line);
		assert_int_equal(ears_count(&e, ORIGIN_UNKNOWN), 0);
		assert_int_equal(ears_count(&e, ORIGIN_KERNEL), 2);
	}
}

static void test_messages(void **state)
{
	static const char * const lines[][2] = {
		{ "[    1.234567] text", "text" },
		{ "[12345.678901] text", "text" },
		{ "[123456.789012]  text", " text" },
		{ "(early) [    0.000000] text", "text" },
		{ "(early) text", "text" },
		{ "[    1.234567][    T1] text", "text" },
		{ "[    1.234567][ T1234] text", "text" },
		{ "[    1.234567][    C0] text", "text" },
		{ "[    1.234567] [    T1] text", "[    T1] text" },
		{ "[    1.234567]", "" },
		{ "[    1.234567] ", "" },
		{ "[    1.234567]text", "[    1.234567]text" },
		{ "[ 1.234567] text", "[ 1.234567] text" },
		{ "[    1.23456] text", "[    1.23456] text" },
		{ "[         ] text", "[         ] text" },
		{ "text", "text" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_string_equal(channel_message(lines[i][0]), lines[i][1]);
}

/*
 * Lines that are cut
 */

/* Wherever the kernel or Xen cuts into a line, each part finds its owner. */
static void test_cut_anywhere(void **state)
{
	static const struct {
		const char *line;
		enum origin origin;
		const char *text;
	} cases[] = {
		{ FRAME_ANNOUNCE NONCE, ORIGIN_INIT, "user space" },
		{ "~" NONCE ":exit 0 /xen_pv_cr3~", ORIGIN_INIT, "exit 0 /xen_pv_cr3" },
		{ "~" NONCE "|ok 1 a\\x5b 12]\\x7eb~", ORIGIN_PROGRAM, "ok 1 a[ 12]~b" },
		{ "~" NONCE "{other} \\x5b    1.000000] BUG: its own~", ORIGIN_RELAY,
		  "[    1.000000] BUG: its own" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char line[200];

		snprintf(line, sizeof(line), "%s\n", cases[i].line);
		for (size_t at = 0; at < strlen(line); at++) {
			for (unsigned int how = 1; how <= 4; how++) {
				struct ears e;

				ears_init(&e);
				ears_say(&e, i ? ANNOUNCED : "[    0.500000] Run /init\n");
				say_cut(&e, line, at, how);
				ears_say(&e, "~" NONCE ":done~\n");
				ears_end(&e);
				assert_cutters(&e, how == 4 ? 3 : how);
				assert_heard(&e, "dom0", cases[i].origin, cases[i].text);
				assert_heard(&e, "dom0", ORIGIN_INIT, "done");
				assert_int_equal(ears_count(&e, ORIGIN_UNKNOWN), 0);
				assert_int_equal(ears_count(&e, ORIGIN_KERNEL),
						 1 + (how != 2));
			}
		}
	}
}

/* ... and also where user space or Xen cuts into the kernel's. */
static void test_kernel_cut_anywhere(void **state)
{
	static const char line[] = KERNEL "\n";

	(void)state;
	for (size_t at = 0; at < strlen(line); at++) {
		for (unsigned int how = 1; how < 4; how++) {
			struct ears e;

			ears_init(&e);
			ears_say(&e, ANNOUNCED);
			console_feed(&e.con, line, at);
			if (how & 1)
				ears_say(&e, "~" NONCE "|a program~\n");
			if (how & 2)
				ears_say(&e, XEN_CUTS);
			ears_say(&e, line + at);
			ears_end(&e);
			assert_heard(&e, "dom0", ORIGIN_KERNEL, KERNEL);
			if (how & 1)
				assert_heard(&e, "dom0", ORIGIN_PROGRAM, "a program");
			assert_cutters(&e, how & 2);
			assert_int_equal(ears_count(&e, ORIGIN_UNKNOWN), 0);
		}
	}
}

/* A rest that never comes: the head is not lost, and half a word is no word. */
static void test_no_rest(void **state)
{
	struct ears e;

	(void)state;
	ears_init(&e);
	ears_say(&e, ANNOUNCED);
	ears_say(&e, "~" NONCE "|ok 1 a" KERNEL "\n");
	ears_say(&e, "~" NONCE ":exit 0 /a" KERNEL "\n");
	ears_say(&e, "~" NONCE "{domu} \\x5b    1.000000] BUG: cut\n");
	ears_say(&e, KERNEL);
	ears_end(&e);
	assert_heard(&e, "dom0", ORIGIN_PROGRAM, "ok 1 a");
	assert_heard(&e, "dom0", ORIGIN_UNKNOWN, "exit 0 /a");
	assert_int_equal(ears_count(&e, ORIGIN_INIT), 1);
	assert_int_equal(ears_count(&e, ORIGIN_KERNEL), 5);
	assert_heard(&e, "domu", ORIGIN_KERNEL, "[    1.000000] BUG: cut");
	assert_heard(&e, "dom0", ORIGIN_KERNEL, KERNEL);
}

/* One cuts in and is cut itself: no head is lost, and the last one gets the rest. */
static void test_cut_twice(void **state)
{
	struct ears e;

	(void)state;
	ears_init(&e);
	ears_say(&e, ANNOUNCED);
	ears_say(&e, KERNEL "~" NONCE "|ok 1(XEN) " XEN "\n a~\n");
	ears_say(&e, "~" NONCE "|ok 2" KERNEL "~" NONCE ":done~\n b~\n");
	ears_end(&e);
	assert_int_equal(e.lines, 8);
	assert_int_equal(ears_count(&e, ORIGIN_KERNEL), 3);
	assert_heard(&e, "dom0", ORIGIN_KERNEL, KERNEL);
	assert_heard(&e, "dom0", ORIGIN_KERNEL, KERNEL " b~");
	assert_heard(&e, "dom0", ORIGIN_PROGRAM, "ok 1 a");
	assert_heard(&e, "dom0", ORIGIN_PROGRAM, "ok 2");
	assert_heard(&e, "dom0", ORIGIN_INIT, "done");
}

/* The time of a domU's boot console's line does not stand at its beginning. */
static void test_boot_console(void **state)
{
	struct ears e;

	(void)state;
	ears_init(&e);
	ears_say(&e, "(early) " KERNEL "\n(early)\040\n");
	ears_end(&e);
	assert_int_equal(e.lines, 2);
	assert_heard(&e, "dom0", ORIGIN_KERNEL, "(early) " KERNEL);
}

/* In a panic another CPU's line begins within one of the kernel's. */
static void test_kernel_in_kernel(void **state)
{
	struct ears e;

	(void)state;
	ears_init(&e);
	ears_say(&e, "[    1.000000] usb: new dev[    1.000001] BUG: mine\n");
	ears_end(&e);
	assert_heard(&e, "dom0", ORIGIN_KERNEL, "[    1.000001] BUG: mine");
	assert_heard(&e, "dom0", ORIGIN_KERNEL, "[    1.000000] usb: new dev");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_origins),
		cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_announcements),
		cmocka_unit_test(test_task_names),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_kernel_cut_anywhere),
		cmocka_unit_test(test_no_rest),
		cmocka_unit_test(test_cut_twice),
		cmocka_unit_test(test_boot_console),
		cmocka_unit_test(test_kernel_in_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
