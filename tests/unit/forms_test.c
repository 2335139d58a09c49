// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the table of forms, and of names in Rust.
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
	for (size_t i = 0; format_at(i); i++) {
		const struct format *f = format_at(i), *a, *b;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rust),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
