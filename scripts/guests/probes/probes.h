/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the probes share: small tests of what a PV guest does in another way than
 * bare metal, or in a way of its own on each vCPU.
 *
 * A probe is a function that returns if all is well.  It runs in a process of its
 * own, so it may leave behind what it likes, and die.
 */
#ifndef PROBES_H
#define PROBES_H

#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "../../pvboot/compiler.h"

#define PAGE		4096UL

/**
 * struct probe - one probe
 * @name: subject.what
 * @run: returns if all is well
 */
struct probe {
	const char *name;
	void (*run)(void);
};

/* Each file's own, NULL after the last */
extern const struct probe traps_probes[], step_probes[], fpu_probes[],
	segments_probes[], compat_probes[], ports_probes[], clock_probes[],
	memory_probes[], events_probes[], xen_probes[], cpus_probes[], modules_probes[],
	power_probes[];

/* End this probe: it failed, or there is nothing to try here. */
void __printf(3, 4) __noreturn
probe_fail(const char *file, int line, const char *fmt, ...);
void __printf(1, 2) __noreturn
probe_skip(const char *fmt, ...);

#define fail(...)	probe_fail(__FILE__, __LINE__, __VA_ARGS__)
#define check(good, ...) \
	do { \
		if (!(good)) \
			fail(__VA_ARGS__); \
	} while (0)

/*
 * Go on to the next CPU that is online, and put its number into *@cpu, which is -1
 * before the first:	for (int cpu = -1; next_cpu(&cpu);)
 * Return: false if there is none.
 */
bool next_cpu(int *cpu);
/* Stay on that CPU */
void pin(int cpu);
/* How many there are */
int count_cpus(void);

/* The number after an option on the kernel's command line, or -1 */
double asked_for(const char *name);
/* What a file holds, as a string.  Return: its length, or -1. */
ssize_t text_in(const char *path, char *buf, size_t size);
/* A number in a file, or -1 */
long number_in(const char *path);
/* Write into a file.  Return: false if that cannot be, errno says why. */
bool write_to(const char *path, const char *words);

/* Is this a guest that was made to be tried on? */
bool is_guest(void);
/* Are we the domain that has the machine? */
bool is_dom0(void);

/* Do that, whatever a compiler thinks of it. */
static inline void load_byte(const void *at)
{
	char byte;

	asm volatile("movb (%1), %0" : "=q" (byte) : "r" (at) : "memory");
}

static inline void store_byte(void *at)
{
	asm volatile("movb $1, (%0)" : : "r" (at) : "memory");
}

/**
 * struct caught - a signal that came
 * @sig: which, or 0
 * @code: si_code
 * @addr: si_addr
 * @trap: number of the exception
 * @err: its error code
 * @ip: where
 */
struct caught {
	int sig, code;
	unsigned long addr, trap, err, ip;
};

/**
 * attempt() - do what brings a signal
 * @what: does it
 *
 * Return: the signal.
 */
struct caught attempt(void (*what)(void));

/* A child of ours, which runs @what.  wait_for() fails if it did. */
pid_t child(void (*what)(void));
void wait_for(pid_t pid);
/* Two children that run at once on one CPU */
void both(int cpu, void (*one)(void), void (*other)(void));

#endif /* PROBES_H */
