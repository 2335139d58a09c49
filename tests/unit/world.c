// SPDX-License-Identifier: GPL-2.0-only
/*
 * Make a machine's memory.
 */
#include "world.h"

void put(struct world *w, unsigned long addr, const void *buf, size_t len)
{
	assert_int_equal(pwrite(w->mem.fd, buf, len, addr), len);
}

/* Frames in no order, each once. */
static unsigned long frame(struct world *w)
{
	assert_true(++w->used < FRAMES);
	return w->used * 1021 % FRAMES * PAGE_BYTES;
}

unsigned long new_root(struct world *w)
{
	w->root = frame(w);
	return w->root;
}

unsigned long at(struct world *w, unsigned long va)
{
	unsigned long table = w->root;

	for (int level = 3; level >= 0; level--) {
		unsigned long where = table + (va >> (12 + 9 * level)) % 512 * 8;
		unsigned long entry = 0;

		assert_true(memory_read(&w->mem, where, &entry, 8));
		if (!(entry & 1)) {
			entry = frame(w) | 0x67;
			put(w, where, &entry, 8);
		}
		table = entry & ~0xfffUL;
	}
	return table + va % PAGE_BYTES;
}

void poke(struct world *w, unsigned long va, const void *buf, size_t len)
{
	const char *from = buf;

	while (len) {
		size_t n = PAGE_BYTES - va % PAGE_BYTES;

		if (n > len)
			n = len;
		put(w, at(w, va), from, n);
		from += n;
		va += n;
		len -= n;
	}
}

void poke64(struct world *w, unsigned long va, unsigned long val)
{
	poke(w, va, &val, sizeof(val));
}

unsigned long sym(struct world *w, const char *name)
{
	unsigned long addr;

	assert_true(vmlinux_symbol(w->vmlinux, name, &addr, NULL));
	return addr;
}

void poke_sym(struct world *w, const char *name, unsigned long val, size_t len)
{
	poke(w, sym(w, name), &val, len);
}

/* Load the kernel into frames of its own; its start info says whose it is. */
void load(struct world *w, bool dom0)
{
	static const unsigned long ends[][2] = {
		{ 0xffffffff81000000UL, 0xffffffff81001000UL },
		{ 0xffffffff81100000UL, 0xffffffff81109000UL },
		{ 0xffffffff81200000UL, 0xffffffff81201000UL },
	};
	unsigned char start[64] = "xen-3.0-x86_64";

	new_root(w);
	for (unsigned int i = 0; i < 3; i++) {
		for (unsigned long va = ends[i][0]; va < ends[i][1]; va += 16) {
			const void *bytes = vmlinux_bytes(w->vmlinux, va, 16);

			if (bytes)
				poke(w, va, bytes, 16);
		}
	}
	start[48] = dom0 ? 3 : 0;
	poke(w, 0xffffffff81230000UL, start, sizeof(start));
	poke_sym(w, "xen_start_info", 0xffffffff81230000UL, 8);
}

void begin(struct world *w, const char *version)
{
	char path[] = "/tmp/kernelXXXXXX", command[256];
	const char *err;

	memset(w, 0, sizeof(*w));
	close(mkstemp(path));
	snprintf(command, sizeof(command), "tests/unit/kernel %s %s", version, path);
	assert_int_equal(system(command), 0);
	w->vmlinux = vmlinux_open(path, &err);
	w->syms = symbols_open(path, &err);
	unlink(path);
	assert_non_null(w->vmlinux);
	assert_non_null(w->syms);
	assert_true(memory_create(&w->mem, MACHINE, 0));
	w->g.mem = &w->mem;
	w->g.vmlinux = w->vmlinux;
	w->g.syms = w->syms;
	load(w, true);
	w->g.root = w->root;
}

void end(struct world *w)
{
	memory_close(&w->mem);
	symbols_close(w->syms);
	vmlinux_close(w->vmlinux);
}
