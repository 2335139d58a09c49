// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hold a line against a form, or all of them.
 *
 * Time is bounded by the product of both lengths: where what follows the last %s
 * fits nowhere, moving an earlier %s cannot help.
 */
#include "report.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"

static void keep(char *to, size_t size, const char *from, size_t len)
{
	if (len >= size)
		len = size - 1;
	memcpy(to, from, len);
	to[len] = '\0';
}

static bool in_name(unsigned char c)
{
	return isalnum(c) || c == '_' || c == '.' || c == '$';
}

/*
 * A clone is the compiler's, so it differs from kernel to kernel: .isra.0,
 * .part.12.cold, .llvm.123
 */
static void drop_clone(char *name)
{
	char *dot = strchr(name + 1, '.');

	if (dot)
		*dot = '\0';
}

/* Rust's, taken apart: <a::B as c::D>::name */
static size_t plain_rust(const char *text)
{
	const char *end = strstr(text, "+0x");
	const char *last;

	if (!end || end - text > FAULT_NAME)
		return 0;
	last = memchr(text, '>', end - text);
	return last ? (size_t)(end - text) : 0;
}

size_t form_function(const char *text, char name[FAULT_NAME])
{
	size_t len = 0, skip = strcspn(text, " +#"), offset;

	/* Xen's: "common/file.c#function" */
	if (text[skip] == '#' && skip && text[skip - 1] != ' ') {
		len = form_function(text + skip + 1, name);
		return len ? len + skip + 1 : 0;
	}
	if (*text == '<') {
		len = plain_rust(text);
		if (!len)
			return 0;
		keep(name, FAULT_NAME, text, len);
	} else {
		if (!isalpha((unsigned char)*text) && *text != '_')
			return 0;
		while (in_name(text[len]))
			len++;
		while (text[len] == ':' && text[len + 1] == ':' && in_name(text[len + 2])) {
			len += 2;
			while (in_name(text[len]))
				len++;
		}
		/* an address that nobody has named */
		if (len >= 8 && strspn(text, "0123456789abcdef") == len)
			return 0;
		if (!rust_name(text, len, name)) {
			keep(name, FAULT_NAME, text, len);
			drop_clone(name);
		}
	}
	if (!strncmp(text + len, "+0x", 3)) {
		offset = strspn(text + len + 3, "0123456789abcdef");
		len += 3 + offset;
		if (!strncmp(text + len, "/0x", 3))
			len += 3 + strspn(text + len + 3, "0123456789abcdef");
	}
	return len;
}

/* Who has looked up the lines says so: "net/core/dev.c:123 [inline]" */
static bool inlined(const char *line)
{
	static const char mark[] = " [inline]";
	size_t len = strlen(line);

	return len > strlen(mark) && !strcmp(line + len - strlen(mark), mark);
}

static size_t place_len(const char *line)
{
	size_t len = strcspn(line, " \t:");

	if (!len || line[len] != ':' || !isdigit((unsigned char)line[len + 1]))
		return 0;
	return len + 1 + strspn(line + len + 1, "0123456789");
}

/* "d0v1 ", "mm.c:12:d0v1 " or, as Xen was until 4.6, "mm.c:12:d0 " */
static int vcpu_len(const char *line)
{
	size_t place = place_len(line), len = place;

	if (place && line[len++] != ':')
		return -1;
	len += place && line[len] == ' ';
	if (line[len++] != 'd' || !isdigit((unsigned char)line[len]))
		return -1;
	len += strspn(line + len, "0123456789");
	if (line[len] == 'v' && isdigit((unsigned char)line[len + 1]))
		len += 1 + strspn(line + len + 1, "0123456789");
	else if (!place)
		return -1;
	return line[len] == ' ' ? (int)len + 1 : -1;
}

/*
 * What Xen PV's drivers begin their lines with: "xen:events: ", "xen_netfront: ",
 * "xenbus_probe: ", or the device's bus and name, "vif vif-1-0 vif1.0: "
 */
static int driver_len(const char *line)
{
	static const char * const begins[] = {
		"xen:", "xen_", "xen-", "xenbus", "blkfront", "vbd vbd-", "vif vif-",
		"pci pci-", "pciback pci-", "pcifront pci-", "xencons", "net eth",
	};

	const char *end = strstr(line, ": ");

	/* "[" makes it the name of a task. */
	if (!end || strcspn(line, "[") < (size_t)(end - line))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(begins); i++) {
		if (!strncmp(line, begins[i], strlen(begins[i])))
			return end + 2 - line;
	}
	return -1;
}

static bool tells_of_failure(const char *line)
{
	static const char * const words[] = {
		"fail", "error", "cannot", "can't", "couldn't", "could not", "unable",
		"invalid", "illegal", "incorrect", "impossible", "unexpected", "bogus", "bad ",
		"corrupt", "leaking", "dropping", "malicious", "negative", "backwards",
		"overwrite", "not quiescent", "not mapped", "not responding", "still in use",
		"too many", "more slots", "not enough", "missing", "page boundary", "rx->offset",
		"exceed", "inactive", "denied", "disabled for further use",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcasestr(line, words[i]))
			return true;
	}
	return false;
}

/* How much one escape takes; -1 if it does not fit. */
static int take(char escape, const char *line, struct taken *t)
{
	const char *hex = line;
	size_t len;

	switch (escape) {
	case 'd':
		hex += *hex == '-';
		len = strspn(hex, "0123456789");
		if (len && t->number < 0 && len < 9)
			t->number = atoi(line);
		return len ? (int)(hex - line + len) : -1;
	case 'x':
	case 'a':
		if (!strncmp(hex, "0x", 2))
			hex += 2;
		len = strspn(hex, "0123456789abcdefABCDEF");
		if (!len)
			return -1;
		if (escape == 'a') {
			t->address = strtoul(hex, NULL, 16);
			t->has_address = true;
		}
		return hex - line + len;
	case 'w':
		len = strcspn(line, " \t:");
		return len ? (int)len : -1;
	case 'f':
		len = form_function(line, t->function);
		t->inlined = len && inlined(line + len);
		return len ? (int)len : -1;
	case 'p':
		len = place_len(line);
		keep(t->place, sizeof(t->place), line, len);
		return len ? (int)len : -1;
	case 'v':
		return vcpu_len(line);
	case 'm':
		return driver_len(line);
	case 'e':
		len = strlen(line);
		keep(t->text, sizeof(t->text), line, len);
		return tells_of_failure(line) ? (int)len : -1;
	case '$':
		return *line ? -1 : 0;
	}
	return -1;
}

bool form_match(const char *form, const char *line, struct taken *taken)
{
	const char *star = NULL, *from = NULL, *begin = NULL;
	bool keeps = false;

	memset(taken, 0, sizeof(*taken));
	taken->number = -1;
	for (;;) {
		if (!*form)
			break;
		if (form[0] == '%' && (form[1] == 's' || form[1] == 't')) {
			if (keeps)
				keep(taken->text, sizeof(taken->text), begin, from - begin);
			keeps = form[1] == 't';
			form += 2;
			star = form;
			begin = line;
			from = line;
			if (!*form) {
				from = line + strlen(line);
				break;
			}
			continue;
		}
		if (form[0] == '%') {
			int n = take(form[1], line, taken);

			if (n >= 0) {
				line += n;
				form += 2;
				continue;
			}
		} else if (*line == *form) {
			line++;
			form++;
			continue;
		}
		if (!star || !*from)
			return false;
		line = ++from;
		form = star;
	}
	if (keeps)
		keep(taken->text, sizeof(taken->text), begin, from - begin);
	return true;
}

const struct format *format_find(enum fault_source src, const char *line,
				 enum trust trust, struct taken *taken)
{
	const bool xen = src == FAULT_XEN;

	for (const struct format *f = format_next(NULL); f; f = format_next(f)) {
		if (xen != !!(f->flags & FORMAT_XEN))
			continue;
		if (trust < TRUST_TIME && (f->flags & FORMAT_TIMED))
			continue;
		if (trust < (f->flags & FORMAT_EARLY ? TRUST_EARLY : TRUST_FORM))
			continue;
		/* most lines begin with another letter */
		if (f->form[0] != '%' && f->form[0] != line[0])
			continue;
		if (form_match(f->form, line, taken))
			return f;
	}
	return NULL;
}
