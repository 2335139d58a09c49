// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is guilty: the first function that is not machinery, and the title.
 */
#include "report.h"

#include <stdio.h>
#include <string.h>

static bool innocent(const char *name)
{
	return !*name || (frame_role(name) & ROLE_NEVER);
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
		sure += t->frame[i].sure && t->frame[i].name[0];
	return sure > 1;
}

static bool counts(const struct trace *t, unsigned int i, bool all)
{
	return t->frame[i].name[0] && (all || t->frame[i].sure);
}

/* The frame that is guilty, or -1. */
static int first_guilty(const struct trace *t, bool all)
{
	int calls = -1;

	for (unsigned int i = 0; i < t->nframes; i++) {
		unsigned int role;

		if (!counts(t, i, all))
			continue;
		role = frame_role(t->frame[i].name);
		if (!role)
			return i;
		if ((role & ROLE_CALLS) && calls < 0)
			calls = i;
	}
	return calls;
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
		if (first < 0 && (role & ROLE_NEVER))
			continue;
		if (first < 0)
			first = i;
		if ((role & ROLE_CALLS) && prev >= 0)
			return prev;
		if (!role)
			prev = i;
	}
	return prev >= 0 ? prev : first;
}

static int guilty_in(const struct report *r, const struct trace *t)
{
	bool stall = r->format->culprit == BY_STALL;
	int at = -1;

	if (any_sure(t))
		at = stall ? stalled_in(t, false) : first_guilty(t, false);
	if (at < 0)
		at = stall ? stalled_in(t, true) : first_guilty(t, true);
	return at;
}

/* For a stall the trace of a CPU that stands still, if its number was told. */
static const struct trace *choose(const struct report *r, int *at)
{
	for (int pass = 0; pass < 2; pass++) {
		for (unsigned int i = 0; i < r->ntraces; i++) {
			const struct trace *t = &r->trace[i];
			bool its = t->cpu >= 0 && t->cpu < 64 &&
				   (r->stalled >> t->cpu & 1);

			if (!pass && r->format->culprit == BY_STALL &&
			    r->stalled && !its)
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

static void chain(struct fault *f, const struct trace *t, int at,
		  const char *told)
{
	bool all = !any_sure(t);
	bool begun = false;

	if (*told)
		add(f->frames, &f->nframes, told);
	for (unsigned int i = 0; i < t->nframes; i++) {
		const struct frame *fr = &t->frame[i];

		if (!fr->name[0])
			continue;
		if (!fr->sure)
			add(f->doubtful, &f->ndoubtful, fr->name);
		if ((int)i == at)
			begun = true;
		else if (!counts(t, i, all))
			continue;
		if (*told && !strcmp(told, fr->name) && f->nframes == 1)
			continue;
		if (begun || (at < 0 && !innocent(fr->name)))
			add(f->frames, &f->nframes, fr->name);
	}
}

static void entitle(struct fault *f, const char *function)
{
	const char *call = plain(function);

	if (!*function)
		snprintf(f->title, sizeof(f->title), "%s", f->class);
	else
		snprintf(f->title, sizeof(f->title), "%s in %s%s", f->class,
			 call ? "sys_" : "", call ? call : function);
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
	if (culprit == BY_LOCK && !innocent(r->lock))
		told = r->lock;
	else if (culprit != BY_STALL && !innocent(r->told))
		told = r->told;
	t = choose(r, &at);
	if (t)
		chain(f, t, *told ? -1 : at, told);
	else if (*told)
		add(f->frames, &f->nframes, told);
	if (culprit == NOBODY)
		entitle(f, "");
	else
		entitle(f, f->nframes ? f->frames[0] : "corrupted");
}
