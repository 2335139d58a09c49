// SPDX-License-Identifier: GPL-2.0-only
/*
 * In dom0, in place of the toolstack's scripts, which want a shell: say in Xenstore
 * where a domU's disk is, or give its network card's other end an address.
 *
 *	hotplug add|remove		a disk
 *	hotplug online|offline ...	a network card, whose interface is $vif
 *
 * Run by libxl, see docs/misc/block-scripts.txt of Xen.  XENBUS_PATH is the backend
 * in Xenstore.  Exit status: 0 if all is well; else it has said why not.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "devices.h"
#include "nic.h"
#include "xenbus.h"

static char said[XS_PAYLOAD_MAX + 1];

static void __noreturn __printf(1, 2) die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "hotplug: error: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	exit(1);
}

/* Ask Xenstore for something of the backend's.  Return: the answer. */
static const char *ask(unsigned int type, const char *node, const char *value)
{
	const char *dir = getenv("XENBUS_PATH");
	char path[XS_PAYLOAD_MAX];
	int back;

	if (!dir)
		die("there is no XENBUS_PATH");
	snprintf(path, sizeof(path), "%s/%s", dir, node);
	back = xenbus_ask(type, path, value, said);
	if (back < 0)
		die("Xenstore does not answer: %s", strerror(errno));
	if (back == XS_ERROR)
		die("%s: Xenstore says %s", path, said);
	return said;
}

static void add_disk(void)
{
	const char *path = ask(XS_READ, "params", "");
	char number[32];
	struct stat st;

	if (stat(path, &st) || !S_ISBLK(st.st_mode))
		die("%s is not a disk", path);
	snprintf(number, sizeof(number), "%x:%x", major(st.st_rdev), minor(st.st_rdev));
	ask(XS_WRITE, "physical-device", number);
	ask(XS_WRITE, "hotplug-status", "connected");
}

static void add_nic(void)
{
	const char *name = getenv("vif"), *why;

	if (!name)
		die("there is no vif");
	why = nic_up(name, DOM0_ADDRESS);
	if (why)
		die("%s: cannot %s: %s", name, why, strerror(errno));
	ask(XS_WRITE, "hotplug-status", "connected");
}

int main(int argc, char **argv)
{
	if (argc < 2)
		die("it is not said what to do");
	if (!strcmp(argv[1], "add"))
		add_disk();
	else if (!strcmp(argv[1], "online"))
		add_nic();
	else if (strcmp(argv[1], "remove") && strcmp(argv[1], "offline"))
		die("nothing known of '%s'", argv[1]);
	return 0;
}
