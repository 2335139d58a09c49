// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time: clocks agree and do not go back, on each CPU and between them; timers come,
 * and neither too early nor much too late.
 */
#include "probes.h"

#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>

#define HOPS	40
#define NAP	0.02	/* seconds */
#define LATE	10.0	/* for a machine that is slow and busy */
#define YEAR	(365.25 * 24 * 3600)

static const clockid_t clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME };

static double seconds(struct timespec ts)
{
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Not by the vdso */
static struct timespec asked(clockid_t clock)
{
	struct timespec ts;

	check(!syscall(SYS_clock_gettime, clock, &ts), "no clock %d: %s", clock,
	      strerror(errno));
	return ts;
}

static bool before(struct timespec a, struct timespec b)
{
	return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec <= b.tv_nsec);
}

static void agree(void)
{
	for (int cpu = -1; next_cpu(&cpu);) {
		for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
			struct timespec first = asked(clocks[i]), read, last;

			clock_gettime(clocks[i], &read);
			last = asked(clocks[i]);
			check(before(first, read) && before(read, last),
			      "clock %d on CPU %d: %f by the kernel, %f by the vdso, %f", clocks[i],
			      cpu, seconds(first), seconds(read), seconds(last));
		}
	}
}

static void forward(void)
{
	struct timespec last = asked(CLOCK_MONOTONIC), is;

	for (int i = 0; i < HOPS; i++) {
		for (int cpu = -1; next_cpu(&cpu);) {
			clock_gettime(CLOCK_MONOTONIC, &is);
			check(before(last, is), "time goes back by %f on CPU %d",
			      seconds(last) - seconds(is), cpu);
			last = is;
		}
	}
}

static void date(void)
{
	double year = 1970 + seconds(asked(CLOCK_REALTIME)) / YEAR;

	check(year > 2020 && year < 2100, "it is the year %.1f", year);
}

static void source(void)
{
	char name[32] = "";
	FILE *f = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "r");

	check(f && fgets(name, sizeof(name), f), "the clock has no name");
	name[strcspn(name, "\n")] = '\0';
	check(!strcmp(name, "xen") || !strcmp(name, "tsc"), "the clock is %s", name);
}

static void rate(void)
{
	struct timespec a = asked(CLOCK_MONOTONIC), cpu_a, cpu_b, b;
	double passed, used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu_a);
	do
		b = asked(CLOCK_MONOTONIC);
	while (seconds(b) - seconds(a) < NAP);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu_b);
	/* Whatever keeps us from the CPU here counts as passed, too. */
	passed = seconds(asked(CLOCK_MONOTONIC)) - seconds(a);
	used = seconds(cpu_b) - seconds(cpu_a);
	check(used > 0 && used < 1.5 * passed, "%f s of a CPU in %f s", used, passed);
}

static void in_time(const char *what, int cpu, double passed)
{
	check(passed >= NAP * 0.99, "%s on CPU %d after %f s, not %f", what, cpu, passed, NAP);
	check(passed < LATE, "%s on CPU %d after %f s, not %f", what, cpu, passed, NAP);
}

static void timers(void)
{
	struct timespec nap = { .tv_nsec = NAP * 1e9 };
	struct itimerspec once = { .it_value = nap };
	struct itimerval alarm_once = { .it_value = { .tv_usec = NAP * 1e6 } };

	sigset_t sigalrm;

	sigemptyset(&sigalrm);
	sigaddset(&sigalrm, SIGALRM);
	sigprocmask(SIG_BLOCK, &sigalrm, NULL);
	for (int cpu = -1; next_cpu(&cpu);) {
		double begun = seconds(asked(CLOCK_MONOTONIC));
		unsigned long times;
		int fd;

		clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
		in_time("a sleep ends", cpu, seconds(asked(CLOCK_MONOTONIC)) - begun);

		begun = seconds(asked(CLOCK_MONOTONIC));
		setitimer(ITIMER_REAL, &alarm_once, NULL);
		sigwaitinfo(&sigalrm, NULL);
		in_time("an alarm comes", cpu, seconds(asked(CLOCK_MONOTONIC)) - begun);

		fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC);
		begun = seconds(asked(CLOCK_MONOTONIC));
		if (fd >= 0 && !timerfd_settime(fd, 0, &once, NULL) &&
		    read(fd, &times, sizeof(times)) == sizeof(times))
			in_time("a timer comes", cpu, seconds(asked(CLOCK_MONOTONIC)) - begun);
		close(fd);
	}
}

const struct probe clock_probes[] = {
	{ "clock.agree", agree },
	{ "clock.forward", forward },
	{ "clock.date", date },
	{ "clock.source", source },
	{ "clock.rate", rate },
	{ "clock.timers", timers },
	{ 0 }
};
