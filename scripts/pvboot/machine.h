/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All domains of a machine: whose line is it, and what do the domains come to
 * together.
 *
 * dom0 relays its domUs, and the driver scripts/guests/domus.c says what becomes
 * of each; its words are in the table of signs.
 */
#ifndef PVBOOT_MACHINE_H
#define PVBOOT_MACHINE_H

#include "../guests/limits.h"
#include "channel.h"
#include "console.h"
#include "domain.h"

/* dom0 and its domUs */
#define DOMAINS_MAX	(1 + DOMUS_MAX)

/**
 * typedef machine_log_fn - is called for every line
 * @ctx: &machine.log_ctx
 * @domain: number of the domain whose line it is; for Xen's the one that Xen is
 *	speaking of
 * @origin: who wrote it
 * @line: the line
 * @now: when it came
 */
typedef void (*machine_log_fn)(void *ctx, unsigned int domain,
			       enum origin origin, const char *line, double now);

/**
 * typedef machine_look_fn - is called while a domU that is not well stands still
 * @ctx: &machine.log_ctx
 * @domain: number of the domU
 * @now: the time
 */
typedef void (*machine_look_fn)(void *ctx, unsigned int domain, double now);

/**
 * struct machine - dom0 and its domUs
 * @domains: dom0, then the domUs in the order in which they are created
 * @ndomains: entries in @domains
 * @log: gets every line, or NULL
 * @look: looks at a domU from outside, or NULL
 * @log_ctx: first argument of both
 * @outcome: what all come to, like all below after machine_judge()
 * @why: one line, unless all is ok
 * @culprit: the domain that failed first, or NULL
 * @begun: when the first line could come...
 * @ended: ...and when there was a verdict
 */
struct machine {
	struct domain domains[DOMAINS_MAX];
	unsigned int ndomains;
	machine_log_fn log;
	machine_look_fn look;
	void *log_ctx;
	enum outcome outcome;
	char why[2 * TEXT_MAX];
	const struct domain *culprit;
	double begun;
	double ended;

	/* private: */
	struct channel channels[DOMAINS_MAX];
	struct reader {
		struct machine *m;
		unsigned int domain;
	} readers[DOMAINS_MAX];
	unsigned int current;		/* the domU that exists now, or 0 */
	unsigned int victim;		/* whom Xen is speaking of */
	double now;
};

/**
 * machine_open() - make a machine ready
 * @m: the machine, owned by the caller, to be given to machine_free()
 * @sets: setup of dom0 and of each domU; are copied.  The last of dom0's tests
 *	creates the domUs.
 * @ndomains: how many, up to DOMAINS_MAX
 * @now: seconds of a clock that does not go back, as in the other calls
 */
void machine_open(struct machine *m, const struct domain_setup *sets,
		  unsigned int ndomains, double now);

/**
 * machine_line() - take one line of the serial port
 * @m: the machine
 * @src: who wrote it
 * @line: as console_line_fn gives it
 * @whole: the same
 * @now: when it came
 */
void machine_line(struct machine *m, enum console_src src, const char *line,
		  bool whole, double now);

/**
 * machine_judge() - judge all domains
 * @m: the machine
 * @trouble: why the boot had to be ended, or NULL, as for verdict_dom0()
 * @now: the time
 *
 * A fault is worse than a domain that could not be judged, and that is worse
 * than a good boot.
 *
 * Return: the worst of all outcomes.
 */
enum outcome machine_judge(struct machine *m, const char *trouble, double now);

/**
 * machine_free() - free what a machine holds
 * @m: the machine
 */
void machine_free(struct machine *m);

#endif /* PVBOOT_MACHINE_H */
