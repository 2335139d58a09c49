/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of forms, in the parts that it is kept in: see formats.c.
 */
#ifndef PVBOOT_FORMATS_H
#define PVBOOT_FORMATS_H

#include "report.h"

#define CRASH		FAULT_CRASH
#define HANG		FAULT_HANG
#define WARN		FAULT_COMPLAINT

#define XEN		FORMAT_XEN
#define EARLY		FORMAT_EARLY
#define TIMED		FORMAT_TIMED
#define ADDS		FORMAT_ADDS
#define AFTER		FORMAT_AFTER
#define DEAD		FORMAT_DEAD
#define HOLD		FORMAT_HOLD
#define AGAIN		FORMAT_AGAIN

/* Each ends with an entry without a form. */
extern const struct format crashes[];
extern const struct format checkers[];
extern const struct format xenforms[];

#endif /* PVBOOT_FORMATS_H */
