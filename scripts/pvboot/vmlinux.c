// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read a vmlinux's symbols and contents with libelf.
 */
#include "vmlinux.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kallsyms.h"

/* Where Linux is linked to */
#define KERNEL_HALF	0xffffffff80000000UL

struct vmlinux {
	int fd;
	Elf *elf;
	Elf_Data *symtab;
	size_t count;		/* symbols in it */
	size_t strings;		/* section of their names */
	struct kallsyms *kallsyms;	/* what there is in place of @symtab */
	const char *raw;
	size_t size;		/* bytes in @raw */
};

static bool find_symtab(struct vmlinux *v)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr hdr;

	while ((scn = elf_nextscn(v->elf, scn))) {
		if (!gelf_getshdr(scn, &hdr) || hdr.sh_type != SHT_SYMTAB)
			continue;
		v->symtab = elf_getdata(scn, NULL);
		if (!v->symtab)
			return false;
		v->count = v->symtab->d_size / gelf_fsize(v->elf, ELF_T_SYM, 1, EV_CURRENT);
		v->strings = hdr.sh_link;
		return true;
	}
	return false;
}

/* A kernel whose symbols were taken off has still those that it prints itself. */
static bool find_kallsyms(struct vmlinux *v)
{
	unsigned long text = -1UL, at = 0;
	GElf_Phdr hdr;
	size_t n;

	if (elf_getphdrnum(v->elf, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!gelf_getphdr(v->elf, i, &hdr) || hdr.p_type != PT_LOAD ||
		    hdr.p_vaddr < KERNEL_HALF || hdr.p_vaddr >= text)
			continue;
		text = hdr.p_vaddr;
		at = hdr.p_offset;
	}
	v->kallsyms = kallsyms_open(v->raw, v->size, text, at);
	return v->kallsyms;
}

struct vmlinux *vmlinux_open(const char *path, const char **err)
{
	struct vmlinux *v = calloc(1, sizeof(*v));

	if (!v) {
		*err = "needs more memory than there is";
		return NULL;
	}
	elf_version(EV_CURRENT);
	v->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (v->fd < 0) {
		*err = "cannot be opened";
		goto out;
	}
	v->elf = elf_begin(v->fd, ELF_C_READ_MMAP, NULL);
	if (!v->elf || elf_kind(v->elf) != ELF_K_ELF || gelf_getclass(v->elf) != ELFCLASS64) {
		*err = "is not an ELF file of 64 bits";
		goto out;
	}
	v->raw = elf_rawfile(v->elf, &v->size);
	if (!v->raw || (!find_symtab(v) && !find_kallsyms(v))) {
		*err = VMLINUX_BARE;
		goto out;
	}
	return v;
out:
	vmlinux_close(v);
	return NULL;
}

static bool kallsyms_symbol(const struct kallsyms *k, const char *name,
			    unsigned long *addr, unsigned long *size)
{
	for (size_t i = 0; i < k->count; i++) {
		if (strcmp(k->sym[i].name, name))
			continue;
		*addr = k->sym[i].addr;
		if (size)
			*size = k->sym[i].end - k->sym[i].addr;
		return true;
	}
	return false;
}

bool vmlinux_symbol(const struct vmlinux *v, const char *name,
		    unsigned long *addr, unsigned long *size)
{
	if (v->kallsyms)
		return kallsyms_symbol(v->kallsyms, name, addr, size);
	for (size_t i = 0; i < v->count; i++) {
		const char *s;
		GElf_Sym sym;

		if (!gelf_getsym(v->symtab, i, &sym) || sym.st_shndx == SHN_UNDEF)
			continue;
		s = elf_strptr(v->elf, v->strings, sym.st_name);
		if (!s || strcmp(s, name))
			continue;
		*addr = sym.st_value;
		if (size)
			*size = sym.st_size;
		return true;
	}
	return false;
}

static bool kallsyms_functions(const struct kallsyms *k, vmlinux_fn fn, void *ctx)
{
	for (size_t i = 0; i < k->count; i++) {
		const struct kallsyms_symbol *sym = &k->sym[i];

		if (strchr("tTwW", sym->type) && sym->end > sym->addr &&
		    !fn(ctx, sym->name, sym->addr, sym->end))
			return false;
	}
	return true;
}

bool vmlinux_functions(const struct vmlinux *v, vmlinux_fn fn, void *ctx)
{
	if (v->kallsyms)
		return kallsyms_functions(v->kallsyms, fn, ctx);
	for (size_t i = 0; i < v->count; i++) {
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(v->symtab, i, &sym) ||
		    GELF_ST_TYPE(sym.st_info) != STT_FUNC || !sym.st_size)
			continue;
		name = elf_strptr(v->elf, v->strings, sym.st_name);
		if (name && !fn(ctx, name, sym.st_value, sym.st_value + sym.st_size))
			return false;
	}
	return true;
}

bool vmlinux_has_symtab(const struct vmlinux *v)
{
	return v->symtab;
}

const void *vmlinux_bytes(const struct vmlinux *v, unsigned long addr, size_t len)
{
	size_t n;

	if (elf_getphdrnum(v->elf, &n))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		unsigned long from;
		GElf_Phdr hdr;

		/* The per-CPU area of older kernels is linked at 0. */
		if (!gelf_getphdr(v->elf, i, &hdr) || hdr.p_type != PT_LOAD || !hdr.p_vaddr)
			continue;
		from = addr - hdr.p_vaddr;
		if (addr < hdr.p_vaddr || from >= hdr.p_filesz || len > hdr.p_filesz - from)
			continue;
		if (hdr.p_offset > v->size || from > v->size - hdr.p_offset ||
		    len > v->size - hdr.p_offset - from)
			return NULL;
		return v->raw + hdr.p_offset + from;
	}
	return NULL;
}

void vmlinux_close(struct vmlinux *v)
{
	if (!v)
		return;
	kallsyms_close(v->kallsyms);
	elf_end(v->elf);
	if (v->fd >= 0)
		close(v->fd);
	free(v);
}
