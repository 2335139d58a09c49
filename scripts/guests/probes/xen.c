// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Xen has given to this domain, and what it can share: the numbers that the
 * kernel's command line asks for, grants, and the way to xenstored.
 *
 *	pvboot.vcpus=N pvboot.mib=N	what this domain is to have
 */
#include "probes.h"
#include "../xenbus.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define domid_t unsigned short
#define grant_ref_t unsigned int
#include <xen/gntalloc.h>
#include <xen/gntdev.h>

#define BALLOON	"/sys/devices/system/xen_memory/xen_memory0/"
/* KiB that may differ: less than the hole that a PC has, more than a few pages */
#define SLACK	128

static void number_of_vcpus(void)
{
	long want = asked_for("pvboot.vcpus="), is = sysconf(_SC_NPROCESSORS_ONLN);
	long all = sysconf(_SC_NPROCESSORS_CONF), n = 0;

	if (want < 0)
		probe_skip("nobody says how many");
	for (int cpu = -1; next_cpu(&cpu);)
		n++;
	check(is == want, "%ld are online, not %ld", is, want);
	check(all >= want, "%ld are there, not %ld", all, want);
	check(n == want, "a process can be on %ld, not %ld", n, want);
}

static void memory(void)
{
	long want = asked_for("pvboot.mib="), total = 0;
	static const char * const numbers[] = { "info/current_kb", "target_kb" };
	char line[128], path[128];
	FILE *f = fopen("/proc/meminfo", "r");

	if (want < 0)
		probe_skip("nobody says how much");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "MemTotal: %ld", &total);
	if (f)
		fclose(f);
	check(total <= want * 1024, "it has %ld KiB of %ld MiB", total, want);
	/* What the kernel itself takes is a quarter at most, of little memory. */
	check(total >= want * 1024 / 2, "it has %ld KiB of %ld MiB", total, want);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		long is;

		snprintf(path, sizeof(path), BALLOON "%s", numbers[i]);
		is = number_in(path);
		if (is < 0)
			probe_skip("the kernel does not tell");
		check(labs(is - want * 1024) < SLACK, "%s is %ld, not %ld", numbers[i], is,
		      want * 1024);
	}
}

static void ask(const char *what, char *answer)
{
	int back = xenbus_ask(XS_READ, what, "", answer);

	check(back >= 0, "xenbus: %s: %s", what, strerror(errno));
	check(back == XS_READ, "xenstored does not tell %s: %s", what, answer);
}

/* xenstored is there for a domU; in dom0 the toolstack is not up yet. */
static void store(void)
{
	char said[XS_PAYLOAD_MAX + 1];
	long want = asked_for("pvboot.mib=");

	if (is_dom0() || access("/dev/xen/xenbus", F_OK))
		probe_skip("there is no xenstored yet");
	ask("domid", said);
	check(atoi(said) > 0, "xenstored says that we are domain %s", said);
	if (want < 0)
		return;
	ask("memory/target", said);
	check(labs(atol(said) - number_in(BALLOON "target_kb")) < SLACK,
	      "the target is %s for the toolstack, and %ld for the kernel", said,
	      number_in(BALLOON "target_kb"));
}

#define PAGES	4
#define LENGTH	(PAGES * PAGE)

/* Pages of ours that we grant to ourselves, map, and give back */
static void own_grants(void)
{
	char domid[XS_PAYLOAD_MAX + 1] = "0";

	if (access("/dev/xen/gntalloc", F_OK) || access("/dev/xen/gntdev", F_OK))
		probe_skip("there are no devices for that");
	if (!is_dom0())
		ask("domid", domid);
	for (int round = 0; round < 3; round++) {
		struct ioctl_gntalloc_alloc_gref *alloc = calloc(1, sizeof(*alloc) + 4 * PAGES);
		struct ioctl_gntdev_map_grant_ref *map =
			calloc(1, sizeof(*map) + PAGES * sizeof(map->refs[0]));
		struct ioctl_gntdev_unmap_grant_ref unmap = { .count = PAGES };
		int out = open("/dev/xen/gntalloc", O_RDWR | O_CLOEXEC);
		int in = open("/dev/xen/gntdev", O_RDWR | O_CLOEXEC);
		char *ours, *theirs;

		check(out >= 0 && in >= 0, "no device: %s", strerror(errno));
		alloc->domid = atoi(domid);
		alloc->flags = GNTALLOC_FLAG_WRITABLE;
		alloc->count = PAGES;
		check(!ioctl(out, IOCTL_GNTALLOC_ALLOC_GREF, alloc), "no grants: %s",
		      strerror(errno));
		ours = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED, out, alloc->index);
		check(ours != MAP_FAILED, "what is granted cannot be mapped: %s", strerror(errno));
		map->count = PAGES;
		for (int i = 0; i < PAGES; i++) {
			map->refs[i].domid = atoi(domid);
			map->refs[i].ref = alloc->gref_ids[i];
			*(long *)(ours + i * PAGE) = round << 8 | i;
		}
		check(!ioctl(in, IOCTL_GNTDEV_MAP_GRANT_REF, map), "no mapping: %s",
		      strerror(errno));
		theirs = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED, in, map->index);
		check(theirs != MAP_FAILED, "a grant cannot be mapped: %s", strerror(errno));
		for (int i = 0; i < PAGES; i++) {
			check(*(long *)(theirs + i * PAGE) == (round << 8 | i),
			      "a grant shows another page");
			*(long *)(theirs + i * PAGE) = i;
			check(*(long *)(ours + i * PAGE) == i,
			      "what is written to a grant is lost");
		}
		/* By turns in order, and all at once with the process's end */
		if (round < 2) {
			munmap(theirs, LENGTH);
			unmap.index = map->index;
			check(!ioctl(in, IOCTL_GNTDEV_UNMAP_GRANT_REF, &unmap),
			      "no unmapping: %s", strerror(errno));
			munmap(ours, LENGTH);
			close(in);
			close(out);
		}
	}
}

#define COUNTER		0x10	/* MSR_IA32_TSC */
#define WRITE_ONLY	0x49	/* MSR_IA32_PRED_CMD, which Xen lets nobody read */

/* The kernel asks Xen for a register, and has to take no for an answer. */
static void registers(void)
{
	for (int cpu = -1; next_cpu(&cpu);) {
		unsigned long was, is;
		char path[64];
		int fd;

		snprintf(path, sizeof(path), "/dev/cpu/%d/msr", cpu);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			probe_skip("there is no %s", path);
		check(pread(fd, &was, sizeof(was), COUNTER) == sizeof(was) &&
		      pread(fd, &is, sizeof(is), COUNTER) == sizeof(is),
		      "CPU %d has no time stamp counter: %s", cpu, strerror(errno));
		check(is > was, "the time stamp counter of CPU %d goes from %lu to %lu", cpu,
		      was, is);
		check(pread(fd, &is, sizeof(is), WRITE_ONLY) < 0 && errno == EIO,
		      "what Xen does not let be read can be, on CPU %d", cpu);
		close(fd);
	}
}

const struct probe xen_probes[] = {
	{ "xen.vcpus", number_of_vcpus },
	{ "xen.memory", memory },
	{ "xen.store", store },
	{ "xen.grants", own_grants },
	{ "xen.registers", registers },
	{ 0 }
};
