// SPDX-License-Identifier: GPL-2.0-only
/*
 * Split the serial port into lines and tell Xen's from dom0's.
 */
#include "console.h"

#include <stdio.h>
#include <string.h>

static const char xen_prefix[] = "(XEN) ";

#define XEN_PREFIX_LEN	(sizeof(xen_prefix) - 1)

void console_init(struct console *con, console_line_fn fn, void *ctx)
{
	memset(con, 0, sizeof(*con));
	con->fn = fn;
	con->ctx = ctx;
	con->src = CONSOLE_DOM0;
}

static void hand_on(struct console *con, bool whole)
{
	con->line[con->len] = '\0';
	con->fn(con->ctx, con->src, con->line, whole);
	con->len = 0;
}

static void end_line(struct console *con)
{
	/* The newline after a line that was cut exactly there adds nothing. */
	if (con->len || !con->continued)
		hand_on(con, true);
	con->continued = false;
	con->src = CONSOLE_DOM0;
}

/* Has the current line just come to end in Xen's prefix? */
static bool xen_begins(const struct console *con)
{
	return con->src == CONSOLE_DOM0 && con->len >= XEN_PREFIX_LEN &&
	       !memcmp(con->line + con->len - XEN_PREFIX_LEN, xen_prefix,
		       XEN_PREFIX_LEN);
}

static void add_char(struct console *con, char c)
{
	con->line[con->len++] = c;
	if (xen_begins(con)) {
		con->len -= XEN_PREFIX_LEN;
		if (con->len)
			hand_on(con, false);
		con->continued = false;
		con->src = CONSOLE_XEN;
	} else if (con->len >= CONSOLE_LINE_MAX) {
		hand_on(con, false);
		con->continued = true;
	}
}

void console_feed(struct console *con, const char *buf, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = buf[i];

		if (c == '\n') {
			end_line(con);
		} else if (c == '\r') {
			continue;
		} else if (c == '\t' || (c >= ' ' && c < 0x7f)) {
			add_char(con, c);
		} else {
			char esc[5];

			snprintf(esc, sizeof(esc), "\\x%02x", c);
			for (const char *p = esc; *p; p++)
				add_char(con, *p);
		}
	}
}

void console_flush(struct console *con)
{
	if (con->len)
		end_line(con);
}
