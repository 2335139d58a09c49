/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * QEMU: its command line, which is known here and nowhere else, and its process.
 */
#ifndef PVBOOT_QEMU_H
#define PVBOOT_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "memory.h"
#include "monitor.h"

struct options;

/**
 * struct qemu - a QEMU that runs
 * @pid: its process
 * @console: read end of the serial port
 * @errors: its own messages, a file
 * @memory: the machine's memory
 * @monitor: QEMU's monitor
 * @status: how it ended, as waitpid() tells
 * @ended: it has
 * @boxed: the process is that of its box
 */
struct qemu {
	pid_t pid;
	int console;
	int errors;
	struct memory memory;
	struct monitor monitor;
	int status;
	bool ended;
	bool boxed;
};

/**
 * qemu_print() - print QEMU's command line, for a shell
 * @opt: what is asked for
 */
void qemu_print(const struct options *opt);

/**
 * qemu_start() - start QEMU
 * @q: where to put what is known of it; to be given to qemu_stop()
 * @opt: what is asked for
 * @accel: "tcg" or "kvm"
 * @with_dom0: dom0 as well, or Xen alone
 */
void qemu_start(struct qemu *q, const struct options *opt, const char *accel,
		bool with_dom0);

/**
 * qemu_wait() - wait for a QEMU that has closed its console
 * @q: the QEMU
 */
void qemu_wait(struct qemu *q);

/**
 * qemu_trouble() - why has it ended by itself?
 * @q: the QEMU, after qemu_wait()
 * @opt: what it was started with
 * @buf: where the words go
 * @size: how many fit
 *
 * Return: @buf, or NULL if it has ended in good order.
 */
const char *qemu_trouble(const struct qemu *q, const struct options *opt,
			 char *buf, size_t size);

/**
 * qemu_stop() - end it if it still runs, and free what it holds
 * @q: the QEMU
 */
void qemu_stop(struct qemu *q);

#endif /* PVBOOT_QEMU_H */
