// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the symbols that a kernel carries.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../scripts/pvboot/kallsyms.h"
#include "carried.h"

static unsigned char *raw;
static size_t len;

static void test_layouts(void **state)
{
	(void)state;
	for (enum layout layout = BEFORE; layout <= BY_PLACE; layout++) {
		struct kallsyms *k;

		raw = carried(layout, &len);
		k = kallsyms_open(raw, len, TEXT, 0);
		if (!k)
			fail_msg("layout %d is not understood", layout);
		assert_int_equal(k->count, SYMBOLS);
		for (unsigned int i = 0; i < SYMBOLS; i++) {
			assert_int_equal(k->sym[i].type, name_of(i)[0]);
			assert_string_equal(k->sym[i].name, name_of(i) + 1);
			assert_int_equal(k->sym[i].addr, address_of(i));
			assert_int_equal(k->sym[i].end, address_of(i + (i + 1 < SYMBOLS)));
		}
		kallsyms_close(k);
	}
}

/* Text that begins elsewhere is another kernel's. */
static void test_another(void **state)
{
	(void)state;
	raw = carried(AFTER, &len);
	assert_null(kallsyms_open(raw, len, TEXT + 4096, 0));
	assert_null(kallsyms_open(raw, 0, TEXT, 0));
	assert_null(kallsyms_open(raw, 100, TEXT, 0));
}

/* Whatever is cut or wrong: nothing is read that is not there, as ASan knows. */
static void test_hostile(void **state)
{
	(void)state;
	for (enum layout layout = BEFORE; layout <= BY_PLACE; layout++) {
		raw = carried(layout, &len);
		for (size_t cut = len; cut > 4096; cut -= 97) {
			unsigned char *copy = malloc(cut);

			assert_non_null(copy);
			memcpy(copy, raw, cut);
			kallsyms_close(kallsyms_open(copy, cut, TEXT, 0));
			free(copy);
		}
		srand(layout);
		for (unsigned int i = 0; i < 300; i++) {
			unsigned char *copy = malloc(len);

			assert_non_null(copy);
			memcpy(copy, raw, len);
			copy[4096 + rand() % (len - 4096)] = rand();
			copy[4096 + rand() % (len - 4096)] = 0xff;
			kallsyms_close(kallsyms_open(copy, len, TEXT, 0));
			free(copy);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_another),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
