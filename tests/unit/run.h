/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A boot in the making for unit tests: its console, its clock and its verdict.
 */
#ifndef TESTS_RUN_H
#define TESTS_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../scripts/pvboot/compiler.h"
#include "../../scripts/pvboot/machine.h"

#define SUITE	"xen_pv_cr3"

/* Up to user space, and from the end of the last test on */
#define DOM0_UP		"(XEN) *** Serial input to DOM0\npvboot: user space\n"
#define DOM0_DOWN	"pvboot: done\n(XEN) Preparing system for ACPI S5 state.\n"
#define GOOD_TEST	"| 1..1\n| ok 1 a\npvboot: exit 0 /xen_pv_cr3\n"
#define GOOD_DRIVER	"| 1..1\n| ok 1 toolstack is up\npvboot: exit 0 /domus\n"
#define GOOD_DOMU	\
	"Linux version 6.1\nZone ranges:\npvboot: user space\n" \
	GOOD_TEST "pvboot: done\n"

/**
 * struct run - a boot
 * @m: its domains
 * @con: its serial port
 * @now: the time
 * @step: seconds that each line takes
 * @lines: how many there were
 * @most: lines to take, then the console falls silent
 */
struct run {
	struct machine m;
	struct console con;
	double now;
	double step;
	unsigned int lines;
	unsigned int most;
};

/**
 * run_open() - begin a boot of dom0 alone
 * @r: the boot, to be given to run_close()
 * @expect: the signature it is to die with, or NULL
 * @suite: the KUnit suite that its kernel runs, or NULL
 * @syms: symbols of its kernel, or NULL
 */
void run_open(struct run *r, const char *expect, const char *suite,
	      const struct symbols *syms);

/**
 * run_open_domus() - begin a boot whose dom0 creates domUs with /domus
 * @r: the boot, to be given to run_close()
 * @syms: symbols of all kernels, or NULL
 *
 * They are domu and domu-smp, which are to boot, and between them domu-without,
 * which is to die of early-full-load.
 */
void run_open_domus(struct run *r, const struct symbols *syms);

/**
 * run_say() - have lines come
 * @r: the boot
 * @script: lines that begin with "(XEN) " for Xen's, "pvboot: " for what PID 1 or
 *	the driver says, "| " for what a program prints, "{NAME} " for any such
 *	line of a domU; all others are the kernel's
 */
void run_say(struct run *r, const char *script);

/**
 * run_file() - have a recorded console come, as it is
 * @r: the boot
 * @path: of the file
 */
void run_file(struct run *r, const char *path);

/**
 * run_wait() - let time pass until there is a verdict
 * @r: the boot
 *
 * Return: how long that took.
 */
double run_wait(struct run *r);

/**
 * run_end() - judge
 * @r: the boot
 * @trouble: what has ended it, or NULL
 *
 * Return: what it comes to.
 */
enum outcome run_end(struct run *r, const char *trouble);

/**
 * run_close() - free what a boot holds
 * @r: the boot
 */
void run_close(struct run *r);

/* What a text has to hold */
#define assert_says(text, part) do {					\
	const char *_text = (text), *_part = (part);			\
	if (!strstr(_text, _part))					\
		fail_msg("'%s' is not in '%s'", _part, _text);		\
} while (0)

#endif /* TESTS_RUN_H */
