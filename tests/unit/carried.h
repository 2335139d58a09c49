/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel with the symbols that it carries, as the several versions of
 * scripts/kallsyms.c lay them out.
 */
#ifndef TESTS_CARRIED_H
#define TESTS_CARRIED_H

#include <stddef.h>

#define TEXT		0xffffffff81000000UL
#define SYMBOLS		700

enum layout { BEFORE, WITH_ORDER, AFTER, BY_PLACE };
#define LAYOUTS		(BY_PLACE + 1)

/* Type and name of a symbol, good until the next call; and where it is */
const char *name_of(unsigned int i);
unsigned long address_of(unsigned int i);

/**
 * carried() - make the kernel
 * @layout: how
 * @len: becomes its bytes
 *
 * Return: its first byte, good until the next call.
 */
unsigned char *carried(enum layout layout, size_t *len);

#endif /* TESTS_CARRIED_H */
