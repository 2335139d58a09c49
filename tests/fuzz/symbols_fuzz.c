// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vmlinux: any bytes as an ELF file, for both that read one.
 */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "../../scripts/pvboot/symbols.h"
#include "../../scripts/pvboot/vmlinux.h"

static void look_up(const char *path, unsigned long *at)
{
	const char *err = NULL, *name;
	struct symbols *s = symbols_open(path, &err);
	unsigned long off;

	must(!s == !!err, "what fails has its reason");
	if (!s)
		return;
	for (unsigned int i = 0; i < 8; i++) {
		name = symbols_name(s, at[i], &off);
		must(!name || symbols_have(s, name), "a name that is told is there");
		must(!name || off <= at[i] || at[i] - off > at[i], "it begins before");
	}
	symbols_close(s);
}

static void read_bytes(const char *path, const unsigned long *at)
{
	static const char * const names[] = { "linux_banner", "panic", "", "prb" };
	unsigned long addr = 0, size = 0, sum = 0;
	const char *err = NULL;
	struct vmlinux *v = vmlinux_open(path, &err);

	must(!v == !!err, "what fails has its reason");
	for (unsigned int i = 0; v && i < 8; i++) {
		const unsigned char *bytes;
		size_t len = at[(i + 1) % 8] % 5000;

		if (vmlinux_symbol(v, names[i % 4], &addr, i % 2 ? &size : NULL) && i % 2)
			bytes = vmlinux_bytes(v, addr, len);
		else
			bytes = vmlinux_bytes(v, at[i], len);
		for (size_t j = 0; bytes && j < len; j++)
			sum += bytes[j];
	}
	must(sum <= 8UL * 5000 * 255, "all bytes are there");
	vmlinux_close(v);
}

void fuzz_one(const unsigned char *data, size_t size)
{
	unsigned long at[8] = { 0, ~0UL, 0xffffffff81000000UL, 0xffffffff81100000UL };
	static char path[32];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("vmlinux", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	must(!ftruncate(fd, 0) && pwrite(fd, data, size, 0) == (ssize_t)size, "there is room");
	/* some addresses of its own */
	for (unsigned int i = 4; i < 8 && size >= 8; i++)
		memcpy(&at[i], data + (size - 8) / (i - 2), 8);
	look_up(path, at);
	read_bytes(path, at);
}
