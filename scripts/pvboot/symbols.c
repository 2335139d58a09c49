// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vmlinux's functions, in order of their addresses.
 */
#include "symbols.h"

#include <stdlib.h>
#include <string.h>

#include "vmlinux.h"

struct symbol {
	unsigned long start;
	unsigned long end;
	char *name;
};

struct symbols {
	struct symbol *sym;
	size_t count, room;
	bool symtab;	/* that is where they are from */
};

static int by_start(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static bool add(void *ctx, const char *name, unsigned long start, unsigned long end)
{
	struct symbols *syms = ctx;

	if (syms->count == syms->room) {
		size_t room = syms->room ? 2 * syms->room : 1024;
		struct symbol *grown = realloc(syms->sym, room * sizeof(*grown));

		if (!grown)
			return false;
		syms->sym = grown;
		syms->room = room;
	}
	syms->sym[syms->count] = (struct symbol){ start, end, strdup(name) };
	return syms->sym[syms->count++].name;
}

struct symbols *symbols_open(const char *path, const char **err)
{
	struct vmlinux *v = vmlinux_open(path, err);
	struct symbols *syms;

	if (!v)
		return NULL;
	syms = calloc(1, sizeof(*syms));
	if (!syms || !vmlinux_functions(v, add, syms)) {
		*err = "needs more memory than there is";
		goto out;
	}
	if (!syms->count) {
		*err = VMLINUX_BARE;
		goto out;
	}
	syms->symtab = vmlinux_has_symtab(v);
	qsort(syms->sym, syms->count, sizeof(*syms->sym), by_start);
	vmlinux_close(v);
	return syms;
out:
	symbols_close(syms);
	vmlinux_close(v);
	return NULL;
}

const char *symbols_source(const struct symbols *syms)
{
	return !syms ? NULL : syms->symtab ? "vmlinux" : "kallsyms";
}

const char *symbols_name(const struct symbols *syms, unsigned long addr,
			 unsigned long *off)
{
	size_t lo = 0, hi = syms ? syms->count : 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct symbol *sym = &syms->sym[mid];

		if (addr < sym->start) {
			hi = mid;
		} else if (addr >= sym->end) {
			lo = mid + 1;
		} else {
			*off = addr - sym->start;
			return sym->name;
		}
	}
	return NULL;
}

bool symbols_have(const struct symbols *syms, const char *name)
{
	for (size_t i = 0; i < syms->count; i++) {
		if (!strcmp(syms->sym[i].name, name))
			return true;
	}
	return false;
}

void symbols_close(struct symbols *syms)
{
	if (!syms)
		return;
	for (size_t i = 0; i < syms->count; i++)
		free(syms->sym[i].name);
	free(syms->sym);
	free(syms);
}
