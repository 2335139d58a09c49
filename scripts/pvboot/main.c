// SPDX-License-Identifier: GPL-2.0-only
/*
 * pvboot: boot a kernel as Xen PV dom0 in QEMU, judge it by its console, and leave
 * a record.
 *
 * The record and the consoles go to files in a folder; standard output gets one
 * line.  Exit status: 0 as expected, 1 the kernel is at fault, 125 it could not be
 * judged.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "box.h"
#include "follow.h"
#include "inputs.h"
#include "options.h"
#include "probe.h"
#include "qemu.h"
#include "util.h"

struct run {
	struct options opt;
	struct machine m;
	char record[4096];
	char cell[TEXT_MAX];
};

/* Of a folder or, for a replay, of a file; without its ending */
static void name_cell(struct run *run)
{
	const char *path = run->opt.replay ? run->opt.replay : run->opt.log_dir;
	char *full = realpath(path, NULL);
	const char *slash = full ? strrchr(full, '/') : NULL;
	char *dot;

	copy_text(run->cell, "%s", slash ? slash + 1 : path);
	dot = strrchr(run->cell, '.');
	if (dot && run->opt.replay)
		*dot = '\0';
	free(full);
	run->opt.facts.cell = run->cell;
}

static void write_record(struct run *run)
{
	int err = record_write(run->record, &run->m, &run->opt.facts);

	if (err)
		die("%s cannot be written: %s", run->record, strerror(-err));
}

/* What keeps a kernel from being judged is a result, too. */
static void record_failure(void *ctx, const char *why)
{
	struct run *run = ctx;
	double now = run->opt.replay ? 0 : clock_now();

	machine_judge(&run->m, why, now);
	/* A folder that cannot be written is often what @why is about. */
	record_write(run->record, &run->m, &run->opt.facts);
}

static void boot(struct run *run)
{
	struct record_facts *facts = &run->opt.facts;
	const char *accel;
	int sigfd;

	facts->cpu = run->opt.cpu;
	facts->cpus = run->opt.cpus;
	facts->memory = run->opt.memory;
	facts->dom0_memory = run->opt.dom0_memory;
	facts->accel = run->opt.accel;
	facts->box = box_name(&run->opt);
	facts->begun = time(NULL);
	inputs_check(&run->opt);
	sigfd = follow_signals();
	accel = probe_accel(&run->opt, sigfd);
	facts->accel = accel;
	/* The probe is not part of the boot. */
	machine_free(&run->m);
	machine_open(&run->m, run->opt.domains, run->opt.ndomains, clock_now());
	follow_boot(&run->opt, accel, sigfd, &run->m);
	close(sigfd);
}

int main(int argc, char **argv)
{
	static struct run run;
	const struct machine *m = &run.m;

	options_parse(argc, argv, &run.opt);
	if (run.opt.print_command) {
		inputs_check(&run.opt);
		qemu_print(&run.opt);
		options_free(&run.opt);
		return OUTCOME_OK;
	}
	if (run.opt.probe) {
		inputs_check_xen(&run.opt);
		probe_xen(&run.opt, follow_signals());
		options_free(&run.opt);
		return OUTCOME_OK;
	}

	if (run.opt.record)
		snprintf(run.record, sizeof(run.record), "%s", run.opt.record);
	else
		snprintf(run.record, sizeof(run.record), "%s/result.json", run.opt.log_dir);
	name_cell(&run);
	/* An old one must not be taken for that of this run, however it ends. */
	if (unlink(run.record) && errno != ENOENT)
		die("%s cannot be written: %s", run.record, strerror(errno));
	machine_open(&run.m, run.opt.domains, run.opt.ndomains,
		     run.opt.replay ? 0 : clock_now());
	die_record(record_failure, &run);
	if (run.opt.replay)
		follow_replay(&run.opt, &run.m);
	else
		boot(&run);
	die_record(NULL, NULL);
	write_record(&run);

	if (m->outcome == OUTCOME_UNJUDGED)
		fprintf(stderr, "pvboot: error: %s\n", m->why);
	else
		printf("%s: %s\n", record_outcome(m->outcome),
		       m->why[0] ? m->why : m->domains[0].summary);
	machine_free(&run.m);
	options_free(&run.opt);
	return m->outcome;
}
