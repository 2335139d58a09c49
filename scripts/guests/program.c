// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run a program behind a pipe.
 *
 * It is root, as tests want to be, and must not be able to write to the console but
 * through PID 1.  So there is a /dev over the real one that holds nothing to write
 * to but a domU's own disks, and of root's rights those are missing with which a program
 * could look behind it, make its own nodes, or take the nonce out of PID 1's memory.  The
 * probes are ours, and try just what those rights are for; they, too, write to the pipe
 * alone.
 */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <linux/capability.h>
#include <unistd.h>

#include "devices.h"
#include "frame.h"
#include "limits.h"

/* How long those who are killed may take to go, in milliseconds */
#define KILL_MS		2000
#define LOOK_AGAIN_MS	10

static const int rights[] = {
	CAP_MKNOD,
	CAP_SYS_ADMIN,		/* umount() */
	CAP_SYS_MODULE,
	CAP_SYS_PTRACE,		/* /proc/1/fd, /proc/1/mem */
	CAP_SYS_RAWIO,		/* /proc/kcore, ports */
};

static const struct {
	const char *path;
	unsigned int minor;
} nodes[] = {
	{ "/dev/null", 3 }, { "/dev/zero", 5 }, { "/dev/full", 7 },
	{ "/dev/random", 8 }, { "/dev/urandom", 9 },
};

static const char *disk_path(size_t i)
{
	static char path[32];

	snprintf(path, sizeof(path), "/dev/%s",
		 i < ARRAY_SIZE(disks) ? disks[i].name : OWN_DISK);
	return path;
}

static void cover_dev(void)
{
	dev_t numbers[ARRAY_SIZE(disks) + 1] = { 0 };
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (!stat(disk_path(i), &st) && S_ISBLK(st.st_mode))
			numbers[i] = st.st_rdev;
	}
	if (mount("none", "/dev", "ramfs", 0, "mode=755"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++)
		mknod(nodes[i].path, S_IFCHR | 0666, makedev(1, nodes[i].minor));
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i])
			mknod(disk_path(i), S_IFBLK | 0600, numbers[i]);
}

static void ignore(int sig)
{
	(void)sig;
}

static void __noreturn exec_program(const struct program *p, int out)
{
	bool driver = !strcmp(p->path, DRIVER), probes = !strcmp(p->path, PROBES);
	sigset_t none;
	int null;

	/* A group of its own, so that a test that signals its group spares us. */
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	null = open("/dev/null", O_RDONLY);
	dup2(null, STDIN_FILENO);
	if (driver) {
		setenv(FRAME_ENV, p->nonce, 1);
	} else {
		for (size_t i = 0; i < ARRAY_SIZE(rights) && !probes; i++) {
			/* One learns from /proc/kcore what there is to read, one tries ports. */
			if (rights[i] != CAP_SYS_RAWIO || (strcmp(p->path, SELFTEST) &&
							   strcmp(p->path, KSELFTEST)))
				prctl(PR_CAPBSET_DROP, rights[i]);
		}
		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
	}
	execl(p->path, p->path, (char *)NULL);
	dup2(out, STDERR_FILENO);
	fprintf(stderr, "cannot run %s: %s\n", p->path, strerror(errno));
	_exit(127);
}

/* Hand on what there is.  Return: false if there will be no more. */
static bool hand_on(const struct program *p, int fd)
{
	static char buf[65536];
	ssize_t len = read(fd, buf, sizeof(buf));

	if (len > 0)
		p->output(buf, len);
	return len > 0 || (len < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Whoever has lost its parent is a child of PID 1. */
static void kill_rest(void)
{
	for (int ms = 0; ms < KILL_MS; ms += LOOK_AGAIN_MS) {
		pid_t dead;

		do
			dead = waitpid(-1, NULL, WNOHANG);
		while (dead > 0);
		if (dead < 0)
			return;
		kill(-1, SIGKILL);
		usleep(LOOK_AGAIN_MS * 1000);
	}
}

static int follow(const struct program *p, pid_t pid, int fd)
{
	struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int status = 0;
	sigset_t others;
	pid_t dead;

	/* Only here may the end of a child interrupt us, or it could come too early. */
	sigprocmask(SIG_SETMASK, NULL, &others);
	sigdelset(&others, SIGCHLD);
	do {
		ppoll(&pfd, 1, p->tick ? &tick : NULL, &others);
		if (pfd.revents && !hand_on(p, fd))
			pfd.fd = -1;
		if (p->tick)
			p->tick();
		do
			dead = waitpid(-1, &status, WNOHANG);
		while (dead > 0 && dead != pid);
	} while (!dead);
	kill_rest();
	/* The pipe holds little, and nobody fills it any more. */
	while (pfd.fd >= 0 && poll(&pfd, 1, 0) > 0 && hand_on(p, fd))
		;
	return status;
}

int program_run(const struct program *p)
{
	struct sigaction act = { .sa_handler = ignore };
	bool covered = strcmp(p->path, DRIVER) && strcmp(p->path, PROBES);
	sigset_t child;
	int fds[2], status, err;
	pid_t pid;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	sigaction(SIGCHLD, &act, NULL);

	if (pipe2(fds, O_CLOEXEC))
		return -1;
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	if (covered)
		cover_dev();
	pid = fork();
	if (!pid)
		exec_program(p, fds[1]);
	err = errno;
	close(fds[1]);
	status = pid < 0 ? -1 : follow(p, pid, fds[0]);
	close(fds[0]);
	if (covered)
		umount2("/dev", MNT_DETACH);
	errno = err;
	return status;
}
