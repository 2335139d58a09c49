// SPDX-License-Identifier: GPL-2.0-only
/*
 * dom0's test program: start Debian's Xen toolstack, create PV domUs with it, and
 * put those through their lives that are to have one.
 *
 *	pvboot.domus=NAME:KERNEL:VCPUS:MODE[:MIB][,...]
 *		the domUs, one after the other.  KERNEL is a file in /domu.  MODE is
 *		plain: run the tests and power off; life: go on, and be hot-plugged,
 *		paused, saved, restored and ballooned; plug: of a life what a second
 *		vCPU matters to; flood, hang, reboot: misbehave
 *	pvboot.domu_run=PATH[,PATH...]
 *		their tests, if not the usual one
 *	pvboot.known=PROBE[,PROBE...]
 *		faults of theirs that are known
 *	pvboot.userland
 *		the domU that has a life has Debian's userland, see userland.c, and
 *		boots from its disk, see grub.c
 *	pvboot.patience=FACTOR
 *		multiplies every time limit
 *
 * Whether a domU booted well is not judged here: an early death looks like a
 * power-off to the toolstack.  So all of its console goes to this one's, framed as
 * frame.h says by the nonce that PID 1 has given us, and what became of it in words
 *
 *	create NAME		xl create is about to be run
 *	refused NAME: why	it failed
 *	flood NAME		its console is too much and no longer shown
 *	limit NAME		it did not come to an end and was destroyed
 *	context NAME line	what Xen knows of its vCPUs
 *	look NAME		it has not said that it is done, and stays for a
 *				moment as it is, to be looked at from outside
 *	gone NAME		it is no more, and all its lines are out
 *
 * What the toolstack can do with a live domU is this test's own result, as KTAP.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "args.h"
#include "cmdline.h"
#include "devices.h"
#include "domus.h"
#include "userland.h"

#define DEFAULT_DOMUS	"domu:with:1:plain,domu2:with:2:life,broken:without:1:plain"
#define DEFAULT_MIB	64

/* Seconds, times patience, and MiB */
#define GIVEN_LIMIT	10
#define GIVEN_SLACK	1

double patience = 1;
struct frame_writer words;
struct frame_writer text;
const char *nonce;
unsigned int results;

static const char *tests;
static const char *known;
static bool userland;
static unsigned int planned;
static bool any_failed;

void result(bool good, const char *fmt, ...)
{
	char what[FRAME_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	frame_printf(&text, "%sok %u %s", good ? "" : "not ", ++results, what);
	any_failed |= !good;
}

/*
 * A domU from its creation to its end
 */

static void path_of(char *path, size_t size, const struct domu *d, const char *what)
{
	snprintf(path, size, "/tmp/%s.%s", d->name, what);
}

static bool has_userland(const struct domu *d)
{
	return userland && d->devices;
}

static bool is_life(const struct domu *d)
{
	return !strcmp(d->mode, "life") || !strcmp(d->mode, "plug");
}

static void write_cmdline(FILE *f, const struct domu *d)
{
	fprintf(f, GUEST_ARGS
		" pvboot.%s pvboot.vcpus=%s pvboot.mib=%d pvboot.patience=%g%s%s%s%s%s%s%s",
		is_life(d) ? "life" : d->mode, d->vcpus, d->mib, patience,
		tests ? " pvboot.run=" : "", tests ? tests : "",
		has_userland(d) ? "," USERLAND : "",
		known ? " pvboot.known=" : "", known ? known : "",
		d->devices ? " " DEVICES_OPTION : "",
		has_userland(d) ? " " USERLAND_OPTION "=" USERLAND_DISK " net.ifnames=0" : "");
}

/* Preserved until its console has been read: with the domain goes the ring. */
static void write_config(const struct domu *d, const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return;
	fprintf(f, "name = \"%s\"\n", d->name);
	fprintf(f, "type = \"pv\"\n");
	if (has_userland(d)) {
		fprintf(f, "kernel = \"" GRUB "\"\n");
	} else {
		fprintf(f, "kernel = \"" DOMU_FOLDER "/%s\"\n", d->kernel);
		fprintf(f, "ramdisk = \"" DOMU_FOLDER "/initrd\"\n");
		fprintf(f, "cmdline = \"");
		write_cmdline(f, d);
		fprintf(f, "\"\n");
	}
	if (d->devices)
		backends_config(f, has_userland(d));
	fprintf(f, "memory = %d\n", d->mib);
	fprintf(f, "vcpus = %s\n", d->vcpus);
	fprintf(f, "on_poweroff = \"preserve\"\n");
	fprintf(f, "on_reboot = \"preserve\"\n");
	fprintf(f, "on_crash = \"preserve\"\n");
	fclose(f);
}

/* Return: false if there is no such domain after all. */
static bool create_domu(struct domu *d)
{
	char config[64], said[64];
	const char *why = NULL;

	path_of(config, sizeof(config), d, "cfg");
	path_of(said, sizeof(said), d, "create");
	write_config(d, config);

	frame_printf(&words, "create %s", d->name);
	if (has_userland(d))
		why = grub_install(d, write_cmdline);
	if (why) {
		frame_printf(&words, "refused %s: cannot %s: %s", d->name, why, strerror(errno));
		return false;
	}
	d->created = now();
	d->heard = d->created;
	d->monitor = start(said, (char *const[]){ XL, "create", "-F", config, NULL });
	while (go_on(d) && number_after(said, "(domid ") < 0)
		;
	if (number_after(said, "(domid ") >= 0)
		return true;
	if (!d->monitor) {
		frame_printf(&words, "refused %s: %s", d->name, refusal(d, said));
		return false;
	}
	return true;
}

/* A vCPU that Xen does not run is seen on no processor. */
static void tell_context(const struct domu *d)
{
	static const char * const wanted[] = { "vcpu", "rip:", "rsp:", "rbp:", " gs:", "cr3:" };
	char domid[16], line[256];
	FILE *f;

	if (RUN(NULL, XL, "domid", d->name))
		return;
	snprintf(domid, sizeof(domid), "%s", last_line(OUTPUT));
	RUN(NULL, XENCTX, "-a", "-C", domid);
	f = fopen(OUTPUT, "re");
	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		for (unsigned int i = 0; i < ARRAY_SIZE(wanted); i++)
			if (!strncmp(line, wanted[i], strlen(wanted[i])))
				frame_printf(&words, "context %s %s", d->name, line);
	}
	if (f)
		fclose(f);
}

/* What has become of it is in its memory, as long as that is its own. */
static void show(const struct domu *d)
{
	if (d->done || d->flood)
		return;
	tell_context(d);
	frame_printf(&words, "look %s", d->name);
	nap(LOOK);
}

static void finish(struct domu *d)
{
	bool alive = d->monitor;
	double quiet = now();

	if (d->over && !d->flood) {
		frame_printf(&text, "# %s: %s", d->name, d->over);
		frame_printf(&words, "limit %s", d->name);
	}
	if (alive) {
		show(d);
		RUN(d, XL, "destroy", d->name);
	}

	while (now() - quiet < QUIET) {
		if (relay(d))
			quiet = now();
		nap(LOOK_AGAIN);
	}
	relay_close(d);
	if (!alive)
		show(d);

	/* A second time does no harm. */
	RUN(NULL, XL, "destroy", d->name);
	if (d->monitor) {
		kill(d->monitor, SIGKILL);
		waitpid(d->monitor, NULL, 0);
		d->monitor = 0;
	}
	if (!RUN(NULL, XL, "domid", d->name))
		frame_printf(&text, "# %s cannot be destroyed", d->name);
	else
		frame_printf(&words, "gone %s", d->name);
}

static void live(struct domu *d)
{
	if (!create_domu(d)) {
		if (is_life(d))
			life_skip(d);
		return;
	}
	if (is_life(d))
		life(d);
	while (go_on(d))
		;
	finish(d);
}

/* Xen's, in MiB */
static long free_memory(void)
{
	return RUN(NULL, XL, "info") ? -1 : number_after(OUTPUT, "free_memory            : ");
}

/*
 * Grants or mappings that are left over keep pages of a domain that is no more, and
 * that domain.  Xen takes its time to scrub what it gets.
 */
static void check_given_back(long before)
{
	double begun = now();
	bool good, alone;
	long is;

	for (;;) {
		is = free_memory();
		alone = !RUN(NULL, XL, "list") && strstr(last_line(OUTPUT), "Domain-0");
		good = alone && is >= 0 && is + GIVEN_SLACK >= before;
		if (good || now() - begun > GIVEN_LIMIT * patience)
			break;
		nap(10 * LOOK_AGAIN);
	}
	result(good, "all that the domUs had is given back: Xen has %ld MiB, and had %ld%s%s",
	       is, before, alone ? "" : "; left is ", alone ? "" : last_line(OUTPUT));
}

/*
 * What to do
 */

/* As cmdline_option(), to be freed. */
static char *option(const char *name)
{
	char *word = cmdline_option(name);

	return word ? strdup(word) : NULL;
}

static bool parse(struct domu *d, char *item)
{
	char *rest = NULL, *mib;

	memset(d, 0, sizeof(*d));
	d->log = -1;
	d->name = strtok_r(item, ":", &rest);
	d->kernel = strtok_r(NULL, ":", &rest);
	d->vcpus = strtok_r(NULL, ":", &rest);
	d->mode = strtok_r(NULL, ":", &rest);
	mib = strtok_r(NULL, ":", &rest);
	if (!d->mode || strlen(d->name) > FRAME_NAME_MAX)
		return false;
	d->mib = mib ? atoi(mib) : DEFAULT_MIB;
	d->limit = is_life(d) ? LIFE_LIMIT : PLAIN_LIMIT;
	snprintf(d->log_path, sizeof(d->log_path), CONSOLES "/guest-%s.log", d->name);
	relay_open(d);
	return true;
}

/*
 * Where dom0 maps a domU's pages it may have added memory for that to itself, as
 * CONFIG_XEN_UNPOPULATED_ALLOC has it; then tables of the kernel's have changed.
 */
static void tell_added(void)
{
	FILE *f = fopen("/proc/iomem", "re");
	unsigned long first, last, sum = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, ": Xen scratch") && sscanf(line, "%lx-%lx", &first, &last) == 2)
			sum += last + 1 - first;
	if (f)
		fclose(f);
	if (sum)
		frame_printf(&text, "# dom0 has added %lu MiB to itself", sum >> 20);
}

int main(void)
{
	static struct domu domus[DOMUS_MAX];
	char *list = option("pvboot.domus=");
	char *factor = option("pvboot.patience=");
	unsigned int nr = 0;
	char *rest = NULL;
	long before;
	bool up;

	tests = option("pvboot.domu_run=");
	userland = cmdline_option(USERLAND_OPTION);
	known = option("pvboot.known=");
	nonce = getenv(FRAME_ENV);
	if (!nonce || strlen(nonce) != FRAME_NONCE_LEN) {
		fprintf(stderr, "domus: this is for PID 1 of a test dom0, not a command\n");
		return 1;
	}
	frame_open(&words, STDOUT_FILENO, nonce, FRAME_WORDS, NULL);
	frame_open(&text, STDOUT_FILENO, nonce, FRAME_TEXT, NULL);
	if (factor && atof(factor) > 0)
		patience = atof(factor);
	if (!list)
		list = strdup(DEFAULT_DOMUS);

	planned = 2;
	for (char *item = strtok_r(list, ",", &rest); item; item = strtok_r(NULL, ",", &rest)) {
		if (nr == DOMUS_MAX || !parse(&domus[nr], item)) {
			frame_printf(&text,
				     "Bail out! '%s': not NAME:KERNEL:VCPUS:MODE[:MIB], or too many",
				     item);
			return 1;
		}
		if (is_life(&domus[nr]))
			planned += life_results(&domus[nr]);
		nr++;
	}

	frame_printf(&text, "TAP version 13");
	frame_printf(&text, "1..%u", planned);
	up = start_toolstack();
	result(up, "toolstack is up");
	before = up ? free_memory() : 0;
	for (unsigned int i = 0; i < nr && up; i++) {
		domus[i].devices = is_life(&domus[i]) && backends_start();
		live(&domus[i]);
	}
	if (up)
		check_given_back(before);
	tell_added();

	return any_failed || results != planned;
}
