/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line of every kernel under test, dom0's and domUs'.
 *
 * What a program writes to /dev/kmsg would be the kernel's word: it is off.  The
 * reader of a console tells the kernel's lines by their time: it is on, however
 * the kernel was configured.
 */
#ifndef GUESTS_ARGS_H
#define GUESTS_ARGS_H

#define GUEST_ARGS	"console=hvc0 earlyprintk=xen oops=panic panic=-1 " \
			"random.trust_cpu=on printk.devkmsg=off printk.time=1"

#endif /* GUESTS_ARGS_H */
