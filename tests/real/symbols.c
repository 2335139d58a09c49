// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print the functions of a vmlinux, as pvboot finds them.
 */
#include <stdio.h>

#include "../../scripts/pvboot/vmlinux.h"

static bool show(void *ctx, const char *name, unsigned long start, unsigned long end)
{
	(void)ctx;
	(void)end;
	printf("%016lx %s\n", start, name);
	return true;
}

int main(int argc, char **argv)
{
	const char *err = "wants one file";
	struct vmlinux *v = argc == 2 ? vmlinux_open(argv[1], &err) : NULL;

	if (!v) {
		fprintf(stderr, "symbols: %s\n", err);
		return 1;
	}
	vmlinux_functions(v, show, NULL);
	vmlinux_close(v);
	return 0;
}
