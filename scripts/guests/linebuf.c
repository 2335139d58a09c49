// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into each test program: a line leaves it as soon as it is complete, though
 * standard output is a pipe to PID 1.  Otherwise all of it would be lost where the
 * kernel dies in the middle of a test.
 */
#include <stdio.h>

static void __attribute__((constructor)) buffer_lines(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
}
