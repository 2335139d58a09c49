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

/* The functions of @vcpu's stack are those, with blanks between. */
void chain_is(const struct vcpu *vcpu, const char *want);

/* What the log buffer holds of text */
#define LOG		0xffffffff81240000UL

/* States of an entry of a ring */
#define COMMITTED	0x4000000000000000UL
#define FINALIZED	0x8000000000000000UL

/* A ring of eight entries and 512 bytes, in the kernel's own place for it */
void make_ring(struct world *w, unsigned long head, unsigned long tail);
void make_entry(struct world *w, unsigned long id, unsigned long state, unsigned long begins,
		unsigned long next, const char *text, unsigned short len);

/* A log as until 5.9, and a record in it.  Return: its bytes. */
void make_log(struct world *w, unsigned int size, unsigned int first, unsigned int next);
size_t make_record(struct world *w, unsigned long index, unsigned long ns, size_t header,
		   const char *text);

#endif /* TESTS_WORLD_H */
