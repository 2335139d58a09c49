// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names in Rust, as traces have them: "_RNvMs_NtC4name..." is <name::Type>::method.
 *
 * Only what names a function is read; generic arguments are left out, and a name
 * that has more than that stays as it is.
 */
#include "compiler.h"
#include "report.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define STEPS_MOST	400	/* a name may refer to parts of itself */
#define DEPTH_MOST	40

struct rust {
	const char *start;	/* what references count from */
	const char *p;
	const char *end;
	char *out;		/* NULL while nothing is to be written */
	size_t len;
	unsigned int steps;
	unsigned int depth;
	bool bad;
};

static void rust_path(struct rust *r);
static void rust_type(struct rust *r);

static char next(struct rust *r)
{
	if (r->p == r->end)
		r->bad = true;
	return r->bad ? '\0' : *r->p++;
}

static bool eat(struct rust *r, char c)
{
	if (r->bad || r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static void put(struct rust *r, const char *text, size_t len)
{
	if (!r->out)
		return;
	if (r->len + len >= FAULT_NAME) {
		r->bad = true;
		return;
	}
	memcpy(r->out + r->len, text, len);
	r->len += len;
}

/* Digits, lower and upper case letters, and '_' at the end. */
static size_t base62(struct rust *r)
{
	size_t n = 0;

	if (eat(r, '_'))
		return 0;
	while (!r->bad && !eat(r, '_')) {
		unsigned char c = next(r);

		/* may be a hash, and too large; then nobody asks */
		if (isdigit(c))
			n = n * 62 + c - '0';
		else if (islower(c))
			n = n * 62 + c - 'a' + 10;
		else if (isupper(c))
			n = n * 62 + c - 'A' + 36;
		else
			r->bad = true;
	}
	return n + 1;
}

static void disambiguator(struct rust *r)
{
	if (eat(r, 's'))
		base62(r);
}

static void identifier(struct rust *r)
{
	size_t len = 0;

	disambiguator(r);
	eat(r, 'u');
	while (r->p < r->end && isdigit((unsigned char)*r->p) && len < 1000)
		len = len * 10 + *r->p++ - '0';
	eat(r, '_');
	if (len > (size_t)(r->end - r->p)) {
		r->bad = true;
		return;
	}
	put(r, r->p, len);
	r->p += len;
}

static bool enter(struct rust *r)
{
	if (++r->steps > STEPS_MOST || r->depth >= DEPTH_MOST)
		r->bad = true;
	r->depth++;
	return !r->bad;
}

static void refer(struct rust *r, void (*part)(struct rust *r))
{
	const char *back = r->p;
	size_t to = base62(r);
	const char *on = r->p;

	if (r->bad || to >= (size_t)(back - 1 - r->start)) {
		r->bad = true;
		return;
	}
	r->p = r->start + to;
	part(r);
	r->p = on;
}

static void silently(struct rust *r, void (*part)(struct rust *r))
{
	char *out = r->out;

	r->out = NULL;
	part(r);
	r->out = out;
}

static void argument(struct rust *r)
{
	if (eat(r, 'L')) {
		base62(r);
	} else if (eat(r, 'K')) {
		rust_type(r);
		while (!r->bad && next(r) != '_')
			;
	} else {
		rust_type(r);
	}
}

static void rust_type(struct rust *r)
{
	static const char * const basic[26] = {
		"i8", "bool", "char", "f64", "str", "f32", NULL, "u8", "isize",
		"usize", NULL, "i32", "u32", "i128", "u128", "_", NULL, NULL, "i16",
		"u16", "()", "...", NULL, "i64", "u64", "!",
	};
	char c;

	if (!enter(r))
		return;
	c = next(r);
	if (islower((unsigned char)c) && basic[c - 'a']) {
		put(r, basic[c - 'a'], strlen(basic[c - 'a']));
	} else if (c == 'R' || c == 'Q') {
		if (eat(r, 'L'))
			base62(r);
		put(r, "&", 1);
		rust_type(r);
	} else if (c == 'P' || c == 'O') {
		put(r, "*", 1);
		rust_type(r);
	} else if (c == 'S') {
		put(r, "[", 1);
		rust_type(r);
		put(r, "]", 1);
	} else if (c == 'B') {
		refer(r, rust_type);
	} else if (!r->bad && strchr("CMXYNI", c)) {
		r->p--;
		rust_path(r);
	} else {
		r->bad = true;
	}
	r->depth--;
}

static void rust_path(struct rust *r)
{
	char c, space;

	if (!enter(r))
		return;
	c = next(r);
	switch (c) {
	case 'C':
		identifier(r);
		break;
	case 'M':
	case 'X':
		disambiguator(r);
		silently(r, rust_path);
		fallthrough;
	case 'Y':
		put(r, "<", 1);
		rust_type(r);
		if (c != 'M') {
			put(r, " as ", 4);
			rust_path(r);
		}
		put(r, ">", 1);
		break;
	case 'N':
		space = next(r);
		rust_path(r);
		put(r, "::", 2);
		if (space == 'C')
			put(r, "{closure}", 9);
		if (isupper((unsigned char)space))
			silently(r, identifier);
		else
			identifier(r);
		break;
	case 'I':
		rust_path(r);
		while (!r->bad && !eat(r, 'E'))
			silently(r, argument);
		break;
	case 'B':
		refer(r, rust_path);
		break;
	default:
		r->bad = true;
	}
	r->depth--;
}

bool rust_name(const char *text, size_t len, char name[FAULT_NAME])
{
	struct rust r = { .end = text + len, .out = name };

	if (len < 3 || strncmp(text, "_R", 2))
		return false;
	r.start = text + 2;
	r.p = r.start;
	rust_path(&r);
	if (r.bad || !r.len)
		return false;
	name[r.len] = '\0';
	return true;
}
