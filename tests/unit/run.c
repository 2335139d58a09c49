// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boots in the making.
 */
#include "run.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../scripts/guests/frame.h"
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
		.name = "dom0", .expect = expect, .suite = suite, .has_suite = suite, .syms = syms,
		.tests = { "/xen_pv_cr3" }, .patience = 1,
	};

	begin(r, &set, 1);
}

void run_open_domus(struct run *r, const struct symbols *syms)
{
	struct domain_setup sets[] = {
		{ .name = "dom0", .tests = { "/domus" } },
		{ .name = "domu", .tests = { SELFTEST } },
		{ .name = "domu-without", .tests = { SELFTEST }, .expect = "early-full-load" },
		{ .name = "domu-smp", .tests = { SELFTEST } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		sets[i].syms = syms;
		sets[i].patience = 1;
	}
	begin(r, sets, ARRAY_SIZE(sets));
}

/* What a speaker makes of a line, without the newline at its end */
static void write_frame(char *out, size_t size, const char *nonce, char kind,
			const char *name, const char *text)
{
	static int fd = -1;
	struct frame_writer w;
	ssize_t len;

	if (fd < 0)
		fd = memfd_create("frame", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 0), 0);
	lseek(fd, 0, SEEK_SET);
	frame_open(&w, fd, nonce, kind, name);
	frame_feed(&w, text, strlen(text));
	frame_flush(&w);
	len = pread(fd, out, size - 1, 0);
	assert_true(len > 0);
	out[len] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

/* The bytes that a line of a script stands for */
static void frame(char *out, size_t size, const char *nonce, const char *line)
{
	char inner[CONSOLE_LINE_MAX];
	size_t len;

	if (!strcmp(line, "pvboot: user space")) {
		snprintf(out, size, FRAME_ANNOUNCE "%s", nonce);
	} else if (starts(line, "pvboot: ")) {
		write_frame(out, size, nonce, FRAME_WORDS, NULL, line + strlen("pvboot: "));
	} else if (starts(line, "| ")) {
		write_frame(out, size, nonce, FRAME_TEXT, NULL, line + 2);
	} else if (line[0] == '{') {
		char name[FRAME_NAME_MAX + 1];

		len = strcspn(line, "}");
		snprintf(name, sizeof(name), "%.*s", (int)len - 1, line + 1);
		frame(inner, sizeof(inner), "fedc9876", line + len + 2);
		write_frame(out, size, nonce, FRAME_RELAY, name, inner);
	} else {
		snprintf(out, size, "%s", line);
	}
}

void run_say(struct run *r, const char *script)
{
	while (*script) {
		size_t len = strcspn(script, "\n");
		char line[CONSOLE_LINE_MAX], bytes[2 * CONSOLE_LINE_MAX];

		snprintf(line, sizeof(line), "%.*s", (int)len, script);
		frame(bytes, sizeof(bytes), "0123abcd", line);
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
