// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read a kernel's log line by line, and put its reports together.
 *
 * A report opens with a line that fits an entry of the table in formats.c.  More
 * such lines may follow before its trace: they add to it, or they know better.
 * It ends with the kernel's end mark, with the next one, or when nothing of it has
 * come for a while.
 */
#include "report.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MOST	1000	/* bytes of a line that are read */
#define WITHIN_MOST	4	/* lines that begin within another one */
#define HEAD_LINES	16	/* lines until a report's trace, at most */
#define IDLE_LINES	250	/* lines of something else that end a report */
#define IDLE_SECONDS	30
#define PANIC_LINES	400	/* a panic comes so soon after its cause */
#define TIMED_LINES	3	/* lines with a time, to count on it */

struct faults {
	fault_name_fn name;
	fault_fn fn;
	void *ctx;

	struct report r;
	enum fault_source src;		/* of the report that is being read */
	unsigned int age;		/* lines since it opened */
	unsigned int idle;		/* lines since something of it came */
	double last;			/* when that was */
	bool hold;			/* until "stack backtrace:" */
	bool aside;			/* in a trace that does not count */
	bool stack;			/* words of the stack are coming */
	bool lock_next;			/* the next function took the lock */
	bool access;			/* read or write, that is told */

	struct fault before;		/* the last that was handed on */
	unsigned int since;		/* lines since then */

	unsigned int timed;		/* lines with a time */
	double stamp;			/* the last one */
	bool booted;			/* "Linux version" was seen */

	char line[LINE_MOST + 1];
};

struct faults *faults_new(fault_name_fn name, fault_fn fn, void *ctx)
{
	struct faults *f = calloc(1, sizeof(*f));

	if (f) {
		f->name = name;
		f->fn = fn;
		f->ctx = ctx;
		f->since = PANIC_LINES;
	}
	return f;
}

void faults_free(struct faults *f)
{
	free(f);
}

bool faults_reading(const struct faults *f)
{
	return f->r.format;
}

/* Numbers differ from run to run, so a title has none. */
static void without_numbers(char *text)
{
	char *to = text;

	for (const char *p = text; *p;) {
		size_t len = strspn(p, "0123456789abcdefABCDEFx");
		size_t num = strcspn(p, "0123456789");
		bool word = p > text && (isalnum((unsigned char)p[-1]) || p[-1] == '_');
		bool more = isalnum((unsigned char)p[len]) || p[len] == '_';

		if (len && !word && !more && num < len) {
			*to++ = 'N';
			p += len;
		} else {
			*to++ = *p++;
		}
	}
	while (to > text && strchr(" .:,-", to[-1]))
		to--;
	*to = '\0';
}

static void set_class(struct fault *fault, const struct format *fmt,
		      const struct taken *t)
{
	const char *dollar = strchr(fmt->class, '$');
	char text[FORM_TEXT];

	if (!dollar) {
		snprintf(fault->class, sizeof(fault->class), "%s", fmt->class);
		return;
	}
	snprintf(text, sizeof(text), "%s", t->text);
	without_numbers(text);
	snprintf(fault->class, sizeof(fault->class), "%.*s%.80s%s",
		 (int)(dollar - fmt->class), fmt->class, text, dollar + 1);
}

static void hand_on(struct faults *f)
{
	struct report *r = &f->r;

	report_judge(r);
	r->format = NULL;
	f->before = r->fault;
	f->since = 0;
	f->fn(f->ctx, &f->before);
}

void faults_flush(struct faults *f, double now)
{
	(void)now;
	if (f->r.format)
		hand_on(f);
}

static struct trace *last_trace(struct report *r)
{
	return r->ntraces ? &r->trace[r->ntraces - 1] : NULL;
}

static bool has_trace(const struct report *r)
{
	for (unsigned int i = 0; i < r->ntraces; i++) {
		if (r->trace[i].nframes)
			return true;
	}
	return false;
}

static struct trace *new_trace(struct faults *f, int cpu)
{
	struct report *r = &f->r;
	struct trace *t;

	f->aside = r->ntraces == TRACES;
	if (f->aside)
		return NULL;
	t = &r->trace[r->ntraces++];
	t->nframes = 0;
	t->cpu = cpu;
	t->started = false;
	return t;
}

static void add_frame(struct faults *f, const struct frame *frame)
{
	struct trace *t = last_trace(&f->r);

	if (!t)
		t = new_trace(f, -1);
	if (t && t->nframes < TRACE_FRAMES)
		t->frame[t->nframes++] = *frame;
}

static void add_address(struct faults *f, unsigned long address, bool sure)
{
	struct frame frame = { .sure = sure };
	const char *name = NULL;

	if (f->name)
		name = f->name(f->ctx, address);
	if (name && form_function(name, frame.name))
		add_frame(f, &frame);
}

static void stalls(struct report *r, int cpu)
{
	if (cpu >= 0 && cpu < 64)
		r->stalled |= 1ul << cpu;
}

/* What a line has told beside its class. */
static void absorb(struct faults *f, const struct format *fmt,
		   const struct taken *t)
{
	struct report *r = &f->r;
	struct fault *fault = &r->fault;

	if (*t->function && !*r->told)
		snprintf(r->told, sizeof(r->told), "%s", t->function);
	if (*t->place && !*fault->place)
		snprintf(fault->place, sizeof(fault->place), "%s", t->place);
	if (t->has_address && !fault->has_address) {
		fault->address = t->address;
		fault->has_address = true;
	}
	if (fmt->kind < fault->kind)
		fault->kind = fmt->kind;
	if (fmt->culprit == BY_STALL)
		stalls(r, t->number);
	if (fmt->flags & FORMAT_HOLD)
		f->hold = true;
}

static void open_report(struct faults *f, enum fault_source src,
			const struct format *fmt, const struct taken *t,
			const char *line, double now)
{
	struct report *r = &f->r;

	faults_flush(f, now);
	memset(&r->fault, 0, sizeof(r->fault));
	r->format = fmt;
	r->fault.kind = fmt->kind;
	r->fault.source = src;
	r->fault.when = now;
	snprintf(r->fault.what, sizeof(r->fault.what), "%s", line);
	r->told[0] = '\0';
	r->lock[0] = '\0';
	r->ntraces = 0;
	r->stalled = 0;
	f->src = src;
	f->age = 0;
	f->hold = false;
	f->aside = false;
	f->stack = false;
	f->lock_next = false;
	f->access = false;
	set_class(&r->fault, fmt, t);
	absorb(f, fmt, t);
}

/* "KASAN: slab-out-of-bounds", and " Read" */
static void add_access(struct faults *f, const char *class)
{
	struct fault *fault = &f->r.fault;
	size_t len = strcspn(class, " ");

	if (f->access || has_trace(&f->r) || strncmp(fault->class, class + 1, len - 1))
		return;
	f->access = true;
	if (strlen(fault->class) + strlen(class + len) < sizeof(fault->class))
		strcat(fault->class, class + len);
}

/* A panic that follows from what was told before. */
static bool panics(struct faults *f, const struct format *fmt)
{
	struct fault *before = &f->before;

	if (f->r.format && f->src == FAULT_KERNEL) {
		if ((fmt->flags & FORMAT_DEAD) && f->r.fault.kind != FAULT_CRASH)
			return false;
		f->r.fault.kind = FAULT_CRASH;
		f->r.fault.panicked = true;
		if (has_trace(&f->r) || f->r.format->culprit == NOBODY)
			hand_on(f);
		return true;
	}
	if (f->r.format)
		return f->r.fault.kind == FAULT_CRASH;
	if (f->since >= PANIC_LINES || before->panicked)
		return f->since < PANIC_LINES;
	if (before->kind != FAULT_CRASH) {
		if (fmt->flags & FORMAT_DEAD)
			return false;
		before->kind = FAULT_CRASH;
		before->panicked = true;
		f->fn(f->ctx, before);
	}
	before->panicked = true;
	return true;
}

static void formatted(struct faults *f, enum fault_source src,
		      const struct format *fmt, const struct taken *t,
		      const char *line, double now)
{
	struct report *r = &f->r;
	bool head = r->format && src == f->src && f->age <= HEAD_LINES &&
		    !has_trace(r);

	if (!fmt->class)
		return;
	if (fmt->flags & FORMAT_ADDS) {
		if (!r->format || src != f->src)
			return;
		if (*fmt->class == '+')
			add_access(f, fmt->class);
		else
			absorb(f, fmt, t);
		return;
	}
	f->idle = 0;
	f->last = now;
	if ((fmt->flags & FORMAT_AFTER) && panics(f, fmt))
		return;
	if (head && fmt->rank > r->format->rank) {
		r->format = fmt;
		set_class(&r->fault, fmt, t);
		absorb(f, fmt, t);
	} else if (head && fmt->rank < r->format->rank) {
		absorb(f, fmt, t);
	} else if (head && fmt->rank == r->format->rank && fmt == r->format) {
		absorb(f, fmt, t);
	} else {
		open_report(f, src, fmt, t, line, now);
	}
}

/* "(&lock){+.+.}, at: [<ffffffff81000000>] function+0x1/0x2" */
static void lock_taken(struct faults *f, const char *line)
{
	const char *at = strstr(line, " at: ");
	size_t len = strlen(line);
	struct frame frame;
	unsigned long address;
	int cpu;

	if (*f->r.lock)
		return;
	if (at) {
		if (frame_read(at + strlen(" at: "), &frame, &address, &cpu) == PART_CALL ||
		    form_function(at + strlen(" at: "), frame.name))
			snprintf(f->r.lock, FAULT_NAME, "%s", frame.name);
	} else if (len >= 3 && !strcmp(line + len - 3, "at:")) {
		f->lock_next = true;
	}
}

/* "CPU: 1 PID: 123 Comm: x": whose trace it is */
static void cpu_told(struct faults *f, const char *line)
{
	struct trace *t = last_trace(&f->r);
	struct taken taken;

	if (!form_match("CPU: %d PID: %d", line, &taken) &&
	    !form_match("CPU: %d UID: %d PID: %d", line, &taken))
		return;
	if (!t || t->nframes)
		t = new_trace(f, -1);
	if (t && t->cpu < 0)
		t->cpu = taken.number;
}

/* "\t0-...!: (1 GPs behind)", "{ 1-... }", "self-detected stall on CPU { 0}" */
static void stall_told(struct faults *f, const char *line)
{
	struct taken taken;

	if (f->r.format->culprit != BY_STALL || has_trace(&f->r))
		return;
	if (form_match("\t%d-%s: (", line, &taken) ||
	    form_match(" %d-%s: (", line, &taken) ||
	    form_match("rcu: \t%d-%s: (", line, &taken) ||
	    form_match("rcu:  %d-%s: (", line, &taken) ||
	    form_match("%sSending NMI from CPU %s to CPUs %d:", line, &taken))
		stalls(&f->r, taken.number);
}

static void words(struct faults *f, const char *line)
{
	char *end;

	for (;;) {
		unsigned long word = strtoul(line, &end, 16);

		if (end == line)
			break;
		line = end;
		if (word)
			add_address(f, word, false);
	}
}

static void start_trace(struct faults *f, enum part part, int cpu,
			const char *line)
{
	struct trace *t = last_trace(&f->r);

	f->stack = false;
	if (f->hold && !strstr(line, "stack backtrace"))
		return;
	f->hold = false;
	f->aside = false;
	if (!t || (part == PART_TASK ? t->nframes > 0 : t->started && t->nframes > 0))
		t = new_trace(f, cpu);
	if (!t)
		return;
	if (part == PART_TASK)
		t->cpu = cpu;
	else
		t->started = true;
}

static void report_line(struct faults *f, const char *line, double now)
{
	unsigned long address;
	struct frame frame;
	enum part part;
	int cpu;

	cpu_told(f, line);
	stall_told(f, line);
	if (f->r.format->culprit == BY_LOCK)
		lock_taken(f, line);

	part = frame_read(line, &frame, &address, &cpu);
	if (part != PART_NONE) {
		f->idle = 0;
		f->last = now;
	}
	switch (part) {
	case PART_START:
	case PART_TASK:
		start_trace(f, part, cpu, line);
		break;
	case PART_OTHER:
		f->aside = true;
		f->stack = false;
		break;
	case PART_STACK:
		f->stack = true;
		f->aside = false;
		break;
	case PART_WORDS:
		if (f->stack)
			words(f, line);
		break;
	case PART_IP_AGAIN:
		if (has_trace(&f->r))
			break;
		/* fall through */
	case PART_IP:
	case PART_CALL:
		if (f->lock_next && part == PART_CALL && frame.name[0]) {
			f->lock_next = false;
			snprintf(f->r.lock, FAULT_NAME, "%s", frame.name);
			break;
		}
		if (f->hold || f->aside)
			break;
		if (frame.name[0])
			add_frame(f, &frame);
		else
			add_address(f, address, frame.sure);
		break;
	case PART_END:
		if (has_trace(&f->r))
			hand_on(f);
		break;
	case PART_USER:
	case PART_NONE:
		break;
	}
}

/* A kernel that starts anew has died without a word. */
static void boots(struct faults *f, const struct kline *k, double now)
{
	static const struct format reboot = {
		.class = "unexpected kernel reboot", .culprit = NOBODY,
		.kind = FAULT_CRASH, .rank = 2,
	};
	struct taken none = { .number = -1 };
	bool again = k->timed ? f->stamp >= k->stamp + 1 : f->booted;

	if (strncmp(k->text, "Linux version ", strlen("Linux version ")))
		return;
	if (again && !(f->since < PANIC_LINES && f->before.kind == FAULT_CRASH)) {
		open_report(f, FAULT_KERNEL, &reboot, &none, k->text, now);
		hand_on(f);
	}
	f->booted = true;
	f->stamp = 0;
}

static void take(struct faults *f, enum fault_source src,
		 const struct kline *k, double now)
{
	enum trust trust = TRUST_TIME;
	const struct format *fmt;
	struct taken taken;

	if (src == FAULT_KERNEL && !k->timed)
		trust = f->timed >= TIMED_LINES ? TRUST_NONE : TRUST_FORM;
	if (src == FAULT_KERNEL)
		boots(f, k, now);
	fmt = format_find(src, k->text, trust, &taken);
	if (fmt)
		formatted(f, src, fmt, &taken, k->text, now);
	if (f->r.format && src == f->src)
		report_line(f, k->text, now);
	if (src == FAULT_KERNEL && k->timed) {
		f->timed += f->timed < TIMED_LINES;
		f->stamp = k->stamp;
	}
}

static void grow_old(struct faults *f, double now)
{
	f->since += f->since < PANIC_LINES;
	if (!f->r.format)
		return;
	f->age++;
	f->idle++;
	if (f->idle > IDLE_LINES || now > f->last + IDLE_SECONDS)
		hand_on(f);
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
	if (src == FAULT_XEN) {
		k = (struct kline){ .text = f->line };
		take(f, src, &k, now);
		return;
	}
	k = kline_read(f->line);
	for (int i = 0; i < WITHIN_MOST; i++) {
		struct kline next;
		const char *cut = kline_within(k.text, &next);

		if (cut)
			f->line[cut - f->line] = '\0';
		take(f, src, &k, now);
		if (!cut)
			break;
		k = next;
	}
}
