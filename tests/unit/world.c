// SPDX-License-Identifier: GPL-2.0-only
/*
 * Make a machine's memory.
 */
#include "world.h"

#define COUNT_BITS	3
#define SIZE_BITS	9

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

void chain_is(const struct vcpu *vcpu, const char *want)
{
	char text[1024] = "";

	for (unsigned int i = 0; i < vcpu->nframes; i++)
		strcat(strcat(text, i ? " " : ""), vcpu->frames[i]);
	assert_string_equal(text, want);
}

void make_ring(struct world *w, unsigned long head, unsigned long tail)
{
	unsigned long rb = sym(w, "printk_rb_static"), size, text;

	vmlinux_symbol(w->vmlinux, "printk_rb_static", &rb, &size);
	text = size == 88 ? 48 : 40;
	poke_sym(w, "prb", rb, 8);
	poke64(w, rb, COUNT_BITS);
	poke64(w, rb + 8, sym(w, "_printk_rb_static_descs"));
	poke64(w, rb + 16, sym(w, "_printk_rb_static_infos"));
	poke64(w, rb + 24, head);
	poke64(w, rb + 32, tail);
	poke64(w, rb + text, SIZE_BITS);
	poke64(w, rb + text + 8, LOG);
	at(w, LOG);
}

void make_entry(struct world *w, unsigned long id, unsigned long state, unsigned long begins,
		unsigned long next, const char *text, unsigned short len)
{
	unsigned long desc = sym(w, "_printk_rb_static_descs") + id % 8 * 24;
	unsigned long info, size;
	unsigned long block = begins % (1 << SIZE_BITS);

	vmlinux_symbol(w->vmlinux, "_printk_rb_static_infos", &info, &size);
	info += id % 8 * (size / 8);
	poke64(w, desc, id | state);
	poke64(w, desc + 8, begins);
	poke64(w, desc + 16, next);
	poke64(w, info, id);
	poke64(w, info + 8, id * 1000000000 + 1500);
	poke(w, info + 16, &len, 2);
	if (begins & 1)
		return;
	if (block + next - begins > 1 << SIZE_BITS && next - begins <= 1 << SIZE_BITS)
		block = 0;
	poke64(w, LOG + block, id);
	poke(w, LOG + block + 8, text, strlen(text));
}

size_t make_record(struct world *w, unsigned long index, unsigned long ns, size_t header,
		   const char *text)
{
	unsigned short sizes[4] = { 0, strlen(text), 4, 0 };

	sizes[0] = (header + strlen(text) + 4 + 3) / 4 * 4;
	poke64(w, LOG + index, ns);
	poke(w, LOG + index + 8, sizes, sizeof(sizes));
	poke(w, LOG + index + header, text, strlen(text));
	poke(w, LOG + index + header + strlen(text), "X=1", 4);
	return sizes[0];
}

void make_log(struct world *w, unsigned int size, unsigned int first, unsigned int next)
{
	poke_sym(w, "log_buf", LOG, 8);
	poke_sym(w, "log_buf_len", size, 4);
	poke_sym(w, "log_first_idx", first, 4);
	poke_sym(w, "log_next_idx", next, 4);
	at(w, LOG);
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
