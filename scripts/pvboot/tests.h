/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests say: the programs that PID 1 runs, and the KUnit suites that the
 * kernel runs itself.
 */
#ifndef PVBOOT_TESTS_H
#define PVBOOT_TESTS_H

#include <stdbool.h>
#include <stdio.h>

#include "util.h"

/* KTAP that is kept of one test, in bytes; the rest is only counted. */
#define KTAP_MAX	(256UL << 10)

/**
 * enum test_outcome - what a test comes to
 * @TEST_NOT_RUN: it did not begin
 * @TEST_CUT_OFF: it did not end
 * @TEST_OK: all its results are good, and as many as it planned
 * @TEST_FAILED: they are not
 * @TEST_SKIPPED: none of it was tested
 */
enum test_outcome {
	TEST_NOT_RUN,
	TEST_CUT_OFF,
	TEST_OK,
	TEST_FAILED,
	TEST_SKIPPED,
};

/**
 * struct test - one test program or KUnit suite
 * @name: its path in the guest, or the suite's name
 * @is_suite: it is a KUnit suite
 * @outcome: what it comes to
 * @planned: results that it was to print
 * @passed: its results...
 * @failed: ...by...
 * @skipped: ...kind
 * @why: what to say if it is not ok
 * @culprit: name of the first result that is not, or empty
 * @text: its KTAP, complete after test_close()
 */
struct test {
	const char *name;
	bool is_suite;
	enum test_outcome outcome;
	unsigned int planned;
	unsigned int passed;
	unsigned int failed;
	unsigned int skipped;
	char why[TEXT_MAX];
	char culprit[TEXT_MAX];
	char *text;

	/* private: */
	FILE *ktap;
	size_t len;
	char expectation[TEXT_MAX];	/* first words on something not met */
	bool in_suite;			/* its lines are coming... */
	bool in_words;			/* ...or what a failure has to say */
};

/**
 * test_open() - make a test ready for its first line
 * @test: the test, owned by the caller, to be given to test_release()
 * @name: stays the caller's and must outlive the test
 * @is_suite: it is a KUnit suite
 */
void test_open(struct test *test, const char *name, bool is_suite);

/**
 * test_skip() - a test that will not run
 * @test: the test
 * @why: why not
 */
void test_skip(struct test *test, const char *why);

/**
 * test_line() - take a line that a program printed
 * @test: the test program that runs
 * @line: the line
 */
void test_line(struct test *test, const char *line);

/**
 * test_end() - a program has ended
 * @test: the test program
 * @how: PID 1's words: "exit N PATH" or "signal N PATH"
 */
void test_end(struct test *test, const char *how);

/**
 * kunit_line() - take a line of the kernel's
 * @test: the suite
 * @message: the line without its time
 *
 * Return: true if it was one of the suite's.
 */
bool kunit_line(struct test *test, const char *message);

/**
 * test_is_ktap() - may a line be KTAP?
 * @line: the line
 *
 * Return: true if it is.
 */
bool test_is_ktap(const char *line);

/**
 * test_print() - add a line to the KTAP, and count nothing
 * @test: the test
 * @prefix: what to put before it
 * @line: the line
 */
void test_print(struct test *test, const char *prefix, const char *line);

/**
 * test_keep() - keep a line of KTAP and count what it says
 * @test: the test
 * @line: the line, not indented
 */
void test_keep(struct test *test, const char *line);

/**
 * test_judge() - say why the results are not good, if they are not
 * @test: the test; gets @test->why
 */
void test_judge(struct test *test);

/**
 * test_ended() - has a test come to its end?
 * @test: the test
 *
 * Return: true if it has.
 */
static inline bool test_ended(const struct test *test)
{
	return test->outcome != TEST_NOT_RUN && test->outcome != TEST_CUT_OFF;
}

/**
 * test_close() - no more lines will come
 * @test: the test
 */
void test_close(struct test *test);

/**
 * test_release() - free what a test holds
 * @test: the test
 */
void test_release(struct test *test);

#endif /* PVBOOT_TESTS_H */
