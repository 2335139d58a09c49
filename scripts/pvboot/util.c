// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time, texts, and the way out.
 */
#include "util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "verdict.h"

static void (*record_fn)(void *ctx, const char *why);
static void *record_ctx;

void copy_text(char dst[TEXT_MAX], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(dst, TEXT_MAX, fmt, ap);
	va_end(ap);
}

void die_record(void (*fn)(void *ctx, const char *why), void *ctx)
{
	record_fn = fn;
	record_ctx = ctx;
}

void die(const char *fmt, ...)
{
	void (*fn)(void *ctx, const char *why) = record_fn;
	char why[8 * TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	fprintf(stderr, "pvboot: error: %s\n", why);
	/* The record may be what fails. */
	record_fn = NULL;
	if (fn)
		fn(record_ctx, why);
	exit(OUTCOME_UNJUDGED);
}

double clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}
