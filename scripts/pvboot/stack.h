/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions on a vCPU's stack, by frame pointers where there are any.
 */
#ifndef PVBOOT_STACK_H
#define PVBOOT_STACK_H

#include "vcpus.h"

/**
 * is_one_of() - is a function one of some?
 * @name: its name, which may be that of a clone that the compiler made
 * @list: names
 * @n: how many
 */
bool is_one_of(const char *name, const char * const list[], size_t n);

/**
 * stack_walk() - follow the frames of a vCPU
 * @vcpu: its registers are known; its functions are set
 * @g: the kernel that it runs
 */
void stack_walk(struct vcpu *vcpu, const struct guest *g);

#endif /* PVBOOT_STACK_H */
