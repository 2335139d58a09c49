// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read the kernel's log buffer.
 *
 * Kernels are built without debug information here, so the layouts are known
 * from their sources, and what they differ in is told by the sizes of symbols and
 * by the records themselves.
 */
#include "printk.h"

#include <stdio.h>
#include <string.h>

#include "vmlinux.h"

#define TEXT_MAX	4096		/* of a record */
#define NSEC		1000000000UL
#define TIME_WIDTH	13		/* of "[    1.234567]" */
#define RECORDS_MAX	131072		/* of 4 MiB, which no kernel here has */

struct out {
	printk_fn fn;
	void *ctx;
	unsigned int records;
	unsigned int lines;
};

/* A record may be of several lines; each gets the time, as on a console. */
static void hand_on(struct out *out, unsigned long ns, const unsigned char *text, size_t len)
{
	char line[PRINTK_LINE_MAX + 1];
	size_t used = 0;
	bool begun = false;

	out->records++;
	for (size_t i = 0; i < len && out->lines < RECORDS_MAX; i++) {
		if (!begun)
			used = snprintf(line, sizeof(line), "[%5lu.%06lu] ",
					ns / NSEC,
					ns % NSEC / 1000);
		begun = text[i] != '\n';
		if (begun && used + 5 < sizeof(line)) {
			if (text[i] == '\t' || (text[i] >= ' ' && text[i] < 0x7f))
				line[used++] = text[i];
			else
				used += snprintf(line + used, 5, "\\x%02x", text[i]);
		}
		if (!begun || i == len - 1) {
			line[used] = '\0';
			out->lines++;
			out->fn(out->ctx, line);
		}
	}
}

/*
 * Since 5.10: a ring of descriptors, a ring of infos beside it, and one of texts.
 * kernel/printk/printk_ringbuffer.h
 */

#define DESC_BYTES	24		/* state, begin and next of the text */
#define DESC_STATE	62		/* bits of the state that are the id */
#define ID_MASK		((1UL << DESC_STATE) - 1)
#define DESC_COMMITTED	1
#define DESC_FINALIZED	2
#define INFO_MIN	88
#define INFO_MAX	512
#define BLOCK_ID	8		/* bytes before a text */

struct ring {
	const struct guest *g;
	unsigned int count_bits, size_bits;
	unsigned long descs, infos, head, tail, data;
	size_t info_bytes;
};

/* struct printk_ringbuffer has grown by one word, before the ring of texts. */
#define RING_BYTES	80
#define RING_BYTES_NEW	88

static bool open_ring(struct ring *r, const struct guest *g)
{
	unsigned long at, size, infos, descs, infos_size, descs_size;
	unsigned char ring[RING_BYTES_NEW];
	size_t text = 40;

	if (!vmlinux_symbol(g->vmlinux, "printk_rb_static", &at, &size) ||
	    !vmlinux_symbol(g->vmlinux, "_printk_rb_static_infos", &infos, &infos_size) ||
	    !vmlinux_symbol(g->vmlinux, "_printk_rb_static_descs", &descs, &descs_size))
		return false;
	/* It moves when the command line asks for a larger one. */
	if (!guest_variable(g, "prb", &at, sizeof(at)) ||
	    (size != RING_BYTES && size != RING_BYTES_NEW) || !guest_read(g, at, ring, size))
		return false;
	if (size == RING_BYTES_NEW)
		text = 48;

	memset(r, 0, sizeof(*r));
	r->g = g;
	memcpy(&r->count_bits, ring, 4);
	memcpy(&r->descs, ring + 8, 8);
	memcpy(&r->infos, ring + 16, 8);
	memcpy(&r->head, ring + 24, 8);
	memcpy(&r->tail, ring + 32, 8);
	memcpy(&r->size_bits, ring + text, 4);
	memcpy(&r->data, ring + text + 8, 8);
	if (descs_size / DESC_BYTES)
		r->info_bytes = infos_size / (descs_size / DESC_BYTES);
	return r->count_bits < 32 && 1U << r->count_bits <= RECORDS_MAX &&
	       r->size_bits > 8 && r->size_bits < 32 &&
	       ((r->head - r->tail) & ID_MASK) < 1UL << r->count_bits &&
	       r->info_bytes >= INFO_MIN && r->info_bytes <= INFO_MAX;
}

/* Where a record's text is.  Return: how much room it has, 0 if it is not there. */
static size_t find_text(const struct ring *r, unsigned long id, unsigned long begin,
			unsigned long next, unsigned long *at)
{
	unsigned long size = 1UL << r->size_bits, room = next - begin, owner;

	/* no text, or none that fitted */
	if (begin & 1 || next & 1 || room > size)
		return 0;
	*at = begin % size;
	/* Over the end: all of it is at the start. */
	if (*at + room > size) {
		*at = 0;
		room = next % size;
	}
	if (room <= BLOCK_ID || !guest_read(r->g, r->data + *at, &owner, sizeof(owner)) ||
	    owner != id)
		return 0;
	*at += r->data + BLOCK_ID;
	return room - BLOCK_ID;
}

static void read_entry(const struct ring *r, unsigned long id, struct out *out)
{
	unsigned long index = id % (1UL << r->count_bits), at, desc[3];
	unsigned char text[TEXT_MAX], info[24];
	unsigned long ns, state;
	unsigned short len;
	size_t room;

	if (!guest_read(r->g, r->descs + index * DESC_BYTES, desc, sizeof(desc)) ||
	    !guest_read(r->g, r->infos + index * r->info_bytes, info, sizeof(info)))
		return;
	/* A record that can still grow is as good as one that cannot. */
	state = desc[0] >> DESC_STATE;
	if ((desc[0] & ID_MASK) != id || (state != DESC_COMMITTED && state != DESC_FINALIZED))
		return;
	memcpy(&ns, info + 8, sizeof(ns));
	memcpy(&len, info + 16, sizeof(len));
	room = find_text(r, id, desc[1], desc[2], &at);
	if (room > len)
		room = len;
	if (room > sizeof(text))
		room = sizeof(text);
	if (room && guest_read(r->g, at, text, room))
		hand_on(out, ns, text, room);
}

static void read_ring(const struct ring *r, struct out *out)
{
	unsigned long n = (r->head - r->tail) & ID_MASK;

	for (unsigned long i = 0; i <= n; i++)
		read_entry(r, (r->tail + i) & ID_MASK, out);
}

/*
 * From 3.5 to 5.9: records one after the other in one buffer.
 * kernel/printk/printk.c: struct log, later struct printk_log
 */

#define LOG_HEADER	16		/* and four bytes more with PRINTK_CALLER */
#define LOG_ALIGN	4
#define LOG_SIZE_MAX	0x40000000U

static void read_log(const struct guest *g, unsigned long log, unsigned int size,
		     unsigned int index, unsigned int end, struct out *out)
{
	bool wrapped = false;

	/* The same page may be mapped again and again. */
	while (index != end && index <= size - LOG_HEADER && out->records < RECORDS_MAX) {
		unsigned char head[LOG_HEADER], text[TEXT_MAX];
		unsigned short len, text_len, dict_len;
		unsigned int before;
		unsigned long ns;

		if (!guest_read(g, log + index, head, sizeof(head)))
			return;
		memcpy(&ns, head, 8);
		memcpy(&len, head + 8, 2);
		memcpy(&text_len, head + 10, 2);
		memcpy(&dict_len, head + 12, 2);
		/* No room was left: it goes on at the start, but only once. */
		if (!len) {
			if (wrapped || end > index)
				return;
			wrapped = true;
			index = 0;
			continue;
		}
		if (len % LOG_ALIGN || len < text_len + dict_len || len > size - index)
			return;
		before = (len - text_len - dict_len) / LOG_ALIGN * LOG_ALIGN;
		if (before < LOG_HEADER || before > LOG_HEADER + LOG_ALIGN)
			return;
		if (text_len <= sizeof(text) && guest_read(g, log + index + before, text, text_len))
			hand_on(out, ns, text, text_len);
		if (index < end && index + len > end)
			return;
		index += len;
	}
}

unsigned int printk_read(const struct guest *g, printk_fn fn, void *ctx)
{
	struct out out = { .fn = fn, .ctx = ctx };
	unsigned int size, first, next;
	struct ring ring;
	unsigned long log;

	if (open_ring(&ring, g))
		read_ring(&ring, &out);
	else if (guest_variable(g, "log_buf", &log, sizeof(log)) &&
		 guest_variable(g, "log_buf_len", &size, sizeof(size)) &&
		 guest_variable(g, "log_first_idx", &first, sizeof(first)) &&
		 guest_variable(g, "log_next_idx", &next, sizeof(next)) &&
		 size >= LOG_HEADER && size <= LOG_SIZE_MAX)
		read_log(g, log, size, first, next, &out);
	return out.records;
}

/*
 * The same line may have been printed twice, so it is its last place that counts:
 * found in a first pass, used in a second.
 */
struct unheard {
	const char *last;
	unsigned int line, heard, handed;
	printk_fn fn;
	void *ctx;
};

/* The same time and the same end: a console may say in between who printed it. */
static bool is_last(const char *last, const char *line)
{
	const char *text = strchr(line, ']');
	size_t len = strlen(last);

	return text && !strncmp(last, line, text - line) && strlen(text + 2) <= len &&
	       !strcmp(last + len - strlen(text + 2), text + 2);
}

static void look_for(void *ctx, const char *line)
{
	struct unheard *u = ctx;

	u->line++;
	if (is_last(u->last, line))
		u->heard = u->line;
}

static void hand_rest(void *ctx, const char *line)
{
	struct unheard *u = ctx;

	if (++u->line <= u->heard)
		return;
	/* Its text may have been cut up on its way; then the times decide. */
	if (u->last && !u->heard && strncmp(line, u->last, TIME_WIDTH) <= 0)
		return;
	u->handed++;
	u->fn(u->ctx, line);
}

bool printk_holds(const struct guest *g, const char *last)
{
	struct unheard u = { .last = last };

	printk_read(g, look_for, &u);
	return u.heard;
}

unsigned int printk_unheard(const struct guest *g, const char *last, printk_fn fn, void *ctx)
{
	struct unheard u = { .last = last, .fn = fn, .ctx = ctx };

	if (last)
		printk_read(g, look_for, &u);
	u.line = 0;
	printk_read(g, hand_rest, &u);
	return u.handed;
}
