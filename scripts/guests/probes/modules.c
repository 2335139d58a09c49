// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module comes and goes: memory that is written, made executable and freed again,
 * in page tables that Xen looks at.  It is lib/test_module of the kernel's own tree.
 */
#include "probes.h"

#include <fcntl.h>

#define MODULE		"/test_module.ko"
#define ROUNDS		20

static void come_and_go(void)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		probe_skip("there is no module for this kernel");
	for (int i = 0; i < ROUNDS; i++) {
		check(!syscall(SYS_finit_module, fd, "", 0), "it does not load: %s",
		      strerror(errno));
		check(!syscall(SYS_delete_module, "test_module", O_NONBLOCK),
		      "it cannot be unloaded: %s", strerror(errno));
	}
}

/* One on each CPU, which has to see the other's text as it is */
static void everywhere(void)
{
	if (access(MODULE, F_OK))
		probe_skip("there is no module for this kernel");
	if (count_cpus() < 2)
		probe_skip("there is one CPU only");
	for (int cpu = -1; next_cpu(&cpu);) {
		pin(cpu);
		come_and_go();
	}
}

const struct probe modules_probes[] = {
	{ "modules.load", come_and_go },
	{ "modules.everywhere", everywhere },
	{ 0 }
};
