// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look at a domain from outside.
 */
#include "outside.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vmlinux.h"

/* Seconds; times the patience */
#define ANSWER_LIMIT	5

/*
 * A vCPU that another one keeps off its processor gets its turn within 30 ms; one
 * that Xen does not run because it has nothing to do never shows.
 */
#define LOOKS		8
/* But so many looks are taken in any case, see vcpus_look(). */
#define LOOKS_MIN	4
#define BETWEEN_MS	20

static char *ask(const struct look *l, const char *command)
{
	return monitor_ask(l->monitor, command, ANSWER_LIMIT * l->patience);
}

static bool tell(const struct look *l, const char *command)
{
	char *said = ask(l, command);

	free(said);
	return said;
}

static void look_at_vcpus(const struct look *l, const struct guest *g, struct vcpus *v)
{
	const struct timespec between = { .tv_nsec = BETWEEN_MS * 1000000L };

	vcpus_init(v, g);
	if (l->context)
		vcpus_context(v, g, l->context);
	for (unsigned int i = 0; i < LOOKS; i++) {
		char *registers = ask(l, "info registers -a");
		unsigned int seen = registers ? vcpus_look(v, g, registers) : 0;

		free(registers);
		if (!registers || (seen >= v->count && i + 1 >= LOOKS_MIN) ||
		    l->monitor->end != END_NONE)
			return;
		if (!tell(l, "cont"))
			return;
		nanosleep(&between, NULL);
		if (!tell(l, "stop"))
			return;
	}
}

/* No two boots print a line at the same microsecond. */
static bool said_last(void *ctx, const struct guest *g)
{
	return printk_holds(g, ctx);
}

bool outside_look(const struct look *l, struct vcpus *v, struct tasks *t)
{
	struct guest g = { .mem = l->mem, .syms = l->syms };
	struct vmlinux *vmlinux;
	const char *err;
	bool found;

	memset(v, 0, sizeof(*v));
	t->count = 0;
	vmlinux = vmlinux_open(l->vmlinux, &err);
	if (!vmlinux)
		return false;
	g.vmlinux = vmlinux;

	/* A QEMU that is gone has left the memory. */
	tell(l, "stop");
	found = guest_find(&g, l->dom0, l->last ? said_last : NULL, (void *)l->last);
	if (found) {
		printk_unheard(&g, l->last, l->fn, l->ctx);
		look_at_vcpus(l, &g, v);
		/* What was found may be of a program that has ended; a vCPU's is whole. */
		for (unsigned int i = 0; i < v->count; i++)
			if (v->vcpu[i].root)
				g.root = v->vcpu[i].root;
		tasks_look(t, &g);
	}
	if (!l->dom0 && l->monitor->end == END_NONE)
		tell(l, "cont");
	vmlinux_close(vmlinux);
	return found;
}
