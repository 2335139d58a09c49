// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domU that boots from its disk, as any on a cloud does: dom0 starts GRUB in it, which
 * looks on the disk for a kernel.  So that is put there before.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domus.h"
#include "userland.h"

#define DISK		"/tmp/disk"
#define BOOT		DISK "/boot/"
#define COPY_MAX	0x7ffff000	/* sendfile() takes no more at a time */

static bool copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ssize_t len = -1;

	if (in >= 0 && out >= 0)
		do
			len = sendfile(out, in, NULL, COPY_MAX);
		while (len > 0);
	if (in >= 0)
		close(in);
	if (out >= 0 && close(out))
		return false;
	return !len;
}

static const char *install(const struct domu *d, void (*cmdline)(FILE *f, const struct domu *d))
{
	char kernel[64];
	bool good;
	FILE *f;

	snprintf(kernel, sizeof(kernel), DOMU_FOLDER "/%s", d->kernel);
	mkdir(BOOT "grub", 0755);
	f = fopen(BOOT "grub/grub.cfg", "we");
	if (!f)
		return "write grub.cfg";
	fprintf(f, "linux /boot/vmlinuz ");
	cmdline(f, d);
	fprintf(f, "\ninitrd /boot/initrd\nboot\n");
	good = !ferror(f);
	if (fclose(f) || !good)
		return "write grub.cfg";
	if (!copy(kernel, BOOT "vmlinuz") || !copy(DOMU_FOLDER "/initrd", BOOT "initrd"))
		return "copy the kernel";
	if (!copy(BOOT GRUB_ON_DISK, GRUB))
		return "copy GRUB";
	return NULL;
}

const char *grub_install(const struct domu *d, void (*cmdline)(FILE *f, const struct domu *d))
{
	const char *why;

	mkdir(DISK, 0755);
	if (mount(USERLAND_TARGET, DISK, "ext4", 0, NULL))
		return "mount its disk";
	why = install(d, cmdline);
	if (umount(DISK) && !why)
		why = "unmount its disk";
	return why;
}
