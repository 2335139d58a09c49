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
	con->line[con->len < CONSOLE_LINE_MAX ? con->len : CONSOLE_LINE_MAX] = '\0';
	con->fn(con->ctx, con->src, con->line, whole);
	con->len = 0;
	con->match = 0;
}

static void end_line(struct console *con)
{
	hand_on(con, true);
	con->src = CONSOLE_DOM0;
}

/* Has the current line just come to end in Xen's prefix? */
static bool xen_begins(struct console *con, char c)
{
	if (con->src == CONSOLE_XEN)
		return false;
	if (c == xen_prefix[con->match])
		con->match++;
	else
		con->match = c == xen_prefix[0];
	return con->match == XEN_PREFIX_LEN;
}

static void add_char(struct console *con, char c)
{
	if (con->len < CONSOLE_LINE_MAX)
		con->line[con->len] = c;
	con->len++;
	if (!xen_begins(con, c))
		return;
	con->len -= XEN_PREFIX_LEN;
	if (con->len)
		hand_on(con, false);
	con->len = 0;
	con->src = CONSOLE_XEN;
}

/* How many of these bytes can be dropped from a line that is too long already? */
static size_t dropped(const struct console *con, const char *buf, size_t len)
{
	const char *end;

	if (con->len < CONSOLE_LINE_MAX || con->match)
		return 0;
	end = memchr(buf, '\n', len);
	if (end)
		len = end - buf;
	end = memchr(buf, xen_prefix[0], len);
	return end ? (size_t)(end - buf) : len;
}

void console_feed(struct console *con, const char *buf, size_t len)
{
	for (size_t i = dropped(con, buf, len); i < len;
	     i++, i += dropped(con, buf + i, len - i)) {
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
