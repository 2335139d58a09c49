// SPDX-License-Identifier: GPL-2.0-only
/*
 * xen_pv_cr3.c - page table switching of a 64-bit Xen PV kernel
 *
 * A 64-bit PV kernel runs in ring 3 as its user space does, so page tables are
 * all that keeps the two apart.  Every vCPU has two base pointers, one for the
 * kernel and one for user space, and each write of cr3 must load both.  If the
 * user's is
 *
 *  - not loaded, a process runs on the table of another, and on its stack and
 *    data, so nothing it remembers tells it that.  Hence memory is compared with
 *    getpid(): the kernel answers that from its own mappings.
 *
 *  - the kernel's own, or of a table with kernel memory in it, everything works,
 *    but that memory is open to every process.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <linux/elf.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "../kselftest_harness.h"

#define PAGE		4096UL
#define MEMBERS		6		/* processes that take turns */
#define LAPS		4		/* turns of a member on one CPU */
#define MAX_TARGETS	16
#define TIMEOUT		30		/* seconds; a whole run takes less than 3 */
#define VSYSCALL	0xffffffffff600000UL

/*
 * Where every process keeps something of its own: far apart, so that each needs
 * a top-level entry of its own in the user's table, and far from all else.
 */
static const unsigned long own_data[] = { 0x010000000000, 0x5d0000000000 };

/* Private to each process, at the same address in all of them. */
static unsigned int own_count;

/* The only memory that the processes of a test have in common. */
static struct shared {
	unsigned long turns;		/* taken so far */
	int failed, told;		/* somebody has, and has said why */
	struct failure {
		int pid, cpu;
		const char *what;
		unsigned long addr, got, want;
	} failure;			/* the first one */
} *shared;

/* Not the C library's, which may have the answers from memory. */
static int my_cpu(void)
{
	unsigned int cpu = 0;

	syscall(SYS_getcpu, &cpu, NULL, NULL);
	return cpu;
}

static unsigned long my_pid(void)
{
	return syscall(SYS_getpid);
}

/*
 * A process on the wrong table has the wrong stack too, and may share it with
 * its owner.  So one that finds something wrong does as little as possible.
 */
static void die(const char *what, unsigned long addr, unsigned long got, unsigned long want)
{
	if (!__atomic_exchange_n(&shared->failed, 1, __ATOMIC_SEQ_CST)) {
		shared->failure = (struct failure){ my_pid(), my_cpu(), what, addr, got, want };
		__atomic_store_n(&shared->told, 1, __ATOMIC_SEQ_CST);
	}
	/* Once one has ended, all others are killed, also who has not told yet. */
	while (!__atomic_load_n(&shared->told, __ATOMIC_SEQ_CST))
		sched_yield();
	_exit(1);
}

/* Memory that tells whose it is.  The compiler must not merge accesses to it. */
static unsigned long peek(unsigned long addr)
{
	return __atomic_load_n((unsigned long *)addr, __ATOMIC_SEQ_CST);
}

static void own_check(unsigned long pid)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(own_data); i++) {
		unsigned long want = pid << 32 | own_count;
		unsigned long got = peek(own_data[i]);

		if (got != want)
			die("found memory of another process", own_data[i], got, want);
	}
}

static void own_write(void)
{
	own_count++;
	for (unsigned int i = 0; i < ARRAY_SIZE(own_data); i++)
		__atomic_store_n((unsigned long *)own_data[i], my_pid() << 32 | own_count,
				 __ATOMIC_SEQ_CST);
}

static void own_map(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(own_data); i++)
		if (mmap((void *)own_data[i], PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
			die("cannot map memory", own_data[i], errno, 0);
	own_write();
}

static const char cpu_gone[] = "was on a CPU that went offline";
static int cpus[CPU_SETSIZE];
static int nr_cpus;

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	for (int i = 0; i < 2; i++) {
		if (sched_setaffinity(0, sizeof(set), &set))
			die(errno == EINVAL ? cpu_gone : "cannot be sent to a CPU", 0, errno, 0);
		if (my_cpu() == cpu)
			return;
	}
	die("was sent to a CPU and is on another one", 0, my_cpu(), cpu);
}

/* The kernel moves it away only if the CPU goes offline; then run_on() fails. */
static void must_be_on(int cpu)
{
	int here = my_cpu();

	if (here != cpu) {
		run_on(cpu);
		die("has left its CPU", 0, here, cpu);
	}
}

/* How often this thread has lost the CPU, by its own will or not. */
static unsigned long nr_switches(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_THREAD, &usage))
		die("cannot count context switches", 0, errno, 0);
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

/* Kernel memory.  Only what is known to be there is a target. */
static unsigned long targets[MAX_TARGETS];
static int nr_targets;

/*
 * A page of each segment of the kernel: of its image, the direct map, vmemmap and
 * the vmalloc area.  What is not mapped reads as zeros.
 */
static void find_targets(void)
{
	int fd = open("/proc/kcore", O_RDONLY);
	unsigned long word, at;
	struct elf64_phdr seg;
	struct elf64_hdr elf;

	if (fd < 0 || pread(fd, &elf, sizeof(elf), 0) != sizeof(elf)) {
		ksft_print_msg("cannot read /proc/kcore: %s\n", strerror(errno));
		elf.e_phnum = 0;
	}
	for (int i = 0; i < elf.e_phnum && nr_targets < MAX_TARGETS; i++) {
		if (pread(fd, &seg, sizeof(seg), elf.e_phoff + i * sizeof(seg)) != sizeof(seg))
			break;
		/* There is one page that user space may have. */
		if (seg.p_type != PT_LOAD || seg.p_vaddr == VSYSCALL)
			continue;
		for (at = 0, word = 0; !word && at < seg.p_filesz && at < 256 * PAGE; at += PAGE)
			if (pread(fd, &word, sizeof(word), seg.p_offset + at) == sizeof(word) &&
			    word)
				targets[nr_targets++] = seg.p_vaddr + at;
	}
	if (fd >= 0)
		close(fd);
	ksft_print_msg("%d kernel addresses to try\n", nr_targets);
	for (int i = 0; i < nr_targets; i++)
		ksft_print_msg("%#lx\n", targets[i]);
}

static sigjmp_buf probe_env;

static void probe_handler(int sig)
{
	siglongjmp(probe_env, sig);
}

/* The signal that comes of it, or 0. */
static int probe(unsigned long addr, unsigned long *value)
{
	int sig = sigsetjmp(probe_env, 1);

	if (!sig) {
		signal(SIGSEGV, probe_handler);
		*value = peek(addr);
	}
	signal(SIGSEGV, SIG_DFL);
	return sig;
}

/* That a page cannot be read tells something only if one that can be is. */
static void must_fault(unsigned long addr)
{
	unsigned long text = (unsigned long)must_fault, value = 0;

	if (probe(text, &value) || !value)
		die("cannot read its own text: the test proves nothing", text, value, 0);
	if (!probe(addr, &value))
		die("can read what it must not: the user base pointer holds kernel mappings",
		    addr, value, 0);
}

/* Taking turns: whoever has the token knows that all others have run since. */

static int ring_pipe[MEMBERS][2];
static void (*ring_turn)(void);
static unsigned long laps;

static void ring_member(int me)
{
	/* The kernel reads and writes user memory on its own base. */
	unsigned long *token = (unsigned long *)own_data[0] + 1;
	const ssize_t len = sizeof(*token);
	int cpu = cpus[me % nr_cpus];
	unsigned long last = -1;

	run_on(cpu);
	for (unsigned long turn = me; turn < laps * MEMBERS; turn += MEMBERS) {
		if (read(ring_pipe[me][0], token, len) != len)
			die("cannot get the token", 0, errno, 0);
		must_be_on(cpu);
		own_check(my_pid());
		if (*token != turn || shared->turns != turn)
			die("got the token out of turn", 0, *token, turn);
		if (nr_switches() == last)
			die("has not been switched: the test proves nothing", 0, last, 0);
		last = nr_switches();

		cpu = cpus[(me + turn / MEMBERS) % nr_cpus];
		run_on(cpu);
		own_check(my_pid());
		if (ring_turn)
			ring_turn();
		must_be_on(cpu);
		own_write();
		*token = ++shared->turns;
		if (write(ring_pipe[(me + 1) % MEMBERS][1], token, len) != len)
			die("cannot pass the token", 0, errno, 0);
	}
}

/* Everybody runs all the time, and is switched by the timer: that is a turn. */
static void spin(int me)
{
	int cpu = cpus[me / 2 % nr_cpus];	/* nobody is alone on it */
	unsigned long last, seen = 0;

	run_on(cpu);
	last = nr_switches();
	while (__atomic_load_n(&shared->turns, __ATOMIC_SEQ_CST) < laps * MEMBERS) {
		own_check(my_pid());
		if (seen < laps && nr_switches() != last) {
			last = nr_switches();
			seen++;
			__atomic_add_fetch(&shared->turns, 1, __ATOMIC_SEQ_CST);
		}
		own_write();
	}
	must_be_on(cpu);
}

/* The kernel's memory is closed to a process just switched to. */
static void turn_boundary(void)
{
	for (int i = 0; i < nr_targets; i++)
		must_fault(targets[i]);
}

static void reap_child(pid_t pid)
{
	int status = 0;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("has lost a child", 0, errno, 0);
	if (status)
		die("had a child that failed", 0, status, 0);
}

/*
 * A child has tables of its own and at first the same pages.  It dies while this
 * process sleeps: then a kernel thread, the idle one at least, runs on the tables
 * of a process that is no more.
 */
static void turn_fork(void)
{
	unsigned long parent = my_pid();
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		own_check(parent);
		own_write();
		sched_yield();
		own_check(my_pid());
		_exit(0);
	}
	own_write();
	usleep(1000);
	own_check(my_pid());
	reap_child(pid);
	own_check(my_pid());
}

/* A new image: new tables under a running process.  Says what failed. */
static int new_image(unsigned long target)
{
	static struct shared unseen;
	unsigned long value;

	shared = &unseen;
	if (own_count)
		return 2;		/* variables are those of the old image */
	for (unsigned int i = 0; i < ARRAY_SIZE(own_data); i++)
		if (!probe(own_data[i], &value))
			return 3;	/* so are mappings */
	own_map();
	sched_yield();
	own_check(my_pid());
	if (target)
		must_fault(target);
	return 0;
}

/* Until its exec the child runs on the tables of its parent. */
static void turn_exec(void)
{
	char target[20];
	pid_t pid;

	snprintf(target, sizeof(target), "%lx", targets[0]);
	pid = vfork();
	if (!pid) {
		execl("/proc/self/exe", "xen_pv_cr3", "--exec", target, NULL);
		_exit(127);
	}
	own_check(my_pid());
	own_write();
	reap_child(pid);
	own_check(my_pid());
}

FIXTURE(switching) {
};

FIXTURE_VARIANT(switching) {
	void (*body)(int me);
	void (*turn)(void);
};

FIXTURE_VARIANT_ADD(switching, processes) { ring_member, NULL };
FIXTURE_VARIANT_ADD(switching, preemption) { spin, NULL };
FIXTURE_VARIANT_ADD(switching, boundary) { ring_member, turn_boundary };
FIXTURE_VARIANT_ADD(switching, fork) { ring_member, turn_fork };
FIXTURE_VARIANT_ADD(switching, exec) { ring_member, turn_exec };

FIXTURE_SETUP(switching)
{
	unsigned long first = 0;
	cpu_set_t set;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, shared);
	ASSERT_EQ(0, sched_getaffinity(0, sizeof(set), &set));
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus[nr_cpus++] = cpu;

	ring_turn = variant->turn;
	for (int me = 0; me < MEMBERS; me++)
		ASSERT_EQ(0, pipe(ring_pipe[me]));
	ASSERT_LT(0, write(ring_pipe[0][1], &first, sizeof(first)));
}

FIXTURE_TEARDOWN(switching)
{
}

static void kill_all(const pid_t *pids, int nr)
{
	for (int i = 0; i < nr; i++)
		if (pids[i])
			kill(pids[i], SIGKILL);
}

/* Each child is accounted for, and none outlives the test. */
static void run(struct __test_metadata *_metadata, void (*body)(int))
{
	int nr = 0, left, i, status, bad = 0, cannot_fork = 0;
	struct failure *f = &shared->failure;
	pid_t pids[MEMBERS], pid;

	if (ring_turn == turn_boundary && !nr_targets)
		SKIP(return, "no kernel address is known");
	laps = nr_cpus > 1 ? nr_cpus : LAPS;
	for (int me = 0; me < MEMBERS && !cannot_fork; me++) {
		pid = fork();
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			own_map();
			body(me);
			_exit(0);
		}
		if (pid < 0)
			cannot_fork = errno;
		else
			pids[nr++] = pid;
	}

	for (left = nr; left; left--) {
		/* Once one is missing, others may wait for it for ever. */
		if (bad || cannot_fork)
			kill_all(pids, nr);
		pid = waitpid(-1, &status, 0);
		for (i = 0; i < nr && pids[i] != pid; i++)
			;
		if (i == nr)
			break;
		pids[i] = 0;
		if (!bad && !cannot_fork)
			bad = status;
	}
	kill_all(pids, nr);

	if (f->what == cpu_gone)
		SKIP(return, "a CPU went offline");
	EXPECT_EQ(0, cannot_fork);
	EXPECT_EQ(0, left) {
		TH_LOG("%d of %d children are lost", left, nr);
	}
	EXPECT_EQ(0, bad) {
		if (f->what)
			TH_LOG("pid %d on CPU %d %s (address %#lx, got %#lx, expected %#lx)",
			       f->pid, f->cpu, f->what, f->addr, f->got, f->want);
		else
			TH_LOG("a child ended with status %#x, as happens on a wrong table", bad);
	}
	if (!bad)
		EXPECT_EQ(laps * MEMBERS, shared->turns);
}

/* Every change of the running member is a switch of page tables. */
TEST_F_TIMEOUT(switching, one_cpu, TIMEOUT)
{
	nr_cpus = 1;
	run_on(cpus[0]);
	run(_metadata, variant->body);
}

/* Members begin on different CPUs and go on to the next with each turn. */
TEST_F_TIMEOUT(switching, all_cpus, TIMEOUT)
{
	if (nr_cpus < 2)
		SKIP(return, "only one CPU is online");
	run(_metadata, variant->body);
}

int main(int argc, char **argv)
{
	FILE *type = fopen("/sys/hypervisor/guest_type", "r");
	char line[8] = "";

	if (argc == 3 && !strcmp(argv[1], "--exec"))
		return new_image(strtoul(argv[2], NULL, 16));

	/* Before v4.13 there was only this. */
	if (!type)
		type = fopen("/sys/hypervisor/type", "r");
	if (!type || !fgets(line, sizeof(line), type) ||
	    (strcmp(line, "PV\n") && strcmp(line, "xen\n"))) {
		ksft_print_header();
		ksft_exit_skip("not a Xen PV guest\n");
	}
	fclose(type);
	find_targets();
	return test_harness_run(argc, argv);
}
