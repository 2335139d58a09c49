/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domU whose user space is Debian's.
 */
#ifndef GUESTS_USERLAND_H
#define GUESTS_USERLAND_H

#include <stdbool.h>

/* The disk that it is on, as dom0 and as the domU has it, and the word that says so */
#define USERLAND_TARGET	"/dev/nvme0n1"
#define USERLAND_DISK	"xvdc"
#define USERLAND_OPTION	"pvboot.userland"

/* The program that prints what userland.sh has said, and where that is */
#define USERLAND	"/userland"
#define USERLAND_SAID	"/tmp/userland"

/* What PID 1's program is called with by the unit */
#define USERLAND_SERVICE "serve"

/**
 * userland_boot() - give way to Debian's PID 1, with a unit for us
 * @disk: where it is
 *
 * Return: what could not be done, with errno; not at all if all went well.
 */
const char *userland_boot(const char *disk);

/**
 * userland_serve() - as the unit: become PID 1 of a namespace, in the first root
 *
 * Return: in the new PID 1, whether that root is there.
 */
bool userland_serve(void);

#endif /* GUESTS_USERLAND_H */
