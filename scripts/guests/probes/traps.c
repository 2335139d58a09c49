// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exceptions of user space, on each CPU: a PV kernel has no interrupt descriptor
 * table, it registers its handlers with Xen, for every vCPU anew.
 */
#include "probes.h"

#include <sys/mman.h>

#define NOWHERE		0x10000UL
#define NOT_CANONICAL	0x8000000000000000UL

static char *page;	/* read only */
static char *data;	/* not to be executed */

static void divide(void)
{
	int zero = 0, n = 1;

	asm volatile("cltd; idivl %1" : "+a" (n) : "r" (zero) : "edx", "cc");
}

static void breakpoint(void)
{
	asm volatile("int3");
}

static void overflow(void)
{
	asm volatile("int $4");
}

static void invalid(void)
{
	asm volatile("ud2");
}

static void privileged(void)
{
	asm volatile("hlt");
}

static void no_vector(void)
{
	asm volatile("int $0x21");
}

static void not_canonical(void)
{
	load_byte((void *)NOT_CANONICAL);
}

static void read_nothing(void)
{
	load_byte((void *)NOWHERE);
}

static void write_nothing(void)
{
	store_byte((void *)NOWHERE);
}

static void write_page(void)
{
	store_byte(page);
}

static void run_data(void)
{
	((void (*)(void))data)();
}

/* What no return to user space can load: then Xen's own iret faults. */
static void spoil(int sig, siginfo_t *info, void *context)
{
	greg_t *segments = &((ucontext_t *)context)->uc_mcontext.gregs[REG_CSGSFS];

	(void)sig;
	(void)info;
	*segments = (*segments & ~0xffffL) | 0x7ff3;
}

static void bad_return(void)
{
	struct sigaction act = { .sa_sigaction = spoil, .sa_flags = SA_SIGINFO };

	sigaction(SIGUSR1, &act, NULL);
	raise(SIGUSR1);
}

static void x87_divide(void)
{
	unsigned short control = 0x37b;	/* not masked: division by zero */

	asm volatile("fninit; fldcw %0; fld1; fldz; fdivrp; fwait" : : "m" (control));
}

static const struct trap {
	const char *what;
	void (*run)(void);
	int sig, code;		/* a code of 0: any */
	int trap;
	unsigned long addr;
} traps[] = {
	{ "division by zero", divide, SIGFPE, FPE_INTDIV, 0 },
	{ "int3", breakpoint, SIGTRAP, 0, 3 },
	{ "int 4", overflow, SIGSEGV, 0, 4 },
	{ "ud2", invalid, SIGILL, ILL_ILLOPN, 6 },
	{ "hlt", privileged, SIGSEGV, SI_KERNEL, 13 },
	{ "int 0x21", no_vector, SIGSEGV, SI_KERNEL, 13 },
	{ "a return to no code segment", bad_return, SIGSEGV, 0, 13 },
	{ "an address that is not canonical", not_canonical, SIGSEGV, SI_KERNEL, 13 },
	{ "a read of nothing", read_nothing, SIGSEGV, SEGV_MAPERR, 14, NOWHERE },
	{ "a write to nothing", write_nothing, SIGSEGV, SEGV_MAPERR, 14, NOWHERE },
	{ "x87 division by zero", x87_divide, SIGFPE, FPE_FLTDIV, 16 },
};

static void expect(int cpu, const struct trap *t)
{
	struct caught c = attempt(t->run);

	check(c.sig == t->sig && (!t->code || c.code == t->code) &&
	      c.trap == (unsigned long)t->trap && (!t->addr || c.addr == t->addr),
	      "%s on CPU %d: signal %d code %d exception %lu address %#lx, not %d %d %d %#lx",
	      t->what, cpu, c.sig, c.code, c.trap, c.addr, t->sig, t->code, t->trap, t->addr);
}

static void exceptions(void)
{
	for (int cpu = -1; next_cpu(&cpu);)
		for (size_t i = 0; i < ARRAY_SIZE(traps); i++)
			expect(cpu, &traps[i]);
}

static bool has_nx(void)
{
	char line[4096];
	FILE *f = fopen("/proc/cpuinfo", "r");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, "flags", 5) && strstr(line, " nx ");
	if (f)
		fclose(f);
	return found;
}

static void rights(void)
{
	struct trap no_write = { "a write to a page to be read", write_page, SIGSEGV,
				 SEGV_ACCERR, 14 };
	struct trap no_run = { "code in a page of data", run_data, SIGSEGV, SEGV_ACCERR, 14 };
	bool nx = has_nx();

	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	data = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*page = 1;
	*data = (char)0xc3;	/* ret */
	mprotect(page, PAGE, PROT_READ);
	no_write.addr = (unsigned long)page;
	no_run.addr = (unsigned long)data;
	for (int cpu = -1; next_cpu(&cpu);) {
		expect(cpu, &no_write);
		if (nx)
			expect(cpu, &no_run);
	}
}

/* Another table lies where user space must see none of the kernel's. */
static unsigned long kernels;

static void read_kernels(void)
{
	load_byte((void *)kernels);
}

static void kernel(void)
{
	static const unsigned long places[] = {
		0xffffffff81000000UL, 0xffff888000000000UL, 0xffffea0000000000UL,
		0xffff800000000000UL,
	};

	for (int cpu = -1; next_cpu(&cpu);) {
		for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
			struct caught c;

			kernels = places[i];
			c = attempt(read_kernels);
			check(c.sig == SIGSEGV, "%#lx can be read on CPU %d", places[i], cpu);
		}
	}
}

const struct probe traps_probes[] = {
	{ "traps.exceptions", exceptions },
	{ "traps.rights", rights },
	{ "traps.kernel", kernel },
	{ 0 }
};
