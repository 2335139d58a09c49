// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the record: JSON, whatever goes in.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../scripts/pvboot/record.h"
#include "run.h"

static struct run r;
static char folder[32];
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/record_test.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/result.json", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

/* Write the record and read it back; to be given to cJSON_Delete(). */
static cJSON *written(const struct record_facts *facts)
{
	char text[65536];
	size_t len;
	cJSON *obj;
	FILE *f;

	assert_int_equal(record_write(path, &r.m, facts), 0);
	f = fopen(path, "re");
	assert_non_null(f);
	len = fread(text, 1, sizeof(text) - 1, f);
	text[len] = '\0';
	fclose(f);
	obj = cJSON_Parse(text);
	if (!obj)
		fail_msg("no JSON: %s", text);
	return obj;
}

static const char *text_of(cJSON *obj, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(obj, name));
}

static double number_of(cJSON *obj, const char *name)
{
	return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(obj, name));
}

static cJSON *at(cJSON *obj, const char *name, int i)
{
	return cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(obj, name), i);
}

static bool is_null(cJSON *obj, const char *name)
{
	return cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(obj, name));
}

static void test_good(void **state)
{
	struct record_facts facts = {
		.cell = "with", .begun = 1795536000, .accel = "tcg", .cpu = "qemu64",
		.cpus = 2, .memory = 1024, .dom0_memory = 256,
	};
	cJSON *obj, *dom0, *test;

	(void)state;
	run_open(&r, NULL, NULL, NULL);
	r.step = 0.25;
	run_say(&r, DOM0_UP GOOD_TEST DOM0_DOWN);
	run_end(&r, NULL);
	obj = written(&facts);
	assert_string_equal(text_of(obj, "format"), "pvboot-record");
	assert_int_equal(number_of(obj, "version"), 1);
	assert_string_equal(text_of(obj, "cell"), "with");
	assert_string_equal(text_of(obj, "outcome"), "ok");
	assert_int_equal(number_of(obj, "status"), 0);
	assert_true(is_null(obj, "title"));
	assert_true(is_null(obj, "why"));
	assert_string_equal(text_of(obj, "begun"), "2026-11-24T16:00:00Z");
	assert_int_equal(number_of(cJSON_GetObjectItem(obj, "machine"), "cpus"), 2);
	dom0 = at(obj, "domains", 0);
	assert_string_equal(text_of(dom0, "state"), "off");
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(dom0, "tail")), 0);
	/* the second line, at a quarter of a second each */
	assert_true(number_of(at(dom0, "milestones", MS_USER), "at") == 0.5);
	test = at(dom0, "tests", 0);
	assert_string_equal(text_of(test, "outcome"), "ok");
	assert_string_equal(cJSON_GetStringValue(at(test, "ktap", 1)), "ok 1 a");
	cJSON_Delete(obj);
	run_close(&r);
}

static void test_fault(void **state)
{
	const struct record_facts facts = { .cell = "domus" };
	cJSON *obj, *domu, *fault;

	(void)state;
	run_open_domus(&r, NULL);
	r.step = 0.01;
	run_say(&r, DOM0_UP "pvboot: create domu\n{domu} Linux version 6.1\n"
		"{domu} [    0.100000] Kernel panic - not syncing: \"test\" \\ \t\n"
		"pvboot: gone domu\npvboot: create domu-without\n"
		"pvboot: refused domu-without: no memory\n");
	run_end(&r, NULL);
	obj = written(&facts);
	assert_string_equal(text_of(obj, "outcome"), "fault");
	assert_int_equal(number_of(obj, "status"), 1);
	assert_says(text_of(obj, "title"), "kernel panic: \"test\"");
	assert_says(text_of(obj, "why"), "domU domu: ");
	assert_true(is_null(obj, "machine"));
	assert_true(is_null(obj, "begun"));
	domu = at(obj, "domains", 1);
	assert_string_equal(text_of(domu, "state"), "crashed");
	assert_true(number_of(domu, "begun") > 0);
	assert_true(is_null(at(domu, "milestones", 1), "at"));
	fault = at(domu, "faults", 0);
	assert_string_equal(text_of(fault, "kind"), "crash");
	assert_string_equal(text_of(fault, "source"), "kernel");
	assert_true(is_null(fault, "signature"));
	assert_true(is_null(fault, "address"));
	domu = at(obj, "domains", 2);
	assert_string_equal(text_of(domu, "state"), "refused");
	assert_true(number_of(domu, "ended") >= number_of(domu, "begun"));
	assert_true(number_of(domu, "silence") >= 0);
	assert_string_equal(text_of(at(obj, "domains", 3), "because"), "dom0");
	assert_true(is_null(at(obj, "domains", 3), "begun"));
	cJSON_Delete(obj);
	run_close(&r);
}

/* Whatever the caller says, it is JSON, and what is text in UTF-8 stays so. */
static void test_awkward_facts(void **state)
{
	static const struct {
		const char *in, *out;
	} texts[] = {
		{ "", "" },
		{ "\"quoted\" \\ /", "\"quoted\" \\ /" },
		{ "a\nb\tc\x1b[2J\x7f", "a\\x0ab\\x09c\\x1b[2J\\x7f" },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7" },
		{ "\xff\xc3(\xe2\x82", "\\xff\\xc3(\\xe2\\x82" },
		{ "\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80",
		  "\\xc0\\xaf\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80" },
	};
	struct record_facts facts = { .cell = "x\xff", .nfacts = ARRAY_SIZE(texts) };
	cJSON *obj, *said;

	(void)state;
	for (unsigned int i = 0; i < facts.nfacts; i++) {
		static const char * const names[] = { "a", "b", "c", "d", "e", "f" };

		facts.names[i] = names[i];
		facts.values[i] = texts[i].in;
	}
	run_open(&r, NULL, NULL, NULL);
	run_end(&r, NULL);
	obj = written(&facts);
	said = cJSON_GetObjectItem(obj, "facts");
	for (unsigned int i = 0; i < facts.nfacts; i++)
		assert_string_equal(text_of(said, facts.names[i]), texts[i].out);
	assert_string_equal(text_of(obj, "cell"), "x\\xff");
	assert_string_equal(text_of(obj, "outcome"), "unjudged");
	assert_int_equal(number_of(obj, "status"), 125);
	cJSON_Delete(obj);
	run_close(&r);
}

/* It is there as a whole or not at all. */
static void test_cannot_be_written(void **state)
{
	const struct record_facts facts = { .cell = "x" };
	char deep[128], taken[128], new[160];

	(void)state;
	run_open(&r, NULL, NULL, NULL);
	run_end(&r, NULL);
	snprintf(deep, sizeof(deep), "%s/none/result.json", folder);
	assert_int_equal(record_write(deep, &r.m, &facts), -ENOENT);
	snprintf(taken, sizeof(taken), "%s/taken", folder);
	snprintf(new, sizeof(new), "%s.new", taken);
	assert_int_equal(mkdir(taken, 0700), 0);
	assert_int_equal(record_write(taken, &r.m, &facts), -EISDIR);
	assert_int_equal(access(new, F_OK), -1);
	rmdir(taken);
	run_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_fault),
		cmocka_unit_test(test_awkward_facts),
		cmocka_unit_test(test_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
