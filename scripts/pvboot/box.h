/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The box that QEMU runs in: no network, and no files but those it is given and its
 * own.  That is bubblewrap; QEMU's seccomp filter is one of its options.
 */
#ifndef PVBOOT_BOX_H
#define PVBOOT_BOX_H

#include <stdbool.h>

#include "command.h"

struct options;

/**
 * box_name() - is there a box?
 * @opt: what is asked for
 *
 * bubblewrap may not be there, or not be allowed to do its work, as in many
 * containers; that is tried once.  A QEMU that is not the system's may need any
 * file, and has none.
 *
 * Return: what the record says of it: "bubblewrap", or "none: " and why.
 */
const char *box_name(const struct options *opt);

/**
 * box_add() - begin a command by the box that it is to run in, if there is one
 * @cmd: the command, still empty
 * @opt: what is asked for
 * @accel: QEMU's accelerator
 *
 * Return: true if there is.
 */
bool box_add(struct command *cmd, const struct options *opt, const char *accel);

#endif /* PVBOOT_BOX_H */
