// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find out by a boot of Xen whether KVM works.
 */
#include "probe.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "console.h"
#include "options.h"
#include "qemu.h"
#include "util.h"

/* How long Xen may take to show itself, in seconds. */
#define PROBE_LIMIT	20

static void probe_line(void *ctx, enum console_src src, const char *line,
		       bool whole)
{
	bool *seen = ctx;

	(void)whole;
	if (src == CONSOLE_XEN && strstr(line, "Xen version"))
		*seen = true;
}

static bool kvm_works(const struct options *opt, int sigfd)
{
	double limit = clock_now() + PROBE_LIMIT * opt->patience;
	bool seen = false, open = true;
	struct console con;
	struct qemu q;

	if (access("/dev/kvm", R_OK | W_OK))
		return false;
	console_init(&con, probe_line, &seen);
	qemu_start(&q, opt, "kvm", false);
	while (open && !seen && clock_now() < limit) {
		struct pollfd fds[2] = {
			{ .fd = q.console, .events = POLLIN },
			{ .fd = sigfd, .events = POLLIN },
		};
		char buf[4096];
		ssize_t len;

		poll(fds, 2, 200);
		if (fds[1].revents)
			break;
		len = read(q.console, buf, sizeof(buf));
		if (len > 0)
			console_feed(&con, buf, len);
		else
			open = len < 0 && errno == EAGAIN;
	}
	qemu_stop(&q);
	return seen;
}

const char *probe_accel(const struct options *opt, int sigfd)
{
	if (!strcmp(opt->accel, "tcg"))
		return "tcg";
	if (kvm_works(opt, sigfd))
		return "kvm";
	if (!strcmp(opt->accel, "kvm"))
		die("Xen does not come up under KVM on this machine; use ACCEL=tcg");
	return "tcg";
}
