/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dom0's driver of the domUs and pvboot, which waits for it, have to agree
 * on.  Times are in seconds, for a patience of 1.
 */
#ifndef GUESTS_LIMITS_H
#define GUESTS_LIMITS_H

/* The test that every guest runs unless it is told otherwise */
#define SELFTEST	"/xen_pv_cr3"
/* The one that tries what else a PV guest does in its own way, see probes/ */
#define PROBES		"/probes"
/* The one that runs the kernel's own, VARIANT=selftests */
#define KSELFTEST	"/kselftest"

/* What the driver says of a step in which a domU's load failed, before "PROGRAM TEST" */
#define LOAD_FAILED	"its load failed: "

/* Most domUs of one boot */
#define DOMUS_MAX	16
/* Longest life of a domU that runs its tests and powers off... */
#define PLAIN_LIMIT	120
/* ...and of one that goes on after them */
#define LIFE_LIMIT	600
/* The driver is through with a domU this long after that, at the latest. */
#define FINISH_LIMIT	180

#endif /* GUESTS_LIMITS_H */
