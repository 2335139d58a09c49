// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a dead machine's memory and processors hold: a kernel that is found, its log
 * buffer, and where its vCPUs are.  The input is a list of words to put into memory,
 * and what QEMU prints of the processors.
 */
#include "fuzz.h"

#include "../unit/world.h"

#define STACK		0xffffc90000200000UL
#define XEN_TOP		0xffff830000010000UL
#define AREA		0xffff888000100000UL
#define WORDS_MAX	64
#define LINES_MAX	131072

/* Of the input, for each word: where, how far from there, and the word */
#define WORD_BYTES	11
#define END		0xff

static const char * const versions[] = { "3.9", "5.10", "7.3" };

static const char * const variables[] = {
	"prb", "printk_rb_static", "_printk_rb_static_descs", "_printk_rb_static_infos",
	"log_buf", "log_buf_len", "log_first_idx", "log_next_idx", "__per_cpu_offset",
	"xen_start_info", "linux_banner",
};

struct undo {
	unsigned long addr, old;
};

static void make(struct world *w, const char *version)
{
	unsigned long index = 0;

	begin(w, version);
	if (*version == '3') {
		for (int i = 0; i < 3; i++)
			index += make_record(w, index, i * 1000, 16, "a line");
		make_log(w, PAGE_BYTES, 0, index);
	} else {
		make_ring(w, 6, 4);
		make_entry(w, 4, FINALIZED, 0, 32, "two\nlines", 9);
		make_entry(w, 5, COMMITTED, 32, 64, "a\tb\x1b[31m", 8);
		make_entry(w, 6, FINALIZED, 64, 96, "last", 4);
	}
	poke_sym(w, "__per_cpu_offset", AREA, 8);
	for (unsigned int i = 0; i < 3; i++) {
		poke64(w, STACK + 64 * i, STACK + 64 * (i + 1));
		poke64(w, STACK + 64 * i + 8, sym(w, "kernel_init") + 32);
	}
	/* what Xen saves of a guest that calls it: rbp, rip, cs, rsp, ss */
	poke64(w, XEN_TOP - 200, STACK);
	poke64(w, XEN_TOP - 104, sym(w, "xen_hypercall") + 8);
	poke64(w, XEN_TOP - 96, 0xe033);
	poke64(w, XEN_TOP - 80, STACK - 64);
	poke64(w, XEN_TOP - 72, 0xe02b);
	/* an exception of which there are registers */
	poke64(w, STACK + 128, (STACK + 256) | 1);
	poke64(w, STACK + 256 + 32, STACK + 512);
	poke64(w, STACK + 256 + 128, sym(w, "do_one_initcall") + 20);
	poke64(w, STACK + 520, sym(w, "do_idle") + 20);
	at(w, STACK - 64);
	/* more of it than is written to yet */
	at(w, STACK + PAGE_BYTES);
	at(w, LOG + PAGE_BYTES);
	w->g.root = w->root;
}

/* Where a word goes.  Return: false if there is no such place. */
static bool place(struct world *w, unsigned int where, unsigned int off, unsigned long *addr)
{
	unsigned long va;

	if (where < ARRAY_SIZE(variables)) {
		if (!vmlinux_symbol(w->vmlinux, variables[where], &va, NULL))
			return false;
		va += off % 1024;
	} else if (where == ARRAY_SIZE(variables)) {
		va = LOG + off % (2 * PAGE_BYTES);
	} else if (where == ARRAY_SIZE(variables) + 1) {
		va = STACK + off % (2 * PAGE_BYTES);
	} else {
		/* any frame, of tables too */
		*addr = (off % (w->used + 1) * 1021 % FRAMES) * PAGE_BYTES + where * 16;
		return true;
	}
	return memory_walk(&w->mem, w->root, va & ~7UL, addr);
}

static void hear(void *ctx, const char *line)
{
	unsigned int *lines = ctx;

	must(is_clean(line) && strlen(line) <= PRINTK_LINE_MAX, "a line is clean and has an end");
	must(++*lines <= LINES_MAX, "a buffer has an end");
}

static bool holds_last(void *ctx, const struct guest *g)
{
	(void)ctx;
	return printk_holds(g, "[    0.000002] a line");
}

static void look(struct guest *g, const char *registers)
{
	static struct vcpus v;
	unsigned int lines = 0;

	if (!guest_find(g, true, holds_last, NULL))
		return;
	printk_unheard(g, "[    4.000001] lines", hear, &lines);
	vcpus_init(&v, g);
	must(v.count >= 1 && v.count <= VCPUS_MAX, "there is a vCPU");
	must(vcpus_look(&v, g, registers) <= v.count, "no more are seen than there are");
	for (unsigned int i = 0; i < v.count; i++)
		must(v.vcpu[i].nframes <= VCPU_FRAMES, "a stack has an end");
	vcpus_suspect(&v);
}

void fuzz_one(const unsigned char *data, size_t size)
{
	static struct world worlds[ARRAY_SIZE(versions)];
	struct undo undo[WORDS_MAX];
	unsigned int n = 0;
	struct world *w;
	char *registers;

	if (!worlds[0].used)
		for (size_t i = 0; i < ARRAY_SIZE(versions); i++)
			make(&worlds[i], versions[i]);
	if (!size)
		return;
	w = &worlds[data[0] % ARRAY_SIZE(versions)];
	for (data++, size--; size && *data != END && n < WORDS_MAX; n++) {
		unsigned long word;

		if (size < WORD_BYTES)
			break;
		memcpy(&word, data + 3, 8);
		if (!place(w, data[0], data[1] | data[2] << 8, &undo[n].addr) ||
		    !memory_read(&w->mem, undo[n].addr, &undo[n].old, 8))
			break;
		put(w, undo[n].addr, &word, 8);
		data += WORD_BYTES;
		size -= WORD_BYTES;
	}
	registers = strndup((const char *)data, size);
	must(registers, "there is memory");
	look(&w->g, registers);
	free(registers);
	while (n--)
		put(w, undo[n].addr, &undo[n].old, 8);
}
