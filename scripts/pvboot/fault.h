/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel says when it dies, hangs or complains, and what Xen says of a
 * domain: read line by line, recognised by form, and named.
 *
 * The name, or title, is one line that stays the same for the same fault: on
 * every kernel line, in dom0 and domU, on one vCPU and on two.
 */
#ifndef PVBOOT_FAULT_H
#define PVBOOT_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#define FAULT_FRAMES	24
#define FAULT_NAME	128
#define FAULT_TEXT	512

/**
 * enum fault_kind - what is left of the domain
 * @FAULT_CRASH: it will not go on
 * @FAULT_HANG: part of it stands still, and the kernel or Xen says so
 * @FAULT_COMPLAINT: it goes on, but something is wrong
 */
enum fault_kind {
	FAULT_CRASH,
	FAULT_HANG,
	FAULT_COMPLAINT,
};

/**
 * enum fault_source - who says it
 * @FAULT_KERNEL: the domain's own kernel
 * @FAULT_XEN: the hypervisor, of the domain or of itself
 */
enum fault_source {
	FAULT_KERNEL,
	FAULT_XEN,
};

/**
 * struct fault - one report, read to its end
 * @kind: what is left of the domain
 * @source: who has said it
 * @class: what went wrong, such as "WARNING" or "BUG: soft lockup"
 * @title: @class, and " in " and the guilty function where there is one; no
 *	address, pid, CPU or other number that differs from run to run.  The
 *	function is "corrupted" where a report that has one came without it;
 *	there is none where all that came were addresses that nobody can name.
 * @what: the line that opened the report, its time taken off; the one after it if
 *	that was no more than a mark
 * @frames: functions, the guilty one first, then its callers.  If the kernel is
 *	sure of one of them, then only those that it is sure of, and what may be
 *	the innermost calls; else all.
 * @nframes: entries in @frames
 * @doubtful: the functions that the trace marks with '?', in its order
 * @ndoubtful: entries in @doubtful
 * @place: "file:line" where that was told, or empty
 * @address: the address that could not be reached; 0 is one, too
 * @has_address: @address was told
 * @panicked: a panic followed, and the report is the cause of it
 * @when: when the opening line came
 */
struct fault {
	enum fault_kind kind;
	enum fault_source source;
	char class[FAULT_NAME];
	char title[2 * FAULT_NAME + 16];
	char what[FAULT_TEXT];
	char frames[FAULT_FRAMES][FAULT_NAME];
	unsigned int nframes;
	char doubtful[FAULT_FRAMES][FAULT_NAME];
	unsigned int ndoubtful;
	char place[FAULT_NAME];
	unsigned long address;
	bool has_address;
	bool panicked;
	double when;
};

/**
 * typedef fault_name_fn - the function that holds an address
 * @ctx: the pointer given to faults_init()
 * @addr: virtual address in the domain's kernel
 *
 * Return: its name, valid until the next call, or NULL.
 */
typedef const char *(*fault_name_fn)(void *ctx, unsigned long addr);

/**
 * typedef fault_fn - is called once for every report
 * @ctx: the pointer given to faults_init()
 * @fault: the report; valid during the call only
 *
 * If the domain panics because of a complaint that was handed on before, then that
 * report comes once more, as a crash and with @panicked set.  Reports come in the
 * order in which they opened.
 */
typedef void (*fault_fn)(void *ctx, const struct fault *fault);

struct faults;

/**
 * faults_new() - make a scanner for one domain
 * @name: tells names of addresses, or NULL
 * @fn: receiver of the reports
 * @ctx: first argument of both
 *
 * All the memory that the scanner ever needs is taken here, about 250 kB.
 *
 * Return: the scanner, to be given to faults_free(), or NULL.
 */
struct faults *faults_new(fault_name_fn name, fault_fn fn, void *ctx);

/**
 * faults_trust() - believe that lines are whose they are said to be
 * @f: the scanner
 *
 * Without it a line of the kernel's that has no time, though others have, may be a
 * program's, and few forms are believed of it.
 */
void faults_trust(struct faults *f);

/**
 * faults_line() - take one line
 * @f: the scanner
 * @src: who wrote it
 * @line: any bytes, NUL-terminated; Xen's without "(XEN) "
 * @now: when it came, in seconds of any clock that does not go back
 */
void faults_line(struct faults *f, enum fault_source src, const char *line,
		 double now);

/**
 * faults_reading() - is a report under way?
 * @f: the scanner
 *
 * Who wants to end the machine had better wait for the rest of it, a few seconds
 * at most, and then call faults_flush().
 *
 * Return: true from a report's first line until it is handed on.
 */
bool faults_reading(const struct faults *f);

/**
 * faults_dying() - is the report under way that of a crash?
 * @f: the scanner
 *
 * Return: true if the domain will not go on once the report has come.
 */
bool faults_dying(const struct faults *f);

/**
 * faults_flush() - hand on what is under way
 * @f: the scanner
 * @now: the time
 */
void faults_flush(struct faults *f, double now);

/**
 * faults_free() - free a scanner
 * @f: the scanner, or NULL
 */
void faults_free(struct faults *f);

#endif /* PVBOOT_FAULT_H */
