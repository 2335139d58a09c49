// SPDX-License-Identifier: GPL-2.0-only
/*
 * Put a command line together.
 */
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "util.h"

static char *must(char *s)
{
	if (!s)
		die("out of memory");
	return s;
}

char *command_text(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return must(s);
}

void command_add(struct command *cmd, const char *name, char *value)
{
	if (cmd->n + 2 > WORDS_MAX)
		die("the command has more than %d words", WORDS_MAX);
	cmd->argv[cmd->n++] = must(strdup(name));
	if (value)
		cmd->argv[cmd->n++] = value;
	cmd->argv[cmd->n] = NULL;
}

void command_copy(struct command *cmd, const char *name, const char *value)
{
	command_add(cmd, name, must(strdup(value)));
}

void command_print(const struct command *cmd)
{
	for (unsigned int i = 0; i < cmd->n; i++) {
		putchar('\'');
		for (const char *p = cmd->argv[i]; *p; p++) {
			if (*p == '\'')
				fputs("'\\'", stdout);
			putchar(*p);
		}
		fputs(i + 1 < cmd->n ? "' " : "'\n", stdout);
	}
}

void command_free(struct command *cmd)
{
	for (unsigned int i = 0; i < cmd->n; i++)
		free(cmd->argv[i]);
	cmd->n = 0;
}
