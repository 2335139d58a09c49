/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzzers share.  Each is a file of its own: any bytes for a reader, which
 * has to come to an end, within its memory, and to keep what it promises.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../scripts/pvboot/compiler.h"

/* A fuzzer: input.c, or replay.c, calls it with each input. */
void fuzz_one(const unsigned char *data, size_t size);

/* A promise */
static inline void must(bool kept, const char *what)
{
	if (kept)
		return;
	fprintf(stderr, "not kept: %s\n", what);
	abort();
}

/* What is handed on of a console: printable ASCII and tabs */
static inline bool is_clean(const char *s)
{
	for (; *s; s++)
		if (*s != '\t' && (*s < ' ' || *s > '~'))
			return false;
	return true;
}

/**
 * next_line() - take a line off the input
 * @data: the input, moved behind the newline
 * @size: its bytes, not 0
 *
 * Return: the line, in memory of its own size, so that one byte too far is seen; to
 * be freed by the caller.
 */
static inline char *next_line(const unsigned char **data, size_t *size)
{
	const unsigned char *end = memchr(*data, '\n', *size);
	size_t len = end ? (size_t)(end - *data) : *size;
	char *line = malloc(len + 1);

	must(line, "there is memory");
	memcpy(line, *data, len);
	line[len] = '\0';
	*data += len + !!end;
	*size -= len + !!end;
	return line;
}

#endif /* FUZZ_H */
