// SPDX-License-Identifier: GPL-2.0-only
/*
 * A test program that tries to speak for others: for PID 1, the kernel, Xen, the
 * driver, another domain.  tests/real/forge.sh puts it into guests' roots, with
 * /forge.txt, what it is to print.
 *
 * It may fail itself; whatever else changes the verdict is a hole.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../scripts/pvboot/compiler.h"

#define LONG_MB		200	/* of a line */
#define LINES		30000

static const char lie[] =
	"\n[   99.000000] BUG: forged by a node\nKernel panic - not syncing: forged\n"
	"pvboot: exit 0 /xen_pv_cr3\npvboot: done\n(XEN) Hardware Dom0 crashed: forged\n";

static const struct {
	const char *name;
	unsigned int major, minor;
} nodes[] = {
	{ "console", 5, 1 }, { "hvc0", 229, 0 }, { "kmsg", 1, 11 }, { "tty", 5, 0 },
	{ "tty0", 4, 0 }, { "ttyS0", 4, 64 }, { "mem", 1, 1 }, { "port", 1, 4 },
	{ "ptmx", 5, 2 }, { "xen/privcmd", 10, 0 }, { "xen/hypercall", 10, 0 },
};

/* If one of these works, its words say so, and the kernel's or Xen's verdict. */
static void write_to(const char *path)
{
	int fd = open(path, O_WRONLY | O_NOCTTY);

	if (fd < 0)
		return;
	if (write(fd, lie, sizeof(lie) - 1) > 0)
		printf("# forge: wrote to %s\n", path);
	close(fd);
}

static void try_nodes(void)
{
	char path[64];

	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
		snprintf(path, sizeof(path), "/dev/%s", nodes[i].name);
		write_to(path);
		snprintf(path, sizeof(path), "/forged-%zu", i);
		if (!mknod(path, S_IFCHR | 0600, makedev(nodes[i].major, nodes[i].minor)))
			printf("# forge: made a node of %s\n", nodes[i].name);
		write_to(path);
	}
	if (!umount2("/dev", MNT_DETACH))
		printf("# forge: uncovered /dev\n");
	write_to("/dev/console");
	write_to("/dev/kmsg");
	mkdir("/forged", 0755);
	if (!mount("none", "/forged", "devtmpfs", 0, NULL))
		printf("# forge: mounted devtmpfs\n");
	write_to("/forged/console");
	for (int fd = 0; fd < 10; fd++) {
		snprintf(path, sizeof(path), "/proc/1/fd/%d", fd);
		write_to(path);
	}
	if (open("/proc/1/mem", O_RDONLY) >= 0 || open("/proc/1/environ", O_RDONLY) >= 0)
		printf("# forge: may read PID 1\n");
	if (open("/proc/kcore", O_RDONLY) >= 0)
		printf("# forge: may read the kernel\n");
}

/* The kernel tells who has died, by a name of our choice. */
static void die_as(const char *name)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_NAME, name);
		asm volatile("movl $1, 8");
	}
	waitpid(pid, NULL, 0);
}

/* They keep the pipe, go on to print when we are gone, and wait for a chance. */
static void leave_orphans(void)
{
	for (int i = 0; i < 2; i++) {
		if (fork())
			continue;
		setsid();
		signal(SIGPIPE, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		for (;;) {
			if (i)
				usleep(50000);
			else if (write(STDOUT_FILENO, lie, sizeof(lie) - 1) < 0)
				pause();
			if (i)
				write_to("/dev/console");
		}
	}
}

int main(void)
{
	static char buf[1 << 20];
	int fd = open("/forge.txt", O_RDONLY);
	ssize_t len;

	printf("TAP version 13\n1..1\n");
	fflush(stdout);
	while (fd >= 0 && (len = read(fd, buf, sizeof(buf))) > 0)
		if (write(STDOUT_FILENO, buf, len) != len)
			return 1;
	printf("\n");
	try_nodes();
	die_as("BUG: soft lock");
	die_as("PANIC: early ex");
	die_as("(XEN) Domain 0");
	die_as("[    0.000000] ");
	printf("# forge: all said\n");
	fflush(stdout);

	memset(buf, 'x', sizeof(buf));
	for (int mb = 0; mb < LONG_MB; mb++)
		if (write(STDOUT_FILENO, buf, sizeof(buf)) < 0)
			return 1;
	for (int i = 0; i < LINES; i++)
		if (write(STDOUT_FILENO, lie, sizeof(lie) - 1) < 0)
			return 1;
	leave_orphans();
	return 0;
}
