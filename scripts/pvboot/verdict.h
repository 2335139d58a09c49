/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the consoles say about the boot of one domain: milestones, splats, and in
 * the end one verdict, written as KTAP while it forms.
 *
 * The default is a pessimist's: a boot is good only if every milestone was
 * seen and nothing spoke against it.
 */
#ifndef PVBOOT_VERDICT_H
#define PVBOOT_VERDICT_H

#include <stdbool.h>
#include <stdio.h>

#include "channel.h"

struct symbols;

/**
 * enum milestone - stations of a boot, in their order
 * @MS_HYPERVISOR: Xen is up and starts dom0; a domU does not have this one
 * @MS_KERNEL: the kernel has been entered
 * @MS_MEMORY: the kernel has left init_mem_mapping()
 * @MS_USER: PID 1 runs
 * @MS_TESTS: PID 1 has run all test programs
 * @MS_POWEROFF: dom0 has powered the machine off, domU itself
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
 * @EXPECT_BOOT: the kernel boots, passes its tests and powers off
 * @EXPECT_EARLY_FULL_LOAD: it dies as kernels without the two-stage hook do:
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
#define TESTS_MAX	4

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
 * @domain: "dom0", or the name of a domU
 * @expect: what the boot is to show
 * @kunit: the KUnit suite that the kernel runs before user space, or NULL
 * @tests: paths in the guest of the test programs that PID 1 runs, in order,
 *	NULL after the last
 * @extra: further results in the plan, which verdict_result() will bring
 * @log: path of the whole console, named in a failure report
 * @syms: symbols of the kernel under test, or NULL
 * @patience: factor on every time limit
 *
 * All pointers stay the caller's and must outlive the verdict.
 */
struct verdict_setup {
	FILE *out;
	const char *domain;
	enum expectation expect;
	const char *kunit;
	const char *tests[TESTS_MAX + 1];
	unsigned int extra;
	const char *log;
	const struct symbols *syms;
	double patience;
};

/**
 * struct test_run - one test program or KUnit suite; private to verdict.c
 * @ok: all as it should be
 * @printed: its result line is out
 * @planned: the plan it printed
 * @passed: its results...
 * @skipped: ...by kind...
 * @results: ...and in all
 * @why_not: what to say if it is not ok
 * @expectation: the first words of its own on something not met
 * @ktap: its KTAP, indented, until its result line is printed
 * @text: buffer behind @ktap
 * @len: bytes in @text
 */
struct test_run {
	bool ok;
	bool printed;
	unsigned int planned;
	unsigned int passed;
	unsigned int skipped;
	unsigned int results;
	char why_not[TEXT_MAX];
	char expectation[TEXT_MAX];
	FILE *ktap;
	char *text;
	size_t len;
};

/**
 * struct verdict - the state of one boot; private to verdict.c
 *
 * Holds memory from verdict_init() to verdict_finish().
 */
struct verdict {
	/* private: */
	struct verdict_setup set;
	unsigned int number;		/* of the last KTAP line */
	unsigned int failed;

	int reached;			/* the last milestone, or -1 */
	double since;			/* when; seconds */
	double started;
	struct test_run suite;		/* of KUnit */
	bool in_suite;			/* its lines are coming... */
	bool in_words;			/* ...or what a failure has to say */
	struct test_run runs[TESTS_MAX];
	unsigned int ntests;
	unsigned int test;		/* the one that runs, or ntests */

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
	bool flood;
	bool finished;

	char summary[TEXT_MAX];
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
 * @origin: who wrote it
 * @line: as channel_fn gives it, or console_line_fn for Xen's
 * @now: when it came
 */
void verdict_line(struct verdict *v, enum origin origin, const char *line,
		  double now);

/**
 * verdict_gone() - a domU exists no longer
 * @v: its verdict
 * @now: the time
 */
void verdict_gone(struct verdict *v, double now);

/**
 * verdict_cut_off() - a domU was destroyed because it would not end by itself
 * @v: its verdict
 * @flood: it filled its console without end; otherwise it hung
 */
void verdict_cut_off(struct verdict *v, bool flood);

/**
 * verdict_result() - bring one of the extra results of the plan
 * @v: the verdict
 * @nested: KTAP to indent before it
 * @ok: whether it counts against the boot
 * @text: what the result line says
 */
void verdict_result(struct verdict *v, const char *nested, bool ok,
		    const char *text);

/**
 * verdict_summary() - one line for the result of a finished verdict
 * @v: the verdict, after verdict_finish()
 * @buf: where it goes
 */
void verdict_summary(const struct verdict *v, char buf[TEXT_MAX]);

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
 * Frees what the verdict holds; only verdict_summary() may follow.
 *
 * Return: the verdict, fit for exit().
 */
enum outcome verdict_finish(struct verdict *v, const char *trouble,
			    double now);

#endif /* PVBOOT_VERDICT_H */
