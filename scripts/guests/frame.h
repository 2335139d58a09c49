/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How user space marks its lines on a domain's console, for those who write them
 * (PID 1 and the driver of the domUs) and for the one who reads them
 * (scripts/pvboot/channel.c, which says what the marks mean).
 *
 *	pvboot: user space ~NNNNNNNN
 *	~NNNNNNNN:words~
 *	~NNNNNNNN|text~
 *	~NNNNNNNN{name} text~
 *
 * The mark at the end tells a whole line from one that was cut.  In words and
 * text what is not printable ASCII or a tab becomes \xNN, and so do the
 * characters that others' lines could be made of: "\" and "~", "[" before a
 * blank or a digit, as in the kernel's "[    1.234567] ", and the "(" of Xen's
 * "(XEN)".  The reader undoes these four.
 */
#ifndef GUESTS_FRAME_H
#define GUESTS_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "../pvboot/compiler.h"

#define FRAME_ANNOUNCE	"pvboot: user space ~"
#define FRAME_MARK	'~'
#define FRAME_WORDS	':'
#define FRAME_TEXT	'|'
#define FRAME_RELAY	'{'
#define FRAME_RELAY_END	"} "

/* Characters of a nonce and bytes of a domU's name, without the NUL */
#define FRAME_NONCE_LEN	8
#define FRAME_NAME_MAX	31

/* Bytes of a whole frame without the newline; what is too much is left out. */
#define FRAME_MAX	980
/*
 * A program's line has to fit into a domU's line that is framed again, where an
 * escape of four bytes becomes one of seven.
 */
#define FRAME_TEXT_MAX	520
/* Left out at the end of such a line */
#define FRAME_MORE	"..."

/* What gives a nonce to the driver */
#define FRAME_ENV	"PVBOOT_NONCE"

/**
 * struct frame_writer - the lines of one speaker, before they are framed
 * @fd: the console
 * @max: bytes of a frame, FRAME_MAX or FRAME_TEXT_MAX
 * @head: what each frame begins with
 * @written: bytes that went to the console so far
 * @len: bytes in @line, or what they would be
 * @line: the current, unfinished line
 *
 * All but @written is private to frame.c.
 */
struct frame_writer {
	size_t written;

	/* private: */
	int fd;
	size_t max;
	char head[FRAME_NONCE_LEN + FRAME_NAME_MAX + 5];
	size_t len;
	char line[FRAME_MAX];
};

/**
 * frame_draw() - make a nonce
 * @nonce: where it goes, with a NUL
 */
void frame_draw(char nonce[FRAME_NONCE_LEN + 1]);

/**
 * frame_open() - make a writer ready
 * @w: the writer, owned by the caller
 * @fd: the console
 * @nonce: of this domain
 * @kind: FRAME_WORDS, FRAME_TEXT or FRAME_RELAY
 * @name: of a domU, for FRAME_RELAY
 */
void frame_open(struct frame_writer *w, int fd, const char *nonce, char kind,
		const char *name);

/**
 * frame_feed() - take bytes, and write each line that they end
 * @w: the writer
 * @buf: any bytes; a carriage return before a newline vanishes
 * @len: how many
 */
void frame_feed(struct frame_writer *w, const char *buf, size_t len);

/**
 * frame_flush() - end an unfinished line, if there is one
 * @w: the writer
 */
void frame_flush(struct frame_writer *w);

/**
 * frame_printf() - write one line
 * @w: the writer
 * @fmt: as of printf(), without a newline
 */
void __printf(2, 3)
frame_printf(struct frame_writer *w, const char *fmt, ...);

#endif /* GUESTS_FRAME_H */
