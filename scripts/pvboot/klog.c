// SPDX-License-Identifier: GPL-2.0-only
/*
 * What stands before a line of the kernel's log: level, time, caller, syslog.
 */
#include "report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *digits(const char *p)
{
	while (isdigit((unsigned char)*p))
		p++;
	return p;
}

/* "<6>" */
static const char *level(const char *p)
{
	const char *end;

	if (*p != '<')
		return p;
	end = digits(p + 1);
	return end > p + 1 && end - p <= 4 && *end == '>' ? end + 1 : p;
}

/* "[   12.345678]": where it ends, or NULL */
static const char *stamp(const char *p, double *when)
{
	const char *start, *dot, *end;

	if (*p++ != '[')
		return NULL;
	while (*p == ' ')
		p++;
	start = p;
	dot = digits(p);
	if (dot == p || dot - p > 11 || *dot != '.')
		return NULL;
	end = digits(dot + 1);
	if (end - dot < 4 || end - dot > 10 || end[strspn(end, " ")] != ']')
		return NULL;
	*when = strtod(start, NULL);
	return strchr(end, ']') + 1;
}

/* "kern  :warn  : ", as dmesg -x has it */
static const char *facility(const char *p)
{
	static const char form[] = "kern  :aaaaaa: ";

	for (size_t i = 0; form[i]; i++) {
		if (form[i] != p[i] && (form[i] != 'a' || !(islower((unsigned char)p[i]) ||
							    p[i] == ' ')))
			return p;
	}
	return p + strlen(form);
}

/*
 * "[  T123]", "[   C0]", after CONFIG_PRINTK_CALLER's time, which dmesg parts from
 * it by a blank: where it ends
 */
static const char *caller(const char *p, struct kline *out)
{
	const char *id = p + (*p == ' '), *end;

	if (*id++ != '[')
		return p;
	while (*id == ' ')
		id++;
	if (*id != 'T' && *id != 'C')
		return p;
	end = digits(id + 1);
	if (end == id + 1 || end - id >= (long)sizeof(out->caller) ||
	    end[strspn(end, " ")] != ']')
		return p;
	memcpy(out->caller, id, end - id);
	out->caller[end - id] = '\0';
	return strchr(end, ']') + 1;
}

/* "[Thu Mar 25 00:50:20 2021]", as dmesg -T has it; or that of who keeps a console */
static const char *date_in(const char *form, const char *p)
{
	for (const char *f = form; *f; f++, p++) {
		bool fits = *f == *p;

		if (*f == '0' || (*f == ' ' && *p != ' '))
			fits = isdigit((unsigned char)*p);
		else if (*f == 'A' || *f == 'a')
			fits = isalpha((unsigned char)*p);
		if (!fits)
			return NULL;
	}
	return p;
}

static const char *date(const char *p)
{
	const char *end = date_in("[Aaa Aaa  0 00:00:00 0000]", p);

	if (!end)
		end = date_in("[0000-00-00 00:00:00]", p);
	return end ? end : date_in("[0000-00-00 00:00:00.000]", p);
}

static bool stamped(const char *p, struct kline *out)
{
	const char *end = stamp(p, &out->stamp);

	if (!end) {
		/* a date, and maybe a time after it */
		p = date(p);
		if (!p)
			return false;
		end = stamp(p + (*p == ' '), &out->stamp);
		if (!end) {
			end = p;
			out->stamp = -1;
		}
	}
	out->caller[0] = '\0';
	end = caller(end, out);
	out->text = end + (*end == ' ');
	out->timed = true;
	return true;
}

struct kline kline_read(const char *line)
{
	/* the boot console of a domU says so */
	static const char early[] = "(early) ";
	static const char bare[] = "kernel: ";
	struct kline out = { .text = facility(level(line)) };
	const char *syslog;
	char *colon;

	if (!strncmp(out.text, early, strlen(early)))
		out.text += strlen(early);

	if (stamped(out.text, &out))
		return out;
	out.text = caller(out.text, &out);
	if (out.caller[0]) {
		out.text += *out.text == ' ';
		return out;
	}
	/* "Jan  1 12:00:00 host kernel: [   12.345678] text", or cut down to "kernel: " */
	if (!strncmp(out.text, bare, strlen(bare))) {
		out.text += strlen(bare);
		stamped(out.text, &out);
		return out;
	}
	syslog = strstr(out.text, " kernel: ");
	colon = strchr(out.text, ':');
	if (syslog && colon && syslog > colon && syslog - out.text < 100 &&
	    isdigit((unsigned char)colon[1])) {
		out.text = syslog + strlen(" kernel: ");
		out.timed = true;
		stamped(out.text, &out);
	}
	return out;
}

const char *kline_within(const char *line, struct kline *found)
{
	for (const char *p = line; (p = strchr(p, '[')); p++) {
		if (stamped(p, found))
			return p;
	}
	return NULL;
}
