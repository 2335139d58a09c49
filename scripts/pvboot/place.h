/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a domain died or stands still, for a domain of which no line says so: by a
 * look from outside.
 */
#ifndef PVBOOT_PLACE_H
#define PVBOOT_PLACE_H

#include "domain.h"
#include "outside.h"

/**
 * struct place - a look, and the domain that it is for
 * @d: the domain
 * @mem: the machine's memory
 * @monitor: its QEMU's
 * @fn: is called for each line that tells what was seen, for the log; or NULL
 * @ctx: its first argument
 */
struct place {
	struct domain *d;
	const struct memory *mem;
	struct monitor *monitor;
	printk_fn fn;
	void *ctx;
};

/**
 * place_reset() - the machine has reset itself, and nobody has said why
 * @d: dom0
 * @now: the time
 */
void place_reset(struct domain *d, double now);

/**
 * place_wanted() - is it worth a look?
 * @d: a domain that has not ended well
 *
 * Return: false if its place is known already, or cannot be found out.
 */
bool place_wanted(const struct domain *d);

/**
 * place_find() - look at it
 * @p: at what
 * @now: the time
 *
 * What its kernel has reported to its log buffer alone is found as if it had come
 * to the console.  What pvboot or Xen has found without a place gets the chain
 * and the title of the vCPU that stands in the way; a hang in which none does, those
 * of the task that all wait for.
 */
void place_find(const struct place *p, double now);

/**
 * place_gone() - place also what the end of a domU has shown, as that it was early
 * @d: the domU; it was looked at, if it was, before it was gone
 */
void place_gone(struct domain *d);

#endif /* PVBOOT_PLACE_H */
