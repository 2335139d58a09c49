// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boots in the making.
 */
#include "run.h"

#include <errno.h>

#include "../../scripts/pvboot/console.h"

static void take_line(void *ctx, enum console_src src, const char *line, bool whole)
{
	struct run *r = ctx;

	if (r->lines++ >= r->most)
		return;
	r->now += r->step;
	machine_line(&r->m, src, line, whole, r->now);
}

static void begin(struct run *r, const struct domain_setup *sets, unsigned int n)
{
	memset(r, 0, sizeof(*r));
	r->most = -1;
	machine_open(&r->m, sets, n, 0);
	console_init(&r->con, take_line, r);
}

void run_open(struct run *r, const char *expect, const char *suite,
	      const struct symbols *syms)
{
	struct domain_setup set = {
		.name = "dom0", .expect = expect, .suite = suite, .syms = syms,
		.tests = { "/xen_pv_cr3" }, .patience = 1,
	};

	begin(r, &set, 1);
}

void run_open_domus(struct run *r, const struct symbols *syms)
{
	struct domain_setup sets[] = {
		{ .name = "dom0", .tests = { "/domus" } },
		{ .name = "domu", .tests = { DOMU_TEST } },
		{ .name = "domu-without", .tests = { DOMU_TEST }, .expect = "early-full-load" },
		{ .name = "domu-smp", .tests = { DOMU_TEST } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		sets[i].syms = syms;
		sets[i].patience = 1;
	}
	begin(r, sets, ARRAY_SIZE(sets));
}

/* The bytes that a line of a script stands for */
static void frame(char *out, size_t size, const char *line)
{
	if (starts(line, "| "))
		snprintf(out, size, "%s", line + 2);
	else if (line[0] == '{') {
		size_t len = strcspn(line, "}") + 2;
		char inner[1024];

		frame(inner, sizeof(inner), line + len);
		snprintf(out, size, "%.*s%s", (int)len, line, inner);
	} else
		snprintf(out, size, "%s", line);
}

void run_say(struct run *r, const char *script)
{
	while (*script) {
		size_t len = strcspn(script, "\n");
		char line[1024], bytes[2048];

		snprintf(line, sizeof(line), "%.*s", (int)len, script);
		frame(bytes, sizeof(bytes), line);
		console_feed(&r->con, bytes, strlen(bytes));
		console_feed(&r->con, "\n", 1);
		script += len + !!script[len];
	}
}

void run_file(struct run *r, const char *path)
{
	char buf[257];
	size_t len;
	FILE *f;

	f = fopen(path, "re");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	/* An odd size, so that lines come in pieces as they do from a pipe. */
	while ((len = fread(buf, 1, sizeof(buf), f)))
		console_feed(&r->con, buf, len);
	console_flush(&r->con);
	fclose(f);
}

double run_wait(struct run *r)
{
	double begun = r->now;

	for (int i = 0; i < 1000 && !domain_tick(&r->m.domains[0], r->now); i++)
		r->now = domain_deadline(&r->m.domains[0]);
	return r->now - begun;
}

enum outcome run_end(struct run *r, const char *trouble)
{
	console_flush(&r->con);
	return machine_judge(&r->m, trouble, r->now);
}

void run_close(struct run *r)
{
	machine_free(&r->m);
}
