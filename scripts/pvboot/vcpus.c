// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find the registers of vCPUs, and tell what these do; the stack is for stack.c.
 */
#include "vcpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "stack.h"
#include "vmlinux.h"

/* Xen's stacks, one a processor, and selectors of a PV guest's kernel */
#define XEN_STACK	0x8000UL
#define XEN_STACK_TOP	512		/* bytes; the guest's registers are in there */
#define GUEST_CS	0xe033
#define GUEST_SS	0xe02b

/* Words from cs in struct cpu_user_regs of Xen */
#define REGS_BP		(-13)
#define REGS_IP		(-1)
#define REGS_SP		2
#define REGS_SS		3

static const char * const idle[] = {
	"xen_safe_halt", "default_idle", "default_idle_call", "arch_cpu_idle",
	"cpuidle_idle_call", "do_idle", "cpu_idle", "cpu_idle_loop", "cpu_startup_entry",
};

static const char * const waiting[] = {
	"csd_lock_wait", "do_raw_spin_lock", "generic_exec_single", "multi_cpu_stop",
	"native_queued_spin_lock_slowpath", "queued_spin_lock_slowpath",
	"smp_call_function_many", "smp_call_function_many_cond", "smp_call_function_single",
	"xen_poll_irq", "xen_poll_irq_timeout", "xen_qlock_wait", "xen_spin_lock",
};

/*
 * Read where the per-CPU areas are.  Return: how many there are; 1 also before the
 * kernel has made any, or if it has only one CPU.
 */
static unsigned int areas(const struct guest *g, unsigned long at[VCPUS_MAX])
{
	unsigned long addr, size, built;
	unsigned int n = 0;
	const void *first;

	memset(at, 0, VCPUS_MAX * sizeof(*at));
	if (!vmlinux_symbol(g->vmlinux, "__per_cpu_offset", &addr, &size))
		return 1;
	if (size > VCPUS_MAX * sizeof(*at))
		size = VCPUS_MAX * sizeof(*at);
	first = vmlinux_bytes(g->vmlinux, addr, sizeof(built));
	if (!first || !guest_read(g, addr, at, size))
		return 1;
	memcpy(&built, first, sizeof(built));
	while (n < size / sizeof(*at) && at[n] != built)
		n++;
	return n ? n : 1;
}

void vcpus_init(struct vcpus *v, const struct guest *g)
{
	unsigned long at[VCPUS_MAX];

	memset(v, 0, sizeof(*v));
	v->count = areas(g, at);
}

/* The hexadecimal number after @key. */
static bool hex_after(const char *text, const char *key, unsigned long *val)
{
	const char *p = strstr(text, key);
	char *end;

	if (!p)
		return false;
	*val = strtoul(p + strlen(key), &end, 16);
	return end != p + strlen(key);
}

/*
 * What Xen has saved for the guest on the stack of a processor, if it is in Xen.
 * Where exactly depends on Xen's version, so it is found by the selectors; the
 * highest ones are the guest's.
 */
static bool saved_registers(const struct guest *g, struct vcpu *vcpu)
{
	unsigned long words[XEN_STACK_TOP / 8];
	unsigned long top = (vcpu->sp | (XEN_STACK - 1)) + 1;

	if (!memory_read_virtual(g->mem, vcpu->root, top - XEN_STACK_TOP, words, sizeof(words)))
		return false;
	for (int i = ARRAY_SIZE(words) - 1 - REGS_SS; i + REGS_BP >= 0; i--) {
		if ((words[i] & 0xffff) != GUEST_CS || words[i + REGS_SS] != GUEST_SS)
			continue;
		vcpu->ip = words[i + REGS_IP];
		vcpu->sp = words[i + REGS_SP];
		vcpu->bp = words[i + REGS_BP];
		return true;
	}
	return false;
}

/* The per-CPU area that a processor uses tells which vCPU it runs. */
static struct vcpu *by_area(struct vcpus *v, const struct guest *g, unsigned long base)
{
	unsigned long at[VCPUS_MAX];
	unsigned int n = areas(g, at);

	for (unsigned int i = 0; i < n && i < v->count; i++)
		if (at[i] == base)
			return &v->vcpu[i];
	/* Before there are areas, there is one vCPU. */
	return n == 1 ? &v->vcpu[0] : NULL;
}

/* What is said by the functions at the top, those that make a hypercall left out. */
static enum vcpu_state state_of(const struct vcpu *vcpu)
{
	unsigned int i = 0;

	if (!(vcpu->ip >> 63))
		return VCPU_USER;
	while (i < vcpu->nframes && strstr(vcpu->frames[i], "hypercall"))
		i++;
	if (i == vcpu->nframes)
		return VCPU_RUNS;
	if (is_one_of(vcpu->frames[i], idle, ARRAY_SIZE(idle)))
		return VCPU_IDLE;
	if (is_one_of(vcpu->frames[i], waiting, ARRAY_SIZE(waiting)))
		return VCPU_WAITS;
	while (++i < vcpu->nframes)
		if (is_one_of(vcpu->frames[i], idle, ARRAY_SIZE(idle)))
			return VCPU_INTERRUPT;
	return VCPU_RUNS;
}

/*
 * One that goes round in a loop is in another function at each look.  What calls them
 * all does not move.
 */
static void keep_common(struct vcpu *vcpu, const struct vcpu *regs)
{
	unsigned int n = 0, most = vcpu->nframes < regs->nframes ? vcpu->nframes : regs->nframes;

	while (n < most && !strcmp(vcpu->frames[vcpu->nframes - 1 - n],
				   regs->frames[regs->nframes - 1 - n]))
		n++;
	if (!n)
		return;
	memmove(vcpu->frames, vcpu->frames + vcpu->nframes - n, n * sizeof(vcpu->frames[0]));
	vcpu->nframes = n;
}

/* Take what is known of the vCPU whose per-CPU area is at @base. */
static void take(struct vcpus *v, const struct guest *g, struct vcpu *regs, unsigned long base)
{
	struct vcpu *vcpu = by_area(v, g, base);

	if (!vcpu)
		return;
	if (regs->ip >> 63)
		stack_walk(regs, g);
	regs->state = state_of(regs);
	v->program |= regs->state == VCPU_USER;
	if (!vcpu->seen || regs->state < vcpu->state)
		*vcpu = *regs;
	else if (regs->state == vcpu->state)
		keep_common(vcpu, regs);
}

static void one_processor(struct vcpus *v, const struct guest *g, const char *text)
{
	struct vcpu regs = { .seen = true };
	const char *gs = strstr(text, "\nGS =");
	unsigned long cs, base;

	if (!hex_after(text, "RIP=", &regs.ip) || !hex_after(text, "RSP=", &regs.sp) ||
	    !hex_after(text, "RBP=", &regs.bp) || !hex_after(text, "CR3=", &regs.root) ||
	    !hex_after(text, "\nCS =", &cs) || !gs || !hex_after(gs + 5, " ", &base))
		return;
	/* Then the kernel's per-CPU area, which tells the vCPU, is not to be read. */
	v->program |= guest_maps_user(g, regs.root);
	if (!guest_maps(g, regs.root))
		return;
	/* Ring 0 is Xen's, a PV guest is in ring 3. */
	if (!(cs & 3) && !saved_registers(g, &regs))
		return;
	take(v, g, &regs, base);
}

/* xenctx prints the base of the kernel's area first, then that of user space. */
static void one_context(struct vcpus *v, const struct guest *g, const char *text)
{
	struct vcpu regs = { .seen = true };
	const char *gs = strstr(text, "\n gs: ");
	unsigned long base;

	if (!hex_after(text, "\nrip: ", &regs.ip) || !hex_after(text, "\nrsp: ", &regs.sp) ||
	    !hex_after(text, "\nrbp: ", &regs.bp) || !hex_after(text, "\ncr3: ", &regs.root) ||
	    !gs || !hex_after(gs, "@ ", &base))
		return;
	if (guest_maps(g, regs.root))
		take(v, g, &regs, base);
}

/* Call @one for each part of @text that begins with @mark. */
static void for_each(struct vcpus *v, const struct guest *g, const char *text, const char *mark,
		     void (*one)(struct vcpus *v, const struct guest *g, const char *text))
{
	const char *at = strstr(text, mark);

	while (at) {
		const char *next = strstr(at + strlen(mark), mark);
		char *part = strndup(at, next ? (size_t)(next - at) : strlen(at));

		if (part)
			one(v, g, part);
		free(part);
		at = next;
	}
}

void vcpus_context(struct vcpus *v, const struct guest *g, const char *text)
{
	for_each(v, g, text, "vcpu", one_context);
}

unsigned int vcpus_look(struct vcpus *v, const struct guest *g, const char *registers)
{
	unsigned int seen = 0;

	for_each(v, g, registers, "CPU#", one_processor);
	for (unsigned int i = 0; i < v->count; i++)
		seen += v->vcpu[i].seen;
	return seen;
}

const struct vcpu *vcpus_suspect(const struct vcpus *v)
{
	const struct vcpu *found = NULL;

	for (unsigned int i = 0; i < v->count; i++) {
		const struct vcpu *vcpu = &v->vcpu[i];

		if (vcpu->state >= VCPU_INTERRUPT && (!found || vcpu->state > found->state))
			found = vcpu;
	}
	return found;
}
