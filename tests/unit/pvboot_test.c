// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of pvboot's judgement, on consoles recorded from real runs
 * (tests/consoles, each with its versions in the first line) and on what no
 * real run would print.
 *
 *	pvboot_test CONSOLES_FOLDER
 */
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../scripts/pvboot/compiler.h"
#include "../../scripts/pvboot/console.h"
#include "../../scripts/pvboot/machine.h"
#include "../../scripts/pvboot/symbols.h"

static const char *folder;
static const char suite[] = "xen_pv_cr3";

/* A verdict in the making, its clock and the KTAP that it writes. */
struct bench {
	struct verdict v;
	struct console con;
	struct channel dom0;
	double now;
	double step;		/* seconds that each line takes */
	unsigned int lines;
	unsigned int most;	/* lines to take, then the console falls silent */
	bool ended;
	char *out;
	size_t out_len;
	FILE *stream;
};

static void bench_words(void *ctx, enum origin origin, const char *domu,
			const char *text)
{
	struct bench *b = ctx;

	(void)domu;
	if (b->lines++ >= b->most)
		return;
	b->now += b->step;
	verdict_line(&b->v, origin, text, b->now);
}

static void bench_line(void *ctx, enum console_src src, const char *line,
		       bool whole)
{
	struct bench *b = ctx;

	if (src == CONSOLE_XEN)
		bench_words(b, ORIGIN_XEN, NULL, line);
	else
		channel_line(&b->dom0, line, whole);
}

/* @kunit: the suite that the kernel has to run, or NULL */
static void bench_init_kunit(struct bench *b, enum expectation expect,
			     const char *kunit)
{
	struct verdict_setup set = {
		.expect = expect,
		.kunit = kunit,
		.domain = "dom0",
		.tests = { "/xen_pv_cr3" },
		.log = "console.log",
		.patience = 1,
	};

	memset(b, 0, sizeof(*b));
	b->most = -1;
	b->stream = open_memstream(&b->out, &b->out_len);
	assert_non_null(b->stream);
	set.out = b->stream;
	verdict_init(&b->v, &set, 0);
	console_init(&b->con, bench_line, b);
	channel_init(&b->dom0, bench_words, b);
}

static void bench_init(struct bench *b, enum expectation expect)
{
	bench_init_kunit(b, expect, NULL);
}

#define NONCE	"0123abcd"

/*
 * Lines in short: "pvboot: words" are PID 1's or the driver's own, "{name} text" is
 * relayed, "[    0.5] " has more digits, and what else is said in user space a
 * program prints.
 */
static void say(struct console *con, const struct channel *ch, const char *lines)
{
	static const char ours[] = "pvboot: ";
	char out[1024];
	size_t len;

	for (; *lines; lines += len + !!lines[len]) {
		len = strcspn(lines, "\n");
		if (!strncmp(lines, "pvboot: user space\n", 19))
			snprintf(out, sizeof(out), FRAME_ANNOUNCE NONCE "\n");
		else if (!strncmp(lines, ours, sizeof(ours) - 1))
			snprintf(out, sizeof(out), "~" NONCE ":%.*s~\n",
				 (int)(len - sizeof(ours) + 1), lines + sizeof(ours) - 1);
		else if (lines[0] == '{')
			snprintf(out, sizeof(out), "~" NONCE "%.*s~\n", (int)len, lines);
		else if (!strncmp(lines, "[    ", 5))
			snprintf(out, sizeof(out), "%.8s00000%.*s\n", lines,
				 (int)len - 8, lines + 8);
		else if (lines[0] == '(' || !channel_in_user_space(ch))
			snprintf(out, sizeof(out), "%.*s\n", (int)len, lines);
		else
			snprintf(out, sizeof(out), "~" NONCE "|%.*s~\n", (int)len, lines);
		console_feed(con, out, strlen(out));
	}
}

static void feed_file(struct console *con, const char *name)
{
	char path[4096], buf[257];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "re");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	/* An odd size, so that lines come in pieces as they do from a pipe. */
	while ((len = fread(buf, 1, sizeof(buf), f)))
		console_feed(con, buf, len);
	console_flush(con);
	fclose(f);
}

static void bench_say(struct bench *b, const char *lines)
{
	say(&b->con, &b->dom0, lines);
}

static void bench_feed(struct bench *b, const char *name)
{
	feed_file(&b->con, name);
}

/* Pass time until there is a verdict; returns how long that took. */
static double bench_wait(struct bench *b)
{
	double begun = b->now;

	for (int i = 0; i < 1000 && !verdict_tick(&b->v, b->now); i++)
		b->now = verdict_deadline(&b->v);
	return b->now - begun;
}

static enum outcome bench_end(struct bench *b, const char *trouble)
{
	enum outcome outcome;

	channel_flush(&b->dom0);
	outcome = verdict_finish(&b->v, trouble, b->now);
	fflush(b->stream);
	b->ended = true;
	return outcome;
}

static void bench_free(struct bench *b)
{
	if (!b->ended)
		bench_end(b, NULL);
	fclose(b->stream);
	free(b->out);
}

static void assert_says(struct bench *b, const char *text)
{
	if (!strstr(b->out, text))
		fail_msg("not in the report: %s\n%s", text, b->out);
}

/* Results and plan agree, whatever has happened. */
static void assert_plan(struct bench *b)
{
	unsigned int plan = 0, results = 0, num;

	for (char *p = b->out; p && *p; p = strchr(p, '\n'), p += !!p) {
		if (sscanf(p, "1..%u", &num) == 1)
			plan = num;
		if (sscanf(p, "ok %u", &num) == 1 ||
		    sscanf(p, "not ok %u", &num) == 1)
			assert_int_equal(num, ++results);
	}
	assert_int_equal(plan, results);
}

/*
 * Recorded consoles
 */

static const struct recording {
	const char *file;
	enum expectation expect;
	enum outcome outcome;
	const char *says[4];
} recordings[] = {
	{ "v6.1-good.log", EXPECT_BOOT, OUTCOME_OK,
	  { "ok 4 user space", "    ok 19 boundary.read", "ok 5 /xen_pv_cr3\n",
	    "ok 8 no WARNING, BUG or Oops" } },
	{ "v6.1-good.log", EXPECT_EARLY_FULL_LOAD, OUTCOME_KERNEL,
	  { "not ok 3 dies before user space: it boots" } },
	{ "v6.1-good-2cpus.log", EXPECT_BOOT, OUTCOME_OK,
	  { "    ok 18 switching.all_cpus.lazy_tlb", "ok 7 power off" } },
	{ "v6.1-lost-user-base.log", EXPECT_BOOT, OUTCOME_KERNEL,
	  { "not ok 5 /xen_pv_cr3: switching.one_cpu.pipe: pid " } },
	{ "v6.1-nohook.log", EXPECT_EARLY_FULL_LOAD, OUTCOME_OK,
	  { "ok 4 early full cr3 load: ",
	    "died in xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping",
	    "# fault address 0xffffea" } },
	{ "v6.1-nohook.log", EXPECT_BOOT, OUTCOME_KERNEL,
	  { "not ok 3 memory mapped: early full cr3 load: ",
	    "not ok 4 user space # not reached" } },
	{ "v6.1-noswap.log", EXPECT_BOOT, OUTCOME_KERNEL,
	  { "not ok 4 user space: stale first stage: ",
	    "died in xen_write_cr3_init <- switch_mm",
	    " <- kernel_init <- ret_from_fork\n",
	    "not ok 8 no WARNING, BUG or Oops" } },
	{ "v6.1-noswap.log", EXPECT_EARLY_FULL_LOAD, OUTCOME_KERNEL,
	  { "ok 3 dies before user space",
	    "not ok 4 early full cr3 load: not what it died of" } },
	{ "v6.1-early-lookup.log", EXPECT_BOOT, OUTCOME_KERNEL,
	  { "not ok 3 memory mapped: first stage looks up a user table",
	    "died in xen_get_user_pgd <- xen_write_cr3_init" } },
	{ "v6.1-early-lookup.log", EXPECT_EARLY_FULL_LOAD, OUTCOME_KERNEL,
	  { "not ok 4 early full cr3 load: not what it died of" } },
	{ "v6.1-no-user-base.log", EXPECT_BOOT, OUTCOME_KERNEL,
	  { "not ok 4 user space: no user base pointer: " } },
	{ "v6.1-kernel-base.log", EXPECT_BOOT, OUTCOME_KERNEL,
	  { "not ok 5 /xen_pv_cr3: switching.one_cpu.boundary: ",
	    "the user base pointer holds kernel mappings",
	    "ok 7 power off" } },
	{ "v6.1-smap-bug.log", EXPECT_BOOT, OUTCOME_KERNEL,
	  { "not ok 2 kernel entered: CRASH: d0v0 Unhandled: vec 14" } },
	{ "v3.9-nohook.log", EXPECT_BOOT, OUTCOME_KERNEL,
	  { "not ok 3 memory mapped: CRASH: d0v0 Unhandled: vec 14",
	    "# fault address 0xffffea" } },
	/* its address has a name only with the vmlinux: see tests/unit/pvboot.sh */
	{ "v5.10-nohook.log", EXPECT_EARLY_FULL_LOAD, OUTCOME_KERNEL,
	  { "ok 3 dies before user space",
	    "not ok 4 early full cr3 load: not what it died of" } },
	{ "v6.1-kunit.log", EXPECT_BOOT, OUTCOME_OK,
	  { "ok 5 /xen_pv_cr3\n", "ok 7 power off" } },
	{ "v7.3-no-test.log", EXPECT_BOOT, OUTCOME_KERNEL,
	  { "ok 3 memory mapped",
	    "not ok 4 user space: it powered off before its tests were done" } },
};

/* Of kernels that have to run the suite. */
static const struct recording suite_recordings[] = {
	{ "v6.1-kunit.log", EXPECT_BOOT, OUTCOME_OK,
	  { "    ok 7 cr3_test_borrowed_mm", "\nok 5 kunit xen_pv_cr3\n",
	    "ok 6 /xen_pv_cr3\n", "ok 8 power off" } },
	{ "v6.1-good.log", EXPECT_BOOT, OUTCOME_KERNEL,
	  { "not ok 5 kunit xen_pv_cr3 # did not end", "ok 6 /xen_pv_cr3\n" } },
	{ "v6.1-nohook.log", EXPECT_EARLY_FULL_LOAD, OUTCOME_OK,
	  { "ok 4 early full cr3 load: " } },
};

static void try_recording(const struct recording *r, const char *kunit)
{
	struct bench b;

	bench_init_kunit(&b, r->expect, kunit);
	bench_feed(&b, r->file);
	bench_wait(&b);
	if (bench_end(&b, NULL) != r->outcome)
		fail_msg("%s: wrong verdict\n%s", r->file, b.out);
	for (int i = 0; i < 4 && r->says[i]; i++)
		assert_says(&b, r->says[i]);
	assert_plan(&b);
	bench_free(&b);
}

static void test_recordings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(recordings); i++)
		try_recording(&recordings[i], NULL);
	for (size_t i = 0; i < ARRAY_SIZE(suite_recordings); i++)
		try_recording(&suite_recordings[i], suite);
}

/* A console that ends anywhere before its end is never a good boot. */
static void test_every_prefix_fails(void **state)
{
	unsigned int lines;
	struct bench b;

	(void)state;
	bench_init(&b, EXPECT_BOOT);
	bench_feed(&b, "v6.1-kunit.log");
	lines = b.lines;
	bench_free(&b);
	for (unsigned int most = 0; most < lines - 5; most++) {
		bench_init_kunit(&b, EXPECT_BOOT, suite);
		b.most = most;
		bench_feed(&b, "v6.1-kunit.log");
		if (bench_end(&b, NULL) == OUTCOME_OK)
			fail_msg("ok after %u of %u lines\n%s", most, lines,
				 b.out);
		if (strstr(b.out, "not ok"))
			assert_plan(&b);
		bench_free(&b);
	}
}

/*
 * Time
 */

static void hang_after(const char *last_line, enum outcome outcome,
		       const char *says)
{
	struct bench b;
	double took;

	bench_init(&b, EXPECT_BOOT);
	b.step = 0.01;
	if (last_line)
		bench_say(&b, last_line);
	took = bench_wait(&b);
	assert_true(took > 29 && took < 121);
	assert_int_equal(bench_end(&b, NULL), outcome);
	assert_says(&b, says);
	bench_free(&b);
}

static void test_hangs(void **state)
{
	(void)state;
	hang_after(NULL, OUTCOME_UNJUDGED, "Bail out! nothing came on the console");
	hang_after("(XEN) Xen version 4.17.7\n", OUTCOME_UNJUDGED,
		   "before Xen was up");
	hang_after("(XEN) *** Serial input to DOM0\n", OUTCOME_KERNEL,
		   "not ok 2 kernel entered: HANG: no 'kernel entered' within 30 s");
	hang_after("Linux version 6.1\n", OUTCOME_KERNEL,
		   "not ok 3 memory mapped: HANG");
	hang_after("[    0.0] Zone ranges:\n", OUTCOME_KERNEL,
		   "not ok 4 user space: HANG");
	hang_after("pvboot: user space\n", OUTCOME_KERNEL,
		   "not ok 6 tests done: HANG");
	hang_after("pvboot: user space\npvboot: done\n", OUTCOME_KERNEL,
		   "not ok 7 power off: HANG");
}

/* A dead guest is known within a second of its last line. */
static void test_death_is_known_soon(void **state)
{
	static const char * const files[] = {
		"v6.1-nohook.log", "v6.1-noswap.log", "v6.1-no-user-base.log",
		"v3.9-nohook.log",
	};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct bench b;

		bench_init(&b, EXPECT_BOOT);
		b.step = 0.001;
		bench_feed(&b, files[i]);
		assert_true(bench_wait(&b) <= 1);
		bench_free(&b);
	}
}

/* A guest that babbles on after a panic is not listened to for ever. */
static void test_babble_after_panic(void **state)
{
	static const char panic[] = "Kernel panic - not syncing: test\n";
	struct bench b;

	(void)state;
	bench_init(&b, EXPECT_BOOT);
	b.step = 0.1;
	console_feed(&b.con, panic, sizeof(panic) - 1);
	while (!verdict_tick(&b.v, b.now) && b.now < 100)
		console_feed(&b.con, "babble\n", 7);
	assert_true(b.now < 10);
	assert_int_equal(bench_end(&b, NULL), OUTCOME_KERNEL);
	assert_says(&b, "CRASH: Kernel panic - not syncing: test");
	bench_free(&b);
}

/*
 * What test programs say
 */

static void try_ktap(const char *ktap, enum outcome outcome, const char *says)
{
	static const char before[] =
		"(XEN) *** Serial input to DOM0\n[    0.5] Run\npvboot: user space\n";
	static const char after[] =
		"pvboot: done\n(XEN) Preparing system for ACPI S5 state.\n";
	struct bench b;

	bench_init(&b, EXPECT_BOOT);
	bench_say(&b, before);
	bench_say(&b, ktap);
	bench_say(&b, after);
	bench_wait(&b);
	if (bench_end(&b, NULL) != outcome)
		fail_msg("wrong verdict on:\n%s\n%s", ktap, b.out);
	assert_says(&b, says);
	assert_plan(&b);
	bench_free(&b);
}

static void test_guest_ktap(void **state)
{
	(void)state;
	try_ktap("1..2\nok 1 a\nok 2 b # SKIP no vsyscall\npvboot: exit 0 /xen_pv_cr3\n",
		 OUTCOME_OK, "ok 5 /xen_pv_cr3\n");
	try_ktap("1..2\nok 1 a\npvboot: exit 0 /xen_pv_cr3\n",
		 OUTCOME_KERNEL, "1 results for a plan of 2");
	try_ktap("1..1\nok 1 # SKIP not Xen PV\npvboot: exit 4 /xen_pv_cr3\n",
		 OUTCOME_KERNEL, "skipped as a whole");
	try_ktap("1..1\nok 1 # SKIP not Xen PV\npvboot: exit 0 /xen_pv_cr3\n",
		 OUTCOME_KERNEL, "nothing was tested");
	try_ktap("1..2\nok 1 a\n# x.c:7:b:words\nnot ok 2 b\npvboot: exit 1 /xen_pv_cr3\n",
		 OUTCOME_KERNEL, "not ok 5 /xen_pv_cr3: b: words");
	try_ktap("1..2\nok 1 a\nok 2 b\npvboot: exit 1 /xen_pv_cr3\n",
		 OUTCOME_KERNEL, "exit 1 after 2 of 2 results");
	try_ktap("1..2\nok 1 a\npvboot: signal 11 /xen_pv_cr3\n",
		 OUTCOME_KERNEL, "signal 11 after 1 of 2 results");
	try_ktap("1..1\nok 1 a\n", OUTCOME_KERNEL, "did not end");
	try_ktap("", OUTCOME_KERNEL, "did not end");
}

/*
 * What the kernel's own suites say
 */

static void try_suite(const char *log, enum outcome outcome, const char *says)
{
	static const char before[] =
		"(XEN) *** Serial input to DOM0\n[    0.5] KTAP version 1\n[    0.5] 1..1\n";
	static const char after[] =
		"pvboot: user space\n1..1\nok 1 a\npvboot: exit 0 /xen_pv_cr3\n"
		"pvboot: done\n(XEN) Preparing system for ACPI S5 state.\n";
	struct bench b;

	bench_init_kunit(&b, EXPECT_BOOT, suite);
	bench_say(&b, before);
	bench_say(&b, log);
	bench_say(&b, after);
	bench_wait(&b);
	if (bench_end(&b, NULL) != outcome)
		fail_msg("wrong verdict on:\n%s\n%s", log, b.out);
	assert_says(&b, says);
	assert_says(&b, "ok 6 /xen_pv_cr3\n");
	assert_plan(&b);
	bench_free(&b);
}

#define SUITE_HEAD \
	"[    0.5]     KTAP version 1\n[    0.5]     # Subtest: xen_pv_cr3\n" \
	"[    0.5]     1..2\n[    0.5]     ok 1 a\n"
#define SUITE_GOOD	SUITE_HEAD "[    0.5]     ok 2 b\n[    0.5] ok 1 xen_pv_cr3\n"

static void test_suite(void **state)
{
	(void)state;
	try_suite(SUITE_GOOD, OUTCOME_OK,
		  "\n    1..2\n    ok 1 a\n    ok 2 b\nok 5 kunit xen_pv_cr3\n");
	/* Others write between its lines, and user space may be faster. */
	try_suite(SUITE_HEAD "(XEN) ok 2 b\n[    0.6] random: crng init done\n"
		  "pvboot: user space\npvboot: ok 7 not the kernel's\n"
		  "[    0.6]         not ok 1 deeper\n[    0.6]     ok 2 b # SKIP why\n"
		  "[    0.6] # xen_pv_cr3: pass:1 fail:0 skip:1 total:2\n"
		  "[    0.6] ok 2 xen_pv_cr3\n",
		  OUTCOME_OK, "\nok 5 kunit xen_pv_cr3\n");
	/* A suite of another name does not count, whatever it says. */
	try_suite("[    0.4]     # Subtest: other\n[    0.4]     1..1\n"
		  "[    0.4]     not ok 1 c\n[    0.4] not ok 1 other\n" SUITE_GOOD,
		  OUTCOME_OK, "\nok 5 kunit xen_pv_cr3\n");
	try_suite("[    0.4]     # Subtest: other\n[    0.4]     1..1\n"
		  "[    0.4]     ok 1 c\n[    0.4] ok 1 other\n",
		  OUTCOME_KERNEL, "not ok 5 kunit xen_pv_cr3 # did not end");
}

static void test_suite_that_fails(void **state)
{
	(void)state;
	try_suite("", OUTCOME_KERNEL, "not ok 5 kunit xen_pv_cr3 # did not end");
	try_suite(SUITE_HEAD, OUTCOME_KERNEL,
		  "not ok 5 kunit xen_pv_cr3 # did not end");
	try_suite(SUITE_HEAD "[    0.5] ok 1 xen_pv_cr3\n", OUTCOME_KERNEL,
		  "not ok 5 kunit xen_pv_cr3: 1 results for a plan of 2");
	try_suite(SUITE_HEAD "[    0.5]     ok 2 b\n[    0.5] not ok 1 xen_pv_cr3\n",
		  OUTCOME_KERNEL, "not ok 5 kunit xen_pv_cr3: failed as a whole");
	try_suite("[    0.5]     # Subtest: xen_pv_cr3\n[    0.5]     1..1\n"
		  "[    0.5]     ok 1 a # SKIP not a Xen PV guest\n"
		  "[    0.5] ok 1 xen_pv_cr3 # SKIP\n",
		  OUTCOME_KERNEL, "not ok 5 kunit xen_pv_cr3: nothing was tested");
	try_suite(SUITE_HEAD "[    0.5]     # b: EXPECTATION FAILED at x.c:7\n"
		  "[    0.5]     Expected one == two, but\n[    0.5]         one == 1\n"
		  "[    0.5]     not ok 2 b\n[    0.5] not ok 1 xen_pv_cr3\n",
		  OUTCOME_KERNEL,
		  "not ok 5 kunit xen_pv_cr3: b: Expected one == two, but one == 1\n");
	/* A failed case counts whatever the sum says. */
	try_suite(SUITE_HEAD "[    0.5]     not ok 2 b\n[    0.5] ok 1 xen_pv_cr3\n",
		  OUTCOME_KERNEL, "not ok 5 kunit xen_pv_cr3: b\n");
	try_suite(SUITE_HEAD "[    0.5]     # b: ASSERTION FAILED at x.c:7\n"
		  "[    0.5] WARNING: CPU: 0 PID: 1 at x.c:8\n"
		  "[    0.5]     not ok 2 b\n[    0.5] not ok 1 xen_pv_cr3\n",
		  OUTCOME_KERNEL, "not ok 9 no WARNING, BUG or Oops: 1, ");
}

static void test_complaints(void **state)
{
	static const char * const lines[] = {
		"[    1.5] WARNING: CPU: 0 PID: 1 at arch/x86/xen/mmu_pv.c:1",
		"[    1.5] BUG: sleeping function called from invalid context",
		"[    1.5] kernel BUG at mm/slub.c:1!",
		"[    1.5] Oops: 0000 [#1] SMP",
		"[    1.5] general protection fault, probably for address 1",
	};

	(void)state;
	for (int i = 0; i < 5; i++) {
		char ktap[256];

		snprintf(ktap, sizeof(ktap),
			 "1..1\n%s\nok 1 a\npvboot: exit 0 /xen_pv_cr3\n",
			 lines[i]);
		try_ktap(ktap, OUTCOME_KERNEL,
			 "not ok 8 no WARNING, BUG or Oops: 1, the first: ");
	}
}

/*
 * Hostile consoles
 */

static void test_garbage(void **state)
{
	unsigned int seed = 1;
	struct bench b;

	(void)state;
	bench_init(&b, EXPECT_BOOT);
	for (int i = 0; i < 1 << 20; i++) {
		char c;

		seed = seed * 1103515245 + 12345;
		c = seed >> 16;
		console_feed(&b.con, &c, 1);
	}
	assert_int_equal(bench_end(&b, NULL), OUTCOME_UNJUDGED);
	for (size_t i = 0; i < b.out_len; i++)
		assert_true(b.out[i] == '\n' || b.out[i] == '\t' ||
			    (b.out[i] >= ' ' && b.out[i] <= '~'));
	bench_free(&b);
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
	};
	unsigned int seed = 7;

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct bench b;

		bench_init(&b, round & 1 ? EXPECT_BOOT : EXPECT_EARLY_FULL_LOAD);
		for (int i = 0; i < 60; i++) {
			char tail[64];
			size_t len;

			seed = seed * 1103515245 + 12345;
			console_feed(&b.con, words[(seed >> 16) % 20],
				     strlen(words[(seed >> 16) % 20]));
			len = (seed >> 8) % sizeof(tail);
			for (size_t j = 0; j < len; j++) {
				seed = seed * 1103515245 + 12345;
				tail[j] = "0123456789abcdef+x/ .\n#:"[(seed >> 16) % 24];
			}
			console_feed(&b.con, tail, len);
			if (seed & 0x10000)
				console_feed(&b.con, "\n", 1);
		}
		console_flush(&b.con);
		assert_int_not_equal(bench_end(&b, NULL), OUTCOME_OK);
		bench_free(&b);
	}
}

struct seen {
	unsigned int lines;
	char text[8][CONSOLE_LINE_MAX + 8];
	enum console_src src[8];
	bool whole[8];
};

static void see(void *ctx, enum console_src src, const char *line, bool whole)
{
	struct seen *seen = ctx;

	if (seen->lines < 8) {
		strcpy(seen->text[seen->lines], line);
		seen->src[seen->lines] = src;
		seen->whole[seen->lines] = whole;
	}
	seen->lines++;
}

static void test_console_lines(void **state)
{
	static const char in[] =
		"dom0 wri(XEN) Xen breaks in\r\nit goes on\x1b[2J\n\n(XEN) last";
	static struct seen seen;
	struct console con;

	(void)state;
	console_init(&con, see, &seen);
	for (size_t i = 0; i < sizeof(in) - 1; i++)
		console_feed(&con, in + i, 1);
	console_flush(&con);
	assert_int_equal(seen.lines, 5);
	assert_string_equal(seen.text[0], "dom0 wri");
	assert_int_equal(seen.src[0], CONSOLE_DOM0);
	assert_false(seen.whole[0]);
	assert_string_equal(seen.text[1], "Xen breaks in");
	assert_int_equal(seen.src[1], CONSOLE_XEN);
	assert_true(seen.whole[1]);
	assert_string_equal(seen.text[2], "it goes on\\x1b[2J");
	assert_string_equal(seen.text[3], "");
	assert_string_equal(seen.text[4], "last");
	assert_int_equal(seen.src[4], CONSOLE_XEN);
}

static void test_console_long_line(void **state)
{
	static struct seen seen;
	struct console con;

	(void)state;
	memset(&seen, 0, sizeof(seen));
	console_init(&con, see, &seen);
	for (int i = 0; i < 2 * CONSOLE_LINE_MAX; i++)
		console_feed(&con, "x", 1);
	console_feed(&con, "\nend\n", 5);
	assert_int_equal(seen.lines, 2);
	assert_int_equal(strlen(seen.text[0]), CONSOLE_LINE_MAX);
	assert_string_equal(seen.text[1], "end");
}

/*
 * QEMU and Xen
 */

static void test_trouble(void **state)
{
	struct bench b;

	(void)state;
	/* Before the guest has spoken for itself, trouble is the verdict... */
	bench_init(&b, EXPECT_BOOT);
	b.most = 150;
	bench_feed(&b, "v6.1-good.log");
	assert_int_equal(bench_end(&b, "QEMU was killed by signal 9"),
			 OUTCOME_UNJUDGED);
	assert_says(&b, "Bail out! QEMU was killed by signal 9");
	bench_free(&b);

	/* ...afterwards it is not. */
	bench_init(&b, EXPECT_BOOT);
	bench_feed(&b, "v6.1-nohook.log");
	assert_int_equal(bench_end(&b, "QEMU was killed by signal 9"),
			 OUTCOME_KERNEL);
	bench_free(&b);
}

static void test_xen_panic(void **state)
{
	static const char panic[] =
		"(XEN) Xen version 4.17.7\n"
		"(XEN) ****************************************\n"
		"(XEN) Panic on CPU 0:\n"
		"(XEN) Could not construct d0\n"
		"(XEN) ****************************************\n";
	struct bench b;

	(void)state;
	bench_init(&b, EXPECT_BOOT);
	console_feed(&b.con, panic, sizeof(panic) - 1);
	assert_true(bench_wait(&b) <= 1);
	assert_int_equal(bench_end(&b, NULL), OUTCOME_UNJUDGED);
	assert_says(&b, "Xen panicked before it could run dom0: Could not construct d0");
	bench_free(&b);
}

/*
 * Several domains
 */

struct domains {
	struct machine m;
	struct domu domus[3];
	struct console con;
	struct channel dom0;
	char *out;
	size_t out_len;
	FILE *stream;
};

static void domains_words(void *ctx, enum origin origin, const char *domu,
			  const char *text)
{
	struct domains *d = ctx;

	machine_line(&d->m, origin, domu, text, 0);
}

static void domains_line(void *ctx, enum console_src src, const char *line,
			 bool whole)
{
	struct domains *d = ctx;

	if (src == CONSOLE_XEN)
		domains_words(d, ORIGIN_XEN, NULL, line);
	else
		channel_line(&d->dom0, line, whole);
}

static void domains_init(struct domains *d)
{
	struct verdict_setup set = {
		.tests = { "/domus" },
		.log = "console.log",
		.patience = 1,
	};

	memset(d, 0, sizeof(*d));
	d->domus[0].name = "domu";
	d->domus[1].name = "domu-without";
	d->domus[1].expect = EXPECT_EARLY_FULL_LOAD;
	d->domus[2].name = "domu-smp";
	d->stream = open_memstream(&d->out, &d->out_len);
	assert_non_null(d->stream);
	set.out = d->stream;
	machine_init(&d->m, &set, d->domus, 3, 0);
	console_init(&d->con, domains_line, d);
	channel_init(&d->dom0, domains_words, d);
}

static enum outcome domains_end(struct domains *d)
{
	enum outcome outcome;

	console_flush(&d->con);
	channel_flush(&d->dom0);
	outcome = machine_finish(&d->m, NULL, 0);
	fflush(d->stream);
	return outcome;
}

static void domains_say(struct domains *d, const char *text)
{
	if (!strstr(d->out, text))
		fail_msg("not in the report: %s\n%s", text, d->out);
}

static void domains_free(struct domains *d)
{
	fclose(d->stream);
	free(d->out);
}

static void test_domus(void **state)
{
	struct domains d;

	(void)state;
	domains_init(&d);
	feed_file(&d.con, "v6.1-domus.log");
	assert_int_equal(domains_end(&d), OUTCOME_OK);
	domains_say(&d, "\nok 5 domU domu: boots, passes its tests");
	domains_say(&d, "\n    ok 4 /xen_pv_cr3\n");
	domains_say(&d, "\nok 6 domU domu-without: early full cr3 load: ");
	domains_say(&d, "\nok 7 domU domu-smp: boots, passes its tests");
	domains_say(&d, "\n    ok 12 domu-smp is saved and restored again");
	domains_say(&d, "\nok 8 /domus\n");
	domains_free(&d);

	/* The same boot with other expectations */
	domains_init(&d);
	d.domus[0].expect = EXPECT_EARLY_FULL_LOAD;
	d.domus[1].expect = EXPECT_BOOT;
	feed_file(&d.con, "v6.1-domus.log");
	assert_int_equal(domains_end(&d), OUTCOME_KERNEL);
	domains_say(&d, "\nnot ok 5 domU domu: it boots, there is no crash");
	domains_say(&d, "\nnot ok 6 domU domu-without: no 'memory mapped': early full cr3 load: ");
	domains_say(&d, "\nok 7 domU domu-smp: boots");
	domains_say(&d, "\nok 9 tests done");
	domains_free(&d);
}

static const char dom0_up[] =
	"(XEN) *** Serial input to DOM0\npvboot: user space\n";
static const char dom0_down[] =
	"1..1\nok 1 toolstack is up\npvboot: exit 0 /domus\npvboot: done\n"
	"(XEN) Preparing system for ACPI S5 state.\n";

static void domains_feed(struct domains *d, const char *text)
{
	say(&d->con, &d->dom0, text);
}

static void test_domus_that_misbehave(void **state)
{
	struct domains d;

	(void)state;
	domains_init(&d);
	domains_feed(&d, dom0_up);
	domains_feed(&d, "pvboot: create domu\n"
			 "{domu} Linux version 6.1\n"
			 "{domu} not ok 1 this is not dom0's\n"
			 "pvboot: limit domu\npvboot: gone domu\n");
	domains_feed(&d, "pvboot: create domu-without\n"
			 "{domu-without} mapping kernel into physical memory\n"
			 "pvboot: flood domu-without\npvboot: gone domu-without\n");
	domains_feed(&d, "pvboot: create domu-smp\n"
			 "pvboot: refused domu-smp: no memory\n"
			 "{nobody} Kernel panic - not syncing: not ours\n"
			 "pvboot: gone nobody\n");
	domains_feed(&d, dom0_down);
	assert_int_equal(domains_end(&d), OUTCOME_KERNEL);
	domains_say(&d, "\nnot ok 5 domU domu: no 'memory mapped': HANG");
	domains_say(&d, "\nnot ok 6 domU domu-without: ");
	domains_say(&d, "FLOOD");
	domains_say(&d, "\nnot ok 7 domU domu-smp: not judged: xl create");
	domains_say(&d, "\nok 8 /domus");
	domains_say(&d, "\nok 11 no WARNING, BUG or Oops");
	domains_free(&d);
}

/* What Xen says of a domU is the domU's, until it speaks of dom0 again. */
static void test_xen_on_a_domu(void **state)
{
	struct domains d;

	(void)state;
	domains_init(&d);
	domains_feed(&d, dom0_up);
	domains_feed(&d, "pvboot: create domu\n"
			 "{domu} mapping kernel into physical memory\n"
			 "(XEN) d1v0 Unhandled: vec 14, #PF[0000]\n"
			 "(XEN) Pagetable walk from ffffea0000058330:\n"
			 "(XEN) Domain 1 (vcpu#0) crashed on cpu#0:\n"
			 "pvboot: gone domu\n");
	domains_feed(&d, dom0_down);
	assert_int_equal(domains_end(&d), OUTCOME_KERNEL);
	domains_say(&d, "\nnot ok 5 domU domu: no 'memory mapped': CRASH: d1v0 Unhandled");
	domains_say(&d, "\n    # fault address 0xffffea0000058330");
	domains_say(&d, "\nok 10 power off");
	domains_free(&d);
}

static void test_dom0_dies_before_its_domus(void **state)
{
	struct domains d;

	(void)state;
	domains_init(&d);
	domains_feed(&d, dom0_up);
	domains_feed(&d, "pvboot: create domu\n"
			 "[    9.5] Kernel panic - not syncing: test\n"
			 "(XEN) Hardware Dom0 crashed: rebooting\n");
	assert_int_equal(domains_end(&d), OUTCOME_KERNEL);
	domains_say(&d, "\nnot ok 6 domU domu-without # not created");
	domains_say(&d, "CRASH: Kernel panic - not syncing: test");
	domains_free(&d);
}

static void test_fault_beats_unjudged(void **state)
{
	struct domains d;

	(void)state;
	domains_init(&d);
	domains_feed(&d, dom0_up);
	domains_feed(&d, "pvboot: create domu\npvboot: refused domu: no memory\n"
			 "pvboot: create domu-without\n"
			 "pvboot: limit domu-without\npvboot: gone domu-without\n");
	domains_feed(&d, dom0_down);
	assert_int_equal(domains_end(&d), OUTCOME_KERNEL);
	domains_free(&d);
}

/* The same functions later in the boot are another story. */
static void test_late_full_load(void **state)
{
	static const char mapped[] = "[    0.1] Zone ranges:\n";
	struct bench b;

	(void)state;
	bench_init(&b, EXPECT_EARLY_FULL_LOAD);
	bench_say(&b, mapped);
	bench_feed(&b, "v6.1-nohook.log");
	assert_int_equal(bench_end(&b, NULL), OUTCOME_KERNEL);
	assert_says(&b, "not ok 4 early full cr3 load: not what it died of");
	bench_free(&b);
}

int main(int argc, char **argv);

/*
 * Symbols: this program is an ELF file, and has functions of these names.
 */
static void __noinline xen_get_user_pgd(void)
{
	asm volatile("nop; nop; nop; nop");
}

static void __noinline xen_write_cr3(void)
{
	asm volatile("nop; nop; nop");
}

static void __noinline init_mem_mapping(void)
{
	asm volatile("nop; nop");
}

/* The address at which a function was linked. */
static unsigned long linked_at(void (*func)(void))
{
	Dl_info info;

	assert_true(dladdr((void *)func, &info));
	return (unsigned long)func - (unsigned long)info.dli_fbase;
}

/* Its first byte, too: there, functions lie close to each other. */
static void assert_symbol(const struct symbols *syms, void (*func)(void),
			  const char *want)
{
	for (unsigned long i = 0; i < 2; i++) {
		unsigned long off = -1UL;
		const char *name = symbols_name(syms, linked_at(func) + i, &off);

		assert_non_null(name);
		assert_string_equal(name, want);
		assert_int_equal(off, i);
	}
}

static void test_symbols(void **state)
{
	const char *err = NULL;
	struct symbols *syms;
	unsigned long off;

	(void)state;
	assert_null(symbols_open("/nonexistent", &err));
	assert_non_null(err);
	assert_null(symbols_open("/dev/null", &err));

	syms = symbols_open("/proc/self/exe", &err);
	assert_non_null(syms);
	assert_symbol(syms, xen_get_user_pgd, "xen_get_user_pgd");
	assert_symbol(syms, xen_write_cr3, "xen_write_cr3");
	assert_symbol(syms, init_mem_mapping, "init_mem_mapping");
	assert_symbol(syms, (void (*)(void))console_feed, "console_feed");
	assert_symbol(syms, (void (*)(void))verdict_init, "verdict_init");
	assert_symbol(syms, (void (*)(void))main, "main");
	assert_null(symbols_name(syms, 0, &off));
	assert_null(symbols_name(syms, -1UL, &off));
	assert_null(symbols_name(NULL, 1, &off));
	symbols_close(syms);
}

/* A kernel that dies too early to say anything: Xen's dump is all there is. */
static void make_dump(char *buf, size_t size, unsigned int domid)
{
	snprintf(buf, size,
		 "(XEN) d%uv0 Unhandled: vec 14, #PF[0000]\n"
		 "(XEN) Pagetable walk from ffffea0000058330:\n"
		 "(XEN) RIP:    e033:[<%016lx>]\n"
		 "(XEN) Guest stack trace from rsp=ffffffff81601e00:\n"
		 "(XEN)    ffffffff8164a130 %016lx 0000000000000000\n"
		 "(XEN)    0000000000000001 %016lx 0000000000000000\n",
		 domid, linked_at(xen_get_user_pgd) + 1,
		 linked_at(xen_write_cr3) + 1, linked_at(init_mem_mapping) + 1);
}

static void test_xen_dump(void **state)
{
	static const char end[] =
		"(XEN) Hardware Dom0 crashed: rebooting machine in 5 seconds.\n";
	const char *err = NULL;
	struct symbols *syms = symbols_open("/proc/self/exe", &err);
	char dump[1024];
	struct domains d;
	struct bench b;

	(void)state;
	assert_non_null(syms);
	make_dump(dump, sizeof(dump), 0);
	bench_init(&b, EXPECT_EARLY_FULL_LOAD);
	b.v.set.syms = syms;
	console_feed(&b.con, dump, strlen(dump));
	console_feed(&b.con, end, sizeof(end) - 1);
	assert_int_equal(bench_end(&b, NULL), OUTCOME_OK);
	assert_says(&b, "died in xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping\n");
	assert_plan(&b);
	bench_free(&b);

	make_dump(dump, sizeof(dump), 2);
	domains_init(&d);
	d.domus[1].syms = syms;
	domains_feed(&d, dom0_up);
	domains_feed(&d, "pvboot: create domu-without\n");
	domains_feed(&d, dump);
	domains_feed(&d, "pvboot: gone domu-without\n");
	domains_feed(&d, dom0_down);
	domains_end(&d);
	domains_say(&d, "\nok 6 domU domu-without: early full cr3 load: ");
	domains_free(&d);
	symbols_close(syms);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recordings),
		cmocka_unit_test(test_every_prefix_fails),
		cmocka_unit_test(test_hangs),
		cmocka_unit_test(test_death_is_known_soon),
		cmocka_unit_test(test_babble_after_panic),
		cmocka_unit_test(test_guest_ktap),
		cmocka_unit_test(test_suite),
		cmocka_unit_test(test_suite_that_fails),
		cmocka_unit_test(test_complaints),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_twisted_words),
		cmocka_unit_test(test_console_lines),
		cmocka_unit_test(test_console_long_line),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_xen_panic),
		cmocka_unit_test(test_domus),
		cmocka_unit_test(test_domus_that_misbehave),
		cmocka_unit_test(test_xen_on_a_domu),
		cmocka_unit_test(test_dom0_dies_before_its_domus),
		cmocka_unit_test(test_fault_beats_unjudged),
		cmocka_unit_test(test_late_full_load),
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_xen_dump),
	};

	if (argc < 2) {
		fprintf(stderr, "usage: %s CONSOLES_FOLDER\n", argv[0]);
		return 125;
	}
	folder = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
