// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read a domain's log line by line, and find the reports in it.
 *
 * A report opens with a line that fits an entry of the table of forms.  More
 * such lines may follow before its trace: they add to it, or they know better.
 * It ends with the kernel's end mark, with the next one of the same caller, or
 * when nothing of it has come for a while.  Reports are handed on in the order in
 * which they opened.
 */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MOST	1000	/* bytes of a line that are read */
#define WITHIN_MOST	4	/* lines that begin within another one */
#define REPORTS		4	/* that are read at the same time */
#define HEAD_LINES	24	/* lines until a report's trace, at most */
#define IDLE_LINES	80	/* lines of something else that end a report */
#define RUSH_LINES	400	/* ...which may be so many in less than a second */
#define IDLE_SECONDS	30
#define PANIC_LINES	400	/* a panic comes so soon after its cause */
#define PANIC_SECONDS	60
#define AGAIN_LINES	8	/* a report is told again so soon after */
#define TIMED_LINES	3	/* lines with a time, to count on it */
#define DUMP_LINES	4	/* lines from that of the CPU to a trace, at most */
#define DUMP_ALONE	80	/* lines without a report, and none explains the dump */
#define EARLY_SECONDS	0.1	/* no program runs before */
#define STAMP_BACK	5	/* seconds: a time within a line is no kernel's... */
#define STAMP_AHEAD	3600	/* ...if it is so far from the one before */

struct faults {
	fault_name_fn name;
	fault_fn fn;
	void *ctx;

	struct report report[REPORTS];
	struct report *open[REPORTS];	/* in the order in which they opened */
	unsigned int nopen;

	struct fault before;		/* the last that was handed on */
	double handed_on;		/* when */
	unsigned int since;		/* lines since then */
	double now;

	unsigned int timed;		/* lines with a time */
	double stamp;			/* the last one */
	char last[FAULT_TEXT];		/* the line before, */
	char said[FAULT_TEXT];		/* and that before the dump of a stack */
	unsigned int dump;		/* lines since that began */
	unsigned int foreign;		/* lines since a dump was announced that is no fault */
	bool starts;			/* the line before was "Linux version" */
	bool booted;			/* a kernel has run here */

	bool trusting;
	char line[LINE_MOST + 1];
};

struct faults *faults_new(fault_name_fn name, fault_fn fn, void *ctx)
{
	struct faults *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->name = name;
	f->fn = fn;
	f->ctx = ctx;
	f->since = PANIC_LINES;
	f->dump = DUMP_LINES;
	f->foreign = DUMP_ALONE;
	for (int i = 0; i < REPORTS; i++)
		f->open[i] = &f->report[i];
	return f;
}

void faults_free(struct faults *f)
{
	free(f);
}

void faults_trust(struct faults *f)
{
	f->trusting = true;
}

bool faults_reading(const struct faults *f)
{
	return f->nopen;
}

bool faults_dying(const struct faults *f)
{
	for (unsigned int i = 0; i < f->nopen; i++) {
		if (f->open[i]->fault.kind == FAULT_CRASH)
			return true;
	}
	return false;
}

/* Hand on the oldest. */
static void hand_on(struct faults *f)
{
	struct report *r = f->open[0];

	report_judge(r);
	f->nopen--;
	memmove(&f->open[0], &f->open[1], f->nopen * sizeof(f->open[0]));
	f->open[f->nopen] = r;
	f->before = r->fault;
	f->handed_on = f->now;
	f->since = 0;
	f->fn(f->ctx, &f->before);
}

static void hand_on_done(struct faults *f)
{
	while (f->nopen && f->open[0]->done)
		hand_on(f);
}

void faults_flush(struct faults *f, double now)
{
	f->now = now;
	while (f->nopen)
		hand_on(f);
}

/* The report that a line of this caller belongs to. */
static struct report *report_of(struct faults *f, enum fault_source src,
				const char *caller)
{
	for (unsigned int i = f->nopen; i-- > 0;) {
		struct report *r = f->open[i];

		if (r->done || r->leaving || r->fault.source != src)
			continue;
		/* a stall is told by many CPUs */
		if (r->format->culprit == BY_STALL || !*caller || !*r->caller ||
		    !strcmp(caller, r->caller))
			return r;
	}
	return NULL;
}

static struct report *open_report(struct faults *f, enum fault_source src,
				  const struct format *fmt, const struct taken *t,
				  const struct kline *k, double now)
{
	struct report *r;

	if (f->nopen == REPORTS)
		hand_on(f);
	r = f->open[f->nopen++];
	report_open(r, src, fmt, t, k->text, now);
	snprintf(r->caller, sizeof(r->caller), "%s", k->caller);
	return r;
}

/*
 * A panic that follows from what was told before.  Xen tells what follows from the
 * kernel's word, but not the other way round.
 */
static bool panics(struct faults *f, enum fault_source src, struct report *r,
		   const struct format *fmt)
{
	struct fault *before = &f->before;

	if (!r && f->nopen && !f->open[f->nopen - 1]->done)
		r = f->open[f->nopen - 1];
	if (r && src == FAULT_KERNEL && r->fault.source != src)
		r = NULL;
	if (r) {
		if ((fmt->flags & FORMAT_DEAD) && r->fault.kind != FAULT_CRASH)
			return false;
		r->fault.kind = FAULT_CRASH;
		r->fault.panicked = true;
		r->done = report_traced(r) || r->format->culprit == NOBODY;
		return true;
	}
	if (f->since >= PANIC_LINES || f->now > f->handed_on + PANIC_SECONDS ||
	    (src == FAULT_KERNEL && before->source != src))
		return false;
	if (before->kind != FAULT_CRASH) {
		if (fmt->flags & FORMAT_DEAD)
			return false;
		before->kind = FAULT_CRASH;
		before->panicked = true;
		f->fn(f->ctx, before);
	}
	return true;
}

/* What a report says once more at its end, or after it. */
static bool again(const struct faults *f, const struct report *r,
		  const struct format *fmt)
{
	if (!(fmt->flags & FORMAT_AGAIN))
		return false;
	if (r)
		return report_traced(r) && !strcmp(r->fault.class, fmt->class);
	return f->since < AGAIN_LINES && !strcmp(f->before.class, fmt->class);
}

/* No second has gone by in the kernel since something of a report came. */
static bool in_a_rush(const struct faults *f, const struct report *r)
{
	return f->stamp > 0 && f->stamp >= r->stamp && f->stamp < r->stamp + 1;
}

/*
 * Other CPUs may print a lot between the first line of an oops and the next, and
 * nothing else dies before its trace has come.
 */
static bool still_opens(const struct faults *f, const struct report *r,
			const struct format *fmt)
{
	if (report_traced(r))
		return false;
	return r->age <= HEAD_LINES ||
	       (r->age <= RUSH_LINES && in_a_rush(f, r) && fmt->kind == FAULT_CRASH &&
		r->format->kind == FAULT_CRASH);
}

/* Has nothing to do with a report that waits for its trace, or is in the middle of it. */
static bool stands_alone(const struct report *r, const struct format *fmt)
{
	if (fmt->culprit != NOBODY || !r)
		return false;
	if (report_traced(r))
		return r->idle < 3;
	return fmt->kind != FAULT_CRASH && r->format->rank && r->format->culprit != NOBODY;
}

static void formatted(struct faults *f, enum fault_source src,
		      const struct format *fmt, const struct taken *t,
		      const struct kline *k, double now)
{
	struct report *r = report_of(f, src, k->caller);
	bool head = r && still_opens(f, r, fmt);

	if (!fmt->class)
		return;
	if (fmt->flags & FORMAT_ADDS) {
		if (r)
			report_add(r, fmt, t, false);
		return;
	}
	if ((fmt->flags & FORMAT_AFTER) && panics(f, src, r, fmt))
		return;
	if (again(f, r, fmt))
		return;
	/* What opened it was only a mark. */
	if (r && !r->format->rank && fmt->rank) {
		r->ntraces = 0;
		snprintf(r->fault.what, sizeof(r->fault.what), "%s", k->text);
		head = true;
	}
	if (stands_alone(r, fmt)) {
		open_report(f, src, fmt, t, k, now)->done = true;
	} else if (head && (fmt->rank != r->format->rank || fmt == r->format)) {
		report_add(r, fmt, t, fmt->rank > r->format->rank);
		r->idle = 0;
		r->last = now;
	} else {
		if (r) {
			r->leaving = report_traced(r) && r->idle < 3;
			r->done = !r->leaving;
		}
		open_report(f, src, fmt, t, k, now);
	}
}

/*
 * A kernel that starts anew has died without a word.  A program may print its
 * version, but not the line that the kernel prints next.
 */
static void boots(struct faults *f, const struct kline *k, double now)
{
	static const char version[] = "Linux version ";
	static const char command[] = "Command line: ";
	static const struct format reboot = {
		.class = "unexpected kernel reboot", .culprit = NOBODY,
		.kind = FAULT_CRASH, .rank = 2,
	};
	struct taken none = { .number = -1 };

	if (!strncmp(k->text, version, strlen(version))) {
		f->starts = true;
		return;
	}
	if (f->starts && !strncmp(k->text, command, strlen(command))) {
		faults_flush(f, now);
		if (f->booted && !(f->since < PANIC_LINES && f->before.kind == FAULT_CRASH))
			open_report(f, FAULT_KERNEL, &reboot, &none, k, now)->done = true;
		f->booted = true;
		f->stamp = 0;
	}
	f->starts = false;
	f->booted |= k->timed && k->stamp >= 1;
}

/*
 * dump_stack() where no form fits what was said before.  Whoever calls it has found
 * something wrong, unless it was asked for.
 */
static void dumps(struct faults *f, const struct kline *k, double now)
{
	static const struct format dump = {
		.class = "stack dump", .culprit = BY_TRACE, .kind = FAULT_COMPLAINT,
		.rank = 1,
	};
	struct taken none = { .number = -1 }, taken;
	struct kline said = *k;
	unsigned long address;
	struct frame frame;
	int cpu;

	f->dump += f->dump < DUMP_LINES;
	f->foreign += f->foreign < DUMP_ALONE;
	if (form_match("CPU: %d PID: %d Comm: %s", k->text, &taken) ||
	    form_match("CPU: %d UID: %d PID: %d Comm: %s", k->text, &taken)) {
		snprintf(f->said, sizeof(f->said), "%s", *f->last ? f->last : k->text);
		f->dump = 0;
	}
	snprintf(f->last, sizeof(f->last), "%s", k->text);
	switch (frame_read(k->text, &frame, &address, &cpu)) {
	case PART_TASK:
	case PART_FOREIGN:
		f->foreign = 0;
		break;
	case PART_START:
		if (f->dump == DUMP_LINES || f->foreign < DUMP_ALONE || f->since < DUMP_ALONE)
			break;
		said.text = f->said;
		open_report(f, FAULT_KERNEL, &dump, &none, &said, now);
		break;
	default:
		break;
	}
}

/* The rest of a trace within which another report has opened. */
static bool left_over(struct faults *f, const struct kline *k, double now)
{
	struct report *r = NULL;
	unsigned long address;
	struct frame frame;
	int cpu;

	for (unsigned int i = 0; i < f->nopen && !r; i++) {
		if (f->open[i]->leaving && !f->open[i]->done)
			r = f->open[i];
	}
	if (!r)
		return false;
	switch (frame_read(k->text, &frame, &address, &cpu)) {
	case PART_CALL:
		r->done = report_line(r, f->name, f->ctx, k, now);
		return true;
	case PART_NONE:
		return false;
	default:
		r->done = true;
		return false;
	}
}

static enum trust trust_in(const struct faults *f, const struct kline *k)
{
	if (k->timed)
		return TRUST_TIME;
	if (f->trusting || f->timed < TIMED_LINES)
		return TRUST_FORM;
	return f->stamp < EARLY_SECONDS ? TRUST_EARLY : TRUST_NONE;
}

static void take(struct faults *f, enum fault_source src,
		 const struct kline *k, double now)
{
	enum trust trust = src == FAULT_XEN ? TRUST_TIME : trust_in(f, k);
	const struct format *fmt;
	struct taken taken;
	struct report *r;

	if (src == FAULT_KERNEL && trust >= TRUST_FORM)
		boots(f, k, now);
	if (src == FAULT_KERNEL && k->timed && k->stamp >= 0) {
		f->timed += f->timed < TIMED_LINES;
		f->stamp = k->stamp;
	}
	fmt = format_find(src, k->text, trust, &taken);
	if (fmt)
		formatted(f, src, fmt, &taken, k, now);
	else if (src == FAULT_KERNEL && trust >= TRUST_FORM && !f->nopen)
		dumps(f, k, now);
	r = fmt || !left_over(f, k, now) ? report_of(f, src, k->caller) : NULL;
	if (r) {
		r->done |= report_line(r, f->name, f->ctx, k, now);
		if (!r->idle)
			r->stamp = f->stamp;
	}
	hand_on_done(f);
}

static void grow_old(struct faults *f, double now)
{
	f->now = now;
	f->since += f->since < PANIC_LINES;
	for (unsigned int i = 0; i < f->nopen; i++) {
		struct report *r = f->open[i];

		r->age++;
		r->idle++;
		if (r->idle > (in_a_rush(f, r) ? RUSH_LINES : IDLE_LINES) ||
		    now > r->last + IDLE_SECONDS)
			r->done = true;
	}
	hand_on_done(f);
}

static bool plausible(const struct faults *f, double stamp)
{
	return f->timed < TIMED_LINES || stamp < 0 || (stamp > f->stamp - STAMP_BACK &&
					  stamp < f->stamp + STAMP_AHEAD);
}

void faults_line(struct faults *f, enum fault_source src, const char *line,
		 double now)
{
	size_t len = strnlen(line, LINE_MOST);
	struct kline k;

	memcpy(f->line, line, len);
	while (len && strchr("\r\n", f->line[len - 1]))
		len--;
	f->line[len] = '\0';
	grow_old(f, now);
	k = kline_read(f->line);
	if (src == FAULT_XEN) {
		take(f, src, &k, now);
		return;
	}
	for (int i = 0; i < WITHIN_MOST; i++) {
		struct kline next;
		const char *cut = kline_within(k.text, &next);

		if (cut && !plausible(f, next.stamp))
			cut = NULL;
		if (cut)
			f->line[cut - f->line] = '\0';
		take(f, src, &k, now);
		if (!cut)
			break;
		k = next;
	}
}
