// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleep, of the devices alone and of the whole machine: see the kernel's
 * Documentation/power/basic-pm-debugging.rst and sleep-states in its admin-guide.
 */
#include "probes.h"

#define POWER		"/sys/power/"

/* Write to a file, which has to be possible. */
static void set(const char *path, const char *words)
{
	check(write_to(path, words), "cannot write %s to %s: %s", words, path, strerror(errno));
}

/* Go to sleep in that way; what comes in between is wanted on the console. */
static void sleep_by(const char *state)
{
	set("/sys/module/printk/parameters/console_suspend", "N");
	set(POWER "state", state);
}

/* Each device is told to sleep, and at once to wake. */
static void devices(void)
{
	if (!is_guest() || access(POWER "pm_test", W_OK))
		probe_skip("the kernel has no test of its sleep");
	set("/sys/module/suspend/parameters/pm_test_delay", "0");
	set(POWER "pm_test", "devices");
	sleep_by("freeze");
	set(POWER "pm_test", "none");
}

/* All of the machine sleeps, Xen too, and pvboot wakes it. */
static void all_asleep(void)
{
	char ways[64];

	if (!is_guest() || text_in(POWER "mem_sleep", ways, sizeof(ways)) <= 0 ||
	    !strstr(ways, "deep"))
		probe_skip("this domain cannot send the machine to sleep");
	set(POWER "mem_sleep", "deep");
	sleep_by("mem");
}

const struct probe power_probes[] = {
	{ "power.devices", devices },
	{ "power.machine", all_asleep },
	{ 0 }
};
