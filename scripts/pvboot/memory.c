// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read the machine's memory and walk page tables in it.
 *
 * By pread() and not by mmap(): a read of what was never written would else
 * make pages of it.
 */
#include "memory.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* QEMU's "pc": up to here all memory is low, with more of it only 3 GiB. */
#define ALL_LOW		0xe0000000UL
#define LOW_OF_MORE	0xc0000000UL
#define HIGH		0x100000000UL

#define CHUNK		0x100000UL

#define ENTRY_PRESENT	1UL
#define ENTRY_LARGE	0x80UL
#define LEVELS		4

bool memory_create(struct memory *m, unsigned long size, unsigned long low)
{
	m->size = size;
	if (low)
		m->low = size > low ? low : size;
	else
		m->low = size > ALL_LOW ? LOW_OF_MORE : size;
	m->fd = memfd_create("machine", MFD_CLOEXEC);
	if (m->fd < 0)
		return false;
	if (!ftruncate(m->fd, size))
		return true;
	memory_close(m);
	return false;
}

/* Where in the file @addr is, and how many bytes follow it there; 0: none. */
static unsigned long in_file(const struct memory *m, unsigned long addr, unsigned long *at)
{
	if (addr < m->low) {
		*at = addr;
		return m->low - addr;
	}
	if (addr < HIGH || addr - HIGH >= m->size - m->low)
		return 0;
	*at = m->low + (addr - HIGH);
	return m->size - *at;
}

bool memory_read(const struct memory *m, unsigned long addr, void *buf, size_t len)
{
	unsigned long at = 0;

	return in_file(m, addr, &at) >= len && pread(m->fd, buf, len, at) == (ssize_t)len;
}

bool memory_walk(const struct memory *m, unsigned long root, unsigned long va,
		 unsigned long *addr)
{
	unsigned long table = root & ENTRY_ADDR;

	for (int level = LEVELS - 1; level >= 0; level--) {
		unsigned int shift = 12 + 9 * level;
		unsigned long mask = (1UL << shift) - 1;
		unsigned long entry;

		if (!memory_read(m, table + (va >> shift) % 512 * 8, &entry, 8) ||
		    !(entry & ENTRY_PRESENT))
			return false;
		if (!level || (level < LEVELS - 1 && entry & ENTRY_LARGE)) {
			*addr = (entry & ENTRY_ADDR & ~mask) | (va & mask);
			return true;
		}
		table = entry & ENTRY_ADDR;
	}
	return false;
}

bool memory_read_virtual(const struct memory *m, unsigned long root, unsigned long va,
			 void *buf, size_t len)
{
	unsigned char *to = buf;

	while (len) {
		size_t n = PAGE_BYTES - va % PAGE_BYTES;
		unsigned long addr;

		if (n > len)
			n = len;
		if (!memory_walk(m, root, va, &addr) || !memory_read(m, addr, to, n))
			return false;
		to += n;
		va += n;
		len -= n;
	}
	return true;
}

static bool scan_chunk(const struct memory *m, unsigned char *buf, unsigned long at, size_t len,
		       memory_frame_fn fn, void *ctx)
{
	ssize_t got = pread(m->fd, buf, len, at);

	for (size_t i = 0; got > 0 && (size_t)got - i >= PAGE_BYTES; i += PAGE_BYTES) {
		unsigned long addr = at + i;

		if (addr >= m->low)
			addr = addr - m->low + HIGH;
		if (fn(ctx, addr, buf + i))
			return true;
	}
	return false;
}

bool memory_scan(const struct memory *m, memory_frame_fn fn, void *ctx)
{
	unsigned char *buf = malloc(CHUNK);
	bool found = false;
	off_t at = 0;

	/* What was never written is a hole in the file. */
	while (buf && !found && (at = lseek(m->fd, at, SEEK_DATA)) >= 0) {
		off_t end = lseek(m->fd, at, SEEK_HOLE);

		while (!found && at < end) {
			size_t len = (size_t)(end - at) < CHUNK ? (size_t)(end - at) : CHUNK;

			found = scan_chunk(m, buf, at, len, fn, ctx);
			at += len;
		}
	}
	free(buf);
	return found;
}

void memory_close(struct memory *m)
{
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
}
