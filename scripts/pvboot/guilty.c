// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is guilty: the first function that is not machinery, and the title.
 */
#include "report.h"

#include <stdio.h>
#include <string.h>

/* What role keeps a function from being guilty of such a report? */
static unsigned int excuses(enum culprit culprit)
{
	switch (culprit) {
	case BY_LOCK:
		return ROLE_NEVER | ROLE_LOCKS;
	case BY_LEAK:
		return ROLE_NEVER | ROLE_GIVES;
	default:
		return ROLE_NEVER;
	}
}

static bool innocent(const struct report *r, const char *name)
{
	return !*name || (frame_role(name) & excuses(r->format->culprit));
}

bool lock_user(const char *name, bool own)
{
	unsigned int role = frame_role(name);

	return (own && role & ROLE_OWNS) ||
	       !(role & (ROLE_NEVER | ROLE_LOCKS | ROLE_CALLS));
}

/* A system call has had many names: SyS_x, sys_x, __x64_sys_x, __do_sys_x. */
static const char *plain(const char *name)
{
	static const char * const prefixes[] = {
		"__x64_sys_", "__ia32_sys_", "__se_sys_", "__do_sys_",
		"__x64_compat_sys_", "__ia32_compat_sys_", "__se_compat_sys_",
		"__do_compat_sys_", "__arm64_sys_", "SyS_", "SYSC_",
		"compat_SyS_", "C_SYSC_", "compat_sys_", "sys_", NULL
	};

	for (int i = 0; prefixes[i]; i++) {
		size_t len = strlen(prefixes[i]);

		if (!strncmp(name, prefixes[i], len) && name[len])
			return name + len;
	}
	return NULL;
}

static bool any_sure(const struct trace *t)
{
	unsigned int sure = 0;

	for (unsigned int i = 0; i < t->nframes; i++)
		sure += t->frame[i].sure && t->frame[i].name[0] && !t->frame[i].inlined;
	return sure > 1;
}

static bool counts(const struct trace *t, unsigned int i, bool all)
{
	return t->frame[i].name[0] && (all || t->frame[i].sure) &&
	       (!t->frame[i].inlined || !t->real);
}

/* The frame that is guilty, or -1. */
static int first_guilty(const struct trace *t, bool all, unsigned int excused)
{
	for (unsigned int i = 0; i < t->nframes; i++) {
		if (counts(t, i, all) && !(frame_role(t->frame[i].name) & excused))
			return i;
	}
	return -1;
}

/* What a dispatcher has entered, where the time goes: see BY_STALL. */
static int stalled_in(const struct trace *t, bool all)
{
	int prev = -1, first = -1;

	for (unsigned int i = 0; i < t->nframes; i++) {
		unsigned int role;

		if (!counts(t, i, all))
			continue;
		role = frame_role(t->frame[i].name);
		if (role & ROLE_STANDS)
			return i;
		if ((role & ROLE_CALLS) && prev >= 0)
			return prev;
		if ((role & ROLE_IDLES) && first < 0)
			return -1;
		if (role & ROLE_NEVER)
			continue;
		if (first < 0)
			first = i;
		if (!(role & ROLE_CALLS))
			prev = i;
	}
	return prev >= 0 ? prev : first;
}

static bool detector(const struct trace *t)
{
	for (unsigned int i = 0; i < t->nframes; i++) {
		if (frame_role(t->frame[i].name) & ROLE_DETECTS)
			return true;
	}
	return false;
}

static int guilty_in(const struct report *r, const struct trace *t)
{
	bool all = !any_sure(t);

	if (r->format->culprit != BY_STALL)
		return first_guilty(t, all, excuses(r->format->culprit));
	return detector(t) ? -1 : stalled_in(t, all);
}

/*
 * The best trace is one with a heading, and for a stall that of a CPU that stands
 * still, if its number was told.
 */
static const struct trace *choose(const struct report *r, int *at)
{
	for (int pass = 0; pass < 3; pass++) {
		for (unsigned int i = 0; i < r->ntraces; i++) {
			const struct trace *t = &r->trace[i];
			bool its = t->cpu >= 0 && t->cpu < 64 &&
				   (r->stalled >> t->cpu & 1);

			/* a line of some CPU that does not stand still */
			if (t->loose && strcmp(t->caller, r->caller))
				continue;
			if (t->other || (pass < 2 && t->loose) ||
			    (!pass && r->stalled && !its))
				continue;
			*at = guilty_in(r, t);
			if (*at >= 0)
				return t;
		}
	}
	return NULL;
}

static void add(char (*list)[FAULT_NAME], unsigned int *n, const char *name)
{
	if (*n < FAULT_FRAMES)
		snprintf(list[(*n)++], FAULT_NAME, "%s", name);
}

/*
 * A '?' marks what may be left of a call that is over.  Below the first caller
 * that the kernel is sure of, it more likely is the call that the kernel died in:
 * one that had not yet set up its frame, or had no room for one.
 */
static bool may_be_leaf(const struct trace *t, unsigned int i, unsigned int at)
{
	const char *name = t->frame[i].name;

	for (unsigned int j = at + 1; j < i; j++) {
		if (t->frame[j].sure)
			return false;
	}
	return name[0] && !(frame_role(name) & ROLE_NEVER) &&
	       strcmp(name, t->frame[at].name);
}

static void chain(const struct report *r, struct fault *f,
		  const struct trace *t, int at)
{
	bool all = !any_sure(t);

	for (unsigned int i = 0; i < t->nframes; i++) {
		const struct frame *fr = &t->frame[i];

		if (fr->name[0] && !fr->sure)
			add(f->doubtful, &f->ndoubtful, fr->name);
		if ((int)i < at)
			continue;
		if (!counts(t, i, all) && (at < 0 || !may_be_leaf(t, i, at)))
			continue;
		/* before its callers there may be what prints the report */
		if (at < 0 && (innocent(r, fr->name) ||
			       (f->nframes == 1 && !strcmp(f->frames[0], fr->name))))
			continue;
		add(f->frames, &f->nframes, fr->name);
	}
}

static void entitle(struct fault *f, const char *function)
{
	const char *call = plain(function);

	if (!*function)
		snprintf(f->title, sizeof(f->title), "%s", f->class);
	else if (!strncmp(function, "smp_call_function", strlen("smp_call_function")))
		snprintf(f->title, sizeof(f->title), "%s in smp_call_function", f->class);
	else
		snprintf(f->title, sizeof(f->title), "%s in %s%s", f->class,
			 call ? "sys_" : "", call ? call : function);
}

void report_blame(struct fault *f, const char *function)
{
	add(f->frames, &f->nframes, function);
	entitle(f, function);
}

void report_judge(struct report *r)
{
	const enum culprit culprit = r->format->culprit;
	const struct trace *t;
	struct fault *f = &r->fault;
	const char *told = "";
	int at = -1;

	f->nframes = 0;
	f->ndoubtful = 0;
	if (culprit == BY_LOCK && *r->lock && lock_user(r->lock, true))
		told = r->lock;
	else if (culprit != BY_STALL && !innocent(r, r->told))
		told = r->told;
	t = choose(r, &at);
	if (*told)
		add(f->frames, &f->nframes, told);
	if (t)
		chain(r, f, t, *told ? -1 : at);
	/* a helper is better than none */
	if (culprit == BY_LOCK && !f->nframes && *r->lock)
		add(f->frames, &f->nframes, r->lock);
	if (culprit == NOBODY || (!f->nframes && r->nameless))
		entitle(f, "");
	else
		entitle(f, f->nframes ? f->frames[0] : "corrupted");
}
