// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two processes that send a byte to and fro through pipes, so that every
 * transfer is a context switch, for scripts/bench/count.c to count.
 *
 * Two calls of getsid(), which nobody else in the guest makes, mark the window
 * in which it counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WARM_UP		100
#define ROUNDS		2000	/* of two switches each */

static int to_child[2], to_parent[2];

static void pass(int in, int out)
{
	char byte;

	if (read(in, &byte, 1) != 1 || write(out, &byte, 1) != 1)
		exit(1);
}

static void rounds(unsigned int n)
{
	while (n--)
		pass(to_parent[0], to_child[1]);
}

static void mark(void)
{
	syscall(SYS_getsid, 0);
}

int main(void)
{
	int status;
	pid_t pid;

	printf("TAP version 13\n1..1\n");
	fflush(stdout);
	if (pipe(to_child) || pipe(to_parent))
		return 1;
	pid = fork();
	if (pid < 0)
		return 1;
	if (!pid) {
		/* The child has the ball first, and passes it once more than the parent. */
		if (write(to_parent[1], "", 1) != 1)
			return 1;
		for (unsigned int n = 0; n < WARM_UP + ROUNDS; n++)
			pass(to_child[0], to_parent[1]);
		return 0;
	}

	rounds(WARM_UP);
	mark();
	rounds(ROUNDS);
	mark();

	if (waitpid(pid, &status, 0) != pid || status)
		return 1;
	printf("ok 1 a byte went round %d times\n", WARM_UP + ROUNDS);
	return 0;
}
