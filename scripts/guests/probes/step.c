// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debug exceptions: single steps, by oneself and by a tracer, and breakpoints of
 * the debug registers.
 */
#include "probes.h"

#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#define TRAP_FLAG	0x100
#define MOST_STEPS	64

static int steps;
static int wrong_code;

static void on_step(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	steps++;
	if (info->si_code != TRAP_TRACE)
		wrong_code = info->si_code;
	/* An end to what never ends */
	if (steps > MOST_STEPS)
		((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
}

/* The flag is on for: nop, syscall, nop, popf. */
static void __noinline stepped(void)
{
	asm volatile("sub $128, %%rsp; pushfq; orl %0, (%%rsp); popfq; nop;"
		     "mov %1, %%eax; syscall; nop;"
		     "pushfq; andl $~%c0, (%%rsp); popfq; add $128, %%rsp"
		     : : "i" (TRAP_FLAG), "i" (SYS_getpid) : "rax", "rcx", "r11", "memory", "cc");
}

/* Whether the system call and the last instruction count differs. */
#define STEPS_MIN	6
#define STEPS_MAX	8

static void by_flag(void)
{
	struct sigaction act = { .sa_sigaction = on_step, .sa_flags = SA_SIGINFO };
	int nr, code;

	sigaction(SIGTRAP, &act, NULL);
	for (int cpu = -1; next_cpu(&cpu);) {
		__atomic_store_n(&steps, 0, __ATOMIC_RELAXED);
		stepped();
		nr = __atomic_load_n(&steps, __ATOMIC_RELAXED);
		code = __atomic_load_n(&wrong_code, __ATOMIC_RELAXED);
		check(nr >= STEPS_MIN && nr <= STEPS_MAX, "%d steps on CPU %d, not %d", nr,
		      cpu, STEPS_MIN);
		check(!code, "a step on CPU %d has the code %d", cpu, code);
	}
}

static int go_on(pid_t pid, int how)
{
	int status;

	if (ptrace(how, pid, NULL, NULL) || waitpid(pid, &status, 0) != pid)
		fail("cannot trace: %s", strerror(errno));
	return status;
}

static void __noinline target(void)
{
	asm volatile("nop; nop; nop; nop");
}

static void tracee(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	syscall(SYS_getpid);
	target();
	_exit(0);
}

static pid_t traced(void)
{
	pid_t pid = child(tracee);
	int status;

	check(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status), "no stop");
	return pid;
}

/* Return: the code of the SIGTRAP that it has stopped with, or -1. */
static int stop_code(pid_t pid, int status)
{
	siginfo_t info;

	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP ||
	    ptrace(PTRACE_GETSIGINFO, pid, NULL, &info))
		return -1;
	return info.si_code;
}

static void by_tracer(void)
{
	for (int cpu = -1; next_cpu(&cpu);) {
		pid_t pid = traced();
		unsigned long ip = 0, was;
		bool seen = false;

		for (int i = 0; i < 400 && !seen; i++) {
			int status = go_on(pid, PTRACE_SINGLESTEP);
			int code = stop_code(pid, status);

			/* The other one comes after a system call. */
			check(code == TRAP_TRACE || code == TRAP_BRKPT,
			      "step %d on CPU %d: status %#x, code %d", i, cpu, status, code);
			was = ip;
			ip = ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user, regs.rip), NULL);
			check(ip != was, "step %d on CPU %d went nowhere", i, cpu);
			seen = ip == (unsigned long)target;
		}
		check(seen, "400 steps on CPU %d did not come to the function", cpu);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

static long poke(pid_t pid, int reg, unsigned long val)
{
	return ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, u_debugreg) + 8 * reg, val);
}

static unsigned long watched = 1;

static void writer(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	sched_yield();
	store_byte(&watched);
	_exit(0);
}

static void by_register(void)
{
	for (int cpu = -1; next_cpu(&cpu);) {
		pid_t pid = traced();
		int status;
		unsigned long ip;

		if (poke(pid, 0, (unsigned long)target))
			probe_skip("no debug registers: %s", strerror(errno));
		check(!poke(pid, 7, 1), "no breakpoint: %s", strerror(errno));
		status = go_on(pid, PTRACE_CONT);
		ip = ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user, regs.rip), NULL);
		check(stop_code(pid, status) == TRAP_HWBKPT && ip == (unsigned long)target,
		      "no stop at a breakpoint on CPU %d: status %#x at %#lx", cpu, status, ip);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);

		pid = child(writer);
		check(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status), "no stop");
		/* 8 bytes, when they are written */
		check(!poke(pid, 0, (unsigned long)&watched) && !poke(pid, 7, 0x90001),
		      "no watchpoint: %s", strerror(errno));
		status = go_on(pid, PTRACE_CONT);
		check(stop_code(pid, status) == TRAP_HWBKPT,
		      "no stop at a watchpoint on CPU %d: status %#x", cpu, status);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

const struct probe step_probes[] = {
	{ "step.flag", by_flag },
	{ "step.tracer", by_tracer },
	{ "step.registers", by_register },
	{ 0 }
};
