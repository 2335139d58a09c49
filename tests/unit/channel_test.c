// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the way from those who print to the origin of each line: frames
 * (scripts/guests/frame.c), the serial port (scripts/pvboot/console.c) and its
 * channels (scripts/pvboot/channel.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../scripts/guests/frame.h"
#include "../../scripts/pvboot/channel.h"
#include "../../scripts/pvboot/compiler.h"

#define NONCE		"0123abcd"
#define INNER		"fedc9876"	/* of a domU */
#define ANNOUNCED	"[    0.500000] Run /init\n" FRAME_ANNOUNCE NONCE "\n"
#define KERNEL		"[   12.345678] BUG: kernel's own"
#define XEN		"Hardware Dom0 halted"
#define SEEN_MAX	64

/* What has come out at the other end, dom0's lines and those of a domU. */
struct ears {
	struct console con;
	struct channel dom0;
	struct channel domu;
	unsigned int lines;
	struct {
		const char *where;
		enum origin origin;
		char text[CONSOLE_LINE_MAX + 1];
	} seen[SEEN_MAX];
};

static void hear(struct ears *e, const char *where, enum origin origin,
		 const char *text)
{
	/* Nobody has to know of empty rests. */
	if (origin == ORIGIN_UNKNOWN && !*text)
		return;
	assert_true(e->lines < SEEN_MAX);
	e->seen[e->lines].where = where;
	e->seen[e->lines].origin = origin;
	assert_true(strlen(text) <= CONSOLE_LINE_MAX);
	strcpy(e->seen[e->lines++].text, text);
}

static void hear_domu(void *ctx, enum origin origin, const char *domu,
		      const char *text)
{
	assert_null(domu);
	hear(ctx, "domu", origin, text);
}

static void hear_dom0(void *ctx, enum origin origin, const char *domu,
		      const char *text)
{
	struct ears *e = ctx;

	assert_int_equal(origin == ORIGIN_RELAY, !!domu);
	if (domu && !strcmp(domu, "domu"))
		channel_line(&e->domu, text, true);
	else
		hear(e, "dom0", origin, text);
}

static void hear_line(void *ctx, enum console_src src, const char *line,
		      bool whole)
{
	struct ears *e = ctx;

	if (src == CONSOLE_XEN)
		hear(e, "xen", ORIGIN_XEN, line);
	else
		channel_line(&e->dom0, line, whole);
}

static void ears_init(struct ears *e)
{
	memset(e, 0, sizeof(*e));
	console_init(&e->con, hear_line, e);
	channel_init(&e->dom0, hear_dom0, e);
	channel_init(&e->domu, hear_domu, e);
}

static void say(struct ears *e, const char *text)
{
	console_feed(&e->con, text, strlen(text));
}

static void end(struct ears *e)
{
	console_flush(&e->con);
	channel_flush(&e->dom0);
	channel_flush(&e->domu);
}

static void dump(const struct ears *e)
{
	for (unsigned int i = 0; i < e->lines; i++)
		print_message("# %s %d: %s\n", e->seen[i].where,
			      e->seen[i].origin, e->seen[i].text);
}

static bool heard(const struct ears *e, const char *where, enum origin origin,
		  const char *text)
{
	for (unsigned int i = 0; i < e->lines; i++)
		if (!strcmp(e->seen[i].where, where) &&
		    e->seen[i].origin == origin && !strcmp(e->seen[i].text, text))
			return true;
	return false;
}

static void assert_heard(const struct ears *e, const char *where,
			 enum origin origin, const char *text)
{
	if (heard(e, where, origin, text))
		return;
	dump(e);
	fail_msg("not heard from %s as %d: %s", where, origin, text);
}

static unsigned int count(const struct ears *e, enum origin origin)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < e->lines; i++)
		n += e->seen[i].origin == origin;
	return n;
}

/* What a writer makes of @len bytes, to be freed. */
static char *framed(const char *nonce, char kind, const char *name,
		    const char *text, size_t len)
{
	struct frame_writer w;
	off_t size;
	char *out;
	int fd;

	fd = memfd_create("console", MFD_CLOEXEC);
	assert_true(fd >= 0);
	frame_open(&w, fd, nonce, kind, name);
	frame_feed(&w, text, len);
	frame_flush(&w);
	size = lseek(fd, 0, SEEK_END);
	out = calloc(1, size + 1);
	assert_non_null(out);
	assert_int_equal(pread(fd, out, size, 0), size);
	close(fd);
	return out;
}

static char *program(const char *text)
{
	return framed(NONCE, FRAME_TEXT, NULL, text, strlen(text));
}

/* A domU's console line as dom0's driver relays it. */
static char *relayed(const char *line)
{
	return framed(NONCE, FRAME_RELAY, "domu", line, strlen(line));
}

static void say_free(struct ears *e, char *text)
{
	say(e, text);
	free(text);
}

/*
 * The grammar
 */

static void test_origins(void **state)
{
	struct ears e;

	(void)state;
	ears_init(&e);
	say(&e, "early words\n");
	say(&e, "~" NONCE ":not yet~\n");
	say(&e, ANNOUNCED);
	say(&e, "~" NONCE ":exit 0 /a~\n");
	say(&e, "~" NONCE "|ok 1 a\\x5b 1]\\x5cx1b\\x7e\\x28XEN)\\x1b~\n");
	say(&e, "~" NONCE "{other} some~\n");
	say(&e, KERNEL "\n");
	say(&e, "[   12.345678][    T1] called\n");
	say(&e, FRAME_ANNOUNCE "00000000\n");
	say(&e, "~00000000:done~\n");
	say(&e, "pvboot: done\n");
	say(&e, "xen_pv_cr3[77]: segfault at 0 ip 0\n");
	say(&e, "(XEN) " XEN "\n");
	end(&e);

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
	say(&e, "Linux version\n" FRAME_ANNOUNCE NONCE "\nBUG: mine\n");
	end(&e);
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
		say(&e, not[i]);
		end(&e);
		assert_false(channel_in_user_space(&e.dom0));
		assert_int_equal(count(&e, ORIGIN_KERNEL), 1);
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
		say(&e, line);
		assert_int_equal(count(&e, ORIGIN_UNKNOWN), 1);
	}
	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		ears_init(&e);
		snprintf(line, sizeof(line), ANNOUNCED "[   12.345678] %s\n", kernels[i]);
		say(&e, line);
		assert_int_equal(count(&e, ORIGIN_UNKNOWN), 0);
		assert_int_equal(count(&e, ORIGIN_KERNEL), 2);
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

static const char * const cutters[] = { KERNEL "\r\n", "(XEN) " XEN "\r\n" };

static void assert_cutters(const struct ears *e, unsigned int which)
{
	if (which & 1)
		assert_heard(e, "dom0", ORIGIN_KERNEL, KERNEL);
	if (which & 2)
		assert_heard(e, "xen", ORIGIN_XEN, XEN);
}

/* Say @line with the kernel, Xen, both or both the other way round cutting in. */
static void say_cut(struct ears *e, const char *line, size_t at, unsigned int how)
{
	console_feed(&e->con, line, at);
	if (how == 4)
		say(e, cutters[1]);
	if (how & 1 || how == 4)
		say(e, cutters[0]);
	if (how & 2)
		say(e, cutters[1]);
	say(e, line + at);
}

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
				say(&e, i ? ANNOUNCED : "[    0.500000] Run /init\n");
				say_cut(&e, line, at, how);
				say(&e, "~" NONCE ":done~\n");
				end(&e);
				assert_cutters(&e, how == 4 ? 3 : how);
				assert_heard(&e, "dom0", cases[i].origin, cases[i].text);
				assert_heard(&e, "dom0", ORIGIN_INIT, "done");
				assert_int_equal(count(&e, ORIGIN_UNKNOWN), 0);
				assert_int_equal(count(&e, ORIGIN_KERNEL),
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
			say(&e, ANNOUNCED);
			console_feed(&e.con, line, at);
			if (how & 1)
				say(&e, "~" NONCE "|a program~\n");
			if (how & 2)
				say(&e, cutters[1]);
			say(&e, line + at);
			end(&e);
			assert_heard(&e, "dom0", ORIGIN_KERNEL, KERNEL);
			if (how & 1)
				assert_heard(&e, "dom0", ORIGIN_PROGRAM, "a program");
			assert_cutters(&e, how & 2);
			assert_int_equal(count(&e, ORIGIN_UNKNOWN), 0);
		}
	}
}

/* A rest that never comes: the head is not lost, and half a word is no word. */
static void test_no_rest(void **state)
{
	struct ears e;

	(void)state;
	ears_init(&e);
	say(&e, ANNOUNCED);
	say(&e, "~" NONCE "|ok 1 a" KERNEL "\n");
	say(&e, "~" NONCE ":exit 0 /a" KERNEL "\n");
	say(&e, "~" NONCE "{domu} \\x5b    1.000000] BUG: cut\n");
	say(&e, KERNEL);
	end(&e);
	assert_heard(&e, "dom0", ORIGIN_PROGRAM, "ok 1 a");
	assert_heard(&e, "dom0", ORIGIN_UNKNOWN, "exit 0 /a");
	assert_int_equal(count(&e, ORIGIN_INIT), 1);
	assert_int_equal(count(&e, ORIGIN_KERNEL), 5);
	assert_heard(&e, "domu", ORIGIN_KERNEL, "[    1.000000] BUG: cut");
	assert_heard(&e, "dom0", ORIGIN_KERNEL, KERNEL);
}

/* One cuts in and is cut itself: no head is lost, and the last one gets the rest. */
static void test_cut_twice(void **state)
{
	struct ears e;

	(void)state;
	ears_init(&e);
	say(&e, ANNOUNCED);
	say(&e, KERNEL "~" NONCE "|ok 1(XEN) " XEN "\n a~\n");
	say(&e, "~" NONCE "|ok 2" KERNEL "~" NONCE ":done~\n b~\n");
	end(&e);
	assert_int_equal(e.lines, 8);
	assert_int_equal(count(&e, ORIGIN_KERNEL), 3);
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
	say(&e, "(early) " KERNEL "\n(early)\040\n");
	end(&e);
	assert_int_equal(e.lines, 2);
	assert_heard(&e, "dom0", ORIGIN_KERNEL, "(early) " KERNEL);
}

/* In a panic another CPU's line begins within one of the kernel's. */
static void test_kernel_in_kernel(void **state)
{
	struct ears e;

	(void)state;
	ears_init(&e);
	say(&e, "[    1.000000] usb: new dev[    1.000001] BUG: mine\n");
	end(&e);
	assert_heard(&e, "dom0", ORIGIN_KERNEL, "[    1.000001] BUG: mine");
	assert_heard(&e, "dom0", ORIGIN_KERNEL, "[    1.000000] usb: new dev");
}

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
			say(&e, ANNOUNCED);
			/* how: 0 with nobody cutting in */
			say_cut(&e, line, at, at ? 1 + at % 4 : 0);
			end(&e);
			assert_heard(&e, "dom0", ORIGIN_PROGRAM, forged[i]);
			assert_int_equal(count(&e, ORIGIN_PROGRAM), 1);
			assert_int_equal(count(&e, ORIGIN_INIT), 1);
			assert_int_equal(count(&e, ORIGIN_UNKNOWN), 0);
			assert_int_equal(count(&e, ORIGIN_RELAY), 0);
			assert_int_equal(count(&e, ORIGIN_KERNEL),
					 1 + (at && at % 4 != 1));
			assert_int_equal(count(&e, ORIGIN_XEN), at && at % 4 != 0);
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
		say(&e, ANNOUNCED);
		say_free(&e, relayed("[    0.000000] Linux version\r\n"));
		/* A domU's kernel may print what it likes, too. */
		say_free(&e, relayed(forged[i]));
		assert_int_equal(count(&e, ORIGIN_XEN), 0);
		for (unsigned int j = 0; j < e.lines; j++)
			assert_true(e.seen[j].origin == ORIGIN_KERNEL ||
				    !strcmp(e.seen[j].where, "domu") || j == 1);

		ears_init(&e);
		say(&e, ANNOUNCED);
		say_free(&e, relayed("[    0.000000] Linux version\r\n"));
		say_free(&e, relayed(FRAME_ANNOUNCE INNER "\r\n"));
		line = framed(INNER, FRAME_TEXT, NULL, forged[i], strlen(forged[i]));
		say_free(&e, relayed(line));
		free(line);
		end(&e);
		assert_heard(&e, "domu", ORIGIN_PROGRAM, forged[i]);
		assert_int_equal(count(&e, ORIGIN_PROGRAM), 1);
		assert_int_equal(count(&e, ORIGIN_INIT), 2);
		assert_int_equal(count(&e, ORIGIN_KERNEL), 2);
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
		say(&e, ANNOUNCED);
		say_free(&e, relayed("[    0.000000] Linux version\r\n"));
		say_free(&e, relayed(FRAME_ANNOUNCE INNER "\r\n"));
		say(&e, line);
		end(&e);
		assert_int_equal(e.lines, 5);
		assert_int_equal(count(&e, ORIGIN_PROGRAM), 1);
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
		say(&e, ANNOUNCED);
		say(&e, broken[i]);
		say(&e, "\n~" NONCE ":done~\n");
		end(&e);
		assert_heard(&e, "dom0", ORIGIN_INIT, "done");
		assert_int_equal(count(&e, ORIGIN_KERNEL), 1);
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
		say(&e, ANNOUNCED);
		say_free(&e, relayed(FRAME_ANNOUNCE INNER "\n"));
		say_free(&e, relayed(line));
		assert_int_equal(count(&e, ORIGIN_PROGRAM), 1);
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
	say(&e, ANNOUNCED);
	for (int i = 0; i < 10240; i++)
		console_feed(&e.con, text, sizeof(text));
	say(&e, "(XEN) " XEN "\nthe rest");
	for (int i = 0; i < 10; i++)
		console_feed(&e.con, text, sizeof(text));
	say(&e, "\n" KERNEL "\n");
	end(&e);
	assert_int_equal(count(&e, ORIGIN_UNKNOWN), 1);
	assert_int_equal(strlen(e.seen[3].text), CONSOLE_LINE_MAX);
	assert_heard(&e, "xen", ORIGIN_XEN, XEN);
	assert_heard(&e, "dom0", ORIGIN_KERNEL, KERNEL);
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
		cmocka_unit_test(test_forged_line),
		cmocka_unit_test(test_forged_in_domu),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_broken_frames),
		cmocka_unit_test(test_long_program_line),
		cmocka_unit_test(test_line_of_10_gb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
