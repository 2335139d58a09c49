/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The serial port as a stream of lines: who wrote each one, made harmless.
 */
#ifndef PVBOOT_CONSOLE_H
#define PVBOOT_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/* Longest line handed on, in bytes without the NUL; the rest of it is dropped. */
#define CONSOLE_LINE_MAX	1000

/**
 * enum console_src - who wrote a line
 * @CONSOLE_XEN: the hypervisor; its prefix "(XEN) " is taken off
 * @CONSOLE_DOM0: everything else on Xen's serial port
 */
enum console_src {
	CONSOLE_XEN,
	CONSOLE_DOM0,
	CONSOLE_SRC_COUNT,
};

/**
 * typedef console_line_fn - is called once for every complete line
 * @ctx: the pointer given to console_init()
 * @src: who wrote the line
 * @line: printable ASCII and tabs, NUL-terminated; valid during the call only
 * @whole: false if Xen cut in: the rest is the next line that is not Xen's
 */
typedef void (*console_line_fn)(void *ctx, enum console_src src,
				const char *line, bool whole);

/**
 * struct console - a line splitter; no memory of its own, nothing to free
 * @fn: receiver of the lines
 * @ctx: its first argument
 * @src: who is writing the current line
 * @len: bytes of the current line, those that were dropped included
 * @match: bytes of Xen's prefix that the line now ends in
 * @line: the current, unfinished line
 */
struct console {
	console_line_fn fn;
	void *ctx;
	enum console_src src;
	size_t len;
	size_t match;
	char line[CONSOLE_LINE_MAX + 1];
};

/**
 * console_init() - make a splitter ready for the first byte
 * @con: the splitter, owned by the caller
 * @fn: receiver of the lines
 * @ctx: passed on to @fn
 */
void console_init(struct console *con, console_line_fn fn, void *ctx);

/**
 * console_feed() - take bytes as the serial port gave them
 * @con: the splitter
 * @buf: any bytes
 * @len: how many
 *
 * Carriage returns vanish, other control characters and bytes beyond ASCII
 * become \xNN.  Where Xen writes into the middle of a line of dom0's, the line
 * is cut there and Xen's begins.
 */
void console_feed(struct console *con, const char *buf, size_t len);

/**
 * console_flush() - hand on an unfinished last line, if there is one
 * @con: the splitter
 */
void console_flush(struct console *con);

#endif /* PVBOOT_CONSOLE_H */
