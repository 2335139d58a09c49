/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Are the files what they should be, and is there memory enough?
 */
#ifndef PVBOOT_INPUTS_H
#define PVBOOT_INPUTS_H

struct options;

/**
 * inputs_check() - look at what is to be booted
 * @opt: what is asked for
 *
 * Only reads.  Ends pvboot if anything is not as it should be.
 */
void inputs_check(const struct options *opt);

/**
 * inputs_check_xen() - look at the hypervisor alone
 * @opt: what is asked for
 *
 * As inputs_check().
 */
void inputs_check_xen(const struct options *opt);

#endif /* PVBOOT_INPUTS_H */
