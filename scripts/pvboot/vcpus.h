/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where each of a domain's vCPUs is: its registers, as QEMU or Xen's stack has them,
 * and from there the chain of functions on its own, read from memory.
 */
#ifndef PVBOOT_VCPUS_H
#define PVBOOT_VCPUS_H

#include "guest.h"

#define VCPUS_MAX	64
#define VCPU_FRAMES	48
#define VCPU_NAME	96

/**
 * enum vcpu_state - what a vCPU does; the further down, the more suspect
 * @VCPU_UNKNOWN: it was not seen on a processor
 * @VCPU_IDLE: it has nothing to do
 * @VCPU_USER: it runs a program
 * @VCPU_INTERRUPT: it had nothing to do, and takes an interrupt
 * @VCPU_WAITS: it spins until another one lets it go on
 * @VCPU_RUNS: it runs the kernel
 */
enum vcpu_state {
	VCPU_UNKNOWN,
	VCPU_IDLE,
	VCPU_USER,
	VCPU_INTERRUPT,
	VCPU_WAITS,
	VCPU_RUNS,
};

/**
 * struct vcpu - one vCPU
 * @seen: its registers are known:
 * @ip: instruction pointer
 * @sp: stack pointer
 * @bp: frame pointer
 * @root: machine address of its page table, or 0
 * @state: what it does
 * @frames: functions, the one it is in first
 * @nframes: entries in @frames
 */
struct vcpu {
	bool seen;
	unsigned long ip, sp, bp, root;
	enum vcpu_state state;
	char frames[VCPU_FRAMES][VCPU_NAME];
	unsigned int nframes;
};

/**
 * struct vcpus - those of one domain, by their numbers
 * @vcpu: each one
 * @count: how many the domain has
 * @program: one of them was seen to run a program, whichever it is
 */
struct vcpus {
	struct vcpu vcpu[VCPUS_MAX];
	unsigned int count;
	bool program;
};

/**
 * vcpus_init() - none has been seen
 * @v: the vCPUs, owned by the caller
 * @g: the kernel that they run, from which their number is read
 */
void vcpus_init(struct vcpus *v, const struct guest *g);

/**
 * vcpus_look() - find out where they are
 * @v: the vCPUs
 * @g: the kernel that they run
 * @registers: what QEMU's "info registers -a" prints of a machine that stands
 *	still
 *
 * A processor is in the domain; or in Xen, with the domain's registers saved on
 * its stack; or it does something else, and shows nothing of the domain.  So a
 * vCPU that shares its processor may be seen only after a while.  Of several looks
 * that at which it is the least suspect counts, and of several such the functions
 * that all have in common: who stands in the way does not move.
 *
 * Return: how many have been seen so far.
 */
unsigned int vcpus_look(struct vcpus *v, const struct guest *g, const char *registers);

/**
 * vcpus_context() - find out where those are that Xen does not run
 * @v: the vCPUs
 * @g: the kernel that they run
 * @text: what "xenctx -a -C" prints of the domain
 */
void vcpus_context(struct vcpus *v, const struct guest *g, const char *text);

/**
 * vcpus_suspect() - which one stands in the way?
 * @v: the vCPUs
 *
 * Return: one that runs the kernel, else one that waits, else one that takes an
 * interrupt, else NULL.
 */
const struct vcpu *vcpus_suspect(const struct vcpus *v);

#endif /* PVBOOT_VCPUS_H */
