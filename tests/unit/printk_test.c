// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of reading a kernel's log buffer from memory.
 */
#include "world.h"

struct heard {
	char text[4096];
	unsigned int lines;
};

static void hear(void *ctx, const char *line)
{
	struct heard *h = ctx;

	h->lines++;
	if (strlen(h->text) + strlen(line) + 2 < sizeof(h->text))
		strcat(strcat(h->text, line), "\n");
	assert_true(strlen(line) <= PRINTK_LINE_MAX);
}

static void said(struct world *w, const char *text)
{
	struct heard h = { .lines = 0 };

	printk_read(&w->g, hear, &h);
	assert_string_equal(h.text, text);
}

static void ring(const char *version)
{
	struct world w;

	begin(&w, version);
	make_ring(&w, 11, 4);
	make_entry(&w, 4, FINALIZED, 0x600 + 480, 0x800 + 40, "over the end\n", 12);
	make_entry(&w, 5, FINALIZED, 0x800 + 40, 0x800 + 64, "two\nlines", 9);
	make_entry(&w, 6, 0, 0x800 + 64, 0x800 + 96, "reserved", 8);
	make_entry(&w, 7, COMMITTED, 0x800 + 96, 0x800 + 128, "a\tb\x1b[31m", 8);
	make_entry(&w, 8, FINALIZED, 1, 1, "no text", 7);
	make_entry(&w, 9, 3UL << 62, 0x800 + 160, 0x800 + 192, "reusable", 8);
	make_entry(&w, 10, FINALIZED, 0x800 + 192, 0x800 + 216, "longer than room", 400);
	make_entry(&w, 11, FINALIZED, 0x800 + 216, 0x800 + 256, "last", 4);
	said(&w, "[    4.000001] over the end\n"
		 "[    5.000001] two\n"
		 "[    5.000001] lines\n"
		 "[    7.000001] a\tb\\x1b[31m\n"
		 "[   10.000001] longer than room\n"
		 "[   11.000001] last\n");
	end(&w);
}

static void test_ring(void **state)
{
	(void)state;
	ring("5.10");
}

static void test_ring_new(void **state)
{
	(void)state;
	ring("7.3");
}

static void test_ring_broken(void **state)
{
	unsigned long rb, text = 40;
	struct world w;

	(void)state;
	begin(&w, "5.10");
	said(&w, "");
	rb = sym(&w, "printk_rb_static");
	make_ring(&w, 11, 4);
	make_entry(&w, 4, FINALIZED, 0, 32, "one", 3);
	make_entry(&w, 5, FINALIZED, 32, 1UL << 40, "lies about its length", 21);
	make_entry(&w, 6, FINALIZED, 4096 + 256, 128, "begins behind its end", 21);
	make_entry(&w, 7, FINALIZED, 64, 96, "another's", 9);
	poke64(&w, LOG + 64, 3);
	said(&w, "[    4.000001] one\n");
	poke64(&w, rb + text + 8, 0x123456789abcdefUL);
	said(&w, "");
	poke64(&w, rb + text, ~0UL);
	said(&w, "");
	make_ring(&w, 4, 4);
	poke64(&w, rb, 64);
	said(&w, "");
	make_ring(&w, 3, 4);
	said(&w, "");
	make_ring(&w, 1UL << 61, 4);
	said(&w, "");
	poke_sym(&w, "prb", 0, 8);
	said(&w, "");
	end(&w);
}

static void log_of(size_t header)
{
	unsigned long index = 256;
	struct world w;

	begin(&w, "3.9");
	index += make_record(&w, index, 1500, header, "first");
	index += make_record(&w, index, 2000001000, header, "second\n");
	poke64(&w, LOG + index, 0);
	poke64(&w, LOG + index + 8, 0);
	index = make_record(&w, 0, 3000001000, header, "third, at the start");
	make_log(&w, 512, 256, index);
	said(&w, "[    0.000001] first\n[    2.000001] second\n"
		 "[    3.000001] third, at the start\n");
	end(&w);
}

static void test_log(void **state)
{
	(void)state;
	log_of(16);
}

static void test_log_with_callers(void **state)
{
	(void)state;
	log_of(20);
}

static void test_log_broken(void **state)
{
	unsigned short len;
	struct world w;

	(void)state;
	begin(&w, "3.9");
	said(&w, "");
	/* nothing but ends, for ever */
	make_log(&w, 4096, 64, 32);
	said(&w, "");
	make_log(&w, 4096, 32, 64);
	said(&w, "");
	make_record(&w, 0, 1500, 16, "good");
	make_log(&w, 4096, 0, 1 << 20);
	said(&w, "[    0.000001] good\n");
	for (unsigned int i = 1; i < 40; i++) {
		len = i;
		poke(&w, LOG + 8, &len, 2);
		/* 28: then it has a caller */
		if (i != 24 && i != 28)
			said(&w, "");
	}
	len = 0xfffc;
	poke(&w, LOG + 8, &len, 2);
	said(&w, "");
	make_log(&w, ~0U, 0, 64);
	said(&w, "");
	make_log(&w, 8, 0, 64);
	said(&w, "");
	make_log(&w, 4096, ~0U, 64);
	said(&w, "");
	end(&w);
}

static void test_unheard(void **state)
{
	struct heard h = { .lines = 0 };
	unsigned long index = 0;
	struct world w;

	(void)state;
	begin(&w, "3.9");
	index += make_record(&w, index, 1500, 16, "same");
	index += make_record(&w, index, 2500, 16, "other");
	index += make_record(&w, index, 1500, 16, "same");
	index += make_record(&w, index, 3500, 16, "unheard");
	make_log(&w, 4096, 0, index);
	assert_int_equal(printk_unheard(&w.g, "[    0.000001] same", hear, &h), 1);
	assert_string_equal(h.text, "[    0.000003] unheard\n");
	assert_int_equal(printk_unheard(&w.g, "[    0.000001][    T1] same", hear, &h), 1);
	assert_int_equal(printk_unheard(&w.g, "[    0.000002] cut", hear, &h), 1);
	assert_int_equal(printk_unheard(&w.g, "[    0.000000] none", hear, &h), 4);
	assert_int_equal(printk_unheard(&w.g, NULL, hear, &h), 4);
	end(&w);
}

/* Whatever the buffer holds, it comes to an end and stays in its bounds. */
static void noise(const char *version)
{
	unsigned char page[PAGE_BYTES];
	struct heard h;
	struct world w;

	begin(&w, version);
	if (*version == '3')
		make_log(&w, PAGE_BYTES, 0, 1);
	else
		make_ring(&w, 11, 4);
	srand(2);
	for (unsigned int round = 0; round < 2000; round++) {
		for (size_t i = 0; i < sizeof(page); i++)
			page[i] = rand() % 3 ? 0 : rand();
		poke(&w, LOG, page, sizeof(page));
		if (*version != '3') {
			/* anything but where the ring is */
			poke(&w, sym(&w, "_printk_rb_static_descs"), page, 192);
			poke(&w, sym(&w, "_printk_rb_static_infos"), page + 200, 704);
		}
		memset(&h, 0, sizeof(h));
		printk_read(&w.g, hear, &h);
		assert_true(h.lines < 5000);
	}
	end(&w);
}

static void test_noise(void **state)
{
	(void)state;
	noise("5.10");
	noise("7.3");
	noise("3.9");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_ring_new),
		cmocka_unit_test(test_ring_broken),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_log_with_callers),
		cmocka_unit_test(test_log_broken),
		cmocka_unit_test(test_unheard),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
