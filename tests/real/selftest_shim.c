// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into the selftest on a machine that is no Xen PV guest: lets it run
 * there, and does to it what the variable FAULT says, to see it notice:
 *
 *	stay	who has been sent to a CPU stays there when it is sent to another
 *	lost	somebody else waits for a child before its parent does
 *	nofork	a test gets no fourth process
 *	still	the kernel counts no context switches; no test may take long then
 *	open	what should be kernel memory can be read
 *	user	no kernel address is to be had
 *	gone	all CPUs but one have gone offline, and who notices is slow to say so
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define REAL(function)	((typeof(function) *)dlsym(RTLD_NEXT, #function))

static bool fault(const char *name)
{
	const char *wanted = getenv("FAULT");

	return wanted && !strcmp(wanted, name);
}

FILE *fopen(const char *path, const char *mode)
{
	if (!strcmp(path, "/sys/hypervisor/guest_type"))
		return fmemopen("PV\n", 3, "r");
	return REAL(fopen)(path, mode);
}

/* A kernel whose one segment is @word. */
static int open_kcore(void *word)
{
	struct {
		struct elf64_hdr elf;
		struct elf64_phdr seg;
		unsigned long content;
	} file = {
		.elf = { .e_phoff = sizeof(file.elf), .e_phnum = 1 },
		.seg = {
			.p_type = PT_LOAD,
			.p_vaddr = (unsigned long)word,
			.p_filesz = sizeof(file.content),
			.p_offset = sizeof(file.elf) + sizeof(file.seg),
		},
		.content = 1,
	};
	int fd = memfd_create("kcore", 0);

	if (fd >= 0 && write(fd, &file, sizeof(file)) != sizeof(file))
		abort();
	return fd;
}

int open(const char *path, int flags, ...)
{
	/* Below the kernel's half, above any mapping */
	static unsigned long word, *unmapped = (void *)0x7ffffffff000;
	va_list args;
	int mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, int) : 0;
	va_end(args);
	if (strcmp(path, "/proc/kcore"))
		return REAL(open)(path, flags, mode);
	if (!fault("user"))
		return open_kcore(fault("open") ? &word : unmapped);
	errno = EACCES;
	return -1;
}

static bool gone;

static bool is_gone(const cpu_set_t *set)
{
	cpu_set_t all;
	int cpu = 0;

	sched_getaffinity(0, sizeof(all), &all);
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	return !CPU_ISSET(cpu, set);
}

int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
	static bool sent;

	if (fault("gone") && is_gone(set)) {
		gone = true;
		errno = EINVAL;
		return -1;
	}
	if (fault("stay") && sent)
		return 0;
	sent = true;
	return REAL(sched_setaffinity)(pid, size, set);
}

/* With as many arguments as there can be, some of them none of the caller's. */
long syscall(long nr, ...)
{
	unsigned long arg[6];
	va_list args;

	va_start(args, nr);
	for (int i = 0; i < 6; i++)
		arg[i] = va_arg(args, unsigned long);
	va_end(args);
	if (gone && nr == SYS_getpid)
		usleep(50000);
	return REAL(syscall)(nr, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	static bool done;

	if (fault("lost") && pid == -1 && !done) {
		done = true;
		REAL(waitpid)(pid, status, options);
	}
	return REAL(waitpid)(pid, status, options);
}

pid_t fork(void)
{
	static pid_t harness;
	static int forks;

	if (!harness)
		harness = getpid();
	if (fault("nofork") && getpid() != harness && ++forks == 4) {
		errno = EAGAIN;
		return -1;
	}
	return REAL(fork)();
}

unsigned int alarm(unsigned int seconds)
{
	return REAL(alarm)(fault("still") ? 2 : seconds);
}

int getrusage(__rusage_who_t who, struct rusage *usage)
{
	int err = REAL(getrusage)(who, usage);

	if (fault("still"))
		memset(usage, 0, sizeof(*usage));
	return err;
}
