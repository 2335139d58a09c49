// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUs that go and come again, and code of the kernel's that changes under all of
 * them.
 */
#include "probes.h"

#include <fcntl.h>

static void switch_cpu(int cpu, const char *online)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online", cpu);
	check(write_to(path, online), "CPU %d cannot be set to %s: %s", cpu, online,
	      strerror(errno));
}

/* Before all others, which then see CPUs that have come twice. */
static void again(void)
{
	int nr = count_cpus();

	if (nr < 2)
		probe_skip("there is one CPU only");
	if (!is_guest() || access("/sys/devices/system/cpu/cpu1/online", W_OK))
		probe_skip("CPUs stay as they are");
	for (int i = 0; i < 2; i++) {
		switch_cpu(1, "0");
		check(count_cpus() == nr - 1, "%d CPUs, not %d", count_cpus(), nr - 1);
		switch_cpu(1, "1");
		check(count_cpus() == nr, "%d CPUs, not %d", count_cpus(), nr);
	}
}

/* Each file switches a static key: jumps in the kernel's text are written anew. */
static void keys(void)
{
	static const char * const files[] = {
		"/proc/sys/kernel/sched_schedstats", "/proc/sys/kernel/timer_migration",
		"/sys/kernel/tracing/events/sched/sched_switch/enable",
	};
	int done = 0;

	if (!is_guest())
		probe_skip("this is somebody's own machine");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		long was = number_in(files[i]);

		if (was < 0)
			continue;
		for (int n = 0; n < 2; n++) {
			write_to(files[i], n & 1 ? "0" : "1");
			for (int cpu = -1; next_cpu(&cpu);)
				sched_yield();
		}
		write_to(files[i], was ? "1" : "0");
		done++;
	}
	if (!done)
		probe_skip("there is nothing to switch");
}

const struct probe cpus_probes[] = {
	{ "cpus.again", again },
	{ "cpus.keys", keys },
	{ 0 }
};
