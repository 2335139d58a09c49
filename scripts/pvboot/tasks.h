/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tasks of a kernel wait for that has nothing left to run: the chain of
 * functions in which each one sleeps, read from memory.
 */
#ifndef PVBOOT_TASKS_H
#define PVBOOT_TASKS_H

#include "vcpus.h"

#define TASKS_MAX	16
#define TASK_NAME	16

/**
 * struct task - one that sleeps
 * @name: what it calls itself, in printable characters
 * @at: where it goes on when it is woken
 */
struct task {
	char name[TASK_NAME];
	struct vcpu at;
};

/**
 * struct tasks - those that somebody waits for; the newest first
 * @task: PID 1, programs, and workers with work on their hands
 * @count: how many
 */
struct tasks {
	struct task task[TASKS_MAX];
	unsigned int count;
};

/**
 * tasks_look() - find out where they sleep
 * @t: where to put them
 * @g: the kernel that they are of; it stands still
 *
 * Where in struct task_struct (include/linux/sched.h) is what differs from build to
 * build, so it is found by its contents.
 */
void tasks_look(struct tasks *t, const struct guest *g);

/**
 * tasks_suspect() - which one does all wait for?
 * @t: the tasks
 *
 * Return: PID 1 while it is the kernel's, else a program that does not wait for
 * another, else any program.  If that one waits for work to be done, whoever has
 * work on his hands.  NULL: none.
 */
const struct task *tasks_suspect(const struct tasks *t);

/**
 * task_waits() - does it wait for another program?
 * @task: a task
 *
 * Return: true if it sleeps until a program ends or says something.
 */
bool task_waits(const struct task *task);

#endif /* PVBOOT_TASKS_H */
