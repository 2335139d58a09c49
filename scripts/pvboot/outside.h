/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A look at a domain from outside, for a death or a hang of which no line says
 * where: what its kernel has written to its log buffer and to no console, where
 * its vCPUs are, and where its tasks sleep.
 */
#ifndef PVBOOT_OUTSIDE_H
#define PVBOOT_OUTSIDE_H

#include "memory.h"
#include "monitor.h"
#include "printk.h"
#include "tasks.h"
#include "vcpus.h"

/**
 * struct look - what to look at
 * @mem: the machine's memory
 * @monitor: its QEMU's
 * @vmlinux: path of the domain's kernel
 * @syms: functions of it
 * @dom0: the domain is dom0, and its machine is not needed any more
 * @last: the last line of its kernel's that came, with its time, or NULL
 * @context: what Xen knows of its vCPUs, see vcpus_context(), or NULL
 * @fn: receives the lines that did not come
 * @ctx: its first argument
 * @patience: factor on every time limit
 */
struct look {
	const struct memory *mem;
	struct monitor *monitor;
	const char *vmlinux;
	const struct symbols *syms;
	bool dom0;
	const char *last;
	const char *context;
	printk_fn fn;
	void *ctx;
	double patience;
};

/**
 * outside_look() - stop the machine for a moment and look
 * @l: what to look at
 * @v: where to put its vCPUs
 * @t: where to put its tasks
 *
 * A machine with another domain than dom0 goes on afterwards.
 *
 * Return: false if nothing was found; @v and @t have none then.
 */
bool outside_look(const struct look *l, struct vcpus *v, struct tasks *t);

#endif /* PVBOOT_OUTSIDE_H */
