/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's log buffer, read from the machine's memory: what it has said
 * although no console heard it.
 */
#ifndef PVBOOT_PRINTK_H
#define PVBOOT_PRINTK_H

#include "guest.h"

/* Longest line handed on, in bytes without the NUL. */
#define PRINTK_LINE_MAX	1100

/**
 * typedef printk_fn - is called for each line, the oldest first
 * @ctx: the pointer given to printk_read()
 * @line: "[    1.234567] text", printable ASCII and tabs; valid during the call
 *	only
 */
typedef void (*printk_fn)(void *ctx, const char *line);

/**
 * printk_read() - read the whole buffer
 * @g: the kernel, as guest_find() left it
 * @fn: receiver of the lines
 * @ctx: its first argument
 *
 * Knows the records of 3.5 to 5.9 and the ring of 5.10 and later.  Nothing in the
 * buffer is trusted: what does not fit together is left out.
 *
 * Return: how many records were read; 0 also if there is no buffer to be found.
 */
unsigned int printk_read(const struct guest *g, printk_fn fn, void *ctx);

/**
 * printk_holds() - is a line in the buffer?
 * @g: the kernel
 * @last: the line, with its time
 *
 * Return: true if it is.
 */
bool printk_holds(const struct guest *g, const char *last);

/**
 * printk_unheard() - read what did not come to the console
 * @g: the kernel
 * @last: the last line of the kernel's that did, with its time, or NULL
 * @fn: receiver of the lines
 * @ctx: its first argument
 *
 * Return: how many lines came after @last.
 */
unsigned int printk_unheard(const struct guest *g, const char *last, printk_fn fn, void *ctx);

#endif /* PVBOOT_PRINTK_H */
