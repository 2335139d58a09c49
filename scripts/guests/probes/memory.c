// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory: what user space can do to its page tables, each of which the kernel hands
 * to Xen and takes back.
 */
#include "probes.h"

#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define MIB		(1024 * 1024UL)
#define GIB		(1024 * MIB)

static char *get_room(size_t size, int more)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | more, -1, 0);

	check(p != MAP_FAILED, "cannot map %zu MiB: %s", size >> 20, strerror(errno));
	return p;
}

static void put(char *at, size_t size, size_t step)
{
	for (size_t i = 0; i < size; i += step)
		*(unsigned long *)(at + i) = (unsigned long)(i ^ 0x5a5a);
}

static void get(const char *at, size_t size, size_t step, const char *when)
{
	for (size_t i = 0; i < size; i += step)
		check(*(unsigned long *)(at + i) == (unsigned long)(i ^ 0x5a5a),
		      "what was written is another thing %s, %#zx from the start", when, i);
}

/* A page in each of many tables, at all levels */
static void sparse(void)
{
	for (int cpu = -1; next_cpu(&cpu);) {
		char *p = get_room(1024 * GIB, 0);
		pid_t pid;

		put(p, 1024 * GIB, 32 * GIB);
		pid = fork();
		if (!pid) {
			get(p, 1024 * GIB, 32 * GIB, "in a child");
			put(p, 64 * GIB, 8 * GIB);
			_exit(0);
		}
		wait_for(pid);
		get(p, 1024 * GIB, 32 * GIB, "after a child");
		munmap(p, 1024 * GIB);
	}
}

static char *shared_text;

static void writes(void)
{
	memset(shared_text, 'c', 4 * PAGE);
}

static void copy_on_write(void)
{
	for (int cpu = -1; next_cpu(&cpu);) {
		shared_text = get_room(4 * PAGE, 0);
		memset(shared_text, 'p', 4 * PAGE);
		for (int i = 0; i < 2; i++) {
			wait_for(child(writes));
			for (size_t n = 0; n < 4 * PAGE; n += PAGE)
				check(shared_text[n] == 'p', "a child writes to our page on CPU %d",
				      cpu);
		}
		munmap(shared_text, 4 * PAGE);
	}
}

/* By tables as a whole, where places allow it, and page by page */
static void moved(void)
{
	char *room = get_room(130 * MIB, 0), *p;
	static const size_t places[] = { 0, 16 * MIB, 32 * MIB + 5 * PAGE, 64 * MIB };

	room = (char *)(((unsigned long)room + 2 * MIB - 1) & ~(2 * MIB - 1));
	p = room + 96 * MIB;
	put(p, 8 * MIB, 128 * PAGE);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		char *to = mremap(p, 8 * MIB, 8 * MIB, MREMAP_MAYMOVE | MREMAP_FIXED,
				  room + places[i]);

		check(to == room + places[i], "cannot move: %s", strerror(errno));
		get(to, 8 * MIB, 128 * PAGE, "after a move");
		p = to;
	}
}

static char *target;

static void read_target(void)
{
	load_byte(target);
}

static void write_target(void)
{
	store_byte(target);
}

static void protected(void)
{
	target = get_room(64 * PAGE, 0);
	for (int cpu = -1; next_cpu(&cpu);) {
		memset(target, 1, 64 * PAGE);
		for (int i = 0; i < 2; i++) {
			mprotect(target, 64 * PAGE, PROT_READ);
			check(!attempt(read_target).sig && attempt(write_target).sig == SIGSEGV,
			      "a page to be read is not that on CPU %d", cpu);
			mprotect(target, 64 * PAGE, PROT_NONE);
			check(attempt(read_target).sig == SIGSEGV,
			      "a page without rights can be read on CPU %d", cpu);
			mprotect(target, 64 * PAGE, PROT_READ | PROT_WRITE);
			check(!attempt(write_target).sig, "a page cannot be written on CPU %d",
			      cpu);
		}
		madvise(target, 64 * PAGE, MADV_DONTNEED);
		check(!*target, "a page that was given back holds something on CPU %d", cpu);
	}
}

/* Code that is written, made to be run, run, and written again */
static void written_code(void)
{
	unsigned char *text = (unsigned char *)get_room(PAGE, 0);

	for (int cpu = -1; next_cpu(&cpu);) {
		for (int i = 0; i < 8; i++) {
			unsigned char mov[] = { 0xb8, i, cpu, 0, 0, 0xc3 };

			mprotect(text, PAGE, PROT_READ | PROT_WRITE);
			memcpy(text, mov, sizeof(mov));
			mprotect(text, PAGE, PROT_READ | PROT_EXEC);
			check(((int (*)(void))text)() == (cpu << 8 | i),
			      "other code runs on CPU %d", cpu);
		}
	}
}

/* Either there are none, or they work. */
static void huge_pages(void)
{
	char *p;

	if (is_guest())
		write_to("/proc/sys/vm/nr_hugepages", "2");
	p = mmap(NULL, 2 * MIB, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (is_guest())
		write_to("/proc/sys/vm/nr_hugepages", "0");
	if (p == MAP_FAILED)
		return;
	put(p, 2 * MIB, PAGE);
	get(p, 2 * MIB, PAGE, "in a huge page");
	munmap(p, 2 * MIB);
	p = mmap(NULL, 4 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(p, 4 * MIB, MADV_HUGEPAGE);
	put(p, 4 * MIB, 4 * PAGE);
	get(p, 4 * MIB, 4 * PAGE, "in pages that may be huge");
}

/*
 * The kernel's own: each thread has a stack in vmalloc space, as have large lists of
 * groups, and all go back while others run.
 */
static void *in_thread(void *arg)
{
	char *p = get_room(16 * PAGE, 0);

	put(p, 16 * PAGE, PAGE);
	get(p, 16 * PAGE, PAGE, "in a thread");
	munmap(p, 16 * PAGE);
	return arg;
}

static void threads(void)
{
	for (int round = 0; round < 2; round++) {
		pthread_t t[10];

		for (size_t i = 0; i < ARRAY_SIZE(t); i++)
			check(!pthread_create(&t[i], NULL, in_thread, NULL), "no thread");
		for (size_t i = 0; i < ARRAY_SIZE(t); i++)
			pthread_join(t[i], NULL);
	}
}

/* A table of files is 8 MiB then, so vmalloc might take large pages, which Xen has not. */
static void many_files(void)
{
	struct rlimit most = { .rlim_cur = 1UL << 20, .rlim_max = 1UL << 20 };

	check(!setrlimit(RLIMIT_NOFILE, &most) &&
	      dup2(STDOUT_FILENO, most.rlim_cur - 1) > 0, "no large table of files: %s",
	      strerror(errno));
}

static void vmalloc(void)
{
	static gid_t groups[65536];

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		groups[i] = i;
	for (int cpu = -1; next_cpu(&cpu);) {
		for (int i = 0; i < 3; i++) {
			check(!setgroups(ARRAY_SIZE(groups) >> i, groups),
			      "no groups on CPU %d: %s", cpu, strerror(errno));
			sched_yield();
		}
		wait_for(child(many_files));
	}
	setgroups(0, NULL);
}

static void busy(void)
{
	for (int i = 0; i < 4; i++) {
		char *p = get_room(4 * MIB, 0);

		put(p, 4 * MIB, 16 * PAGE);
		madvise(p, MIB, MADV_DONTNEED);
		munmap(p, 4 * MIB);
		if (i % 2 == 0) {
			pid_t pid = fork();

			if (!pid)
				_exit(0);
			wait_for(pid);
		}
	}
}

/* Several processes at once, each with more tables than it keeps */
static void load(void)
{
	pid_t pids[8];
	int n = 2 * count_cpus();

	if (n > 8)
		n = 8;
	for (int i = 0; i < n; i++)
		pids[i] = child(busy);
	for (int i = 0; i < n; i++)
		wait_for(pids[i]);
}

#define LRU_GEN		"/sys/kernel/debug/lru_gen"

/* The newest generation of the root group's pages, or -1 if the kernel has none */
static int newest(int *memcg)
{
	FILE *f = fopen(LRU_GEN, "r");
	int gen = -1, id, groups = 0;
	char line[64];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "memcg %d", &id) == 1) {
			if (groups++)
				break;
			*memcg = id;
		}
		sscanf(line, "%d", &gen);
	}
	if (f)
		fclose(f);
	return gen;
}

/* Reclaim looks at who has used what: told to, without a lack of memory. */
static void aged(void)
{
	char *p = get_room(4 * MIB, 0), words[64];
	int gen, memcg = 0;

	put(p, 4 * MIB, 4 * PAGE);
	madvise(p, 2 * MIB, 20 /* MADV_COLD */);
	get(p, 4 * MIB, 4 * PAGE, "after it was called cold");
	madvise(p, 2 * MIB, 21 /* MADV_PAGEOUT */);
	get(p, 4 * MIB, 4 * PAGE, "after it was to go");

	/* Where that is not enabled, it stays the same. */
	for (int i = 0; i < 3 && (gen = newest(&memcg)) >= 0; i++) {
		/* + memcg node generation, with anonymous memory, by page tables */
		snprintf(words, sizeof(words), "+ %d 0 %d 1 1", memcg, gen);
		check(write_to(LRU_GEN, words), "no new generation: %s", strerror(errno));
		put(p, 4 * MIB, 4 * PAGE);
	}
}

const struct probe memory_probes[] = {
	{ "memory.sparse", sparse },
	{ "memory.private", copy_on_write },
	{ "memory.moved", moved },
	{ "memory.protected", protected },
	{ "memory.text", written_code },
	{ "memory.huge", huge_pages },
	{ "memory.threads", threads },
	{ "memory.vmalloc", vmalloc },
	{ "memory.load", load },
	{ "memory.aged", aged },
	{ 0 }
};
