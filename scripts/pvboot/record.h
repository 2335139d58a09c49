/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The record of one boot: Documentation/record.rst has its format.
 */
#ifndef PVBOOT_RECORD_H
#define PVBOOT_RECORD_H

#include "machine.h"

#define FACTS_MAX	32

/**
 * struct record_facts - what a record says beside the verdict
 * @cell: name of the cell
 * @begun: when the boot began, in seconds since 1970; 0 for a replay
 * @accel: QEMU's accelerator, or NULL for a replay
 * @cpu: its CPU model
 * @cpus: its CPUs
 * @memory: the machine's memory, in MiB
 * @dom0_memory: dom0's
 * @box: what QEMU runs in, see box_name()
 * @names: names of what the caller knows...
 * @values: ...and what it is
 * @nfacts: entries in both
 */
struct record_facts {
	const char *cell;
	long long begun;
	const char *accel;
	const char *cpu;
	unsigned int cpus;
	unsigned int memory;
	unsigned int dom0_memory;
	const char *box;
	const char *names[FACTS_MAX];
	const char *values[FACTS_MAX];
	unsigned int nfacts;
};

/**
 * record_text() - make the record of a boot
 * @m: the machine, after machine_judge()
 * @facts: the rest of what it says
 *
 * Return: the record, to be freed by free(), or NULL.
 */
char *record_text(const struct machine *m, const struct record_facts *facts);

/**
 * record_write() - write the record of a boot
 * @path: where; an older one is replaced only when the new one is complete
 * @m: the machine, after machine_judge()
 * @facts: the rest of what it says
 *
 * Return: 0, or a negative errno.
 */
int record_write(const char *path, const struct machine *m,
		 const struct record_facts *facts);

/**
 * record_outcome() - an outcome in the record's words
 * @outcome: the outcome
 *
 * Return: the word.
 */
const char *record_outcome(enum outcome outcome);

#endif /* PVBOOT_RECORD_H */
