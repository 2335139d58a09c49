// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domU whose user space is Debian's, from a disk, with Debian's own PID 1.
 *
 * The first root, which has our programs, mounts the disk, leaves itself in
 * /run/pvboot there with a unit of systemd's, and gives way.  The unit asks Debian's
 * userland how it is (userland.sh), and then is PID 1 again, of a namespace whose root
 * is the first one.  So all that runs in other guests runs in this one as well, while
 * systemd, udev and a network daemon are at work.
 */
#include "userland.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "devices.h"

#define FIRST_ROOT	"/run/pvboot"
#define UNITS		"/run/systemd/system"
#define WANTED		UNITS "/multi-user.target.wants"
#define DISK_MS		30000
#define LOOK_AGAIN_MS	100

static const char unit[] =
	"[Service]\n"
	"Type=exec\n"
	"ExecStart=" FIRST_ROOT "/init " USERLAND_SERVICE "\n"
	"StandardError=journal+console\n"
	"KillMode=mixed\n"
	"TimeoutStopSec=infinity\n";

static const char network[] =
	"[Match]\n"
	"Name=" NIC "\n"
	"[Network]\n"
	"Address=" DOMU_ADDRESS "/30\n"
	"LinkLocalAddressing=no\n";

static bool put(const char *path, const char *words)
{
	FILE *f = fopen(path, "we");

	return f && fputs(words, f) >= 0 && !fclose(f);
}

static bool write_units(void)
{
	static const char * const folders[] = {
		"/run/systemd", UNITS, WANTED, "/run/systemd/network",
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (mkdir(folders[i], 0755))
			return false;
	/* A login that waits leaves a line without an end on the console. */
	return put(UNITS "/pvboot.service", unit) &&
	       put("/run/systemd/network/pvboot.network", network) &&
	       !symlink("../pvboot.service", WANTED "/pvboot.service") &&
	       !symlink("/lib/systemd/system/systemd-networkd.service",
			WANTED "/systemd-networkd.service") &&
	       !symlink("/dev/null", UNITS "/serial-getty@hvc0.service");
}

const char *userland_boot(const char *disk)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/%s", disk);
	for (int ms = 0; access(path, F_OK) && ms < DISK_MS; ms += LOOK_AGAIN_MS)
		usleep(LOOK_AGAIN_MS * 1000);
	mkdir("/root", 0755);
	if (mount(path, "/root", "ext4", 0, NULL))
		return "mount the disk";
	if (mount("tmpfs", "/root/run", "tmpfs", 0, "mode=755") ||
	    mkdir("/root" FIRST_ROOT, 0755) ||
	    mount("/", "/root" FIRST_ROOT, NULL, MS_BIND, NULL))
		return "keep the first root";
	if (chdir("/root") || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") ||
	    chdir("/"))
		return "change the root";
	if (!write_units())
		return "write the units";
	execl("/sbin/init", "/sbin/init", NULL);
	return "run /sbin/init";
}

static void ask_userland(void)
{
	pid_t pid = fork();

	if (!pid) {
		int out = open(FIRST_ROOT USERLAND_SAID, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
		execl("/bin/bash", "bash", FIRST_ROOT "/userland.sh", DOM0_ADDRESS,
		      DOMU_ADDRESS, NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

bool userland_serve(void)
{
	sigset_t set;
	pid_t pid;
	int sig;

	ask_userland();
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (unshare(CLONE_NEWPID | CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
		perror("init: error: cannot make a namespace");
		exit(1);
	}
	pid = fork();
	if (!pid) {
		/* SIGTERM stays blocked: only so does it reach a PID 1, see life.c. */
		sigdelset(&set, SIGTERM);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		return !chroot(FIRST_ROOT) && !chdir("/");
	}
	while (waitpid(pid, NULL, WNOHANG) != pid) {
		sigwait(&set, &sig);
		if (sig == SIGTERM)
			kill(pid, SIGTERM);
	}
	exit(0);
}
