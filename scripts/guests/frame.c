// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frame lines for a domain's console.  A frame leaves by a single write(), which
 * the terminal keeps in one piece; only the kernel and Xen can cut in.
 */
#include "frame.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* One character of a line as a frame shows it, "\xNN" at the longest */
#define SHOWN_MAX	4

/* A domU's frame in one of dom0's: its escapes, its marks, dom0's head and end */
static_assert(FRAME_TEXT_MAX * 7 / 4 + 2 * SHOWN_MAX +
	      sizeof(((struct frame_writer *)0)->head) + 1 <= FRAME_MAX,
	      "a domU's frame has to fit into one of dom0's");

void frame_draw(char nonce[FRAME_NONCE_LEN + 1])
{
	/* The kernel puts 16 random bytes there; it has no other source this early. */
	const void *bytes = (const void *)getauxval(AT_RANDOM);
	unsigned int n = 0;

	if (bytes)
		memcpy(&n, bytes, sizeof(n));
	snprintf(nonce, FRAME_NONCE_LEN + 1, "%08x", n);
}

void frame_open(struct frame_writer *w, int fd, const char *nonce, char kind,
		const char *name)
{
	memset(w, 0, sizeof(*w));
	w->fd = fd;
	w->max = kind == FRAME_RELAY ? FRAME_MAX : FRAME_TEXT_MAX;
	snprintf(w->head, sizeof(w->head), "%c%.*s%c%.*s%s", FRAME_MARK,
		 FRAME_NONCE_LEN, nonce, kind, FRAME_NAME_MAX, name ? name : "",
		 name ? FRAME_RELAY_END : "");
}

/* Could @s, of which @len bytes follow, be taken for another's word here? */
static bool misleads(const char *s, size_t len)
{
	static const char xen[] = "(XEN)";

	switch (*s) {
	case '\\':
	case FRAME_MARK:
		return true;
	case '[':
		return len > 1 && (s[1] == ' ' || isdigit((unsigned char)s[1]));
	case '(':
		return len >= sizeof(xen) - 1 && !memcmp(s, xen, sizeof(xen) - 1);
	default:
		return *s != '\t' && (*s < ' ' || *s >= 0x7f);
	}
}

static void write_all(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t done = write(fd, buf, len);

		if (done < 0 && errno != EINTR)
			return;
		if (done > 0) {
			buf += done;
			len -= done;
		}
	}
}

static void end_line(struct frame_writer *w)
{
	/* for the longest of what may come at the end */
	char out[FRAME_MAX + 2], shown[SHOWN_MAX + 1];
	size_t kept = w->len < sizeof(w->line) ? w->len : sizeof(w->line);
	size_t room = w->max - strlen(FRAME_MORE) - 1, len, i;

	if (kept == w->len && kept && w->line[kept - 1] == '\r')
		kept = --w->len;
	len = sprintf(out, "%s", w->head);
	for (i = 0; i < kept; i++) {
		const char *s = w->line + i;
		int n;

		if (misleads(s, kept - i))
			n = sprintf(shown, "\\x%02x", (unsigned char)*s);
		else
			n = sprintf(shown, "%c", *s);
		if (len + n > room)
			break;
		memcpy(out + len, shown, n);
		len += n;
	}
	len += sprintf(out + len, "%s%c\n", i < w->len ? FRAME_MORE : "", FRAME_MARK);
	w->len = 0;
	w->written += len;
	write_all(w->fd, out, len);
}

void frame_feed(struct frame_writer *w, const char *buf, size_t len)
{
	while (len) {
		const char *end = memchr(buf, '\n', len);
		size_t n = end ? (size_t)(end - buf) : len;
		size_t room = w->len < sizeof(w->line) ? sizeof(w->line) - w->len : 0;

		memcpy(w->line + sizeof(w->line) - room, buf, n < room ? n : room);
		w->len += n;
		if (end)
			end_line(w);
		buf += n + !!end;
		len -= n + !!end;
	}
}

void frame_flush(struct frame_writer *w)
{
	if (w->len)
		end_line(w);
}

void frame_printf(struct frame_writer *w, const char *fmt, ...)
{
	char line[FRAME_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	frame_feed(w, line, strlen(line));
	end_line(w);
}
