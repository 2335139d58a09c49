// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run all probes, and print KTAP.
 *
 *	probes [PREFIX...]	only those whose names begin so
 */
#include "probes.h"
#include "../cmdline.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>

/* Seconds that one may take, times patience: none takes one. */
#define LIMIT		20
#define STATUS_SKIP	4

static const struct probe * const subjects[] = {
	cpus_probes, traps_probes, step_probes, fpu_probes, segments_probes,
	compat_probes, ports_probes, clock_probes, memory_probes, events_probes,
	xen_probes, modules_probes, power_probes,
};

static const char *name;	/* of the probe that runs */

/* As the kernel's harness has it, and pvboot knows it */
static void complain(const char *file, int line, const char *fmt, va_list ap)
{
	const char *base = strrchr(file, '/');

	printf("# %s:%d:%s:", base ? base + 1 : file, line, name);
	vprintf(fmt, ap);
	putchar('\n');
}

static void __printf(1, 2) say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(__FILE__, __LINE__, fmt, ap);
	va_end(ap);
}

void probe_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(file, line, fmt, ap);
	va_end(ap);
	fflush(stdout);
	_exit(1);
}

void probe_skip(const char *fmt, ...)
{
	va_list ap;

	printf("# SKIP %s: ", name);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	_exit(STATUS_SKIP);
}

bool next_cpu(int *cpu)
{
	static cpu_set_t all;

	if (*cpu < 0) {
		/* Those that were online when the first was asked for */
		for (int i = 0; i < CPU_SETSIZE; i++)
			CPU_SET(i, &all);
		if (sched_setaffinity(0, sizeof(all), &all) ||
		    sched_getaffinity(0, sizeof(all), &all))
			fail("its CPUs are not known: %s", strerror(errno));
	}
	while (++*cpu < CPU_SETSIZE) {
		if (CPU_ISSET(*cpu, &all)) {
			pin(*cpu);
			return true;
		}
	}
	return false;
}

void pin(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		fail("cannot go to CPU %d: %s", cpu, strerror(errno));
}

int count_cpus(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

ssize_t text_in(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (fd >= 0)
		close(fd);
	buf[len > 0 ? len : 0] = '\0';
	return len;
}

double asked_for(const char *what)
{
	const char *number = cmdline_option(what);

	return number ? strtod(number, NULL) : -1;
}

/* pvboot.known=PROBE[,PROBE...]: is that one's fault known of this kernel? */
static bool is_known(const char *what)
{
	char *list = cmdline_option("pvboot.known=");

	for (char *word = list ? strtok(list, ",") : NULL; word; word = strtok(NULL, ","))
		if (!strcmp(word, what))
			return true;
	return false;
}

long number_in(const char *path)
{
	char text[64];

	return text_in(path, text, sizeof(text)) > 0 ? strtol(text, NULL, 0) : -1;
}

bool write_to(const char *path, const char *words)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : write(fd, words, strlen(words));
	int err = errno;

	if (fd >= 0)
		close(fd);
	errno = err;
	return len == (ssize_t)strlen(words);
}

bool is_guest(void)
{
	return asked_for("pvboot.vcpus=") > 0;
}

#define XENFEAT_DOM0	11	/* a bit */

bool is_dom0(void)
{
	char text[64];

	return text_in("/sys/hypervisor/properties/features", text, sizeof(text)) > 0 &&
	       strtoul(text, NULL, 16) >> XENFEAT_DOM0 & 1;
}

/*
 * Signals
 */

static sigjmp_buf way_out;
static struct caught caught;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	const greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;

	caught = (struct caught){
		.sig = sig, .code = info->si_code, .addr = (unsigned long)info->si_addr,
		.trap = regs[REG_TRAPNO], .err = regs[REG_ERR], .ip = regs[REG_RIP],
	};
	siglongjmp(way_out, 1);
}

struct caught attempt(void (*what)(void))
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
	struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &act, NULL);
	memset(&caught, 0, sizeof(caught));
	if (!sigsetjmp(way_out, 1))
		what();
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_DFL);
	return caught;
}

/*
 * Processes
 */

pid_t child(void (*what)(void))
{
	pid_t pid = fork();

	check(pid >= 0, "cannot fork: %s", strerror(errno));
	if (!pid) {
		what();
		_exit(0);
	}
	return pid;
}

void wait_for(pid_t pid)
{
	int status;

	check(waitpid(pid, &status, 0) == pid, "a child is lost: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_SKIP)
		_exit(STATUS_SKIP);
	/* It has said why. */
	if (WIFEXITED(status) && WEXITSTATUS(status))
		_exit(1);
	check(!WIFSIGNALED(status), "a child died of signal %d (%s)", WTERMSIG(status),
	      strsignal(WTERMSIG(status)));
}

void both(int cpu, void (*one)(void), void (*other)(void))
{
	pid_t pids[2];

	pin(cpu);
	pids[0] = child(one);
	pids[1] = child(other);
	wait_for(pids[0]);
	wait_for(pids[1]);
}

/* Return: its status, or -1 if it has none after @seconds. */
static int end_of(pid_t pid, double seconds)
{
	struct timespec limit = { .tv_sec = seconds };
	sigset_t sigchld;
	int status = -1;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	/* A signal that came before is pending. */
	while (waitpid(pid, &status, WNOHANG) != pid)
		if (sigtimedwait(&sigchld, NULL, &limit) < 0 && errno == EAGAIN)
			return -1;
	return status;
}

static bool run_probe(const struct probe *p, unsigned int n)
{
	double patience = asked_for("pvboot.patience=");
	sigset_t sigchld, old;
	int status;
	pid_t pid;

	name = p->name;
	if (is_known(name)) {
		printf("# SKIP %s: that fault of the tree's is known\n", name);
		printf("ok %u %s # SKIP\n", n, name);
		return true;
	}
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &sigchld, &old);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		sigprocmask(SIG_SETMASK, &old, NULL);
		setpgid(0, 0);
		p->run();
		fflush(stdout);
		_exit(0);
	}
	status = pid < 0 ? -1 : end_of(pid, patience > 0 ? LIMIT * patience : LIMIT);
	if (pid > 0)
		kill(-pid, SIGKILL);
	if (status == -1) {
		say("it does not come to an end");
		/* One that cannot be killed is left alone. */
		if (pid > 0)
			end_of(pid, 1);
	} else if (WIFSIGNALED(status)) {
		say("it died of signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	}
	if (status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == STATUS_SKIP) {
		printf("ok %u %s # SKIP\n", n, name);
		return true;
	}
	printf("%sok %u %s\n", status ? "not " : "", n, name);
	return !status;
}

static bool wanted(const char *what, char **prefixes)
{
	bool found = !*prefixes;

	for (; *prefixes; prefixes++)
		found |= !strncmp(what, *prefixes, strlen(*prefixes));
	return found;
}

int main(int argc, char **argv)
{
	unsigned int n = 0;
	bool good = true;

	(void)argc;
	if (is_guest()) {
		mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
		mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	}
	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++)
		for (const struct probe *p = subjects[i]; p->name; p++)
			n += wanted(p->name, argv + 1);
	printf("TAP version 13\n1..%u\n", n);
	n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++)
		for (const struct probe *p = subjects[i]; p->name; p++)
			if (wanted(p->name, argv + 1))
				good &= run_probe(p, ++n);
	return !good;
}
