// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find out by a boot of Xen whether KVM works, and which Xen it is.
 */
#include "probe.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "console.h"
#include "options.h"
#include "qemu.h"
#include "util.h"

/* How long Xen may take to show itself, in seconds. */
#define PROBE_LIMIT	20

/* @ctx: TEXT_MAX bytes for the version */
static void probe_line(void *ctx, enum console_src src, const char *line,
		       bool whole)
{
	const char *version = strstr(line, "Xen version ");

	if (src == CONSOLE_XEN && version && whole)
		copy_text(ctx, "%s", version);
}

static bool comes_up(const struct options *opt, const char *accel, int sigfd,
		     char version[TEXT_MAX])
{
	double limit = clock_now() + PROBE_LIMIT * opt->patience;
	struct console con;
	bool open = true;
	struct qemu q;

	version[0] = '\0';
	if (!strcmp(accel, "kvm") && access("/dev/kvm", R_OK | W_OK))
		return false;
	console_init(&con, probe_line, version);
	qemu_start(&q, opt, accel, false);
	while (open && !version[0] && clock_now() < limit) {
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
	return version[0];
}

static void __noreturn no_kvm(void)
{
	die("Xen does not come up under KVM on this machine; use ACCEL=tcg");
}

void probe_xen(const struct options *opt, int sigfd)
{
	bool kvm = !strcmp(opt->accel, "kvm");
	char version[TEXT_MAX];

	if (!comes_up(opt, kvm ? "kvm" : "tcg", sigfd, version)) {
		if (kvm)
			no_kvm();
		die("%s does not come up as Xen", opt->xen);
	}
	puts(version);
}

const char *probe_accel(const struct options *opt, int sigfd)
{
	char version[TEXT_MAX];

	if (!strcmp(opt->accel, "tcg"))
		return "tcg";
	if (comes_up(opt, "kvm", sigfd, version))
		return "kvm";
	if (!strcmp(opt->accel, "kvm"))
		no_kvm();
	return "tcg";
}
