/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vmlinux as data: where its variables are, and what its memory holds at first.
 */
#ifndef PVBOOT_VMLINUX_H
#define PVBOOT_VMLINUX_H

#include <stdbool.h>
#include <stddef.h>

struct vmlinux;

/* What is wrong with a file that is an ELF file and no more */
#define VMLINUX_BARE	"has no symbols"

/**
 * vmlinux_open() - map a vmlinux
 * @path: the ELF file, with its symbol table or with what kallsyms put into it
 * @err: where to point at what went wrong, a static string
 *
 * Return: the file, to be given to vmlinux_close(), or NULL with @err set.
 */
struct vmlinux *vmlinux_open(const char *path, const char **err);

/**
 * vmlinux_symbol() - find a symbol of any kind
 * @v: the file
 * @name: the whole name
 * @addr: where to put its address
 * @size: where to put its size in bytes, or NULL
 *
 * Return: false if there is none of this name.
 */
bool vmlinux_symbol(const struct vmlinux *v, const char *name,
		    unsigned long *addr, unsigned long *size);

/**
 * vmlinux_bytes() - what the kernel's memory holds when it is loaded
 * @v: the file
 * @addr: virtual address
 * @len: how many bytes are wanted
 *
 * Return: @len bytes in the file, or NULL if it does not hold them all.
 */
const void *vmlinux_bytes(const struct vmlinux *v, unsigned long addr, size_t len);

/**
 * typedef vmlinux_fn - receives a function
 * @ctx: what the caller of vmlinux_functions() gave
 * @name: its name
 * @start: its first byte...
 * @end: ...and what follows its last one
 *
 * Return: false to end it.
 */
typedef bool (*vmlinux_fn)(void *ctx, const char *name, unsigned long start,
			   unsigned long end);

/**
 * vmlinux_functions() - give out all functions
 * @v: the file
 * @fn: receives them...
 * @ctx: ...with its first argument
 *
 * Return: false if @fn ended it.
 */
bool vmlinux_functions(const struct vmlinux *v, vmlinux_fn fn, void *ctx);

/**
 * vmlinux_has_symtab() - where its symbols are from
 * @v: the file
 *
 * Return: true: a symbol table; false: what the kernel carries for itself.
 */
bool vmlinux_has_symtab(const struct vmlinux *v);

/**
 * vmlinux_close() - unmap it
 * @v: the file, or NULL
 */
void vmlinux_close(struct vmlinux *v);

#endif /* PVBOOT_VMLINUX_H */
