/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose word is a line of a domain's console?  One channel a domain.
 *
 * A domain's kernel, its PID 1 (scripts/guests/init.c), the programs that PID 1
 * runs and, in dom0, the driver of the domUs (scripts/guests/domus.c) all end up
 * on one console.  PID 1 draws a nonce before it runs any program, announces it,
 * and from then on everything that user space prints is framed by it:
 *
 *	pvboot: user space ~NNNNNNNN	the announcement; only the first one counts
 *	~NNNNNNNN:words~		PID 1's or the driver's own words
 *	~NNNNNNNN|text~			what a program of PID 1's printed
 *	~NNNNNNNN{name} text~		a line of domU NAME's console
 *	[   12.345678] text		the kernel's
 *
 * No program knows the nonce, and none can write to the console but through PID 1,
 * which escapes what could be taken for another's word: see scripts/guests/frame.h.
 * A domU's console has the same grammar with a nonce of its own: feed the text of
 * its ORIGIN_RELAY lines to a channel of its own.
 */
#ifndef PVBOOT_CHANNEL_H
#define PVBOOT_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "../guests/frame.h"
#include "console.h"

/**
 * enum origin - who wrote a line
 * @ORIGIN_XEN: the hypervisor; console.c tells, a channel never does
 * @ORIGIN_KERNEL: the domain's kernel; before user space everything is
 * @ORIGIN_INIT: PID 1 or the driver in its own words, such as "user space",
 *	"exit 0 /xen_pv_cr3", "create domu", "done"; the frame is taken off
 * @ORIGIN_PROGRAM: a program that PID 1 has run, as it printed it
 * @ORIGIN_RELAY: a domU's console; the frame is taken off
 * @ORIGIN_UNKNOWN: nobody to be held to it: in user space a line without a frame
 *	and, though the kernel prints the time, without a time, as the rest of a
 *	line that was cut; or one of the kernel's that begins with the name of a
 *	task, which a program chooses.  Log it and show it, do not judge by it.
 */
enum origin {
	ORIGIN_XEN,
	ORIGIN_KERNEL,
	ORIGIN_INIT,
	ORIGIN_PROGRAM,
	ORIGIN_RELAY,
	ORIGIN_UNKNOWN,
	ORIGIN_COUNT,
};

/**
 * typedef channel_fn - is called for every line whose origin has been found
 * @ctx: the pointer given to channel_init()
 * @origin: who wrote it
 * @domu: for ORIGIN_RELAY the domU's name, otherwise NULL
 * @text: printable ASCII and tabs, NUL-terminated, up to CONSOLE_LINE_MAX bytes;
 *	valid during the call only.  A kernel's line keeps its time, see
 *	channel_message().
 */
typedef void (*channel_fn)(void *ctx, enum origin origin, const char *domu,
			   const char *text);

/**
 * struct channel - the reader of one domain's console; no memory of its own
 *
 * All of it is private to channel.c.
 */
struct channel {
	/* private: */
	channel_fn fn;
	void *ctx;
	char nonce[FRAME_NONCE_LEN + 1];	/* "" before user space */
	bool timed;		/* the kernel prints the time */
	size_t held;		/* bytes in @head */
	char head[CONSOLE_LINE_MAX + 1];	/* of a line that was cut */
};

/**
 * channel_init() - make a channel ready for the domain's first line
 * @ch: the channel, owned by the caller
 * @fn: receiver of the lines
 * @ctx: passed on to @fn
 */
void channel_init(struct channel *ch, channel_fn fn, void *ctx);

/**
 * channel_line() - take one line of the domain's console
 * @ch: the channel
 * @line: for dom0 as console_line_fn gives it, for a domU as ORIGIN_RELAY gives
 *	it; copied as far as it is needed later
 * @whole: false if another's line cut in and the rest may follow
 *
 * Calls back once for each origin in @line: the kernel's words may cut into a
 * framed line and the other way round.  The head of a line that was cut is kept
 * until its rest comes and then handed on in one piece, after what cut in.
 */
void channel_line(struct channel *ch, const char *line, bool whole);

/**
 * channel_flush() - hand on what was kept; to be called before a verdict
 * @ch: the channel
 */
void channel_flush(struct channel *ch);

/**
 * channel_in_user_space() - has the domain's PID 1 announced itself?
 * @ch: the channel
 */
bool channel_in_user_space(const struct channel *ch);

/**
 * channel_message() - take the time off a kernel's line
 * @text: the line
 *
 * That is "[    1.234567] ", with the "(early) " of a domU's boot console before
 * it and the "[    T1]" of CONFIG_PRINTK_CALLER in it.
 *
 * Return: the message within @text.
 */
const char *channel_message(const char *text);

#endif /* PVBOOT_CHANNEL_H */
