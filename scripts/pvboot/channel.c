// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tell whose word each line of a domain's console is.
 */
#include "channel.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "../guests/frame.h"

static_assert(FRAME_MAX <= CONSOLE_LINE_MAX, "a frame has to fit into a line");

/* A task's name, which a program chooses, without the NUL: TASK_COMM_LEN */
#define COMM_MAX	15

static const char early[] = "(early) ";

void channel_init(struct channel *ch, channel_fn fn, void *ctx)
{
	memset(ch, 0, sizeof(*ch));
	ch->fn = fn;
	ch->ctx = ctx;
}

bool channel_in_user_space(const struct channel *ch)
{
	return ch->nonce[0];
}

/* CONFIG_PRINTK_CALLER's "[%6s]" of "T1" or "C0".  Return: its bytes, or 0. */
static size_t caller_len(const char *s)
{
	const char *p = s;
	size_t digits;

	if (*p++ != '[')
		return 0;
	p += strspn(p, " ");
	if (*p != 'T' && *p != 'C')
		return 0;
	digits = strspn(++p, "0123456789");
	p += digits;
	return digits && *p == ']' ? p + 1 - s : 0;
}

/*
 * The kernel's time, "[%5lu.%06lu]", a caller and a blank, which may have gone
 * where there is no message.  Return: its bytes, or 0.
 */
static size_t time_len(const char *s)
{
	const char *p = s;
	size_t digits;

	if (*p++ != '[')
		return 0;
	p += strspn(p, " ");
	digits = strspn(p, "0123456789");
	p += digits;
	if (!digits || p - s < 6 || *p++ != '.')
		return 0;
	if (strspn(p, "0123456789") != 6 || p[6] != ']')
		return 0;
	p += 7;
	p += caller_len(p);
	if (*p && *p != ' ')
		return 0;
	return p - s + !!*p;
}

static const char *skip_early(const char *s)
{
	return strncmp(s, early, sizeof(early) - 1) ? s : s + sizeof(early) - 1;
}

static bool is_timed(const char *s)
{
	return time_len(skip_early(s));
}

const char *channel_message(const char *text)
{
	const char *p = skip_early(text);

	return p + time_len(p);
}

/* Does a frame begin here?  Return: its kind, or 0. */
static char frame_kind(const struct channel *ch, const char *s)
{
	if (!ch->nonce[0] || *s != FRAME_MARK ||
	    strncmp(s + 1, ch->nonce, FRAME_NONCE_LEN))
		return 0;
	s += 1 + FRAME_NONCE_LEN;
	return *s == FRAME_WORDS || *s == FRAME_TEXT || *s == FRAME_RELAY ? *s : 0;
}

/* Has @s begun as @mark does? */
static bool begins(const char *s, const char *mark, size_t len)
{
	size_t have = strlen(s);

	return have && !strncmp(s, mark, have < len ? have : len);
}

/* Is this the head of user space's line, be it shorter than the mark? */
static bool is_framed_head(const struct channel *ch, const char *s)
{
	if (!ch->nonce[0])
		return begins(s, FRAME_ANNOUNCE, strlen(FRAME_ANNOUNCE));
	return *s == FRAME_MARK &&
	       (!s[1] || begins(s + 1, ch->nonce, FRAME_NONCE_LEN));
}

static bool is_announcement(const struct channel *ch, const char *s)
{
	size_t len = strlen(FRAME_ANNOUNCE);

	return !ch->nonce[0] && !strncmp(s, FRAME_ANNOUNCE, len) &&
	       strspn(s + len, "0123456789abcdef") == FRAME_NONCE_LEN &&
	       !s[len + FRAME_NONCE_LEN];
}

/* Undo frame.c's escapes of what is harmless by now, in place. */
static void unescape(char *s)
{
	static const char * const codes[] = { "5c", "5b", "28", "7e" };
	static const char chars[] = "\\[(~";
	char *to = s;

	while (*s) {
		char c = *s++;

		for (size_t i = 0; c == '\\' && i < ARRAY_SIZE(codes); i++) {
			if (s[0] == 'x' && !strncmp(s + 1, codes[i], 2)) {
				c = chars[i];
				s += 3;
				break;
			}
		}
		*to++ = c;
	}
	*to = '\0';
}

/*
 * A line of the kernel's may begin with the name of a task, as "NAME[7]: segfault
 * at ..." does; then its first words are a program's.
 */
static bool names_first(const char *message)
{
	const char *p = strchr(message, '[');
	size_t digits;

	if (!p || p == message || p - message > COMM_MAX)
		return false;
	digits = strspn(++p, "0123456789");
	return digits && p[digits] == ']' &&
	       (p[digits + 1] == ':' || p[digits + 1] == ' ');
}

static void frame_line(struct channel *ch, char kind, char *s, bool whole)
{
	enum origin origin = ORIGIN_PROGRAM;
	char *name = NULL, *end;

	s += 1 + FRAME_NONCE_LEN + 1;
	if (whole)
		s[strlen(s) - 1] = '\0';
	if (kind == FRAME_WORDS) {
		/* Half a word may be another word. */
		origin = whole ? ORIGIN_INIT : ORIGIN_UNKNOWN;
	} else if (kind == FRAME_RELAY) {
		end = strstr(s, FRAME_RELAY_END);
		if (!end)
			return;
		origin = ORIGIN_RELAY;
		name = s;
		*end = '\0';
		s = end + strlen(FRAME_RELAY_END);
	}
	unescape(s);
	ch->fn(ch->ctx, origin, name, s);
}

/* @whole: a frame that ends in its mark; does not matter to others */
static void hand_on(struct channel *ch, char *s, bool whole)
{
	static const char words[] = "user space";
	enum origin origin = ORIGIN_KERNEL;
	char kind = frame_kind(ch, s);

	if (kind) {
		frame_line(ch, kind, s, whole);
		return;
	}
	if (is_announcement(ch, s)) {
		memcpy(ch->nonce, s + strlen(FRAME_ANNOUNCE), FRAME_NONCE_LEN);
		ch->fn(ch->ctx, ORIGIN_INIT, NULL, words);
		return;
	}
	if (is_timed(s))
		ch->timed = true;
	else if (ch->timed && ch->nonce[0])
		origin = ORIGIN_UNKNOWN;
	if (ch->nonce[0] && names_first(channel_message(s)))
		origin = ORIGIN_UNKNOWN;
	ch->fn(ch->ctx, origin, NULL, s);
}

void channel_flush(struct channel *ch)
{
	if (!ch->held)
		return;
	ch->held = 0;
	hand_on(ch, ch->head, false);
}

/* Keep the first @len bytes of @s, of which the rest may come. */
static void hold(struct channel *ch, const char *s, size_t len)
{
	channel_flush(ch);
	memcpy(ch->head, s, len);
	ch->head[len] = '\0';
	ch->held = len;
}

/* Is this the rest of the line whose head is held? */
static bool is_rest(struct channel *ch, const char *line)
{
	bool framed = frame_kind(ch, line) || is_announcement(ch, line);

	if (!ch->held)
		return false;
	if (!framed && !is_timed(line))
		return true;
	/* Who begins another line has no rest to bring. */
	if (framed == is_framed_head(ch, ch->head))
		channel_flush(ch);
	return false;
}

/* Where another's line begins within @s, or its end. */
static size_t cut_at(const struct channel *ch, const char *s)
{
	/* The time of a boot console's line does not cut it. */
	size_t i = skip_early(s) - s;

	for (i += !!s[i]; s[i]; i++)
		if (time_len(s + i) || frame_kind(ch, s + i))
			break;
	return i;
}

void channel_line(struct channel *ch, const char *line, bool whole)
{
	char buf[CONSOLE_LINE_MAX + 1], *s = buf;
	size_t head = 0, len = strlen(line);

	if (is_rest(ch, line)) {
		head = ch->held;
		memcpy(buf, ch->head, head);
		ch->held = 0;
	}
	/* As in console.c, what is too long is left out. */
	if (len > CONSOLE_LINE_MAX - head)
		len = CONSOLE_LINE_MAX - head;
	memcpy(buf + head, line, len);
	buf[head + len] = '\0';

	do {
		bool framed = frame_kind(ch, s);
		size_t end = cut_at(ch, s);
		bool last = !s[end];

		if (framed ? end && s[end - 1] == FRAME_MARK : last && whole) {
			char next = s[end];

			s[end] = '\0';
			hand_on(ch, s, true);
			s[end] = next;
		} else if (end) {
			hold(ch, s, end);
		}
		s += end;
	} while (*s);
}
