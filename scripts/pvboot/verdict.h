/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What domains come to, each by itself and all together.
 *
 * The default is a pessimist's: a boot is good only if every milestone was
 * seen and nothing spoke against it.
 */
#ifndef PVBOOT_VERDICT_H
#define PVBOOT_VERDICT_H

#include "domain.h"

/**
 * verdict_dom0() - judge dom0
 * @d: dom0; gets what comes after &domain.outcome
 * @trouble: why the boot had to be ended, or NULL
 * @now: the time
 *
 * @trouble counts only where the guest has not spoken for itself: one that has
 * died, or has done all that was asked, is judged.
 */
void verdict_dom0(struct domain *d, const char *trouble, double now);

/**
 * verdict_domu() - judge a domU
 * @d: the domU, as for verdict_dom0()
 * @dom0: dom0, which has been judged
 * @trouble: as for verdict_dom0()
 * @now: the time
 */
void verdict_domu(struct domain *d, const struct domain *dom0,
		  const char *trouble, double now);

/**
 * verdict_chain() - write a fault's functions
 * @fault: the fault
 * @most: no more than these
 * @buf: where they go, as "innermost <- its caller"
 */
void verdict_chain(const struct fault *fault, unsigned int most,
		   char buf[TEXT_MAX]);

#endif /* PVBOOT_VERDICT_H */
