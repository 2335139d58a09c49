// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit test of write_cr3 in a running Xen PV guest
 *
 * A vCPU has two page-table bases, one for the kernel and one for user space.
 * The hypervisor tells a guest only the first, so mmu_pv.c, which includes this
 * file, reports every load to cr3_test_record().
 *
 * It all runs once, at boot and before init memory is freed, hence the __init.
 */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/kallsyms.h>
#include <linux/kthread.h>
#include <linux/mman.h>
#include <linux/mmzone.h>
#include <linux/percpu.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/uaccess.h>

#include <asm/insn.h>
#include <asm/text-patching.h>

/* Far apart, so that each needs a top-level entry of its own. */
static const unsigned long cr3_test_addr[] __initconst = {
	0x010000000000, 0x5d0000000000,
};

/**
 * struct cr3_test_loads - what a CPU has loaded
 * @kernel: how many kernel bases...
 * @user: ...and how many user bases
 * @user_base: the last user base, as a physical address; 0 is none
 */
struct cr3_test_loads {
	unsigned long kernel;
	unsigned long user;
	unsigned long user_base;
};

static DEFINE_PER_CPU(struct cr3_test_loads, cr3_test_loads);

/* The loads from before there were struct pages, in their order. */
static struct {
	bool kernel;
	unsigned long cr3;
} cr3_test_early[8] __initdata;

static unsigned int cr3_test_nr_early __initdata;

/* __ref: the last struct page to come up ends the use of init memory. */
static void __ref cr3_test_record(bool kernel, unsigned long cr3)
{
	if (!pfn_valid(PFN_DOWN(__pa(swapper_pg_dir)))) {
		unsigned int n = cr3_test_nr_early++;

		if (n < ARRAY_SIZE(cr3_test_early)) {
			cr3_test_early[n].kernel = kernel;
			cr3_test_early[n].cr3 = cr3;
		}
	} else if (kernel) {
		this_cpu_inc(cr3_test_loads.kernel);
	} else {
		this_cpu_inc(cr3_test_loads.user);
		this_cpu_write(cr3_test_loads.user_base, cr3);
	}
}

/**
 * struct cr3_test_state - what this CPU runs on, as everybody sees it
 * @loads: loads so far
 * @cr3: the kernel base last asked for
 * @current_cr3: the kernel base last issued
 * @read: what the kernel reads as cr3
 * @hypervisor: what the hypervisor has, a machine address
 * @machine: @cr3 as a machine address
 * @mm: the kernel base of the loaded mm
 * @mm_user: the user base of the loaded mm, or 0
 */
struct cr3_test_state {
	struct cr3_test_loads loads;
	unsigned long cr3;
	unsigned long current_cr3;
	unsigned long read;
	unsigned long hypervisor;
	unsigned long machine;
	unsigned long mm;
	unsigned long mm_user;
};

static unsigned long __init cr3_test_user_base(struct mm_struct *mm)
{
	pgd_t *user_pgd = xen_get_user_pgd(mm->pgd);

	return user_pgd ? __pa(user_pgd) : 0;
}

/* Interrupts are off. */
static void __init cr3_test_read(void *info)
{
	struct mm_struct *mm = this_cpu_read(cpu_tlbstate.loaded_mm);
	struct cr3_test_state *s = info;

	s->loads = *this_cpu_ptr(&cr3_test_loads);
	s->cr3 = this_cpu_read(xen_cr3);
	s->current_cr3 = this_cpu_read(xen_current_cr3);
	s->read = read_cr3_pa();
	/* Xen emulates the instruction. */
	s->hypervisor = __native_read_cr3();
	s->machine = PFN_PHYS(pfn_to_mfn(PFN_DOWN(s->cr3)));
	s->mm = __pa(mm->pgd);
	s->mm_user = cr3_test_user_base(mm);
}

static void __init cr3_test_read_here(struct cr3_test_state *s)
{
	unsigned long flags;

	local_irq_save(flags);
	cr3_test_read(s);
	local_irq_restore(flags);
}

/* All views of a CPU's bases are one. */
static void __init cr3_test_agree(struct kunit *test,
				  const struct cr3_test_state *s,
				  unsigned int cpu)
{
	KUNIT_EXPECT_EQ_MSG(test, s->cr3, s->mm, "xen_cr3, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s->current_cr3, s->mm,
			    "xen_current_cr3, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s->read, s->mm, "read_cr3, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s->hypervisor, s->machine,
			    "Xen's kernel base, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s->loads.user_base, s->mm_user,
			    "user base, CPU %u", cpu);
}

static void __init cr3_test_slot(struct kunit *test)
{
	unsigned long slot = (unsigned long)pv_ops.mmu.write_cr3;
	unsigned long full = (unsigned long)xen_write_cr3;

	KUNIT_EXPECT_EQ_MSG(test, slot, full, "write_cr3 is %ps", (void *)slot);
}

/*
 * There are two early loads: xen_setup_kernel_pagetable() does its own, the one
 * of init_mem_mapping() comes through the first stage of write_cr3.  Neither may
 * touch the user base.
 */
static void __init cr3_test_first_stage(struct kunit *test)
{
	unsigned int n = min_t(unsigned int, cr3_test_nr_early,
			       ARRAY_SIZE(cr3_test_early));

	for (unsigned int i = 0; i < n; i++) {
		KUNIT_EXPECT_TRUE_MSG(test, cr3_test_early[i].kernel,
				      "early load %u is of a user base", i);
		KUNIT_EXPECT_EQ_MSG(test, cr3_test_early[i].cr3,
				    __pa(swapper_pg_dir), "early load %u", i);
	}
	KUNIT_EXPECT_EQ_MSG(test, cr3_test_nr_early, 2,
			    "loads before there are struct pages");
}

/*
 * One call site of many: alternative_instructions() has to have found the full
 * function in the slot.
 */
static void __init cr3_test_call_site(struct kunit *test)
{
	unsigned long addr = (unsigned long)initialize_tlbstate_and_flush;
	unsigned long full = (unsigned long)xen_write_cr3;
	unsigned long first = (unsigned long)xen_write_cr3_init;
	unsigned int found = 0;
	unsigned long size, end;

#ifdef X86_FEATURE_CALL_DEPTH
	if (cpu_feature_enabled(X86_FEATURE_CALL_DEPTH))
		kunit_skip(test, "calls go to thunks");
#endif
	if (!kallsyms_lookup_size_offset(addr, &size, NULL))
		kunit_skip(test, "the size of a caller is not known");

	for (end = addr + size; addr < end;) {
		unsigned long dest;
		struct insn insn;

		KUNIT_ASSERT_EQ(test, insn_decode_kernel(&insn, (void *)addr), 0);
		addr += insn.length;
		if (insn.opcode.bytes[0] != CALL_INSN_OPCODE)
			continue;
		dest = addr + insn.immediate.value;
		found += dest == full;
		KUNIT_EXPECT_NE_MSG(test, dest, first,
				    "a call of the first stage remains");
	}
	KUNIT_EXPECT_EQ_MSG(test, found, 1, "direct calls of xen_write_cr3");
}

static void __init cr3_test_every_cpu(struct kunit *test)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct cr3_test_state s;

		KUNIT_ASSERT_EQ(test, smp_call_function_single(cpu, cr3_test_read,
							       &s, 1), 0);
		cr3_test_agree(test, &s, cpu);
		KUNIT_EXPECT_NE_MSG(test, s.loads.user, 0,
				    "no full load, CPU %u", cpu);
	}
}

static void __init cr3_test_reload(struct kunit *test)
{
	struct cr3_test_state old, new;
	unsigned long flags;

	local_irq_save(flags);
	cr3_test_read(&old);
	write_cr3(__read_cr3());
	cr3_test_read(&new);
	local_irq_restore(flags);

	KUNIT_EXPECT_EQ(test, new.loads.kernel, old.loads.kernel + 1);
	KUNIT_EXPECT_EQ(test, new.loads.user, old.loads.user + 1);
	KUNIT_EXPECT_EQ(test, new.loads.user_base, old.loads.user_base);
	KUNIT_EXPECT_EQ(test, new.cr3, old.cr3);
	KUNIT_EXPECT_EQ(test, new.current_cr3, old.current_cr3);
	KUNIT_EXPECT_EQ(test, new.hypervisor, old.hypervisor);
}

/* A process's memory without a process. */
static struct mm_struct * __init cr3_test_mm(struct kunit *test)
{
	struct mm_struct *mm = mm_alloc();

	KUNIT_ASSERT_NOT_NULL(test, mm);
	mm->task_size = TASK_SIZE;
	arch_pick_mmap_layout(mm, &current->signal->rlim[RLIMIT_STACK]);

	/* As exec does, for Xen takes no other table as a base. */
	spin_lock(&mm->page_table_lock);
	xen_pgd_pin(mm);
	spin_unlock(&mm->page_table_lock);

	return mm;
}

/* The mm is in use.  Make it say @value at all the addresses. */
static void __init cr3_test_fill(struct kunit *test, unsigned long value)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(cr3_test_addr); i++) {
		unsigned long addr = cr3_test_addr[i];
		unsigned long got;
		int err;

		got = vm_mmap(NULL, addr, PAGE_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0);
		KUNIT_EXPECT_EQ(test, got, addr);
		err = put_user(value, (unsigned long __user *)addr);
		KUNIT_EXPECT_EQ(test, err, 0);
	}
}

static void __init cr3_test_user_table(struct kunit *test)
{
	struct mm_struct *mm = cr3_test_mm(test);
	pgd_t *user_pgd = xen_get_user_pgd(mm->pgd);
	unsigned int filled = 0, differ = 0, kernel = 0;
	unsigned int i;

	if (!user_pgd) {
		KUNIT_FAIL(test, "no user table");
		goto out;
	}

	kthread_use_mm(mm);
	cr3_test_fill(test, 1);
	kthread_unuse_mm(mm);

	for (i = 0; i < ARRAY_SIZE(cr3_test_addr); i++)
		filled += !!user_pgd[pgd_index(cr3_test_addr[i])].pgd;
	for (i = 0; i < pgd_index(USER_LIMIT); i++)
		differ += user_pgd[i].pgd != mm->pgd[i].pgd;
	/* What comes first in the kernel's half is Xen's. */
	for (i = pgd_index(GUARD_HOLE_END_ADDR); i < PTRS_PER_PGD; i++)
		kernel += user_pgd[i].pgd && i != pgd_index(VSYSCALL_ADDR);

	KUNIT_EXPECT_EQ(test, filled, ARRAY_SIZE(cr3_test_addr));
	KUNIT_EXPECT_EQ_MSG(test, differ, 0, "entries of the user half differ");
	KUNIT_EXPECT_EQ_MSG(test, kernel, 0, "entries map the kernel");
out:
	mmput(mm);
}

static void __init cr3_test_borrow(struct kunit *test, struct mm_struct *mm,
				   unsigned long value, unsigned int cpu)
{
	struct cr3_test_state s;

	kthread_use_mm(mm);
	cr3_test_read_here(&s);
	KUNIT_EXPECT_EQ_MSG(test, s.mm, __pa(mm->pgd), "loaded mm, CPU %u", cpu);
	KUNIT_EXPECT_NE_MSG(test, s.mm_user, 0, "no user table, CPU %u", cpu);
	cr3_test_agree(test, &s, cpu);

	for (unsigned int i = 0; i < ARRAY_SIZE(cr3_test_addr); i++) {
		unsigned long got = 0;
		int err;

		err = get_user(got, (unsigned long __user *)cr3_test_addr[i]);
		KUNIT_EXPECT_EQ(test, err, 0);
		KUNIT_EXPECT_EQ_MSG(test, got, value, "memory of another, CPU %u",
				    cpu);
	}
	kthread_unuse_mm(mm);
}

static void __init cr3_test_borrowed_mm(struct kunit *test)
{
	struct mm_struct *mm[2];
	unsigned long pgd[2];
	unsigned int cpu;

	for (int i = 0; i < 2; i++) {
		mm[i] = cr3_test_mm(test);
		pgd[i] = __pa(mm[i]->pgd);
		kthread_use_mm(mm[i]);
		cr3_test_fill(test, i + 1);
		kthread_unuse_mm(mm[i]);
	}

	for_each_online_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current,
							   cpumask_of(cpu)), 0);
		for (int i = 0; i < 4; i++)
			cr3_test_borrow(test, mm[i % 2], i % 2 + 1, cpu);
	}

	/* Until now CPUs have kept the last one, to be spared a switch. */
	mmput(mm[0]);
	mmput(mm[1]);
	for_each_online_cpu(cpu) {
		struct cr3_test_state s;

		KUNIT_ASSERT_EQ(test, smp_call_function_single(cpu, cr3_test_read,
							       &s, 1), 0);
		cr3_test_agree(test, &s, cpu);
		KUNIT_EXPECT_NE_MSG(test, s.cr3, pgd[0], "dead mm, CPU %u", cpu);
		KUNIT_EXPECT_NE_MSG(test, s.cr3, pgd[1], "dead mm, CPU %u", cpu);
	}
}

static int __init cr3_test_init(struct kunit *test)
{
	if (!xen_pv_domain())
		kunit_skip(test, "not a Xen PV guest");
	return 0;
}

static struct kunit_case __refdata cr3_test_cases[] = {
	KUNIT_CASE(cr3_test_slot),
	KUNIT_CASE(cr3_test_first_stage),
	KUNIT_CASE(cr3_test_call_site),
	KUNIT_CASE(cr3_test_every_cpu),
	KUNIT_CASE(cr3_test_reload),
	KUNIT_CASE(cr3_test_user_table),
	KUNIT_CASE(cr3_test_borrowed_mm),
	{}
};

static struct kunit_suite __refdata xen_pv_cr3_suite = {
	.name = "xen_pv_cr3",
	.init = cr3_test_init,
	.test_cases = cr3_test_cases,
};

kunit_test_init_section_suite(xen_pv_cr3_suite);
