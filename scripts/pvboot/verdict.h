/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the consoles say about a boot: milestones, splats, and in the end one
 * verdict, written as KTAP while it forms.
 *
 * The default is a pessimist's: a boot is good only if every milestone was
 * seen and nothing spoke against it.
 */
#ifndef PVBOOT_VERDICT_H
#define PVBOOT_VERDICT_H

#include <stdbool.h>
#include <stdio.h>

#include "console.h"

struct symbols;

/**
 * enum milestone - stations of a boot, in their order
 * @MS_HYPERVISOR: Xen is up and starts dom0
 * @MS_KERNEL: dom0's kernel has been entered
 * @MS_MEMORY: the kernel has left init_mem_mapping()
 * @MS_USER: PID 1 runs
 * @MS_TESTS: PID 1 has run all test programs
 * @MS_POWEROFF: dom0 has powered the machine off
 */
enum milestone {
	MS_HYPERVISOR,
	MS_KERNEL,
	MS_MEMORY,
	MS_USER,
	MS_TESTS,
	MS_POWEROFF,
	MS_COUNT,
};

/**
 * enum expectation - what the boot is to show
 * @EXPECT_BOOT: dom0 boots, passes its tests and powers off
 * @EXPECT_EARLY_FULL_LOAD: dom0 dies as kernels without the two-stage hook do:
 *	xen_write_cr3() in init_mem_mapping(), before there is a struct page
 */
enum expectation {
	EXPECT_BOOT,
	EXPECT_EARLY_FULL_LOAD,
};

/**
 * enum outcome - a verdict as an exit status
 * @OUTCOME_OK: as expected
 * @OUTCOME_KERNEL: the kernel is at fault
 * @OUTCOME_UNJUDGED: the kernel could not be judged
 */
enum outcome {
	OUTCOME_OK = 0,
	OUTCOME_KERNEL = 1,
	OUTCOME_UNJUDGED = 125,
};

#define FRAMES_MAX	24
#define TAIL_LINES	16
#define TEXT_MAX	512
#define NAME_MAX_LEN	96

/**
 * struct splat - one report of trouble
 * @what: the line that opened it; empty when there was none
 * @frames: functions, the one that did it first, then its callers
 * @nframes: entries in @frames
 * @cr2: the faulting address, or 0
 */
struct splat {
	char what[TEXT_MAX];
	char frames[FRAMES_MAX][NAME_MAX_LEN];
	unsigned int nframes;
	unsigned long cr2;
};

/**
 * struct verdict_setup - what a verdict needs to know beforehand
 * @out: where the KTAP goes
 * @expect: what the boot is to show
 * @test: path in the guest of the test program that PID 1 runs
 * @log: path of the whole console, named in a failure report
 * @syms: symbols of the kernel under test, or NULL
 * @patience: factor on every time limit
 *
 * All pointers stay the caller's and must outlive the verdict.
 */
struct verdict_setup {
	FILE *out;
	enum expectation expect;
	const char *test;
	const char *log;
	const struct symbols *syms;
	double patience;
};

/**
 * struct verdict - the state of one boot; private to verdict.c, holds no
 *	memory of its own
 */
struct verdict {
	/* private: */
	struct verdict_setup set;
	unsigned int number;		/* of the last KTAP line */
	unsigned int failed;

	int reached;			/* the last milestone, or -1 */
	double since;			/* when; seconds */
	double started;
	bool test_ended;
	bool test_ok;
	unsigned int planned, passed, skipped, not_ok, results;
	char first_not_ok[TEXT_MAX];
	char expectation[TEXT_MAX];	/* the first that a test saw not met */

	bool dead;			/* the guest will not go on */
	bool quit;			/* it powered off too early */
	bool halted;			/* Xen has ended dom0 */
	double dead_at;
	double last_line;
	struct splat cause;
	bool in_stack;			/* inside Xen's guest stack trace */
	bool in_trace;			/* inside the kernel's call trace */
	bool traced;			/* that trace has been read */
	bool hang;
	bool finished;

	char complaint[TEXT_MAX];	/* the first WARNING, BUG or Oops */
	unsigned int complaints;

	char xen_panic[TEXT_MAX];
	bool xen_panicked;

	char tail[TAIL_LINES][TEXT_MAX];
	unsigned int ntail;
};

/**
 * verdict_init() - begin a verdict and print the KTAP plan
 * @v: the verdict, owned by the caller
 * @set: is copied
 * @now: seconds of a monotonic clock, as in all the other calls
 */
void verdict_init(struct verdict *v, const struct verdict_setup *set,
		  double now);

/**
 * verdict_line() - take one console line
 * @v: the verdict
 * @src: who wrote it
 * @line: as console_line_fn gives it
 * @now: when it came
 */
void verdict_line(struct verdict *v, enum console_src src, const char *line,
		  double now);

/**
 * verdict_deadline() - when to look again although no line comes
 * @v: the verdict
 *
 * Return: the time at which verdict_tick() has something to decide.
 */
double verdict_deadline(const struct verdict *v);

/**
 * verdict_tick() - let time pass
 * @v: the verdict
 * @now: the time
 *
 * Return: true when the verdict is made and the machine can be ended.
 */
bool verdict_tick(struct verdict *v, double now);

/**
 * verdict_finish() - print what is left of the plan
 * @v: the verdict
 * @trouble: why the boot cannot be judged, or NULL when it can
 * @now: the time
 *
 * @trouble counts only where the guest has not spoken for itself: a guest that
 * has died, or has done all that was asked, is judged.
 *
 * Return: the verdict, fit for exit().
 */
enum outcome verdict_finish(struct verdict *v, const char *trouble,
			    double now);

#endif /* PVBOOT_VERDICT_H */
