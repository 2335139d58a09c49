/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All domains of a machine: whose line is it, and what do the domains come to
 * together.
 *
 * dom0 relays its domUs, and the driver scripts/guests/domus.c says in words of
 * its own (see channel.h) what becomes of a domU:
 *
 *	create NAME		xl create is about to be called
 *	refused NAME: text	it has failed
 *	limit NAME		the domU would not end and was destroyed
 *	flood NAME		it filled its console and was destroyed
 *	gone NAME		it exists no longer, its console is read
 */
#ifndef PVBOOT_MACHINE_H
#define PVBOOT_MACHINE_H

#include "../guests/limits.h"
#include "verdict.h"

/* What a domU's PID 1 runs unless told otherwise, see scripts/guests/init.c. */
#define DOMU_TEST	"/xen_pv_cr3"

/**
 * struct domu - one domU; private to machine.c but for what is named here
 * @name: as in dom0's lines
 * @expect: what its boot is to show
 * @kunit: the KUnit suite that its kernel runs, or NULL
 * @syms: symbols of its kernel, or NULL
 *
 * The caller fills these in; they stay its own and must outlive the machine.
 */
struct domu {
	const char *name;
	enum expectation expect;
	const char *kunit;
	const struct symbols *syms;

	/* private: */
	struct machine *m;
	struct verdict v;
	struct channel ch;
	bool created;
	bool judged;
	double ended;		/* when it was gone, or 0 */
	char refused[TEXT_MAX];
	FILE *out;
	char *text;
	size_t len;
};

/**
 * struct machine - dom0 and its domUs
 * @dom0: dom0's verdict
 * @domus: what the caller gave
 * @ndomus: entries in @domus
 * @driver: dom0's test program that creates the domUs
 * @current: the domU that exists now, or NULL
 * @victim: the domain that Xen is speaking of
 * @worst: the domUs' worst outcome so far
 * @now: when the current line came
 */
struct machine {
	struct verdict dom0;
	struct domu *domus;
	unsigned int ndomus;
	const char *driver;
	struct domu *current;
	struct verdict *victim;
	enum outcome worst;
	double now;
};

/**
 * machine_init() - begin the verdicts
 * @m: the machine, owned by the caller
 * @set: dom0's setup; the last of its tests creates the domUs, if there are any
 * @domus: the domUs, in the order in which they are created
 * @ndomus: how many, up to DOMUS_MAX
 * @now: seconds of a monotonic clock, as in the other calls
 */
void machine_init(struct machine *m, const struct verdict_setup *set,
		  struct domu *domus, unsigned int ndomus, double now);

/**
 * machine_line() - take one line of the console
 * @m: the machine
 * @origin: who wrote it
 * @name: the domU whose it is, or NULL if it is none's
 * @line: as channel_fn gives it, or console_line_fn for Xen's
 * @now: when it came
 */
void machine_line(struct machine *m, enum origin origin, const char *name,
		  const char *line, double now);

/**
 * machine_domu() - find a domU
 * @m: the machine
 * @name: its name
 * @len: bytes of the name
 *
 * Return: the domU, or NULL.
 */
struct domu *machine_domu(struct machine *m, const char *name, size_t len);

/**
 * machine_finish() - print what is left
 * @m: the machine
 * @trouble: why the boot cannot be judged, or NULL, as for verdict_finish()
 * @now: the time
 *
 * Return: the worst of all verdicts; a kernel's fault is worse than a kernel
 * that could not be judged.
 */
enum outcome machine_finish(struct machine *m, const char *trouble,
			    double now);

#endif /* PVBOOT_MACHINE_H */
