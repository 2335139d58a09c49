// SPDX-License-Identifier: GPL-2.0-only
#include "xenbus.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Xen's public/io/xs_wire.h */
struct message {
	struct {
		unsigned int type, req_id, tx_id, len;
	} head;
	char text[XS_PAYLOAD_MAX + 1];
};

/* The header alone may come first. */
static bool take(int fd, void *buf, size_t len)
{
	for (size_t have = 0; have < len;) {
		ssize_t n = read(fd, (char *)buf + have, len - have);

		if (n <= 0) {
			errno = n ? errno : EPIPE;
			return false;
		}
		have += n;
	}
	return true;
}

static bool exchange(int fd, struct message *m)
{
	ssize_t len = sizeof(m->head) + m->head.len;

	if (write(fd, m, len) != len || !take(fd, &m->head, sizeof(m->head)))
		return false;
	if (m->head.len > XS_PAYLOAD_MAX) {
		errno = EMSGSIZE;
		return false;
	}
	return take(fd, m->text, m->head.len);
}

int xenbus_ask(unsigned int type, const char *path, const char *value,
	       char answer[XS_PAYLOAD_MAX + 1])
{
	struct message m = { .head.type = type };
	int fd = open("/dev/xen/xenbus", O_RDWR | O_CLOEXEC), back = -1;

	if (fd < 0)
		return -1;
	/* Both in one, and of the second no end */
	m.head.len = snprintf(m.text, sizeof(m.text), "%s%c%s", path, '\0', value);
	if (m.head.len > XS_PAYLOAD_MAX) {
		errno = E2BIG;
	} else if (exchange(fd, &m)) {
		memcpy(answer, m.text, m.head.len);
		answer[m.head.len] = '\0';
		back = m.head.type;
	}
	close(fd);
	return back;
}
