// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tell the domains' lines apart and put their verdicts together.
 */
#include "machine.h"

#include <stdio.h>

#include "verdict.h"

static void take_text(void *ctx, enum origin origin, const char *domu,
		      const char *text);

void machine_open(struct machine *m, const struct domain_setup *sets,
		  unsigned int ndomains, double now)
{
	memset(m, 0, sizeof(*m));
	m->ndomains = ndomains;
	m->begun = now;
	for (unsigned int i = 0; i < ndomains; i++) {
		domain_open(&m->domains[i], &sets[i], i == 0, now);
		m->readers[i].m = m;
		m->readers[i].domain = i;
		channel_init(&m->channels[i], take_text, &m->readers[i]);
	}
}

/* The number of a domU, or 0: dom0 is none. */
static unsigned int find_domu(struct machine *m, const char *name, size_t len)
{
	for (unsigned int i = 1; i < m->ndomains; i++) {
		const char *is = m->domains[i].set.name;

		if (strlen(is) == len && !memcmp(is, name, len))
			return i;
	}
	return 0;
}

static void hand_on(struct machine *m, unsigned int domain, enum origin origin,
		    const char *line)
{
	if (m->log)
		m->log(m->log_ctx, domain, origin, line, m->now);
	domain_line(&m->domains[domain], origin, line, m->now);
}

/* What the driver says of a domU. */
static void driver_sign(struct machine *m, const struct sign *sign,
			const char *line)
{
	const char *name = line + strlen(sign->words);
	size_t len = strcspn(name, ": ");
	unsigned int i = find_domu(m, name, len);
	struct domain *d = &m->domains[i];
	bool exists = d->state != STATE_NOT_CREATED;
	bool creates = sign->means == SIGN_CREATE;

	if (!i || exists == creates)
		return;
	switch (sign->means) {
	case SIGN_CREATE:
		domain_create(d, m->now);
		domain_wait(&m->domains[0], LIFE_LIMIT + FINISH_LIMIT, m->now);
		m->current = i;
		return;
	case SIGN_LIMIT:
		domain_cut_off(d, false, m->now);
		return;
	case SIGN_CONTEXT:
		domain_context(d, name + len + !!name[len]);
		return;
	case SIGN_LOOK:
		if (m->look)
			m->look(m->log_ctx, i, m->now);
		return;
	case SIGN_FLOOD:
		domain_cut_off(d, true, m->now);
		return;
	case SIGN_REFUSED:
		domain_refuse(d, name + len + strspn(name + len, ": "), m->now);
		break;
	case SIGN_GONE:
		channel_flush(&m->channels[i]);
		domain_gone(d, m->now);
		break;
	default:
		return;
	}
	domain_wait(&m->domains[0], 0, m->now);
	m->current = 0;
	m->victim = 0;
}

/* A channel has found out who wrote a text. */
static void take_text(void *ctx, enum origin origin, const char *domu,
		      const char *text)
{
	struct reader *reader = ctx;
	struct machine *m = reader->m;
	const struct sign *sign;

	if (origin == ORIGIN_RELAY) {
		unsigned int i = reader->domain ? 0 : find_domu(m, domu, strlen(domu));

		/* It shows that dom0 lives. */
		m->domains[0].last_line = m->now;
		if (i && m->domains[i].state != STATE_NOT_CREATED)
			channel_line(&m->channels[i], text, true);
		return;
	}
	hand_on(m, reader->domain, origin, text);
	if (reader->domain || origin != ORIGIN_INIT)
		return;
	sign = sign_find(origin, text);
	if (sign)
		driver_sign(m, sign, text);
}

/*
 * Xen names a domain where a report begins and not in what follows: "d1v0 words",
 * "arch/x86/mm.c:2105:d1v0 words", "Domain 1 (vcpu#0) crashed".
 */
static bool names_domain(const char *line, unsigned int *domid)
{
	const char *colon = line + strcspn(line, " ");
	int end = 0;

	if (sscanf(line, "Domain %u (vcpu#", domid) == 1)
		return true;
	while (colon > line && colon[-1] != ':')
		colon--;
	if (sscanf(colon, "d%u%n", domid, &end) != 1)
		return false;
	if (colon[end] == 'v')
		end += 1 + strspn(colon + end + 1, "0123456789");
	return colon[end] == ' ';
}

static void find_victim(struct machine *m, const char *line)
{
	unsigned int domid;

	if (names_domain(line, &domid))
		m->victim = domid ? m->current : 0;
	else if (starts(line, "Hardware Dom0") || starts(line, "Panic on CPU"))
		m->victim = 0;
}

void machine_line(struct machine *m, enum console_src src, const char *line,
		  bool whole, double now)
{
	m->now = now;
	if (src == CONSOLE_XEN) {
		find_victim(m, line);
		hand_on(m, m->victim, ORIGIN_XEN, line);
		/* What Xen does, dom0 may have asked for. */
		m->domains[0].last_line = now;
	} else {
		channel_line(&m->channels[0], line, whole);
	}
}

/* The driver's test fails as well when a domU does. */
static bool follows(const struct machine *m, const struct domain *d)
{
	const struct domain *dom0 = &m->domains[0];

	return d == dom0 && m->ndomains > 1 &&
	       d->headline->test == &dom0->tests[dom0->ntests - 1];
}

/* The domain at fault that failed first, or NULL. */
static const struct domain *find_culprit(const struct machine *m)
{
	const struct domain *culprit = NULL;

	for (unsigned int i = 0; i < m->ndomains; i++) {
		const struct domain *d = &m->domains[i];

		if (d->outcome != OUTCOME_FAULT)
			continue;
		if (!culprit || follows(m, culprit) ||
		    d->headline->fault.when < culprit->headline->fault.when)
			culprit = d;
	}
	return culprit;
}

/* The first domain that could not be judged by itself, or NULL. */
static const struct domain *find_unjudged(const struct machine *m)
{
	for (unsigned int i = 0; i < m->ndomains; i++) {
		if (m->domains[i].outcome == OUTCOME_UNJUDGED &&
		    !m->domains[i].because)
			return &m->domains[i];
	}
	return NULL;
}

static void sum_up(struct machine *m)
{
	struct domain *dom0 = &m->domains[0];
	const struct domain *worst = find_culprit(m);

	m->outcome = OUTCOME_OK;
	m->culprit = worst;
	if (worst)
		m->outcome = OUTCOME_FAULT;
	else
		worst = find_unjudged(m);
	if (!worst)
		return;
	if (m->outcome != OUTCOME_FAULT)
		m->outcome = OUTCOME_UNJUDGED;
	else if (worst != dom0 && dom0->outcome == OUTCOME_FAULT && follows(m, dom0))
		dom0->because = worst;
	snprintf(m->why, sizeof(m->why), "%s%s%s%s", worst == dom0 ? "" : "domU ",
		 worst == dom0 ? "" : worst->set.name, worst == dom0 ? "" : ": ",
		 m->culprit ? worst->summary : worst->why);
}

enum outcome machine_judge(struct machine *m, const char *trouble, double now)
{
	for (unsigned int i = 0; i < m->ndomains; i++)
		channel_flush(&m->channels[i]);
	m->ended = now;
	verdict_dom0(&m->domains[0], trouble, now);
	for (unsigned int i = 1; i < m->ndomains; i++)
		verdict_domu(&m->domains[i], &m->domains[0], trouble, now);
	for (unsigned int i = 0; i < m->ndomains; i++)
		domain_close(&m->domains[i]);
	sum_up(m);
	return m->outcome;
}

void machine_free(struct machine *m)
{
	for (unsigned int i = 0; i < m->ndomains; i++)
		domain_free(&m->domains[i]);
	m->ndomains = 0;
}
