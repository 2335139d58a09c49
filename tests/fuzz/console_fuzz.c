// SPDX-License-Identifier: GPL-2.0-only
/*
 * The serial port into lines, and whose they are: dom0's console, with a domU's in
 * it.  It must not matter in what pieces the bytes come.
 */
#include "fuzz.h"

#include "../../scripts/pvboot/channel.h"
#include "../../scripts/pvboot/console.h"

struct ears {
	struct console con;
	struct channel dom0, domu;
	unsigned long sum;	/* of all that was heard */
};

static void add(struct ears *e, unsigned int who, const char *text)
{
	must(is_clean(text), "a line is clean");
	must(strlen(text) <= CONSOLE_LINE_MAX, "a line has a longest");
	e->sum = e->sum * 31 + who;
	for (; *text; text++)
		e->sum = e->sum * 31 + *text;
}

static void from_domu(void *ctx, enum origin origin, const char *domu, const char *text)
{
	struct ears *e = ctx;

	(void)domu;
	add(e, 100 + origin, text);
	must(origin != ORIGIN_XEN, "what a domU prints is not Xen's");
	must(origin == ORIGIN_KERNEL || channel_in_user_space(&e->domu),
	     "before user space all is the kernel's");
}

static void from_dom0(void *ctx, enum origin origin, const char *domu, const char *text)
{
	struct ears *e = ctx;

	add(e, 200 + origin, text);
	must(origin < ORIGIN_COUNT && origin != ORIGIN_XEN, "a channel knows no Xen");
	must(origin == ORIGIN_KERNEL || channel_in_user_space(&e->dom0),
	     "before user space all is the kernel's");
	must((origin == ORIGIN_RELAY) == !!domu, "what is relayed has a name");
	if (!domu)
		return;
	add(e, 1, domu);
	channel_line(&e->domu, text, true);
}

static void from_port(void *ctx, enum console_src src, const char *line, bool whole)
{
	struct ears *e = ctx;

	add(e, 300 + src, line);
	if (src == CONSOLE_DOM0)
		channel_line(&e->dom0, line, whole);
}

static unsigned long hear(const unsigned char *data, size_t size, size_t piece)
{
	static struct ears e;

	e.sum = 0;
	console_init(&e.con, from_port, &e);
	channel_init(&e.dom0, from_dom0, &e);
	channel_init(&e.domu, from_domu, &e);
	for (size_t at = 0; at < size; at += piece)
		console_feed(&e.con, (const char *)data + at,
			     size - at < piece ? size - at : piece);
	console_flush(&e.con);
	channel_flush(&e.dom0);
	channel_flush(&e.domu);
	return e.sum;
}

void fuzz_one(const unsigned char *data, size_t size)
{
	must(hear(data, size, 65536) == hear(data, size, 1 + size % 61),
	     "pieces do not matter");
}
