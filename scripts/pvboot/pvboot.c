// SPDX-License-Identifier: GPL-2.0-only
/*
 * pvboot: boot a kernel as Xen PV dom0 in QEMU and judge it by its console.
 *
 * KTAP goes to standard output, the whole console to files in a folder.  Exit
 * status: 0 as expected, 1 the kernel is at fault, 125 it could not be judged.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../guests/args.h"
#include "compiler.h"
#include "console.h"
#include "machine.h"
#include "symbols.h"

/* A guest that floods its console is heard out, but not kept for ever. */
#define LOG_BYTES_MAX	(64UL << 20)
/* What QEMU itself needs beside the machine's memory, in MiB. */
#define QEMU_OVERHEAD	192
/* How long Xen may take to show itself to a probe, in seconds. */
#define PROBE_LIMIT	20

struct settings {
	const char *qemu;
	const char *xen;
	const char *kernel;
	const char *initrd;
	const char *vmlinux;
	const char *append;
	const char *tests[TESTS_MAX + 1];
	struct domu domus[DOMUS_MAX];
	unsigned int ndomus;
	const char *log_dir;
	const char *accel;
	const char *replay;
	bool dry_run;
	enum expectation expect;
	unsigned int memory;
	unsigned int dom0_memory;
	unsigned int cpus;
	double patience;
};

static struct settings set = {
	.qemu = "qemu-system-x86_64",
	.append = "",
	.tests = { "/xen_pv_cr3" },
	.log_dir = ".",
	.accel = "tcg",
	.memory = 1024,
	.dom0_memory = 256,
	.cpus = 1,
	.patience = 1,
};

static void __noreturn __printf(1, 2)
fail(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("pvboot: error: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(OUTCOME_UNJUDGED);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/*
 * Command line
 */

enum {
	OPT_XEN = 256, OPT_KERNEL, OPT_INITRD, OPT_VMLINUX, OPT_APPEND,
	OPT_TESTS, OPT_DOMU, OPT_LOG_DIR, OPT_ACCEL, OPT_REPLAY, OPT_EXPECT, OPT_MEMORY,
	OPT_DOM0_MEMORY, OPT_CPUS, OPT_PATIENCE, OPT_QEMU, OPT_DRY_RUN,
};

static const struct argp_option options[] = {
	{ "xen", OPT_XEN, "FILE", 0, "hypervisor, not compressed", 0 },
	{ "kernel", OPT_KERNEL, "FILE", 0, "bzImage under test", 0 },
	{ "initrd", OPT_INITRD, "FILE", 0, "dom0's root", 0 },
	{ "vmlinux", OPT_VMLINUX, "FILE", 0, "symbols of the kernel", 0 },
	{ "append", OPT_APPEND, "ARGS", 0, "more for dom0's command line", 0 },
	{ "tests", OPT_TESTS, "PATH[,PATH]", 0,
	  "test programs in dom0's root (/xen_pv_cr3)", 0 },
	{ "domu", OPT_DOMU, "NAME:EXPECTATION[:VMLINUX]", 0,
	  "a domU that the last test creates, and what it is to show", 0 },
	{ "expect", OPT_EXPECT, "boot|early-full-load", 0,
	  "what the boot is to show (boot)", 0 },
	{ "log-dir", OPT_LOG_DIR, "DIR", 0,
	  "where console.log and a log of each domain go (.)", 0 },
	{ "accel", OPT_ACCEL, "tcg|kvm|auto", 0,
	  "auto takes KVM if a probe boot shows that it works (tcg)", 0 },
	{ "memory", OPT_MEMORY, "MIB", 0, "the machine's memory (1024)", 0 },
	{ "dom0-memory", OPT_DOM0_MEMORY, "MIB", 0, "dom0's memory (256)", 0 },
	{ "cpus", OPT_CPUS, "N", 0, "the machine's CPUs and dom0's vCPUs (1)", 0 },
	{ "patience", OPT_PATIENCE, "FACTOR", 0,
	  "multiplies every time limit (1)", 0 },
	{ "qemu", OPT_QEMU, "PROGRAM", 0, "QEMU to run (qemu-system-x86_64)", 0 },
	{ "dry-run", OPT_DRY_RUN, NULL, 0,
	  "print QEMU's command line and end", 0 },
	{ "replay", OPT_REPLAY, "LOG", 0,
	  "judge a recorded console instead of a boot", 0 },
	{ 0 }
};

static double number(const char *arg, const char *what, double min, double max)
{
	char *end;
	double val = strtod(arg, &end);

	if (end == arg || *end || !(val >= min && val <= max))
		fail("--%s: '%s' is not from %g to %g", what, arg,
		     min, max);
	return val;
}

static enum expectation expectation(const char *arg)
{
	if (!strcmp(arg, "boot"))
		return EXPECT_BOOT;
	if (!strcmp(arg, "early-full-load"))
		return EXPECT_EARLY_FULL_LOAD;
	fail("'%s' is not boot or early-full-load", arg);
}

static struct symbols *open_symbols(const char *path)
{
	const char *err;
	struct symbols *syms = symbols_open(path, &err);

	if (!syms)
		fail("%s %s", path, err);
	return syms;
}

/* The KUnit suite of arch/x86/xen/tests, if the kernel has been built with it. */
static const char *kunit_suite(const struct symbols *syms)
{
	if (!syms || !symbols_have(syms, "cr3_test_slot"))
		return NULL;
	return "xen_pv_cr3";
}

static void add_tests(char *arg)
{
	unsigned int n = 0;

	for (char *p = strtok(arg, ","); p; p = strtok(NULL, ",")) {
		if (n == TESTS_MAX)
			fail("--tests: more than %d", TESTS_MAX);
		set.tests[n++] = p;
	}
	set.tests[n] = NULL;
}

static void add_domu(char *arg)
{
	char *name = strtok(arg, ":"), *expect = strtok(NULL, ":");
	char *vmlinux = strtok(NULL, "");
	struct domu *d = &set.domus[set.ndomus];

	if (!name || !expect)
		fail("--domu wants NAME:EXPECTATION");
	if (set.ndomus == DOMUS_MAX)
		fail("--domu: more than %d", DOMUS_MAX);
	set.ndomus++;
	d->name = name;
	d->expect = expectation(expect);
	if (vmlinux)
		d->syms = open_symbols(vmlinux);
	d->kunit = kunit_suite(d->syms);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case OPT_XEN:
		set.xen = arg;
		break;
	case OPT_KERNEL:
		set.kernel = arg;
		break;
	case OPT_INITRD:
		set.initrd = arg;
		break;
	case OPT_VMLINUX:
		set.vmlinux = arg;
		break;
	case OPT_APPEND:
		set.append = arg;
		break;
	case OPT_TESTS:
		add_tests(arg);
		break;
	case OPT_DOMU:
		add_domu(arg);
		break;
	case OPT_LOG_DIR:
		set.log_dir = arg;
		break;
	case OPT_QEMU:
		set.qemu = arg;
		break;
	case OPT_REPLAY:
		set.replay = arg;
		break;
	case OPT_DRY_RUN:
		set.dry_run = true;
		break;
	case OPT_ACCEL:
		if (strcmp(arg, "tcg") && strcmp(arg, "kvm") &&
		    strcmp(arg, "auto"))
			fail("--accel: '%s' is not tcg, kvm or auto", arg);
		set.accel = arg;
		break;
	case OPT_EXPECT:
		set.expect = expectation(arg);
		break;
	case OPT_MEMORY:
		set.memory = number(arg, "memory", 128, 1 << 20);
		break;
	case OPT_DOM0_MEMORY:
		set.dom0_memory = number(arg, "dom0-memory", 32, 1 << 20);
		break;
	case OPT_CPUS:
		set.cpus = number(arg, "cpus", 1, 64);
		break;
	case OPT_PATIENCE:
		set.patience = number(arg, "patience", 0.01, 1000);
		break;
	case ARGP_KEY_END:
		if (!set.replay && (!set.xen || !set.kernel || !set.initrd))
			fail("--xen, --kernel and --initrd are needed; see --help");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	(void)state;
	return 0;
}

/*
 * The consoles as files
 */

struct logs {
	FILE *raw;
	FILE *lines[CONSOLE_SRC_COUNT];
	FILE *domus[DOMUS_MAX];
	unsigned long bytes;
	double started;
	struct machine *m;
	struct channel dom0;
};

static FILE *open_log(const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.log", set.log_dir, name);
	f = fopen(path, "we");
	if (!f)
		fail("%s cannot be written: %s", path, strerror(errno));
	return f;
}

static void logs_open(struct logs *logs, struct machine *m)
{
	logs->raw = open_log("console");
	logs->lines[CONSOLE_XEN] = open_log("xen");
	logs->lines[CONSOLE_DOM0] = open_log("dom0");
	for (unsigned int i = 0; i < set.ndomus; i++)
		logs->domus[i] = open_log(set.domus[i].name);
	logs->bytes = 0;
	logs->started = now();
	logs->m = m;
}

static bool close_log(FILE *f)
{
	bool good = !ferror(f);

	return !fclose(f) && good;
}

static void logs_close(struct logs *logs)
{
	bool good = close_log(logs->raw);

	for (int i = 0; i < CONSOLE_SRC_COUNT; i++)
		good &= close_log(logs->lines[i]);
	for (unsigned int i = 0; i < set.ndomus; i++)
		good &= close_log(logs->domus[i]);
	if (!good)
		fail("the logs in %s are not complete; is the disk full?",
		     set.log_dir);
}

static void take_words(void *ctx, enum origin origin, const char *domu,
		       const char *text)
{
	struct logs *logs = ctx;
	FILE *f = logs->lines[origin == ORIGIN_XEN ? CONSOLE_XEN : CONSOLE_DOM0];
	struct domu *d = domu ? machine_domu(logs->m, domu, strlen(domu)) : NULL;
	double t = now();

	if (d)
		f = logs->domus[d - set.domus];
	if (logs->bytes < LOG_BYTES_MAX)
		fprintf(f, "%9.3f %s%s\n", t - logs->started,
			origin == ORIGIN_INIT ? "pvboot: " : "", text);
	machine_line(logs->m, origin, domu, text, t);
}

static void take_line(void *ctx, enum console_src src, const char *line,
		      bool whole)
{
	struct logs *logs = ctx;

	if (src == CONSOLE_XEN)
		take_words(logs, ORIGIN_XEN, NULL, line);
	else
		channel_line(&logs->dom0, line, whole);
}

static void take_bytes(struct logs *logs, struct console *con,
		       const char *buf, size_t len)
{
	if (logs->bytes < LOG_BYTES_MAX)
		fwrite(buf, 1, len, logs->raw);
	logs->bytes += len;
	console_feed(con, buf, len);
}

/*
 * QEMU
 */

struct qemu {
	pid_t pid;
	int console;		/* read end of the serial port */
	int errors;		/* QEMU's own messages, a file */
	int status;
	bool ended;
};

/* QEMU splits -initrd at commas; a doubled one is a comma. */
static char *escape_commas(const char *s)
{
	char *out = malloc(2 * strlen(s) + 1), *p = out;

	if (!out)
		fail("out of memory");
	for (; *s; s++) {
		if (*s == ',')
			*p++ = ',';
		*p++ = *s;
	}
	*p = '\0';
	return out;
}

/* QEMU's command line, valid until the next call. */
static char **qemu_argv(const char *accel, const char *modules)
{
	static char memory[16], cpus[16], xen_args[256];
	static char *argv[32];
	int n = 0;

	snprintf(memory, sizeof(memory), "%u", set.memory);
	snprintf(cpus, sizeof(cpus), "%u", set.cpus);
	snprintf(xen_args, sizeof(xen_args),
		 "console=com1 com1=115200,8n1 loglvl=all guest_loglvl=all noreboot=1 dom0_mem=%uM,max:%uM dom0_max_vcpus=%u",
		 set.dom0_memory, set.dom0_memory, set.cpus);

	argv[n++] = (char *)set.qemu;
	argv[n++] = "-nodefaults";
	argv[n++] = "-no-user-config";
	argv[n++] = "-no-reboot";
	argv[n++] = "-display";
	argv[n++] = "none";
	argv[n++] = "-accel";
	argv[n++] = (char *)accel;
	/* qemu64: "max" trips over a SMAP bug of QEMU 7.2's TCG under Xen. */
	argv[n++] = "-cpu";
	argv[n++] = "qemu64,+rdrand";
	argv[n++] = "-m";
	argv[n++] = memory;
	argv[n++] = "-smp";
	argv[n++] = cpus;
	argv[n++] = "-chardev";
	argv[n++] = "stdio,id=com1,signal=off";
	argv[n++] = "-serial";
	argv[n++] = "chardev:com1";
	argv[n++] = "-kernel";
	argv[n++] = (char *)set.xen;
	argv[n++] = "-append";
	argv[n++] = xen_args;
	if (modules) {
		argv[n++] = "-initrd";
		argv[n++] = (char *)modules;
	}
	argv[n] = NULL;
	return argv;
}

/* One line for a shell. */
static void print_command(char **argv)
{
	for (; *argv; argv++) {
		putchar('\'');
		for (const char *p = *argv; *p; p++) {
			if (*p == '\'')
				fputs("'\\'", stdout);
			putchar(*p);
		}
		fputs(argv[1] ? "' " : "'\n", stdout);
	}
}

static void qemu_start(struct qemu *q, const char *accel, const char *modules)
{
	pid_t parent = getpid();
	sigset_t none;
	int fds[2], null;
	FILE *errors = tmpfile();
	char **argv;

	if (!errors || pipe2(fds, O_CLOEXEC))
		fail("cannot set up QEMU's console: %s", strerror(errno));
	memset(q, 0, sizeof(*q));
	q->errors = dup(fileno(errors));
	fclose(errors);
	q->console = fds[0];

	q->pid = fork();
	if (q->pid < 0)
		fail("cannot fork: %s", strerror(errno));
	if (!q->pid) {
		/* No QEMU outlives pvboot, even if that is killed. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(126);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		setpgid(0, 0);
		null = open("/dev/null", O_RDONLY);
		dup2(null, 0);
		dup2(fds[1], 1);
		dup2(q->errors, 2);
		argv = qemu_argv(accel, modules);
		execvp(argv[0], argv);
		_exit(errno == ENOENT ? 127 : 126);
	}
	close(fds[1]);
	fcntl(q->console, F_SETFL, O_NONBLOCK);
}

static void qemu_stop(struct qemu *q)
{
	if (!q->ended) {
		kill(q->pid, SIGKILL);
		waitpid(q->pid, &q->status, 0);
		q->ended = true;
	}
	close(q->console);
}

/* Why QEMU ended by itself, or NULL if in good order. */
static const char *qemu_trouble(struct qemu *q, char *buf, size_t size)
{
	char said[300] = "";
	ssize_t len = pread(q->errors, said, sizeof(said) - 1, 0);

	if (len > 0)
		said[len] = '\0';
	said[strcspn(said, "\n")] = '\0';

	if (WIFSIGNALED(q->status)) {
		snprintf(buf, size, "QEMU was killed by signal %d",
			 WTERMSIG(q->status));
	} else if (WEXITSTATUS(q->status) == 127 && !said[0]) {
		snprintf(buf, size, "%s is not there; install qemu-system-x86",
			 set.qemu);
	} else if (WEXITSTATUS(q->status)) {
		snprintf(buf, size, "QEMU exited with status %d: %s",
			 WEXITSTATUS(q->status), said);
	} else {
		return NULL;
	}
	return buf;
}

/* Read what is there; false at the end of the console. */
static bool drain(struct qemu *q, struct logs *logs, struct console *con)
{
	char buf[65536];
	ssize_t len;

	while ((len = read(q->console, buf, sizeof(buf))) > 0) {
		take_bytes(logs, con, buf, len);
		/* A flood must not keep the clock from being looked at. */
		if (verdict_tick(&logs->m->dom0, now()))
			return true;
	}
	return len < 0 && (errno == EAGAIN || errno == EINTR);
}

static int signals_open(void)
{
	sigset_t mask;
	int fd;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		fail("signalfd: %s", strerror(errno));
	return fd;
}

/*
 * Follow the console until there is a verdict, the console ends, or a signal
 * comes.  Return: why the boot cannot be judged, or NULL.
 */
static const char *follow(struct qemu *q, struct logs *logs,
			  struct console *con, int sigfd, char *buf,
			  size_t size)
{
	struct pollfd fds[2] = {
		{ .fd = q->console, .events = POLLIN },
		{ .fd = sigfd, .events = POLLIN },
	};
	const char *trouble = NULL;

	while (!verdict_tick(&logs->m->dom0, now())) {
		double wait = verdict_deadline(&logs->m->dom0) - now();
		int ms = wait <= 0 ? 0 : wait > 60 ? 60000 : wait * 1000 + 1;

		if (poll(fds, 2, ms) < 0 && errno != EINTR)
			fail("poll: %s", strerror(errno));
		if (fds[1].revents) {
			trouble = "interrupted";
			break;
		}
		if (fds[0].revents && !drain(q, logs, con)) {
			console_flush(con);
			waitpid(q->pid, &q->status, 0);
			q->ended = true;
			trouble = qemu_trouble(q, buf, size);
			break;
		}
	}
	console_flush(con);
	channel_flush(&logs->dom0);
	return trouble;
}

/*
 * KVM
 */

static void probe_line(void *ctx, enum console_src src, const char *line,
		       bool whole)
{
	bool *seen = ctx;

	(void)whole;
	if (src == CONSOLE_XEN && strstr(line, "Xen version"))
		*seen = true;
}

/* Does Xen come up under KVM?  /dev/kvm may open and still not run guests. */
static bool kvm_works(int sigfd)
{
	double limit = now() + PROBE_LIMIT * set.patience;
	struct console con;
	struct qemu q;
	bool seen = false, open = true;

	if (access("/dev/kvm", R_OK | W_OK))
		return false;
	console_init(&con, probe_line, &seen);
	qemu_start(&q, "kvm", NULL);
	while (open && !seen && now() < limit) {
		struct pollfd fds[2] = {
			{ .fd = q.console, .events = POLLIN },
			{ .fd = sigfd, .events = POLLIN },
		};
		char buf[4096];
		ssize_t len;

		poll(fds, 2, 200);
		if (fds[1].revents)
			break;
		len = read(q.console, buf, sizeof(buf));
		if (len > 0)
			console_feed(&con, buf, len);
		else
			open = len < 0 && errno == EAGAIN;
	}
	qemu_stop(&q);
	close(q.errors);
	return seen;
}

static const char *choose_accel(int sigfd)
{
	if (!strcmp(set.accel, "tcg"))
		return "tcg";
	if (kvm_works(sigfd))
		return "kvm";
	if (!strcmp(set.accel, "kvm"))
		fail("Xen does not come up under KVM on this machine; use ACCEL=tcg");
	printf("# KVM does not run Xen on this machine: tcg\n");
	return "tcg";
}

/*
 * Inputs
 */

static void check_readable(const char *path, const char *what)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode) || access(path, R_OK))
		fail("%s: no %s that can be read", path, what);
	if (!st.st_size)
		fail("%s: the %s is empty", path, what);
}

/* Documentation/x86/boot.rst: "HdrS" at 0x202 */
static void check_bzimage(const char *path)
{
	char magic[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, magic, 4, 0x202) != 4 ||
	    memcmp(magic, "HdrS", 4))
		fail("%s is not a bzImage", path);
	close(fd);
}

/* QEMU's multiboot loader takes a 32-bit ELF file only. */
static void check_xen(const char *path)
{
	unsigned char ident[5] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, ident, 5) != 5 || memcmp(ident, "\177ELF\1", 5))
		fail("%s is not an unpacked Xen (zcat xen-*.gz > it)", path);
	close(fd);
}

static void check_memory(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long kib;
	char line[128];

	if (set.dom0_memory + 128 > set.memory)
		fail("dom0's %u MiB do not fit into a machine of %u MiB; Xen needs 128 for itself",
		     set.dom0_memory, set.memory);
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "MemAvailable: %lu", &kib) == 1 &&
		    kib / 1024 < set.memory + QEMU_OVERHEAD)
			fail("%lu MiB of memory are free and %u needed; try less than MEMORY=%u",
			     kib / 1024, set.memory + QEMU_OVERHEAD,
			     set.memory);
	}
	if (f)
		fclose(f);
}

static void check_inputs(void)
{
	check_readable(set.xen, "hypervisor");
	check_readable(set.kernel, "kernel");
	check_readable(set.initrd, "root");
	check_xen(set.xen);
	check_bzimage(set.kernel);
	check_memory();
}

/* Dom0's kernel with its command line, and its root, as QEMU wants them. */
static char *make_modules(void)
{
	char *kernel = escape_commas(set.kernel);
	char *initrd = escape_commas(set.initrd);
	char *append = escape_commas(set.append);
	char *modules, tests[256] = "";

	/* Their separator is a comma, too. */
	for (int i = 0; set.tests[i]; i++)
		snprintf(tests + strlen(tests), sizeof(tests) - strlen(tests),
			 "%s%s", i ? ",," : "", set.tests[i]);
	if (asprintf(&modules,
		     "%s " GUEST_ARGS " pvboot.run=%s %s,%s",
		     kernel, tests, append, initrd) < 0)
		fail("out of memory");
	free(append);
	free(initrd);
	free(kernel);
	return modules;
}

static enum outcome boot(struct machine *m, struct verdict_setup *setup)
{
	const char *accel, *trouble;
	char *modules, buf[512];
	struct console con;
	enum outcome outcome;
	struct logs logs;
	struct qemu q;
	int sigfd;

	check_inputs();
	sigfd = signals_open();
	accel = choose_accel(sigfd);
	modules = make_modules();
	if (set.dry_run) {
		print_command(qemu_argv(accel, modules));
		free(modules);
		return OUTCOME_OK;
	}

	machine_init(m, setup, set.domus, set.ndomus, now());
	logs_open(&logs, m);
	channel_init(&logs.dom0, take_words, &logs);
	console_init(&con, take_line, &logs);
	qemu_start(&q, accel, modules);
	trouble = follow(&q, &logs, &con, sigfd, buf, sizeof(buf));
	qemu_stop(&q);
	logs_close(&logs);
	close(q.errors);

	outcome = machine_finish(m, trouble, now());
	if (outcome == OUTCOME_UNJUDGED)
		fprintf(stderr, "pvboot: error: %s\n",
			trouble ? trouble : "the kernel could not be judged");
	free(modules);
	close(sigfd);
	return outcome;
}

/*
 * A recorded console has no clock: its lines come at once, and its end is the
 * end of QEMU.
 */
struct replay {
	struct machine *m;
	struct channel dom0;
};

static void replay_words(void *ctx, enum origin origin, const char *domu,
			 const char *text)
{
	struct replay *r = ctx;

	machine_line(r->m, origin, domu, text, 0);
}

static void replay_line(void *ctx, enum console_src src, const char *line,
			bool whole)
{
	struct replay *r = ctx;

	if (src == CONSOLE_XEN)
		machine_line(r->m, ORIGIN_XEN, NULL, line, 0);
	else
		channel_line(&r->dom0, line, whole);
}

static enum outcome replay(struct machine *m, struct verdict_setup *setup)
{
	FILE *f = fopen(set.replay, "re");
	struct replay r = { .m = m };
	struct console con;
	char buf[4096];
	size_t len;

	if (!f)
		fail("%s: %s", set.replay, strerror(errno));
	setup->log = set.replay;
	machine_init(m, setup, set.domus, set.ndomus, 0);
	channel_init(&r.dom0, replay_words, &r);
	console_init(&con, replay_line, &r);
	while ((len = fread(buf, 1, sizeof(buf), f)))
		console_feed(&con, buf, len);
	console_flush(&con);
	channel_flush(&r.dom0);
	fclose(f);
	return machine_finish(m, NULL, 0);
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Boot a kernel as Xen PV dom0 in QEMU and judge it.",
	};
	static struct machine m;
	struct verdict_setup setup = { .out = stdout };
	struct symbols *syms = NULL;
	enum outcome outcome;
	char *log;

	argp_err_exit_status = OUTCOME_UNJUDGED;
	argp_parse(&argp, argc, argv, 0, NULL, NULL);

	if (set.vmlinux)
		syms = open_symbols(set.vmlinux);
	if (asprintf(&log, "%s/console.log", set.log_dir) < 0)
		fail("out of memory");
	setup.expect = set.expect;
	memcpy(setup.tests, set.tests, sizeof(setup.tests));
	setup.log = log;
	setup.syms = syms;
	setup.kunit = kunit_suite(syms);
	setup.patience = set.patience;
	outcome = set.replay ? replay(&m, &setup) : boot(&m, &setup);
	free(log);
	symbols_close(syms);
	for (unsigned int i = 0; i < set.ndomus; i++)
		symbols_close((struct symbols *)set.domus[i].syms);
	return outcome;
}
