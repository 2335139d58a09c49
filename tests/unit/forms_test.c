// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the table of forms, of names in Rust, and of what no kernel would
 * print.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../scripts/pvboot/compiler.h"
#include "../../scripts/pvboot/report.h"

static void test_rust(void **state)
{
	static const char * const names[][2] = {
		{ "_RNvC4name4main", "name::main" },
		{ "_RNvMs3_NtCsh1_4name3modNtB5_4Type6method", "<name::mod::Type>::method" },
		{ "_RNvXs1_Csc_4nameNtB5_4TypeNtCs4_6kernel5Trait4mmap",
		  "<name::Type as kernel::Trait>::mmap" },
		{ "_RINvC4name4mainlNtB2_1aE", "name::main" },
		{ "_RNvB", NULL }, { "_RNvB_4main", NULL }, { "_RNvC99name4main", NULL },
		{ "_R", NULL }, { "_RNvMNvMNvM", NULL }, { "main", NULL },
	};
	char out[FAULT_NAME];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		bool is = rust_name(names[i][0], strlen(names[i][0]), out);

		assert_int_equal(is, !!names[i][1]);
		assert_true(!is || !strcmp(out, names[i][1]));
	}
}

/* A line that an entry of the table fits. */
static void sample(const char *form, const char *any, char *out, size_t size)
{
	size_t len = 0;

	for (const char *p = form; *p; p++) {
		const char *text = "";
		char c[2] = { *p, '\0' };

		if (*p == '%') {
			switch (*++p) {
			case 'd':
				text = "7";
				break;
			case 'x':
				text = "0x1f";
				break;
			case 'a':
				text = "ffffffff81234567";
				break;
			case 'w':
				text = "word";
				break;
			case 's':
				text = any;
				break;
			case 't':
				text = "text";
				break;
			case 'f':
				text = "function+0x1/0x2";
				break;
			case 'p':
				text = "mm/file.c:12";
				break;
			case 'v':
				text = "mm.c:12:d0v1 ";
				break;
			case 'm':
				text = "xen:driver: ";
				break;
			case 'e':
				text = "cannot do it";
				break;
			}
		} else {
			text = c;
		}
		len += snprintf(out + len, size - len, "%s", text);
		assert_true(len < size);
	}
}

/* Each entry is reached by a line of its own, and by none of the other's. */
static void test_table(void **state)
{
	unsigned int failed = 0;

	(void)state;
	for (const struct format *f = format_next(NULL); f; f = format_next(f)) {
		const struct format *a, *b;
		enum fault_source src = f->flags & FORMAT_XEN ? FAULT_XEN : FAULT_KERNEL;
		char line[512];
		struct taken t;

		sample(f->form, "", line, sizeof(line));
		a = format_find(src, line, TRUST_TIME, &t);
		sample(f->form, "zz", line, sizeof(line));
		b = format_find(src, line, TRUST_TIME, &t);
		if (a != f && b != f) {
			print_error("never reached: \"%s\"\n", f->form);
			failed++;
		}
		assert_true(form_match(f->form, line, &t));
		if (f->rank > 1 && src == FAULT_XEN)
			assert_null(format_find(FAULT_KERNEL, line, TRUST_FORM, &t));
	}
	assert_int_equal(failed, 0);
}

static void found(void *ctx, const struct fault *fault)
{
	unsigned int *n = ctx;

	assert_true(fault->title[0]);
	(*n)++;
}

static void test_long_line(void **state)
{
	const size_t size = 10 << 20;
	unsigned int seen = 0;
	struct faults *f = faults_new(NULL, found, &seen);
	char *line = malloc(size + 1);

	(void)state;
	assert_non_null(f);
	assert_non_null(line);
	memset(line, '[', size);
	line[size] = '\0';
	faults_line(f, FAULT_KERNEL, line, 0);
	memset(line, ' ', size);
	memcpy(line, "BUG: unable to handle ", 22);
	for (int i = 0; i < 100; i++)
		faults_line(f, i & 1 ? FAULT_XEN : FAULT_KERNEL, line, 0);
	faults_flush(f, 0);
	assert_true(seen > 0);
	faults_free(f);
	free(line);
}

/* A report without end, and endless reports. */
static void test_endless(void **state)
{
	unsigned int seen = 0;
	struct faults *f = faults_new(NULL, found, &seen);

	(void)state;
	assert_non_null(f);
	faults_line(f, FAULT_KERNEL, "divide error: 0000 [#1] SMP", 0);
	faults_line(f, FAULT_KERNEL, "Call Trace:", 0);
	for (int i = 0; i < 100000; i++)
		faults_line(f, FAULT_KERNEL, " guilty_function+0x1/0x2", 0);
	assert_true(faults_reading(f));
	for (int i = 0; i < 1000; i++)
		faults_line(f, FAULT_KERNEL, "nothing of it", 0);
	assert_false(faults_reading(f));
	assert_int_equal(seen, 1);
	for (int i = 0; i < 100000; i++)
		faults_line(f, FAULT_KERNEL,
			    i & 1 ? "BUG: a" : "invalid opcode: 0000 [#1]", 0);
	faults_flush(f, 0);
	faults_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rust),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_endless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
