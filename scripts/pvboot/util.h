/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every part of pvboot may need.
 */
#ifndef PVBOOT_UTIL_H
#define PVBOOT_UTIL_H

#include <stdbool.h>
#include <string.h>

#include "compiler.h"

/* Longest text about something, with the NUL. */
#define TEXT_MAX	512

/**
 * copy_text() - print into a text, as much as it takes
 * @dst: the text
 * @fmt: as for printf()
 */
void __printf(2, 3) copy_text(char dst[TEXT_MAX], const char *fmt, ...);

/**
 * die() - end pvboot because nothing can be judged
 * @fmt: why, and what to do about it, as for printf(); one line
 *
 * Says it on standard error and exits with 125; if die_record() was called,
 * the record says it, too.
 */
void __noreturn __printf(1, 2) die(const char *fmt, ...);

/**
 * die_record() - have die() leave a record
 * @fn: writes it; gets @ctx and the words of die(); NULL: no more
 * @ctx: its first argument
 */
void die_record(void (*fn)(void *ctx, const char *why), void *ctx);

/**
 * clock_now() - the time
 *
 * Return: seconds of a clock that does not go back.
 */
double clock_now(void);

/**
 * starts() - does a text begin with another one?
 * @s: the text
 * @prefix: its beginning
 *
 * Return: true if it does.
 */
static inline bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

#endif /* PVBOOT_UTIL_H */
