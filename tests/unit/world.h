/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine's memory that a test makes itself, with a kernel in it whose frames
 * are in no order: one of those of tests/unit/kernel.
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../scripts/pvboot/printk.h"
#include "../../scripts/pvboot/symbols.h"
#include "../../scripts/pvboot/vcpus.h"
#include "../../scripts/pvboot/vmlinux.h"

#define MACHINE		(16UL << 20)
#define FRAMES		(MACHINE / PAGE_BYTES)

struct world {
	struct memory mem;
	struct vmlinux *vmlinux;
	struct symbols *syms;
	struct guest g;
	unsigned long used;	/* frames */
	unsigned long root;	/* the table that at() and poke() are for */
};

void begin(struct world *w, const char *version);
void end(struct world *w);

/* Load the kernel once more, with tables of its own. */
void load(struct world *w, bool dom0);
unsigned long new_root(struct world *w);

/* by machine address */
void put(struct world *w, unsigned long addr, const void *buf, size_t len);

/* The machine address of @va, which is mapped if it is not. */
unsigned long at(struct world *w, unsigned long va);
void poke(struct world *w, unsigned long va, const void *buf, size_t len);
void poke64(struct world *w, unsigned long va, unsigned long val);

unsigned long sym(struct world *w, const char *name);
void poke_sym(struct world *w, const char *name, unsigned long val, size_t len);

#endif /* TESTS_WORLD_H */
