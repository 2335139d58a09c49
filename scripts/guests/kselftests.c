// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run those of the kernel's own selftests that /kselftests holds, one after the other,
 * and say in KTAP what came of each.  They print in forms of their own, so the exit
 * status of one counts, and what it says with [FAIL] or "not ok" tells why.
 *
 * What fails for a reason that is known is listed below.  Whatever else such a test
 * says is a failure like any other.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../pvboot/compiler.h"

#define FOLDER		"/kselftests"
#define OUTPUT		"/tmp/kselftest"
#define TESTS_MAX	64
/* tools/testing/selftests/kselftest.h: KSFT_SKIP */
#define STATUS_SKIP	4
/* Seconds */
#define LIMIT		60
#define WHY_MAX		160

static const struct {
	const char *test;
	const char *says;	/* NULL: it dies */
	const char *reason;
} known[] = {
	{ "mov_ss_trap", NULL, "QEMU's emulation does not get it right" },
	{ "sigreturn_32", "Reg 1 mismatch: requested 0x0; got 0x3", "so it is without Xen" },
	{ "mremap_test", "2GB mremap", "there is not so much memory" },
	{ "mremap_test", "mremap expand merge", "there is not so much memory" },
	{ "mremap_test", "Failed to map dest preamble region: File exists",
	  "something lies at the address that it has chosen" },
	/*
	 * setup_getcpu() is called by cpu_init_exception_handling(), and that not for
	 * them (arch/x86/xen/smp_pv.c: cpu_bringup()), since 5.14 and in its stable trees.
	 */
	{ "test_vsyscall", "vDSO reported CPU",
	  "no kernel sets that up for secondary vCPUs of a PV guest" },
};

/* Why that is no wonder, or NULL; for 32 bits as for 64. */
static const char *reason_of(const char *test, const char *says)
{
	static const char bits[] = "_32";

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		size_t len = strlen(known[i].test);

		if (strncmp(test, known[i].test, len) || (test[len] && strcmp(test + len, bits)))
			continue;
		if (!says != !known[i].says)
			continue;
		if (!says || strstr(says, known[i].says))
			return known[i].reason;
	}
	return NULL;
}

/*
 * What a test that has failed said of that: *@why is the first thing for which there is
 * no reason, or empty.  In TAP, what was wrong may be in a comment before.
 * Return: the reason for all else, or NULL.
 */
static const char *look(const char *test, char why[WHY_MAX])
{
	const char *reason = NULL;
	FILE *f = fopen(OUTPUT, "re");
	char line[512], comment[512] = "";

	why[0] = '\0';
	for (; f && fgets(line, sizeof(line), f); strcpy(comment, line[0] == '#' ? line : "")) {
		const char *known_by;

		line[strcspn(line, "\n")] = '\0';
		printf("# %s\n", line);
		if (!strstr(line, "[FAIL]") && strncmp(line, "not ok", strlen("not ok")))
			continue;
		known_by = reason_of(test, line);
		if (!known_by && comment[0])
			known_by = reason_of(test, comment);
		if (known_by)
			reason = known_by;
		else if (!why[0])
			snprintf(why, WHY_MAX, "%s", line);
	}
	if (f)
		fclose(f);
	return reason;
}

static void __noreturn exec_test(const char *test)
{
	int out = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	setpgid(0, 0);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	alarm(LIMIT);
	execl(test, test, (char *)NULL);
	_exit(127);
}

/* Return: its status, as waitpid() has it. */
static int run(const char *test)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		exec_test(test);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0)
		kill(-pid, SIGKILL);
	return status;
}

/* Return: has it failed? */
static bool try(const char *test, unsigned int n)
{
	const char *reason;
	int status = run(test);
	char why[WHY_MAX] = "";

	if (!status) {
		printf("ok %u %s\n", n, test);
		return false;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_SKIP) {
		printf("ok %u %s # SKIP\n", n, test);
		return false;
	}
	reason = look(test, why);
	if (WIFSIGNALED(status)) {
		reason = reason_of(test, NULL);
		if (!reason)
			snprintf(why, sizeof(why), "it died of signal %d (%s)", WTERMSIG(status),
				 strsignal(WTERMSIG(status)));
	}
	if (reason && !why[0]) {
		printf("ok %u %s # SKIP %s\n", n, test, reason);
		return false;
	}
	printf("not ok %u %s%s%s\n", n, test, why[0] ? ": " : "", why);
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

int main(void)
{
	char *tests[TESTS_MAX];
	struct dirent *entry;
	DIR *dir = opendir(FOLDER);
	bool failed = false;
	size_t n = 0;

	/* What is not a test is in folders. */
	while (dir && n < TESTS_MAX && (entry = readdir(dir)))
		if (entry->d_type == DT_REG)
			tests[n++] = strdup(entry->d_name);
	if (!n || chdir(FOLDER)) {
		printf("1..0 # SKIP there are none\n");
		return 0;
	}
	qsort(tests, n, sizeof(*tests), by_name);
	printf("TAP version 13\n1..%zu\n", n);
	for (size_t i = 0; i < n; i++)
		failed |= try(tests[i], i + 1);
	return failed;
}
