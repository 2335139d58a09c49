// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find a kernel in memory by a page table that maps it.
 *
 * Every page is tried as a table of the highest level.  One of a PV kernel's own
 * maps what its vmlinux holds at the banner's address; Xen's and user space's do
 * not.  Those of user space have the vsyscall page in its place, by a table that is
 * the kernel's own.
 */
#include "guest.h"

#include <string.h>

#include "symbols.h"
#include "vmlinux.h"

#define BANNER_MAX	128
#define KERNEL_ENTRY	511	/* of a table of the highest level, for the kernel's image */
#define KERNELS_MAX	64	/* that are looked at closely */
/* Percent of the constants; the kernel changes some while it boots. */
#define SAME_ENOUGH	70

/* include/xen/interface/xen.h: struct start_info */
#define START_INFO_MAGIC	"xen-3."
#define START_INFO_FLAGS	48
#define SIF_INITDOMAIN		2

struct search {
	struct guest *g;
	bool dom0;
	guest_fits_fn fits;
	void *ctx;
	unsigned long banner;		/* its virtual address... */
	const void *text;		/* ...and content */
	size_t len;
	unsigned long seen[KERNELS_MAX];
	unsigned int nseen;
	unsigned int score;		/* of the best so far, in percent */
	unsigned long best;
};

bool guest_maps(const struct guest *g, unsigned long root)
{
	unsigned long addr, mine, its;

	return vmlinux_symbol(g->vmlinux, "linux_banner", &addr, NULL) &&
	       memory_walk(g->mem, g->root, addr, &mine) &&
	       memory_walk(g->mem, root, addr, &its) && mine == its;
}

bool guest_maps_user(const struct guest *g, unsigned long root)
{
	unsigned long addr, mine, its;

	return vmlinux_symbol(g->vmlinux, "level3_user_vsyscall", &addr, NULL) &&
	       memory_walk(g->mem, g->root, addr, &mine) &&
	       memory_read(g->mem, (root & ENTRY_ADDR) + KERNEL_ENTRY * 8, &its,
			   sizeof(its)) &&
	       (its & 1) && (its & ENTRY_ADDR) == mine;
}

bool guest_read(const struct guest *g, unsigned long va, void *buf, size_t len)
{
	return memory_read_virtual(g->mem, g->root, va, buf, len);
}

bool guest_variable(const struct guest *g, const char *name, void *buf, size_t len)
{
	unsigned long addr;

	return vmlinux_symbol(g->vmlinux, name, &addr, NULL) && guest_read(g, addr, buf, len);
}

/* How many percent of the constants are as in the vmlinux? */
static unsigned int same_constants(const struct guest *g)
{
	unsigned long from, to, pages = 0, same = 0;
	unsigned char page[PAGE_BYTES];

	if (!vmlinux_symbol(g->vmlinux, "__start_rodata", &from, NULL) ||
	    !vmlinux_symbol(g->vmlinux, "__end_rodata", &to, NULL))
		return 0;
	for (; from < to && to - from >= PAGE_BYTES; from += PAGE_BYTES) {
		const void *built = vmlinux_bytes(g->vmlinux, from, PAGE_BYTES);

		if (!built)
			continue;
		pages++;
		same += guest_read(g, from, page, sizeof(page)) &&
			!memcmp(page, built, sizeof(page));
	}
	return pages ? same * 100 / pages : 0;
}

/* Is this dom0's?  Return: 1 yes, 0 no, -1 not to be told. */
static int is_dom0(const struct guest *g)
{
	unsigned char start[START_INFO_FLAGS + 4];
	unsigned long addr;
	unsigned int flags;

	if (!guest_variable(g, "xen_start_info", &addr, sizeof(addr)) ||
	    !guest_read(g, addr, start, sizeof(start)) ||
	    memcmp(start, START_INFO_MAGIC, strlen(START_INFO_MAGIC)))
		return -1;
	memcpy(&flags, start + START_INFO_FLAGS, sizeof(flags));
	return !!(flags & SIF_INITDOMAIN);
}

static bool try_table(void *ctx, unsigned long addr, const unsigned char *page)
{
	struct search *s = ctx;
	char text[BANNER_MAX];
	struct guest g = *s->g;
	unsigned long at;
	unsigned int score;
	int dom0;

	/* Most pages are none, and end here. */
	if (!(page[KERNEL_ENTRY * 8] & 1) ||
	    !memory_walk(g.mem, addr, s->banner, &at) ||
	    !memory_read(g.mem, at, text, s->len) || memcmp(text, s->text, s->len))
		return false;
	for (unsigned int i = 0; i < s->nseen; i++)
		if (s->seen[i] == at)
			return false;
	if (s->nseen == KERNELS_MAX)
		return true;
	s->seen[s->nseen++] = at;

	g.root = addr;
	dom0 = is_dom0(&g);
	if (dom0 >= 0 && dom0 != s->dom0)
		return false;
	score = same_constants(&g);
	if (score < SAME_ENOUGH)
		return false;
	if (s->fits && s->fits(s->ctx, &g)) {
		s->best = addr;
		return true;
	}
	if (score > s->score) {
		s->score = score;
		s->best = addr;
	}
	return false;
}

bool guest_find(struct guest *g, bool dom0, guest_fits_fn fits, void *ctx)
{
	struct search s = { .g = g, .dom0 = dom0, .fits = fits, .ctx = ctx };

	g->root = 0;
	if (!vmlinux_symbol(g->vmlinux, "linux_banner", &s.banner, &s.len))
		return false;
	if (!s.len || s.len > BANNER_MAX)
		s.len = BANNER_MAX;
	/* Not over the end of a page, whose neighbour may be elsewhere. */
	if (s.len > PAGE_BYTES - s.banner % PAGE_BYTES)
		s.len = PAGE_BYTES - s.banner % PAGE_BYTES;
	s.text = vmlinux_bytes(g->vmlinux, s.banner, s.len);
	if (!s.text)
		return false;
	memory_scan(g->mem, try_table, &s);
	g->root = s.best;
	return s.best;
}
