// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one CPU tells another: a PV guest has event channels for that.  Wakeups, locks
 * that are waited for, calls, entries of page tables that are no longer true; and
 * channels of user space's own.
 */
#include "probes.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

#define domid_t unsigned short
#include <xen/evtchn.h>

#define TURNS	30

static int *word;

static void take_turns(int mine)
{
	for (int i = 0; i < TURNS; i++) {
		int is;

		while ((is = __atomic_load_n(word, __ATOMIC_ACQUIRE)) != mine)
			syscall(SYS_futex, word, FUTEX_WAIT, is, NULL, NULL, 0);
		__atomic_store_n(word, !mine, __ATOMIC_RELEASE);
		syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
	}
}

static int first, last;

static void ping(void)
{
	pin(first);
	take_turns(0);
}

static void pong(void)
{
	pin(last);
	take_turns(1);
}

static void ends_of_cpus(void)
{
	first = -1;
	for (int cpu = -1; next_cpu(&cpu);) {
		if (first < 0)
			first = cpu;
		last = cpu;
	}
}

static void wakeups(void)
{
	pid_t a, b;

	word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ends_of_cpus();
	a = child(ping);
	b = child(pong);
	wait_for(a);
	wait_for(b);
}

/* More than there are CPUs want one lock of the kernel's: that of a futex's queue. */
static void want(void)
{
	struct timespec soon = { .tv_nsec = 1000 };

	for (int i = 0; i < 100; i++) {
		syscall(SYS_futex, word, FUTEX_WAIT, 1, NULL, NULL, 0);
		if (i % 50 == 0)
			syscall(SYS_futex, word, FUTEX_WAIT, 0, &soon, NULL, 0);
		syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
	}
}

static void locks(void)
{
	pid_t pids[16];
	int n = 3 * count_cpus();

	word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (n > 16)
		n = 16;
	for (int i = 0; i < n; i++)
		pids[i] = child(want);
	for (int i = 0; i < n; i++)
		wait_for(pids[i]);
}

static void calls(void)
{
	int offered = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);

	if (offered < 0 || !(offered & MEMBARRIER_CMD_GLOBAL_EXPEDITED))
		probe_skip("no membarrier()");
	for (int cpu = -1; next_cpu(&cpu);)
		for (int i = 0; i < 20; i++)
			check(!syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0),
			      "membarrier() on CPU %d: %s", cpu, strerror(errno));
}

/*
 * A thread on another CPU must not see what is mapped no more.  By the next interrupt
 * there it is gone, whoever flushes what: so page after page is taken away, and at once.
 */
#define TAKEN	96	/* pages */
static char *pages;
static int at;

/* Pages that the thread has begun to look at, that are gone, and that it still saw then */
static int looking, gone, seen;

static void set(int *what, int to)
{
	__atomic_store_n(what, to, __ATOMIC_RELEASE);
}

static int get(int *what)
{
	return __atomic_load_n(what, __ATOMIC_ACQUIRE);
}

static void look_at(void)
{
	set(&looking, at + 1);
	for (bool last_look = false; !last_look;) {
		last_look = get(&gone) > at;
		load_byte(pages + at * PAGE);
	}
}

static void *look(void *arg)
{
	pin(last);
	while (at < TAKEN && attempt(look_at).sig == SIGSEGV)
		at++;
	if (at < TAKEN)
		set(&seen, 1);
	return arg;
}

static void shootdown(void)
{
	struct timespec soon = { .tv_nsec = 1000 };
	pthread_t t;

	ends_of_cpus();
	if (first == last)
		probe_skip("there is one CPU only");
	pin(first);
	pages = mmap(NULL, TAKEN * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		     -1, 0);
	memset(pages, 1, TAKEN * PAGE);
	check(!pthread_create(&t, NULL, look, NULL), "no thread");
	for (int i = 0; i < TAKEN; i++) {
		/* Asleep, as the emulator's CPUs take turns */
		while (get(&looking) <= i && !get(&seen))
			nanosleep(&soon, NULL);
		if (i & 1)
			munmap(pages + i * PAGE, PAGE);
		else
			mprotect(pages + i * PAGE, PAGE, PROT_NONE);
		set(&gone, i + 1);
	}
	pthread_join(t, NULL);
	check(!get(&seen), "CPU %d still sees a page that CPU %d took away", last, first);
}

static int channel(int fd, unsigned long request, void *arg)
{
	int ret = ioctl(fd, request, arg);

	check(ret >= 0, "event channels: ioctl %#lx: %s", request, strerror(errno));
	return ret;
}

#define DOMID_SELF	0x7ff0

/* Say something at one end, and hear it at the other. */
static void hear(int fd, struct ioctl_evtchn_notify *notify, unsigned int want, int cpu)
{
	struct timespec soon = { .tv_nsec = 5000000 };
	unsigned int port = 0;

	channel(fd, IOCTL_EVTCHN_NOTIFY, notify);
	/* Xen has one for the first end, too, from when it was bound. */
	for (int n = 0; n < 200 && port != want; n++) {
		if (read(fd, &port, sizeof(port)) != sizeof(port))
			nanosleep(&soon, NULL);
		else if (write(fd, &port, sizeof(port)) != sizeof(port))
			fail("an event cannot be unmasked: %s", strerror(errno));
	}
	check(port == want, "an event did not come on CPU %d", cpu);
}

static void channels(void)
{
	for (int cpu = -1; next_cpu(&cpu);) {
		int fd = open("/dev/xen/evtchn", O_RDWR | O_CLOEXEC | O_NONBLOCK);

		if (fd < 0)
			probe_skip("there is no /dev/xen/evtchn");
		for (int i = 0; i < 4; i++) {
			struct ioctl_evtchn_bind_unbound_port open_port = { DOMID_SELF };
			struct ioctl_evtchn_bind_interdomain bind = { DOMID_SELF, 0 };
			struct ioctl_evtchn_notify notify;
			struct ioctl_evtchn_unbind unbind;

			bind.remote_port = channel(fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &open_port);
			notify.port = channel(fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind);
			hear(fd, &notify, bind.remote_port, cpu);
			hear(fd, &notify, bind.remote_port, cpu);
			unbind.port = notify.port;
			channel(fd, IOCTL_EVTCHN_UNBIND, &unbind);
			unbind.port = bind.remote_port;
			channel(fd, IOCTL_EVTCHN_UNBIND, &unbind);
		}
		close(fd);
	}
}

const struct probe events_probes[] = {
	{ "events.wakeups", wakeups },
	{ "events.locks", locks },
	{ "events.membarrier", calls },
	{ "events.shootdown", shootdown },
	{ "events.user", channels },
	{ 0 }
};
