// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find the tasks of a kernel, and what they wait for.
 *
 * init_task calls itself "swapper", has the address of its stack, and is the head
 * of a list of others; the stack pointer of each one that sleeps is within its own
 * stack.  That tells all offsets.
 */
#include "tasks.h"

#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "report.h"
#include "stack.h"
#include "symbols.h"
#include "vmlinux.h"

#define IDLE_NAME	"swapper"
#define STRUCT_MAX	(32UL << 10)	/* bytes of a task_struct that are read */
#define STACK_MAX	(32UL << 10)	/* THREAD_SIZE, with KASAN */
#define LIST_MAX	4096
#define FRAME_WORDS	64		/* within which a sleeping task has left schedule() */
#define KERNEL_HALF	0x8000000000000000UL

/**
 * struct layout - a kernel's struct task_struct
 * @init: address of init_task
 * @words: what it holds
 * @count: words in it
 * @comm: offset of its name, in bytes as are the others
 * @list: that of the list of all tasks
 * @stack: that of the address of the stack
 * @sp: that of the stack pointer
 * @task: addresses of the tasks, the newest first; the last one is PID 1
 * @tasks: how many
 */
struct layout {
	unsigned long init;
	unsigned long words[STRUCT_MAX / 8];
	unsigned long count;
	unsigned long comm, list, stack, sp;
	unsigned long task[LIST_MAX];
	unsigned int tasks;
};

static bool word(const struct guest *g, unsigned long va, unsigned long *val)
{
	return guest_read(g, va, val, sizeof(*val));
}

static bool read_name(const struct guest *g, const struct layout *l, unsigned long task,
		      char name[TASK_NAME])
{
	if (!guest_read(g, task + l->comm, name, TASK_NAME))
		return false;
	name[TASK_NAME - 1] = '\0';
	for (char *c = name; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return true;
}

/* The task before @task: they are linked the newest last.  0: the list is none. */
static unsigned long previous(const struct guest *g, const struct layout *l, unsigned long task)
{
	unsigned long link = task + l->list, prev, back;

	if (!word(g, link + 8, &prev) || prev < KERNEL_HALF || prev % 8 ||
	    !word(g, prev, &back) || back != link)
		return 0;
	return prev - l->list;
}

static bool is_list(const struct guest *g, struct layout *l)
{
	unsigned long task = previous(g, l, l->init), stack = 0;

	/*
	 * Names tell nothing: programs choose them.  A zombie has no stack any more, but
	 * PID 1 has one.
	 */
	for (l->tasks = 0; l->tasks < LIST_MAX && task; l->tasks++) {
		if (task == l->init)
			return stack;
		if (!word(g, task + l->stack, &stack) ||
		    (stack && (stack < KERNEL_HALF || stack % PAGE_BYTES)))
			return false;
		l->task[l->tasks] = task;
		task = previous(g, l, task);
	}
	return false;
}

static bool find_list(const struct guest *g, struct layout *l)
{
	for (l->list = 0; l->list + 16 <= l->count * 8; l->list += 8)
		if (is_list(g, l))
			return true;
	return false;
}

static bool find_stack(const struct guest *g, struct layout *l)
{
	unsigned long stack;

	if (!vmlinux_symbol(g->vmlinux, "init_thread_union", &stack, NULL) &&
	    !vmlinux_symbol(g->vmlinux, "init_stack", &stack, NULL))
		return false;
	for (unsigned long i = 0; i < l->count; i++) {
		l->stack = i * 8;
		if (l->words[i] == stack)
			return true;
	}
	return false;
}

/*
 * What lies within the task's own stack in most of them is its stack pointer; if two
 * do, that further back, where struct thread_struct is.
 */
static bool find_sp(const struct guest *g, struct layout *l)
{
	unsigned int votes[STRUCT_MAX / 8] = { 0 };
	unsigned long most = 0;

	for (unsigned int n = 0; n < l->tasks; n++) {
		unsigned long stack;

		if (!guest_read(g, l->task[n], l->words, l->count * 8))
			continue;
		stack = l->words[l->stack / 8];
		/* whole pages: where it begins and ends */
		for (unsigned long i = 0; stack && i < l->count; i++)
			votes[i] += l->words[i] - stack < STACK_MAX &&
				    l->words[i] % PAGE_BYTES && !(l->words[i] % 8);
	}
	for (unsigned long i = 0; i < l->count; i++)
		if (votes[i] >= votes[most])
			most = i;
	l->sp = most * 8;
	return votes[most];
}

static bool find_layout(const struct guest *g, struct layout *l)
{
	unsigned long size;
	const char *comm;

	if (!vmlinux_symbol(g->vmlinux, "init_task", &l->init, &size))
		return false;
	l->count = (size < STRUCT_MAX ? size : STRUCT_MAX) / 8;
	if (!guest_read(g, l->init, l->words, l->count * 8))
		return false;
	comm = memmem(l->words, l->count * 8, IDLE_NAME, strlen(IDLE_NAME));
	if (!comm)
		return false;
	l->comm = comm - (const char *)l->words;
	return find_stack(g, l) && find_list(g, l) && find_sp(g, l);
}

/*
 * One task
 */

static bool in_schedule(const struct guest *g, unsigned long addr)
{
	unsigned long off;
	const char *name = symbols_name(g->syms, addr, &off);

	return name && (!strncmp(name, "__schedule", strlen("__schedule")) ||
			!strncmp(name, "schedule", strlen("schedule")));
}

/* A task sleeps in schedule(), whose frame is at the end of what it has saved. */
static bool find_frame(const struct guest *g, struct vcpu *at)
{
	unsigned long ret;

	for (unsigned int i = 1; i < FRAME_WORDS; i++) {
		if (!word(g, at->sp + 8 * i, &ret))
			return false;
		if (!in_schedule(g, ret))
			continue;
		at->ip = ret;
		return word(g, at->sp + 8 * (i - 1), &at->bp);
	}
	return false;
}

static bool calls_any(const struct vcpu *at, const char * const names[], size_t n)
{
	for (unsigned int i = 0; i < at->nframes; i++)
		if (is_one_of(at->frames[i], names, n))
			return true;
	return false;
}

static bool calls(const struct vcpu *at, const char *name)
{
	return calls_any(at, &name, 1);
}

static bool is_work(const struct vcpu *at)
{
	return calls(at, "process_one_work") || calls(at, "xenwatch_thread");
}

/* A thread of the kernel's that waits for something to do has but its own loop. */
static bool is_idle(const struct vcpu *at)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < at->nframes; i++)
		n += !frame_role(at->frames[i]);
	return calls(at, "kthreadd") ||
	       (calls(at, "kthread") && (!is_work(at) || (calls(at, "xenwatch_thread") && n < 2)));
}

static bool read_task(const struct guest *g, const struct layout *l, unsigned long addr,
		      struct task *task)
{
	unsigned long stack;

	memset(task, 0, sizeof(*task));
	task->at.root = g->root;
	if (!word(g, addr + l->stack, &stack) || !stack ||
	    !read_name(g, l, addr, task->name) ||
	    !word(g, addr + l->sp, &task->at.sp) || !find_frame(g, &task->at))
		return false;
	stack_walk(&task->at, g);
	return task->at.nframes;
}

void tasks_look(struct tasks *t, const struct guest *g)
{
	struct layout *l = calloc(1, sizeof(*l));
	bool found = l && find_layout(g, l);

	t->count = 0;
	for (unsigned int n = 0; found && n < l->tasks; n++) {
		struct task *task = &t->task[t->count];
		bool first = n == l->tasks - 1;

		/* PID 1 always has a place. */
		if ((t->count < TASKS_MAX - 1 || first) && read_task(g, l, l->task[n], task) &&
		    (first || !is_idle(&task->at)))
			t->count++;
	}
	free(l);
}

/*
 * The one that all wait for
 */

static bool waits_for_work(const struct vcpu *at)
{
	static const char * const names[] = {
		"flush_work", "__flush_work", "flush_workqueue", "__flush_workqueue",
		"drain_workqueue", "flush_delayed_work", "async_synchronize_cookie",
		"async_synchronize_cookie_domain", "async_synchronize_full",
		"async_synchronize_full_domain", "wait_for_device_probe",
		"call_usermodehelper_exec", "work_on_cpu",
	};

	return calls_any(at, names, ARRAY_SIZE(names));
}

bool task_waits(const struct task *task)
{
	static const char * const names[] = {
		"do_wait", "do_sys_poll", "do_select", "ep_poll", "do_epoll_wait", "pipe_read",
		"anon_pipe_read", "sigsuspend", "do_sigtimedwait", "__do_sys_pause",
		"__x64_sys_pause", "sys_pause",
		/* Frozen: whoever is to thaw it may hang, it does not. */
		"__refrigerator",
	};

	return calls_any(&task->at, names, ARRAY_SIZE(names));
}

static unsigned int rank(const struct task *task)
{
	if (calls(&task->at, "kernel_init"))
		return 3;
	return task_waits(task) ? 1 : 2;
}

const struct task *tasks_suspect(const struct tasks *t)
{
	const struct task *found = NULL, *works = NULL;

	for (unsigned int i = 0; i < t->count; i++) {
		const struct task *task = &t->task[i];

		if (is_work(&task->at))
			works = task;
		else if (!found || rank(task) > rank(found))
			found = task;
	}
	return found && works && waits_for_work(&found->at) ? works : found;
}
