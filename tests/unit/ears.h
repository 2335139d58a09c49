/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What unit tests hear of what they have said: bytes go into the serial port, lines
 * with their origins come out.
 */
#ifndef TESTS_EARS_H
#define TESTS_EARS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../scripts/guests/frame.h"
#include "../../scripts/pvboot/channel.h"
#include "../../scripts/pvboot/compiler.h"

#define NONCE		"0123abcd"
#define INNER		"fedc9876"	/* of a domU */
#define ANNOUNCED	"[    0.500000] Run /init\n" FRAME_ANNOUNCE NONCE "\n"
#define KERNEL		"[   12.345678] BUG: kernel's own"
#define XEN		"Hardware Dom0 halted"
/* What cuts into a line */
#define KERNEL_CUTS	KERNEL "\r\n"
#define XEN_CUTS	"(XEN) " XEN "\r\n"
#define SEEN_MAX	64

/**
 * struct ears - what has come out at the other end
 * @con: the serial port
 * @dom0: dom0's channel
 * @domu: that of domU "domu"
 * @lines: entries in @seen
 * @seen: the lines: of dom0, domu or xen, whose word, and what
 */
struct ears {
	struct console con;
	struct channel dom0;
	struct channel domu;
	unsigned int lines;
	struct {
		const char *where;
		enum origin origin;
		char text[CONSOLE_LINE_MAX + 1];
	} seen[SEEN_MAX];
};

/* Begin; say something; let the last line end. */
void ears_init(struct ears *e);
void ears_say(struct ears *e, const char *text);
void ears_end(struct ears *e);

/* Was it heard, from there, as the word of that one?  How many were that one's? */
bool ears_heard(const struct ears *e, const char *where, enum origin origin,
		const char *text);
void assert_heard(const struct ears *e, const char *where, enum origin origin,
		  const char *text);
unsigned int ears_count(const struct ears *e, enum origin origin);

/* What a writer makes of @len bytes, to be freed... */
char *framed(const char *nonce, char kind, const char *name, const char *text,
	     size_t len);
/* ...of a program's text, and of a domU's console line as dom0's driver relays it */
char *program(const char *text);
char *relayed(const char *line);
/* Say it, and free it. */
void say_free(struct ears *e, char *text);

/*
 * Say @line, with another one cutting in at @at: 1 the kernel, 2 Xen, 3 both, 4 both the
 * other way round; 0 nobody.  Were those heard that @which says, 1 and 2?
 */
void say_cut(struct ears *e, const char *line, size_t at, unsigned int how);
void assert_cutters(const struct ears *e, unsigned int which);

#endif /* TESTS_EARS_H */
