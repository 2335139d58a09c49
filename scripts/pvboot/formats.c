// SPDX-License-Identifier: GPL-2.0-only
/*
 * The forms of all reports: what Linux prints on x86, from 3.9 on, and Xen.  One
 * table, kept by subject in crashes.c, checkers.c and xenforms.c.
 *
 * One line is one form.  To add one, copy the line nearest to it: what the kernel
 * prints from the line's start on (see form_match() for the escapes), what to
 * call it, what is left of the domain, where it tells who is guilty, and its rank.
 * The first form that fits is taken, so the special stands before the general.
 */
#include "compiler.h"
#include "formats.h"

/* what fits none of the others */
static const struct format general[] = {
	{ "BUG: %t%$", "BUG: $", WARN, BY_TRACE, 2, 0 },
	{ "[ BUG: %t ]", "BUG: $", WARN, BY_LOCK, 2, HOLD },
	{ "WARNING: %t%$", "WARNING: $", WARN, NOBODY, 1, TIMED },
	{ "usb %s: WARNING: %t%$", "WARNING: $", WARN, NOBODY, 1, 0 },
	{ "%w %w: WARNING: %t%$", "WARNING: $", WARN, NOBODY, 1, TIMED },
	{ NULL, NULL, WARN, NOBODY, 0, 0 }
};

static const struct format * const tables[] = { crashes, checkers, xenforms, general };

const struct format *format_next(const struct format *f)
{
	if (!f)
		return tables[0];
	if ((++f)->form)
		return f;
	/* the end of one part: on with the one after it */
	for (size_t i = 0; i + 1 < ARRAY_SIZE(tables); i++) {
		const struct format *end = tables[i];

		while (end->form)
			end++;
		if (f == end)
			return tables[i + 1];
	}
	return NULL;
}
