/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One domain while it boots: what its lines say of how far it has come, what it
 * has tested, and what went wrong.
 */
#ifndef PVBOOT_DOMAIN_H
#define PVBOOT_DOMAIN_H

#include <stdbool.h>

#include "channel.h"
#include "console.h"
#include "fault.h"
#include "signatures.h"
#include "signs.h"
#include "tests.h"
#include "util.h"

struct symbols;
struct tasks;
struct vcpus;

#define TESTS_MAX	4
#define FINDINGS_MAX	16
#define TAIL_LINES	16

/**
 * enum state - where a domain is, and where it stays
 * @STATE_NOT_CREATED: there is no such domain
 * @STATE_REFUSED: the toolstack would not create it
 * @STATE_RUNNING: it runs
 * @STATE_OFF: it has done all that was asked, and powered off
 * @STATE_CRASHED: it died
 * @STATE_HUNG: it did not come to the next milestone in time
 * @STATE_FLOODED: it filled its console
 * @STATE_QUIT: it powered off before it had done what was asked
 * @STATE_ENDED: its console ends without a result
 */
enum state {
	STATE_NOT_CREATED,
	STATE_REFUSED,
	STATE_RUNNING,
	STATE_OFF,
	STATE_CRASHED,
	STATE_HUNG,
	STATE_FLOODED,
	STATE_QUIT,
	STATE_ENDED,
};

/**
 * enum finding_kind - what was found
 * @FINDING_CRASH: it will not go on
 * @FINDING_HANG: part of it stands still, or it did not come on in time
 * @FINDING_COMPLAINT: it goes on, but something is wrong
 * @FINDING_TEST: a test is not good
 * @FINDING_FLOOD: its console had no end
 * @FINDING_QUIT: it powered off too early
 * @FINDING_MISSED: it lives and was to die
 */
enum finding_kind {
	FINDING_CRASH,
	FINDING_HANG,
	FINDING_COMPLAINT,
	FINDING_TEST,
	FINDING_FLOOD,
	FINDING_QUIT,
	FINDING_MISSED,
};

/**
 * struct finding - one thing that speaks against a domain
 * @kind: what it is
 * @concluded: pvboot concludes it; no report says so
 * @fault: the report, or as much of one as there is
 * @sig: the known death that it is, or NULL
 * @test: the test that it is about, or NULL
 */
struct finding {
	enum finding_kind kind;
	bool concluded;
	struct fault fault;
	const struct signature *sig;
	const struct test *test;
};

/**
 * enum outcome - a verdict as an exit status
 * @OUTCOME_OK: as expected
 * @OUTCOME_FAULT: the kernel is at fault
 * @OUTCOME_UNJUDGED: the kernel could not be judged
 */
enum outcome {
	OUTCOME_OK = 0,
	OUTCOME_FAULT = 1,
	OUTCOME_UNJUDGED = 125,
};

/**
 * struct domain_setup - what has to be known of a domain beforehand
 * @name: "dom0", or as in dom0's lines
 * @expect: id of the signature that it is to die with, or NULL: it is to boot
 * @suite: the KUnit suite that its kernel is to run before user space, or NULL...
 * @has_suite: ...and whether it can
 * @tests: paths in the guest of the test programs that PID 1 runs, in order,
 *	NULL after the last
 * @vmlinux: path of its kernel with symbols, or NULL
 * @syms: those symbols, or NULL
 * @patience: factor on every time limit
 *
 * All pointers stay the caller's and must outlive the domain.
 */
struct domain_setup {
	const char *name;
	const char *expect;
	const char *suite;
	bool has_suite;
	const char *tests[TESTS_MAX + 1];
	const char *vmlinux;
	const struct symbols *syms;
	double patience;
};

/**
 * struct domain - one domain
 * @set: what was known beforehand
 * @is_dom0: it is the one that Xen starts
 * @state: where it is
 * @reached: the last milestone, or -1
 * @at: when each milestone was reached
 * @begun: when it was created...
 * @ended: ...and when it was over
 * @over: nothing more can come from it
 * @last_line: when its last line came
 * @suspended: Xen puts the machine to sleep, or has not come back from that; the
 *	kernel waits in the hypercall
 * @suite: its KUnit suite, if @set has one
 * @tests: its test programs...
 * @ntests: ...how many...
 * @test: ...and the one that runs, or @ntests
 * @findings: what speaks against it, in order of time
 * @nfindings: entries in @findings
 * @complaints: reports of its kernel other than panics, the ones for which there
 *	was no room included
 * @now: the time of what is being found
 * @refused: what the toolstack said when it did not create it
 * @tail: its last lines, a ring
 * @ntail: lines ever put there
 * @said: the last line of its kernel's that had a time, or empty
 * @context: what Xen knows of its vCPUs, see vcpus_context(), or NULL
 * @vcpus: where they were when it was looked at from outside, or NULL
 * @tasks: where those slept then, or NULL
 * @outcome: what it comes to, like all below after verdict_domain()
 * @why: what ended it too early or why it cannot be judged, or empty
 * @summary: one line on it
 * @headline: what its outcome comes from, or NULL
 * @because: the domain whose fault its own follows from, or NULL
 */
struct domain {
	struct domain_setup set;
	bool is_dom0;
	enum state state;
	int reached;
	double at[MS_COUNT];
	double begun;
	double ended;
	bool over;
	double last_line;
	bool suspended;
	struct test suite;
	struct test tests[TESTS_MAX];
	unsigned int ntests;
	unsigned int test;
	struct finding findings[FINDINGS_MAX];
	unsigned int nfindings;
	unsigned int complaints;
	double now;
	char refused[TEXT_MAX];
	char tail[TAIL_LINES][TEXT_MAX];
	unsigned int ntail;
	char said[CONSOLE_LINE_MAX + 1];
	char *context;
	struct vcpus *vcpus;
	struct tasks *tasks;

	enum outcome outcome;
	char why[TEXT_MAX];
	char summary[TEXT_MAX];
	const struct finding *headline;
	const struct domain *because;

	/* private: */
	bool panicking;			/* Xen is about to say why */
	char panic[TEXT_MAX];		/* what it said, or empty */
	struct faults *faults;
	double since;		/* the time from which the limit counts */
	double more;		/* what is added to the limit */
	double dying_at;	/* a report of its death has begun, or 0... */
	double dead_at;		/* ...and is complete */
};

/**
 * domain_open() - make a domain ready
 * @d: the domain, owned by the caller, to be given to domain_free()
 * @set: is copied
 * @is_dom0: it runs from the start; a domU is not yet created
 * @now: seconds of a clock that does not go back, as in the other calls
 */
void domain_open(struct domain *d, const struct domain_setup *set, bool is_dom0,
		 double now);

/**
 * domain_create() - a domU begins
 * @d: the domU
 * @now: the time
 */
void domain_create(struct domain *d, double now);

/**
 * domain_refuse() - a domU has not been created after all
 * @d: the domU
 * @why: what the toolstack says
 * @now: the time
 */
void domain_refuse(struct domain *d, const char *why, double now);

/**
 * domain_line() - take one line
 * @d: the domain
 * @who: who wrote it
 * @line: the line, as channel_fn gives it, or Xen's
 * @now: when it came
 */
void domain_line(struct domain *d, enum origin who, const char *line,
		 double now);

/**
 * domain_context() - take one line of what Xen knows of its vCPUs
 * @d: the domain
 * @line: the line; is copied
 */
void domain_context(struct domain *d, const char *line);

/**
 * domain_whose() - how to show whose a line is
 * @who: who wrote it
 *
 * Return: what to put before it; the kernel's lines have their time.
 */
const char *domain_whose(enum origin who);

/**
 * domain_gone() - a domU exists no longer
 * @d: the domU
 * @now: the time
 */
void domain_gone(struct domain *d, double now);

/**
 * domain_cut_off() - a domain is ended because it would not end by itself
 * @d: the domain
 * @flood: it filled its console without end; otherwise it hung
 * @now: the time
 */
void domain_cut_off(struct domain *d, bool flood, double now);

/**
 * domain_wait() - a domain waits for something else, with a limit of its own
 * @d: the domain
 * @limit: seconds that it may take in addition to its own; 0 when that is over
 * @now: the time
 */
void domain_wait(struct domain *d, double limit, double now);

/**
 * domain_deadline() - when to look again although no line comes
 * @d: the domain
 *
 * Return: the time at which domain_tick() has something to decide.
 */
double domain_deadline(const struct domain *d);

/**
 * domain_tick() - let time pass
 * @d: the domain
 * @now: the time
 *
 * Return: true when nothing more can be expected of the domain.
 */
bool domain_tick(struct domain *d, double now);

/**
 * domain_settle() - take in all that was read so far
 * @d: the domain
 * @now: the time
 */
void domain_settle(struct domain *d, double now);

/**
 * domain_insert() - add a report to what speaks against a domain
 * @d: the domain
 * @fault: the report
 *
 * Return: what was added, or NULL if there was no room for it.
 */
struct finding *domain_insert(struct domain *d, const struct fault *fault);

/**
 * domain_find() - add something that speaks against a domain
 * @d: the domain
 * @kind: what it is
 * @class: what went wrong, or NULL: the title
 * @title: as in struct fault
 * @line: in full
 *
 * Return: what was added, or NULL if there was no room for it.
 */
struct finding *domain_find(struct domain *d, enum finding_kind kind,
			    const char *class, const char *title,
			    const char *line);

/**
 * domain_test_found() - add a test that is not good, once
 * @d: the domain
 * @test: the test
 */
void domain_test_found(struct domain *d, const struct test *test);

/**
 * domain_died() - what has a domain died of?
 * @d: the domain
 *
 * Return: the first crash, or NULL if it has not died.
 */
const struct finding *domain_died(const struct domain *d);

/**
 * domain_close() - no more lines will come
 * @d: the domain
 */
void domain_close(struct domain *d);

/**
 * domain_free() - free what a domain holds
 * @d: the domain
 */
void domain_free(struct domain *d);

#endif /* PVBOOT_DOMAIN_H */
