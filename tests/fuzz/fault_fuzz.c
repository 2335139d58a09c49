// SPDX-License-Identifier: GPL-2.0-only
/*
 * What recognises a kernel's reports: any bytes as a log.
 */
#include "fuzz.h"

#include "../../scripts/pvboot/fault.h"

static void found(void *ctx, const struct fault *fault)
{
	unsigned int *n = ctx;

	*n += strlen(fault->title) + strlen(fault->class) + strlen(fault->what) +
	      strlen(fault->place);
	must(fault->title[0], "a fault has a title");
	must(fault->nframes <= FAULT_FRAMES && fault->ndoubtful <= FAULT_FRAMES,
	     "frames have room");
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

void fuzz_one(const unsigned char *data, size_t size)
{
	unsigned int n = 0;
	struct faults *f = faults_new(name, found, &n);
	double now = 0;

	must(f, "there is memory");
	if (size % 2)
		faults_trust(f);
	while (size) {
		char *line = next_line(&data, &size);
		bool xen = !strncmp(line, "(XEN) ", 6);

		now += strlen(line) % 7 == 6 ? 10 : 0.1;
		if (xen)
			memmove(line, line + 6, strlen(line) - 5);
		faults_line(f, xen ? FAULT_XEN : FAULT_KERNEL, line, now);
		free(line);
	}
	faults_flush(f, now);
	must(!faults_reading(f), "a flush ends what is read");
	faults_free(f);
}
