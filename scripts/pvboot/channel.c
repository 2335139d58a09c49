// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose word is a line: the words of guests that frame nothing.
 */
#include "channel.h"

#include <string.h>

void channel_init(struct channel *ch, channel_fn fn, void *ctx)
{
	memset(ch, 0, sizeof(*ch));
	ch->fn = fn;
	ch->ctx = ctx;
}

const char *channel_message(const char *text)
{
	const char *p = text;

	if (!strncmp(p, "(early) ", 8))
		p += 8;
	if (*p != '[')
		return p;
	p++;
	p += strspn(p, " .0123456789");
	return !strncmp(p, "] ", 2) ? p + 2 : text;
}

void channel_line(struct channel *ch, const char *line, bool whole)
{
	static const char prefix[] = "pvboot: ";
	char name[CHANNEL_NAME_MAX + 1];
	size_t len = strcspn(line, "}");

	(void)whole;
	if (!strncmp(line, prefix, sizeof(prefix) - 1)) {
		line += sizeof(prefix) - 1;
		if (!strcmp(line, "user space"))
			ch->nonce[0] = '~';
		ch->fn(ch->ctx, ORIGIN_INIT, NULL, line);
	} else if (line[0] == '{' && line[len] && line[len + 1] == ' ' &&
		   len <= CHANNEL_NAME_MAX) {
		memcpy(name, line + 1, len - 1);
		name[len - 1] = '\0';
		ch->fn(ch->ctx, ORIGIN_RELAY, name, line + len + 2);
	} else if (ch->nonce[0] && channel_message(line) == line) {
		ch->fn(ch->ctx, ORIGIN_PROGRAM, NULL, line);
	} else {
		ch->fn(ch->ctx, ORIGIN_KERNEL, NULL, line);
	}
}

void channel_flush(struct channel *ch)
{
	(void)ch;
}

bool channel_in_user_space(const struct channel *ch)
{
	return ch->nonce[0];
}
