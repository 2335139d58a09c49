// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleep, of the devices alone and of the whole machine: see the kernel's
 * Documentation/power/basic-pm-debugging.rst and sleep-states in its admin-guide.
 */
#include "probes.h"

#define POWER		"/sys/power/"

/* Go to sleep in that way; what comes in between is wanted on the console. */
static void sleep_by(const char *state)
{
	write_to("/sys/module/printk/parameters/console_suspend", "N");
	check(write_to(POWER "state", state), "%s cannot be: %s", state, strerror(errno));
}

/* Each device is told to sleep, and at once to wake. */
static void devices(void)
{
	if (!is_guest() || access(POWER "pm_test", W_OK))
		probe_skip("the kernel has no test of its sleep");
	/* Old kernels always wait for 5 seconds. */
	write_to("/sys/module/suspend/parameters/pm_test_delay", "0");
	check(write_to(POWER "pm_test", "devices"), "no test of devices: %s", strerror(errno));
	sleep_by("freeze");
	write_to(POWER "pm_test", "none");
}

/* All of the machine sleeps, Xen too, and pvboot wakes it. */
static void all_asleep(void)
{
	char ways[64];

	if (!is_guest() || text_in(POWER "mem_sleep", ways, sizeof(ways)) <= 0 ||
	    !strstr(ways, "deep"))
		probe_skip("this domain cannot send the machine to sleep");
	write_to(POWER "mem_sleep", "deep");
	sleep_by("mem");
}

const struct probe power_probes[] = {
	{ "power.devices", devices },
	{ "power.machine", all_asleep },
	{ 0 }
};
