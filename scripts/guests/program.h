/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The programs that PID 1 runs: what they print comes by a pipe, and they get no
 * hold of a console.
 */
#ifndef GUESTS_PROGRAM_H
#define GUESTS_PROGRAM_H

#include <stddef.h>

/* Creates domUs, and is ours: it gets the console and the nonce, see domus.c. */
#define DRIVER		"/domus"

/**
 * struct program - what to run, and who is to know of it
 * @path: the program
 * @output: gets what it prints, as it comes; what is printed after it has ended,
 *	by processes that it left behind, as well
 * @tick: is called every TICK_MS at the latest, or NULL
 * @nonce: for DRIVER
 */
struct program {
	const char *path;
	void (*output)(const char *buf, size_t len);
	void (*tick)(void);
	const char *nonce;
};

#define TICK_MS		100

/**
 * program_run() - run a program to its end
 * @p: the program
 *
 * The processes that it leaves behind are killed.
 *
 * Return: its status, as waitpid() gives it, or -1 with errno if it could not be
 * started.
 */
int program_run(const struct program *p);

#endif /* GUESTS_PROGRAM_H */
