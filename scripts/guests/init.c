// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of a guest's root: run the tests named on the kernel command line, say
 * how each of them ended, and power the machine off.
 *
 *	pvboot.run=/path[,/path...]	what to run, /xen_pv_cr3 unless given
 *	pvboot.life			after that run the first of them again and
 *					again, until dom0 asks for a shutdown
 *
 * Three more make a guest that misbehaves, for those who watch it to be tried on:
 *
 *	pvboot.flood, pvboot.hang, pvboot.reboot
 *
 * The verdict is read from the console, so every line that matters is printed
 * here in a fixed form, each beginning with "pvboot: ".  The root may hold
 * nothing but this program and the tests: it is linked statically and opens no
 * file that the kernel does not make itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define DEFAULT_TEST	"/xen_pv_cr3"
#define OUTPUT		"/output"	/* of a pass */
#define BEAT_US		300000
#define MAX_CPUS	64

/* A failure is not fatal: a test that needs the file system will tell. */
static void mount_at(const char *fstype, const char *dir)
{
	mkdir(dir, 0755);
	/* EBUSY: the kernel has mounted devtmpfs itself */
	if (mount(fstype, dir, fstype, 0, NULL) && errno != EBUSY)
		printf("pvboot: cannot mount %s on %s: %s\n", fstype, dir, strerror(errno));
}

/*
 * The kernel opens /dev/console for PID 1 only if the initramfs holds the node.
 * stdio is line buffered only if it meets a terminal first, so this comes before
 * any output.
 */
static void open_console(void)
{
	int fd = open("/dev/console", O_RDWR);

	if (fd < 0)
		return;
	for (int i = 0; i < 3; i++)
		if (fd != i)
			dup2(fd, i);
	if (fd > 2)
		close(fd);
}

/*
 * What follows @name on the kernel command line, "" if nothing does, or NULL.
 * Good until the next call.
 */
static char *option(const char *name)
{
	static char cmdline[4096];
	int fd = open("/proc/cmdline", O_RDONLY);
	ssize_t len = fd < 0 ? 0 : read(fd, cmdline, sizeof(cmdline) - 1);

	if (fd >= 0)
		close(fd);
	cmdline[len > 0 ? len : 0] = '\0';

	cmdline[strcspn(cmdline, "\n")] = '\0';
	for (char *word = strtok(cmdline, " "); word; word = strtok(NULL, " "))
		if (!strncmp(word, name, strlen(name)))
			return word + strlen(name);

	return NULL;
}

/* Whatever else turns up here is an orphan; taking its status is enough. */
static int wait_for(pid_t pid)
{
	int status = 0;
	pid_t dead;

	do
		dead = waitpid(-1, &status, 0);
	while (dead != pid && (dead > 0 || errno == EINTR));

	return status;
}

static void run_test(char *path)
{
	pid_t pid;
	int status;

	pid = fork();
	if (!pid) {
		/* A group of its own, so that a test that signals its group spares us. */
		setsid();
		execl(path, path, (char *)NULL);
		printf("pvboot: cannot run %s: %s\n", path, strerror(errno));
		fflush(stdout);
		_exit(127);
	}
	if (pid < 0) {
		printf("pvboot: cannot fork for %s: %s\n", path, strerror(errno));
		printf("pvboot: exit 127 %s\n", path);
		return;
	}

	status = wait_for(pid);
	if (WIFSIGNALED(status))
		printf("pvboot: signal %d %s\n", WTERMSIG(status), path);
	else
		printf("pvboot: exit %d %s\n", WEXITSTATUS(status), path);
}

/*
 * Life: a load that goes on while dom0 does things to this domU
 */

/* Blocked signals stay pending, and reach PID 1 without a handler. */
static void block_stop(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(how, &set, NULL);
}

static bool stopped(void)
{
	sigset_t set;

	return !sigpending(&set) && sigismember(&set, SIGTERM);
}

/* A vCPU that dom0 adds is present, but it is for user space to start it. */
static void start_cpus(void)
{
	for (int cpu = 1; cpu < MAX_CPUS; cpu++) {
		char path[64], online = '1';
		int fd;

		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online", cpu);
		fd = open(path, O_RDWR);
		if (fd < 0)
			continue;
		/* ENODEV: offline because dom0 has just begun to take it away */
		if (read(fd, &online, 1) == 1 && online == '0' &&
		    pwrite(fd, "1", 1, 0) != 1 && errno != ENODEV)
			printf("pvboot: cannot start CPU %d: %s\n", cpu, strerror(errno));
		close(fd);
	}
}

/* A process of its own, so that it also tells whether switching still works. */
static void heart(void)
{
	long cpus = 0;

	for (unsigned int n = 1; ; n++) {
		start_cpus();
		if (cpus != sysconf(_SC_NPROCESSORS_ONLN)) {
			cpus = sysconf(_SC_NPROCESSORS_ONLN);
			printf("pvboot: cpus %ld\n", cpus);
		}
		printf("pvboot: beat %u\n", n);
		usleep(BEAT_US);
	}
}

/* The output of a good pass is of no interest, and would only slow it down. */
static void run_pass(char *path, unsigned int n)
{
	char buf[4096];
	ssize_t len;
	int status, fd;
	pid_t pid;

	fd = open(OUTPUT, O_RDWR | O_CREAT | O_TRUNC, 0600);
	pid = fork();
	if (!pid) {
		setsid();
		block_stop(SIG_UNBLOCK);
		dup2(fd, 1);
		dup2(fd, 2);
		execl(path, path, (char *)NULL);
		_exit(127);
	}
	status = pid < 0 ? 127 << 8 : wait_for(pid);

	lseek(fd, 0, SEEK_SET);
	while (status && (len = read(fd, buf, sizeof(buf))) > 0)
		fwrite(buf, 1, len, stdout);
	close(fd);
	if (WIFSIGNALED(status))
		printf("pvboot: pass %u signal %d\n", n, WTERMSIG(status));
	else
		printf("pvboot: pass %u exit %d\n", n, WEXITSTATUS(status));
}

static void live(char *path)
{
	static const char command[] = "/init stop";
	int fd = open("/proc/sys/kernel/poweroff_cmd", O_WRONLY);
	pid_t pid;

	/* Asked by dom0 for a shutdown, the kernel runs this and waits. */
	block_stop(SIG_BLOCK);
	if (fd < 0 || write(fd, command, strlen(command)) < 0)
		printf("pvboot: cannot set poweroff_cmd: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);

	pid = fork();
	if (!pid)
		heart();
	for (unsigned int n = 1; !stopped(); n++)
		run_pass(path, n);
	if (pid > 0)
		kill(pid, SIGKILL);
}

static void misbehave(void)
{
	if (option("pvboot.hang"))
		for (;;)
			pause();
	if (option("pvboot.reboot"))
		reboot(RB_AUTOBOOT);
	if (option("pvboot.flood"))
		for (;;)
			puts("pvboot: this line comes again and again, and again, and again");
}

int main(int argc, char **argv)
{
	static char default_test[] = DEFAULT_TEST;
	char *tests, *path, *first;

	/* Called by the kernel; on somebody's own machine it would do little. */
	if (getpid() != 1 && argc == 2 && !strcmp(argv[1], "stop"))
		return kill(1, SIGTERM) ? 1 : 0;
	/* Called by hand on somebody's own machine this would switch it off. */
	if (getpid() != 1) {
		fprintf(stderr, "pvboot: this is PID 1 of a test guest, not a command\n");
		return 1;
	}

	/* /dev first: what follows wants to complain on the console it brings. */
	mkdir("/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	open_console();
	setvbuf(stdout, NULL, _IOLBF, 0);
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");

	printf("pvboot: user space\n");
	misbehave();

	tests = option("pvboot.run=");
	tests = strdup(tests && *tests ? tests : default_test);
	first = strtok(tests, ",");
	for (path = first; path; path = strtok(NULL, ","))
		run_test(path);
	if (first && option("pvboot.life"))
		live(first);

	printf("pvboot: done\n");
	fflush(stdout);
	/* The last lines must have left the guest before the guest is gone. */
	tcdrain(STDOUT_FILENO);
	sync();
	reboot(RB_POWER_OFF);

	/* PID 1 must not return: that would be a panic after a good run. */
	for (;;)
		pause();
}
