/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options of ours on the kernel's command line.
 */
#ifndef GUESTS_CMDLINE_H
#define GUESTS_CMDLINE_H

/**
 * cmdline_option() - look for an option
 * @name: how its word begins: with the =, if it has a value
 *
 * Return: what follows @name, which may be nothing, good until the next call; NULL if
 * there is no such word, or no /proc.
 */
char *cmdline_option(const char *name);

#endif /* GUESTS_CMDLINE_H */
