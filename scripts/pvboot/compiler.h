/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's names, as under tools/include/linux/.
 */
#ifndef PVBOOT_COMPILER_H
#define PVBOOT_COMPILER_H

#define fallthrough	__attribute__((__fallthrough__))
#define __noinline	__attribute__((noinline))
#define __noreturn	__attribute__((noreturn))
#define __printf(a, b)	__attribute__((format(printf, a, b)))
#define ARRAY_SIZE(x)	(sizeof(x) / sizeof((x)[0]))

#endif /* PVBOOT_COMPILER_H */
