/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines that show how far a domain has come, and that it is over.  How it
 * dies is not here: see fault.h.
 */
#ifndef PVBOOT_SIGNS_H
#define PVBOOT_SIGNS_H

#include "channel.h"

/**
 * enum milestone - stations of a boot, in their order
 * @MS_HYPERVISOR: Xen is up and starts dom0; a domU does not have this one
 * @MS_KERNEL: the kernel has been entered
 * @MS_MEMORY: the kernel has left init_mem_mapping()
 * @MS_USER: PID 1 runs
 * @MS_TESTS: PID 1 has run all test programs
 * @MS_POWEROFF: dom0 has powered the machine off, domU itself
 */
enum milestone {
	MS_HYPERVISOR,
	MS_KERNEL,
	MS_MEMORY,
	MS_USER,
	MS_TESTS,
	MS_POWEROFF,
	MS_COUNT,
};

/**
 * milestone_name() - what a milestone is called
 * @ms: the milestone
 *
 * Return: its name.
 */
const char *milestone_name(enum milestone ms);

/**
 * milestone_limit() - how long a milestone may take
 * @ms: the milestone
 *
 * Return: seconds since the milestone before it; for MS_TESTS since the last
 * test that has ended.
 */
double milestone_limit(enum milestone ms);

/**
 * enum meaning - what a sign says
 * @SIGN_MILESTONE: a milestone has been passed
 * @SIGN_OFF: dom0 powers the machine off
 * @SIGN_SUSPENDED: Xen puts the machine to sleep, as dom0 has asked it to
 * @SIGN_HALTED: dom0 has halted for good; so does a kernel without ACPI that
 *	was to power off
 * @SIGN_ENDED: Xen has ended dom0
 * @SIGN_PANIC: Xen panics, and the next line says why
 * @SIGN_OVERFLOW: a test program prints so much that the rest is left out
 * @SIGN_TEST_END: a test program has ended
 * @SIGN_CREATE: the driver is about to create a domU
 * @SIGN_REFUSED: the toolstack has not created it
 * @SIGN_LIMIT: it would not end by itself and was destroyed
 * @SIGN_CONTEXT: a line of what Xen knows of its vCPUs
 * @SIGN_LOOK: it is not well, and is left for a moment as it is
 * @SIGN_FLOOD: it filled its console and was destroyed
 * @SIGN_GONE: it exists no longer, and its console has been read
 */
enum meaning {
	SIGN_MILESTONE,
	SIGN_OFF,
	SIGN_SUSPENDED,
	SIGN_HALTED,
	SIGN_ENDED,
	SIGN_PANIC,
	SIGN_OVERFLOW,
	SIGN_TEST_END,
	SIGN_CREATE,
	SIGN_REFUSED,
	SIGN_LIMIT,
	SIGN_CONTEXT,
	SIGN_LOOK,
	SIGN_FLOOD,
	SIGN_GONE,
};

/**
 * struct sign - words that mean something at the beginning of a line
 * @who: whose line
 * @words: how it begins; a kernel's without its time
 * @means: what that means
 * @milestone: which one, if it means SIGN_MILESTONE
 */
struct sign {
	enum origin who;
	const char *words;
	enum meaning means;
	enum milestone milestone;
};

/**
 * sign_find() - is a line a sign?
 * @who: who has written it
 * @line: the line
 *
 * Return: the sign, or NULL.
 */
const struct sign *sign_find(enum origin who, const char *line);

#endif /* PVBOOT_SIGNS_H */
