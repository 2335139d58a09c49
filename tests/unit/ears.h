/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the unit tests of a line's way share: dom0's console with those who listen at
 * its other end, and writers of frames.
 */
#ifndef UNIT_EARS_H
#define UNIT_EARS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../scripts/guests/frame.h"
#include "../../scripts/pvboot/channel.h"
#include "../../scripts/pvboot/compiler.h"

#define NONCE		"0123abcd"
#define INNER		"fedc9876"	/* of a domU */
#define ANNOUNCED	"[    0.500000] Run /init\n" FRAME_ANNOUNCE NONCE "\n"
#define KERNEL		"[   12.345678] BUG: kernel's own"
#define XEN		"Hardware Dom0 halted"
#define SEEN_MAX	64

/* What has come out at the other end, dom0's lines and those of a domU. */
struct ears {
	struct console con;
	struct channel dom0;
	struct channel domu;
	unsigned int lines;
	struct {
		const char *where;
		enum origin origin;
		char text[CONSOLE_LINE_MAX + 1];
	} seen[SEEN_MAX];
};

static inline void hear(struct ears *e, const char *where, enum origin origin,
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

static inline void hear_domu(void *ctx, enum origin origin, const char *domu,
		      const char *text)
{
	assert_null(domu);
	hear(ctx, "domu", origin, text);
}

static inline void hear_dom0(void *ctx, enum origin origin, const char *domu,
		      const char *text)
{
	struct ears *e = ctx;

	assert_int_equal(origin == ORIGIN_RELAY, !!domu);
	if (domu && !strcmp(domu, "domu"))
		channel_line(&e->domu, text, true);
	else
		hear(e, "dom0", origin, text);
}

static inline void hear_line(void *ctx, enum console_src src, const char *line,
		      bool whole)
{
	struct ears *e = ctx;

	if (src == CONSOLE_XEN)
		hear(e, "xen", ORIGIN_XEN, line);
	else
		channel_line(&e->dom0, line, whole);
}

static inline void ears_init(struct ears *e)
{
	memset(e, 0, sizeof(*e));
	console_init(&e->con, hear_line, e);
	channel_init(&e->dom0, hear_dom0, e);
	channel_init(&e->domu, hear_domu, e);
}

static inline void say(struct ears *e, const char *text)
{
	console_feed(&e->con, text, strlen(text));
}

static inline void end(struct ears *e)
{
	console_flush(&e->con);
	channel_flush(&e->dom0);
	channel_flush(&e->domu);
}

static inline void dump(const struct ears *e)
{
	for (unsigned int i = 0; i < e->lines; i++)
		print_message("# %s %d: %s\n", e->seen[i].where,
			      e->seen[i].origin, e->seen[i].text);
}

static inline bool heard(const struct ears *e, const char *where, enum origin origin,
		  const char *text)
{
	for (unsigned int i = 0; i < e->lines; i++)
		if (!strcmp(e->seen[i].where, where) &&
		    e->seen[i].origin == origin && !strcmp(e->seen[i].text, text))
			return true;
	return false;
}

static inline void assert_heard(const struct ears *e, const char *where,
			 enum origin origin, const char *text)
{
	if (heard(e, where, origin, text))
		return;
	dump(e);
	fail_msg("not heard from %s as %d: %s", where, origin, text);
}

static inline unsigned int count(const struct ears *e, enum origin origin)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < e->lines; i++)
		n += e->seen[i].origin == origin;
	return n;
}

/* What a writer makes of @len bytes, to be freed. */
static inline char *framed(const char *nonce, char kind, const char *name,
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

static inline char *program(const char *text)
{
	return framed(NONCE, FRAME_TEXT, NULL, text, strlen(text));
}

/* A domU's console line as dom0's driver relays it. */
static inline char *relayed(const char *line)
{
	return framed(NONCE, FRAME_RELAY, "domu", line, strlen(line));
}

static inline void say_free(struct ears *e, char *text)
{
	say(e, text);
	free(text);
}

static const char * const cutters[] = { KERNEL "\r\n", "(XEN) " XEN "\r\n" };

/* Say @line with the kernel, Xen, both or both the other way round cutting in. */
static inline void say_cut(struct ears *e, const char *line, size_t at, unsigned int how)
{
	console_feed(&e->con, line, at);
	if (how == 4)
		say(e, cutters[1]);
	if (how & 1 || how == 4)
		say(e, cutters[0]);
	if (how & 2)
		say(e, cutters[1]);
	say(e, line + at);
}

#endif /* UNIT_EARS_H */
