// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel reports, as far as the known ones go.
 */
#include "fault.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "compiler.h"

struct faults {
	fault_name_fn name;
	fault_fn fn;
	void *ctx;
	bool reading, in_stack, in_trace, traced;
	struct fault f, last;
};

struct faults *faults_new(fault_name_fn name, fault_fn fn, void *ctx)
{
	struct faults *f = calloc(1, sizeof(*f));

	if (f) {
		f->name = name;
		f->fn = fn;
		f->ctx = ctx;
	}
	return f;
}

void faults_free(struct faults *f)
{
	free(f);
}

bool faults_reading(const struct faults *f)
{
	return f->reading;
}

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

void faults_flush(struct faults *f, double now)
{
	(void)now;
	if (!f->reading)
		return;
	f->reading = false;
	snprintf(f->f.title, sizeof(f->f.title), "%s%s%s", f->f.class,
		 f->f.nframes ? " in " : "", f->f.nframes ? f->f.frames[0] : "");
	f->last = f->f;
	f->fn(f->ctx, &f->f);
}

static void begin(struct faults *f, enum fault_kind kind, enum fault_source src,
		  const char *line, double now)
{
	if (f->reading && f->f.kind == FAULT_CRASH)
		return;
	faults_flush(f, now);
	memset(&f->f, 0, sizeof(f->f));
	f->reading = true;
	f->in_stack = false;
	f->in_trace = false;
	f->traced = false;
	f->f.kind = kind;
	f->f.source = src;
	f->f.when = now;
	snprintf(f->f.what, sizeof(f->f.what), "%s", line);
	snprintf(f->f.class, sizeof(f->f.class), "%.*s",
		 (int)(strcspn(line, ":") + (starts(line, "PANIC") ? 17 : 0)), line);
}

static void add_frame(struct faults *f, const char *name, size_t len)
{
	char *dst;

	if (len >= FAULT_NAME)
		len = FAULT_NAME - 1;
	if (f->f.nframes == FAULT_FRAMES)
		return;
	if (f->f.nframes) {
		dst = f->f.frames[f->f.nframes - 1];
		if (strlen(dst) == len && !memcmp(dst, name, len))
			return;
	}
	dst = f->f.frames[f->f.nframes++];
	memcpy(dst, name, len);
	dst[len] = '\0';
}

static void add_address(struct faults *f, unsigned long addr)
{
	const char *name = f->name ? f->name(f->ctx, addr) : NULL;

	if (name)
		add_frame(f, name, strlen(name));
}

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

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static void add_symbolic(struct faults *f, const char *line)
{
	for (const char *plus = strstr(line, "+0x"); plus;
	     plus = strstr(plus + 1, "+0x")) {
		const char *name = plus;
		char *end;

		while (name > line && in_name(name[-1]))
			name--;
		strtoul(plus + 1, &end, 16);
		if (name < plus && starts(end, "/0x")) {
			add_frame(f, name, plus - name);
			return;
		}
	}
}

static void stack_line(struct faults *f, const char *p)
{
	unsigned int words = 0;

	for (;;) {
		char *end;
		unsigned long word;

		while (*p == ' ')
			p++;
		word = strtoul(p, &end, 16);
		if (end - p != 16)
			break;
		add_address(f, word - 1);
		words++;
		p = end;
	}
	if (!words)
		f->in_stack = false;
}

static void xen_line(struct faults *f, const char *line, double now)
{
	unsigned long val;

	if (f->in_stack) {
		stack_line(f, line);
		if (f->in_stack)
			return;
	}
	if (strstr(line, "no user page tables") || strstr(line, "Unhandled: vec ") ||
	    strstr(line, "domain_crash called from") ||
	    starts(line, "domain_crash_sync called from") ||
	    starts(line, "Panic on CPU") ||
	    (starts(line, "Domain ") && strstr(line, " crashed on cpu"))) {
		begin(f, FAULT_CRASH, FAULT_XEN, line, now);
	} else if (f->reading && hex_after(line, "Pagetable walk from ", &val)) {
		f->f.address = val;
		f->f.has_address = true;
	} else if (f->reading && starts(line, "RIP:") && hex_after(line, "[<", &val)) {
		add_address(f, val);
	} else if (f->reading && starts(line, "Guest stack trace from")) {
		f->in_stack = true;
	}
}

static const char * const complaints[] = {
	"WARNING: ", "BUG: ", "kernel BUG at ", "Oops: ", "general protection fault",
	"rcu: INFO: ", "double fault", "Unable to handle kernel",
};

void faults_line(struct faults *f, enum fault_source src, const char *line,
		 double now)
{
	unsigned long val;

	if (src == FAULT_XEN) {
		xen_line(f, line, now);
		return;
	}
	line = channel_message(line);
	if (starts(line, "PANIC: ")) {
		begin(f, FAULT_CRASH, src, line, now);
		if (hex_after(line, "cr2 ", &val)) {
			f->f.address = val;
			f->f.has_address = true;
		}
		if (hex_after(line, "e030:", &val) || hex_after(line, "e033:", &val))
			add_address(f, val);
		return;
	}
	if (starts(line, "Kernel panic - not syncing: ")) {
		begin(f, FAULT_CRASH, src, line, now);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(complaints); i++) {
		if (starts(line, complaints[i])) {
			begin(f, i ? FAULT_CRASH : FAULT_COMPLAINT, src, line, now);
			return;
		}
	}
	if (!f->reading || f->traced)
		return;
	if (starts(line, "RIP: ")) {
		add_symbolic(f, line);
	} else if (starts(line, "Call Trace:")) {
		f->in_trace = true;
	} else if (f->in_trace && line[0] == ' ') {
		add_symbolic(f, line);
	} else if (f->in_trace) {
		f->traced = true;
		faults_flush(f, now);
	}
}
