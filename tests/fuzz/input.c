// SPDX-License-Identifier: GPL-2.0-only
/*
 * One input after the other, none of which may take long.  What counts is the time
 * that it has worked: on a busy host libFuzzer's own limit says nothing of a reader.
 */
#include "fuzz.h"

#include <signal.h>
#include <sys/time.h>

#define LIMIT	5	/* seconds, with all that the sanitizers cost */

static void too_long(int sig)
{
	(void)sig;
	must(false, "an input has its end");
}

/* libFuzzer calls it with each input. */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const struct itimerval limit = { .it_value.tv_sec = LIMIT };

	signal(SIGPROF, too_long);
	setitimer(ITIMER_PROF, &limit, NULL);
	fuzz_one(data, size);
	return 0;
}
