// SPDX-License-Identifier: GPL-2.0-only
/*
 * Life: a load that goes on while dom0 does things to this domU.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmdline.h"
#include "devices.h"
#include "init.h"
#include "nic.h"
#include "program.h"
#include "userland.h"

#define BEAT		0.3	/* seconds */
#define MAX_CPUS	64

/* The end of what a pass prints */
static char output[8192];
static size_t output_len;

/* Blocked signals stay pending, and reach PID 1 without a handler. */
static void block_stop(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
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
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		/* ENODEV: offline because dom0 has just begun to take it away */
		if (read(fd, &online, 1) == 1 && online == '0' &&
		    pwrite(fd, "1", 1, 0) != 1 && errno != ENODEV)
			frame_printf(&words, "cannot start CPU %d: %s", cpu, strerror(errno));
		close(fd);
	}
}

/*
 * Beside the load, and in a process of its own: so it also tells whether switching
 * still works.
 */
static void tick(void)
{
	static unsigned int beats;
	static double last;
	static long cpus;
	struct timespec ts;
	double now;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = ts.tv_sec + ts.tv_nsec / 1e9;
	if (now - last < BEAT)
		return;
	last = now;
	start_cpus();
	if (cpus != sysconf(_SC_NPROCESSORS_ONLN)) {
		cpus = sysconf(_SC_NPROCESSORS_ONLN);
		frame_printf(&words, "cpus %ld", cpus);
	}
	frame_printf(&words, "beat %u", ++beats);
}

static void keep(const char *buf, size_t len)
{
	size_t over;

	if (len > sizeof(output)) {
		buf += len - sizeof(output);
		len = sizeof(output);
	}
	over = output_len + len > sizeof(output) ? output_len + len - sizeof(output) : 0;
	memmove(output, output + over, output_len - over);
	output_len -= over;
	memcpy(output + output_len, buf, len);
	output_len += len;
}

/* The output of a good pass is of no interest, and would only slow it down. */
static int run_quietly(const char *path)
{
	struct program p = { .path = path, .output = keep, .tick = tick };
	int status;

	output_len = 0;
	status = program_run(&p);
	if (status) {
		frame_feed(&text, output, output_len);
		frame_flush(&text);
	}
	return status;
}

/* The words of the first result in a program's output that is not ok, or nothing */
static const char *first_failure(void)
{
	static const char mark[] = "not ok ";
	static char found[160];
	const char *p = memmem(output, output_len, mark, strlen(mark));
	size_t len = 0;

	found[0] = '\0';
	if (!p)
		return found;
	for (p += strlen(mark); p < output + output_len && strchr("0123456789 ", *p); p++)
		;
	while (p + len < output + output_len && p[len] != '\n' && len < sizeof(found) - 1)
		len++;
	memcpy(found, p, len);
	found[len] = '\0';
	return found;
}

static void run_pass(const char *path, bool devices, unsigned int n)
{
	int status = run_quietly(path);

	if (!status && devices) {
		path = DEVICES;
		status = run_quietly(path);
	}
	if (!status)
		frame_printf(&words, "pass %u exit 0", n);
	else if (status == -1)
		frame_printf(&words, "pass %u exit 127 %s", n, path);
	else if (WIFSIGNALED(status))
		frame_printf(&words, "pass %u signal %d %s", n, WTERMSIG(status), path);
	else
		frame_printf(&words, "pass %u exit %d %s %s", n, WEXITSTATUS(status), path,
			     first_failure());
}

/* Asked by dom0 for a shutdown, the kernel runs this and waits. */
static void set_poweroff(void)
{
	static const char command[] = "/init stop";
	int fd = open("/proc/sys/kernel/poweroff_cmd", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, command, strlen(command)) < 0)
		frame_printf(&words, "cannot set poweroff_cmd: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/*
 * A task of PID 1, which no pass ends, waits on a socket.  When it goes on after a
 * restore it polls the card, which may not be connected yet.
 */
static void *poll_busily(void *unused)
{
	static const int us = 500000;

	for (;; sleep(1)) {
		int fd = nic_connect(DOM0_ADDRESS);
		char byte = 0;
		ssize_t len;

		if (fd < 0)
			continue;
		setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL, &us, sizeof(us));
		/* One byte comes back, from which the socket learns its queue, and no more. */
		send(fd, &byte, 1, MSG_NOSIGNAL);
		do
			len = recv(fd, &byte, 1, 0);
		while (len > 0 || (len < 0 && (errno == EAGAIN || errno == EINTR)));
		close(fd);
	}
	return unused;
}

void life_live(const char *path, bool devices)
{
	pthread_t poller;

	block_stop();
	/* systemd has a way of its own. */
	if (!cmdline_option(USERLAND_OPTION "="))
		set_poweroff();
	if (devices)
		pthread_create(&poller, NULL, poll_busily, NULL);

	/* A load that dom0 waits for; the whole test has been run before. */
	for (unsigned int n = 1; !stopped(); n++)
		run_pass(path, devices, n);
}
