// SPDX-License-Identifier: GPL-2.0-only
/*
 * dom0's test program: start Debian's Xen toolstack, create PV domUs with it, and
 * put those through their lives that are to have one.
 *
 *	pvboot.domus=NAME:KERNEL:VCPUS:MODE[:MIB][,...]
 *		the domUs, one after the other.  KERNEL is a file in /domu.  MODE is
 *		plain: run the tests and power off; life: go on, and be hot-plugged,
 *		paused, saved, restored and ballooned; flood, hang, reboot: misbehave
 *	pvboot.patience=FACTOR
 *		multiplies every time limit
 *
 * Whether a domU booted well is not judged here: an early death looks like a
 * power-off to the toolstack.  So all of its console goes to this one's, every
 * line as "{NAME} text", and what became of it as
 *
 *	pvboot: create NAME		xl create is about to be run
 *	pvboot: refused NAME: why	it failed
 *	pvboot: flood NAME		its console is too much and no longer shown
 *	pvboot: limit NAME		it did not come to an end and was destroyed
 *	pvboot: gone NAME		it is no more, and all its lines are out
 *
 * What the toolstack can do with a live domU is this test's own result, as KTAP.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../pvboot/compiler.h"

#ifndef XEN_BIN
#define XEN_BIN		"/usr/lib/xen-4.17/bin"
#endif
#define XENSTORED	XEN_BIN "/xenstored"
#define XENCONSOLED	XEN_BIN "/xenconsoled"
#define XEN_INIT_DOM0	XEN_BIN "/xen-init-dom0"
#define XL		XEN_BIN "/xl"
#define BASECTX		"/basectx"
#define SOCKET		"/var/run/xenstored/socket"
#define CONSOLES	"/var/log/xen/console"
#define OUTPUT		"/tmp/output"	/* of the last program run */

#define DEFAULT_DOMUS	"domu:with:1:plain,domu2:with:2:life,broken:without:1:plain"
#define WHITE		"\n "
#define DOMUS_MAX	16
#define DEFAULT_MIB	64
#define DOMU_ARGS	"console=hvc0 earlyprintk=xen oops=panic panic=-1 random.trust_cpu=on"

/* Seconds; each times pvboot.patience */
#define SILENCE_LIMIT	60
#define PLAIN_LIMIT	120
#define LIFE_LIMIT	600
#define COMMAND_LIMIT	60
#define DAEMON_LIMIT	20
#define BEAT_LIMIT	15
#define PASS_LIMIT	120
#define STATE_LIMIT	30

/* Seconds that do not depend on the machine */
#define LOOK_AGAIN	0.02
#define QUIET		0.3		/* xenconsoled pauses 0.2 s when it is busy */
#define PAUSE		1.5

#define LINE_MAX_LEN	900
#define FLOOD_BYTES	(256UL << 10)
#define SAMPLES		"200"
#define SMALL_MIB	48

struct domu {
	char *name, *kernel, *vcpus, *mode;
	int mib;

	pid_t monitor;		/* xl, which stays until the domain ends; or 0 */
	char log_path[128];
	int log;		/* what xenconsoled writes; or -1 */
	char line[LINE_MAX_LEN + 8];
	size_t len;
	bool cut;		/* the rest of the line is not wanted */
	unsigned long bytes;
	bool flood;

	double created, heard;
	double limit;
	const char *over;	/* why it has to end, or NULL */

	/* what its console said */
	unsigned int beats, cpus, passes;
	bool passed;		/* the last pass was good */
};

static double patience = 1;
static unsigned int results, planned;
static bool any_failed;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void nap(double seconds)
{
	struct timespec ts = { .tv_sec = seconds, .tv_nsec = (seconds - (long)seconds) * 1e9 };

	nanosleep(&ts, NULL);
}

static void __printf(2, 3)
result(bool good, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %u ", good ? "" : "not ", ++results);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	any_failed |= !good;
}

/*
 * Consoles
 */

/* Lines of the load that a life depends on. */
static void take_line(struct domu *d)
{
	unsigned int n, status;

	if (sscanf(d->line, "pvboot: beat %u", &n) == 1)
		d->beats++;
	else if (sscanf(d->line, "pvboot: cpus %u", &n) == 1)
		d->cpus = n;
	else if (sscanf(d->line, "pvboot: pass %u exit %u", &n, &status) == 2)
		d->passed = !status;
	else if (sscanf(d->line, "pvboot: pass %u signal %u", &n, &status) == 2)
		d->passed = false;
	else
		return;
	if (!strncmp(d->line, "pvboot: pass", 12))
		d->passes = n;
}

static void end_line(struct domu *d)
{
	d->line[d->len] = '\0';
	take_line(d);
	printf("{%s} %s\n", d->name, d->line);
	d->len = 0;
	d->cut = false;
}

static void take_byte(struct domu *d, unsigned char c)
{
	if (c == '\n') {
		end_line(d);
		return;
	}
	if (c == '\r' || d->cut)
		return;
	if (isprint(c))
		d->line[d->len++] = c;
	else
		d->len += sprintf(d->line + d->len, "\\x%02x", c);
	d->cut = d->len >= LINE_MAX_LEN;
}

/* Show what has come since.  Return: true if that was anything. */
static bool relay(struct domu *d)
{
	char buf[4096];
	ssize_t len;
	bool any = false;

	if (d->log < 0)
		d->log = open(d->log_path, O_RDONLY | O_CLOEXEC);
	if (d->log < 0)
		return false;

	while (!d->flood && (len = read(d->log, buf, sizeof(buf))) > 0) {
		any = true;
		d->heard = now();
		d->bytes += len;
		for (ssize_t i = 0; i < len; i++)
			take_byte(d, buf[i]);
		d->flood = d->bytes > FLOOD_BYTES;
	}
	if (d->flood && !d->over) {
		if (d->len)
			end_line(d);
		printf("pvboot: flood %s\n", d->name);
		d->over = "its console is flooded";
	}
	return any;
}

/* Time passes.  Return: true while the domU lives and may do so. */
static bool go_on(struct domu *d)
{
	int status;

	relay(d);
	if (d->monitor && waitpid(d->monitor, &status, WNOHANG) == d->monitor)
		d->monitor = 0;
	if (!d->over && now() - d->heard > SILENCE_LIMIT * patience)
		d->over = "its console is silent";
	if (!d->over && now() - d->created > d->limit * patience)
		d->over = "its time is over";
	if (!d->monitor || d->over)
		return false;
	nap(LOOK_AGAIN);
	return true;
}

/*
 * Programs
 */

static pid_t start(const char *output, char *const argv[])
{
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid < 0 ? 0 : pid;
	fd = open("/dev/null", O_RDONLY);
	dup2(fd, 0);
	fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	dup2(fd, 1);
	dup2(fd, 2);
	execv(argv[0], argv);
	fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/*
 * Run a program to its end while the console of @d, if given, goes on.
 * Return: its exit status, or -1 if it had none.
 */
static int run(struct domu *d, char *const argv[])
{
	pid_t pid = start(OUTPUT, argv);
	double limit = now() + COMMAND_LIMIT * patience;
	int status;

	if (!pid)
		return -1;
	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (now() > limit) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			printf("# %s does not come to an end\n", argv[0]);
			return -1;
		}
		if (d)
			relay(d);
		nap(LOOK_AGAIN);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define RUN(d, ...)	run(d, (char *const[]){ __VA_ARGS__, NULL })

/* The last line that a program left in @path. */
static const char *last_line(const char *path)
{
	static char last[256];
	char line[256];
	FILE *f = fopen(path, "re");

	last[0] = '\0';
	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0])
			strcpy(last, line);
	}
	if (f)
		fclose(f);
	return last;
}

/*
 * What a program that failed left in @path.  The first error is the cause, those
 * after it come of clearing up.
 */
static const char *complaint(const char *path)
{
	static char line[256];
	FILE *f = fopen(path, "re");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = strstr(line, "error: ") || strstr(line, "ERROR");
	if (f)
		fclose(f);
	if (!found)
		return last_line(path);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* The number that a program left in @path after @word. */
static long number_after(const char *path, const char *word)
{
	char line[256], *at;
	long n = -1;
	FILE *f = fopen(path, "re");

	while (f && fgets(line, sizeof(line), f)) {
		at = strstr(line, word);
		if (at)
			n = strtol(at + strlen(word), NULL, 10);
	}
	if (f)
		fclose(f);
	return n;
}

/*
 * The toolstack
 */

static void make_dir(const char *path)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		printf("# cannot make %s: %s\n", path, strerror(errno));
}

static void mount_at(const char *fstype, const char *path)
{
	make_dir(path);
	if (mount(fstype, path, fstype, 0, NULL) && errno != EBUSY)
		printf("# cannot mount %s on %s: %s\n", fstype, path, strerror(errno));
}

/* xenstored says that it is ready by its socket alone. */
static bool xenstored_answers(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = SOCKET };
	double limit = now() + DAEMON_LIMIT * patience;
	bool good = false;

	while (!good && now() < limit) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		good = !connect(fd, (struct sockaddr *)&addr, sizeof(addr));
		close(fd);
		if (!good)
			nap(LOOK_AGAIN);
	}
	return good;
}

static bool start_toolstack(void)
{
	static const char * const dirs[] = {
		"/run/xen", "/run/xenstored", "/run/lock", "/var/lib", "/var/lib/xen",
		"/var/lib/xen/dump", "/var/lib/xenstored", "/var/log", "/var/log/xen",
		CONSOLES,
	};

	mount_at("devpts", "/dev/pts");
	mount_at("tmpfs", "/run");
	mount_at("tmpfs", "/tmp");
	mount_at("tmpfs", "/var");
	mount_at("xenfs", "/proc/xen");
	for (unsigned int i = 0; i < ARRAY_SIZE(dirs); i++)
		make_dir(dirs[i]);
	/* Debian's names for two of them, compiled into the programs */
	if (symlink("/run", "/var/run") || symlink("/run/lock", "/var/lock"))
		printf("# cannot make links in /var: %s\n", strerror(errno));

	if (RUN(NULL, XENSTORED, "--pid-file", "/run/xen/xenstored.pid") ||
	    !xenstored_answers())
		printf("# xenstored does not come up: %s\n", complaint(OUTPUT));
	else if (RUN(NULL, XEN_INIT_DOM0))
		printf("# xen-init-dom0 failed: %s\n", complaint(OUTPUT));
	else if (RUN(NULL, XENCONSOLED, "--log=guest", "--pid-file=/run/xen/xenconsoled.pid"))
		printf("# xenconsoled failed: %s\n", complaint(OUTPUT));
	else
		return true;
	return false;
}

/*
 * A domU from its creation to its end
 */

static void path_of(char *path, size_t size, const struct domu *d, const char *what)
{
	snprintf(path, size, "/tmp/%s.%s", d->name, what);
}

/* Preserved until its console has been read: with the domain goes the ring. */
static void write_config(const struct domu *d, const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return;
	fprintf(f, "name = \"%s\"\n", d->name);
	fprintf(f, "type = \"pv\"\n");
	fprintf(f, "kernel = \"/domu/%s\"\n", d->kernel);
	fprintf(f, "ramdisk = \"/domu/initrd\"\n");
	fprintf(f, "cmdline = \"" DOMU_ARGS " pvboot.%s\"\n", d->mode);
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

	path_of(config, sizeof(config), d, "cfg");
	path_of(said, sizeof(said), d, "create");
	write_config(d, config);

	printf("pvboot: create %s\n", d->name);
	d->created = now();
	d->heard = d->created;
	d->monitor = start(said, (char *const[]){ XL, "create", "-F", config, NULL });
	while (go_on(d) && number_after(said, "(domid ") < 0)
		;
	if (number_after(said, "(domid ") >= 0)
		return true;
	if (!d->monitor) {
		printf("pvboot: refused %s: %s\n", d->name, complaint(said));
		return false;
	}
	return true;
}

static void finish(struct domu *d)
{
	double quiet = now();

	if (d->over && !d->flood) {
		printf("# %s: %s\n", d->name, d->over);
		printf("pvboot: limit %s\n", d->name);
	}
	if (d->monitor)
		RUN(d, XL, "destroy", d->name);

	while (now() - quiet < QUIET) {
		if (relay(d))
			quiet = now();
		nap(LOOK_AGAIN);
	}
	if (!d->flood && d->len)
		end_line(d);

	/* A second time does no harm. */
	RUN(d, XL, "destroy", d->name);
	if (d->monitor) {
		kill(d->monitor, SIGKILL);
		waitpid(d->monitor, NULL, 0);
		d->monitor = 0;
	}
	if (d->log >= 0)
		close(d->log);
	if (!RUN(NULL, XL, "domid", d->name))
		printf("# %s cannot be destroyed\n", d->name);
	else
		printf("pvboot: gone %s\n", d->name);
}

/*
 * Life
 *
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
		if (d->passes != seen && !d->passed)
			return "its selftest failed";
		if (now() - begun > PASS_LIMIT * patience)
			return d->over = "its selftest does not come to an end";
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
	double begun = now();

	while (!d->beats) {
		if (!go_on(d))
			return why_ended(d);
		if (now() - begun > PASS_LIMIT * patience)
			return d->over = "it does not begin";
	}
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
	return why ? why : well(d);
}

static const char *step_save_restore(struct domu *d)
{
	char image[64], said[64];
	double begun = now();

	path_of(image, sizeof(image), d, "image");
	path_of(said, sizeof(said), d, "restore");
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

		snprintf(why, sizeof(why), "xl restore: %s", complaint(said));
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
	return set_memory(d, SMALL_MIB);
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
	return d->over;
}

static const struct {
	const char *what;
	const char *(*run)(struct domu *d);
} steps[] = {
	{ "runs its load", step_load },
	{ "loses its second vCPU", step_unplug },
	{ "gets its second vCPU back", step_plug },
	{ "is paused and goes on", step_pause },
	{ "is saved and restored", step_save_restore },
	{ "is saved and restored again", step_save_restore },
	{ "is ballooned down", step_balloon_down },
	{ "is ballooned up", step_balloon_up },
};

/* Results of its own each: those of basectx, and the end */
#define BASES_RESULTS	5
#define LIFE_RESULTS	(ARRAY_SIZE(steps) + BASES_RESULTS + 1)

/* Not earlier than the vCPU that was away is back, and has its bases anew. */
#define BASES_AFTER	step_pause

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
			printf("# %s\n", line + 2 * !strncmp(line, "# ", 2));
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

/* Without a live domU every step fails at once. */
static void life(struct domu *d, const char *why)
{
	double begun;

	for (unsigned int i = 0; i < ARRAY_SIZE(steps); i++) {
		begun = now();
		report(d, steps[i].what, why ? why : steps[i].run(d), begun);
		if (!why && (d->over || !d->monitor))
			why = why_ended(d);
		if (steps[i].run == BASES_AFTER)
			check_bases(d, why);
	}
	begun = now();
	report(d, "powers off when asked to", why ? why : step_power_off(d), begun);
}

static void live(struct domu *d)
{
	bool is_life = !strcmp(d->mode, "life");

	if (!create_domu(d)) {
		if (is_life)
			life(d, "it was not created");
		return;
	}
	if (is_life)
		life(d, NULL);
	while (go_on(d))
		;
	finish(d);
}

/*
 * What to do
 */

/* What follows @name on the kernel command line, or NULL; to be freed. */
static char *option(const char *name)
{
	char cmdline[4096];
	FILE *f = fopen("/proc/cmdline", "re");
	size_t len = f ? fread(cmdline, 1, sizeof(cmdline) - 1, f) : 0;

	if (f)
		fclose(f);
	cmdline[len] = '\0';
	for (char *word = strtok(cmdline, WHITE); word; word = strtok(NULL, WHITE))
		if (!strncmp(word, name, strlen(name)))
			return strdup(word + strlen(name));
	return NULL;
}

static bool parse(struct domu *d, char *text)
{
	char *rest = NULL, *mib;

	memset(d, 0, sizeof(*d));
	d->log = -1;
	d->name = strtok_r(text, ":", &rest);
	d->kernel = strtok_r(NULL, ":", &rest);
	d->vcpus = strtok_r(NULL, ":", &rest);
	d->mode = strtok_r(NULL, ":", &rest);
	mib = strtok_r(NULL, ":", &rest);
	if (!d->mode)
		return false;
	d->mib = mib ? atoi(mib) : DEFAULT_MIB;
	d->limit = strcmp(d->mode, "life") ? PLAIN_LIMIT : LIFE_LIMIT;
	snprintf(d->log_path, sizeof(d->log_path), CONSOLES "/guest-%s.log", d->name);
	return true;
}

int main(void)
{
	static struct domu domus[DOMUS_MAX];
	char *list = option("pvboot.domus=");
	char *factor = option("pvboot.patience=");
	unsigned int nr = 0;
	char *rest = NULL;
	bool up;

	/* A line at a time, whatever this writes to. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (factor && atof(factor) > 0)
		patience = atof(factor);
	if (!list)
		list = strdup(DEFAULT_DOMUS);

	planned = 1;
	for (char *text = strtok_r(list, ",", &rest); text; text = strtok_r(NULL, ",", &rest)) {
		if (nr == DOMUS_MAX || !parse(&domus[nr], text)) {
			printf("Bail out! '%s': not NAME:KERNEL:VCPUS:MODE[:MIB], or too many\n",
			       text);
			return 1;
		}
		if (!strcmp(domus[nr].mode, "life"))
			planned += LIFE_RESULTS;
		nr++;
	}

	printf("TAP version 13\n1..%u\n", planned);
	up = start_toolstack();
	result(up, "toolstack is up");
	for (unsigned int i = 0; i < nr && up; i++)
		live(&domus[i]);

	return any_failed || results != planned;
}
