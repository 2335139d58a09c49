// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judge a domain by what was found.
 */
#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>

void verdict_chain(const struct fault *fault, unsigned int most,
		   char buf[TEXT_MAX])
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned int i = 0; i < fault->nframes && i < most; i++) {
		int n = snprintf(buf + len, TEXT_MAX - len, "%s%s",
				 i ? " <- " : "", fault->frames[i]);

		if (n < 0 || (size_t)n >= TEXT_MAX - len)
			break;
		len += n;
	}
}

/* One line: what happened, and where. */
static void sum_up(const struct finding *found, char buf[TEXT_MAX])
{
	const struct fault *fault = &found->fault;
	char chain[TEXT_MAX];

	verdict_chain(fault, 4, chain);
	if (found->kind != FINDING_CRASH)
		copy_text(buf, "%s", fault->what);
	else if (found->sig && chain[0])
		copy_text(buf, "%s; died in %.300s", found->sig->title, chain);
	else if (found->sig)
		copy_text(buf, "%s", found->sig->title);
	else if (chain[0])
		copy_text(buf, "CRASH: %.160s; in %.300s", fault->what, chain);
	else
		copy_text(buf, "CRASH: %.400s", fault->what);
}

/* Does it keep the domain from going on? */
static bool ends(const struct finding *found)
{
	switch (found->kind) {
	case FINDING_CRASH:
	case FINDING_FLOOD:
	case FINDING_QUIT:
		return true;
	case FINDING_HANG:
		/* A stall that the kernel reports may pass. */
		return found->concluded;
	default:
		return false;
	}
}

/* Xen's own trouble before there is a dom0 is none of the kernel's. */
static bool is_xens_own(const struct domain *d, const struct finding *found)
{
	return d->is_dom0 && found->fault.source == FAULT_XEN && !found->concluded &&
	       (d->reached < MS_HYPERVISOR || found->fault.when < d->at[MS_HYPERVISOR]);
}

static const struct finding *first(const struct domain *d,
				   bool (*which)(const struct finding *found))
{
	for (unsigned int i = 0; i < d->nfindings; i++) {
		if (!is_xens_own(d, &d->findings[i]) &&
		    (!which || which(&d->findings[i])))
			return &d->findings[i];
	}
	return NULL;
}

static void __printf(2, 3) unjudged(struct domain *d, const char *fmt, ...)
{
	va_list ap;

	d->outcome = OUTCOME_UNJUDGED;
	va_start(ap, fmt);
	vsnprintf(d->why, sizeof(d->why), fmt, ap);
	va_end(ap);
	copy_text(d->summary, "not judged: %.400s", d->why);
}

static void at_fault(struct domain *d)
{
	const struct finding *end = first(d, ends);
	char text[TEXT_MAX];

	d->outcome = OUTCOME_FAULT;
	d->headline = first(d, NULL);
	if (end)
		sum_up(end, d->why);
	sum_up(d->headline, text);
	if (d->headline == end && d->reached + 1 < MS_COUNT)
		copy_text(d->summary, "no '%s': %.400s",
			  milestone_name(d->reached + 1), text);
	else
		copy_text(d->summary, "%s", text);
}

/* What was to be tested and was not, although PID 1 says that it is done. */
static void check_tests(struct domain *d)
{
	if (d->reached < MS_TESTS)
		return;
	d->now = d->at[MS_TESTS];
	if (d->set.suite && !test_ended(&d->suite))
		domain_test_found(d, &d->suite);
	for (unsigned int i = d->test; i < d->ntests; i++)
		domain_test_found(d, &d->tests[i]);
}

static void no_result(struct domain *d)
{
	d->now = d->ended;
	d->state = STATE_ENDED;
	domain_find(d, FINDING_CRASH, "CRASH", "CRASH: no result",
		    "the console ends without a result");
	at_fault(d);
}

static void judge_boot(struct domain *d, const char *trouble)
{
	check_tests(d);
	if (first(d, NULL) && (d->state != STATE_RUNNING || trouble)) {
		at_fault(d);
		if (!d->why[0] && trouble)
			copy_text(d->why, "%s", trouble);
	} else if (d->state == STATE_OFF) {
		d->outcome = OUTCOME_OK;
		copy_text(d->summary, "boots, passes its tests and powers off");
	} else if (trouble) {
		unjudged(d, "%s", trouble);
	} else {
		no_result(d);
	}
}

static void judge_death(struct domain *d, const char *trouble)
{
	const struct finding *end = first(d, ends);
	char text[TEXT_MAX];

	if (end && end->sig && !strcmp(end->sig->id, d->set.expect)) {
		d->outcome = OUTCOME_OK;
		d->headline = end;
		sum_up(end, d->summary);
	} else if (end) {
		at_fault(d);
		memcpy(text, d->summary, sizeof(text));
		copy_text(d->summary, "not %s: %.400s", d->set.expect, text);
	} else if (d->reached >= MS_USER) {
		copy_text(text, "MISSED: %s", d->set.expect);
		domain_find(d, FINDING_MISSED, "MISSED", text,
			    "it boots, there is no crash to show");
		at_fault(d);
	} else if (trouble) {
		unjudged(d, "%s", trouble);
	} else {
		no_result(d);
	}
}

static void judge(struct domain *d, const char *trouble, double now)
{
	domain_settle(d, now);
	d->now = now;
	if (!d->over)
		d->ended = now;
	if (d->set.expect)
		judge_death(d, trouble);
	else
		judge_boot(d, trouble);
}

void verdict_dom0(struct domain *d, const char *trouble, double now)
{
	domain_settle(d, now);
	/* Xen itself may have died, or QEMU before it. */
	if (d->reached < MS_HYPERVISOR) {
		const struct finding *died = domain_died(d);

		if (!d->over)
			d->ended = now;
		if (died)
			unjudged(d, "Xen died before it could run dom0: %s",
				 died->fault.what);
		else if (trouble)
			unjudged(d, "%s", trouble);
		else
			unjudged(d, "%s before Xen was up", d->ntail ?
				 "the console ended or fell silent" :
				 "nothing came on the console");
		return;
	}
	if (d->state == STATE_HUNG && d->suspended)
		trouble = "Xen does not come back from S3: the kernel waits in the hypercall";
	judge(d, trouble, now);
}

void verdict_domu(struct domain *d, const struct domain *dom0,
		  const char *trouble, double now)
{
	bool dom0_failed = dom0->outcome == OUTCOME_FAULT;

	if (!trouble && dom0->outcome == OUTCOME_UNJUDGED)
		trouble = dom0->why;
	if (d->state == STATE_REFUSED) {
		unjudged(d, "xl create: %s", d->refused);
	} else if (d->state == STATE_NOT_CREATED && dom0_failed) {
		d->because = dom0;
		unjudged(d, "not created: dom0 failed before");
	} else if (d->state == STATE_NOT_CREATED) {
		unjudged(d, "not created: %s", trouble ? trouble : "dom0 did not do it");
	} else if (d->state == STATE_RUNNING && dom0_failed) {
		judge(d, "dom0 failed while it was running", now);
		if (d->outcome == OUTCOME_UNJUDGED)
			d->because = dom0;
	} else {
		judge(d, trouble, now);
	}
}
