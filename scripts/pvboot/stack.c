// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walk a stack by frame pointers, as kernels are built here to have them.  In that
 * of one built without them every address behind a call counts.
 *
 * Nothing in memory is trusted: one step of two finds a function, and there is a
 * limit to those.
 */
#include "stack.h"

#include <stdio.h>
#include <string.h>

#include "symbols.h"
#include "vmlinux.h"

#define PROLOGUE	48		/* bytes in which a function sets its frame up */
#define LOOSE_WORDS	8		/* above which a function without one returns */
#define FRAMES_MIN	3		/* of a stack that has frame pointers */
#define STACK_BYTES	0x4000UL	/* THREAD_SIZE, to which stacks are aligned */

/* struct pt_regs of x86-64, in bytes */
#define PT_BP		32
#define PT_IP		128
#define PT_SIZE		168

bool is_one_of(const char *name, const char * const list[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(list[i]);

		/* The compiler may have cloned it. */
		if (!strncmp(name, list[i], len) && (!name[len] || name[len] == '.'))
			return true;
	}
	return false;
}

static const char *function(const struct guest *g, unsigned long addr)
{
	unsigned long off;

	return symbols_name(g->syms, addr, &off);
}

/* A call may be the last that a function does: so look at the byte before. */
static const char *caller(const struct guest *g, unsigned long ret)
{
	return function(g, ret - 1);
}

static void add(struct vcpu *vcpu, const char *name)
{
	if (vcpu->nframes < VCPU_FRAMES)
		snprintf(vcpu->frames[vcpu->nframes++], VCPU_NAME, "%s", name);
}

/* Is this after the "mov %rsp,%rbp" of its function?  Assembly has none. */
static bool has_frame(const struct guest *g, unsigned long ip)
{
	static const unsigned char mov[] = { 0x48, 0x89, 0xe5 };
	const unsigned char *code;
	unsigned long off;

	if (!symbols_name(g->syms, ip, &off))
		return false;
	code = vmlinux_bytes(g->vmlinux, ip - off, PROLOGUE);
	if (off > PROLOGUE)
		off = PROLOGUE;
	return code && off >= sizeof(mov) && memmem(code, off, mov, sizeof(mov));
}

/* A function without a frame has pushed little: its caller is close by. */
static void add_loose(struct vcpu *vcpu, const struct guest *g)
{
	const char *in = function(g, vcpu->ip);

	for (unsigned long i = 0; i < LOOSE_WORDS; i++) {
		unsigned long word;
		const char *name;

		if (!memory_read_virtual(g->mem, vcpu->root, vcpu->sp + 8 * i, &word, 8))
			return;
		name = caller(g, word);
		/* Xen leaves the address behind a hypercall in a register. */
		if (name && (!in || strcmp(name, in))) {
			add(vcpu, name);
			return;
		}
	}
}

/* An exception: what was interrupted, and its frame.  False: the stack ends here. */
static bool add_interrupted(struct vcpu *vcpu, const struct guest *g, unsigned long *bp)
{
	unsigned char regs[PT_SIZE];
	unsigned long ip;
	const char *name;

	if (!memory_read_virtual(g->mem, vcpu->root, *bp & ~1UL, regs, sizeof(regs)))
		return false;
	memcpy(&ip, regs + PT_IP, 8);
	memcpy(bp, regs + PT_BP, 8);
	name = function(g, ip);
	if (name)
		add(vcpu, name);
	return name;
}

/* Does @ret follow a call: e8 and four bytes, or ff and one to six? */
static bool follows_call(const struct guest *g, unsigned long ret)
{
	const unsigned char *code = vmlinux_bytes(g->vmlinux, ret - 7, 7);

	return code && (code[2] == 0xe8 || memchr(code, 0xff, 6));
}

static void scan(struct vcpu *vcpu, const struct guest *g)
{
	unsigned long end = (vcpu->sp | (STACK_BYTES - 1)) + 1;

	for (unsigned long at = vcpu->sp; at != end && vcpu->nframes < VCPU_FRAMES; at += 8) {
		unsigned long ret;
		const char *name;

		if (!memory_read_virtual(g->mem, vcpu->root, at, &ret, 8))
			return;
		name = caller(g, ret);
		if (name && follows_call(g, ret) &&
		    (!vcpu->nframes || strcmp(name, vcpu->frames[vcpu->nframes - 1])))
			add(vcpu, name);
	}
}

static void walk(struct vcpu *vcpu, const struct guest *g)
{
	unsigned long bp = vcpu->bp;
	const char *name;

	if (!has_frame(g, vcpu->ip))
		add_loose(vcpu, g);

	while (vcpu->nframes < VCPU_FRAMES) {
		unsigned long frame[2];

		/* Entry code marks the registers that it saved. */
		if (bp & 1) {
			if (!add_interrupted(vcpu, g, &bp))
				return;
			continue;
		}
		if (!memory_read_virtual(g->mem, vcpu->root, bp, frame, sizeof(frame)))
			return;
		name = caller(g, frame[1]);
		if (name)
			add(vcpu, name);
		/* Entry code is no function, but it marks what it saved. */
		else if (!(frame[0] & 1))
			return;
		if (frame[0] == bp)
			return;
		bp = frame[0];
	}
}

void stack_walk(struct vcpu *vcpu, const struct guest *g)
{
	const char *name = function(g, vcpu->ip);
	struct vcpu scanned;

	vcpu->nframes = 0;
	if (name)
		add(vcpu, name);
	walk(vcpu, g);
	if (vcpu->nframes >= FRAMES_MIN)
		return;
	scanned = *vcpu;
	scanned.nframes = name ? 1 : 0;
	scan(&scanned, g);
	if (scanned.nframes > vcpu->nframes)
		*vcpu = scanned;
}
