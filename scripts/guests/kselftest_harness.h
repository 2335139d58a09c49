/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of the selftests' harness as the selftest needs, for a guest of whose
 * kernel there is no tree, or one from before the harness.  The names are the
 * harness's, and what is printed is KTAP as pvboot reads it.
 */
#ifndef GUESTS_KSELFTEST_HARNESS_H
#define GUESTS_KSELFTEST_HARNESS_H

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY_SIZE(x)	(sizeof(x) / sizeof((x)[0]))
#define KSFT_SKIP	4

/* Of a test's process: it is good, was skipped, has failed */
enum { TEST_GOOD, TEST_SKIPS, TEST_BAD };

struct variant_list {
	const char *name;
	const void *data;
	struct variant_list *next;
};

struct fixture_list {
	const char *name;
	struct variant_list *variants;
};

/* What a test goes by, and in its process what has become of it */
struct __test_metadata {
	const char *name;
	struct fixture_list *fixture;
	void (*run)(struct __test_metadata *meta, const void *variant);
	unsigned int timeout;
	struct __test_metadata *next;
	char *skipped;			/* why, in memory that both processes see */
	int bad;
};

static struct __test_metadata *all_tests, **all_tests_end = &all_tests;

#define FIXTURE(f) \
	static struct fixture_list f##_list = { #f, NULL }; \
	struct f##_data
#define FIXTURE_VARIANT(f)	struct f##_variant
#define FIXTURE_VARIANT_ADD(f, v) \
	extern const struct f##_variant f##_##v##_variant; \
	static struct variant_list f##_##v##_list = { #v, &f##_##v##_variant, NULL }; \
	static void __attribute__((constructor)) f##_##v##_add(void) \
	{ \
		struct variant_list **p = &f##_list.variants; \
		while (*p) \
			p = &(*p)->next; \
		*p = &f##_##v##_list; \
	} \
	const struct f##_variant f##_##v##_variant =
#define TEST_ARGUMENTS(data, variant_type) \
	struct __test_metadata __attribute__((unused)) *_metadata, \
	struct data __attribute__((unused)) *self, \
	const struct variant_type __attribute__((unused)) *variant
#define FIXTURE_SETUP(f)	static void f##_setup(TEST_ARGUMENTS(f##_data, f##_variant))
#define FIXTURE_TEARDOWN(f)	static void f##_teardown(TEST_ARGUMENTS(f##_data, f##_variant))
#define TEST_F_TIMEOUT(f, t, seconds) \
	static void f##_##t(TEST_ARGUMENTS(f##_data, f##_variant)); \
	static void f##_##t##_run(struct __test_metadata *meta, const void *variant) \
	{ \
		struct f##_data self = {}; \
		f##_setup(meta, &self, variant); \
		f##_##t(meta, &self, variant); \
		f##_teardown(meta, &self, variant); \
	} \
	static struct __test_metadata f##_##t##_meta = { \
		.name = #t, .fixture = &f##_list, .run = f##_##t##_run, .timeout = seconds, \
	}; \
	static void __attribute__((constructor)) f##_##t##_add(void) \
	{ \
		*all_tests_end = &f##_##t##_meta; \
		all_tests_end = &f##_##t##_meta.next; \
	} \
	static void f##_##t(TEST_ARGUMENTS(f##_data, f##_variant))

#define TH_LOG(fmt, ...) \
	printf("# %s:%d:%s:" fmt "\n", "xen_pv_cr3.c", __LINE__, _metadata->name, ##__VA_ARGS__)
#define SKIP(statement, fmt, ...) \
	do { \
		snprintf(_metadata->skipped, 256, fmt, ##__VA_ARGS__); \
		statement; \
	} while (0)

/* A block may follow, which is done only on failure; an assertion ends the test. */
#define TEST_COMPARE(want, op, is, fatal) \
	for (long _want = (long)(want), _is = (long)(is), \
	     _told = !(_want op _is) && TH_LOG("Expected %s (%ld) " #op " %s (%ld)", \
					       #want, _want, #is, _is); \
	     _told; _told = 0, _metadata->bad = 1, (fatal) ? exit(TEST_BAD) : (void)0)
#define EXPECT_EQ(want, is)	TEST_COMPARE(want, ==, is, 0)
#define ASSERT_EQ(want, is)	TEST_COMPARE(want, ==, is, 1)
#define ASSERT_NE(want, is)	TEST_COMPARE(want, !=, is, 1)
#define ASSERT_LT(want, is)	TEST_COMPARE(want, <, is, 1)

static void ksft_print_header(void)
{
	printf("TAP version 13\n");
}

#define ksft_print_msg(fmt, ...)	printf("# " fmt, ##__VA_ARGS__)
#define ksft_exit_skip(fmt, ...) \
	do { \
		printf("1..0 # SKIP " fmt, ##__VA_ARGS__); \
		exit(KSFT_SKIP); \
	} while (0)

/* In a process of its own, and in a group, so that none of its children stays. */
static int test_one(struct __test_metadata *test, const struct variant_list *variant)
{
	int status = 0;
	pid_t pid;

	test->skipped[0] = '\0';
	fflush(stdout);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		alarm(test->timeout);
		test->run(test, variant ? variant->data : NULL);
		exit(test->bad ? TEST_BAD : test->skipped[0] ? TEST_SKIPS : TEST_GOOD);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return TEST_BAD;
	kill(-pid, SIGKILL);
	if (WIFSIGNALED(status))
		printf("# %s:%d:%s:ended by signal %d\n", "xen_pv_cr3.c", __LINE__,
		       test->name, WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : TEST_BAD;
}

static int test_harness_run(int argc, char **argv)
{
	struct variant_list none = { .name = "all" };
	unsigned int nr = 0, bad = 0;

	(void)argc;
	(void)argv;
	for (struct __test_metadata *t = all_tests; t; t = t->next) {
		if (!t->fixture->variants)
			t->fixture->variants = &none;
		for (struct variant_list *v = t->fixture->variants; v; v = v->next)
			nr++;
	}
	ksft_print_header();
	printf("1..%u\n", nr);
	nr = 0;
	for (struct __test_metadata *t = all_tests; t; t = t->next) {
		t->skipped = mmap(NULL, 256, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (t->skipped == MAP_FAILED)
			return 1;
		for (struct variant_list *v = t->fixture->variants; v; v = v->next) {
			int is = test_one(t, v);

			bad += is == TEST_BAD;
			printf("%sok %u %s.%s.%s", is == TEST_BAD ? "not " : "", ++nr,
			       t->fixture->name, v->name, t->name);
			if (is == TEST_SKIPS)
				printf(" # SKIP %s", t->skipped);
			printf("\n");
		}
	}
	return !!bad;
}

#endif /* GUESTS_KSELFTEST_HARNESS_H */
