// SPDX-License-Identifier: GPL-2.0-only
/*
 * xen_pv_cr3.c - page table switching of a 64-bit Xen PV kernel
 *
 * A 64-bit PV kernel runs in ring 3 as its user space does, so page tables are
 * all that keeps the two apart.  Every vCPU has two base pointers, one for the
 * kernel and one for user space, and each write of cr3 must load both.  What may
 * go wrong, and how it looks from here:
 *
 *  - the user base is not loaded: user space runs on a table of some other
 *    process, or on none.  In the first case it also runs on that process' stack
 *    and data, so nothing it remembers tells it that it is in the wrong place.
 *    Hence every check compares memory with getpid(): the kernel answers that
 *    from its own mappings, which are not at stake.
 *
 *  - the user base is loaded with the kernel's own table: everything works,
 *    because that table maps user space too.  But all of the kernel's memory is
 *    open to every process.  Only an attempt to touch it shows this.
 *
 * The kernel that runs these tests may be broken in just these ways, so nothing
 * is done that could ruin it before the verdict is out: memory of the kernel is
 * read first, and left alone if that works.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <cpuid.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "../kselftest_harness.h"

#define PAGE		4096UL
#define MEMBERS		6		/* of a ring: processes, or threads */
#define LAPS		16		/* times that the token goes round... */
#define LAPS_VAR	"XEN_PV_CR3_LAPS"	/* ...unless this says another number */
#define MAX_CPUS	64
#define MAX_TARGETS	32
#define COMPLAINT	256		/* characters */
#define TIMEOUT		20		/* seconds; a whole run takes less than 3 */

/*
 * Where every process keeps something of its own: far apart, so that each needs
 * a top-level entry of its own in the user's table, and far from all else.
 */
static const unsigned long own_data[] = { 0x010000000000, 0x5d0000000000 };

#define OWN_CODE	0x5d0000001000UL
#define OWN_STACK	0x5d0000010000UL	/* of signal handlers */
#define OWN_STACK_SIZE	(16 * PAGE)
#define VSYSCALL	0xffffffffff600000UL

/* The only memory that the processes of a test have in common. */
static struct shared {
	int go[MEMBERS];		/* futexes: member may run */
	int ready;			/* processes at the start; a futex too */
	pid_t pid[MEMBERS];
	unsigned long tester;		/* the process that runs the test */
	struct {
		unsigned long addr, got, want;
	} wrong;			/* what was found in memory, if addr is not 0 */
	int complained;
	char complaint[COMPLAINT];
} *shared;

/* Private to each process, at the same address in all of them. */
static unsigned int own_count = 1;
static unsigned int exec_marker = 1;
static __thread unsigned long own_tid;

/* Atomic, so that the compiler neither merges nor invents accesses. */
static unsigned long peek(unsigned long addr)
{
	return __atomic_load_n((unsigned long *)addr, __ATOMIC_SEQ_CST);
}

static void poke(unsigned long addr, unsigned long value)
{
	__atomic_store_n((unsigned long *)addr, value, __ATOMIC_SEQ_CST);
}

static int this_cpu(void)
{
	unsigned int cpu = 0;

	syscall(SYS_getcpu, &cpu, NULL, NULL);
	return cpu;
}

/* Not the C library's, which may remember the answer in memory. */
static unsigned long my_pid(void)
{
	return syscall(SYS_getpid);
}

/* The first complaint is kept for the parent to print, others follow from it. */
static char *complaint_text(void)
{
	static char unread[COMPLAINT];

	if (__atomic_exchange_n(&shared->complained, 1, __ATOMIC_SEQ_CST))
		return unread;
	return shared->complaint;
}

static bool failed(int len)
{
	(void)len;
	return false;
}

/* False, for the caller to pass on. */
#define complain(fmt, ...)							\
	failed(snprintf(complaint_text(), COMPLAINT, "pid %lu on CPU %d: " fmt,	\
			my_pid(), this_cpu(), ##__VA_ARGS__))

/*
 * Memory that tells whose it is
 */

static bool own_map(unsigned long addr, unsigned long size)
{
	void *got = mmap((void *)addr, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (got != (void *)addr)
		return complain("cannot map %#lx: mmap() returned %p", addr, got);
	return true;
}

static bool own_map_all(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(own_data); i++)
		if (!own_map(own_data[i], PAGE))
			return false;

	return own_map(OWN_CODE, PAGE) && own_map(OWN_STACK, OWN_STACK_SIZE);
}

static unsigned long own_stamp(void)
{
	return my_pid() << 32 | own_count;
}

static void own_write(void)
{
	own_count++;
	for (unsigned int i = 0; i < ARRAY_SIZE(own_data); i++)
		poke(own_data[i], own_stamp());
}

/* Data as above, and a function that returns the pid. */
static bool own_take(void)
{
	unsigned char code[] = { 0xb8, 0, 0, 0, 0, 0xc3 };	/* mov $pid, %eax; ret */
	unsigned int pid = my_pid();

	own_write();

	memcpy(code + 1, &pid, sizeof(pid));
	if (mprotect((void *)OWN_CODE, PAGE, PROT_READ | PROT_WRITE))
		return complain("cannot make %#lx writable: %s", OWN_CODE, strerror(errno));
	memcpy((void *)OWN_CODE, code, sizeof(code));
	if (mprotect((void *)OWN_CODE, PAGE, PROT_READ | PROT_EXEC))
		return complain("cannot make %#lx executable: %s", OWN_CODE, strerror(errno));

	return true;
}

/*
 * A process on the wrong table has the wrong stack too, and may share it with
 * its owner.  So a child that finds something wrong does as little as possible:
 * it leaves the numbers for complaint() and is gone.
 */
static bool wrong(unsigned long addr, unsigned long got, unsigned long want)
{
	if (!__atomic_exchange_n(&shared->complained, 1, __ATOMIC_SEQ_CST)) {
		shared->wrong.got = got;
		shared->wrong.want = my_pid() << 32 | (unsigned int)want;
		__atomic_store_n(&shared->wrong.addr, addr, __ATOMIC_SEQ_CST);
	}
	if (my_pid() != shared->tester)
		_exit(1);

	return false;
}

static bool pid_check(unsigned long pid)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(own_data); i++) {
		unsigned long want = pid << 32 | own_count;
		unsigned long got = peek(own_data[i]);

		if (got != want)
			return wrong(own_data[i], got, want);
	}

	return true;
}

static bool own_check(void)
{
	unsigned long pid = my_pid();
	unsigned long got;

	if (!pid_check(pid))
		return false;

	got = ((unsigned int (*)(void))OWN_CODE)();
	if (got != pid)
		return wrong(OWN_CODE, got << 32, pid << 32);

	return true;
}

/* What went wrong, in words. */
static const char *complaint(void)
{
	unsigned long addr = __atomic_load_n(&shared->wrong.addr, __ATOMIC_SEQ_CST);
	unsigned long got = shared->wrong.got;
	unsigned long want = shared->wrong.want;

	/* Even these may have gone through a stack that two processes share. */
	if (addr && addr < own_data[0])
		snprintf(shared->complaint, COMPLAINT,
			 "pid %lu ran on the stack of another process", want >> 32);
	else if (addr && got >> 32 == want >> 32)
		snprintf(shared->complaint, COMPLAINT,
			 "pid %lu found its write %u at %#lx, the last one was %u",
			 got >> 32, (unsigned int)got, addr, (unsigned int)want);
	else if (addr)
		snprintf(shared->complaint, COMPLAINT,
			 "pid %lu found %s pid %lu at %#lx: it ran on that user page table",
			 want >> 32, addr == OWN_CODE ? "code of" : "data of", got >> 32, addr);

	return shared->complaint;
}

/*
 * Accesses that are expected to fault
 */

enum access { READ, WRITE, JUMP };

static const char * const verb[] = { "read", "written", "executed" };

static struct probe {
	sigjmp_buf env;
	unsigned long value;		/* that could be read */
	unsigned long fault;		/* address the kernel reported */
	int sig;			/* 0: no fault */
} probe;

static void probe_handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	probe.sig = sig;
	probe.fault = (unsigned long)info->si_addr;
	siglongjmp(probe.env, 1);
}

/* Back by siglongjmp() if it faults, so nothing here lives in registers. */
static void probe_access(enum access how, unsigned long addr)
{
	probe.sig = 0;
	probe.value = 0;
	if (sigsetjmp(probe.env, 1))
		return;

	switch (how) {
	case READ:
		probe.value = peek(addr);
		break;
	case WRITE:
		poke(addr, 0);
		break;
	case JUMP:
		((void (*)(void))addr)();
		break;
	}
}

static const int probe_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE };

static void probe_do(enum access how, unsigned long addr)
{
	struct sigaction old[ARRAY_SIZE(probe_signals)];
	struct sigaction act = {
		.sa_sigaction = probe_handler,
		.sa_flags = SA_SIGINFO,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(probe_signals); i++)
		sigaction(probe_signals[i], &act, &old[i]);
	probe_access(how, addr);
	for (unsigned int i = 0; i < ARRAY_SIZE(probe_signals); i++)
		sigaction(probe_signals[i], &old[i], NULL);
}

/*
 * The read comes first, whatever is asked for: where it succeeds the verdict is
 * clear, and a write or a jump would only destroy the kernel that is to give it.
 */
static bool must_fault(enum access how, const char *what, unsigned long addr)
{
	probe_do(READ, addr);
	if (!probe.sig)
		return complain("%s at %#lx can be read from user space (%#lx): %s",
				what, addr, probe.value,
				"the user base pointer holds kernel mappings");
	if (how != READ && probe.sig == SIGSEGV)
		probe_do(how, addr);
	if (!probe.sig)
		return complain("%s at %#lx can be %s from user space: %s",
				what, addr, verb[how],
				"the user base pointer holds kernel mappings");
	if (probe.sig != SIGSEGV)
		return complain("%s at %#lx, %s from user space: signal %d, expected SIGSEGV",
				what, addr, verb[how], probe.sig);
	if (probe.fault != addr)
		return complain("%s at %#lx, %s from user space: SIGSEGV reported for %#lx",
				what, addr, verb[how], probe.fault);

	return true;
}

/*
 * Kernel addresses to try.  PV kernels are neither relocated nor randomised and
 * have four levels of page tables, so that these hold for all of them; kallsyms
 * and vmallocinfo add what is known of the kernel that runs.  Not the fixmap: before
 * v3.16 it has a page for the vDSO in it, which is meant to be read.
 */
static struct target {
	const char *what;
	unsigned long addr;
} targets[MAX_TARGETS] = {
	{ "kernel text",			0xffffffff81000000 },
	{ "kernel text",			0xffffffff81200000 },
	{ "direct map",				0xffff888000001000 },
	{ "direct map",				0xffff888000800000 },
	{ "direct map",				0xffff888001000000 },
	{ "direct map (before v4.20)",		0xffff880000001000 },
	{ "direct map (before v4.20)",		0xffff880001000000 },
	{ "vmemmap",				0xffffea0000000000 },
	{ "vmemmap",				0xffffea0000010000 },
	{ "vmalloc area",			0xffffc90000000000 },
};

static unsigned int nr_targets;

static void add_target(const char *what, unsigned long addr)
{
	if (nr_targets < MAX_TARGETS && (long)addr < 0)
		targets[nr_targets++] = (struct target){ what, addr };
}

static void find_targets(void)
{
	static const char * const names[] = {
		"_stext", "_etext", "xen_start_info", "xen_write_cr3",
		"init_top_pgt", "init_level4_pgt", "system_state", "init_task",
	};
	unsigned int vmallocs = 0;
	unsigned long addr;
	char line[256], name[64];
	FILE *file;

	while (nr_targets < MAX_TARGETS && targets[nr_targets].what)
		nr_targets++;

	/* The addresses read as 0 to those who may not know them. */
	file = fopen("/proc/kallsyms", "r");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx %*c %63s", &addr, name) != 2)
			continue;
		for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
			if (!strcmp(name, names[i]))
				add_target(names[i], addr);
	}
	if (file)
		fclose(file);

	/* Only RAM: to read the registers of a device may have effects. */
	file = fopen("/proc/vmallocinfo", "r");
	while (file && vmallocs < 4 && fgets(line, sizeof(line), file)) {
		if (!strstr(line, " vmalloc") || sscanf(line, "%lx-", &addr) != 1)
			continue;
		add_target("vmalloc()ed memory", addr);
		vmallocs++;
	}
	if (file)
		fclose(file);
}

/*
 * Rings: members that take turns.  Whoever has the token finds that all others
 * have run, and have written to the same addresses, since it last had it.
 */

struct ring {
	void (*wait)(int member);
	void (*pass)(int member);
	bool (*extra)(void);		/* done at each turn */
	int threads;			/* members in a process, 0 for 1 */
	int rounds;			/* times LAPS, 0 for 1 */
};

static int ring_pipe[MEMBERS][2];

static void pipe_wait(int member)
{
	char token;

	while (read(ring_pipe[member][0], &token, 1) != 1)
		;
}

static void pipe_pass(int member)
{
	if (write(ring_pipe[member][1], "t", 1) != 1)
		complain("cannot pass the token: %s", strerror(errno));
}

static void futex_wait(int member)
{
	while (!__atomic_exchange_n(&shared->go[member], 0, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &shared->go[member], FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void futex_pass(int member)
{
	__atomic_store_n(&shared->go[member], 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &shared->go[member], FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* A signal as token: the first thing a member does is to run its handler. */
static int signal_token;
static bool signal_good;

static void signal_handler(int sig)
{
	unsigned long here = (unsigned long)__builtin_frame_address(0);

	(void)sig;
	signal_good = own_check();
	if (here - OWN_STACK >= OWN_STACK_SIZE)
		signal_good = complain("handler runs at %#lx, not on its stack at %#lx",
				       here, OWN_STACK);
	__atomic_store_n(&signal_token, 1, __ATOMIC_SEQ_CST);
}

static void signal_wait(int member)
{
	sigset_t none;

	(void)member;
	sigemptyset(&none);
	while (!__atomic_exchange_n(&signal_token, 0, __ATOMIC_SEQ_CST))
		sigsuspend(&none);
}

static void signal_pass(int member)
{
	kill(shared->pid[member], SIGUSR1);
}

/* Prepared by every member, before it waits for the first time. */
static bool signal_setup(void)
{
	struct sigaction act = { .sa_handler = signal_handler, .sa_flags = SA_ONSTACK };
	stack_t stack = { .ss_sp = (void *)OWN_STACK, .ss_size = OWN_STACK_SIZE };

	if (sigaltstack(&stack, NULL) || sigaction(SIGUSR1, &act, NULL))
		return complain("cannot set up a signal handler: %s", strerror(errno));
	return true;
}

static bool signal_extra(void)
{
	return signal_good;
}

typedef long (*vgettimeofday_fn)(struct timeval *tv, void *tz);
typedef long (*vtime_fn)(long *seconds);

/*
 * The vsyscall page is the one kernel address that user space may call.  It has
 * an entry of its own in the user's table, which a switch must not lose.
 */
static bool vsyscall_extra(void)
{
	vgettimeofday_fn vgettimeofday = (vgettimeofday_fn)VSYSCALL;
	vtime_fn vtime = (vtime_fn)(VSYSCALL + 0x400);
	struct timeval before, now, after;
	long coarse;

	syscall(SYS_gettimeofday, &before, NULL);
	if (vgettimeofday(&now, NULL))
		return complain("gettimeofday() by vsyscall failed");
	coarse = vtime(NULL);
	syscall(SYS_gettimeofday, &after, NULL);

	if (now.tv_sec < before.tv_sec || now.tv_sec > after.tv_sec)
		return complain("gettimeofday() by vsyscall says %ld, by system call %ld",
				now.tv_sec, before.tv_sec);
	/* time() may be behind by a tick */
	if (coarse < before.tv_sec - 1 || coarse > after.tv_sec)
		return complain("time() by vsyscall says %ld, gettimeofday() %ld",
				coarse, before.tv_sec);

	return true;
}

static bool boundary_extra(void)
{
	return must_fault(READ, "kernel text", 0xffffffff81000000) &&
	       must_fault(READ, "direct map", 0xffff888000800000);
}

struct cpus {
	int id[MAX_CPUS];
	int nr;
};

FIXTURE(switching) {
	struct cpus cpus;
	bool too_few;			/* a setup cannot skip its test in all kernels */
};

FIXTURE_VARIANT(switching) {
	bool roam;
};

/* On one CPU every change of the running member is a switch of page tables. */
FIXTURE_VARIANT_ADD(switching, one_cpu) {
	.roam = false,
};

/*
 * Members begin on different CPUs and go on to the next at every other turn, so
 * that the base pointers of all change.  Migration is slow: fewer laps.
 */
FIXTURE_VARIANT_ADD(switching, all_cpus) {
	.roam = true,
};

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void find_cpus(struct cpus *cpus)
{
	cpu_set_t set;

	cpus->nr = 0;
	CPU_ZERO(&set);
	sched_getaffinity(0, sizeof(set), &set);
	for (int cpu = 0; cpu < CPU_SETSIZE && cpus->nr < MAX_CPUS; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus->id[cpus->nr++] = cpu;
}

static void make_shared(struct __test_metadata *_metadata)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, shared) {
		TH_LOG("cannot map shared memory: %s", strerror(errno));
	}
	shared->tester = my_pid();
}

FIXTURE_SETUP(switching)
{
	make_shared(_metadata);
	find_cpus(&self->cpus);
	ASSERT_LE(1, self->cpus.nr) {
		TH_LOG("cannot tell which CPUs to run on: %s", strerror(errno));
	}
	self->too_few = variant->roam && self->cpus.nr < 2;
	if (!variant->roam)
		self->cpus.nr = 1;
	run_on(self->cpus.id[0]);
}

FIXTURE_TEARDOWN(switching)
{
}

/* How often this thread has lost the CPU, by its own will or not. */
static long switches(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_THREAD, &usage))
		return 0;
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

/* What a member needs to know, threads included. */
static const struct ring *the_ring;
static const struct cpus *the_cpus;

/* Fewer suit a load that only has to go on while something else is tested. */
static int laps_wanted(void)
{
	const char *var = getenv(LAPS_VAR);
	int laps = var ? atoi(var) : 0;

	return laps > 1 ? laps : LAPS;
}

static bool ring_member(int member)
{
	const struct ring *ring = the_ring;
	int laps = laps_wanted() * (ring->rounds ?: 1);
	long start = switches();
	long seen;

	if (the_cpus->nr > 1)
		laps /= 2;

	own_tid = syscall(SYS_gettid);

	for (int lap = 0; lap < laps; lap++) {
		ring->wait(member);
		if (!own_check())
			return false;
		if (the_cpus->nr > 1 && lap % 2 == 0) {
			run_on(the_cpus->id[(member + lap / 2) % the_cpus->nr]);
			if (!own_check())
				return false;
		}
		if (own_tid != (unsigned long)syscall(SYS_gettid))
			return complain("thread data is that of thread %lu", own_tid);
		own_write();
		if (ring->extra && !ring->extra())
			return false;
		if (lap < laps - 1 || member < MEMBERS - 1)
			ring->pass((member + 1) % MEMBERS);
	}

	/* On several CPUs the token may be back before its waiter sleeps. */
	seen = switches() - start;
	if (the_cpus->nr == 1 && seen < laps - 1)
		return complain("%ld context switches in %d laps: the test proves nothing",
				seen, laps);
	return true;
}

static void *ring_thread(void *arg)
{
	return ring_member((int)(long)arg) ? arg : NULL;
}

static bool ring_process(int member)
{
	pthread_t thread;
	void *result;

	if (!own_map_all() || !own_take() || !signal_setup())
		return false;
	if (the_ring->threads < 2)
		return ring_member(member);

	if (pthread_create(&thread, NULL, ring_thread, (void *)(long)(member + 1)))
		return complain("cannot start a thread: %s", strerror(errno));
	return ring_member(member) && !pthread_join(thread, &result) && result;
}

/*
 * Waits for all children.  Once one has failed the others may wait for it for
 * ever, so they are killed.
 */
static void reap(struct __test_metadata *_metadata, int nr)
{
	pid_t failed = 0;
	int how = 0;

	for (int left = nr; left > 0; left--) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);

		if (pid < 0)
			break;
		if (!status || failed)
			continue;
		failed = pid;
		how = status;
		for (int i = 0; i < nr; i++)
			if (shared->pid[i] != pid)
				kill(shared->pid[i], SIGKILL);
	}

	EXPECT_EQ(0, failed) {
		if (complaint()[0])
			TH_LOG("%s", complaint());
		else if (WIFSIGNALED(how))
			TH_LOG("pid %d was killed by signal %d, as happens on a wrong page table",
			       failed, WTERMSIG(how));
		else
			TH_LOG("pid %d ended with status %d", failed, WEXITSTATUS(how));
	}
}

static void run_ring(struct __test_metadata *_metadata, const struct cpus *cpus,
		     const struct ring *ring)
{
	int step = ring->threads ?: 1;
	int nr = 0;
	sigset_t usr1;

	the_ring = ring;
	the_cpus = cpus;
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);

	for (int member = 0; member < MEMBERS; member++)
		ASSERT_EQ(0, pipe(ring_pipe[member])) {
			TH_LOG("cannot make a pipe: %s", strerror(errno));
		}

	for (int member = 0; member < MEMBERS; member += step) {
		pid_t pid = fork();

		if (!pid)
			_exit(!ring_process(member));
		ASSERT_LT(0, pid) {
			TH_LOG("cannot fork: %s", strerror(errno));
		}
		shared->pid[nr++] = pid;
	}

	ring->pass(0);
	reap(_metadata, nr);
}

/* Each process sleeps in a system call, and is woken by the one before it. */
TEST_F_TIMEOUT(switching, pipe, TIMEOUT)
{
	const struct ring ring = { .wait = pipe_wait, .pass = pipe_pass, .rounds = 3 };

	if (self->too_few)
		SKIP(return, "only one CPU is online");
	run_ring(_metadata, &self->cpus, &ring);
}

/*
 * Two threads in a process: half of the switches stay within an mm and must not
 * lose its tables, the other half leave it.
 */
TEST_F_TIMEOUT(switching, threads, TIMEOUT)
{
	const struct ring ring = { .wait = futex_wait, .pass = futex_pass, .threads = 2 };

	if (self->too_few)
		SKIP(return, "only one CPU is online");
	run_ring(_metadata, &self->cpus, &ring);
}

/* The kernel builds a signal frame on the stack of the process it returns to. */
TEST_F_TIMEOUT(switching, signals, TIMEOUT)
{
	const struct ring ring = { .wait = signal_wait, .pass = signal_pass,
				   .extra = signal_extra };

	if (self->too_few)
		SKIP(return, "only one CPU is online");
	run_ring(_metadata, &self->cpus, &ring);
}

TEST_F_TIMEOUT(switching, vsyscall, TIMEOUT)
{
	const struct ring ring = { .wait = pipe_wait, .pass = pipe_pass,
				   .extra = vsyscall_extra };
	FILE *maps = fopen("/proc/self/maps", "r");
	bool found = false;
	char line[256];

	if (self->too_few)
		SKIP(return, "only one CPU is online");
	while (maps && fgets(line, sizeof(line), maps))
		found |= !!strstr(line, "[vsyscall]");
	if (maps)
		fclose(maps);
	if (!found)
		SKIP(return, "no [vsyscall] in /proc/self/maps");
	run_ring(_metadata, &self->cpus, &ring);
}

/* The kernel's memory stays closed also in a process just switched to. */
TEST_F_TIMEOUT(switching, boundary, TIMEOUT)
{
	const struct ring ring = { .wait = futex_wait, .pass = futex_pass,
				   .extra = boundary_extra };

	if (self->too_few)
		SKIP(return, "only one CPU is online");
	run_ring(_metadata, &self->cpus, &ring);
}

/* True once @nr processes have come here. */
static bool wait_for_all(int nr)
{
	int ready = __atomic_add_fetch(&shared->ready, 1, __ATOMIC_SEQ_CST);

	while (ready < nr) {
		syscall(SYS_futex, &shared->ready, FUTEX_WAIT, ready, NULL, NULL, 0);
		ready = __atomic_load_n(&shared->ready, __ATOMIC_SEQ_CST);
	}
	syscall(SYS_futex, &shared->ready, FUTEX_WAKE, nr, NULL, NULL, 0);
	return true;
}

/*
 * Give way until others have run, but do not insist: how far sched_yield() goes
 * is up to the scheduler.
 */
static bool yield_and_check(void)
{
	int laps = laps_wanted();
	long start = switches();

	for (int i = 0; i < 200 && switches() - start < laps; i++) {
		sched_yield();
		if (!own_check())
			return false;
		own_write();
	}

	return true;
}

/*
 * Everybody can run all the time: switches happen at sched_yield() and at timer
 * interrupts, not only where a process goes to sleep.
 */
TEST_F_TIMEOUT(switching, yield, TIMEOUT)
{
	if (self->too_few)
		SKIP(return, "only one CPU is online");
	for (int i = 0; i < MEMBERS; i++) {
		pid_t pid = fork();

		if (!pid) {
			run_on(self->cpus.id[i % self->cpus.nr]);
			_exit(!(own_map_all() && own_take() && wait_for_all(MEMBERS) &&
				yield_and_check()));
		}
		ASSERT_LT(0, pid) {
			TH_LOG("cannot fork: %s", strerror(errno));
		}
		shared->pid[i] = pid;
	}
	reap(_metadata, MEMBERS);
}

/*
 * A child begins with its parent's memory: tables of its own, the same pages.
 * Each then makes the pages its own by writing to them, once all exist.
 */
static bool cow_child(unsigned long parent, int depth)
{
	pid_t pid;
	int status;

	if (!pid_check(parent) || !wait_for_all(depth ? MEMBERS : 0) ||
	    !pid_check(parent) || !own_take() || !own_check())
		return false;
	if (!depth)
		return yield_and_check();

	/* and once more, from a process that is itself a copy */
	parent = my_pid();
	pid = fork();
	if (!pid)
		_exit(!cow_child(parent, depth - 1));
	if (pid < 0)
		return complain("cannot fork: %s", strerror(errno));

	return own_check() && yield_and_check() && waitpid(pid, &status, 0) == pid &&
	       own_check() && !status;
}

TEST_F_TIMEOUT(switching, fork_cow, TIMEOUT)
{
	if (self->too_few)
		SKIP(return, "only one CPU is online");
	ASSERT_TRUE(own_map_all() && own_take()) {
		TH_LOG("%s", complaint());
	}

	for (int i = 0; i < MEMBERS; i++) {
		unsigned long parent = my_pid();
		pid_t pid = fork();

		if (!pid) {
			run_on(self->cpus.id[i % self->cpus.nr]);
			_exit(!cow_child(parent, 1));
		}
		ASSERT_LT(0, pid) {
			TH_LOG("cannot fork: %s", strerror(errno));
		}
		shared->pid[i] = pid;
	}

	EXPECT_TRUE(own_check()) {
		TH_LOG("while children write: %s", complaint());
	}
	reap(_metadata, MEMBERS);
	EXPECT_TRUE(own_check()) {
		TH_LOG("after children have written: %s", complaint());
	}
}

/*
 * A new image replaces the tables under a running process.  It must find its own
 * data, and nothing where the old one kept its own.  The status says what failed.
 */
static const char * const exec_errors[] = {
	[1] = "cannot execute this program again",
	[2] = "the new image finds data of the old one in its variables",
	[3] = "the new image can read what the old one had mapped",
	[4] = "cannot map memory in the new image",
	[5] = "the new image lost what it wrote",
	[6] = "the new image can read kernel text: the user base pointer holds kernel mappings",
};

static const char *self_path = "/proc/self/exe";

static int exec_image(const char *depth)
{
	static struct shared unseen;
	char next[] = { depth[0] - 1, '\0' };

	/* Complaints go nowhere: this process shares no memory with the test. */
	shared = &unseen;
	shared->tester = my_pid();
	if (exec_marker != 1 || own_count != 1)
		return 2;
	for (unsigned int i = 0; i < ARRAY_SIZE(own_data); i++)
		if (!must_fault(READ, "old image", own_data[i]))
			return 3;
	if (!own_map_all() || !own_take())
		return 4;
	if (!yield_and_check())
		return 5;
	if (!must_fault(READ, "kernel text", 0xffffffff81000000))
		return 6;
	if (next[0] < '0')
		return 0;

	/* Without a fork the old tables go while the process runs on. */
	exec_marker = 2;
	execl(self_path, self_path, "--exec", next, NULL);
	return 1;
}

/* Until the child's exec the two run on the same tables. */
static pid_t vfork_exec(void)
{
	pid_t pid = vfork();

	if (!pid) {
		execl(self_path, self_path, "--exec", "1", NULL);
		_exit(1);
	}
	return pid;
}

TEST_F_TIMEOUT(switching, vfork_exec, TIMEOUT)
{
	if (self->too_few)
		SKIP(return, "only one CPU is online");
	ASSERT_TRUE(own_map_all() && own_take()) {
		TH_LOG("%s", complaint());
	}
	exec_marker = 2;

	for (int i = 0; i < 3; i++) {
		unsigned int code;
		int status = 0;
		pid_t pid;

		/* The mask is inherited; a failure names the CPU by its turn. */
		run_on(self->cpus.id[i % self->cpus.nr]);
		pid = vfork_exec();
		ASSERT_LT(0, pid) {
			TH_LOG("cannot vfork: %s", strerror(errno));
		}
		EXPECT_TRUE(own_check()) {
			TH_LOG("after the child's exec: %s", complaint());
		}
		own_write();
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		EXPECT_TRUE(own_check()) {
			TH_LOG("after the child's end: %s", complaint());
		}
		code = WEXITSTATUS(status);
		ASSERT_EQ(0, status) {
			if (WIFSIGNALED(status))
				TH_LOG("the new image was killed by signal %d", WTERMSIG(status));
			else
				TH_LOG("%s (status %u)", code < ARRAY_SIZE(exec_errors) ?
				       exec_errors[code] : "unexpected", code);
		}
	}
}

/*
 * Work for kernel threads, which run on the tables of whatever process was there
 * before them.  sync() wakes the flushers, where there are any; stat_refresh
 * (since v4.7, for root) has a worker run on each CPU and waits for them; and
 * mlock() did so before v5.18.  If none of it works the idle task is left, which
 * is a kernel thread too.
 */
static void wake_kernel_threads(void)
{
	const struct timespec ms = { .tv_nsec = 1000000 };
	int fd = open("/proc/sys/vm/stat_refresh", O_WRONLY);

	if (fd >= 0) {
		if (write(fd, "1\n", 2) != 2)
			errno = 0;
		close(fd);
	}
	sync();
	if (!mlock((void *)own_data[0], PAGE))
		munlock((void *)own_data[0], PAGE);
	nanosleep(&ms, NULL);
}

/*
 * A kernel thread has no tables of its own: it keeps those of the process before
 * it, and cr3 is not written until another process comes ("lazy TLB").  So a
 * process may come back to a CPU where its own tables are still loaded, or where
 * those of a process are that has died meanwhile - which the kernel must notice
 * before it frees them.  Both happen here: the child writes to the same addresses,
 * sleeps while idle or kernel threads run on its tables, goes to another CPU if
 * there is one, and exits while the parent is asleep.
 */
TEST_F_TIMEOUT(switching, lazy_tlb, TIMEOUT)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	if (self->too_few)
		SKIP(return, "only one CPU is online");
	ASSERT_TRUE(own_map_all() && own_take()) {
		TH_LOG("%s", complaint());
	}

	for (int i = 0; i < 6; i++) {
		long start = switches();
		pid_t pid;

		run_on(self->cpus.id[i % self->cpus.nr]);
		pid = fork();
		if (!pid) {
			bool good = own_take();

			nanosleep(&ms, NULL);
			good = good && own_check();
			run_on(self->cpus.id[(i + 1) % self->cpus.nr]);
			_exit(!(good && own_check()));
		}
		ASSERT_LT(0, pid) {
			TH_LOG("cannot fork: %s", strerror(errno));
		}
		shared->pid[0] = pid;
		reap(_metadata, 1);
		EXPECT_TRUE(own_check()) {
			TH_LOG("after another process died: %s", complaint());
		}
		own_write();
		wake_kernel_threads();
		EXPECT_TRUE(own_check()) {
			TH_LOG("after kernel threads ran: %s", complaint());
		}
		EXPECT_LE(2, switches() - start) {
			TH_LOG("this process never slept: the test proves nothing");
		}
	}
}

/*
 * The boundary, on each CPU, since each has a base pointer of its own.
 */

FIXTURE(boundary) {
	struct cpus cpus;
};

FIXTURE_SETUP(boundary)
{
	make_shared(_metadata);
	find_cpus(&self->cpus);
	ASSERT_LE(1, self->cpus.nr) {
		TH_LOG("cannot tell which CPUs to run on: %s", strerror(errno));
	}
}

FIXTURE_TEARDOWN(boundary)
{
}

static void try_all(struct __test_metadata *_metadata, const struct cpus *cpus,
		    enum access how)
{
	for (int cpu = 0; cpu < cpus->nr; cpu++) {
		run_on(cpus->id[cpu]);
		for (unsigned int i = 0; i < nr_targets; i++) {
			bool good = must_fault(how, targets[i].what, targets[i].addr);

			EXPECT_TRUE(good) {
				TH_LOG("%s", complaint());
			}
			/* One list of what is open is enough, that of boundary.read. */
			if (!good && how != READ)
				return;
			shared->complained = 0;
		}
	}
}

TEST_F_TIMEOUT(boundary, read, TIMEOUT)
{
	try_all(_metadata, &self->cpus, READ);
}

TEST_F_TIMEOUT(boundary, write, TIMEOUT)
{
	try_all(_metadata, &self->cpus, WRITE);
}

TEST_F_TIMEOUT(boundary, jump, TIMEOUT)
{
	try_all(_metadata, &self->cpus, JUMP);
}

/*
 * Xen emulates an instruction with this prefix for PV guests, from ring 3 too.
 * Anywhere else the first half of it is an invalid opcode.
 */
static void forced_cpuid(unsigned int leaf, unsigned int reg[4])
{
	asm volatile("ud2a\n\t.ascii \"xen\"\n\tcpuid"
		     : "=a" (reg[0]), "=b" (reg[1]), "=c" (reg[2]), "=d" (reg[3])
		     : "0" (leaf), "2" (0));
}

static bool forced_cpuid_is_xen(void)
{
	unsigned int reg[4] = { 0 };

	if (sigsetjmp(probe.env, 1))
		return false;
	forced_cpuid(0x40000000, reg);
	return !memcmp(&reg[1], "XenVMMXenVMM", 12);
}

static bool read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "r");
	bool good = file && fgets(line, size, file);

	if (file)
		fclose(file);
	if (good)
		line[strcspn(line, "\n")] = '\0';
	return good;
}

/* NULL if this is the kernel to test, or why it is not. */
static const char *why_not_pv(void)
{
	struct sigaction act = { .sa_sigaction = probe_handler, .sa_flags = SA_SIGINFO };
	struct sigaction old;
	static char why[128];
	char type[32];
	bool pv;

	/* guest_type is not in kernels before v4.13, and sysfs may not be mounted */
	if (read_line("/sys/hypervisor/type", type, sizeof(type)) && strcmp(type, "xen")) {
		snprintf(why, sizeof(why), "hypervisor is %s, not Xen", type);
		return why;
	}
	if (read_line("/sys/hypervisor/guest_type", type, sizeof(type))) {
		if (!strcmp(type, "PV"))
			return NULL;
		snprintf(why, sizeof(why), "Xen guest is of type %s, not PV", type);
		return why;
	}

	sigaction(SIGILL, &act, &old);
	pv = forced_cpuid_is_xen();
	sigaction(SIGILL, &old, NULL);

	return pv ? NULL : "not a Xen PV guest";
}

int main(int argc, char **argv)
{
	const char *why;

	/* /proc may not be mounted */
	if (access(self_path, X_OK) && argv[0][0] == '/')
		self_path = argv[0];
	if (argc == 3 && !strcmp(argv[1], "--exec"))
		return exec_image(argv[2]);

	why = why_not_pv();
	if (why) {
		ksft_print_header();
		ksft_exit_skip("64-bit Xen PV only: %s\n", why);
	}

	find_targets();

	return test_harness_run(argc, argv);
}
