// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer on what recognises a kernel's reports: any bytes as a log.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../scripts/pvboot/compiler.h"
#include "../../scripts/pvboot/fault.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void found(void *ctx, const struct fault *fault)
{
	unsigned int *n = ctx;

	*n += strlen(fault->title) + strlen(fault->class) + strlen(fault->what) +
	      strlen(fault->place);
	if (!fault->title[0] || fault->nframes > FAULT_FRAMES ||
	    fault->ndoubtful > FAULT_FRAMES)
		abort();
	for (unsigned int i = 0; i < fault->nframes; i++)
		*n += strlen(fault->frames[i]);
	for (unsigned int i = 0; i < fault->ndoubtful; i++)
		*n += strlen(fault->doubtful[i]);
}

static const char *name(void *ctx, unsigned long addr)
{
	static const char * const names[] = {
		NULL, "xen_write_cr3", "panic.cold", "", "0", "a#b", "do_syscall_64",
	};

	(void)ctx;
	return names[addr % ARRAY_SIZE(names)];
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	unsigned int n = 0;
	struct faults *f = faults_new(name, found, &n);
	double now = 0;
	char *line;

	if (!f)
		abort();
	while (size) {
		const unsigned char *end = memchr(data, '\n', size);
		size_t len = end ? (size_t)(end - data) : size;
		enum fault_source src = FAULT_KERNEL;

		/* of its own size, so that one byte too far is seen */
		line = malloc(len + 1);
		if (!line)
			abort();
		memcpy(line, data, len);
		line[len] = '\0';
		data += len + !!end;
		size -= len + !!end;
		now += len % 7 == 6 ? 10 : 0.1;
		if (!strncmp(line, "(XEN) ", 6)) {
			src = FAULT_XEN;
			memmove(line, line + 6, len - 5);
		}
		faults_line(f, src, line, now);
		free(line);
	}
	faults_flush(f, now);
	if (faults_reading(f))
		abort();
	faults_free(f);
	return 0;
}
