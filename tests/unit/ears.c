// SPDX-License-Identifier: GPL-2.0-only
/*
 * Serial port, channels, and who is heard.
 */
#include "ears.h"

#include <sys/mman.h>
#include <unistd.h>

static void hear(struct ears *e, const char *where, enum origin origin,
		 const char *text)
{
	/* Nobody has to know of empty rests. */
	if (origin == ORIGIN_UNKNOWN && !*text)
		return;
	assert_true(e->lines < SEEN_MAX);
	e->seen[e->lines].where = where;
	e->seen[e->lines].origin = origin;
	assert_true(strlen(text) <= CONSOLE_LINE_MAX);
	strcpy(e->seen[e->lines++].text, text);
}

static void hear_domu(void *ctx, enum origin origin, const char *domu,
		      const char *text)
{
	assert_null(domu);
	hear(ctx, "domu", origin, text);
}

static void hear_dom0(void *ctx, enum origin origin, const char *domu,
		      const char *text)
{
	struct ears *e = ctx;

	assert_int_equal(origin == ORIGIN_RELAY, !!domu);
	if (domu && !strcmp(domu, "domu"))
		channel_line(&e->domu, text, true);
	else
		hear(e, "dom0", origin, text);
}

static void hear_line(void *ctx, enum console_src src, const char *line,
		      bool whole)
{
	struct ears *e = ctx;

	if (src == CONSOLE_XEN)
		hear(e, "xen", ORIGIN_XEN, line);
	else
		channel_line(&e->dom0, line, whole);
}

void ears_init(struct ears *e)
{
	memset(e, 0, sizeof(*e));
	console_init(&e->con, hear_line, e);
	channel_init(&e->dom0, hear_dom0, e);
	channel_init(&e->domu, hear_domu, e);
}

void ears_say(struct ears *e, const char *text)
{
	console_feed(&e->con, text, strlen(text));
}

void ears_end(struct ears *e)
{
	console_flush(&e->con);
	channel_flush(&e->dom0);
	channel_flush(&e->domu);
}

static void dump(const struct ears *e)
{
	for (unsigned int i = 0; i < e->lines; i++)
		print_message("# %s %d: %s\n", e->seen[i].where,
			      e->seen[i].origin, e->seen[i].text);
}

bool ears_heard(const struct ears *e, const char *where, enum origin origin,
		const char *text)
{
	for (unsigned int i = 0; i < e->lines; i++)
		if (!strcmp(e->seen[i].where, where) &&
		    e->seen[i].origin == origin && !strcmp(e->seen[i].text, text))
			return true;
	return false;
}

void assert_heard(const struct ears *e, const char *where,
		  enum origin origin, const char *text)
{
	if (ears_heard(e, where, origin, text))
		return;
	dump(e);
	fail_msg("not heard from %s as %d: %s", where, origin, text);
}

unsigned int ears_count(const struct ears *e, enum origin origin)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < e->lines; i++)
		n += e->seen[i].origin == origin;
	return n;
}

/* What a writer makes of @len bytes, to be freed. */
char *framed(const char *nonce, char kind, const char *name,
	     const char *text, size_t len)
{
	struct frame_writer w;
	off_t size;
	char *out;
	int fd;

	fd = memfd_create("console", MFD_CLOEXEC);
	assert_true(fd >= 0);
	frame_open(&w, fd, nonce, kind, name);
	frame_feed(&w, text, len);
	frame_flush(&w);
	size = lseek(fd, 0, SEEK_END);
	out = calloc(1, size + 1);
	assert_non_null(out);
	assert_int_equal(pread(fd, out, size, 0), size);
	close(fd);
	return out;
}

char *program(const char *text)
{
	return framed(NONCE, FRAME_TEXT, NULL, text, strlen(text));
}

/* A domU's console line as dom0's driver relays it. */
char *relayed(const char *line)
{
	return framed(NONCE, FRAME_RELAY, "domu", line, strlen(line));
}

void say_free(struct ears *e, char *text)
{
	ears_say(e, text);
	free(text);
}

void assert_cutters(const struct ears *e, unsigned int which)
{
	if (which & 1)
		assert_heard(e, "dom0", ORIGIN_KERNEL, KERNEL);
	if (which & 2)
		assert_heard(e, "xen", ORIGIN_XEN, XEN);
}

void say_cut(struct ears *e, const char *line, size_t at, unsigned int how)
{
	console_feed(&e->con, line, at);
	if (how == 4)
		ears_say(e, XEN_CUTS);
	if (how & 1 || how == 4)
		ears_say(e, KERNEL_CUTS);
	if (how & 2)
		ears_say(e, XEN_CUTS);
	ears_say(e, line + at);
}
