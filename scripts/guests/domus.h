/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of dom0's driver of the domUs share.
 */
#ifndef GUESTS_DOMUS_H
#define GUESTS_DOMUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "../pvboot/channel.h"
#include "../pvboot/console.h"
#include "frame.h"
#include "limits.h"

#ifndef XEN_BIN
#define XEN_BIN		"/usr/lib/xen-4.17/bin"
#endif
#define XL		XEN_BIN "/xl"
#define XENCTX		XEN_BIN "/xenctx"
#define BASECTX		"/basectx"
#define DOMU_FOLDER	"/domu"		/* their kernels and their root */
#define CONSOLES	"/var/log/xen/console"
#define OUTPUT		"/tmp/output"	/* of the last program run */

/* Seconds that do not depend on the machine */
#define LOOK_AGAIN	0.02
#define LOOK		0.5		/* for pvboot to stop the machine in */
#define QUIET		0.3		/* xenconsoled pauses 0.2 s when it is busy */

/* Seconds; times patience */
#define COMMAND_LIMIT	60

/**
 * struct domu - one domU
 * @name: its name...
 * @kernel: ...its kernel, a file in /domu...
 * @vcpus: ...its vCPUs...
 * @mode: ...what it is to do...
 * @mib: ...its memory...
 * @devices: ...and whether it has disks and a network card
 * @monitor: xl, which stays until the domain ends; or 0...
 * @status: ...and its status, as waitpid() has it, once it has ended
 * @log_path: what xenconsoled writes...
 * @log: ...and that file, or -1
 * @bytes: of its console so far
 * @flood: they are too many
 * @relay: its console's way to dom0's
 * @con: its console as lines...
 * @words: ...and whose they are
 * @created: when xl create was run
 * @heard: when its console said anything
 * @limit: seconds that it may live
 * @over: why it has to end, or NULL
 * @beats: of its heart, as its PID 1 says...
 * @cpus: ...its CPUs...
 * @passes: ...the passes of its load...
 * @failed: ...and what failed in the last one, or empty
 * @done: all its tests have run
 */
struct domu {
	char *name, *kernel, *vcpus, *mode;
	int mib;
	bool devices;

	pid_t monitor;
	int status;
	char log_path[128];
	int log;
	size_t bytes;
	bool flood;
	struct frame_writer relay;
	struct console con;
	struct channel words;

	double created, heard;
	double limit;
	const char *over;

	unsigned int beats, cpus, passes;
	char failed[192];
	bool done;
};

/* Factor on every time limit */
extern double patience;

/* domus.c: this driver's own words, as domus.c lists them, and its results */
extern struct frame_writer words;
extern struct frame_writer text;
extern const char *nonce;
extern unsigned int results;

/**
 * result() - say the next result of the plan
 * @good: "ok" or "not ok"
 * @fmt: what it is about
 */
void __printf(2, 3)
result(bool good, const char *fmt, ...);

/* toolstack.c */

double now(void);
void nap(double seconds);

/**
 * start() - start a program
 * @output: file for what it says
 * @argv: its path and arguments
 *
 * Return: its process, or 0.
 */
pid_t start(const char *output, char *const argv[]);

/**
 * run() - run a program to its end, its words go to OUTPUT
 * @d: whose console goes on meanwhile, or NULL
 * @argv: its path and arguments
 *
 * Return: its exit status, or -1 if it had none.
 */
int run(struct domu *d, char *const argv[]);

#define RUN(d, ...)	run(d, (char *const[]){ __VA_ARGS__, NULL })

/* What a program left in @path: its last line... */
const char *last_line(const char *path);
/* ...why it failed... */
const char *complaint(const char *path);
/* ...the number after @word, or -1 */
long number_after(const char *path, const char *word);

/**
 * start_toolstack() - start what xl needs
 *
 * Return: false if it cannot be, and has been said why.
 */
bool start_toolstack(void);

/* backends.c */

/**
 * backends_start() - make ready what is behind a domU's disks and network card
 *
 * Return: false if the kernel has no such backends, or they cannot be had, which
 * has been said.
 */
bool backends_start(void);

/**
 * backends_config() - add the devices to a domU's configuration
 * @f: the configuration
 * @userland: with the disk that has Debian's userland
 */
void backends_config(FILE *f, bool userland);

/**
 * backends_check() - look at what a domU has left on its disks
 *
 * Return: NULL if it is whole, otherwise what is wrong.
 */
const char *backends_check(void);

/* relay.c */

/**
 * relay_open() - make a domU's console ready to be relayed
 * @d: the domU
 */
void relay_open(struct domu *d);

/**
 * relay() - show what a domU's console has said since
 * @d: the domU
 *
 * Return: true if that was anything.
 */
bool relay(struct domu *d);

/**
 * relay_close() - show a last line that has no end
 * @d: the domU
 */
void relay_close(struct domu *d);

/**
 * go_on() - let time pass
 * @d: the domU
 *
 * Return: true while it lives and may do so.
 */
bool go_on(struct domu *d);

/* Why xl made no domain: what it left in @said, or how it ended without a word */
const char *refusal(const struct domu *d, const char *said);

/* grub.c */

/* What `kernel` is of a domU that boots from its disk, and where the disk has it */
#define GRUB		"/tmp/grub"
#define GRUB_ON_DISK	"grub-x86_64-xen.bin"

/**
 * grub_install() - put the kernel of a domU on its disk, for GRUB to boot it
 * @d: the domU
 * @cmdline: writes the kernel's command line
 *
 * Return: NULL, or what could not be done, with errno.
 */
const char *grub_install(const struct domu *d, void (*cmdline)(FILE *f, const struct domu *d));

/* steps.c */

/**
 * life_results() - what a life adds to the plan
 * @d: the domU
 *
 * Return: the number of its results.
 */
unsigned int life_results(const struct domu *d);

/**
 * life() - put a domU through its life
 * @d: the domU
 */
void life(struct domu *d);

/**
 * life_skip() - leave out the life of a domU
 * @d: the domU, which the toolstack has refused; that is said elsewhere, and is
 *	no fault of a kernel's
 */
void life_skip(struct domu *d);

#endif /* GUESTS_DOMUS_H */
