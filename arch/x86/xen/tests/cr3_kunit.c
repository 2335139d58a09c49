// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit test of write_cr3 in a running Xen PV guest
 *
 * A vCPU has two page-table bases, one for the kernel and one for user space.
 * The hypervisor tells a guest only the first.  So the loads are watched through
 * the tracepoint xen_mmu_write_cr3, and each check makes the load that it looks
 * at.  This file is part of mmu_pv.c to get at its static functions.
 *
 * What cannot be seen from here:
 *  - loads before tracing works, that of write_cr3's first stage among them.  A
 *    debugger on the virtual machine can watch those.
 *  - what Xen makes of a user base.  Only user space runs on it: see
 *    tools/testing/selftests/x86/xen_pv_cr3.c.
 *
 * It all runs once, at boot and before init memory is freed, hence the __init.
 */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/kallsyms.h>
#include <linux/kthread.h>
#include <linux/mman.h>
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
 * @kernel_base: the last kernel base, as a physical address
 * @user_base: the last user base, likewise; 0 is none
 */
struct cr3_test_loads {
	unsigned int kernel;
	unsigned int user;
	unsigned long kernel_base;
	unsigned long user_base;
};

static DEFINE_PER_CPU(struct cr3_test_loads, cr3_test_loads);

/* Interrupts are off: a load is part of a multicall batch. */
static void __init cr3_test_record(void *data, bool kernel, unsigned long cr3)
{
	struct cr3_test_loads *loads = this_cpu_ptr(&cr3_test_loads);

	if (kernel) {
		loads->kernel++;
		loads->kernel_base = cr3;
	} else {
		loads->user++;
		loads->user_base = cr3;
	}
}

/**
 * struct cr3_test_state - what a CPU runs on, as everybody sees it
 * @loads: what has been loaded since the last cr3_test_reset()
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

static void __init cr3_test_reset(void)
{
	memset(this_cpu_ptr(&cr3_test_loads), 0, sizeof(cr3_test_loads));
}

static void __init cr3_test_read(struct cr3_test_state *s)
{
	struct mm_struct *mm = this_cpu_read(cpu_tlbstate.loaded_mm);
	pgd_t *user_pgd = xen_get_user_pgd(mm->pgd);

	s->loads = *this_cpu_ptr(&cr3_test_loads);
	s->cr3 = this_cpu_read(xen_cr3);
	s->current_cr3 = this_cpu_read(xen_current_cr3);
	s->read = read_cr3_pa();
	/* Xen emulates the instruction. */
	s->hypervisor = __native_read_cr3();
	s->machine = PFN_PHYS(pfn_to_mfn(PFN_DOWN(s->cr3)));
	s->mm = __pa(mm->pgd);
	s->mm_user = user_pgd ? __pa(user_pgd) : 0;
}

/* Load again what is loaded.  Interrupts are off. */
static void __init cr3_test_reload_here(void *info)
{
	cr3_test_reset();
	write_cr3(__read_cr3());
	cr3_test_read(info);
}

/* There has been one load, of both bases, and all views of them are one. */
static void __init cr3_test_agree(struct kunit *test,
				  const struct cr3_test_state *s,
				  unsigned int cpu)
{
	KUNIT_EXPECT_EQ_MSG(test, s->loads.kernel, 1,
			    "loads of a kernel base, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s->loads.user, 1,
			    "loads of a user base, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s->loads.kernel_base, s->mm,
			    "kernel base, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s->loads.user_base, s->mm_user,
			    "user base, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s->cr3, s->mm, "xen_cr3, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s->current_cr3, s->mm,
			    "xen_current_cr3, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s->read, s->mm, "read_cr3, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s->hypervisor, s->machine,
			    "Xen's kernel base, CPU %u", cpu);
}

static void __init cr3_test_reload_on(struct kunit *test, unsigned int cpu,
				      struct cr3_test_state *s)
{
	KUNIT_ASSERT_EQ(test, smp_call_function_single(cpu, cr3_test_reload_here,
						       s, 1), 0);
	cr3_test_agree(test, s, cpu);
}

static void __init cr3_test_slot(struct kunit *test)
{
	unsigned long slot = (unsigned long)pv_ops.mmu.write_cr3;
	unsigned long full = (unsigned long)xen_write_cr3;

	KUNIT_EXPECT_EQ_MSG(test, slot, full, "write_cr3 is %ps", (void *)slot);
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
		found += dest == full || dest == first;
		KUNIT_EXPECT_NE_MSG(test, dest, first,
				    "a call of the first stage remains");
	}
	/* The compiler may have moved it, and mitigations have thunks called. */
	if (!found)
		kunit_skip(test, "no direct call of write_cr3 found");
}

static void __init cr3_test_every_cpu(struct kunit *test)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct cr3_test_state s;

		cr3_test_reload_on(test, cpu, &s);
	}
}

static struct mm_struct *cr3_test_mm[2] __initdata;

/* A process's memory without a process.  cr3_test_exit() drops what is left. */
static struct mm_struct * __init cr3_test_mm_get(struct kunit *test,
						 unsigned int i)
{
	struct mm_struct *mm = mm_alloc();

	KUNIT_ASSERT_NOT_NULL(test, mm);
	cr3_test_mm[i] = mm;
	mm->task_size = TASK_SIZE;
	arch_pick_mmap_layout(mm, &current->signal->rlim[RLIMIT_STACK]);

	/* As exec does, for Xen takes no other table as a base. */
	spin_lock(&mm->page_table_lock);
	xen_pgd_pin(mm);
	spin_unlock(&mm->page_table_lock);

	return mm;
}

static void __init cr3_test_mm_put(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(cr3_test_mm); i++) {
		if (cr3_test_mm[i])
			mmput(cr3_test_mm[i]);
		cr3_test_mm[i] = NULL;
	}
}

static void __init cr3_test_run_on(struct kunit *test, unsigned int cpu)
{
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
	KUNIT_ASSERT_EQ(test, raw_smp_processor_id(), cpu);
}

/*
 * With a user table loaded.  No assertions while it is, or the mm would go with
 * the thread.
 */
static void __init cr3_test_reload(struct kunit *test)
{
	struct mm_struct *mm = cr3_test_mm_get(test, 0);
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct cr3_test_state s;
		unsigned long flags;

		cr3_test_run_on(test, cpu);
		kthread_use_mm(mm);
		local_irq_save(flags);
		cr3_test_reload_here(&s);
		local_irq_restore(flags);
		kthread_unuse_mm(mm);

		KUNIT_EXPECT_EQ_MSG(test, s.mm, __pa(mm->pgd),
				    "loaded mm, CPU %u", cpu);
		KUNIT_EXPECT_NE_MSG(test, s.mm_user, 0,
				    "no user table, CPU %u", cpu);
		cr3_test_agree(test, &s, cpu);
	}
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

static unsigned int __init cr3_test_entries(const void *table)
{
	const unsigned long *entry = table;
	unsigned int n = 0;

	for (unsigned int i = 0; i < PTRS_PER_PTE; i++)
		n += !!entry[i];

	return n;
}

/* What the last top-level entry leads to: the vsyscall page and nothing else. */
static void __init cr3_test_vsyscall(struct kunit *test, pgd_t entry)
{
#ifdef CONFIG_X86_VSYSCALL_EMULATION
	pud_t *pud = &level3_user_vsyscall[pud_index(VSYSCALL_ADDR)];
	unsigned long table = pgd_val(entry) & PTE_PFN_MASK;
	pmd_t *pmd;

	KUNIT_ASSERT_EQ_MSG(test, table, __pa_symbol(level3_user_vsyscall),
			    "the last entry is not the vsyscall table's");
	KUNIT_EXPECT_EQ_MSG(test, cr3_test_entries(level3_user_vsyscall),
			    !pud_none(*pud), "entries in the vsyscall table");
	/* vsyscall=none */
	if (pud_none(*pud))
		return;
	pmd = pmd_offset(pud, VSYSCALL_ADDR);
	KUNIT_ASSERT_FALSE(test, pmd_none(*pmd));
	KUNIT_EXPECT_EQ(test, cr3_test_entries(pud_pgtable(*pud)), 1);
	KUNIT_EXPECT_EQ(test, cr3_test_entries((void *)pmd_page_vaddr(*pmd)), 1);
	KUNIT_EXPECT_FALSE(test, pte_none(*pte_offset_kernel(pmd, VSYSCALL_ADDR)));
#else
	KUNIT_EXPECT_EQ_MSG(test, pgd_val(entry), 0, "the last entry is in use");
#endif
}

static void __init cr3_test_user_table(struct kunit *test)
{
	struct mm_struct *mm = cr3_test_mm_get(test, 0);
	pgd_t *user_pgd = xen_get_user_pgd(mm->pgd);
	unsigned int filled = 0, differ = 0, kernel = 0;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, user_pgd);

	kthread_use_mm(mm);
	cr3_test_fill(test, 1);
	kthread_unuse_mm(mm);

	for (i = 0; i < ARRAY_SIZE(cr3_test_addr); i++)
		filled += !!user_pgd[pgd_index(cr3_test_addr[i])].pgd;
	for (i = 0; i < pgd_index(USER_LIMIT); i++)
		differ += user_pgd[i].pgd != mm->pgd[i].pgd;
	/* What comes first in the kernel's half is Xen's. */
	for (i = pgd_index(GUARD_HOLE_END_ADDR); i < PTRS_PER_PGD - 1; i++)
		kernel += !!user_pgd[i].pgd;

	KUNIT_EXPECT_EQ(test, filled, ARRAY_SIZE(cr3_test_addr));
	KUNIT_EXPECT_EQ_MSG(test, differ, 0, "entries of the user half differ");
	KUNIT_EXPECT_EQ_MSG(test, kernel, 0, "entries map the kernel");
	/* The last one would map kernel text, too. */
	cr3_test_vsyscall(test, user_pgd[PTRS_PER_PGD - 1]);
}

static void __init cr3_test_borrow(struct kunit *test, struct mm_struct *mm,
				   unsigned long value, unsigned int cpu)
{
	struct cr3_test_state s;
	unsigned long flags;

	preempt_disable();
	cr3_test_reset();
	preempt_enable();
	kthread_use_mm(mm);
	local_irq_save(flags);
	cr3_test_read(&s);
	local_irq_restore(flags);

	KUNIT_EXPECT_EQ_MSG(test, s.mm, __pa(mm->pgd), "loaded mm, CPU %u", cpu);
	KUNIT_EXPECT_NE_MSG(test, s.mm_user, 0, "no user table, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s.loads.kernel_base, s.mm,
			    "kernel base, CPU %u", cpu);
	KUNIT_EXPECT_EQ_MSG(test, s.loads.user_base, s.mm_user,
			    "user base, CPU %u", cpu);
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
	unsigned long pgd[2];
	unsigned int cpu;

	for (int i = 0; i < 2; i++) {
		struct mm_struct *mm = cr3_test_mm_get(test, i);

		pgd[i] = __pa(mm->pgd);
		kthread_use_mm(mm);
		cr3_test_fill(test, i + 1);
		kthread_unuse_mm(mm);
	}

	for_each_online_cpu(cpu) {
		cr3_test_run_on(test, cpu);
		for (int i = 0; i < 4; i++)
			cr3_test_borrow(test, cr3_test_mm[i % 2], i % 2 + 1, cpu);
	}

	/* Until now CPUs have kept the last one, to be spared a switch. */
	cr3_test_mm_put();
	for_each_online_cpu(cpu) {
		struct cr3_test_state s;

		cr3_test_reload_on(test, cpu, &s);
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

static void __init cr3_test_exit(struct kunit *test)
{
	cr3_test_mm_put();
}

static int __init cr3_test_suite_init(struct kunit_suite *suite)
{
	return register_trace_xen_mmu_write_cr3(cr3_test_record, NULL);
}

static void __init cr3_test_suite_exit(struct kunit_suite *suite)
{
	unregister_trace_xen_mmu_write_cr3(cr3_test_record, NULL);
	/* It goes with init memory. */
	tracepoint_synchronize_unregister();
}

static struct kunit_case __refdata cr3_test_cases[] = {
	KUNIT_CASE(cr3_test_slot),
	KUNIT_CASE(cr3_test_call_site),
	KUNIT_CASE(cr3_test_every_cpu),
	KUNIT_CASE(cr3_test_reload),
	KUNIT_CASE(cr3_test_user_table),
	KUNIT_CASE(cr3_test_borrowed_mm),
	{}
};

static struct kunit_suite __refdata xen_pv_cr3_suite = {
	.name = "xen_pv_cr3",
	.suite_init = cr3_test_suite_init,
	.suite_exit = cr3_test_suite_exit,
	.init = cr3_test_init,
	.exit = cr3_test_exit,
	.test_cases = cr3_test_cases,
};

kunit_test_init_section_suite(xen_pv_cr3_suite);
