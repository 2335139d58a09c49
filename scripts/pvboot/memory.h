/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine's memory from outside.  QEMU has it in a file without a name,
 * which pvboot made and holds open, too: it can be read at any time, also when
 * QEMU is no more, and is gone with the last of the two.
 *
 * Under Xen a PV domain's page tables hold machine addresses, so they can be
 * walked here as they are.
 */
#ifndef PVBOOT_MEMORY_H
#define PVBOOT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#define PAGE_BYTES	4096UL
#define ENTRY_ADDR	0x000ffffffffff000UL	/* the address in an entry of a table */

/**
 * struct memory - a machine's memory
 * @fd: the file that holds it
 * @size: its bytes
 * @low: how many of them lie below the hole for devices; what is above begins at
 *	4 GiB
 */
struct memory {
	int fd;
	unsigned long size;
	unsigned long low;
};

/**
 * memory_create() - make the file
 * @m: the memory, owned by the caller
 * @size: bytes
 * @low: how many of them lie below the hole at most; 0: as QEMU has it
 *
 * Return: false with errno set.
 */
bool memory_create(struct memory *m, unsigned long size, unsigned long low);

/**
 * memory_read() - read by machine address
 * @m: the memory
 * @addr: machine address
 * @buf: where the bytes go
 * @len: how many
 *
 * Return: false if not all of it is memory.
 */
bool memory_read(const struct memory *m, unsigned long addr, void *buf, size_t len);

/**
 * memory_walk() - translate by page tables
 * @m: the memory
 * @root: machine address of the table of the highest level, as in cr3
 * @va: virtual address
 * @addr: where to put the machine address
 *
 * Return: false if nothing is mapped there.
 */
bool memory_walk(const struct memory *m, unsigned long root, unsigned long va,
		 unsigned long *addr);

/**
 * memory_read_virtual() - read by virtual address
 * @m: the memory
 * @root: as for memory_walk()
 * @va: virtual address
 * @buf: where the bytes go
 * @len: how many
 *
 * Return: false if not all of it is mapped.
 */
bool memory_read_virtual(const struct memory *m, unsigned long root, unsigned long va,
			 void *buf, size_t len);

/**
 * typedef memory_frame_fn - is called for a page of memory
 * @ctx: the pointer given to memory_scan()
 * @addr: machine address
 * @page: PAGE_BYTES bytes, valid during the call only
 *
 * Return: true to end the scan.
 */
typedef bool (*memory_frame_fn)(void *ctx, unsigned long addr, const unsigned char *page);

/**
 * memory_scan() - look at all pages that have ever been written to
 * @m: the memory
 * @fn: is called for each
 * @ctx: its first argument
 *
 * Return: true if @fn ended it.
 */
bool memory_scan(const struct memory *m, memory_frame_fn fn, void *ctx);

/**
 * memory_close() - let go of the file
 * @m: the memory
 */
void memory_close(struct memory *m);

#endif /* PVBOOT_MEMORY_H */
