/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * QEMU's monitor: questions to it, and what it says by itself.  The protocol is
 * QMP, over a pair of sockets without a name.
 */
#ifndef PVBOOT_MONITOR_H
#define PVBOOT_MONITOR_H

#include <stdbool.h>
#include <stddef.h>

/**
 * enum machine_end - has the machine ended?
 * @END_NONE: no
 * @END_OFF: it was switched off
 * @END_RESET: it reset itself, as by a triple fault
 * @END_HOST: somebody ended QEMU, which is none of the guest's
 */
enum machine_end {
	END_NONE,
	END_OFF,
	END_RESET,
	END_HOST,
};

/**
 * struct monitor - our side of it
 * @fd: a socket; readable when QEMU has something to say; -1 when it is closed
 * @peer: QEMU's side, until monitor_started()
 * @end: what QEMU has said of the machine's end.  With -no-shutdown QEMU itself
 *	stays, and the machine can be looked at as it was.
 */
struct monitor {
	int fd;
	int peer;
	enum machine_end end;

	/* private: */
	char *line;
	size_t len;
	size_t room;
	unsigned int question;	/* number of the last one */
	char *answer;		/* to it, or NULL */
	bool answered;
};

/**
 * monitor_open() - make the sockets
 * @m: the monitor, owned by the caller, to be given to monitor_close()
 *
 * Return: false with errno set.
 */
bool monitor_open(struct monitor *m);

/**
 * monitor_started() - QEMU has its side now
 * @m: the monitor
 */
void monitor_started(struct monitor *m);

/**
 * monitor_take() - read what QEMU says
 * @m: the monitor
 *
 * Does not wait.
 */
void monitor_take(struct monitor *m);

/**
 * monitor_ask() - have QEMU do something
 * @m: the monitor
 * @command: of the human monitor
 * @limit: how long to wait, in seconds
 *
 * Return: what it says, to be given to free(), or NULL if it does not answer.
 */
char *monitor_ask(struct monitor *m, const char *command, double limit);

/**
 * monitor_close() - close it
 * @m: the monitor
 */
void monitor_close(struct monitor *m);

#endif /* PVBOOT_MONITOR_H */
