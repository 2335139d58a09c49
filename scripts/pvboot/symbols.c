// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read a vmlinux's function symbols with libelf.
 */
#include "symbols.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct symbol {
	unsigned long start;
	unsigned long end;
	char *name;
};

struct symbols {
	struct symbol *sym;
	size_t count;
};

static int by_start(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static bool add_section(struct symbols *syms, Elf *elf, Elf_Scn *scn,
			const GElf_Shdr *hdr)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t each = gelf_fsize(elf, ELF_T_SYM, 1, EV_CURRENT);
	/* what the file holds, whatever its header says */
	size_t total = data && each ? data->d_size / each : 0;
	struct symbol *grown;

	grown = realloc(syms->sym, (syms->count + total + 1) * sizeof(*grown));
	if (!grown)
		return false;
	syms->sym = grown;

	for (size_t i = 0; i < total; i++) {
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(data, i, &sym) ||
		    GELF_ST_TYPE(sym.st_info) != STT_FUNC || !sym.st_size)
			continue;
		name = elf_strptr(elf, hdr->sh_link, sym.st_name);
		if (!name)
			continue;
		grown[syms->count].start = sym.st_value;
		grown[syms->count].end = sym.st_value + sym.st_size;
		grown[syms->count].name = strdup(name);
		if (!grown[syms->count].name)
			return false;
		syms->count++;
	}
	return true;
}

static bool read_elf(struct symbols *syms, Elf *elf)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr hdr;

	while ((scn = elf_nextscn(elf, scn))) {
		if (!gelf_getshdr(scn, &hdr) || hdr.sh_type != SHT_SYMTAB)
			continue;
		/* There is one, or the file is broken. */
		return add_section(syms, elf, scn, &hdr);
	}
	return true;
}

struct symbols *symbols_open(const char *path, const char **err)
{
	struct symbols *syms = NULL;
	Elf *elf = NULL;
	int fd;

	elf_version(EV_CURRENT);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		*err = "cannot be opened";
		return NULL;
	}
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF) {
		*err = "is not an ELF file";
		goto out;
	}
	syms = calloc(1, sizeof(*syms));
	if (!syms || !read_elf(syms, elf)) {
		*err = "needs more memory than there is";
		symbols_close(syms);
		syms = NULL;
		goto out;
	}
	if (!syms->count) {
		*err = "has no function symbols";
		symbols_close(syms);
		syms = NULL;
		goto out;
	}
	qsort(syms->sym, syms->count, sizeof(*syms->sym), by_start);
out:
	elf_end(elf);
	close(fd);
	return syms;
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
