/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Known deaths.
 */
#ifndef PVBOOT_SIGNATURES_H
#define PVBOOT_SIGNATURES_H

#include <stdbool.h>

#include "fault.h"
#include "signs.h"

struct symbols;

#define SIGNATURE_FUNCTIONS	4

/**
 * struct signature - one known death
 * @id: its name, as in ``--expect ID`` and in the record.  A death that may look
 *	in several ways has a row for each.
 * @title: what has happened
 * @from: the last milestone that it has passed is this one or a later one...
 * @before: ...but none from this one on
 * @functions: functions that died, in this order, the innermost first; others may
 *	lie between them
 * @alone: the innermost function is the only one that is known
 * @words: words of the report's first line, or NULL
 * @low: the address that could not be reached is this one or a higher one...
 * @high: ...and lower than this; 0: any address
 * @lacks: a function that the kernel does not have, or NULL
 */
struct signature {
	const char *id;
	const char *title;
	enum milestone from;
	enum milestone before;
	const char *functions[SIGNATURE_FUNCTIONS];
	bool alone;
	const char *words;
	unsigned long low;
	unsigned long high;
	const char *lacks;
};

/**
 * signature_find() - is a death a known one?
 * @fault: what the domain died of
 * @reached: the last milestone that it has passed, or -1
 * @syms: symbols of its kernel, or NULL
 *
 * Return: the first row of the table that fits, or NULL.
 */
const struct signature *signature_find(const struct fault *fault, int reached,
				       const struct symbols *syms);

/**
 * signature_by_id() - find a known death by its name
 * @id: the name
 *
 * Return: its first row, or NULL.
 */
const struct signature *signature_by_id(const char *id);

/**
 * signature_at() - walk the table
 * @i: which row
 *
 * Return: the row, or NULL after the last.
 */
const struct signature *signature_at(unsigned int i);

#endif /* PVBOOT_SIGNATURES_H */
