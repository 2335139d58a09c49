// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's monitor: any bytes as what it says.
 */
#include "fuzz.h"

#include <sys/socket.h>
#include <unistd.h>

#include "../../scripts/pvboot/monitor.h"

/* All at once; it has to be taken before more fits in. */
static void say(int qemu, const unsigned char *data, size_t size, struct monitor *taker)
{
	while (size) {
		ssize_t len = send(qemu, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);

		must(len > 0, "what is taken makes room");
		data += len;
		size -= len;
		if (taker)
			monitor_take(taker);
	}
}

void fuzz_one(const unsigned char *data, size_t size)
{
	size_t before = size % 3 ? size / 2 : 0;
	struct monitor m;
	char *said;
	int qemu;

	must(monitor_open(&m), "there is a socket");
	qemu = dup(m.peer);
	monitor_started(&m);
	say(qemu, data, before, &m);
	/* The rest is there when the first question is asked, and nothing more comes. */
	say(qemu, data + before, size - before, NULL);
	shutdown(qemu, SHUT_WR);
	said = monitor_ask(&m, "stop", 10);
	must(!said || strlen(said) < size, "an answer is part of what was said");
	free(said);
	close(qemu);
	monitor_take(&m);
	monitor_close(&m);
}
