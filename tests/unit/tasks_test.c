// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the look at the tasks of a kernel that has nothing left to run.
 */
#include "world.h"

#include "../../scripts/pvboot/tasks.h"

/* A task_struct of no version: where things are in it */
#define IN_STACK	32
#define IN_LIST		256
#define IN_NAME		384
#define IN_SP		960

#define TASKS		0xffff888000200000UL
#define STACKS		0xffffc90000400000UL
#define STACK_SIZE	0x4000UL
#define OTHER		0xffff888000100800UL

static struct world w;
static struct tasks t;
static unsigned int made;
static unsigned long newest;

static void link_tasks(unsigned long from, unsigned long to)
{
	poke64(&w, from + IN_LIST, to + IN_LIST);
	poke64(&w, to + IN_LIST + 8, from + IN_LIST);
}

static void name_task(unsigned long task, const char *name)
{
	char comm[TASK_NAME] = "";

	snprintf(comm, sizeof(comm), "%s", name);
	poke(&w, task + IN_NAME, comm, sizeof(comm));
}

/* Make a task that sleeps in @chain, its innermost function first. */
static unsigned long make_task(const char *name, const char *chain)
{
	unsigned long task = TASKS + made * 0x1000, stack = STACKS + made * 2 * STACK_SIZE;
	unsigned long sp = stack + STACK_SIZE - 1024, bp = sp + 128;
	char *copy = strdup(chain), *rest = NULL;

	made++;
	for (unsigned long va = task; va < task + 1024; va += 8)
		poke64(&w, va, 0);
	for (unsigned long va = stack; va < stack + STACK_SIZE; va += PAGE_BYTES)
		at(&w, va);
	name_task(task, name);
	poke64(&w, task + IN_STACK, stack);
	/* and what looks like a stack pointer, but is that of another */
	poke64(&w, task + IN_SP - 8, STACKS + 8);
	poke64(&w, task + IN_SP, sp);
	poke64(&w, task + IN_SP + 8, stack + STACK_SIZE);
	link_tasks(newest, task);
	link_tasks(task, sym(&w, "init_task"));
	newest = task;
	/* four registers, the frame pointer, and where __switch_to() returns to */
	poke64(&w, sp + 8, sym(&w, "panic") + 32);
	poke64(&w, sp + 40, bp);
	poke64(&w, sp + 48, sym(&w, "__schedule") + 32);
	for (char *f = strtok_r(copy, " ", &rest); f; f = strtok_r(NULL, " ", &rest)) {
		poke64(&w, bp, bp + 64);
		poke64(&w, bp + 8, sym(&w, f) + 32);
		bp += 64;
	}
	poke64(&w, bp, 0);
	poke64(&w, bp + 8, 0);
	free(copy);
	return task;
}

static int begin_tasks(void **state)
{
	unsigned long init;

	(void)state;
	begin(&w, "5.10");
	init = sym(&w, "init_task");
	made = 0;
	newest = init;
	poke64(&w, init + IN_STACK, sym(&w, "init_thread_union"));
	/* lists that are none of tasks: an empty one, and one of something else */
	poke64(&w, init + 64, init + 64);
	poke64(&w, init + 72, init + 64);
	poke64(&w, init + 128, OTHER);
	poke64(&w, init + 136, OTHER);
	poke64(&w, OTHER, init + 128);
	poke64(&w, OTHER + 8, init + 128);
	poke64(&w, OTHER - 128 + IN_STACK, 5);
	name_task(init, "swapper/0");
	return 0;
}

static int end_tasks(void **state)
{
	(void)state;
	end(&w);
	return 0;
}

static void suspect_is(const char *name)
{
	tasks_look(&t, &w.g);
	if (!name)
		assert_null(tasks_suspect(&t));
	else
		assert_string_equal(tasks_suspect(&t)->name, name);
}

static void test_initcall(void **state)
{
	(void)state;
	make_task("swapper/0", "faulty_initcall do_one_initcall kernel_init");
	make_task("kthreadd", "kthreadd");
	make_task("kworker/0:0", "kthread");
	suspect_is("swapper/0");
	assert_int_equal(t.count, 1);
	chain_is(&t.task[0].at, "__schedule faulty_initcall do_one_initcall kernel_init");
}

static void test_worker(void **state)
{
	(void)state;
	make_task("swapper/0", "flush_work faulty_initcall kernel_init");
	make_task("kworker/0:0", "panic process_one_work kthread");
	suspect_is("kworker/0:0");
	assert_int_equal(t.count, 2);
	/* not if nobody waits for it */
	make_task("swapper/0", "faulty_initcall kernel_init");
	suspect_is("swapper/0");
}

static void test_programs(void **state)
{
	(void)state;
	make_task("init", "do_wait");
	suspect_is("init");
	make_task("first", "panic");
	make_task("second", "panic start_kernel");
	make_task("shell", "do_wait start_kernel");
	make_task("kworker/0:0", "panic process_one_work kthread");
	suspect_is("second");
	assert_string_equal(t.task[0].name, "kworker/0:0");
	assert_int_equal(t.count, 5);
	/* frozen until another thaws it */
	make_task("frozen", "__refrigerator");
	suspect_is("second");
	/* a function whose name begins alike */
	make_task("waits", "do_wait_for_common");
	suspect_is("waits");
}

/* It has given its stack back, and is in the list until somebody waits for it. */
static void test_zombie(void **state)
{
	(void)state;
	make_task("init", "panic");
	poke64(&w, make_task("zombie", "panic") + IN_STACK, 0);
	suspect_is("init");
}

/* More than there is room for: PID 1 and the newest are there. */
static void test_many(void **state)
{
	(void)state;
	make_task("swapper/0", "faulty_initcall kernel_init");
	for (unsigned int i = 0; i < 20; i++) {
		char name[TASK_NAME];

		snprintf(name, sizeof(name), "program%u", i);
		make_task(name, "panic");
	}
	suspect_is("swapper/0");
	assert_int_equal(t.count, TASKS_MAX);
	assert_string_equal(t.task[0].name, "program19");
}

/* Without frame pointers: what is behind a call, which no address here is. */
static void test_no_frames(void **state)
{
	unsigned long task = make_task("swapper/0", "faulty_initcall kernel_init");

	(void)state;
	poke64(&w, STACKS + STACK_SIZE - 1024 + 40, task);
	suspect_is("swapper/0");
	chain_is(&t.task[0].at, "__schedule");
}

static void test_none(void **state)
{
	(void)state;
	suspect_is(NULL);
	assert_int_equal(t.count, 0);
	/* one that has not run yet */
	poke64(&w, make_task("swapper/0", "kernel_init") + IN_SP, STACKS + 8);
	suspect_is(NULL);
	/* a kernel without an init_task, as far as its name goes */
	name_task(sym(&w, "init_task"), "other");
	suspect_is(NULL);
}

static void test_hostile(void **state)
{
	unsigned long task = make_task("swapper/0", "faulty_initcall kernel_init");
	unsigned long links[] = { 0, 1, ~0UL, ~7UL, task, task + IN_LIST, STACKS, 1UL << 63 };

	(void)state;
	for (unsigned int i = 0; i < 8; i++) {
		poke64(&w, task + IN_LIST + 8, links[i]);
		tasks_look(&t, &w.g);
	}
	link_tasks(sym(&w, "init_task"), task);
	/* a program can call itself what it likes */
	make_task("a\n\x1b[1mb", "panic");
	make_task("", "panic");
	tasks_look(&t, &w.g);
	for (unsigned int i = 0; i < t.count; i++)
		assert_null(strpbrk(t.task[i].name, "\n\x1b"));
	/* frames in a circle */
	poke64(&w, STACKS + STACK_SIZE - 1024 + 128, STACKS + STACK_SIZE - 1024 + 128);
	tasks_look(&t, &w.g);
	assert_int_equal(t.count, 3);
	/* all of the machine is that one task */
	for (unsigned int i = 0; i < 1024; i += 8)
		poke64(&w, sym(&w, "init_task") + i, sym(&w, "init_task") + i);
	suspect_is(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_initcall, begin_tasks, end_tasks),
		cmocka_unit_test_setup_teardown(test_worker, begin_tasks, end_tasks),
		cmocka_unit_test_setup_teardown(test_programs, begin_tasks, end_tasks),
		cmocka_unit_test_setup_teardown(test_zombie, begin_tasks, end_tasks),
		cmocka_unit_test_setup_teardown(test_many, begin_tasks, end_tasks),
		cmocka_unit_test_setup_teardown(test_no_frames, begin_tasks, end_tasks),
		cmocka_unit_test_setup_teardown(test_none, begin_tasks, end_tasks),
		cmocka_unit_test_setup_teardown(test_hostile, begin_tasks, end_tasks),
	};

	return cmocka_run_group_tests_name("tasks", tests, NULL, NULL);
}
