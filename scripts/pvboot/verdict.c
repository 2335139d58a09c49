// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judge a boot by its console lines.
 */
#include "verdict.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "symbols.h"

/* A dead guest's trace is complete after this much silence, in seconds... */
#define SETTLE_QUIET	0.5
/* ...or at the latest this long after it died. */
#define SETTLE_MAX	5.0

static const struct {
	const char *name;
	double limit;	/* seconds since the milestone before it */
} milestones[MS_COUNT] = {
	[MS_HYPERVISOR]	= { "hypervisor up", 30 },
	[MS_KERNEL]	= { "kernel entered", 30 },
	[MS_MEMORY]	= { "memory mapped", 30 },
	[MS_USER]	= { "user space", 90 },
	[MS_TESTS]	= { "tests done", 120 },	/* for each test */
	[MS_POWEROFF]	= { "power off", 30 },
};

/* What each domU adds to the time that dom0's tests may take, in seconds. */
#define DOMU_LIMIT	310

/* Where a kernel without KASLR, as a PV kernel is, keeps its struct pages. */
#define VMEMMAP		0xffffeaUL
#define VMEMMAP_SHIFT	40

/* A guest's lines that show that a milestone has been passed. */
static const struct {
	const char *text;
	enum milestone ms;
	enum origin origin;
} signs[] = {
	/* xen_raw_console_write() in the kernel's first page table code */
	{ "mapping kernel into physical memory", MS_KERNEL, ORIGIN_KERNEL },
	{ "Linux version ", MS_KERNEL, ORIGIN_KERNEL },
	/* all printed by setup_arch() after init_mem_mapping(), or later */
	{ "RAMDISK: [mem ", MS_MEMORY, ORIGIN_KERNEL },
	{ "Zone ranges:", MS_MEMORY, ORIGIN_KERNEL },
	{ "Kernel command line: ", MS_MEMORY, ORIGIN_KERNEL },
	{ "user space", MS_USER, ORIGIN_INIT },
	{ "done", MS_TESTS, ORIGIN_INIT },
};

/* Reports after which the kernel may go on, but not unblamed. */
static const char * const complaints[] = {
	"WARNING: ", "BUG: ", "kernel BUG at ", "Oops: ", "general protection fault",
	"INFO: rcu", "double fault", "Unable to handle kernel",
};

/* Xen's words in do_iret() and toggle_guest_mode() */
static const char no_user_table[] =
	"switching to user mode with no user page tables";

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static void __printf(2, 3)
copy_text(char dst[TEXT_MAX], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(dst, TEXT_MAX, fmt, ap);
	va_end(ap);
}

/*
 * KTAP
 */

static void __printf(3, 4)
result(struct verdict *v, bool ok, const char *fmt, ...)
{
	va_list ap;

	fprintf(v->set.out, "%sok %u ", ok ? "" : "not ", ++v->number);
	va_start(ap, fmt);
	vfprintf(v->set.out, fmt, ap);
	va_end(ap);
	fputc('\n', v->set.out);
	fflush(v->set.out);
	if (!ok)
		v->failed++;
}

static bool is_domu(const struct verdict *v)
{
	return strcmp(v->set.domain, "dom0");
}

static enum milestone first_milestone(const struct verdict *v)
{
	return is_domu(v) ? MS_KERNEL : MS_HYPERVISOR;
}

static unsigned int plan(const struct verdict *v)
{
	unsigned int first = first_milestone(v);

	/* death: up to the kernel's entry, that it died, and of what */
	if (v->set.expect == EXPECT_EARLY_FULL_LOAD)
		return MS_KERNEL - first + 3;
	/* boot: the milestones, the tests, and a clean log */
	return MS_COUNT - first + !!v->set.kunit + v->ntests + v->set.extra + 1;
}

void verdict_init(struct verdict *v, const struct verdict_setup *set,
		  double now)
{
	memset(v, 0, sizeof(*v));
	v->set = *set;
	v->reached = first_milestone(v) - 1;
	while (v->ntests < TESTS_MAX && set->tests[v->ntests]) {
		struct test_run *run = &v->runs[v->ntests++];

		run->ktap = open_memstream(&run->text, &run->len);
	}
	if (set->kunit)
		v->suite.ktap = open_memstream(&v->suite.text, &v->suite.len);
	v->since = now;
	v->started = now;
	v->last_line = now;
	fprintf(v->set.out, "KTAP version 1\n1..%u\n", plan(v));
	fflush(v->set.out);
}

/*
 * Milestones
 */

/* The numbered line that a milestone has in the plan of this expectation. */
static bool in_plan(const struct verdict *v, int ms)
{
	return v->set.expect == EXPECT_BOOT || ms <= MS_KERNEL;
}

/* A test's own KTAP, then what it comes to. */
static void print_run(struct verdict *v, struct test_run *run,
		      const char *prefix, const char *name)
{
	if (run->printed)
		return;
	run->printed = true;
	if (run->ktap) {
		fclose(run->ktap);
		fputs(run->text, v->set.out);
		free(run->text);
		run->ktap = NULL;
	}
	if (run->ok)
		result(v, true, "%s%s", prefix, name);
	else if (run->why_not[0])
		result(v, false, "%s%s: %s", prefix, name, run->why_not);
	else
		result(v, false, "%s%s # did not end", prefix, name);
}

/*
 * The suite comes before all test programs, but not before one of them has
 * ended: user space may overtake the kernel on its way to the console.
 */
static void print_suite(struct verdict *v)
{
	if (v->set.kunit)
		print_run(v, &v->suite, "kunit ", v->set.kunit);
}

static void print_test(struct verdict *v, unsigned int i)
{
	print_suite(v);
	print_run(v, &v->runs[i], "", v->set.tests[i]);
}

static void print_tests(struct verdict *v)
{
	print_suite(v);
	for (unsigned int i = 0; i < v->ntests; i++)
		print_test(v, i);
}

static void reach(struct verdict *v, enum milestone ms, double now)
{
	while (v->reached < (int)ms) {
		v->reached++;
		if (!in_plan(v, v->reached))
			continue;
		if (v->reached == MS_TESTS)
			print_tests(v);
		result(v, true, "%s # %.1f s", milestones[v->reached].name,
		       now - v->started);
	}
	v->since = now;
}

void verdict_result(struct verdict *v, const char *nested, bool ok,
		    const char *text)
{
	while (*nested) {
		int len = strcspn(nested, "\n");

		fprintf(v->set.out, "    %.*s\n", len, nested);
		nested += len + !!nested[len];
	}
	result(v, ok, "%s", text);
}

/*
 * Splats
 */

static void add_frame(struct splat *s, const char *name, size_t len)
{
	char *dst;

	if (len >= NAME_MAX_LEN)
		len = NAME_MAX_LEN - 1;
	if (s->nframes == FRAMES_MAX)
		return;
	/* RIP and the first line of a trace often name the same function. */
	if (s->nframes) {
		dst = s->frames[s->nframes - 1];
		if (strlen(dst) == len && !memcmp(dst, name, len))
			return;
	}
	dst = s->frames[s->nframes++];
	memcpy(dst, name, len);
	dst[len] = '\0';
}

static void add_address(struct verdict *v, unsigned long addr)
{
	unsigned long off;
	const char *name = symbols_name(v->set.syms, addr, &off);

	/* A return address is never a function's first byte. */
	if (name && off)
		add_frame(&v->cause, name, strlen(name));
}

/* May @c stand in a function's name, a compiler's clone included? */
static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* Find "name+0xoffset/0xsize", as the kernel prints a place in its text. */
static void add_symbolic(struct verdict *v, const char *line)
{
	for (const char *plus = strstr(line, "+0x"); plus;
	     plus = strstr(plus + 1, "+0x")) {
		const char *name = plus;
		char *end;

		while (name > line && in_name(name[-1]))
			name--;
		strtoul(plus + 1, &end, 16);
		if (name < plus && starts(end, "/0x")) {
			add_frame(&v->cause, name, plus - name);
			return;
		}
	}
}

static void blame(struct verdict *v, const char *line)
{
	if (!v->cause.what[0])
		copy_text(v->cause.what, "%s", line);
}

static void die(struct verdict *v, const char *line, double now)
{
	blame(v, line);
	if (!v->dead) {
		v->dead = true;
		v->dead_at = now;
	}
}

/* The number after @key in @line, written in hexadecimal. */
static bool hex_after(const char *line, const char *key, unsigned long *val)
{
	const char *p = strstr(line, key);
	char *end;

	if (!p)
		return false;
	p += strlen(key);
	*val = strtoul(p, &end, 16);
	return end != p;
}

static bool has_frame(const struct splat *s, const char *name,
		      unsigned int from, unsigned int *at)
{
	size_t len = strlen(name);

	for (unsigned int i = from; i < s->nframes; i++) {
		/* The compiler may have cloned it: name.part.0, name.isra.0 */
		if (starts(s->frames[i], name) &&
		    (!s->frames[i][len] || s->frames[i][len] == '.')) {
			*at = i;
			return true;
		}
	}
	return false;
}

static bool early_load_through(const struct verdict *v, const char *func)
{
	unsigned int at;

	return v->dead && v->reached >= MS_KERNEL && v->reached < MS_MEMORY &&
	       has_frame(&v->cause, func, 0, &at) &&
	       has_frame(&v->cause, "init_mem_mapping", at, &at);
}

/*
 * The same death where no trace is printed, as by a dom0 of 5.10, whose boot
 * console Xen's choice of a console keeps off: a struct page was looked up that
 * is not mapped yet, and there is no first stage that could have done it.
 */
static bool untraced_early_load(const struct verdict *v)
{
	return v->dead && v->reached >= MS_KERNEL && v->reached < MS_MEMORY &&
	       !v->in_trace && !v->traced && v->cause.nframes == 1 &&
	       !strcmp(v->cause.frames[0], "xen_get_user_pgd") &&
	       v->cause.cr2 >> VMEMMAP_SHIFT == VMEMMAP &&
	       v->set.syms && !symbols_have(v->set.syms, "xen_write_cr3_init");
}

/* What this project knows about deaths; NULL when it knows nothing. */
static const char *diagnosis(const struct verdict *v)
{
	unsigned int at;

	if (early_load_through(v, "xen_write_cr3"))
		return "early full cr3 load: xen_write_cr3() before there is a struct page";
	if (untraced_early_load(v))
		return "early full cr3 load: no struct page, no first stage, and no trace";
	if (early_load_through(v, "xen_write_cr3_init"))
		return "first stage looks up a user table before there is a struct page";
	if (v->dead && v->reached >= MS_MEMORY &&
	    has_frame(&v->cause, "xen_write_cr3_init", 0, &at))
		return "stale first stage: the hook did not swap itself and is freed";
	if (strstr(v->cause.what, no_user_table))
		return "no user base pointer: xen_write_cr3() did not load one";
	return NULL;
}

static void print_frames(const struct verdict *v, char buf[TEXT_MAX],
			 unsigned int most)
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned int i = 0; i < v->cause.nframes && i < most; i++) {
		int n = snprintf(buf + len, TEXT_MAX - len, "%s%s",
				 i ? " <- " : "", v->cause.frames[i]);

		if (n < 0 || (size_t)n >= TEXT_MAX - len)
			break;
		len += n;
	}
}

/*
 * Lines
 */

static void xen_stack_line(struct verdict *v, const char *line)
{
	const char *p = line;
	unsigned int words = 0;

	for (;;) {
		char *end;
		unsigned long word;

		while (*p == ' ')
			p++;
		if (!*p)
			break;
		word = strtoul(p, &end, 16);
		if (end - p != 16)
			break;
		add_address(v, word);
		words++;
		p = end;
	}
	if (!words)
		v->in_stack = false;
}

static void xen_line(struct verdict *v, const char *line, double now)
{
	unsigned long val;

	if (v->xen_panicked && !v->xen_panic[0] && !strchr("*-", line[0]))
		copy_text(v->xen_panic, "%s", line);
	if (starts(line, "Panic on CPU")) {
		v->xen_panicked = true;
		return;
	}
	if (v->in_stack) {
		xen_stack_line(v, line);
		if (v->in_stack)
			return;
	}

	if (starts(line, "*** Serial input to DOM0")) {
		reach(v, MS_HYPERVISOR, now);
	} else if (strstr(line, no_user_table) ||
		   strstr(line, "Unhandled: vec ") ||
		   strstr(line, "Unhandled page fault") ||
		   strstr(line, "domain_crash called from") ||
		   starts(line, "domain_crash_sync called from") ||
		   (starts(line, "Domain ") && strstr(line, " crashed on cpu"))) {
		die(v, line, now);
	} else if (hex_after(line, "Pagetable walk from ", &val)) {
		if (!v->cause.cr2)
			v->cause.cr2 = val;
	} else if (v->dead && starts(line, "RIP:") &&
		   hex_after(line, "[<", &val)) {
		add_address(v, val);
	} else if (v->dead && starts(line, "Guest stack trace from")) {
		v->in_stack = true;
	} else if (starts(line, "Hardware Dom0 ")) {
		/* The way a kernel without ACPI powers off. */
		if (v->reached == MS_TESTS && strstr(line, "halted"))
			reach(v, MS_POWEROFF, now);
		else
			die(v, line, now);
		v->halted = true;
	} else if (starts(line, "Preparing system for ACPI S5")) {
		if (v->reached == MS_TESTS)
			reach(v, MS_POWEROFF, now);
		else
			v->quit = true;
		v->halted = true;
	}
}

/* Is this a line of KTAP that a test program wrote? */
static bool is_ktap(const char *line)
{
	while (*line == ' ')
		line++;
	return starts(line, "ok ") || starts(line, "not ok ") ||
	       starts(line, "# ") || starts(line, "1..") ||
	       starts(line, "TAP version ") || starts(line, "KTAP version ") ||
	       starts(line, "Bail out!");
}

/*
 * What the harness prints when an expectation is not met:
 * "# file.c:LINE:TEST:words".  The first words are kept for the summary.
 */
static void keep_expectation(struct test_run *run, const char *line)
{
	const char *p = strstr(line, ".c:");

	for (int colons = 0; p && colons < 3; colons++) {
		p = strchr(p, ':');
		if (p)
			p++;
	}
	/* The test's own words say more than "Expected 0 == 1". */
	if (p && (!run->expectation[0] ||
		  starts(run->expectation, "Expected ")))
		copy_text(run->expectation, "%s", p);
}

static void ktap_line(struct test_run *run, const char *line)
{
	const char *hash = strchr(line, '#');

	if (run->ktap)
		fprintf(run->ktap, "    %s\n", line);
	if (starts(line, "# "))
		keep_expectation(run, line);
	if (starts(line, "1..")) {
		run->planned = strtoul(line + 3, NULL, 10);
	} else if (starts(line, "ok ")) {
		run->results++;
		if (hash && strstr(hash, "SKIP"))
			run->skipped++;
		else
			run->passed++;
	} else if (starts(line, "not ok ")) {
		run->results++;
		line += strcspn(line, "0123456789");
		line += strspn(line, "0123456789 ");
		if (!run->why_not[0])
			copy_text(run->why_not, "%.160s%s%.300s", line,
				  run->expectation[0] ? ": " : "",
				  run->expectation);
	}
}

/* PID 1 says how a test program ended: "exit N PATH" or "signal N PATH". */
static void test_end(struct verdict *v, const char *how)
{
	struct test_run *run = &v->runs[v->test];
	bool zero = starts(how, "exit 0 ");

	run->ok = zero && !run->why_not[0] && run->passed &&
		  run->results == run->planned;
	if (run->ok || run->why_not[0])
		;	/* nothing to add */
	else if (starts(how, "exit 4 "))
		copy_text(run->why_not, "skipped as a whole");
	else if (zero && run->results == run->planned)
		copy_text(run->why_not, "nothing was tested");
	else if (zero)
		copy_text(run->why_not, "%u results for a plan of %u",
			  run->results, run->planned);
	else
		copy_text(run->why_not, "%.*safter %u of %u results",
			  (int)strcspn(how, "/"), how, run->results,
			  run->planned);
	if (v->set.expect == EXPECT_BOOT)
		print_test(v, v->test);
	v->test++;
}

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
#define SUITE_INDENT	4

/* The words that follow a failed expectation; each line a message of its own. */
static void keep_words(struct test_run *run, const char *words)
{
	size_t len = strlen(run->expectation);

	words += strspn(words, " ");
	if (!*words)
		return;
	if (run->ktap)
		fprintf(run->ktap, "    # %s\n", words);
	if (!run->why_not[0])
		snprintf(run->expectation + len, TEXT_MAX - len, "%s%s",
			 len ? " " : "", words);
}

static void suite_end(struct verdict *v, bool ok)
{
	struct test_run *run = &v->suite;

	v->in_suite = false;
	if (run->why_not[0])
		;	/* nothing to add */
	else if (run->results != run->planned)
		copy_text(run->why_not, "%u results for a plan of %u",
			  run->results, run->planned);
	else if (!run->passed)
		copy_text(run->why_not, "nothing was tested");
	else if (!ok)
		copy_text(run->why_not, "failed as a whole");
	run->ok = !run->why_not[0];
}

/* Take a kernel message; true if it was KTAP of the suite. */
static bool suite_line(struct verdict *v, const char *line)
{
	static const char subtest[] = "    # Subtest: ";
	struct test_run *run = &v->suite;

	if (!v->set.kunit || run->printed)
		return false;
	if (!v->in_suite) {
		v->in_suite = starts(line, subtest) && !run->results &&
			      !strcmp(line + strlen(subtest), v->set.kunit);
		v->in_words = false;
	} else if (!is_ktap(line)) {
		/* It may still be a complaint. */
		if (v->in_words)
			keep_words(run, line);
		return false;
	} else if (starts(line, "ok ") || starts(line, "not ok ")) {
		suite_end(v, starts(line, "ok "));
		return true;
	}
	if (!v->in_suite)
		return false;
	ktap_line(run, line + (line[0] == ' ' ? SUITE_INDENT : 0));
	v->in_words = strstr(line, " FAILED at ");
	return true;
}

static void guest_line(struct verdict *v, enum origin origin, const char *line,
		       double now)
{
	bool testing = v->reached == MS_USER && v->test < v->ntests;
	unsigned long val;

	if (testing && origin == ORIGIN_PROGRAM && is_ktap(line)) {
		ktap_line(&v->runs[v->test], line);
		return;
	}
	if (testing && origin == ORIGIN_INIT && starts(line, "overflow ")) {
		copy_text(v->runs[v->test].why_not, "it printed too much");
		return;
	}
	if (testing && origin == ORIGIN_INIT &&
	    (starts(line, "exit ") || starts(line, "signal "))) {
		test_end(v, line);
		v->since = now;
		return;
	}

	if (origin == ORIGIN_KERNEL) {
		line = channel_message(line);
		if (suite_line(v, line))
			return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		if (origin == signs[i].origin && starts(line, signs[i].text)) {
			reach(v, signs[i].ms, now);
			return;
		}
	}
	if (origin != ORIGIN_KERNEL)
		return;

	if (starts(line, "PANIC: ")) {
		die(v, line, now);
		if (hex_after(line, "cr2 ", &val))
			v->cause.cr2 = val;
		if (hex_after(line, "e030:", &val) ||
		    hex_after(line, "e033:", &val))
			add_address(v, val);
		return;
	}
	if (starts(line, "Kernel panic - not syncing: ")) {
		die(v, line, now);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(complaints); i++) {
		if (!starts(line, complaints[i]))
			continue;
		if (!v->complaints++)
			copy_text(v->complaint, "%s", line);
		/* A warning is not what a guest dies of. */
		if (i)
			blame(v, line);
		return;
	}

	if (!v->cause.what[0])
		return;
	/* Only the first trace shows the cause. */
	if (v->traced)
		return;
	if (starts(line, "RIP: ")) {
		add_symbolic(v, line);
	} else if (starts(line, "Call Trace:")) {
		v->in_trace = true;
	} else if (v->in_trace && line[0] == ' ') {
		add_symbolic(v, line);
	} else if (v->in_trace) {
		v->in_trace = false;
		v->traced = true;
	}
}

void verdict_line(struct verdict *v, enum origin origin, const char *line,
		  double now)
{
	if (v->finished)
		return;
	v->last_line = now;
	if (origin == ORIGIN_XEN)
		xen_line(v, line, now);
	else
		guest_line(v, origin, line, now);
	/* Stack words say nothing to a reader; their functions are named. */
	if (!v->in_stack)
		copy_text(v->tail[v->ntail++ % TAIL_LINES], "%s%s",
			  origin == ORIGIN_XEN ? "(XEN) " :
			  origin == ORIGIN_INIT ? "pvboot: " : "", line);
}

void verdict_gone(struct verdict *v, double now)
{
	if (v->reached == MS_TESTS)
		reach(v, MS_POWEROFF, now);
	else
		v->quit = true;
	v->finished = true;
}

void verdict_cut_off(struct verdict *v, bool flood)
{
	if (v->finished)
		return;
	v->hang = true;
	v->flood = flood;
	v->finished = true;
}

/*
 * Time
 */

static double hang_at(const struct verdict *v)
{
	int next = v->reached + 1 < MS_COUNT ? v->reached + 1 : MS_POWEROFF;

	double limit = milestones[next].limit;

	if (next == MS_TESTS)
		limit += v->set.extra * DOMU_LIMIT;
	return v->since + limit * v->set.patience;
}

static double settled_at(const struct verdict *v)
{
	double quiet = v->last_line + SETTLE_QUIET;
	double most = v->dead_at + SETTLE_MAX;

	return v->dead && most < quiet ? most : quiet;
}

double verdict_deadline(const struct verdict *v)
{
	if (v->dead || v->xen_panicked)
		return settled_at(v);
	return hang_at(v);
}

bool verdict_tick(struct verdict *v, double now)
{
	if (v->finished)
		return true;
	if (v->reached == MS_POWEROFF || v->halted)
		v->finished = true;
	else if (v->set.expect == EXPECT_EARLY_FULL_LOAD && v->reached >= MS_USER)
		v->finished = true;
	else if (v->dead || v->xen_panicked)
		v->finished = now >= settled_at(v);
	else
		v->hang = now >= hang_at(v);
	v->finished |= v->hang;
	return v->finished;
}

/*
 * The end
 */

static void print_tail(const struct verdict *v)
{
	unsigned int first = v->ntail > TAIL_LINES ? v->ntail - TAIL_LINES : 0;

	for (unsigned int i = first; i < v->ntail; i++)
		fprintf(v->set.out, "# | %s\n", v->tail[i % TAIL_LINES]);
	fprintf(v->set.out, "# full log: %s\n", v->set.log);
}

/* One line: what happened to the guest, and where. */
static void sum_up(const struct verdict *v, char buf[TEXT_MAX])
{
	const char *known = diagnosis(v);
	char chain[TEXT_MAX];

	print_frames(v, chain, 4);
	if (v->flood)
		copy_text(buf, "FLOOD: its console had no end");
	else if (v->dead && known && chain[0])
		copy_text(buf, "%s; died in %.200s", known, chain);
	else if (v->dead && known)
		copy_text(buf, "%s", known);
	else if (v->dead && chain[0])
		copy_text(buf, "CRASH: %.160s; in %.300s", v->cause.what,
			  chain);
	else if (v->dead)
		copy_text(buf, "CRASH: %.400s", v->cause.what);
	else if (v->hang && is_domu(v))
		copy_text(buf, "HANG: no '%s' within its limit",
			  milestones[v->reached + 1].name);
	else if (v->hang)
		copy_text(buf, "HANG: no '%s' within %.0f s",
			  milestones[v->reached + 1].name,
			  hang_at(v) - v->since);
	else if (v->quit)
		copy_text(buf, "it powered off before its tests were done");
	else
		copy_text(buf, "CRASH: the console ends without a result");
}

static void print_cause(const struct verdict *v)
{
	char chain[TEXT_MAX];

	if (v->cause.what[0])
		fprintf(v->set.out, "# %s\n", v->cause.what);
	if (v->cause.cr2)
		fprintf(v->set.out, "# fault address 0x%016lx\n",
			v->cause.cr2);
	print_frames(v, chain, FRAMES_MAX);
	if (chain[0])
		fprintf(v->set.out, "# in %s\n", chain);
}

static void finish_crash(struct verdict *v)
{
	char why[TEXT_MAX];

	sum_up(v, why);
	while (v->reached < MS_KERNEL)
		result(v, false, "%s # not reached",
		       milestones[++v->reached].name);
	if (v->reached >= MS_USER) {
		copy_text(why, "it boots, there is no crash to show");
		result(v, false, "dies before user space: %s", why);
		result(v, false, "early full cr3 load # not seen");
	} else {
		result(v, v->dead, "dies before user space%s%s",
		       v->dead ? "" : ": ", v->dead ? "" : why);
		if (early_load_through(v, "xen_write_cr3") ||
		    untraced_early_load(v))
			result(v, true, "%s", why);
		else
			result(v, false, "early full cr3 load: not what it died of; %s",
			       why);
	}
	copy_text(v->summary, "%s", why);
	print_cause(v);
}

static void finish_boot(struct verdict *v)
{
	bool first = true;
	char why[TEXT_MAX];

	sum_up(v, why);
	copy_text(v->summary, "boots, passes its tests and powers off");
	for (unsigned int i = v->ntests; i--;)
		if (v->runs[i].why_not[0])
			copy_text(v->summary, "%s: %.400s", v->set.tests[i],
				  v->runs[i].why_not);
	if (v->suite.why_not[0])
		copy_text(v->summary, "kunit %s: %.400s", v->set.kunit,
			  v->suite.why_not);
	else if (v->set.kunit && !v->suite.ok)
		copy_text(v->summary, "kunit %s did not end", v->set.kunit);
	while (v->reached < MS_POWEROFF) {
		int ms = ++v->reached;

		if (ms == MS_TESTS)
			print_tests(v);
		if (first) {
			result(v, false, "%s: %s", milestones[ms].name, why);
			copy_text(v->summary, "no '%s': %.400s",
				  milestones[ms].name, why);
		} else {
			result(v, false, "%s # not reached",
			       milestones[ms].name);
		}
		first = false;
	}
	if (v->complaints) {
		result(v, false, "no WARNING, BUG or Oops: %u, the first: %s",
		       v->complaints, v->complaint);
		if (first)
			copy_text(v->summary, "%.400s", v->complaint);
	} else {
		result(v, true, "no WARNING, BUG or Oops");
	}
	if (!first)
		print_cause(v);
}

void verdict_summary(const struct verdict *v, char buf[TEXT_MAX])
{
	memcpy(buf, v->summary, TEXT_MAX);
}

static const char *why_unjudged(struct verdict *v, const char *trouble,
				char buf[TEXT_MAX])
{
	if (v->dead || v->quit || v->reached == MS_POWEROFF)
		return NULL;
	if (v->xen_panicked) {
		copy_text(buf, "Xen panicked before it could run dom0: %s",
			  v->xen_panic);
		return buf;
	}
	if (trouble)
		return trouble;
	if (!is_domu(v) && v->reached < MS_HYPERVISOR) {
		copy_text(buf, "%s before Xen was up",
			  v->ntail ? "the console ended or fell silent" :
				     "nothing came on the console");
		return buf;
	}
	return NULL;
}

static void free_run(struct test_run *run)
{
	if (!run->ktap)
		return;
	fclose(run->ktap);
	free(run->text);
	run->ktap = NULL;
}

static void free_tests(struct verdict *v)
{
	free_run(&v->suite);
	for (unsigned int i = 0; i < v->ntests; i++)
		free_run(&v->runs[i]);
}

enum outcome verdict_finish(struct verdict *v, const char *trouble,
			    double now)
{
	char buf[TEXT_MAX];

	v->finished = true;
	/* Who dies in one of the kernel's functions has entered it. */
	if (v->dead && v->cause.nframes && v->reached < MS_KERNEL)
		reach(v, MS_KERNEL, v->dead_at);
	trouble = why_unjudged(v, trouble, buf);
	if (trouble) {
		free_tests(v);
		copy_text(v->summary, "not judged: %.400s", trouble);
		fprintf(v->set.out, "Bail out! %s\n", trouble);
		if (v->ntail)
			print_tail(v);
		fflush(v->set.out);
		return OUTCOME_UNJUDGED;
	}

	if (v->set.expect == EXPECT_EARLY_FULL_LOAD)
		finish_crash(v);
	else
		finish_boot(v);
	free_tests(v);
	if (v->failed)
		print_tail(v);
	fprintf(v->set.out, "# verdict after %.1f s, %.1f s after the last line\n",
		now - v->started, now - v->last_line);
	fflush(v->set.out);
	return v->failed ? OUTCOME_KERNEL : OUTCOME_OK;
}
