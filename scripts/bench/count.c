// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of QEMU's TCG that counts what writing cr3 costs a PV dom0: the
 * kernel's instructions and the hypervisor's, a call at a time, for a boot, and
 * for the context switches between two marks.
 *
 * Arguments are out=FILE and addresses of the kernel's functions, in hex:
 *
 *	full=	xen_write_cr3()			first=	xen_write_cr3_init()
 *	load=	__xen_write_cr3()		load_size=	its bytes
 *	flush=	xen_mc_flush()
 *	upcall=	the entry of events		switch=	__switch_to()
 *	mark=	a system call that nobody makes but to open and close the window
 *
 * When the window has been closed FILE holds, in instructions:
 *
 *	boot KERNEL XEN				up to user space
 *	call PATH HYPERCALLS BYTES KERNEL XEN	a call of the hook
 *	switch KERNEL XEN			from one context switch to the next
 *	disturbed KERNEL XEN			the same, if an event came in
 *
 * PATH is first, or deferred or issued, with -user if there was a user table.
 * KERNEL and XEN of a call are those of the hook and all that it called.  PATH is
 * "disturbed", and the figures say little, if an interrupt came in.  BYTES is
 * what Xen read of the kernel's memory.  The counts are exact under -icount, with
 * a single CPU.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"

/* The addresses that the PV interface sets aside for the hypervisor. */
#define XEN_BEGIN	0xffff800000000000UL
#define XEN_END		0xffff880000000000UL
#define USER_END	0x0000800000000000UL

/* Blocks from a call to the function called: itself, after a trampoline. */
#define FRESH_BLOCKS	2

enum where { USER, XEN, KERNEL, WHERE_COUNT };

static unsigned long insns[WHERE_COUNT];
static FILE *out;
static bool user_seen;

static unsigned long load_addr, load_size;
/* Instructions in __xen_write_cr3() itself. */
static unsigned long load_insns;

/* The call of the hook that goes on now. */
static struct {
	bool active, first, flushed, disturbed;
	unsigned long loads;		/* of a base... */
	unsigned long last_load;	/* ...the last at this count of load_insns */
	unsigned long ret;		/* where it will return to */
	unsigned long hypercalls, bytes, kernel, xen;
} call;

/* The last call instruction of the kernel. */
static unsigned long call_ret;
static unsigned int blocks_since;

/* What has been done since the last context switch, between the marks. */
static struct {
	bool open, disturbed;
	unsigned long kernel, xen;
} turn;

static enum where where(unsigned long vaddr)
{
	if (vaddr < USER_END)
		return USER;
	return vaddr >= XEN_BEGIN && vaddr < XEN_END ? XEN : KERNEL;
}

/* The calls that have ended; what they loaded is known when all are. */
static struct ended {
	bool first, flushed, disturbed;
	unsigned long loads, last_load;
	unsigned long hypercalls, bytes, kernel, xen;
} *ended;
static size_t ended_count;

/*
 * A load without a user table has fewer instructions of __xen_write_cr3() to run
 * than one with: it has no frame to look up, and gcc may or may not have made code
 * of its own for it, at another address.  If all have the same, all have a user
 * table, as processes do.
 */
static bool loads_less(const struct ended *a, const struct ended *b)
{
	return a->loads != b->loads ? a->loads < b->loads :
				      a->last_load < b->last_load;
}

static const char *call_path(const struct ended *c, const struct ended *without)
{
	bool user = !without || loads_less(without, c);

	if (c->disturbed)
		return "disturbed";
	if (c->first)
		return "first";
	if (c->flushed)
		return user ? "issued-user" : "issued";
	return user ? "deferred-user" : "deferred";
}

static void print_calls(void)
{
	const struct ended *least = NULL, *most = NULL, *c;

	for (c = ended; c < ended + ended_count; c++) {
		if (c->first || c->disturbed)
			continue;
		if (!least || loads_less(c, least))
			least = c;
		if (!most || loads_less(most, c))
			most = c;
	}
	if (least && !loads_less(least, most))
		least = NULL;
	for (c = ended; c < ended + ended_count; c++)
		fprintf(out, "call %s %lu %lu %lu %lu\n", call_path(c, least),
			c->hypercalls, c->bytes, c->kernel, c->xen);
	ended_count = 0;
}

static void end_call(void)
{
	call.active = false;
	if (!(ended_count & (ended_count - 1))) {
		ended = realloc(ended, (2 * ended_count + 1) * sizeof(*ended));
		if (!ended)
			abort();
	}
	ended[ended_count++] = (struct ended) {
		.first = call.first,
		.flushed = call.flushed,
		.disturbed = call.disturbed,
		.loads = call.loads,
		.last_load = load_insns - call.last_load,
		.hypercalls = call.hypercalls,
		.bytes = call.bytes,
		.kernel = insns[KERNEL] - call.kernel,
		.xen = insns[XEN] - call.xen,
	};
}

static void begin_call(bool first)
{
	/* Not come from the last call instruction, but back from an event? */
	bool stale = call.active || blocks_since > FRESH_BLOCKS;

	memset(&call, 0, sizeof(call));
	call.active = true;
	call.first = first;
	call.disturbed = stale;
	call.ret = call_ret;
	call.kernel = insns[KERNEL];
	call.xen = insns[XEN];
	if (stale)
		end_call();
}

/*
 * What happens at the entries of functions
 */

static void on_full(void)
{
	begin_call(false);
}

static void on_first(void)
{
	begin_call(true);
}

static void on_load(void)
{
	call.loads++;
	call.last_load = load_insns;
}

static void on_flush(void)
{
	call.flushed = true;
}

static void on_upcall(void)
{
	call.disturbed = true;
	turn.disturbed = true;
}

static void begin_turn(void)
{
	turn.disturbed = false;
	turn.kernel = insns[KERNEL];
	turn.xen = insns[XEN];
}

static void on_switch(void)
{
	if (!turn.open)
		return;
	fprintf(out, "%s %lu %lu\n", turn.disturbed ? "disturbed" : "switch",
		insns[KERNEL] - turn.kernel, insns[XEN] - turn.xen);
	begin_turn();
}

static void on_mark(void)
{
	turn.open = !turn.open;
	begin_turn();
	/* The first one has begun before the mark. */
	turn.disturbed = true;
	if (turn.open)
		return;
	print_calls();
	/* QEMU may be killed once the guest has done its work. */
	fflush(out);
}

static struct function {
	const char *name;
	void (*entered)(void);
	unsigned long addr;
} functions[] = {
	{ "full", on_full, 0 },
	{ "first", on_first, 0 },
	{ "load", on_load, 0 },
	{ "flush", on_flush, 0 },
	{ "upcall", on_upcall, 0 },
	{ "switch", on_switch, 0 },
	{ "mark", on_mark, 0 },
};

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/*
 * Callbacks
 */

static void on_function(unsigned int vcpu, void *userdata)
{
	const struct function *f = userdata;

	(void)vcpu;
	f->entered();
}

static void on_kernel_block(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	blocks_since++;
	if (call.active && (unsigned long)userdata == call.ret)
		end_call();
}

static void on_kernel_call(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	call_ret = (unsigned long)userdata;
	blocks_since = 0;
}

/* The kernel runs in ring 3: its system calls are the hypervisor's. */
static void on_hypercall(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	call.hypercalls++;
}

/* Xen comes back from an interrupt or an exception. */
static void on_iret(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	call.disturbed = true;
}

static void on_xen_access(unsigned int vcpu, unsigned int info,
			  unsigned long vaddr, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	if (call.active && where(vaddr) == KERNEL && !qemu_plugin_mem_is_store(info))
		call.bytes += 1UL << qemu_plugin_mem_size_shift(info);
}

/* Firmware and boot code of Xen lie at low addresses, too. */
static void on_user_block(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	if (user_seen || !insns[KERNEL])
		return;
	user_seen = true;
	fprintf(out, "boot %lu %lu\n", insns[KERNEL], insns[XEN]);
}

/*
 * Translation
 */

static bool is_prefix(unsigned char byte)
{
	/* REX, segments that 64-bit code ignores, operand size, repetitions */
	return (byte & 0xf0) == 0x40 || byte == 0x2e || byte == 0x3e ||
	       byte == 0x66 || byte == 0xf2 || byte == 0xf3;
}

static void watch_kernel_insn(struct qemu_plugin_insn *insn)
{
	const unsigned char *code = qemu_plugin_insn_data(insn);
	const unsigned char *end = code + qemu_plugin_insn_size(insn);
	unsigned long next = qemu_plugin_insn_vaddr(insn) + qemu_plugin_insn_size(insn);

	while (code < end && is_prefix(*code))
		code++;
	/* call to an offset, or through a register or memory */
	if (code < end && (code[0] == 0xe8 ||
			   (code + 1 < end && code[0] == 0xff && (code[1] >> 3 & 7) == 2)))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_kernel_call,
						       QEMU_PLUGIN_CB_NO_REGS,
						       (void *)next);
	if (code + 1 < end && code[0] == 0x0f && code[1] == 0x05)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_hypercall,
						       QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
}

static void watch_xen_insn(struct qemu_plugin_insn *insn)
{
	const unsigned char *code = qemu_plugin_insn_data(insn);

	if (qemu_plugin_insn_size(insn) == 2 && code[0] == 0x48 && code[1] == 0xcf)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_iret,
						       QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
	/* Asked for reads alone, QEMU 7.2 leaves those of "rep movs" out. */
	qemu_plugin_register_vcpu_mem_cb(insn, on_xen_access,
					 QEMU_PLUGIN_CB_NO_REGS,
					 QEMU_PLUGIN_MEM_RW, NULL);
}

static void watch_kernel_block(struct qemu_plugin_tb *tb)
{
	unsigned long vaddr = qemu_plugin_tb_vaddr(tb);

	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_kernel_block,
					     QEMU_PLUGIN_CB_NO_REGS, (void *)vaddr);
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (functions[i].addr == vaddr)
			qemu_plugin_register_vcpu_tb_exec_cb(tb, on_function,
							     QEMU_PLUGIN_CB_NO_REGS,
							     &functions[i]);
}

static void on_translation(unsigned long id, struct qemu_plugin_tb *tb)
{
	enum where w = where(qemu_plugin_tb_vaddr(tb));

	(void)id;
	if (w == KERNEL)
		watch_kernel_block(tb);
	if (w == USER)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_user_block,
						     QEMU_PLUGIN_CB_NO_REGS, NULL);
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		qemu_plugin_register_vcpu_insn_exec_inline(insn,
							   QEMU_PLUGIN_INLINE_ADD_U64,
							   &insns[w], 1);
		if (qemu_plugin_insn_vaddr(insn) - load_addr < load_size)
			qemu_plugin_register_vcpu_insn_exec_inline(insn,
								   QEMU_PLUGIN_INLINE_ADD_U64,
								   &load_insns, 1);
		if (w == KERNEL)
			watch_kernel_insn(insn);
		if (w == XEN)
			watch_xen_insn(insn);
	}
}

/*
 * Start
 */

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

/* What follows "NAME=", or NULL if @arg is none of that name. */
static const char *value(const char *arg, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(arg, name, len) && arg[len] == '=' ? arg + len + 1 : NULL;
}

static bool take_argument(const char *arg)
{
	const char *text = value(arg, "out");

	if (text) {
		out = fopen(text, "we");
		return out;
	}
	text = value(arg, "load_size");
	if (text) {
		load_size = strtoul(text, NULL, 16);
		return load_size;
	}
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		text = value(arg, functions[i].name);
		if (text) {
			functions[i].addr = strtoul(text, NULL, 16);
			return functions[i].addr;
		}
	}
	return false;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(unsigned long id,
					   const struct qemu_plugin_info *info,
					   int argc, char **argv)
{
	if (!info->system_emulation || info->max_vcpus != 1) {
		fprintf(stderr, "count: this counts on a machine with one CPU\n");
		return 1;
	}
	for (int i = 0; i < argc; i++) {
		if (!take_argument(argv[i])) {
			fprintf(stderr, "count: '%s' is of no use\n", argv[i]);
			return 1;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		if (!functions[i].addr || !out || !load_size) {
			fprintf(stderr, "count: an argument is missing\n");
			return 1;
		}
		if (functions[i].entered == on_load)
			load_addr = functions[i].addr;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
