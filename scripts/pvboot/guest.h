/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domain's kernel in the machine's memory: found, and read by virtual address.
 */
#ifndef PVBOOT_GUEST_H
#define PVBOOT_GUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "memory.h"

struct symbols;
struct vmlinux;

/**
 * struct guest - a kernel in memory; nothing to free
 * @mem: the machine's memory
 * @vmlinux: the kernel as it was built
 * @syms: its functions
 * @root: machine address of a table that maps the kernel; set by guest_find()
 *
 * All pointers stay the caller's.
 */
struct guest {
	const struct memory *mem;
	const struct vmlinux *vmlinux;
	const struct symbols *syms;
	unsigned long root;
};

/**
 * typedef guest_fits_fn - is a kernel that was found the right one?
 * @ctx: the pointer given to guest_find()
 * @g: the kernel
 *
 * Return: true if it surely is.
 */
typedef bool (*guest_fits_fn)(void *ctx, const struct guest *g);

/**
 * guest_find() - find the kernel in memory
 * @g: the guest, filled in but for @root
 * @dom0: look for dom0's kernel; else for one that is not dom0's
 * @fits: tells the right one of several; what is left of a domain that exists no
 *	longer looks the same.  Or NULL
 * @ctx: its first argument
 *
 * A kernel is found by a page table that maps its banner to where it lies, so
 * its frames need not be in order.  Kernels that call themselves the same are
 * told apart by the whole of their constants, dom0 by what Xen told it.
 *
 * Return: false if there is none.
 */
bool guest_find(struct guest *g, bool dom0, guest_fits_fn fits, void *ctx);

/**
 * guest_maps() - does another page table map the same kernel?
 * @g: the guest
 * @root: machine address of the table
 *
 * Return: true if it maps it to where this kernel lies.
 */
bool guest_maps(const struct guest *g, unsigned long root);

/**
 * guest_maps_user() - is this a page table of user space under the same kernel?
 * @g: the guest
 * @root: machine address of the table
 *
 * Return: true if what it maps of the kernel is the vsyscall page, by a table of this
 * kernel's (arch/x86/xen/mmu_pv.c: xen_pgd_alloc()).
 */
bool guest_maps_user(const struct guest *g, unsigned long root);

/**
 * guest_read() - read by virtual address
 * @g: the guest
 * @va: virtual address
 * @buf: where the bytes go
 * @len: how many
 *
 * Return: false if not all of it is mapped.
 */
bool guest_read(const struct guest *g, unsigned long va, void *buf, size_t len);

/**
 * guest_variable() - read a variable of the kernel's
 * @g: the guest
 * @name: its symbol
 * @buf: where its bytes go
 * @len: how many
 *
 * Return: false if there is no such variable, or it is not mapped.
 */
bool guest_variable(const struct guest *g, const char *name, void *buf, size_t len);

#endif /* PVBOOT_GUEST_H */
