// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the look from outside: a machine's memory, a kernel in it, and where
 * its vCPUs are.
 */
#include "world.h"

#define STACK		0xffffc90000200000UL
#define XEN_STACK	0xffff830000008000UL
#define AREA		0xffff888000100000UL

/*
 * memory.c
 */

static void test_memory(void **state)
{
	struct memory m;
	unsigned long word = 0x1122334455667788UL, back;

	(void)state;
	/* 4 GiB, of which nothing is really there: three below the hole */
	assert_true(memory_create(&m, 4UL << 30, 0));
	assert_int_equal(pwrite(m.fd, &word, 8, 3UL << 30), 8);
	assert_true(memory_read(&m, 4UL << 30, &back, 8));
	assert_int_equal(back, word);
	assert_false(memory_read(&m, 3UL << 30, &back, 8));
	assert_false(memory_read(&m, (3UL << 30) - 4, &back, 8));
	assert_true(memory_read(&m, (5UL << 30) - 8, &back, 8));
	assert_false(memory_read(&m, (5UL << 30) - 4, &back, 8));
	assert_false(memory_read(&m, ~0UL, &back, 8));
	memory_close(&m);
	/* the same with 36 MiB there, and a machine that has less than that */
	assert_true(memory_create(&m, 4UL << 30, 36UL << 20));
	assert_int_equal(pwrite(m.fd, &word, 8, 36UL << 20), 8);
	assert_true(memory_read(&m, 4UL << 30, &back, 8));
	assert_int_equal(back, word);
	assert_false(memory_read(&m, 36UL << 20, &back, 8));
	memory_close(&m);
	assert_true(memory_create(&m, 16UL << 20, 36UL << 20));
	assert_true(memory_read(&m, (16UL << 20) - 8, &back, 8));
	assert_false(memory_read(&m, 4UL << 30, &back, 8));
	memory_close(&m);
}

static void test_walk(void **state)
{
	unsigned long addr, table;
	struct world w;
	unsigned long entry;

	(void)state;
	begin(&w, "5.10");
	assert_true(memory_walk(&w.mem, w.root, STACK, &addr) == false);
	at(&w, STACK);
	assert_true(memory_walk(&w.mem, w.root, STACK + 8, &addr));
	assert_int_equal(addr, at(&w, STACK) + 8);
	/* a large page, as Xen maps all memory */
	entry = 0x600000 | 0xe3;
	at(&w, 0xffff830000200000UL);
	table = w.root;
	for (int level = 3; level >= 1; level--) {
		unsigned long where = table + (0xffff830000200000UL >> (12 + 9 * level)) % 512 * 8;

		if (level == 1)
			put(&w, where, &entry, 8);
		assert_true(memory_read(&w.mem, where, &table, 8));
		table &= ~0xfffUL;
	}
	assert_true(memory_walk(&w.mem, w.root, 0xffff830000212345UL, &addr));
	assert_int_equal(addr, 0x612345);
	/* tables that are nowhere, and one that is its own */
	assert_false(memory_walk(&w.mem, MACHINE, STACK, &addr));
	entry = w.root | 0x67;
	for (unsigned int i = 0; i < 512; i++)
		put(&w, w.root + 8 * i, &entry, 8);
	assert_true(memory_walk(&w.mem, w.root, STACK, &addr));
	end(&w);
}

/*
 * guest.c
 */

static void test_find(void **state)
{
	unsigned long dom0, domu;
	struct world w;

	(void)state;
	begin(&w, "5.10");
	dom0 = w.root;
	assert_false(guest_find(&w.g, false, NULL, NULL));
	load(&w, false);
	domu = w.root;
	assert_true(guest_find(&w.g, true, NULL, NULL));
	assert_int_equal(w.g.root, dom0);
	assert_true(guest_find(&w.g, false, NULL, NULL));
	assert_int_equal(w.g.root, domu);
	assert_true(guest_maps(&w.g, domu));
	assert_false(guest_maps(&w.g, dom0));
	assert_false(guest_maps(&w.g, 0));
	end(&w);
}

static bool has_root(void *ctx, const struct guest *g)
{
	return g->root == *(unsigned long *)ctx;
}

/* Of two that are the same only the caller can tell which is meant. */
static void test_find_twin(void **state)
{
	unsigned long first, second;
	struct world w;

	(void)state;
	begin(&w, "5.10");
	first = w.root;
	load(&w, true);
	second = w.root;
	assert_true(guest_find(&w.g, true, has_root, &first));
	assert_int_equal(w.g.root, first);
	assert_true(guest_find(&w.g, true, has_root, &second));
	assert_int_equal(w.g.root, second);
	second = 0;
	assert_true(guest_find(&w.g, true, has_root, &second));
	end(&w);
}

/* It calls itself the same, but its constants are others. */
static void test_find_other(void **state)
{
	unsigned char other[PAGE_BYTES];
	struct world w;

	(void)state;
	begin(&w, "5.10");
	memset(other, 0xaa, sizeof(other));
	for (unsigned int i = 4; i < 8; i++)
		poke(&w, 0xffffffff81100000UL + i * PAGE_BYTES, other, sizeof(other));
	assert_false(guest_find(&w.g, true, NULL, NULL));
	load(&w, true);
	assert_true(guest_find(&w.g, true, NULL, NULL));
	assert_int_equal(w.g.root, w.root);
	end(&w);
}

static void test_find_in_noise(void **state)
{
	unsigned char page[PAGE_BYTES];
	struct world w;

	(void)state;
	begin(&w, "5.10");
	memory_close(&w.mem);
	assert_true(memory_create(&w.mem, MACHINE, 0));
	srand(1);
	for (unsigned long f = 0; f < FRAMES; f++) {
		/* entries that are present and lead somewhere */
		for (unsigned int i = 0; i < 512; i++) {
			unsigned long entry = (unsigned long)(rand() % FRAMES) * PAGE_BYTES | 0x67;

			memcpy(page + 8 * i, &entry, 8);
		}
		put(&w, f * PAGE_BYTES, page, sizeof(page));
	}
	assert_false(guest_find(&w.g, true, NULL, NULL));
	end(&w);
}

/*
 * stack.c and vcpus.c
 */

/* Build a stack upwards from @sp.  Return: where the next word goes. */
static unsigned long push_frame(struct world *w, unsigned long bp, unsigned long next,
				const char *caller)
{
	poke64(w, bp, next);
	poke64(w, bp + 8, sym(w, caller) + 32);
	return bp + 16;
}

static void registers(char *buf, unsigned int cpu, unsigned long ip, unsigned long sp,
		      unsigned long bp, unsigned int cs, unsigned long root, unsigned long gs)
{
	sprintf(buf + strlen(buf), "CPU#%u\r\n"
		"RAX=0000000000000000 RBX=0000000000000000 RCX=0000000000000000 RDX=0000000000000000\r\n"
		"RSI=0000000000000000 RDI=0000000000000000 RBP=%016lx RSP=%016lx\r\n"
		"RIP=%016lx RFL=00000246 [---Z-P-] CPL=%u II=0 A20=1 SMM=0 HLT=0\r\n"
		"ES =0000 0000000000000000 00000000 00000000\r\n"
		"CS =%04x 0000000000000000 ffffffff 00a0fb00 DPL=3 CS64 [-RA]\r\n"
		"GS =0000 %016lx 00000000 00000000\r\n"
		"CR0=80050033 CR2=00000000004dd408 CR3=%016lx CR4=00000660\r\n\r\n",
		cpu, bp, sp, ip, cs & 3, cs, gs, root);
}

/* A kernel with one vCPU's area, and what is known and said of its vCPUs. */
static struct world w;
static struct vcpus v;
static char text[8192];

static int begin_vcpus(void **state)
{
	(void)state;
	begin(&w, "5.10");
	poke_sym(&w, "__per_cpu_offset", AREA, 8);
	text[0] = '\0';
	return 0;
}

static int end_vcpus(void **state)
{
	(void)state;
	end(&w);
	return 0;
}

static void test_vcpu_runs(void **state)
{
	(void)state;
	push_frame(&w, STACK, STACK + 64, "do_one_initcall");
	push_frame(&w, STACK + 64, STACK + 128, "kernel_init");
	push_frame(&w, STACK + 128, 0, "asm_entry");
	registers(text, 0, sym(&w, "faulty_initcall") + 20, STACK - 64, STACK, 0xe033, w.root,
		  AREA);
	vcpus_init(&v, &w.g);
	assert_int_equal(v.count, 1);
	assert_int_equal(vcpus_look(&v, &w.g, text), 1);
	chain_is(&v.vcpu[0], "faulty_initcall do_one_initcall kernel_init");
	assert_int_equal(v.vcpu[0].state, VCPU_RUNS);
	assert_ptr_equal(vcpus_suspect(&v), &v.vcpu[0]);
}

/* An idle vCPU, as its processor has saved it when Xen took over. */
static void test_vcpu_in_xen(void **state)
{
	unsigned long top = XEN_STACK + 0x8000, regs = top - 64 - 168;

	(void)state;
	at(&w, top - 8);
	/* struct cpu_user_regs: rbp, rip, cs, rflags, rsp, ss */
	poke64(&w, regs + 32, STACK);
	poke64(&w, regs + 128, sym(&w, "xen_hypercall") + 8);
	poke64(&w, regs + 136, 0x00000001e033);
	poke64(&w, regs + 144, 0x246);
	poke64(&w, regs + 152, STACK - 64);
	poke64(&w, regs + 160, 0xe02b);
	/* left by the hypercall, then where it returns to */
	poke64(&w, STACK - 64, 0x246);
	poke64(&w, STACK - 56, sym(&w, "xen_hypercall") + 8);
	poke64(&w, STACK - 48, sym(&w, "xen_safe_halt") + 20);
	push_frame(&w, STACK, STACK + 64, "default_idle");
	push_frame(&w, STACK + 64, 0, "do_idle");
	registers(text, 0, 0xffff82d040322009UL, XEN_STACK + 0x7000, 1, 0xe008, w.root, AREA);
	vcpus_init(&v, &w.g);
	assert_int_equal(vcpus_look(&v, &w.g, text), 1);
	chain_is(&v.vcpu[0], "xen_hypercall xen_safe_halt default_idle do_idle");
	assert_int_equal(v.vcpu[0].state, VCPU_IDLE);
	assert_null(vcpus_suspect(&v));
	/* nothing of the guest's there */
	poke64(&w, regs + 136, 0xe008);
	vcpus_init(&v, &w.g);
	assert_int_equal(vcpus_look(&v, &w.g, text), 0);
}

static void test_vcpu_interrupted(void **state)
{
	(void)state;
	/* spins in an exception handler that a marked frame leads out of */
	push_frame(&w, STACK, (STACK + 256) | 1, "asm_entry");
	poke64(&w, STACK + 256 + 32, STACK + 512);
	poke64(&w, STACK + 256 + 128, sym(&w, "faulty_initcall") + 20);
	at(&w, STACK + 512);
	push_frame(&w, STACK + 512, 0, "do_one_initcall");
	registers(text, 0, sym(&w, "queued_spin_lock_slowpath") + 20, STACK - 64, STACK, 0xe033,
		  w.root, AREA);
	vcpus_init(&v, &w.g);
	assert_int_equal(vcpus_look(&v, &w.g, text), 1);
	chain_is(&v.vcpu[0], "queued_spin_lock_slowpath faulty_initcall do_one_initcall");
	assert_int_equal(v.vcpu[0].state, VCPU_WAITS);
	/* seen later, it has got on, and does not again */
	text[0] = '\0';
	poke64(&w, STACK + 512 + 8, sym(&w, "do_idle") + 20);
	registers(text, 0, sym(&w, "panic") + 20, STACK - 64, STACK, 0xe033, w.root, AREA);
	assert_int_equal(vcpus_look(&v, &w.g, text), 1);
	chain_is(&v.vcpu[0], "panic faulty_initcall do_idle");
	assert_int_equal(v.vcpu[0].state, VCPU_INTERRUPT);
	assert_ptr_equal(vcpus_suspect(&v), &v.vcpu[0]);
	poke64(&w, STACK + 512 + 8, sym(&w, "do_one_initcall") + 20);
	assert_int_equal(vcpus_look(&v, &w.g, text), 1);
	assert_int_equal(v.vcpu[0].state, VCPU_INTERRUPT);
}

/* It is in a loop: what calls all that it was seen in, stays. */
static void test_vcpu_loops(void **state)
{
	(void)state;
	push_frame(&w, STACK - 64, STACK, "faulty_initcall");
	push_frame(&w, STACK, STACK + 64, "do_one_initcall");
	push_frame(&w, STACK + 64, 0, "kernel_init");
	registers(text, 0, sym(&w, "panic") + 20, STACK - 128, STACK - 64, 0xe033, w.root, AREA);
	vcpus_init(&v, &w.g);
	vcpus_look(&v, &w.g, text);
	text[0] = '\0';
	registers(text, 0, sym(&w, "faulty_initcall") + 20, STACK - 64, STACK, 0xe033, w.root,
		  AREA);
	vcpus_look(&v, &w.g, text);
	chain_is(&v.vcpu[0], "faulty_initcall do_one_initcall kernel_init");
	/* Another task's stack has nothing of that. */
	push_frame(&w, STACK + 64, 0, "start_kernel");
	vcpus_look(&v, &w.g, text);
	chain_is(&v.vcpu[0], "faulty_initcall do_one_initcall kernel_init");
}

/* However deep in interrupts, it was idle. */
static void test_vcpu_deep(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 40; i++)
		push_frame(&w, STACK + i * 64, STACK + (i + 1) * 64, i < 39 ? "panic" : "do_idle");
	registers(text, 0, sym(&w, "panic") + 20, STACK - 64, STACK, 0xe033, w.root, AREA);
	vcpus_init(&v, &w.g);
	assert_int_equal(vcpus_look(&v, &w.g, text), 1);
	assert_int_equal(v.vcpu[0].state, VCPU_INTERRUPT);
}

static void test_vcpu_hostile(void **state)
{
	unsigned long bps[] = { STACK, STACK + 1, STACK | 7, 0, 1, ~0UL, ~7UL, 1UL << 47 };

	(void)state;
	/* frames in a circle */
	push_frame(&w, STACK, STACK + 64, "kernel_init");
	push_frame(&w, STACK + 64, STACK, "do_one_initcall");
	/* and saved registers that lead back to themselves */
	poke64(&w, STACK + 32, STACK + 1);
	poke64(&w, STACK + 128, sym(&w, "panic"));
	for (unsigned int i = 0; i < sizeof(bps) / sizeof(*bps); i++) {
		text[0] = '\0';
		registers(text, 0, sym(&w, "panic") + 20, bps[i], bps[i], 0xe033, w.root, AREA);
		vcpus_init(&v, &w.g);
		assert_int_equal(vcpus_look(&v, &w.g, text), 1);
		assert_in_range(v.vcpu[0].nframes, 1, VCPU_FRAMES);
	}
}

/* What is not the guest's: another table, another area, user space, no registers. */
static void test_vcpu_others(void **state)
{
	(void)state;
	registers(text, 0, sym(&w, "panic") + 20, STACK, STACK, 0xe033, new_root(&w), AREA);
	registers(text, 1, sym(&w, "panic") + 20, STACK, STACK, 0xe033, MACHINE, AREA);
	vcpus_init(&v, &w.g);
	assert_int_equal(vcpus_look(&v, &w.g, text), 0);
	assert_int_equal(vcpus_look(&v, &w.g, ""), 0);
	assert_int_equal(vcpus_look(&v, &w.g, "CPU#"), 0);
	assert_int_equal(vcpus_look(&v, &w.g, "CPU#0\r\nRIP=1 RSP=2 CPU#CPU#\r\nGS ="), 0);
	text[0] = '\0';
	registers(text, 0, 0x401000, 0x7fff0000, 0, 0xe033, w.g.root, AREA);
	assert_int_equal(vcpus_look(&v, &w.g, text), 1);
	assert_int_equal(v.vcpu[0].state, VCPU_USER);
	assert_null(vcpus_suspect(&v));
}

/* A program runs by a table of its own, which has the kernel's for the vsyscall page. */
static void test_vcpu_program(void **state)
{
	unsigned long entry = at(&w, sym(&w, "level3_user_vsyscall")) | 0x67;
	unsigned long table = new_root(&w), other = entry + PAGE_BYTES;

	(void)state;
	put(&w, table + 511 * 8, &other, 8);
	registers(text, 0, 0x401000, 0x7fff0000, 0, 0xe033, table, 0);
	vcpus_init(&v, &w.g);
	assert_int_equal(vcpus_look(&v, &w.g, text), 0);
	assert_false(v.program);
	put(&w, table + 511 * 8, &entry, 8);
	assert_int_equal(vcpus_look(&v, &w.g, text), 0);
	assert_true(v.program);
	assert_null(vcpus_suspect(&v));
}

/* As Xen 4.17's xenctx -a -C prints it, without the lines that nobody asks for. */
static void context(char *buf, unsigned int vcpu, unsigned long ip, unsigned long bp,
		    unsigned long root, unsigned long gs)
{
	sprintf(buf + strlen(buf), "vcpu%u:\nrip: %016lx\nrsp: %016lx\n"
		"rbp: %016lx\t r8: 0000000000000000\t r9: 0000000000000000\n"
		" gs: 0000 @ %016lx/0000000000000000\ncr3: %08lx\n", vcpu, ip, bp - 64, bp, gs,
		root);
}

/* One that has shut its domain down, and that no processor runs any more. */
static void test_vcpu_context(void **state)
{
	(void)state;
	poke64(&w, sym(&w, "__per_cpu_offset") + 8, AREA + 0x10000);
	poke64(&w, STACK - 64, sym(&w, "faulty_initcall") + 20);
	push_frame(&w, STACK, STACK + 64, "do_one_initcall");
	push_frame(&w, STACK + 64, 0, "kernel_init");
	context(text, 0, sym(&w, "xen_hypercall") + 8, STACK, w.root, AREA);
	context(text, 1, sym(&w, "panic") + 8, STACK, MACHINE, AREA);
	strcat(text, "vcpu2 offline\nvcpu3:\nrip: 1\n gs:\n");
	vcpus_init(&v, &w.g);
	vcpus_context(&v, &w.g, text);
	chain_is(&v.vcpu[0], "xen_hypercall faulty_initcall do_one_initcall kernel_init");
	assert_int_equal(v.vcpu[0].state, VCPU_RUNS);
	assert_ptr_equal(vcpus_suspect(&v), &v.vcpu[0]);
	vcpus_init(&v, &w.g);
	vcpus_context(&v, &w.g, strstr(text, "vcpu1"));
	assert_null(vcpus_suspect(&v));
}

#define vcpu_test(f)	cmocka_unit_test_setup_teardown(f, begin_vcpus, end_vcpus)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_twin),
		cmocka_unit_test(test_find_other),
		cmocka_unit_test(test_find_in_noise),
		vcpu_test(test_vcpu_runs),
		vcpu_test(test_vcpu_in_xen),
		vcpu_test(test_vcpu_interrupted),
		vcpu_test(test_vcpu_loops),
		vcpu_test(test_vcpu_deep),
		vcpu_test(test_vcpu_hostile),
		vcpu_test(test_vcpu_others),
		vcpu_test(test_vcpu_program),
		vcpu_test(test_vcpu_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
