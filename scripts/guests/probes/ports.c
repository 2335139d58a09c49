// SPDX-License-Identifier: GPL-2.0-only
/*
 * I/O ports: who has asked for one may use it, nobody else, and he no longer when he
 * has given it up.  Xen decides, by what the kernel tells it at each switch.
 */
#include "probes.h"

#include <sys/io.h>

#define PORT	0x80	/* of dom0 alone, and harmless */
#define ROUNDS	8

static void use(void)
{
	outb(0, PORT);
}

static bool may(void)
{
	return !attempt(use).sig;
}

static void hold(int (*get)(void))
{
	if (get()) {
		if (errno == EPERM)
			probe_skip("this kernel gives none: %s", strerror(errno));
		fail("cannot have a port: %s", strerror(errno));
	}
	for (int i = 0; i < ROUNDS; i++) {
		check(may(), "a port that was given cannot be used");
		sched_yield();
	}
}

static int get_bit(void)
{
	return ioperm(PORT, 1, 1);
}

static int get_level(void)
{
	return iopl(3);
}

static void holder(void)
{
	hold(get_bit);
	check(!ioperm(PORT, 1, 0) && !may(), "a port that was given up can be used");
}

static void leveller(void)
{
	hold(get_level);
	check(!iopl(0) && !may(), "ports that were given up can be used");
}

static void stranger(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		check(!may(), "a port can be used that another process was given");
		sched_yield();
	}
}

static void bits(void)
{
	if (!is_dom0())
		probe_skip("a domU has no ports");
	for (int cpu = -1; next_cpu(&cpu);)
		both(cpu, holder, stranger);
}

static void levels(void)
{
	if (!is_dom0())
		probe_skip("a domU has no ports");
	for (int cpu = -1; next_cpu(&cpu);)
		both(cpu, leveller, stranger);
}

const struct probe ports_probes[] = {
	{ "ports.ioperm", bits },
	{ "ports.iopl", levels },
	{ 0 }
};
