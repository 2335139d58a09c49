// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follow the console of a boot, live or recorded.
 */
#include "follow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "console.h"
#include "options.h"
#include "place.h"
#include "qemu.h"
#include "util.h"

/* A guest that floods its console is heard out, but not kept for ever. */
#define LOG_BYTES_MAX	(64UL << 20)

/*
 * The consoles as files
 */

struct logs {
	const struct options *opt;
	FILE *raw;
	FILE *xen;
	FILE *domains[DOMAINS_MAX];
	unsigned long bytes;
	double started;
	struct machine *m;
	struct qemu *q;
};

static FILE *open_log(const struct options *opt, const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.log", opt->log_dir, name);
	f = fopen(path, "we");
	if (!f)
		die("%s cannot be written: %s", path, strerror(errno));
	return f;
}

static void logs_open(struct logs *logs, const struct options *opt, struct machine *m)
{
	memset(logs, 0, sizeof(*logs));
	logs->opt = opt;
	logs->raw = open_log(opt, "console");
	logs->xen = open_log(opt, "xen");
	for (unsigned int i = 0; i < opt->ndomains; i++)
		logs->domains[i] = open_log(opt, opt->domains[i].name);
	logs->started = clock_now();
	logs->m = m;
}

static bool close_log(FILE *f)
{
	bool good = !ferror(f);

	return !fclose(f) && good;
}

static void logs_close(struct logs *logs)
{
	bool good = close_log(logs->raw);

	good &= close_log(logs->xen);
	for (unsigned int i = 0; i < logs->opt->ndomains; i++)
		good &= close_log(logs->domains[i]);
	if (!good)
		die("the logs in %s are not complete; is the disk full?",
		    logs->opt->log_dir);
}

static void log_line(void *ctx, unsigned int domain, enum origin origin,
		     const char *line, double now)
{
	struct logs *logs = ctx;
	bool xen = origin == ORIGIN_XEN;

	if (logs->bytes < LOG_BYTES_MAX)
		fprintf(xen ? logs->xen : logs->domains[domain], "%9.3f %s%s\n",
			now - logs->started, xen ? "" : domain_whose(origin), line);
}

struct seen {
	struct logs *logs;
	unsigned int domain;
	bool begun;
};

/* What nobody said is not to be taken for something said. */
static void log_seen(void *ctx, const char *line)
{
	struct seen *seen = ctx;
	FILE *log = seen->logs->domains[seen->domain];
	double at = clock_now() - seen->logs->started;

	if (!seen->begun)
		fprintf(log, "%9.3f pvboot: seen from outside:\n", at);
	seen->begun = true;
	fprintf(log, "%9.3f %s\n", at, line);
}

static void look(void *ctx, unsigned int domain, double now)
{
	struct logs *logs = ctx;
	struct domain *d = &logs->m->domains[domain];
	struct seen seen = { .logs = logs, .domain = domain };
	const struct place place = {
		.d = d,
		.mem = &logs->q->memory,
		.monitor = &logs->q->monitor,
		.fn = log_seen,
		.ctx = &seen,
	};

	/* Xen's report of its end may tell the place. */
	domain_settle(d, now);
	if (place_wanted(d))
		place_find(&place, now);
}

static void take_line(void *ctx, enum console_src src, const char *line, bool whole)
{
	struct logs *logs = ctx;

	machine_line(logs->m, src, line, whole, clock_now());
}

/*
 * A boot
 */

int follow_signals(void)
{
	sigset_t mask;
	int fd;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		die("signalfd: %s", strerror(errno));
	return fd;
}

/* Read what is there; false at the end of the console. */
static bool drain(struct qemu *q, struct logs *logs, struct console *con)
{
	char buf[65536];
	ssize_t len;

	while ((len = read(q->console, buf, sizeof(buf))) > 0) {
		if (logs->bytes < LOG_BYTES_MAX)
			fwrite(buf, 1, len, logs->raw);
		logs->bytes += len;
		console_feed(con, buf, len);
		/* A flood must not keep the clock from being looked at. */
		if (domain_tick(&logs->m->domains[0], clock_now()))
			return true;
	}
	return len < 0 && (errno == EAGAIN || errno == EINTR);
}

/*
 * Follow the console until there is a verdict, the console ends, or a signal
 * comes.  Return: why the boot cannot be judged, or NULL.
 */
static const char *follow(struct qemu *q, struct logs *logs,
			  struct console *con, int sigfd, char *buf,
			  size_t size)
{
	struct domain *dom0 = &logs->m->domains[0];
	struct pollfd fds[3] = {
		{ .fd = q->console, .events = POLLIN },
		{ .fd = sigfd, .events = POLLIN },
		{ .events = POLLIN },
	};
	const char *trouble = NULL;
	bool over = false;

	while (!over && !domain_tick(dom0, clock_now())) {
		double wait = domain_deadline(dom0) - clock_now();
		int ms = wait <= 0 ? 0 : wait > 60 ? 60000 : wait * 1000 + 1;

		fds[2].fd = q->monitor.fd;
		if (poll(fds, 3, ms) < 0 && errno != EINTR)
			die("poll: %s", strerror(errno));
		if (fds[1].revents) {
			trouble = "interrupted";
			break;
		}
		over = fds[0].revents && !drain(q, logs, con);
		if (over) {
			console_flush(con);
			qemu_wait(q);
			trouble = qemu_trouble(q, logs->opt, buf, size);
		}
		/* What QEMU said last may come together with its end. */
		if (over || fds[2].revents)
			monitor_take(&q->monitor);
		if (q->monitor.end != END_NONE) {
			drain(q, logs, con);
			console_flush(con);
			if (q->monitor.end == END_HOST)
				trouble = "somebody ended QEMU";
			else if (q->monitor.end == END_RESET)
				place_reset(dom0, clock_now());
			else if (!dom0->over)
				domain_gone(dom0, clock_now());
			over = true;
		}
	}
	console_flush(con);
	return trouble;
}

enum outcome follow_boot(const struct options *opt, const char *accel,
			 int sigfd, struct machine *m)
{
	const char *trouble;
	struct console con;
	struct logs logs;
	char buf[TEXT_MAX];
	struct qemu q;

	logs_open(&logs, opt, m);
	logs.q = &q;
	m->log = log_line;
	m->look = look;
	m->log_ctx = &logs;
	console_init(&con, take_line, &logs);
	qemu_start(&q, opt, accel, true);
	trouble = follow(&q, &logs, &con, sigfd, buf, sizeof(buf));
	if (!trouble && m->domains[0].state != STATE_RUNNING)
		look(&logs, 0, clock_now());
	qemu_stop(&q);
	for (unsigned int i = 1; i < m->ndomains; i++)
		place_gone(&m->domains[i]);
	machine_judge(m, trouble, clock_now());
	logs_close(&logs);
	m->log = NULL;
	m->look = NULL;
	return m->outcome;
}

/*
 * A replay.  A recorded console has no clock: its lines come one after the
 * other, but in next to no time, and its end is the end of QEMU.
 */

struct replay {
	struct machine *m;
	struct console con;
	unsigned int lines;
	bool header;		/* lines that begin with '#', about the console */
};

static void replay_line(void *ctx, enum console_src src, const char *line,
			bool whole)
{
	struct replay *replay = ctx;

	replay->header &= line[0] == '#';
	if (replay->header)
		return;
	machine_line(replay->m, src, line, whole, ++replay->lines / 1e9);
}

enum outcome follow_replay(const struct options *opt, struct machine *m)
{
	struct replay replay = { .m = m, .header = true };
	FILE *f = fopen(opt->replay, "re");
	char buf[4096];
	size_t len;

	if (!f)
		die("%s: %s", opt->replay, strerror(errno));
	console_init(&replay.con, replay_line, &replay);
	while ((len = fread(buf, 1, sizeof(buf), f)))
		console_feed(&replay.con, buf, len);
	console_flush(&replay.con);
	fclose(f);
	return machine_judge(m, NULL, ++replay.lines / 1e9);
}
