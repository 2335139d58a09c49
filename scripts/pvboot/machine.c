// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tell the domains' lines apart and put their verdicts together.
 */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

void machine_init(struct machine *m, const struct verdict_setup *set,
		  struct domu *domus, unsigned int ndomus, double now)
{
	struct verdict_setup dom0 = *set;

	memset(m, 0, sizeof(*m));
	m->domus = domus;
	m->ndomus = ndomus;
	m->victim = &m->dom0;
	dom0.domain = "dom0";
	dom0.extra = ndomus;
	for (int i = 0; ndomus && i < TESTS_MAX && dom0.tests[i]; i++)
		m->driver = dom0.tests[i];
	verdict_init(&m->dom0, &dom0, now);
}

struct domu *machine_domu(struct machine *m, const char *name, size_t len)
{
	for (unsigned int i = 0; i < m->ndomus; i++)
		if (strlen(m->domus[i].name) == len &&
		    !memcmp(m->domus[i].name, name, len))
			return &m->domus[i];
	return NULL;
}

static void worse(struct machine *m, enum outcome outcome)
{
	if (m->worst != OUTCOME_KERNEL && outcome != OUTCOME_OK)
		m->worst = outcome;
}

static void domu_line(void *ctx, enum origin origin, const char *domu,
		      const char *text)
{
	struct domu *d = ctx;

	/* A domU has no domUs. */
	verdict_line(&d->v, domu ? ORIGIN_UNKNOWN : origin, text, d->m->now);
}

static void create(struct machine *m, struct domu *d, double now)
{
	struct verdict_setup set = m->dom0.set;

	if (d->created)
		return;
	d->out = open_memstream(&d->text, &d->len);
	if (!d->out)
		return;
	set.out = d->out;
	set.domain = d->name;
	set.expect = d->expect;
	set.kunit = d->kunit;
	set.syms = d->syms;
	set.extra = 0;
	set.tests[0] = DOMU_TEST;
	set.tests[1] = NULL;
	verdict_init(&d->v, &set, now);
	channel_init(&d->ch, domu_line, d);
	d->m = m;
	d->created = true;
	m->current = d;
}

/* Print a domU's results into dom0's plan, once and whatever is known. */
static void judge(struct machine *m, struct domu *d, double now)
{
	char text[2 * TEXT_MAX], summary[TEXT_MAX];
	enum outcome outcome;

	if (d->judged)
		return;
	d->judged = true;

	if (!d->created) {
		snprintf(text, sizeof(text), "domU %s # not created", d->name);
		worse(m, OUTCOME_UNJUDGED);
		verdict_result(&m->dom0, "", false, text);
		return;
	}
	channel_flush(&d->ch);
	outcome = verdict_finish(&d->v, d->refused[0] ? d->refused : NULL,
				 d->ended ? d->ended : now);
	verdict_summary(&d->v, summary);
	snprintf(text, sizeof(text), "domU %s: %s", d->name, summary);
	worse(m, outcome);
	fclose(d->out);
	verdict_result(&m->dom0, d->text, outcome == OUTCOME_OK, text);
	free(d->text);
}

static void judge_all(struct machine *m, double now)
{
	for (unsigned int i = 0; i < m->ndomus; i++)
		judge(m, &m->domus[i], now);
}

/* What the driver says of a domU; true if it did. */
static bool driver_line(struct machine *m, const char *line, double now)
{
	const char *verb = line, *name;
	size_t len = strcspn(verb, " ");
	struct domu *d;

	if (!verb[len])
		return false;
	name = verb + len + 1;
	d = machine_domu(m, name, strcspn(name, ": "));
	if (!d)
		return false;

	if (!strncmp(verb, "create ", 7)) {
		create(m, d, now);
	} else if (!d->created || d->judged) {
		return true;
	} else if (!strncmp(verb, "refused ", 8)) {
		snprintf(d->refused, sizeof(d->refused), "xl create: %s",
			 name + strcspn(name, " "));
	} else if (!strncmp(verb, "limit ", 6)) {
		verdict_cut_off(&d->v, false);
	} else if (!strncmp(verb, "flood ", 6)) {
		verdict_cut_off(&d->v, true);
	} else if (!strncmp(verb, "gone ", 5)) {
		channel_flush(&d->ch);
		verdict_gone(&d->v, now);
		d->ended = now;
		m->current = NULL;
		m->victim = &m->dom0;
	}
	return true;
}

/* Xen names a domain at the beginning of a report and not in what follows. */
static void find_victim(struct machine *m, const char *line)
{
	unsigned int domid, vcpu;

	if (sscanf(line, "d%uv%u ", &domid, &vcpu) != 2 &&
	    sscanf(line, "Domain %u (vcpu#%u)", &domid, &vcpu) != 2) {
		if (!strncmp(line, "Hardware Dom0", 13))
			m->victim = &m->dom0;
		return;
	}
	if (!domid)
		m->victim = &m->dom0;
	else if (m->current)
		m->victim = &m->current->v;
}

void machine_line(struct machine *m, enum origin origin, const char *name,
		  const char *line, double now)
{
	struct domu *d;

	m->now = now;
	if (origin == ORIGIN_XEN) {
		find_victim(m, line);
		verdict_line(m->victim, origin, line, now);
		return;
	}
	if (origin == ORIGIN_RELAY) {
		d = machine_domu(m, name, strlen(name));
		if (d && d->created && !d->judged)
			channel_line(&d->ch, line, true);
		/* It shows that dom0 lives. */
		m->dom0.last_line = now;
		return;
	}
	if (origin == ORIGIN_INIT) {
		if (driver_line(m, line, now))
			return;
		/* The driver's own result comes after those of its domUs. */
		if (m->driver && strlen(line) > strlen(m->driver) &&
		    !strcmp(line + strlen(line) - strlen(m->driver), m->driver))
			judge_all(m, now);
	}
	verdict_line(&m->dom0, origin, line, now);
}

enum outcome machine_finish(struct machine *m, const char *trouble, double now)
{
	enum outcome outcome;

	/* Once dom0 is not judged, neither is what it would have created. */
	if (m->dom0.reached >= MS_KERNEL)
		judge_all(m, now);
	outcome = verdict_finish(&m->dom0, trouble, now);
	for (unsigned int i = 0; i < m->ndomus; i++) {
		struct domu *d = &m->domus[i];

		if (d->created && !d->judged) {
			verdict_finish(&d->v, trouble, now);
			fclose(d->out);
			free(d->text);
		}
	}
	worse(m, outcome);
	return m->worst;
}
