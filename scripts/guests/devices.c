// SPDX-License-Identifier: GPL-2.0-only
/*
 * Try a domU's disks and its network card, whose other ends are dom0's, once; as a
 * part of the load of a life.  In dom0: its own disk; with "serve" as the argument,
 * send back whatever comes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cmdline.h"
#include "devices.h"
#include "nic.h"

/* Requests of many pages */
#define CHUNK_BYTES	(256UL << 10)
#define STREAM_BYTES	(1024UL << 10)
#define ROUND_BYTES	(16UL << 10)

static unsigned int results;
static bool any_failed;
static unsigned long seed;
static unsigned long chunk[CHUNK_BYTES / sizeof(unsigned long)] __attribute__((aligned(4096)));

static void result(const char *name, const char *what, const char *why)
{
	printf("%sok %u %s.%s%s%s\n", why ? "not " : "", ++results, name, what,
	       why ? ": " : "", why ? why : "");
	any_failed |= !!why;
}

/*
 * Disks: written and read past the page cache
 */

static const char *write_disk(int fd)
{
	for (unsigned long at = 0; at < DISK_BYTES; at += CHUNK_BYTES) {
		for (unsigned long in = 0; in < CHUNK_BYTES; in += BLOCK_BYTES)
			block_fill(chunk + in / sizeof(*chunk), seed, at + in);
		if (pwrite(fd, chunk, CHUNK_BYTES, at) != (ssize_t)CHUNK_BYTES)
			return strerror(errno);
	}
	return fsync(fd) ? strerror(errno) : NULL;
}

static const char *read_disk(int fd)
{
	for (unsigned long at = 0; at < DISK_BYTES; at += CHUNK_BYTES) {
		memset(chunk, 0, sizeof(chunk));
		if (pread(fd, chunk, CHUNK_BYTES, at) != (ssize_t)CHUNK_BYTES)
			return strerror(errno);
		for (unsigned long in = 0; in < CHUNK_BYTES; in += BLOCK_BYTES) {
			const unsigned long *block = chunk + in / sizeof(*chunk);

			if (block[0] != seed || !block_is_whole(block, at + in))
				return "it is not what was written";
		}
	}
	return NULL;
}

static const char *check_geometry(int fd, unsigned int sector)
{
	static char why[96];
	unsigned long bytes;
	int size;

	if (ioctl(fd, BLKSSZGET, &size) || ioctl(fd, BLKGETSIZE64, &bytes))
		return strerror(errno);
	if (size == (int)sector && bytes == DISK_BYTES)
		return NULL;
	snprintf(why, sizeof(why), "%lu bytes in sectors of %d, not %lu in sectors of %u",
		 bytes, size, DISK_BYTES, sector);
	return why;
}

static void try_disk(const char *name, unsigned int sector)
{
	const char *why;
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	why = fd < 0 ? strerror(errno) : NULL;
	result(name, "size", why ? why : check_geometry(fd, sector));
	why = why ? why : write_disk(fd);
	result(name, "write", why);
	result(name, "read", why ? why : read_disk(fd));
	if (fd >= 0)
		close(fd);
}

/* How many interrupts of its, of that kind, came by Xen?  -1: it has no such */
static long count_interrupts(const char *name, const char *kind)
{
	FILE *f = fopen("/proc/interrupts", "re");
	char line[512];
	long sum = -1;

	while (f && fgets(line, sizeof(line), f)) {
		char *p = strchr(line, ':'), *end;

		if (!p || !strstr(line, name) || !strstr(line, "xen-pirq") || !strstr(line, kind))
			continue;
		sum = sum < 0 ? 0 : sum;
		for (p++;; p = end) {
			long n = strtol(p, &end, 10);

			if (end == p)
				break;
			sum += n;
		}
	}
	if (f)
		fclose(f);
	return sum;
}

static void check_interrupts(const char *name, const char *what, const char *kind, long before)
{
	long after = count_interrupts(what, kind);

	result(name, "interrupts", after < 0 ? "they do not come by Xen" :
	       after <= before ? "none has come" : NULL);
}

static void try_own_disk(void)
{
	long before = count_interrupts(OWN_INTERRUPTS, "-msi");

	try_disk(OWN_DISK, 512);
	check_interrupts(OWN_DISK, OWN_INTERRUPTS, "-msi", before);
}

/*
 * Network: a stream to dom0 and back
 */

/* Through @call, all of it.  A save freezes us, which interrupts a call with a limit. */
static const char *whole(int fd, void *data, size_t len,
			 ssize_t (*call)(int fd, void *data, size_t len))
{
	for (size_t done = 0; done < len;) {
		ssize_t more = call(fd, (char *)data + done, len - done);

		if (!more)
			return "it is cut off";
		if (more > 0)
			done += more;
		else if (errno != EINTR)
			return strerror(errno);
	}
	return NULL;
}

static ssize_t there(int fd, void *data, size_t len)
{
	return send(fd, data, len, MSG_NOSIGNAL);
}

static ssize_t back(int fd, void *data, size_t len)
{
	return recv(fd, data, len, 0);
}

static const char *stream(int fd)
{
	static char came[ROUND_BYTES];

	for (size_t in = 0; in < ROUND_BYTES; in += BLOCK_BYTES)
		block_fill(chunk + in / sizeof(*chunk), seed, in);
	for (size_t done = 0; done < STREAM_BYTES; done += ROUND_BYTES) {
		const char *why = whole(fd, chunk, ROUND_BYTES, there);

		why = why ? why : whole(fd, came, ROUND_BYTES, back);
		if (why)
			return why;
		if (memcmp(came, chunk, ROUND_BYTES))
			return "it is not what was sent";
	}
	return NULL;
}

static const char *try_stream(void)
{
	int fd = nic_connect(DOM0_ADDRESS);
	const char *why = fd < 0 ? strerror(errno) : stream(fd);

	if (fd >= 0)
		close(fd);
	return why;
}

static const char *up(const char *address)
{
	static char text[96];
	const char *why = nic_up(NIC, address);

	if (!why)
		return NULL;
	snprintf(text, sizeof(text), "cannot %s: %s", why, strerror(errno));
	return text;
}

static void try_nic(void)
{
	const char *why = up(DOMU_ADDRESS);

	result(NIC, "address", why);
	result(NIC, "stream", why ? why : try_stream());
}

/*
 * dom0
 */

/* QEMU's end of the card has nobody who listens, and says so. */
static void try_own_nic(void)
{
	long before = count_interrupts(NIC, "-ioapic");
	const char *why = up(OWN_ADDRESS);

	result(NIC, "address", why);
	if (!why && nic_connect(OWN_PEER) < 0 && errno != ECONNREFUSED)
		why = strerror(errno);
	result(NIC, "answer", why);
	check_interrupts(NIC, NIC, "-ioapic", before);
}

static void echo(int fd)
{
	char buf[16384];
	ssize_t len;

	do
		len = recv(fd, buf, sizeof(buf), 0);
	while (len > 0 && !whole(fd, buf, len, there));
}

static int serve(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(ECHO_PORT) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 8)) {
		perror("devices: error: cannot listen");
		return 1;
	}
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int peer = accept(fd, NULL, NULL);

		if (peer < 0)
			continue;
		if (!fork()) {
			echo(peer);
			_exit(0);
		}
		close(peer);
	}
}

int main(int argc, char **argv)
{
	struct timespec ts;

	if (argc == 2 && !strcmp(argv[1], "serve"))
		return serve();
	/* On somebody's own machine it would change the network. */
	if (getppid() != 1 || access("/sys/bus/xen", F_OK)) {
		fprintf(stderr, "devices: this is for a guest of a test, not a command\n");
		return 1;
	}
	clock_gettime(CLOCK_REALTIME, &ts);
	seed = (unsigned long)ts.tv_sec << 30 | ts.tv_nsec | 1;
	if (!cmdline_option(DEVICES_OPTION)) {
		printf("TAP version 13\n1..7\n");
		try_own_disk();
		try_own_nic();
		return any_failed;
	}
	printf("TAP version 13\n1..%zu\n", 3 * ARRAY_SIZE(disks) + 2);
	for (size_t i = 0; i < ARRAY_SIZE(disks); i++)
		try_disk(disks[i].name, disks[i].sector);
	try_nic();
	return any_failed;
}
