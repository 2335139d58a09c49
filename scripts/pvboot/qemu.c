// SPDX-License-Identifier: GPL-2.0-only
/*
 * Put together QEMU's command line, and start and stop QEMU.
 */
#include "qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../guests/args.h"
#include "box.h"
#include "command.h"
#include "options.h"
#include "util.h"

#define MEMORY		"memory-backend-file,id=memory,share=on"
/*
 * CPUs take turns.  Each with a thread of its own, QEMU before 8.1 may run code that
 * another one has written anew since, and a kernel that does so dies in int3.
 */
#define TCG_TURNS	"tcg,thread=single"
#define XEN_ARGS	"console=com1 com1=115200,8n1 loglvl=all guest_loglvl=all noreboot=1"

/*
 * The command line
 */

/* QEMU splits its options at commas; a doubled one is a comma. */
static char *escape_commas(const char *s)
{
	char *out = malloc(2 * strlen(s) + 1), *p = out;

	if (!out)
		die("out of memory");
	for (; *s; s++) {
		if (*s == ',')
			*p++ = ',';
		*p++ = *s;
	}
	*p = '\0';
	return out;
}

/* Dom0's kernel with its command line, and its root. */
static char *modules(const struct options *opt)
{
	const char * const *tests = opt->domains[0].tests;
	char *kernel = escape_commas(opt->kernel);
	char *initrd = escape_commas(opt->initrd);
	char *append = escape_commas(opt->append);
	char *all, run[256] = "";

	/* Their separator is a comma, too. */
	for (int i = 0; tests[i]; i++)
		snprintf(run + strlen(run), sizeof(run) - strlen(run), "%s%s",
			 i ? ",," : "", tests[i]);
	all = command_text("%s " GUEST_ARGS
			   " pvboot.vcpus=%u pvboot.mib=%u pvboot.run=%s %s pvboot.patience=%g,%s",
			   kernel, opt->cpus, opt->dom0_memory, run, append, opt->patience, initrd);
	free(append);
	free(initrd);
	free(kernel);
	return all;
}

static void add_devices(struct command *cmd, const struct options *opt)
{
	for (unsigned int i = 0; opt->disks[i]; i++) {
		char *file = escape_commas(opt->disks[i]);

		command_add(cmd, "-drive",
			    command_text("if=none,id=disk%u,format=raw,snapshot=on,file=%s",
					 i, file));
		command_add(cmd, "-device", command_text("nvme,drive=disk%u,serial=%u", i, i));
		free(file);
	}
	for (unsigned int i = 0; opt->nics[i]; i++)
		command_add(cmd, "-nic", command_text("user,restrict=on,model=%s", opt->nics[i]));
}

static void add_watchers(struct command *cmd, const struct options *opt)
{
	if (opt->icount >= 0) {
		/* By count of instructions, the same date, the same dice. */
		command_add(cmd, "-icount", command_text("shift=%d,sleep=off", opt->icount));
		command_copy(cmd, "-rtc", "base=2026-01-01,clock=vm");
		command_copy(cmd, "-seed", "1");
	}
	if (opt->plugin)
		command_copy(cmd, "-plugin", opt->plugin);
	if (opt->gdb) {
		char *path = escape_commas(opt->gdb);

		command_add(cmd, "-S", NULL);
		command_add(cmd, "-chardev",
			    command_text("socket,id=gdb,path=%s,server=on,wait=off", path));
		command_copy(cmd, "-gdb", "chardev:gdb");
		free(path);
	}
}

static void add_console(struct command *cmd, const struct options *opt)
{
	char *path;

	if (opt->console) {
		path = escape_commas(opt->console);
		command_add(cmd, "-chardev", command_text("file,id=com1,path=%s", path));
		free(path);
	} else {
		command_copy(cmd, "-chardev", "stdio,id=com1,signal=off");
	}
	command_copy(cmd, "-serial", "chardev:com1");
}

/*
 * What pvboot looks at the machine by.  QEMU stays when the machine has ended, with
 * all as it was.
 */
static void add_view(struct command *cmd, const struct options *opt, const struct qemu *q)
{
	command_add(cmd, "-no-shutdown", NULL);
	command_add(cmd, "-object",
		    command_text(MEMORY ",size=%uM,mem-path=/proc/self/fd/%d",
				 opt->memory, q->memory.fd));
	command_copy(cmd, "-machine", "memory-backend=memory");
	command_add(cmd, "-chardev", command_text("socket,id=monitor,fd=%d", q->monitor.peer));
	command_copy(cmd, "-mon", "chardev=monitor,mode=control");
}

/*
 * @q: the QEMU that is to run, or NULL: the command is for somebody else
 * Return: true if it is to run in a box
 */
static bool command_make(struct command *cmd, const struct options *opt, const struct qemu *q,
			 const char *accel, bool with_dom0)
{
	bool boxed;

	cmd->n = 0;
	boxed = box_add(cmd, opt, accel);
	command_add(cmd, opt->qemu, NULL);
	command_copy(cmd, "-sandbox",
		     "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
	command_add(cmd, "-nodefaults", NULL);
	command_add(cmd, "-no-user-config", NULL);
	command_add(cmd, "-no-reboot", NULL);
	command_copy(cmd, "-display", "none");
	command_copy(cmd, "-accel", strcmp(accel, "tcg") || opt->cpus == 1 ? accel : TCG_TURNS);
	command_copy(cmd, "-cpu", opt->cpu);
	command_add(cmd, "-m", command_text("%u", opt->memory));
	if (opt->low_memory)
		command_add(cmd, "-machine",
			    command_text("max-ram-below-4g=%uM", opt->low_memory));
	command_add(cmd, "-smp", command_text("%u", opt->cpus));
	add_console(cmd, opt);
	if (q)
		add_view(cmd, opt, q);
	add_devices(cmd, opt);
	add_watchers(cmd, opt);
	command_copy(cmd, "-kernel", opt->xen);
	command_add(cmd, "-append",
		    command_text(XEN_ARGS " dom0_mem=%uM,max:%uM dom0_max_vcpus=%u%s%s",
				 opt->dom0_memory, opt->dom0_memory, opt->cpus,
				 opt->xen_append ? " " : "",
				 opt->xen_append ? opt->xen_append : ""));
	if (with_dom0)
		command_add(cmd, "-initrd", modules(opt));
	return boxed;
}

void qemu_print(const struct options *opt)
{
	const char *accel = strcmp(opt->accel, "auto") ? opt->accel : "tcg";
	struct command cmd;

	command_make(&cmd, opt, NULL, accel, true);
	command_print(&cmd);
	command_free(&cmd);
}

/*
 * The process
 */

/* The status of a box is that of what ran in it, and above this a signal. */
#define SIGNALLED	128

static void __noreturn become(const struct qemu *q, int console, pid_t parent,
			      char **argv)
{
	sigset_t none;
	int null;

	/* No QEMU outlives pvboot, even if that is killed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(126);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	null = open("/dev/null", O_RDONLY);
	dup2(null, 0);
	dup2(console, 1);
	dup2(q->errors, 2);
	fcntl(q->memory.fd, F_SETFD, 0);
	fcntl(q->monitor.peer, F_SETFD, 0);
	execvp(argv[0], argv);
	_exit(errno == ENOENT ? 127 : 126);
}

void qemu_start(struct qemu *q, const struct options *opt, const char *accel,
		bool with_dom0)
{
	pid_t parent = getpid();
	struct command cmd;
	int fds[2];

	memset(q, 0, sizeof(*q));
	q->errors = memfd_create("errors", MFD_CLOEXEC);
	if (q->errors < 0 || pipe2(fds, O_CLOEXEC))
		die("cannot set up QEMU's console: %s", strerror(errno));
	q->console = fds[0];
	if (!memory_create(&q->memory, (unsigned long)opt->memory << 20,
			   (unsigned long)opt->low_memory << 20))
		die("cannot make the machine's memory: %s", strerror(errno));
	if (!monitor_open(&q->monitor))
		die("cannot set up QEMU's monitor: %s", strerror(errno));

	q->boxed = command_make(&cmd, opt, q, accel, with_dom0);
	q->pid = fork();
	if (q->pid < 0)
		die("cannot fork: %s", strerror(errno));
	if (!q->pid)
		become(q, fds[1], parent, cmd.argv);
	command_free(&cmd);
	close(fds[1]);
	monitor_started(&q->monitor);
	fcntl(q->console, F_SETFL, O_NONBLOCK);
}

void qemu_wait(struct qemu *q)
{
	waitpid(q->pid, &q->status, 0);
	q->ended = true;
}

const char *qemu_trouble(const struct qemu *q, const struct options *opt,
			 char *buf, size_t size)
{
	char said[300] = "";
	ssize_t len = pread(q->errors, said, sizeof(said) - 1, 0);

	if (len > 0)
		said[len] = '\0';
	said[strcspn(said, "\n")] = '\0';

	if (WIFSIGNALED(q->status)) {
		snprintf(buf, size, "QEMU was killed by signal %d",
			 WTERMSIG(q->status));
	} else if (q->boxed && WEXITSTATUS(q->status) > SIGNALLED) {
		snprintf(buf, size, "QEMU was killed by signal %d",
			 WEXITSTATUS(q->status) - SIGNALLED);
	} else if (WEXITSTATUS(q->status) == 127 && !said[0]) {
		snprintf(buf, size, "%s is not there; install qemu-system-x86",
			 opt->qemu);
	} else if (WEXITSTATUS(q->status)) {
		snprintf(buf, size, "QEMU exited with status %d: %s",
			 WEXITSTATUS(q->status), said);
	} else {
		return NULL;
	}
	return buf;
}

void qemu_stop(struct qemu *q)
{
	if (!q->ended) {
		kill(q->pid, SIGKILL);
		qemu_wait(q);
	}
	monitor_close(&q->monitor);
	memory_close(&q->memory);
	close(q->console);
	close(q->errors);
}
