// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines of a report below its first: call traces in all their spellings.
 */
#include "compiler.h"
#include "report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Headings.  A '#' is a number, that of a CPU if the part is PART_TASK. */
static const struct {
	const char *begins;
	enum part part;
} headings[] = {
	{ "Call Trace:", PART_START },
	{ "Call trace:", PART_START },
	{ "stack backtrace:", PART_START },
	{ "... which became ", PART_START },
	{ "backtrace:", PART_START },
	{ "backtrace (crc ", PART_START },
	{ "Backtrace:", PART_START },
	{ "NMI backtrace for cpu #", PART_TASK },
	{ "Task dump for CPU #", PART_TASK },
	{ "Stack dump where RCU GP kthread last ran", PART_FOREIGN },
	{ "rcu: Stack dump where RCU GP kthread last ran", PART_FOREIGN },
	{ "RCU grace-period kthread stack dump", PART_FOREIGN },
	{ "rcu: RCU grace-period kthread stack dump", PART_FOREIGN },
	{ "unchecked MSR access error: ", PART_FOREIGN },
	{ "FAULT_INJECTION: forcing a failure", PART_FOREIGN },
	{ "Showing all locks held", PART_FOREIGN },
	{ "Allocated by ", PART_OTHER },
	{ "Allocated:", PART_OTHER },
	{ "Freed by ", PART_OTHER },
	{ "Freed:", PART_OTHER },
	{ "INFO: Allocated in ", PART_OTHER },
	{ "INFO: Freed in ", PART_OTHER },
	{ "INFO: Slab ", PART_OTHER },
	{ "INFO: Object ", PART_OTHER },
	{ "Allocated in ", PART_OTHER },
	{ "Freed in ", PART_OTHER },
	{ "allocated by task ", PART_OTHER },
	{ "freed by task ", PART_OTHER },
	{ "Last potentially related work creation:", PART_OTHER },
	{ "Second to last potentially related work creation:", PART_OTHER },
	{ "Uninit was ", PART_OTHER },
	{ "Local variable ", PART_OTHER },
	{ "page last allocated via order ", PART_OTHER },
	{ "page last free ", PART_OTHER },
	{ "page has been migrated", PART_OTHER },
	{ "page_owner tracks the page as ", PART_OTHER },
	{ "kworker/u", PART_NONE },
	{ "Preemption disabled at:", PART_OTHER },
	{ "hardirqs last  enabled at ", PART_NONE },
	{ "Kernel panic - not syncing", PART_OTHER },
	{ "---[ end trace ", PART_END },
	{ "---[ end Kernel panic ", PART_END },
	{ "Kernel Offset: ", PART_END },
	{ "Rebooting in ", PART_END },
	{ "Guest stack trace from ", PART_STACK },
	{ "Xen call trace:", PART_START },
	{ "Xen stack trace from ", PART_OTHER },
	{ "Stack:", PART_OTHER },
};

/* Marks that stand before a function, where one stack goes over into another. */
static const char * const marks[] = {
	"<IRQ>", "</IRQ>", "<EOI>", "<<EOE>>", "<EOE>", "<NMI>", "</NMI>",
	"<TASK>", "</TASK>", "<#DF>", "</#DF>", "<#DB>", "</#DB>", "<#MC>",
	"</#MC>", "<SOFTIRQ>", "</SOFTIRQ>", "<ENTRY_TRAMPOLINE>",
	"</ENTRY_TRAMPOLINE>", "<UNK>", "<#VC>", "</#VC>", "<EXCEPTION>",
};

/* What stands before the instruction pointer. */
static const struct {
	const char *begins;
	enum part part;
} pointers[] = {
	{ "RIP: ", PART_IP },
	{ "EIP: ", PART_IP },
	{ "EIP is at ", PART_IP },
	{ "IP: ", PART_IP },
	{ "IP is at ", PART_IP },
	{ "RIP  ", PART_IP_AGAIN },
	{ "pc : ", PART_IP },
	{ "PC is at ", PART_IP },
	{ "NIP ", PART_IP },
	{ "epc : ", PART_IP },
};

static const char *blanks(const char *p)
{
	return p + strspn(p, " \t");
}

/* Skips "[<ffffffff81000000>]", or the same without <>, and keeps the address. */
static const char *bracketed(const char *p, unsigned long *address)
{
	const char *hex, *end;
	size_t len;

	if (*p != '[')
		return p;
	hex = p + 1 + (p[1] == '<');
	len = strspn(hex, "0123456789abcdef");
	end = hex + len;
	if (p[1] == '<' && !len) {
		/* "[<     inline     >]" of who has looked up the lines */
		end = hex + strspn(hex, " ");
		end += strspn(end, "abcdefghijklmnopqrstuvwxyz()");
		end += strspn(end, " ");
	} else if (len >= 8) {
		*address = strtoul(hex, NULL, 16);
	} else {
		end = p;
	}
	if (end == p)
		return p;
	if (p[1] == '<' && *end++ != '>')
		return p;
	return *end == ']' ? end + 1 : p;
}

static const char *marks_end(const char *p)
{
	bool again;

	do {
		p = blanks(p);
		again = false;
		for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
			size_t len = strlen(marks[i]);

			if (!strncmp(p, marks[i], len)) {
				p += len;
				again = true;
			}
		}
	} while (again);
	return p;
}

/* "net/core/dev.c:123", or that and " [inline]", or "(net/core/dev.c:123)" */
static bool source_follows(const char *p)
{
	size_t len = strcspn(p, " \t:");

	return len > 2 && p[len] == ':' && isdigit((unsigned char)p[len + 1]) &&
	       p[len - 2] == '.' && strchr("chSs", p[len - 1]);
}

/* A function with its offset, or such as are otherwise known to be one. */
static bool function(const char *p, bool known, struct frame *frame)
{
	size_t len = form_function(p, frame->name);
	bool offset;

	if (!len)
		return false;
	offset = memmem(p, len, "+0x", 3);
	p += len;
	/* the lines of what is inlined have been looked up, and so has no offset */
	frame->inlined = !offset && *p == ' ' && p[1] != '(' && source_follows(p + 1);
	if (*p && *p != ' ' && *p != '\t' && *p != ')' && *p != '(')
		return false;
	return known || offset || (*p && source_follows(p + 1));
}

/* Before there are symbols: "PANIC: early exception 0x0e IP 10:ffffffff81000000" */
static bool early_pointer(const char *p, unsigned long *address)
{
	struct taken t;

	if (!form_match("PANIC: early exception %x IP %x:%a error ", p, &t) &&
	    !form_match("PANIC: early exception %x rip %x:%a error ", p, &t))
		return false;
	*address = t.address;
	return true;
}

static enum part pointer(const char *p, struct frame *frame,
			 unsigned long *address)
{
	if (*p == 'P' && early_pointer(p, address)) {
		frame->name[0] = '\0';
		frame->sure = true;
		return PART_IP;
	}
	for (size_t i = 0; i < ARRAY_SIZE(pointers); i++) {
		size_t len = strlen(pointers[i].begins);
		const char *end;

		if (strncmp(p, pointers[i].begins, len))
			continue;
		p = blanks(p + len);
		/* the code segment; user space has 3 in its lowest bits */
		len = strspn(p, "0123456789abcdef");
		if (len == 4 && p[len] == ':') {
			if ((p[len - 1] == '3' || p[len - 1] == 'b') &&
			    p[0] != 'e' && p[len + 1] != '[')
				return PART_USER;
			p = blanks(p + len + 1);
		}
		for (int n = 0; n < 2; n++) {
			end = bracketed(p, address);
			if (end == p)
				break;
			p = blanks(end);
		}
		frame->sure = true;
		if (function(p, true, frame) && strcmp(frame->name, "EFLAGS"))
			*address = 0;
		else if (*address)
			frame->name[0] = '\0';
		else
			return PART_NONE;
		return pointers[i].part;
	}
	return PART_NONE;
}

static enum part call(const char *p, struct frame *frame,
		      unsigned long *address)
{
	const char *end = bracketed(p, address);
	bool known = end != p;

	if (known) {
		p = blanks(end);
		end = bracketed(p, address);
		p = blanks(end);
	}
	frame->sure = true;
	if (p[0] == '?' && p[1] == ' ') {
		frame->sure = false;
		p = blanks(p + 2);
	}
	/* Xen's own: "[<ffff82d040200000>] R name+0x1/0x2" */
	if (known && strchr("RSF", *p) && *p && p[1] == ' ')
		p += 2;
	/* "(name+0x1/0x2)" of kernels that print the address before it */
	if (known && *p == '(')
		p++;
	if (function(p, known, frame)) {
		*address = 0;
		return PART_CALL;
	}
	if (known && *address && !*p) {
		frame->name[0] = '\0';
		return PART_CALL;
	}
	return PART_NONE;
}

/* Two or more words of 16 digits, as Xen dumps a stack. */
static bool words(const char *p)
{
	int n = 0;

	for (p = blanks(p); *p; n++) {
		if (strspn(p, "0123456789abcdef") != 16)
			return false;
		p = blanks(p + 16);
	}
	return n > 0;
}

static bool heading(const char *p, const char *begins, int *cpu)
{
	for (; *begins; begins++) {
		if (*begins == '#') {
			if (!isdigit((unsigned char)*p))
				return false;
			*cpu = strtoul(p, NULL, 10) & 0xffff;
			p += strspn(p, "0123456789");
		} else if (*p++ != *begins) {
			return false;
		}
	}
	return true;
}

enum part frame_read(const char *line, struct frame *frame,
		     unsigned long *address, int *cpu)
{
	const char *p = blanks(line);
	enum part part;

	*address = 0;
	*cpu = -1;
	frame->inlined = false;
	for (size_t i = 0; i < ARRAY_SIZE(headings); i++) {
		if (heading(p, headings[i].begins, cpu))
			return headings[i].part;
	}
	part = pointer(p, frame, address);
	if (part != PART_NONE)
		return part;
	if (words(p))
		return PART_WORDS;
	p = marks_end(p);
	*address = 0;
	return call(p, frame, address);
}
