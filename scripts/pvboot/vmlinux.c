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

struct vmlinux {
	int fd;
	Elf *elf;
	Elf_Data *symtab;
	size_t count;		/* symbols in it */
	size_t strings;		/* section of their names */
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
		*err = "is not a 64-bit ELF file";
		goto out;
	}
	v->raw = elf_rawfile(v->elf, &v->size);
	if (!v->raw || !find_symtab(v)) {
		*err = "has no symbols";
		goto out;
	}
	return v;
out:
	vmlinux_close(v);
	return NULL;
}

bool vmlinux_symbol(const struct vmlinux *v, const char *name,
		    unsigned long *addr, unsigned long *size)
{
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
	elf_end(v->elf);
	if (v->fd >= 0)
		close(v->fd);
	free(v);
}
