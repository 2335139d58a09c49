// SPDX-License-Identifier: GPL-2.0-only
/*
 * Put one report together, from its first line to its end.
 */
#include "compiler.h"
#include "report.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	snprintf(text, sizeof(text), "%s", t->text + strspn(t->text, " "));
	without_numbers(text);
	if (!*text)
		snprintf(text, sizeof(text), "something unknown");
	snprintf(fault->class, sizeof(fault->class), "%.*s%.80s%s",
		 (int)(dollar - fmt->class), fmt->class, text, dollar + 1);
}

static void stalls(struct report *r, int cpu)
{
	if (cpu >= 0 && cpu < 64)
		r->stalled |= 1ul << cpu;
}

/* "KASAN: slab-out-of-bounds", and " Read" */
static void add_access(struct report *r, const char *class)
{
	struct fault *fault = &r->fault;
	size_t len = strcspn(class, " ");

	if (r->access || report_traced(r) ||
	    strncmp(fault->class, class + 1, len - 1))
		return;
	r->access = true;
	if (strlen(fault->class) + strlen(class + len) < sizeof(fault->class))
		strcat(fault->class, class + len);
}

void report_add(struct report *r, const struct format *fmt,
		const struct taken *t, bool better)
{
	struct fault *fault = &r->fault;

	if (*fmt->class == '+') {
		add_access(r, fmt->class);
		return;
	}
	if (better) {
		r->format = fmt;
		set_class(fault, fmt, t);
	}
	if (*t->function && (!*r->told || r->inlined)) {
		snprintf(r->told, sizeof(r->told), "%s", t->function);
		r->inlined = t->inlined;
	}
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
		r->hold = true;
}

void report_open(struct report *r, enum fault_source src,
		 const struct format *fmt, const struct taken *t,
		 const char *line, double now)
{
	memset(&r->fault, 0, sizeof(r->fault));
	r->fault.kind = fmt->kind;
	r->fault.source = src;
	r->fault.when = now;
	snprintf(r->fault.what, sizeof(r->fault.what), "%s", line);
	r->caller[0] = '\0';
	r->from[0] = '\0';
	r->told[0] = '\0';
	r->inlined = false;
	r->lock[0] = '\0';
	r->ntraces = 0;
	r->stalled = 0;
	r->pid = -1;
	r->age = 0;
	r->idle = 0;
	r->last = now;
	r->stamp = 0;
	r->hold = false;
	r->aside = false;
	r->foreign = false;
	r->stack = false;
	r->lock_next = false;
	r->chain = false;
	r->access = false;
	r->nameless = false;
	r->leaving = false;
	r->done = false;
	report_add(r, fmt, t, true);
}

/* Of a stall the traces of many CPUs come, line by line: that of who prints this one. */
static struct trace *last_trace(struct report *r)
{
	for (unsigned int i = r->ntraces; i-- > 0;) {
		const char *caller = r->trace[i].caller;

		if (!*caller || !*r->from || !strcmp(caller, r->from))
			return &r->trace[i];
	}
	return NULL;
}

bool report_traced(const struct report *r)
{
	for (unsigned int i = 0; i < r->ntraces; i++) {
		if (r->trace[i].started && r->trace[i].nframes)
			return true;
	}
	return false;
}

static struct trace *new_trace(struct report *r, int cpu)
{
	struct trace *t;

	r->aside = r->ntraces == TRACES;
	if (r->aside)
		return NULL;
	t = &r->trace[r->ntraces++];
	snprintf(t->caller, sizeof(t->caller), "%s", r->from);
	t->nframes = 0;
	t->real = false;
	t->cpu = cpu;
	t->started = false;
	t->loose = false;
	t->other = false;
	return t;
}

static void add_frame(struct report *r, const struct frame *frame)
{
	struct trace *t = last_trace(r);

	if (!t)
		t = new_trace(r, -1);
	if (!t)
		return;
	/* what is inlined counts only as long as there is nothing else */
	if (frame->inlined && t->real)
		return;
	if (!frame->inlined && !t->real)
		t->nframes = 0;
	t->real |= !frame->inlined;
	if (t->nframes == TRACE_FRAMES)
		return;
	/* the instruction pointer comes more than once: "IP: ", "RIP: ", the trace */
	if (t->nframes == 1 && !strcmp(t->frame[0].name, frame->name))
		return;
	t->frame[t->nframes++] = *frame;
}

/* The first of those that the report tells of; a helper is better than none. */
static void lock_used(struct report *r, const char *name, bool own)
{
	if (!*r->lock || (!lock_user(r->lock, true) && lock_user(name, own)))
		snprintf(r->lock, FAULT_NAME, "%s", name);
}

/* "(&lock){+.+.}, at: [<ffffffff81000000>] function+0x1/0x2" */
static void lock_taken(struct report *r, const char *line)
{
	const char *at = strstr(line, " at: ");
	size_t len = strlen(line);
	unsigned long address;
	struct frame frame;
	int cpu;

	/* a list of locks that are held tells less than the lines about the one at fault */
	if (*r->lock && !strncmp(line + strspn(line, " "), "#", 1))
		return;
	r->chain |= !strncmp(line, "-> #", strlen("-> #"));
	if (at && frame_read(at + strlen(" at: "), &frame, &address, &cpu) == PART_CALL &&
	    frame.name[0])
		lock_used(r, frame.name, true);
	else if (at || (len >= 3 && !strcmp(line + len - 3, "at:") &&
			!strstr(line, "registered at:")))
		r->lock_next = true;
}

/* "CPU: 1 PID: 123 Comm: x": whose trace it is */
static void cpu_told(struct report *r, const char *line)
{
	struct trace *t = last_trace(r);
	struct taken cpu, pid;

	/* the first line of a warning tells which task's trace is to come */
	if (r->pid < 0 && form_match("WARNING: CPU: %s PID: %d at ", line, &pid)) {
		r->pid = pid.number;
		return;
	}
	if (!form_match("CPU: %d ", line, &cpu) ||
	    !form_match("CPU: %s PID: %d", line, &pid))
		return;
	/* the instruction pointer may have come before */
	if (!t || (t->nframes && (t->started || t->loose)))
		t = new_trace(r, -1);
	if (!t)
		return;
	if (t->cpu < 0)
		t->cpu = cpu.number;
	t->other |= r->pid >= 0 && pid.number != r->pid;
}

/* "\t0-...!: (1 GPs behind)", "Sending NMI from CPU 0 to CPUs 1:" */
static void stall_told(struct report *r, const char *line)
{
	struct taken taken;

	if (report_traced(r))
		return;
	if (form_match("\t%d: (", line, &taken) ||
	    form_match("\t%d-%s: (", line, &taken) ||
	    form_match(" %d-%s: (", line, &taken) ||
	    form_match("rcu: \t%d-%s: (", line, &taken) ||
	    form_match("rcu:  %d-%s: (", line, &taken))
		stalls(r, taken.number);
}

static void add_address(struct report *r, fault_name_fn name, void *ctx,
			unsigned long address, bool sure)
{
	struct frame frame = { .sure = sure };
	const char *known = name ? name(ctx, address) : NULL;

	if (known && form_function(known, frame.name))
		add_frame(r, &frame);
	else if (sure)
		r->nameless = true;
}

/* A return address lies behind a call, so it is no function's first byte. */
static bool may_return(fault_name_fn name, void *ctx, unsigned long address)
{
	char before[FAULT_NAME] = "";
	const char *at = name ? name(ctx, address - 1) : NULL;

	if (at)
		snprintf(before, sizeof(before), "%s", at);
	at = name ? name(ctx, address) : NULL;
	return at && !strncmp(at, before, FAULT_NAME - 1);
}

static void words(struct report *r, fault_name_fn name, void *ctx,
		  const char *line)
{
	char *end;

	for (;;) {
		unsigned long word = strtoul(line, &end, 16);

		if (end == line)
			break;
		line = end;
		if (may_return(name, ctx, word))
			add_address(r, name, ctx, word, false);
	}
}

static void start_trace(struct report *r, enum part what, int cpu,
			const char *line)
{
	struct trace *t = last_trace(r);

	r->stack = false;
	r->lock_next = false;
	if (r->hold && !strstr(line, "stack backtrace"))
		return;
	r->chain = false;
	r->hold = false;
	r->aside = false;
	if (!t || (t->nframes && (what == PART_TASK || t->started || t->loose ||
				  r->foreign)))
		t = new_trace(r, cpu);
	if (!t)
		return;
	if (what == PART_TASK) {
		t->cpu = cpu;
		/* that of a CPU which only happens to run meanwhile */
		t->other = r->format->culprit != BY_STALL;
	} else {
		t->started = true;
		t->other |= r->foreign;
		r->foreign = false;
	}
}

bool report_line(struct report *r, fault_name_fn name, void *ctx,
		 const struct kline *k, double now)
{
	const char *line = k->text;
	unsigned long address;
	struct frame frame;
	enum part part;
	int cpu;

	snprintf(r->from, sizeof(r->from), "%s", k->caller);
	cpu_told(r, line);
	if (r->format->culprit == BY_STALL)
		stall_told(r, line);
	if (r->format->culprit == BY_LOCK)
		lock_taken(r, line);

	part = frame_read(line, &frame, &address, &cpu);
	if (part != PART_NONE) {
		r->idle = 0;
		r->last = now;
	}
	switch (part) {
	case PART_START:
	case PART_TASK:
		start_trace(r, part, cpu, line);
		break;
	case PART_FOREIGN:
		/* its own first line */
		if (!r->age)
			break;
		r->foreign = true;
		fallthrough;
	case PART_OTHER:
		r->aside = true;
		r->stack = false;
		break;
	case PART_STACK:
		r->stack = true;
		r->aside = false;
		break;
	case PART_WORDS:
		if (r->stack)
			words(r, name, ctx, line);
		break;
	case PART_IP_AGAIN:
		if (report_traced(r))
			break;
		fallthrough;
	case PART_IP:
	case PART_CALL:
		if ((r->lock_next || (r->hold && r->chain)) &&
		    part == PART_CALL && frame.name[0] && !frame.inlined) {
			lock_used(r, frame.name, r->lock_next);
			r->lock_next = false;
			break;
		}
		if (r->hold || r->aside)
			break;
		if (frame.name[0])
			add_frame(r, &frame);
		else
			add_address(r, name, ctx, address, frame.sure);
		if (part == PART_CALL && last_trace(r) && !last_trace(r)->started)
			last_trace(r)->loose = true;
		break;
	case PART_END:
		return r->ntraces > 0;
	case PART_USER:
	case PART_NONE:
		break;
	}
	return false;
}
