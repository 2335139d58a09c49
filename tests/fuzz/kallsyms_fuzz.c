// SPDX-License-Identifier: GPL-2.0-only
/*
 * The symbols that a kernel carries.  The input says which layout, where the image
 * ends, and what is wrong in it.
 */
#include "fuzz.h"

#include "../../scripts/pvboot/kallsyms.h"
#include "../unit/carried.h"

/* Of the input, for each change: where, and a byte */
#define CHANGE_BYTES	4

void fuzz_one(const unsigned char *data, size_t size)
{
	unsigned char *image, *copy;
	struct kallsyms *k;
	size_t len, cut;

	if (size < CHANGE_BYTES)
		return;
	image = carried(data[0] % LAYOUTS, &len);
	cut = data[3] % 2 ? (data[1] | data[2] << 8) % len : len;
	copy = malloc(cut + 1);
	must(copy, "there is memory");
	memcpy(copy, image, cut);
	for (size_t at = CHANGE_BYTES; cut && at + CHANGE_BYTES <= size; at += CHANGE_BYTES)
		copy[(data[at] | data[at + 1] << 8 | data[at + 2] << 16) % cut] = data[at + 3];
	k = kallsyms_open((char *)copy, cut, TEXT, 0);
	for (size_t i = 0; k && i < k->count; i++)
		must(k->sym[i].name && k->sym[i].addr <= k->sym[i].end, "a symbol is whole");
	kallsyms_close(k);
	free(copy);
}
