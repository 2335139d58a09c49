/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line of every kernel under test, dom0's and domUs'.
 *
 * What a program writes to /dev/kmsg would be the kernel's word: it is off.  The
 * reader of a console tells the kernel's lines by their time: it is on, however
 * the kernel was configured.  Its watchdogs get as long as it takes: on a host that is
 * busy a vCPU may be away for half a minute.
 */
#ifndef GUESTS_ARGS_H
#define GUESTS_ARGS_H

#define GUEST_ARGS	"console=hvc0 earlyprintk=xen oops=panic panic=-1 " \
			"random.trust_cpu=on printk.devkmsg=off printk.time=1 " \
			"watchdog_thresh=60 workqueue.watchdog_thresh=120"

#endif /* GUESTS_ARGS_H */
