// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domU's console on its way to dom0's, and what its PID 1 says there of its life.
 */
#include "domus.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "limits.h"

/* Seconds; times patience */
#define SILENCE_LIMIT	60

#define FLOOD_BYTES	(512UL << 10)

/* @what: the domU's words, which are to be no directive of KTAP's */
static void take_pass(struct domu *d, unsigned int n, unsigned int status, const char *what)
{
	d->passes = n;
	d->failed[0] = '\0';
	if (status)
		snprintf(d->failed, sizeof(d->failed), LOAD_FAILED "%.*s",
			 (int)strcspn(what, "#"), what);
}

/* Lines of the load that a life depends on. */
static void take_words(void *ctx, enum origin origin, const char *domu,
		       const char *line)
{
	struct domu *d = ctx;
	unsigned int n, status;
	int end = 0;

	(void)domu;
	if (origin != ORIGIN_INIT)
		return;
	if (!strcmp(line, "done"))
		d->done = true;
	else if (sscanf(line, "beat %u", &n) == 1)
		d->beats++;
	else if (sscanf(line, "cpus %u", &n) == 1)
		d->cpus = n;
	else if (sscanf(line, "pass %u exit %u %n", &n, &status, &end) == 2 ||
		 sscanf(line, "pass %u signal %u %n", &n, &status, &end) == 2)
		take_pass(d, n, status, line + end);
}

static void take_line(void *ctx, enum console_src src, const char *line,
		      bool whole)
{
	struct domu *d = ctx;

	/* Xen has another console. */
	if (src == CONSOLE_DOM0)
		channel_line(&d->words, line, whole);
}

void relay_open(struct domu *d)
{
	frame_open(&d->relay, STDOUT_FILENO, nonce, FRAME_RELAY, d->name);
	console_init(&d->con, take_line, d);
	channel_init(&d->words, take_words, d);
}

bool relay(struct domu *d)
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
		frame_feed(&d->relay, buf, len);
		console_feed(&d->con, buf, len);
		d->flood = d->bytes > FLOOD_BYTES;
	}
	if (d->flood && !d->over) {
		frame_flush(&d->relay);
		frame_printf(&words, "flood %s", d->name);
		d->over = "its console is flooded";
	}
	return any;
}

void relay_close(struct domu *d)
{
	if (!d->flood)
		frame_flush(&d->relay);
	if (d->log >= 0)
		close(d->log);
}

bool go_on(struct domu *d)
{
	relay(d);
	if (d->monitor && waitpid(d->monitor, &d->status, WNOHANG) == d->monitor)
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

const char *refusal(const struct domu *d, const char *said)
{
	static char how[64];
	const char *why = complaint(said);

	if (*why)
		return why;
	if (d->monitor)
		return "it is not done";
	if (WIFSIGNALED(d->status))
		snprintf(how, sizeof(how), "it died of signal %d", WTERMSIG(d->status));
	else
		snprintf(how, sizeof(how), "it ended with status %d and without a word",
			 WEXITSTATUS(d->status));
	return how;
}
