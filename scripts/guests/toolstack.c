// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs of Debian's Xen toolstack: run them, and start what stays.
 */
#include "domus.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define XENSTORED	XEN_BIN "/xenstored"
#define XENCONSOLED	XEN_BIN "/xenconsoled"
#define XEN_INIT_DOM0	XEN_BIN "/xen-init-dom0"
#define SOCKET		"/var/run/xenstored/socket"

/* Seconds; times patience */
#define DAEMON_LIMIT	20

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

void nap(double seconds)
{
	struct timespec ts = { .tv_sec = seconds, .tv_nsec = (seconds - (long)seconds) * 1e9 };

	nanosleep(&ts, NULL);
}

pid_t start(const char *output, char *const argv[])
{
	/* Emptied here: what is read from now on is what this one says. */
	int out = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	pid_t pid = fork();

	if (pid) {
		close(out);
		return pid < 0 ? 0 : pid;
	}
	dup2(open("/dev/null", O_RDONLY), 0);
	dup2(out, 1);
	dup2(out, 2);
	execv(argv[0], argv);
	fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

int run(struct domu *d, char *const argv[])
{
	pid_t pid = start(OUTPUT, argv);
	double limit = now() + COMMAND_LIMIT * patience;
	int status;

	if (!pid)
		return -1;
	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (now() > limit) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			frame_printf(&text, "# %s does not come to an end", argv[0]);
			return -1;
		}
		if (d)
			relay(d);
		nap(LOOK_AGAIN);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const char *last_line(const char *path)
{
	static char last[256];
	char line[256];
	FILE *f = fopen(path, "re");

	last[0] = '\0';
	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0])
			strcpy(last, line);
	}
	if (f)
		fclose(f);
	return last;
}

/* The first error is the cause, those after it come of clearing up. */
const char *complaint(const char *path)
{
	static char line[256];
	FILE *f = fopen(path, "re");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = strstr(line, "error: ") || strstr(line, "ERROR");
	if (f)
		fclose(f);
	if (!found)
		return last_line(path);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

long number_after(const char *path, const char *word)
{
	char line[256], *at;
	long n = -1;
	FILE *f = fopen(path, "re");

	while (f && fgets(line, sizeof(line), f)) {
		at = strstr(line, word);
		if (at)
			n = strtol(at + strlen(word), NULL, 10);
	}
	if (f)
		fclose(f);
	return n;
}

static void make_dir(const char *path)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		frame_printf(&text, "# cannot make %s: %s", path, strerror(errno));
}

static void mount_at(const char *fstype, const char *path)
{
	make_dir(path);
	if (mount(fstype, path, fstype, 0, NULL) && errno != EBUSY)
		frame_printf(&text, "# cannot mount %s on %s: %s", fstype, path, strerror(errno));
}

/* xenstored says that it is ready by its socket alone. */
static bool xenstored_answers(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = SOCKET };
	double limit = now() + DAEMON_LIMIT * patience;
	bool good = false;

	while (!good && now() < limit) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		good = !connect(fd, (struct sockaddr *)&addr, sizeof(addr));
		close(fd);
		if (!good)
			nap(LOOK_AGAIN);
	}
	return good;
}

bool start_toolstack(void)
{
	static const char * const dirs[] = {
		"/run/xen", "/run/xenstored", "/run/lock", "/var/lib", "/var/lib/xen",
		"/var/lib/xen/dump", "/var/lib/xenstored", "/var/log", "/var/log/xen",
		CONSOLES,
	};

	mount_at("devpts", "/dev/pts");
	mount_at("tmpfs", "/run");
	mount_at("tmpfs", "/tmp");
	mount_at("tmpfs", "/var");
	mount_at("xenfs", "/proc/xen");
	for (unsigned int i = 0; i < ARRAY_SIZE(dirs); i++)
		make_dir(dirs[i]);
	/* Debian's names for two of them, compiled into the programs */
	if (symlink("/run", "/var/run") || symlink("/run/lock", "/var/lock"))
		frame_printf(&text, "# cannot make links in /var: %s", strerror(errno));

	if (RUN(NULL, XENSTORED, "--pid-file", "/run/xen/xenstored.pid") ||
	    !xenstored_answers())
		frame_printf(&text, "# xenstored does not come up: %s", complaint(OUTPUT));
	else if (RUN(NULL, XEN_INIT_DOM0))
		frame_printf(&text, "# xen-init-dom0 failed: %s", complaint(OUTPUT));
	else if (RUN(NULL, XENCONSOLED, "--log=guest", "--pid-file=/run/xen/xenconsoled.pid"))
		frame_printf(&text, "# xenconsoled failed: %s", complaint(OUTPUT));
	else
		return true;
	return false;
}
