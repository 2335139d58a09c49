/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A boot from its begin to its end: the console as files, time, and signals.
 */
#ifndef PVBOOT_FOLLOW_H
#define PVBOOT_FOLLOW_H

#include "machine.h"

struct options;

/**
 * follow_signals() - have signals come through a file
 *
 * Return: the file descriptor.
 */
int follow_signals(void);

/**
 * follow_boot() - boot and follow the console until there is a verdict
 * @opt: what is asked for
 * @accel: QEMU's accelerator
 * @sigfd: from follow_signals(); a signal ends the boot
 * @m: the machine, opened; is judged
 *
 * Return: what it comes to.
 */
enum outcome follow_boot(const struct options *opt, const char *accel,
			 int sigfd, struct machine *m);

/**
 * follow_replay() - judge a recorded console
 * @opt: what is asked for
 * @m: the machine, opened at time 0; is judged
 *
 * Return: what it comes to.
 */
enum outcome follow_replay(const struct options *opt, struct machine *m);

#endif /* PVBOOT_FOLLOW_H */
