/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What pvboot is asked to do.
 */
#ifndef PVBOOT_OPTIONS_H
#define PVBOOT_OPTIONS_H

#include "machine.h"
#include "record.h"

#define DEVICES_MAX	8

/**
 * struct options - the command line
 * @qemu: QEMU's program
 * @xen: hypervisor, not compressed
 * @xen_append: more for its command line
 * @kernel: bzImage
 * @initrd: dom0's root
 * @append: more for dom0's command line
 * @accel: "tcg", "kvm" or "auto"
 * @probe: see whether Xen runs by @accel, print its version and do nothing else
 * @cpu: CPU model
 * @cpus: the machine's CPUs and dom0's vCPUs
 * @memory: the machine's memory, in MiB
 * @dom0_memory: dom0's
 * @low_memory: how much of @memory lies below 4 GiB; 0: as much as QEMU puts there
 * @disks: raw images, each a disk of the machine's
 * @nics: models, each a network card of the machine's
 * @gdb: socket on which a debugger is awaited, or NULL
 * @icount: time goes by instructions, 2^@icount ns each; -1: it does not
 * @plugin: TCG plugin with its arguments, or NULL
 * @console: file for the serial port, or NULL: pvboot reads it
 * @log_dir: where consoles and record go
 * @record: where the record goes, or NULL: into @log_dir
 * @replay: recorded console to judge, or NULL
 * @print_command: print QEMU's command line and do nothing
 * @patience: factor on every time limit
 * @domains: dom0 and the domUs
 * @ndomains: entries in @domains
 * @domu_tests: test programs of the domUs that are still to be named
 * @facts: what the record is to say
 */
struct options {
	const char *qemu;
	const char *xen;
	const char *xen_append;
	const char *kernel;
	const char *initrd;
	const char *append;
	const char *accel;
	bool probe;
	const char *cpu;
	unsigned int cpus;
	unsigned int memory;
	unsigned int dom0_memory;
	unsigned int low_memory;
	const char *disks[DEVICES_MAX + 1];
	const char *nics[DEVICES_MAX + 1];
	const char *gdb;
	int icount;
	const char *plugin;
	const char *console;
	const char *log_dir;
	const char *record;
	const char *replay;
	bool print_command;
	double patience;
	struct domain_setup domains[DOMAINS_MAX];
	unsigned int ndomains;
	const char *domu_tests[TESTS_MAX + 1];
	struct record_facts facts;
};

/**
 * options_parse() - read the command line
 * @argc: as main() gets it
 * @argv: the same
 * @opt: where it goes; to be given to options_free()
 *
 * Ends pvboot if it is not as it should be.
 */
void options_parse(int argc, char **argv, struct options *opt);

/**
 * options_free() - free what the options hold
 * @opt: the options
 */
void options_free(struct options *opt);

#endif /* PVBOOT_OPTIONS_H */
