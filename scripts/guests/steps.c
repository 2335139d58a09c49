// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a domU after it has booted: what the toolstack does to it, step by
 * step, while its load goes on.
 */
#include "domus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Seconds; each times patience */
#define BEAT_LIMIT	15
#define PASS_LIMIT	240
#define STATE_LIMIT	30

/*
 * Seconds that do not depend on the machine: three beats.  The scheduler charges them to
 * the task that ran, which then waits until each other task of the load has had as much.
 */
#define PAUSE		0.9

#define SAMPLES		"200"

/*
 * A step returns NULL if it went well, and otherwise why not.
 */

static const char *xl_failed(const char *command)
{
	static char why[300];

	snprintf(why, sizeof(why), "xl %s: %s", command, complaint(OUTPUT));
	return why;
}

static const char *why_ended(struct domu *d)
{
	return d->over ? d->over : "it has ended";
}

/*
 * Wait for @beats more of its heart, and for @passes more of its selftest.  With
 * a domU that has stopped doing either there is nothing left to try.
 */
static const char *wait_for(struct domu *d, unsigned int beats, unsigned int passes)
{
	double begun = now();

	relay(d);
	beats += d->beats;
	passes += d->passes;
	while (d->beats < beats) {
		if (!go_on(d))
			return why_ended(d);
		if (now() - begun > BEAT_LIMIT * patience)
			return d->over = "its heart has stopped";
	}
	while (d->passes < passes) {
		unsigned int seen = d->passes;

		if (!go_on(d))
			return why_ended(d);
		if (d->passes != seen && d->failed[0])
			return d->failed;
		if (now() - begun > PASS_LIMIT * patience)
			return d->over = "its load does not come to an end";
	}
	return NULL;
}

/* The pass that now runs began before what was done, only the next one after. */
static const char *well(struct domu *d)
{
	return wait_for(d, 2, 2);
}

static const char *step_load(struct domu *d)
{
	/* A host that is busy takes minutes; one that says nothing is given up before. */
	while (!d->beats)
		if (!go_on(d))
			return why_ended(d);
	return wait_for(d, 2, 1);
}

static const char *set_vcpus(struct domu *d, char *vcpus)
{
	double begun = now();

	if (RUN(d, XL, "vcpu-set", "--ignore-host", d->name, vcpus))
		return xl_failed("vcpu-set");
	while (d->cpus != (unsigned int)atoi(vcpus)) {
		if (!go_on(d))
			return why_ended(d);
		if (now() - begun > STATE_LIMIT * patience)
			return "its number of CPUs stays as it is";
	}
	return well(d);
}

static const char *step_unplug(struct domu *d)
{
	return set_vcpus(d, "1");
}

static const char *step_plug(struct domu *d)
{
	return set_vcpus(d, d->vcpus);
}

/* Pause it and read what it had still to say. */
static const char *pause_domu(struct domu *d)
{
	double begun;

	if (RUN(d, XL, "pause", d->name))
		return xl_failed("pause");
	begun = now();
	while (now() - begun < QUIET && go_on(d))
		;
	return NULL;
}

static const char *step_pause(struct domu *d)
{
	const char *why = pause_domu(d);
	double begun = now();
	unsigned int beats = d->beats;

	while (!why && now() - begun < PAUSE && go_on(d))
		;
	if (!why && d->beats != beats)
		why = "its heart beats although it is paused";
	if (RUN(d, XL, "unpause", d->name) && !why)
		why = xl_failed("unpause");
	/* The pass that now runs has been paused, too. */
	return why ? why : wait_for(d, 2, 1);
}

static const char *step_save_restore(struct domu *d)
{
	char image[64], said[64];
	double begun = now();

	snprintf(image, sizeof(image), "/tmp/%s.image", d->name);
	snprintf(said, sizeof(said), "/tmp/%s.restore", d->name);
	if (RUN(d, XL, "save", d->name, image))
		return xl_failed("save");
	while (d->monitor && go_on(d))
		if (now() - begun > COMMAND_LIMIT * patience)
			return "it is still there after it was saved";
	if (d->over)
		return d->over;

	d->monitor = start(said, (char *const[]){ XL, "restore", "-F", image, NULL });
	while (go_on(d) && number_after(said, "(domid ") < 0)
		;
	unlink(image);
	if (number_after(said, "(domid ") < 0) {
		static char why[300];

		snprintf(why, sizeof(why), "xl restore: %s", refusal(d, said));
		return why;
	}
	return well(d);
}

/* The memory that it has, in MiB, by the third column of xl list. */
static int memory_of(struct domu *d)
{
	int mib = -1;

	if (!RUN(d, XL, "list", d->name))
		sscanf(last_line(OUTPUT), "%*s %*d %d", &mib);
	return mib;
}

static const char *set_memory(struct domu *d, int want)
{
	double begun = now();
	int is = memory_of(d);
	bool down = want < is;
	char mib[16];

	snprintf(mib, sizeof(mib), "%d", want);
	if (RUN(d, XL, "mem-set", d->name, mib))
		return xl_failed("mem-set");
	while (down ? is > want : is < want) {
		static char why[64];

		if (!go_on(d))
			return why_ended(d);
		is = memory_of(d);
		snprintf(why, sizeof(why), "it has %d MiB", is);
		if (now() - begun > STATE_LIMIT * patience)
			return why;
	}
	return well(d);
}

static const char *step_balloon_down(struct domu *d)
{
	/* A kernel with more to hold has been given more. */
	return set_memory(d, d->mib - d->mib / 4);
}

static const char *step_balloon_up(struct domu *d)
{
	return set_memory(d, d->mib);
}

static const char *step_power_off(struct domu *d)
{
	if (RUN(d, XL, "shutdown", d->name))
		return xl_failed("shutdown");
	while (go_on(d))
		;
	if (!d->over && d->devices)
		return backends_check();
	return d->over;
}

#define SECOND	1	/* of a domU that has a second vCPU */
#define PLUG	2	/* of the mode plug, too */

static const struct step {
	const char *what;
	const char *(*run)(struct domu *d);
	unsigned int of;
} steps[] = {
	{ "runs its load", step_load, PLUG },
	{ "loses its second vCPU", step_unplug, SECOND | PLUG },
	{ "gets its second vCPU back", step_plug, SECOND | PLUG },
	{ "is paused and goes on", step_pause, 0 },
	{ "is saved and restored", step_save_restore, PLUG },
	{ "is saved and restored again", step_save_restore, 0 },
	{ "is ballooned down", step_balloon_down, 0 },
	{ "is ballooned up", step_balloon_up, 0 },
};

/* Not earlier than the vCPU that was away is back, and has its bases anew. */
#define BASES_AFTER	step_plug
#define BASES_RESULTS	5

static bool has_step(const struct domu *d, const struct step *step)
{
	return (!(step->of & SECOND) || atoi(d->vcpus) > 1) &&
	       (step->of & PLUG || strcmp(d->mode, "plug"));
}

unsigned int life_results(const struct domu *d)
{
	unsigned int sum = 1;	/* the end */

	for (unsigned int i = 0; i < ARRAY_SIZE(steps); i++)
		if (has_step(d, &steps[i]))
			sum += steps[i].run == BASES_AFTER ? 1 + BASES_RESULTS : 1;
	return sum;
}

static void check_bases(struct domu *d, const char *why)
{
	unsigned int wanted = results + BASES_RESULTS;
	char line[256], domid[16] = "";
	FILE *f = NULL;

	if (!why)
		why = pause_domu(d);
	if (!why && RUN(d, XL, "domid", d->name))
		why = xl_failed("domid");
	if (!why) {
		snprintf(domid, sizeof(domid), "%d", atoi(last_line(OUTPUT)));
		/* Its status says no more than its lines. */
		RUN(d, BASECTX, domid, SAMPLES);
		f = fopen(OUTPUT, "re");
	}
	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "ok ", 3) && results < wanted)
			result(true, "%s: %s", d->name, line + 3);
		else if (!strncmp(line, "not ok ", 7) && results < wanted)
			result(false, "%s: %s", d->name, line + 7);
		else
			frame_printf(&text, "# %s", line + 2 * !strncmp(line, "# ", 2));
	}
	if (f)
		fclose(f);
	while (results < wanted)
		result(false, "%s: base pointers could not be looked at: %s", d->name,
		       why ? why : "see above");
	if (!why)
		RUN(d, XL, "unpause", d->name);
}

static void report(struct domu *d, const char *what, const char *why, double begun)
{
	if (why)
		result(false, "%s %s, %.1f s: %s", d->name, what, now() - begun, why);
	else
		result(true, "%s %s, %.1f s", d->name, what, now() - begun);
}

void life_skip(struct domu *d)
{
	for (unsigned int i = 0; i < life_results(d); i++)
		result(true, "%s # SKIP it was not created", d->name);
}

/*
 * Once the domU has ended every step fails at once; so it does if the load failed before
 * anything was done.
 */
void life(struct domu *d)
{
	char load[sizeof(d->failed)];
	const char *why = NULL;
	double begun;

	for (unsigned int i = 0; i < ARRAY_SIZE(steps); i++) {
		const char *failed;

		if (!has_step(d, &steps[i]))
			continue;
		begun = now();
		failed = why ? why : steps[i].run(d);
		report(d, steps[i].what, failed, begun);
		if (!why && (d->over || !d->monitor)) {
			why = why_ended(d);
		} else if (!why && failed && steps[i].run == step_load) {
			snprintf(load, sizeof(load), "%s", failed);
			why = load;
		}
		if (steps[i].run == BASES_AFTER)
			check_bases(d, why);
	}
	begun = now();
	report(d, "powers off when asked to",
	       d->over || !d->monitor ? why : step_power_off(d), begun);
}
