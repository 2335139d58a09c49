// SPDX-License-Identifier: GPL-2.0-only
/*
 * 32-bit code, on each CPU: system calls by int 0x80 from 64-bit code and from a
 * 32-bit program, 32-bit segments, and the entries for threads in the global table.
 */
#include "probes.h"

#include <asm/ldt.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define PROGRAM		"/hello32"

#define USER32_CS	0x23

/* Numbers of 32-bit system calls */
#define NR32_getpid		20
#define NR32_set_thread_area	243

static long int80(long nr, long arg)
{
	long ret;

	asm volatile("int $0x80" : "=a" (ret) : "0" (nr), "b" (arg)
		     : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

static void getpid32(void)
{
	int80(NR32_getpid, 0);
}

/* Return: its status; it ends this probe if this kernel runs none. */
static int run_program(void)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		execl(PROGRAM, PROGRAM, (char *)NULL);
		_exit(errno == ENOEXEC ? 100 : 101);
	}
	check(pid > 0 && waitpid(pid, &status, 0) == pid, "cannot run: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 100)
		probe_skip("the kernel runs no 32-bit programs");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 101)
		probe_skip("there is no " PROGRAM);
	return status;
}

static void program(void)
{
	for (int cpu = -1; next_cpu(&cpu);) {
		int status = run_program();

		check(!WIFSIGNALED(status), "it died of signal %d (%s) on CPU %d",
		      WTERMSIG(status), strsignal(WTERMSIG(status)), cpu);
		check(!status, "step %d of it failed on CPU %d", WEXITSTATUS(status), cpu);
	}
}

static void calls(void)
{
	run_program();
	for (int cpu = -1; next_cpu(&cpu);) {
		struct caught c = attempt(getpid32);
		long ret;

		check(!c.sig, "int 0x80 on CPU %d: signal %d, exception %lu, error %#lx", cpu,
		      c.sig, c.trap, c.err);
		ret = int80(NR32_getpid, 0);
		check(ret == getpid(), "int 0x80 on CPU %d returns %ld, not %d", cpu, ret,
		      getpid());
	}
}

/* A far call into 32-bit code and back; the stack is in the lowest 4 GiB, too. */
static int far(unsigned char *low)
{
	static const unsigned char code[] = {
		0xb8, NR32_getpid, 0, 0, 0,	/* mov $20, %eax */
		0xcd, 0x80,			/* int $0x80 */
		0xcb,				/* lret */
	};
	static unsigned char to[6];	/* offset and segment */
	unsigned int ret;

	memcpy(to, &(unsigned int){ (unsigned long)low }, 4);
	memcpy(to + 4, &(unsigned short){ USER32_CS }, 2);
	memcpy(low, code, sizeof(code));
	asm volatile("mov %%rsp, %%r12; mov %[stack], %%rsp; lcall *%[to]; mov %%r12, %%rsp"
		     : "=a" (ret)
		     : [stack] "r" (low + PAGE - 64), [to] "m" (to)
		     : "r12", "rcx", "rdx", "r8", "r9", "r10", "r11", "memory", "cc");
	return ret;
}

static void segment(void)
{
	unsigned char *low = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	run_program();
	for (int cpu = -1; next_cpu(&cpu);) {
		int ret = far(low);

		check(ret == getpid(), "32-bit code on CPU %d returns %d, not %d", cpu, ret,
		      getpid());
	}
}

static unsigned int seed;

static void keep_thread_area(void)
{
	struct user_desc *desc = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	unsigned int *mine = (unsigned int *)(desc + 1), val;

	*mine = seed;
	*desc = (struct user_desc){ .entry_number = -1, .base_addr = (unsigned long)mine,
				    .limit = 0xfff, .seg_32bit = 1 };
	check(!int80(NR32_set_thread_area, (long)desc), "no entry for a thread");
	for (int i = 0; i < 30; i++) {
		asm volatile("mov %0, %%gs" : : "r" (desc->entry_number << 3 | 3));
		sched_yield();
		asm volatile("movl %%gs:0, %0" : "=r" (val));
		check(val == seed, "the entry is another one's after a switch");
	}
}

static void one(void)
{
	seed = 31;
	keep_thread_area();
}

static void other(void)
{
	seed = 32;
	keep_thread_area();
}

static void thread_area(void)
{
	run_program();
	for (int cpu = -1; next_cpu(&cpu);)
		both(cpu, one, other);
}

const struct probe compat_probes[] = {
	{ "compat.program", program },
	{ "compat.int80", calls },
	{ "compat.segment", segment },
	{ "compat.thread_area", thread_area },
	{ 0 }
};
