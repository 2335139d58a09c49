/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A command line in the making.
 */
#ifndef PVBOOT_COMMAND_H
#define PVBOOT_COMMAND_H

#include "compiler.h"

#define WORDS_MAX	192

/**
 * struct command - a program and its arguments
 * @argv: all words, as execvp() wants them
 * @n: how many
 *
 * Starts as zeroes.
 */
struct command {
	char *argv[WORDS_MAX + 1];
	unsigned int n;
};

/**
 * command_add() - add an option
 * @cmd: the command
 * @name: the option
 * @value: its value, which is taken over, or NULL for none
 */
void command_add(struct command *cmd, const char *name, char *value);

/**
 * command_copy() - add an option with a value that stays the caller's
 * @cmd: the command
 * @name: the option
 * @value: its value
 */
void command_copy(struct command *cmd, const char *name, const char *value);

/**
 * command_text() - make a value
 * @fmt: as of printf()
 *
 * Return: the text, to be freed; there is always one.
 */
char *__printf(1, 2) command_text(const char *fmt, ...);

/**
 * command_print() - print the command, for a shell
 * @cmd: the command
 */
void command_print(const struct command *cmd);

/**
 * command_free() - free the words
 * @cmd: the command
 */
void command_free(struct command *cmd);

#endif /* PVBOOT_COMMAND_H */
