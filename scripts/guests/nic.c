// SPDX-License-Identifier: GPL-2.0-only
/*
 * A network interface's address, in dom0 and in a domU, and the way from there.
 */
#include "nic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices.h"

/* Seconds; a domU may be saved and restored in between */
#define NET_LIMIT	60

static bool set_address(int fd, struct ifreq *ifr, unsigned long request, const char *address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&ifr->ifr_addr;

	memset(in, 0, sizeof(*in));
	in->sin_family = AF_INET;
	return inet_pton(AF_INET, address, &in->sin_addr) == 1 && !ioctl(fd, request, ifr);
}

const char *nic_up(const char *name, const char *address)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { 0 };
	const char *why = NULL;

	strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
	if (fd < 0)
		return "open a socket";
	if (!set_address(fd, &ifr, SIOCSIFADDR, address))
		why = "set the address";
	else if (!set_address(fd, &ifr, SIOCSIFNETMASK, NETMASK))
		why = "set the mask";
	else if (ioctl(fd, SIOCGIFFLAGS, &ifr))
		why = "read the flags";
	ifr.ifr_flags |= IFF_UP;
	if (!why && ioctl(fd, SIOCSIFFLAGS, &ifr))
		why = "set the flags";
	close(fd);
	return why;
}

int nic_connect(const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(ECHO_PORT) };
	struct timeval limit = { .tv_sec = NET_LIMIT };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, address, &to.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		/* So the kernel says that its limit is reached. */
		int err = errno == EINPROGRESS ? ETIMEDOUT : errno;

		close(fd);
		errno = err;
		fd = -1;
	}
	return fd;
}
