// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of known deaths.
 */
#include "signatures.h"

#include "compiler.h"
#include "symbols.h"
#include "util.h"

/* Where a kernel without KASLR, as a PV kernel is, keeps its struct pages. */
#define VMEMMAP		0xffffea0000000000UL
#define VMEMMAP_END	0xffffeb0000000000UL

/* And the shadow of all its memory, if it has KASAN; see Documentation/arch/x86/x86_64/mm.rst. */
#define KASAN_SHADOW		0xffffec0000000000UL
#define KASAN_SHADOW_END	0xfffffc0000000000UL

static const struct signature signatures[] = {
	{ "early-full-load", "early full cr3 load: xen_write_cr3() before there is a struct page",
	  MS_KERNEL, MS_MEMORY, .functions = { "xen_write_cr3", "init_mem_mapping" } },
	/*
	 * The same where no trace is printed, as by a dom0 of 5.10, whose boot
	 * console Xen's choice of a console keeps off: a struct page was looked
	 * up, and there is no first stage that could have done it.
	 */
	{ "early-full-load", "early full cr3 load: no struct page, no first stage, and no trace",
	  MS_KERNEL, MS_MEMORY, .functions = { "xen_get_user_pgd" }, .alone = true,
	  .low = VMEMMAP, .high = VMEMMAP_END, .lacks = "xen_write_cr3_init" },
	{ "early-lookup", "first stage looks up a user table before there is a struct page",
	  MS_KERNEL, MS_MEMORY, .functions = { "xen_write_cr3_init", "init_mem_mapping" } },
	{ "stale-first-stage", "stale first stage: the hook did not swap itself and is freed",
	  MS_MEMORY, MS_COUNT, .functions = { "xen_write_cr3_init" } },
	/* On a PV kernel's way nobody calls kasan_early_init(), as x86_64_start_kernel() does. */
	{ "no-kasan-shadow", "KASAN looks into its shadow, which nobody has mapped",
	  MS_HYPERVISOR, MS_MEMORY, .low = KASAN_SHADOW, .high = KASAN_SHADOW_END },
	/* Xen's words in do_iret() and toggle_guest_mode() */
	{ "no-user-base", "no user base pointer: xen_write_cr3() did not load one",
	  MS_MEMORY, MS_COUNT, .words = "switching to user mode with no user page tables" },
};

static bool has_functions(const struct signature *sig, const struct fault *fault)
{
	unsigned int at = 0;

	for (int i = 0; i < SIGNATURE_FUNCTIONS && sig->functions[i]; i++, at++) {
		while (at < fault->nframes && strcmp(fault->frames[at], sig->functions[i]))
			at++;
		if (at == fault->nframes)
			return false;
	}
	return !sig->alone || fault->nframes == 1;
}

static bool fits(const struct signature *sig, const struct fault *fault,
		 int reached, const struct symbols *syms)
{
	if (reached < (int)sig->from || reached >= (int)sig->before ||
	    !has_functions(sig, fault))
		return false;
	if (sig->words && !strstr(fault->what, sig->words))
		return false;
	if (sig->high && (!fault->has_address || fault->address < sig->low ||
			  fault->address >= sig->high))
		return false;
	return !sig->lacks || (syms && !symbols_have(syms, sig->lacks));
}

const struct signature *signature_find(const struct fault *fault, int reached,
				       const struct symbols *syms)
{
	for (size_t i = 0; i < ARRAY_SIZE(signatures); i++) {
		if (fits(&signatures[i], fault, reached, syms))
			return &signatures[i];
	}
	return NULL;
}

const struct signature *signature_by_id(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(signatures); i++) {
		if (!strcmp(signatures[i].id, id))
			return &signatures[i];
	}
	return NULL;
}

const struct signature *signature_at(unsigned int i)
{
	return i < ARRAY_SIZE(signatures) ? &signatures[i] : NULL;
}
