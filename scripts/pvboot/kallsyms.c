// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read a kernel's own symbols.
 *
 * scripts/kallsyms.c of the kernel writes these tables, each aligned to eight bytes
 * or to four.  Nothing says where they are.
 *
 *	num_syms	u32
 *	names		for each symbol a length, and as many bytes, each of which
 *			stands for a token; the first letter of all is the type
 *	markers		u32, where every 256th name begins
 *	token_table	256 texts
 *	token_index	u16, where each of these begins
 *	offsets		s32 for each symbol, with the word relative_base after it, or each
 *			from where it is itself; up to 6.3 they lie before num_syms
 *
 * So the index is searched for, which is a strange sequence of numbers, and the rest
 * from there.  They are only believed if all fits, and the text begins where the
 * kernel's does.
 */
#include "kallsyms.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TOKENS		256
#define TOKEN_MAX	64
#define NAMES_A_MARKER	256
#define NAME_MAX_LEN	512	/* as a text... */
#define NAME_BYTES	130	/* ...and in the table, which compresses it */
/* Some have an order of the names between markers and tokens. */
#define MARKERS_AWAY	(3 * SYMBOLS_MAX)
#define SYMBOLS_MAX	0x400000U

struct tables {
	const unsigned char *raw;
	size_t size;
	size_t index, tokens, markers, names, num;
	unsigned int nmarkers, count;
	unsigned long text;	/* where the kernel begins... */
	size_t at;		/* ...in the file */
};

static unsigned int get16(const unsigned char *p)
{
	return p[0] | p[1] << 8;
}

static unsigned int get32(const unsigned char *p)
{
	unsigned int v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static size_t align(size_t at, size_t to)
{
	return (at + to - 1) / to * to;
}

/* Are there 256 texts at @at that begin where the index says? */
static bool is_token_table(const struct tables *t, size_t at)
{
	const unsigned char *index = t->raw + t->index;

	if (!t->raw[at])
		return false;
	for (unsigned int i = 1; i < TOKENS; i++) {
		size_t end = at + get16(index + 2 * i) - 1;

		if (t->raw[end] || memchr(t->raw + at + get16(index + 2 * i - 2), 0,
					  end - at - get16(index + 2 * i - 2)))
			return false;
	}
	return true;
}

/* The texts end, but for zeros, where the index begins. */
static bool find_tokens(struct tables *t)
{
	size_t last = get16(t->raw + t->index + 2 * (TOKENS - 1)), end = t->index;

	while (end && !t->raw[end - 1] && t->index - end < 8)
		end--;
	for (size_t len = 1; len < TOKEN_MAX && len + last <= end; len++) {
		if (is_token_table(t, end - len - last)) {
			t->tokens = end - len - last;
			return true;
		}
	}
	return false;
}

static bool is_index(const unsigned char *p)
{
	for (unsigned int i = 0; i + 1 < TOKENS; i++) {
		unsigned int this = get16(p + 2 * i), next = get16(p + 2 * i + 2);

		if (next < this + 2 || next > this + TOKEN_MAX)
			return false;
	}
	return true;
}

/* How many u32 from @at on are markers, which grow by what 256 names take? */
static unsigned int count_markers(const struct tables *t, size_t at)
{
	unsigned int n = 1;

	if (get32(t->raw + at))
		return 0;
	for (; at + 4 * n + 4 <= t->tokens; n++) {
		unsigned int more = get32(t->raw + at + 4 * n) - get32(t->raw + at + 4 * n - 4);

		if (more < 2 * NAMES_A_MARKER || more > NAMES_A_MARKER * NAME_BYTES)
			break;
	}
	return n;
}

/* Where the next name begins; long ones have a length of two bytes. */
static size_t next_name(const struct tables *t, size_t at, size_t *text, size_t *len)
{
	*len = t->raw[at++];
	if (*len & 0x80)
		*len = (*len & 0x7f) | (size_t)t->raw[at++] << 7;
	*text = at;
	return at + *len;
}

/* Do the names that begin at @at agree with the markers? */
static bool are_names(const struct tables *t, size_t at, unsigned int count)
{
	size_t text, len, next = at;

	for (unsigned int i = 0; i < count; i++) {
		if (i % NAMES_A_MARKER == 0 &&
		    next - at != get32(t->raw + t->markers + i / NAMES_A_MARKER * 4))
			return false;
		if (next + 2 >= t->markers)
			return false;
		next = next_name(t, next, &text, &len);
		if (!len)
			return false;
	}
	return next <= t->markers && t->markers - next < 8;
}

/* Their number stands before them. */
static bool find_names(struct tables *t)
{
	size_t before = get32(t->raw + t->markers + 4 * (t->nmarkers - 1));
	unsigned int most = t->nmarkers * NAMES_A_MARKER;

	if (before >= t->markers || most > SYMBOLS_MAX)
		return false;
	for (size_t at = (t->markers - before) / 4 * 4;
	     at >= 8 && t->markers - before - at < NAMES_A_MARKER * NAME_BYTES; at -= 4) {
		for (size_t back = 4; back <= 8; back += 4) {
			unsigned int count = get32(t->raw + at - back);

			if (count > most || count <= most - NAMES_A_MARKER ||
			    !are_names(t, at, count))
				continue;
			t->names = at;
			t->num = at - back;
			t->count = count;
			return true;
		}
	}
	return false;
}

static bool find_markers(struct tables *t)
{
	for (size_t at = t->tokens / 4 * 4; at >= 4 && t->tokens - at < MARKERS_AWAY;) {
		at -= 4;
		t->markers = at;
		t->nmarkers = count_markers(t, at);
		if (t->nmarkers > 1 && find_names(t))
			return true;
	}
	return false;
}

static bool find_tables(struct tables *t)
{
	for (t->index = 0; t->index + 2 * TOKENS <= t->size; t->index += 4) {
		/* Most places end here. */
		if (get16(t->raw + t->index) || !get16(t->raw + t->index + 2))
			continue;
		if (is_index(t->raw + t->index) && find_tokens(t) && find_markers(t))
			return true;
	}
	return false;
}

/* The first letter is the type, and comes with the first token. */
static bool add_name(const struct tables *t, struct kallsyms_symbol *sym, size_t text,
		     size_t len)
{
	char name[NAME_MAX_LEN + TOKEN_MAX];
	size_t n = 0;

	for (size_t i = 0; i < len && n < NAME_MAX_LEN; i++) {
		const unsigned char *index = t->raw + t->index + 2 * t->raw[text + i];
		const char *token = (const char *)t->raw + t->tokens + get16(index);

		while (*token && n < NAME_MAX_LEN)
			name[n++] = *token++;
	}
	name[n] = '\0';
	sym->type = name[0];
	sym->name = n ? strdup(name + 1) : NULL;
	return sym->name;
}

static bool read_names(const struct tables *t, struct kallsyms *k)
{
	size_t at = t->names, text, len;

	k->sym = calloc(t->count, sizeof(*k->sym));
	if (!k->sym)
		return false;
	for (; k->count < t->count; k->count++) {
		at = next_name(t, at, &text, &len);
		if (!add_name(t, &k->sym[k->count], text, len))
			return false;
	}
	return true;
}

/* Where offsets count from */
struct origin {
	size_t offsets;		/* where they are */
	unsigned long base;	/* the word relative_base; 0: each from its own place... */
	unsigned long first;	/* ...of which the first one's is this */
};

/*
 * Where there are negative ones, those count back from the base, and the others are
 * addresses themselves, of the per-CPU area.
 */
static bool read_addresses(const struct tables *t, struct kallsyms *k,
			   const struct origin *o)
{
	const unsigned char *offsets = t->raw + o->offsets;
	bool negative = false, fits = false;

	for (size_t i = 0; i < k->count && !negative; i++)
		negative = (int)get32(offsets + 4 * i) < 0;
	for (size_t i = 0; i < k->count; i++) {
		struct kallsyms_symbol *sym = &k->sym[i];
		int off = get32(offsets + 4 * i);

		if (!o->base)
			sym->addr = o->first + 4 * i + off;
		else if (!negative)
			sym->addr = o->base + (unsigned int)off;
		else
			sym->addr = off < 0 ? o->base - 1 - off : (unsigned long)off;
		if (i && sym->addr < sym[-1].addr)
			return false;
		if (!strcmp(sym->name, "_text") || !strcmp(sym->name, "_stext"))
			fits |= sym->addr == t->text;
	}
	return fits;
}

static bool try_offsets(const struct tables *t, struct kallsyms *k, size_t offsets,
			size_t base)
{
	struct origin o = { .offsets = offsets };

	if (offsets > t->size || 4 * (size_t)t->count > t->size - offsets ||
	    base > t->size - sizeof(o.base))
		return false;
	memcpy(&o.base, t->raw + base, sizeof(o.base));
	if (o.base && read_addresses(t, k, &o))
		return true;
	o.base = 0;
	o.first = t->text + offsets - t->at;
	return read_addresses(t, k, &o);
}

static bool find_addresses(const struct tables *t, struct kallsyms *k)
{
	size_t bytes = 4 * (size_t)t->count;

	for (size_t to = 4; to <= 8; to += 4) {
		size_t after = align(t->index + 2 * TOKENS, to);

		if (try_offsets(t, k, after, align(after + bytes, 8)))
			return true;
		/* the older order */
		if (t->num >= 8 + bytes + 4 &&
		    try_offsets(t, k, (t->num - 8 - bytes) / to * to, t->num - 8))
			return true;
	}
	return false;
}

struct kallsyms *kallsyms_open(const void *raw, size_t size, unsigned long text, size_t at)
{
	struct tables t = { .raw = raw, .size = size, .text = text, .at = at };
	struct kallsyms *k = calloc(1, sizeof(*k));

	if (!k || !find_tables(&t) || !read_names(&t, k) || !find_addresses(&t, k)) {
		kallsyms_close(k);
		return NULL;
	}
	for (size_t i = k->count; i-- > 0;) {
		bool last = i + 1 == k->count;

		k->sym[i].end = last ? k->sym[i].addr :
				k->sym[i + 1].addr > k->sym[i].addr ? k->sym[i + 1].addr :
				k->sym[i + 1].end;
	}
	return k;
}

void kallsyms_close(struct kallsyms *k)
{
	if (!k)
		return;
	for (size_t i = 0; k->sym && i < k->count; i++)
		free(k->sym[i].name);
	free(k->sym);
	free(k);
}
