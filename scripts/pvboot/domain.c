// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follow one domain by its lines.
 */
#include "domain.h"

#include <stdio.h>
#include <stdlib.h>

#include "symbols.h"

/* A report is complete after this much silence, in seconds... */
#define SETTLE_QUIET	0.5
/* ...and the domain is heard out no longer than this after it died. */
#define SETTLE_MAX	5.0
/* Bytes of what Xen knows of vCPUs, of which each takes some 200 */
#define CONTEXT_MAX	65536

/*
 * Reports
 */

static void reach(struct domain *d, enum milestone ms, double now)
{
	while (d->reached < (int)ms)
		d->at[++d->reached] = now;
	d->since = now;
}

static void has_died(struct domain *d, const struct fault *fault)
{
	if (d->state == STATE_RUNNING) {
		d->state = STATE_CRASHED;
		d->dead_at = d->dying_at ? d->dying_at : d->now;
	}
	/* Who dies in one of the kernel's functions has entered it. */
	if (fault->nframes && d->reached < MS_KERNEL)
		reach(d, MS_KERNEL, fault->when);
}

static struct finding *handed_on_before(struct domain *d, const struct fault *fault)
{
	for (unsigned int i = 0; i < d->nfindings; i++) {
		if (d->findings[i].fault.when == fault->when &&
		    !strcmp(d->findings[i].fault.what, fault->what))
			return &d->findings[i];
	}
	return NULL;
}

/* Whatever its kernel reports, but for a panic by itself */
static bool is_complaint(const struct fault *fault)
{
	return fault->source == FAULT_KERNEL && !starts(fault->class, "PANIC:") &&
	       !starts(fault->class, "Kernel panic");
}

static void take_fault(void *ctx, const struct fault *fault)
{
	static const enum finding_kind kinds[] = {
		[FAULT_CRASH] = FINDING_CRASH,
		[FAULT_HANG] = FINDING_HANG,
		[FAULT_COMPLAINT] = FINDING_COMPLAINT,
	};
	struct domain *d = ctx;
	struct finding *found = NULL;

	if (fault->panicked)
		found = handed_on_before(d, fault);
	if (!found) {
		d->complaints += is_complaint(fault);
		found = domain_insert(d, fault);
	}
	if (fault->kind == FAULT_CRASH)
		has_died(d, fault);
	if (!found)
		return;
	found->fault = *fault;
	if (fault->source == FAULT_XEN && d->panic[0])
		copy_text(found->fault.what, "%.200s %.300s", fault->what, d->panic);
	found->kind = kinds[fault->kind];
	if (fault->kind == FAULT_CRASH)
		found->sig = signature_find(fault, d->reached, d->set.syms);
}

static const char *name_address(void *ctx, unsigned long addr)
{
	const struct domain *d = ctx;
	unsigned long off;

	return symbols_name(d->set.syms, addr, &off);
}

/*
 * Begin and end
 */

void domain_open(struct domain *d, const struct domain_setup *set, bool is_dom0,
		 double now)
{
	memset(d, 0, sizeof(*d));
	d->set = *set;
	d->is_dom0 = is_dom0;
	d->reached = is_dom0 ? -1 : MS_HYPERVISOR;
	if (set->suite)
		test_open(&d->suite, set->suite, true);
	if (set->suite && !set->has_suite)
		test_skip(&d->suite, "not in this kernel");
	for (; d->ntests < TESTS_MAX && set->tests[d->ntests]; d->ntests++)
		test_open(&d->tests[d->ntests], set->tests[d->ntests], false);
	d->faults = faults_new(name_address, take_fault, d);
	if (!d->faults)
		die("out of memory");
	/* Its channel has found out whose a line is. */
	faults_trust(d->faults);
	if (is_dom0)
		domain_create(d, now);
}

void domain_create(struct domain *d, double now)
{
	d->state = STATE_RUNNING;
	d->begun = now;
	d->since = now;
	d->last_line = now;
	d->now = now;
}

void domain_settle(struct domain *d, double now)
{
	faults_flush(d->faults, now);
}

static void quit(struct domain *d)
{
	if (d->state != STATE_RUNNING)
		return;
	d->state = STATE_QUIT;
	domain_find(d, FINDING_QUIT, "QUIT", "QUIT: powers off before its tests are done",
		    "it powered off before its tests were done");
}

static void end(struct domain *d)
{
	d->over = true;
	d->ended = d->now;
}

void domain_refuse(struct domain *d, const char *why, double now)
{
	d->now = now;
	d->state = STATE_REFUSED;
	copy_text(d->refused, "%s", why);
	end(d);
}

/* It does not run any longer, and went by itself. */
static void go_off(struct domain *d)
{
	domain_settle(d, d->now);
	if (d->reached < MS_TESTS) {
		quit(d);
	} else if (d->state == STATE_RUNNING) {
		reach(d, MS_POWEROFF, d->now);
		d->state = STATE_OFF;
	}
	end(d);
}

void domain_gone(struct domain *d, double now)
{
	d->now = now;
	go_off(d);
}

void domain_cut_off(struct domain *d, bool flood, double now)
{
	enum milestone next = d->reached + 1;
	char title[TEXT_MAX], line[TEXT_MAX];

	d->now = now;
	domain_settle(d, now);
	end(d);
	if (d->state != STATE_RUNNING)
		return;
	if (flood) {
		d->state = STATE_FLOODED;
		domain_find(d, FINDING_FLOOD, "FLOOD", "FLOOD: its console has no end",
			    "FLOOD: its console had no end");
		return;
	}
	d->state = STATE_HUNG;
	if (d->suspended)
		return;
	copy_text(title, "HANG: no '%s'", milestone_name(next));
	if (d->is_dom0)
		copy_text(line, "%s within %.0f s", title,
			  (milestone_limit(next) + d->more) * d->set.patience);
	else
		copy_text(line, "%s within its limit", title);
	domain_find(d, FINDING_HANG, "HANG", title, line);
}

/* Xen has ended dom0, and says so by @line. */
static void ended_by_xen(struct domain *d, const char *line)
{
	struct finding *found;
	char class[TEXT_MAX];

	domain_settle(d, d->now);
	end(d);
	if (domain_died(d))
		return;
	d->state = STATE_CRASHED;
	copy_text(class, "%.*s", (int)strcspn(line, ":"), line);
	found = domain_find(d, FINDING_CRASH, class, class, line);
	if (found) {
		found->concluded = false;
		found->fault.source = FAULT_XEN;
	}
}

/*
 * Lines
 */

/* Does a test program run? */
static bool testing(const struct domain *d)
{
	return d->reached == MS_USER && d->test < d->ntests;
}

static void take_sign(struct domain *d, const struct sign *sign, const char *line)
{
	switch (sign->means) {
	case SIGN_MILESTONE:
		reach(d, sign->milestone, d->now);
		break;
	case SIGN_OFF:
		go_off(d);
		break;
	case SIGN_SUSPENDED:
		d->suspended = true;
		break;
	case SIGN_HALTED:
		if (d->reached == MS_TESTS)
			go_off(d);
		else
			ended_by_xen(d, line);
		break;
	case SIGN_ENDED:
		ended_by_xen(d, line);
		break;
	case SIGN_PANIC:
		d->panicking = true;
		break;
	case SIGN_OVERFLOW:
		if (testing(d))
			copy_text(d->tests[d->test].why, "it printed too much");
		break;
	case SIGN_TEST_END:
		if (!testing(d))
			break;
		test_end(&d->tests[d->test], line);
		d->since = d->now;
		if (d->tests[d->test].outcome != TEST_OK)
			domain_test_found(d, &d->tests[d->test]);
		d->test++;
		break;
	default:
		/* the driver's; see machine.c */
		break;
	}
}

/* A line of the kernel's; true if it was KTAP of the suite. */
static bool suite_line(struct domain *d, const char *line)
{
	bool was_open = d->suite.in_suite;

	/* User space may overtake the kernel on its way to the console. */
	if (!d->set.suite || d->reached >= MS_TESTS ||
	    !kunit_line(&d->suite, channel_message(line)))
		return false;
	if (d->suite.culprit[0] ||
	    (was_open && !d->suite.in_suite && d->suite.outcome != TEST_OK))
		domain_test_found(d, &d->suite);
	return true;
}

/* Words of a stack say nothing to a reader; their functions are named. */
static bool is_stack(const char *line)
{
	line += strspn(line, " ");
	return strspn(line, "0123456789abcdef") == 16;
}

const char *domain_whose(enum origin who)
{
	switch (who) {
	case ORIGIN_XEN:
		return "(XEN) ";
	case ORIGIN_INIT:
		return "pvboot: ";
	case ORIGIN_PROGRAM:
		return "| ";
	default:
		return "";
	}
}

static void keep_tail(struct domain *d, enum origin who, const char *line)
{
	if (who == ORIGIN_XEN && is_stack(line))
		return;
	copy_text(d->tail[d->ntail++ % TAIL_LINES], "%s%s", domain_whose(who), line);
}

void domain_context(struct domain *d, const char *line)
{
	size_t have = d->context ? strlen(d->context) : 0;
	char *longer;

	if (have > CONTEXT_MAX)
		return;
	longer = realloc(d->context, have + strlen(line) + 2);
	if (!longer)
		return;
	d->context = longer;
	sprintf(longer + have, "%s\n", line);
}

void domain_line(struct domain *d, enum origin who, const char *line,
		 double now)
{
	const struct sign *sign;

	if (d->over)
		return;
	d->now = now;
	d->last_line = now;
	keep_tail(d, who, line);
	if (who != ORIGIN_XEN)
		d->suspended = false;

	switch (who) {
	case ORIGIN_XEN:
		if (d->panicking && !d->panic[0] && !strchr("*-", line[0]))
			copy_text(d->panic, "%s", line);
		faults_line(d->faults, FAULT_XEN, line, now);
		break;
	case ORIGIN_KERNEL:
		if (line[0] == '[' || starts(line, "(early) ["))
			snprintf(d->said, sizeof(d->said), "%s", strchr(line, '['));
		if (suite_line(d, line))
			return;
		faults_line(d->faults, FAULT_KERNEL, line, now);
		break;
	case ORIGIN_PROGRAM:
		if (!testing(d))
			return;
		test_line(&d->tests[d->test], line);
		/* It counts from here on, whether the program ends or not. */
		if (d->tests[d->test].culprit[0])
			domain_test_found(d, &d->tests[d->test]);
		return;
	default:
		break;
	}
	if (!d->dying_at && faults_dying(d->faults))
		d->dying_at = now;
	/* What Xen's signs tell is dom0's. */
	sign = who == ORIGIN_XEN && !d->is_dom0 ? NULL : sign_find(who, line);
	if (sign)
		take_sign(d, sign, line);
}

/*
 * Time
 */

void domain_wait(struct domain *d, double limit, double now)
{
	d->since = now;
	d->more = limit;
}

static double hang_at(const struct domain *d)
{
	int next = d->reached + 1 < MS_COUNT ? d->reached + 1 : MS_POWEROFF;

	return d->since + (milestone_limit(next) + d->more) * d->set.patience;
}

/* On a slow machine a trace comes slowly. */
static double quiet_at(const struct domain *d)
{
	return d->last_line + SETTLE_QUIET * (d->set.patience > 1 ? d->set.patience : 1);
}

static double settled_at(const struct domain *d)
{
	double most = d->dead_at + SETTLE_MAX;

	return most < quiet_at(d) ? most : quiet_at(d);
}

/* When is the report that is under way taken to be complete? */
static double told_at(const struct domain *d)
{
	double most = d->dying_at + SETTLE_MAX;

	return d->dying_at && most < quiet_at(d) ? most : quiet_at(d);
}

double domain_deadline(const struct domain *d)
{
	double at = d->state == STATE_CRASHED ? settled_at(d) : hang_at(d);

	return faults_reading(d->faults) && told_at(d) < at ? told_at(d) : at;
}

/* It was to die, and has come further than that. */
static bool survived(const struct domain *d)
{
	const struct signature *sig = NULL;

	if (d->set.expect)
		sig = signature_by_id(d->set.expect);
	return sig && d->reached >= MS_USER && d->reached >= (int)sig->before;
}

bool domain_tick(struct domain *d, double now)
{
	if (faults_reading(d->faults) && now >= told_at(d))
		domain_settle(d, now);
	if (d->over || survived(d))
		return true;
	if (d->state == STATE_CRASHED)
		return now >= settled_at(d);
	if (now >= hang_at(d))
		domain_cut_off(d, false, now);
	return d->over;
}

void domain_close(struct domain *d)
{
	if (d->set.suite)
		test_close(&d->suite);
	for (unsigned int i = 0; i < d->ntests; i++)
		test_close(&d->tests[i]);
}

void domain_free(struct domain *d)
{
	if (d->set.suite)
		test_release(&d->suite);
	for (unsigned int i = 0; i < d->ntests; i++)
		test_release(&d->tests[i]);
	faults_free(d->faults);
	free(d->context);
	free(d->vcpus);
	free(d->tasks);
	memset(d, 0, sizeof(*d));
}
