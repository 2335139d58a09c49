// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look for an option on the kernel's command line.
 */
#include "cmdline.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define WHITE	"\n "

char *cmdline_option(const char *name)
{
	static char cmdline[4096];
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, cmdline, sizeof(cmdline) - 1);

	if (fd >= 0)
		close(fd);
	cmdline[len > 0 ? len : 0] = '\0';
	for (char *word = strtok(cmdline, WHITE); word; word = strtok(NULL, WHITE))
		if (!strncmp(word, name, strlen(name)))
			return word + strlen(name);
	return NULL;
}
