// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registers of the FPU, of SSE and of AVX: they are a process's own, on each CPU,
 * across switches and signals.
 */
#include "probes.h"

#include <cpuid.h>

#define ROUNDS	16
#define XMMS	16

static unsigned long seed;

static void fill(unsigned char *buf, size_t size)
{
	for (size_t i = 0; i < size; i++)
		buf[i] = seed * 131 + i * 7;
}

/* All registers are loaded, the system call is made, and all are read. */
static void __noinline
across(int nr, long a1, long a2, const unsigned char in[XMMS][16], unsigned char out[XMMS][16])
{
	register long rdi asm("rdi") = a1;
	register long rsi asm("rsi") = a2;
	long rax = nr;

	asm volatile(".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
		     "movdqu 16*\\n(%[in]), %%xmm\\n\n"
		     ".endr\n"
		     "syscall\n"
		     ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
		     "movdqu %%xmm\\n, 16*\\n(%[out])\n"
		     ".endr"
		     : "+a" (rax)
		     : [in] "r" (in), [out] "r" (out), "r" (rdi), "r" (rsi)
		     : "rcx", "r11", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
		       "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
		       "xmm14", "xmm15");
}

static void on_signal(int sig)
{
	asm volatile("pxor %%xmm0, %%xmm0; pxor %%xmm15, %%xmm15; fninit" : : : "xmm0", "xmm15");
	(void)sig;
}

static void keep(void)
{
	unsigned char in[XMMS][16], out[XMMS][16];
	unsigned int csr = seed & 1 ? 0x1f80 : 0x9fc0, csr_now;
	unsigned short cw = seed & 1 ? 0x37f : 0x27f, cw_now;

	signal(SIGUSR1, on_signal);
	asm volatile("fninit; fldcw %0; ldmxcsr %1" : : "m" (cw), "m" (csr));
	for (int i = 0; i < ROUNDS; i++) {
		bool to_me = i % 8 == 7;

		fill(in[0], sizeof(in));
		memset(out, 0, sizeof(out));
		across(to_me ? SYS_kill : SYS_sched_yield, getpid(), SIGUSR1, in, out);
		for (int n = 0; n < XMMS; n++)
			check(!memcmp(in[n], out[n], 16), "xmm%d has changed %s", n,
			      to_me ? "in a signal" : "in a switch");
		asm volatile("fnstcw %0; stmxcsr %1" : "=m" (cw_now), "=m" (csr_now));
		check(cw == cw_now && csr == csr_now,
		      "control words have changed: %#x %#x, not %#x %#x", cw_now, csr_now,
		      cw, csr);
	}
}

static void one(void)
{
	seed = 1;
	keep();
}

static void other(void)
{
	seed = 2;
	keep();
}

static void kept(void)
{
	for (int cpu = -1; next_cpu(&cpu);)
		both(cpu, one, other);
}

static void fresh(void)
{
	for (int cpu = -1; next_cpu(&cpu);) {
		unsigned int csr;
		unsigned short cw;

		asm volatile("fnstcw %0; stmxcsr %1" : "=m" (cw), "=m" (csr));
		check(cw == 0x37f && (csr & 0xffc0) == 0x1f80,
		      "a process begins with %#x %#x on CPU %d", cw, csr, cpu);
	}
}

/* What CPUID offers to user space must be on, on all CPUs alike. */
static void extended(void)
{
	unsigned int first = 0;

	for (int cpu = -1; next_cpu(&cpu);) {
		unsigned int a, b, c, d, low, high;

		__cpuid(1, a, b, c, d);
		if (!(c & bit_OSXSAVE))
			probe_skip("the CPU has no XSAVE");
		asm volatile("xgetbv" : "=a" (low), "=d" (high) : "c" (0));
		check((low & 3) == 3, "XCR0 is %#x on CPU %d", low, cpu);
		first = first ? first : low;
		check(low == first, "XCR0 is %#x on CPU %d, and %#x elsewhere", low, cpu, first);
		if ((c & bit_AVX) && (low & 6) == 6)
			asm volatile("vxorps %%ymm0, %%ymm0, %%ymm0; vzeroupper" : : : "xmm0");
	}
}

const struct probe fpu_probes[] = {
	{ "fpu.fresh", fresh },
	{ "fpu.kept", kept },
	{ "fpu.extended", extended },
	{ 0 }
};
