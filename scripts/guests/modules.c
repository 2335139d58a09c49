// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load what a kernel has as modules: the files in /modules, in the order of their
 * names, each after those that it depends on.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init.h"

#define MODULES	"/modules"

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void insert(const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), MODULES "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	/* ENODEV: it is for the other kind of domain */
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST && errno != ENODEV)
		frame_printf(&words, "cannot load %s: %s", name, strerror(errno));
	if (fd >= 0)
		close(fd);
}

void modules_load(void)
{
	struct dirent **names;
	int n;

	/* A kernel of ours in front of others' takes none. */
	if (access("/proc/modules", F_OK))
		return;
	n = scandir(MODULES, &names, no_dots, alphasort);

	for (int i = 0; i < n; i++) {
		insert(names[i]->d_name);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}
