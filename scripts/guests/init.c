// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of a guest's root: run the tests named on the kernel command line, say
 * how each of them ended, and power the machine off.
 *
 *	pvboot.run=/path[,/path...]	what to run, /xen_pv_cr3 unless given
 *	pvboot.life			after that run the first of them again and
 *					again, until dom0 asks for a shutdown
 *	pvboot.userland=disk		all that as a unit of Debian's, from that disk
 *
 * Three more make a guest that misbehaves, for those who watch it to be tried on:
 *
 *	pvboot.flood, pvboot.hang, pvboot.reboot
 *
 * The verdict is read from the console, where a program must not be able to speak
 * for us: frame.h says how our words and its words are marked.  Ours are
 *
 *	user space			we run
 *	exit N PATH, signal N PATH	how a test ended
 *	overflow PATH			it prints too much, the rest is left out
 *	done				all have been run
 *	beat N, cpus N,
 *	pass N exit N, pass N signal N	of a life
 *	cannot ...			trouble, for the reader
 *
 * The root may hold nothing but this program and the tests, and for a kernel that has
 * them modules: it is linked statically.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "cmdline.h"
#include "devices.h"
#include "init.h"
#include "limits.h"
#include "program.h"
#include "userland.h"

/* Bytes of a test on the console; a domU's whole console may have twice as many. */
#define FLOOD_BYTES	(256UL << 10)
/* Bytes between two looks at that; each may become a line. */
#define FLOOD_STEP	512

struct frame_writer words;
struct frame_writer text;

static char nonce[FRAME_NONCE_LEN + 1];
static const char *running;
static size_t flood;	/* when text.written has come so far */

/* A failure is not fatal: a test that needs the file system will tell. */
static void mount_at(const char *fstype, const char *dir)
{
	mkdir(dir, 0755);
	/* EBUSY: the kernel has mounted devtmpfs itself */
	if (mount(fstype, dir, fstype, 0, NULL) && errno != EBUSY)
		frame_printf(&words, "cannot mount %s on %s: %s", fstype, dir,
			     strerror(errno));
}

/*
 * The kernel opens /dev/console for PID 1 only if the initramfs holds the node.
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

/* No program has run yet, so what is said here once is said by us. */
static void announce(void)
{
	char line[sizeof(FRAME_ANNOUNCE) + FRAME_NONCE_LEN + 3];
	int len;

	frame_draw(nonce);
	frame_open(&words, STDOUT_FILENO, nonce, FRAME_WORDS, NULL);
	frame_open(&text, STDOUT_FILENO, nonce, FRAME_TEXT, NULL);
	/* The kernel may have begun a line. */
	len = snprintf(line, sizeof(line), "\n" FRAME_ANNOUNCE "%s\n", nonce);
	if (write(STDOUT_FILENO, line, len) != len)
		frame_printf(&words, "cannot write: %s", strerror(errno));
}

/* A test that floods the console is read to its end all the same. */
static void show(const char *buf, size_t len)
{
	while (len && text.written < flood) {
		size_t n = len < FLOOD_STEP ? len : FLOOD_STEP;

		frame_feed(&text, buf, n);
		buf += n;
		len -= n;
		if (text.written >= flood) {
			frame_flush(&text);
			frame_printf(&words, "overflow %s", running);
		}
	}
}

static void run_test(const char *path)
{
	struct program p = { .path = path, .output = show, .nonce = nonce };
	int status;

	running = path;
	flood = text.written + FLOOD_BYTES;
	status = program_run(&p);
	frame_flush(&text);
	if (status == -1) {
		frame_printf(&words, "cannot run %s: %s", path, strerror(errno));
		frame_printf(&words, "exit 127 %s", path);
	} else if (WIFSIGNALED(status)) {
		frame_printf(&words, "signal %d %s", WTERMSIG(status), path);
	} else {
		frame_printf(&words, "exit %d %s", WEXITSTATUS(status), path);
	}
}

static void misbehave(void)
{
	if (cmdline_option("pvboot.hang"))
		for (;;)
			pause();
	if (cmdline_option("pvboot.reboot"))
		reboot(RB_AUTOBOOT);
	if (cmdline_option("pvboot.flood"))
		for (;;)
			frame_printf(&text, "this line comes again and again, and again");
}

int main(int argc, char **argv)
{
	static char default_test[] = SELFTEST;
	char *tests, *path, *first, *disk;
	const char *why = NULL;
	bool served = false;
	int error = 0;

	/* Called by the kernel; on somebody's own machine it would do little. */
	if (getpid() != 1 && argc == 2 && !strcmp(argv[1], "stop"))
		return kill(1, SIGTERM) ? 1 : 0;
	if (getpid() != 1 && argc == 2 && !strcmp(argv[1], USERLAND_SERVICE) &&
	    cmdline_option(USERLAND_OPTION "=")) {
		if (!userland_serve())
			return 1;
		served = true;
	}
	/* Called by hand on somebody's own machine this would switch it off. */
	if (getpid() != 1) {
		fprintf(stderr, "init: this is PID 1 of a test guest, not a command\n");
		return 1;
	}

	/* /dev first: what follows wants to complain on the console it brings. */
	mkdir("/dev", 0755);
	mkdir("/proc", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	open_console();
	/* What is on the command line? */
	mount("proc", "/proc", "proc", 0, NULL);
	disk = served ? NULL : cmdline_option(USERLAND_OPTION "=");
	if (disk) {
		modules_load();
		why = userland_boot(disk);
		error = errno;
	}
	announce();
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	if (disk)
		frame_printf(&words, "cannot %s: %s", why, strerror(error));
	else if (!served)
		modules_load();
	misbehave();

	tests = cmdline_option("pvboot.run=");
	tests = strdup(tests && *tests ? tests : default_test);
	first = strtok(tests, ",");
	for (path = first; path; path = strtok(NULL, ","))
		run_test(path);
	if (first && cmdline_option("pvboot.life"))
		life_live(first, cmdline_option(DEVICES_OPTION));

	frame_printf(&words, "done");
	/* The last lines must have left the guest before the guest is gone. */
	tcdrain(STDOUT_FILENO);
	if (served)
		return 0;
	sync();
	reboot(RB_POWER_OFF);

	/* PID 1 must not return: that would be a panic after a good run. */
	for (;;)
		pause();
}
