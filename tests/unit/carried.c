// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of symbols, made as scripts/kallsyms.c makes them.
 */
#include "carried.h"

#include <stdio.h>
#include <string.h>

#define MOST		0x20000U

static unsigned char raw[MOST];
static size_t len;

static void put(const void *what, size_t size, size_t to)
{
	while (len % to)
		raw[len++] = 0;
	memcpy(raw + len, what, size);
	len += size;
}

static void put32(unsigned int v, size_t to)
{
	put(&v, sizeof(v), to);
}

static void put64(unsigned long v)
{
	put(&v, sizeof(v), 8);
}

const char *name_of(unsigned int i)
{
	static char name[300];

	if (!i)
		return "T_text";
	/* one that needs two bytes for its length */
	if (i == 3)
		snprintf(name, sizeof(name), "t%0200u", i);
	else
		snprintf(name, sizeof(name), "%csymbol_%u", i % 2 ? 't' : 'D', i);
	return name;
}

unsigned long address_of(unsigned int i)
{
	return TEXT + 16 * i;
}

static void put_offsets(enum layout layout)
{
	/* Counted back from the base, as with a per-CPU area at 0 */
	for (unsigned int i = 0; i < SYMBOLS; i++) {
		while (!i && len % 4)
			raw[len++] = 0;
		if (layout == BY_PLACE)
			put32(address_of(i) - (TEXT + len), 4);
		else
			put32(TEXT - 1 - address_of(i), 4);
	}
	if (layout != BY_PLACE)
		put64(TEXT);
}

static void put_names(unsigned int *markers)
{
	size_t begin;

	put32(SYMBOLS, 8);
	put64(0);
	len -= 8;
	begin = len;
	for (unsigned int i = 0; i < SYMBOLS; i++) {
		const char *name = name_of(i);
		size_t n = strlen(name);

		if (i % 256 == 0)
			markers[i / 256] = len - begin;
		if (n > 0x7f)
			raw[len++] = 0x80 | (n & 0x7f);
		raw[len++] = n > 0x7f ? n >> 7 : n;
		memcpy(raw + len, name, n);
		len += n;
	}
}

/* Each byte stands for itself, if it is a letter, or for something else. */
static void put_tokens(void)
{
	unsigned short index[256];
	size_t begin;
	char text[8];

	put64(0);
	len -= 8;
	begin = len;
	for (unsigned int i = 0; i < 256; i++) {
		index[i] = len - begin;
		if (i > ' ' && i < 0x7f)
			snprintf(text, sizeof(text), "%c", i);
		else
			snprintf(text, sizeof(text), "x%u", i);
		put(text, strlen(text) + 1, 1);
	}
	put(index, sizeof(index), 8);
}

unsigned char *carried(enum layout layout, size_t *bytes)
{
	unsigned int markers[(SYMBOLS + 255) / 256];

	memset(raw, 0, sizeof(raw));
	/* What looks like the beginning of something */
	for (len = 0; len < 4096;)
		put32(len, 4);
	put64(0);
	if (layout == BEFORE || layout == WITH_ORDER) {
		while (len % 8)
			raw[len++] = 0;
		put_offsets(layout);
	}
	put_names(markers);
	for (unsigned int i = 0; i < sizeof(markers) / 4; i++)
		put32(markers[i], i ? 4 : 8);
	if (layout == WITH_ORDER) {
		for (unsigned int i = 0; i < SYMBOLS; i++) {
			unsigned char seq[3] = { i >> 16, i >> 8, i };

			put(seq, sizeof(seq), 1);
		}
	}
	put_tokens();
	if (layout == AFTER || layout == BY_PLACE)
		put_offsets(layout);
	len += 64;
	*bytes = len;
	return raw;
}
