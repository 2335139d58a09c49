// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segments: their bases, the local descriptor table, and what each CPU's own global
 * table says.  Xen checks each table and each entry, and loads them for us.
 */
#include "probes.h"

#include <asm/ldt.h>
#include <asm/prctl.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#define ROUNDS		12
#define FSGSBASE	2	/* a bit of AT_HWCAP2 */
#define ENTRIES		8192

static unsigned long seed;
static unsigned long words[4];

static unsigned long by_gs(void)
{
	unsigned long val;

	asm volatile("mov %%gs:0, %0" : "=r" (val));
	return val;
}

static void keep_base(void)
{
	unsigned long *mine, now;

	mine = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | (seed & 1 ? MAP_32BIT : 0), -1, 0);
	*mine = seed;
	check(!syscall(SYS_arch_prctl, ARCH_SET_GS, mine), "no base: %s", strerror(errno));
	for (int i = 0; i < ROUNDS; i++) {
		sched_yield();
		check(by_gs() == seed, "the base of gs is another one after a switch");
		check(!syscall(SYS_arch_prctl, ARCH_GET_GS, &now) && now == (unsigned long)mine,
		      "the kernel says %#lx, not %#lx", now, (unsigned long)mine);
	}
	if (getauxval(AT_HWCAP2) & FSGSBASE) {
		for (int i = 0; i < ROUNDS; i++) {
			words[seed & 1] = seed + i;
			asm volatile("wrgsbase %0" : : "r" (&words[seed & 1]));
			sched_yield();
			check(by_gs() == seed + i, "what wrgsbase has set is lost");
		}
	}
}

static void one_base(void)
{
	seed = 11;
	keep_base();
}

static void other_base(void)
{
	seed = 12;
	keep_base();
}

static void bases(void)
{
	for (int cpu = -1; next_cpu(&cpu);)
		both(cpu, one_base, other_base);
}

static int set_entry(unsigned int n, void *base, bool is_gone)
{
	struct user_desc desc = {
		.entry_number = n, .base_addr = (unsigned long)base, .limit = is_gone ? 0 : 0xfff,
		.seg_32bit = !is_gone,
		.read_exec_only = is_gone, .seg_not_present = is_gone,
	};

	return syscall(SYS_modify_ldt, 0x11, &desc, sizeof(desc));
}

static void load_gs(unsigned int selector)
{
	asm volatile("mov %0, %%gs" : : "r" (selector));
}

static unsigned int by_selector(void)
{
	unsigned int val;

	asm volatile("movl %%gs:0, %0" : "=r" (val));
	return val;
}

#define SELECTOR(n)	((n) << 3 | 7)

static void keep_ldt(void)
{
	unsigned int *mine = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	unsigned long read;

	*mine = seed;
	/* What there is of it, so far nothing */
	if (syscall(SYS_modify_ldt, 0, &read, sizeof(read)) < 0)
		probe_skip("no local descriptor table");
	for (int i = 0; i < ROUNDS; i++) {
		/* Larger by and by: the table is made anew, and the old one freed. */
		unsigned int n = i < ROUNDS / 2 ? 1 : i == ROUNDS / 2 ? ENTRIES - 1 : 600;

		check(!set_entry(n, mine, false), "entry %u: %s", n, strerror(errno));
		load_gs(SELECTOR(n));
		sched_yield();
		check(by_selector() == seed, "entry %u is another one after a switch", n);
	}
}

static void heir(void)
{
	check(by_selector() == seed, "a child has no entry");
	keep_ldt();
}

static void load_gone(void)
{
	load_gs(SELECTOR(600));
}

static void one_ldt(void)
{
	seed = 21;
	keep_ldt();
	wait_for(child(heir));
	/* A register that holds what is no more */
	load_gs(SELECTOR(600));
	check(!set_entry(600, NULL, true), "no entry can be cleared: %s", strerror(errno));
	for (int i = 0; i < ROUNDS; i++)
		sched_yield();
	check(attempt(load_gone).sig, "an entry that is cleared can be loaded");
}

static void other_ldt(void)
{
	seed = 22;
	keep_ldt();
}

static void ldt(void)
{
	for (int cpu = -1; next_cpu(&cpu);)
		both(cpu, one_ldt, other_ldt);
}

/*
 * The entry that getcpu() of the vdso reads: Xen has a table for each vCPU.  A PV
 * guest's secondary CPUs have had none since 5.14, as cpu_bringup() does not call
 * cpu_init_exception_handling(): that is no news, a wrong number is.
 */
static void own_number(void)
{
	bool known = false;

	for (int cpu = -1; next_cpu(&cpu);) {
		unsigned int val = ~0U, asked = ~0U, node;
		bool found;

		check(!syscall(SYS_getcpu, &asked, &node, NULL) && (int)asked == cpu,
		      "the kernel says CPU %u on CPU %d", asked, cpu);
		asm volatile("lsl %2, %0" : "+r" (val), "=@ccz" (found) : "r" (15 << 3 | 3));
		check(found || cpu, "no segment has the number of CPU %d", cpu);
		check(!found || (val & 0xfff) == (unsigned int)cpu,
		      "the segment that holds its number has the limit %#x on CPU %d", val, cpu);
		known |= !found;
	}
	if (known)
		probe_skip("secondary CPUs have no such segment, which is known");
}

const struct probe segments_probes[] = {
	{ "segments.bases", bases },
	{ "segments.ldt", ldt },
	{ "segments.number", own_number },
	{ 0 }
};
