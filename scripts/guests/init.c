// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of a guest's root: run the tests named on the kernel command line, say
 * how each of them ended, and power the machine off.
 *
 *	pvboot.run=/path[,/path...]	what to run, /xen_pv_cr3 unless given
 *
 * The verdict is read from the console, so every line that matters is printed
 * here in a fixed form, each beginning with "pvboot: ".  The root may hold
 * nothing but this program and the tests: it is linked statically and opens no
 * file that the kernel does not make itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define OPTION		"pvboot.run="
#define DEFAULT_TEST	"/xen_pv_cr3"

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

/* The list to run, cut out of @cmdline, which is overwritten. */
static char *find_tests(char *cmdline, size_t size)
{
	int fd = open("/proc/cmdline", O_RDONLY);
	ssize_t len = fd < 0 ? 0 : read(fd, cmdline, size - 1);

	if (fd >= 0)
		close(fd);
	cmdline[len > 0 ? len : 0] = '\0';

	cmdline[strcspn(cmdline, "\n")] = '\0';
	for (char *word = strtok(cmdline, " "); word; word = strtok(NULL, " "))
		if (!strncmp(word, OPTION, strlen(OPTION)))
			return word + strlen(OPTION);

	return NULL;
}

static void run_test(char *path)
{
	int status = 0;
	pid_t pid, dead;

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

	/* Whatever else turns up here is an orphan; taking its status is enough. */
	do
		dead = waitpid(-1, &status, 0);
	while (dead != pid && (dead > 0 || errno == EINTR));

	if (WIFSIGNALED(status))
		printf("pvboot: signal %d %s\n", WTERMSIG(status), path);
	else
		printf("pvboot: exit %d %s\n", WEXITSTATUS(status), path);
}

int main(void)
{
	static char cmdline[4096];
	static char default_test[] = DEFAULT_TEST;
	char *tests, *path;

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

	tests = find_tests(cmdline, sizeof(cmdline));
	if (!tests || !*tests)
		tests = default_test;
	for (path = strtok(tests, ","); path; path = strtok(NULL, ","))
		run_test(path);

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
