// SPDX-License-Identifier: GPL-2.0-only
/*
 * $(exit N) for GNU make: end make at once with status N.
 *
 * make itself turns every failure into status 2, but `git bisect run make boot`
 * has to tell a kernel that does not boot (1) from one that cannot be judged
 * (125).  See "Loading Dynamic Objects" in make's manual.
 */
#include <gnumake.h>
#include <stdlib.h>

int plugin_is_GPL_compatible;

static char *end_make(const char *name, unsigned int argc, char **argv)
{
	(void)name;
	(void)argc;
	exit(atoi(argv[0]));
}

/* make looks this function up by the object's name, exit.so. */
int exit_gmk_setup(const gmk_floc *floc)
{
	(void)floc;
	gmk_add_function("exit", end_make, 1, 1, GMK_FUNC_DEFAULT);
	return 1;
}
