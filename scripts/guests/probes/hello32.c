// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 32-bit program without a library, for compat.c: it makes system calls by
 * int 0x80, and by the entry of the vdso if there is one.  Its status is the number
 * of the first thing that went wrong, or 0.
 */
#define NR_exit		1
#define NR_fork		2
#define NR_waitpid	7
#define NR_getpid	20
#define NR_sched_yield	158

#define AT_NULL		0
#define AT_SYSINFO	32

static unsigned long entry;

static long by_int80(long nr, long a, long b, long c)
{
	long ret;

	asm volatile("int $0x80" : "=a" (ret) : "0" (nr), "b" (a), "c" (b), "d" (c) : "memory");
	return ret;
}

static long by_vdso(long nr)
{
	long ret;

	asm volatile("call *%2" : "=a" (ret) : "0" (nr), "m" (entry) : "memory", "ecx", "edx");
	return ret;
}

static int test(void)
{
	long pid = by_int80(NR_getpid, 0, 0, 0), child;
	int status = 0;

	if (pid <= 0)
		return 1;
	for (int i = 0; i < 20; i++) {
		by_int80(NR_sched_yield, 0, 0, 0);
		if (entry && by_vdso(NR_getpid) != pid)
			return 2;
	}
	child = by_int80(NR_fork, 0, 0, 0);
	if (!child)
		by_int80(NR_exit, by_int80(NR_getpid, 0, 0, 0) == pid, 0, 0);
	if (child < 0 || by_int80(NR_waitpid, child, (long)&status, 0) != child || status)
		return 3;
	return 0;
}

/* Called by the lines at the end of this file */
void begin(long *stack);

void begin(long *stack)
{
	long *p = stack + 1 + *stack + 1;	/* argc, argv, NULL */

	while (*p++)
		;
	for (; *p != AT_NULL; p += 2)
		if (*p == AT_SYSINFO)
			entry = p[1];
	by_int80(NR_exit, test(), 0, 0);
}

asm(".globl _start; _start: mov %esp, %eax; and $-16, %esp; sub $12, %esp; push %eax; call begin");
