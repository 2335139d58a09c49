// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is behind a domU's disks and network card: files in dom0's memory, and a
 * server that sends back what it gets.
 */
#include "domus.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "devices.h"
#include "userland.h"

#define DRIVERS		"/sys/bus/xen-backend/drivers"

static const char *loop_disk(unsigned int i)
{
	struct loop_config config = { .block_size = disks[i].sector };
	int loop = open(disks[i].loop, O_RDWR | O_CLOEXEC);
	int file = open(disks[i].file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	const char *why = NULL;

	config.fd = file;
	if (loop < 0 || file < 0 || ftruncate(file, DISK_BYTES) ||
	    ioctl(loop, LOOP_CONFIGURE, &config))
		why = strerror(errno);
	if (loop >= 0)
		close(loop);
	if (file >= 0)
		close(file);
	return why;
}

bool backends_start(void)
{
	static bool begun, good;
	const char *why;

	if (begun)
		return good;
	begun = true;
	if (access(DRIVERS "/vbd", F_OK) || access(DRIVERS "/vif", F_OK))
		return false;
	for (unsigned int i = 0; i < ARRAY_SIZE(disks); i++) {
		why = loop_disk(i);
		if (!why)
			continue;
		frame_printf(&text, "# %s cannot be made a disk: %s", disks[i].loop, why);
		return false;
	}
	good = start("/tmp/serve", (char *const[]){ DEVICES, "serve", NULL });
	return good;
}

static void disk_config(FILE *f, const char *name, const char *target)
{
	fprintf(f, "'format=raw, vdev=%s, access=rw, script=" HOTPLUG ", target=%s', ", name,
		target);
}

void backends_config(FILE *f, bool userland)
{
	fprintf(f, "disk = [ ");
	for (unsigned int i = 0; i < ARRAY_SIZE(disks); i++)
		disk_config(f, disks[i].name, disks[i].loop);
	if (userland)
		disk_config(f, USERLAND_DISK, USERLAND_TARGET);
	fprintf(f, "]\nvif = [ 'mac=00:16:3e:00:00:01, script=" HOTPLUG "' ]\n");
}

const char *backends_check(void)
{
	static unsigned long block[BLOCK_WORDS];
	static char why[96];

	for (unsigned int i = 0; i < ARRAY_SIZE(disks); i++) {
		int fd = open(disks[i].file, O_RDONLY | O_CLOEXEC);

		for (unsigned long at = 0; at < DISK_BYTES; at += BLOCK_BYTES) {
			if (pread(fd, block, BLOCK_BYTES, at) == BLOCK_BYTES &&
			    block_is_whole(block, at))
				continue;
			snprintf(why, sizeof(why), "%s is not what it wrote, at byte %lu",
				 disks[i].name, at);
			close(fd);
			return why;
		}
		close(fd);
	}
	return NULL;
}
