// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of milestones, and the table of signs.
 */
#include "signs.h"

#include "compiler.h"
#include "util.h"

static const struct {
	const char *name;
	double limit;
} milestones[MS_COUNT] = {
	[MS_HYPERVISOR]	= { "hypervisor up", 30 },
	[MS_KERNEL]	= { "kernel entered", 30 },
	[MS_MEMORY]	= { "memory mapped", 30 },
	[MS_USER]	= { "user space", 90 },
	[MS_TESTS]	= { "tests done", 120 },
	[MS_POWEROFF]	= { "power off", 30 },
};

/* The first row that fits counts. */
static const struct sign signs[] = {
	{ ORIGIN_XEN, "*** Serial input to DOM0", SIGN_MILESTONE, MS_HYPERVISOR },
	{ ORIGIN_XEN, "Preparing system for ACPI S3", .means = SIGN_SUSPENDED },
	{ ORIGIN_XEN, "Preparing system for ACPI S5", .means = SIGN_OFF },
	{ ORIGIN_XEN, "Hardware Dom0 halted", .means = SIGN_HALTED },
	{ ORIGIN_XEN, "Hardware Dom0 ", .means = SIGN_ENDED },
	{ ORIGIN_XEN, "Panic on CPU", .means = SIGN_PANIC },

	/* xen_raw_console_write() in the kernel's first page table code */
	{ ORIGIN_KERNEL, "mapping kernel into physical memory", SIGN_MILESTONE, MS_KERNEL },
	{ ORIGIN_KERNEL, "Linux version ", SIGN_MILESTONE, MS_KERNEL },
	/* all printed by setup_arch() after init_mem_mapping(), or later */
	{ ORIGIN_KERNEL, "RAMDISK: [mem ", SIGN_MILESTONE, MS_MEMORY },
	{ ORIGIN_KERNEL, "Zone ranges:", SIGN_MILESTONE, MS_MEMORY },
	{ ORIGIN_KERNEL, "Kernel command line: ", SIGN_MILESTONE, MS_MEMORY },

	/* scripts/guests/init.c */
	{ ORIGIN_INIT, "user space", SIGN_MILESTONE, MS_USER },
	{ ORIGIN_INIT, "overflow ", .means = SIGN_OVERFLOW },
	{ ORIGIN_INIT, "exit ", .means = SIGN_TEST_END },
	{ ORIGIN_INIT, "signal ", .means = SIGN_TEST_END },
	{ ORIGIN_INIT, "done", SIGN_MILESTONE, MS_TESTS },

	/* scripts/guests/domus.c */
	{ ORIGIN_INIT, "create ", .means = SIGN_CREATE },
	{ ORIGIN_INIT, "refused ", .means = SIGN_REFUSED },
	{ ORIGIN_INIT, "limit ", .means = SIGN_LIMIT },
	{ ORIGIN_INIT, "context ", .means = SIGN_CONTEXT },
	{ ORIGIN_INIT, "look ", .means = SIGN_LOOK },
	{ ORIGIN_INIT, "flood ", .means = SIGN_FLOOD },
	{ ORIGIN_INIT, "gone ", .means = SIGN_GONE },
};

const char *milestone_name(enum milestone ms)
{
	return milestones[ms].name;
}

double milestone_limit(enum milestone ms)
{
	return milestones[ms].limit;
}

const struct sign *sign_find(enum origin who, const char *line)
{
	if (who == ORIGIN_KERNEL)
		line = channel_message(line);
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		if (signs[i].who == who && starts(line, signs[i].words))
			return &signs[i];
	}
	return NULL;
}
