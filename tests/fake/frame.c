// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frame what comes in as a guest's user space would:	frame NONCE KIND [NAME]
 */
#include <stdio.h>
#include <unistd.h>

#include "../../scripts/guests/frame.h"

int main(int argc, char **argv)
{
	struct frame_writer w;
	char buf[4096];
	size_t len;

	if (argc < 3)
		return 1;
	frame_open(&w, STDOUT_FILENO, argv[1], argv[2][0], argv[3]);
	while ((len = fread(buf, 1, sizeof(buf), stdin)))
		frame_feed(&w, buf, len);
	frame_flush(&w);
	return 0;
}
