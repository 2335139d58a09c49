/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names for addresses, from a vmlinux.
 */
#ifndef PVBOOT_SYMBOLS_H
#define PVBOOT_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>

struct symbols;

/**
 * symbols_open() - read the functions of a vmlinux
 * @path: as for vmlinux_open()
 * @err: where to point at what went wrong, a static string
 *
 * Return: the table, to be given to symbols_close(), or NULL with @err set.
 */
struct symbols *symbols_open(const char *path, const char **err);

/**
 * symbols_source() - where the names are from
 * @syms: the table, or NULL
 *
 * Return: "vmlinux", its symbol table; "kallsyms", what the kernel carries for
 * itself; NULL if there are none.
 */
const char *symbols_source(const struct symbols *syms);

/**
 * symbols_name() - the function that holds an address
 * @syms: the table; NULL knows no address
 * @addr: virtual address in the kernel; a PV kernel runs where it was linked
 * @off: where to put the distance from the function's start in bytes
 *
 * Return: the name, owned by the table, or NULL.
 */
const char *symbols_name(const struct symbols *syms, unsigned long addr,
			 unsigned long *off);

/**
 * symbols_have() - is there a function of this name?
 * @syms: the table
 * @name: the whole name
 *
 * Return: true if there is.
 */
bool symbols_have(const struct symbols *syms, const char *name);

/**
 * symbols_close() - free a table
 * @syms: the table, or NULL
 */
void symbols_close(struct symbols *syms);

#endif /* PVBOOT_SYMBOLS_H */
