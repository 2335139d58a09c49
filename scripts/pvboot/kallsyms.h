/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The symbols that a kernel carries with it, for one whose vmlinux has lost its own.
 */
#ifndef PVBOOT_KALLSYMS_H
#define PVBOOT_KALLSYMS_H

#include <stddef.h>

/**
 * struct kallsyms_symbol - one of them
 * @addr: its address
 * @end: the next one's, or @addr for the last
 * @type: as nm has it
 * @name: its name
 */
struct kallsyms_symbol {
	unsigned long addr;
	unsigned long end;
	char type;
	char *name;
};

/**
 * struct kallsyms - all of them
 * @sym: in order of their addresses
 * @count: how many
 */
struct kallsyms {
	struct kallsyms_symbol *sym;
	size_t count;
};

/**
 * kallsyms_open() - read the tables that scripts/kallsyms.c put into a kernel
 * @raw: the kernel as a file, or the part of it that is loaded
 * @size: its bytes
 * @text: where its text begins in memory...
 * @at: ...and in the file, with the constants after it
 *
 * Kernels since 4.20 have tables that are understood.
 *
 * Return: the symbols, to be given to kallsyms_close(), or NULL if there are none.
 */
struct kallsyms *kallsyms_open(const void *raw, size_t size, unsigned long text,
			       size_t at);

/**
 * kallsyms_close() - free them
 * @k: the symbols, or NULL
 */
void kallsyms_close(struct kallsyms *k);

#endif /* PVBOOT_KALLSYMS_H */
