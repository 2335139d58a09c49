// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look at the files that are to be booted, and at the host's memory.
 */
#include "inputs.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"
#include "util.h"

/* What Xen needs of the machine's memory for itself, in MiB */
#define XEN_MEMORY	128
/* What QEMU itself needs beside the machine's memory, in MiB. */
#define QEMU_OVERHEAD	192

static void check_readable(const char *path, const char *what)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode) || access(path, R_OK))
		die("%s: no %s that can be read", path, what);
	if (!st.st_size)
		die("%s: the %s is empty", path, what);
}

/* Documentation/x86/boot.rst: "HdrS" at 0x202 */
static void check_bzimage(const char *path)
{
	char magic[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, magic, 4, 0x202) != 4 ||
	    memcmp(magic, "HdrS", 4))
		die("%s is not a bzImage", path);
	close(fd);
}

/* QEMU's multiboot loader takes a 32-bit ELF file only. */
void inputs_check_xen(const struct options *opt)
{
	unsigned char ident[5] = "";
	int fd;

	check_readable(opt->xen, "hypervisor");
	fd = open(opt->xen, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, ident, 5) != 5 || memcmp(ident, "\177ELF\1", 5))
		die("%s is not an unpacked Xen (zcat xen-*.gz > it)", opt->xen);
	close(fd);
}

static void check_memory(const struct options *opt)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long kib;
	char line[128];

	if (opt->dom0_memory + XEN_MEMORY > opt->memory)
		die("dom0's %u MiB do not fit into a machine of %u MiB; Xen needs %u for itself",
		    opt->dom0_memory, opt->memory, XEN_MEMORY);
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "MemAvailable: %lu", &kib) == 1 &&
		    kib / 1024 < opt->memory + QEMU_OVERHEAD)
			die("%lu MiB of memory are free and %u needed; try less than MEMORY=%u",
			    kib / 1024, opt->memory + QEMU_OVERHEAD,
			    opt->memory);
	}
	if (f)
		fclose(f);
}

void inputs_check(const struct options *opt)
{
	inputs_check_xen(opt);
	check_readable(opt->kernel, "kernel");
	check_readable(opt->initrd, "root");
	for (unsigned int i = 0; opt->disks[i]; i++)
		check_readable(opt->disks[i], "disk");
	check_bzimage(opt->kernel);
	check_memory(opt);
}
