// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look at both page-table bases of every vCPU of a PV domain, from dom0:
 *
 *	basectx DOMID [SAMPLES]
 *
 * The domain has to be paused and is left so; between two samples it runs for a
 * moment.  Xen reports the kernel's base as ctrlreg[3] and user space's as
 * ctrlreg[1], which is 0 while the kernel runs on init_mm.  What is expected of
 * them comes out as one line a check, "ok TEXT" or "not ok TEXT", the bases
 * themselves after a "#".  Exit status: 0 all ok, 1 not, 2 it could not be told.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <xenctrl.h>
#include <xenforeignmemory.h>

#include "../pvboot/compiler.h"

#define VCPUS_MAX	64
#define ENTRIES		512		/* of a table */
#define USER_HALF	256		/* entries of it that are user space's */
#define XEN_FIRST	256		/* entries that Xen makes its own... */
#define XEN_LAST	271
#define VSYSCALL	511		/* ...and the kernel's one for user space */
#define ACCESSED	0x20UL		/* set by the CPU in the table it walks */
#define PREEMPTED	0x80000000UL	/* Xen's mark in the count of operations */
#define BETWEEN_NS	11300000	/* no multiple of a tick */

enum check { KERNEL, DIFFER, OWNED, PAIR, INIT_MM, CHECKS };

static const char * const check_text[CHECKS] = {
	[KERNEL] = "every vCPU has a kernel base",
	[DIFFER] = "the user base is never the kernel base",
	[OWNED] = "both bases are tables of the domain",
	[PAIR] = "the user base has the same user half, and of the kernel only vsyscall",
	[INIT_MM] = "the user base is 0 with one kernel base, and only with that",
};

static bool failed[CHECKS];
static xenforeignmemory_handle *memory;
static unsigned int domid;

/* Kernel bases seen with no user base, and with one. */
static struct bases {
	unsigned long *mfn;
	unsigned int nr;
} without, with;

static unsigned int seen_without[VCPUS_MAX], seen_with[VCPUS_MAX], seen_between[VCPUS_MAX];

static void __noreturn
fail(const char *what)
{
	fprintf(stderr, "basectx: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void __printf(2, 3)
wrong(enum check check, const char *fmt, ...)
{
	va_list ap;

	/* One example of each is enough. */
	if (failed[check])
		return;
	failed[check] = true;
	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static bool has(const struct bases *bases, unsigned long mfn)
{
	for (unsigned int i = 0; i < bases->nr; i++)
		if (bases->mfn[i] == mfn)
			return true;

	return false;
}

static void add(struct bases *bases, unsigned long mfn)
{
	if (has(bases, mfn))
		return;
	bases->mfn = realloc(bases->mfn, (bases->nr + 1) * sizeof(mfn));
	if (!bases->mfn)
		fail("no memory");
	bases->mfn[bases->nr++] = mfn;
}

/* Xen maps only what the domain owns, so that success is the proof. */
static unsigned long *map_table(unsigned long mfn)
{
	xen_pfn_t pfn = mfn;

	return xenforeignmemory_map(memory, domid, PROT_READ, 1, &pfn, NULL);
}

static void unmap_table(unsigned long *table)
{
	if (table)
		xenforeignmemory_unmap(memory, table, 1);
}

static void check_pair(unsigned int vcpu, const unsigned long *kernel,
		       const unsigned long *user)
{
	for (unsigned int i = 0; i < ENTRIES; i++) {
		if (i < USER_HALF && (kernel[i] ^ user[i]) & ~ACCESSED)
			wrong(PAIR, "vCPU %u: entry %u is %#lx, for user space %#lx",
			      vcpu, i, kernel[i], user[i]);
		if (i >= XEN_FIRST && i <= XEN_LAST)
			continue;
		if (i >= USER_HALF && i != VSYSCALL && user[i])
			wrong(PAIR, "vCPU %u: entry %u of the kernel's is %#lx for user space",
			      vcpu, i, user[i]);
	}
}

/*
 * The kernel loads both bases by one hypercall, and changes both tables by one,
 * but Xen may stop after the first to let dom0 run: what is seen then is half
 * done and proves nothing.  The vCPU stands before the instruction that goes on.
 */
static bool interrupted(const vcpu_guest_context_x86_64_t *ctx)
{
	if (!(ctx->flags & VGCF_in_kernel))
		return false;
	switch (ctx->user_regs.rax) {
	case __HYPERVISOR_multicall:
		return true;
	case __HYPERVISOR_mmu_update:
	case __HYPERVISOR_mmuext_op:
		return ctx->user_regs.rsi & PREEMPTED;
	default:
		return false;
	}
}

static void check_vcpu(xc_interface *xch, unsigned int vcpu, bool show)
{
	vcpu_guest_context_any_t ctx;
	unsigned long kernel, user;
	unsigned long *ktable, *utable;
	xc_vcpuinfo_t info;

	if (xc_vcpu_getinfo(xch, domid, vcpu, &info))
		fail("xc_vcpu_getinfo");
	if (!info.online)
		return;
	if (xc_vcpu_getcontext(xch, domid, vcpu, &ctx))
		fail("xc_vcpu_getcontext");

	if (interrupted(&ctx.x64)) {
		seen_between[vcpu]++;
		return;
	}

	kernel = xen_cr3_to_pfn(ctx.x64.ctrlreg[3]);
	user = xen_cr3_to_pfn(ctx.x64.ctrlreg[1]);
	if (show)
		printf("# vCPU %u: kernel base mfn %#lx, user base mfn %#lx\n",
		       vcpu, kernel, user);

	if (!kernel)
		wrong(KERNEL, "vCPU %u: the kernel base is 0", vcpu);
	if (user == kernel)
		wrong(DIFFER, "vCPU %u: both bases are mfn %#lx", vcpu, kernel);

	ktable = map_table(kernel);
	if (!ktable)
		wrong(OWNED, "vCPU %u: kernel base, mfn %#lx: %s", vcpu, kernel,
		      strerror(errno));
	if (!user) {
		seen_without[vcpu]++;
		add(&without, kernel);
		unmap_table(ktable);
		return;
	}

	seen_with[vcpu]++;
	add(&with, kernel);
	utable = map_table(user);
	if (!utable)
		wrong(OWNED, "vCPU %u: user base, mfn %#lx: %s", vcpu, user, strerror(errno));
	if (ktable && utable)
		check_pair(vcpu, ktable, utable);
	unmap_table(utable);
	unmap_table(ktable);
}

/*
 * That of init_top_pgt cannot be asked for from outside, but there is only one,
 * and no process runs on it.
 */
static void check_init_mm(void)
{
	if (without.nr > 1)
		wrong(INIT_MM, "no user base with %u kernel bases, mfn %#lx and %#lx among them",
		      without.nr, without.mfn[0], without.mfn[1]);
	for (unsigned int i = 0; i < without.nr; i++)
		if (has(&with, without.mfn[i]))
			wrong(INIT_MM, "kernel base mfn %#lx both with and without a user base",
			      without.mfn[i]);
}

static void let_run(xc_interface *xch)
{
	const struct timespec between = { .tv_nsec = BETWEEN_NS };

	if (xc_domain_unpause(xch, domid))
		fail("xc_domain_unpause");
	nanosleep(&between, NULL);
	if (xc_domain_pause(xch, domid))
		fail("xc_domain_pause");
}

int main(int argc, char **argv)
{
	unsigned int samples = argc > 2 ? atoi(argv[2]) : 1;
	xc_interface *xch;
	xc_domaininfo_t dom;
	int status = 0;

	if (argc < 2 || argc > 3 || !samples) {
		fprintf(stderr, "usage: basectx DOMID [SAMPLES]\n");
		return 2;
	}
	domid = atoi(argv[1]);

	xch = xc_interface_open(NULL, NULL, 0);
	memory = xenforeignmemory_open(NULL, 0);
	if (!xch || !memory)
		fail("no way to the hypervisor");
	/* It answers with the next domain if there is none of that number. */
	if (xc_domain_getinfolist(xch, domid, 1, &dom) != 1 ||
	    dom.domain != domid || dom.flags & XEN_DOMINF_dying ||
	    !(dom.flags & XEN_DOMINF_paused) || dom.max_vcpu_id >= VCPUS_MAX) {
		fprintf(stderr, "basectx: domain %u is not there, or not paused\n", domid);
		return 2;
	}

	for (unsigned int i = 0; i < samples; i++) {
		if (i)
			let_run(xch);
		for (unsigned int vcpu = 0; vcpu <= dom.max_vcpu_id; vcpu++)
			check_vcpu(xch, vcpu, !i);
	}
	check_init_mm();

	for (unsigned int vcpu = 0; vcpu <= dom.max_vcpu_id; vcpu++)
		printf("# vCPU %u: %u samples with a user base, %u without, %u half done\n",
		       vcpu, seen_with[vcpu], seen_without[vcpu], seen_between[vcpu]);
	printf("# %u kernel bases with a user base, %u without\n", with.nr, without.nr);
	for (int i = 0; i < CHECKS; i++) {
		printf("%s %s\n", failed[i] ? "not ok" : "ok", check_text[i]);
		status |= failed[i];
	}
	return status;
}
