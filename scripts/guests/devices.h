/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dom0 gives a domU in devices, and what both know of what is on them.
 */
#ifndef GUESTS_DEVICES_H
#define GUESTS_DEVICES_H

#include <stdbool.h>
#include <stddef.h>

#include "../pvboot/compiler.h"

/* The program that tries them, where a domU has any, and the word that says so */
#define DEVICES		"/devices"
#define DEVICES_OPTION	"pvboot.devices"

/* What the toolstack runs for each when it comes and goes */
#define HOTPLUG		"/hotplug"

#define DISK_MIB	4
#define DISK_BYTES	((unsigned long)DISK_MIB << 20)

static const struct {
	const char *name;	/* in the domU */
	const char *loop;	/* in dom0, with a file behind it */
	const char *file;
	unsigned int sector;	/* bytes */
} disks[] = {
	{ "xvda", "/dev/loop0", "/tmp/xvda", 512 },
	{ "xvdb", "/dev/loop1", "/tmp/xvdb", 4096 },
};

/* dom0's own, by PCI */
#define OWN_DISK	"nvme0n1"
#define OWN_INTERRUPTS	"nvme0q"

/* dom0's own, by PCI, or a domU's */
#define NIC		"eth0"
#define OWN_ADDRESS	"10.0.2.1"
#define OWN_PEER	"10.0.2.2"	/* of QEMU's */
#define DOM0_ADDRESS	"10.9.0.1"
#define DOMU_ADDRESS	"10.9.0.2"
#define NETMASK		"255.255.255.252"
#define ECHO_PORT	7

/*
 * Each block says of itself whether it is whole: a seed, and after that the seed
 * and the place of each word.  What never was written is zero.
 */
#define BLOCK_BYTES	4096
#define BLOCK_WORDS	(BLOCK_BYTES / sizeof(unsigned long))

static inline void block_fill(unsigned long *block, unsigned long seed, unsigned long offset)
{
	for (size_t i = 0; i < BLOCK_WORDS; i++)
		block[i] = i ? seed ^ (offset + i * sizeof(*block)) : seed;
}

static inline bool block_is_whole(const unsigned long *block, unsigned long offset)
{
	for (size_t i = 1; i < BLOCK_WORDS; i++)
		if (block[i] != (block[0] ^ (offset + i * sizeof(*block))))
			return false;
	return block[0];
}

#endif /* GUESTS_DEVICES_H */
