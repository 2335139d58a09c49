/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What fault.c and its tables share.
 */
#ifndef PVBOOT_REPORT_H
#define PVBOOT_REPORT_H

#include "fault.h"

#define TRACE_FRAMES	64
#define TRACES		6
#define FORM_TEXT	200

/**
 * enum culprit - where a report tells which function is guilty
 * @NOBODY: nowhere; the class alone is the title
 * @BY_TRACE: the instruction pointer, then the call trace
 * @BY_LINE: the opening line, then as in @BY_TRACE
 * @BY_LOCK: who took the lock ("at: function"), then as in @BY_TRACE
 * @BY_LEAK: the trace, past all that only gives memory
 * @BY_STALL: the trace of the CPU that stands still; not its top, which is
 *	another one each time, but what was entered from a dispatcher
 */
enum culprit {
	NOBODY,
	BY_TRACE,
	BY_LINE,
	BY_LOCK,
	BY_LEAK,
	BY_STALL,
};

/**
 * struct format - a line in the form in which a kernel, or Xen, prints it
 * @form: the form, from the line's first character on; see form_match()
 * @class: what goes wrong; '$' stands for what %t took.  NULL: all is well.
 * @kind: what is left of the domain
 * @culprit: where the guilty function is told
 * @rank: a report may open with several lines that fit.  The highest rank gives
 *	the class, lower ones add to it, and two of the same are two reports.
 * @flags: FORMAT_*
 */
struct format {
	const char *form;
	const char *class;
	enum fault_kind kind;
	enum culprit culprit;
	unsigned char rank;
	unsigned char flags;
};

#define FORMAT_XEN	0x01	/* Xen prints it, not the kernel */
#define FORMAT_EARLY	0x02	/* past printk(), so without a time */
#define FORMAT_TIMED	0x04	/* so general that it needs one */
#define FORMAT_ADDS	0x08	/* adds to a report, does not open one */
#define FORMAT_AFTER	0x10	/* a panic that has its cause in the report before */
#define FORMAT_DEAD	0x20	/* ...if that was a crash */
#define FORMAT_AGAIN	0x80	/* may say again what was told before */
#define FORMAT_HOLD	0x40	/* the trace comes after "stack backtrace:" */

/**
 * struct taken - what a form's escapes have taken from a line
 * @text: %t
 * @function: %f
 * @place: %p
 * @address: %a
 * @number: the first %d, or -1
 * @has_address: there was %a
 * @inlined: @function has no code of its own
 */
struct taken {
	char text[FORM_TEXT];
	char function[FAULT_NAME];
	char place[FAULT_NAME];
	unsigned long address;
	int number;
	bool has_address;
	bool inlined;
};

/**
 * form_match() - does a line begin as a form says?
 * @form: literal text with these escapes: %d a decimal number, %x a hexadecimal
 *	one, %a the same, an address to keep, %w anything but blanks and colons, %s anything,
 *	%t anything, to keep, %f a function, %p file:line,
 *	%v what Xen puts before its word about a vCPU, %m what a driver of Xen PV's puts
 *	before its own, %e a text to the end that tells of a failure, to keep,
 *	%$ the end of the line
 * @line: the line
 * @taken: where to put what was taken
 *
 * Return: true if it does.
 */
bool form_match(const char *form, const char *line, struct taken *taken);

/**
 * form_function() - read the name of a function, without offset and clone
 * @text: begins with it
 * @name: where it goes
 *
 * Return: bytes read with the offset, or 0 if that is no function.
 */
size_t form_function(const char *text, char name[FAULT_NAME]);

/**
 * rust_name() - read a name that Rust's compiler has made
 * @text: the symbol, such as "_RNvC4name4main"
 * @len: its length
 * @name: where to put what was written in the source, such as "name::main"
 *
 * Return: false if that is no such name, or none that can be read.
 */
bool rust_name(const char *text, size_t len, char name[FAULT_NAME]);

/**
 * enum trust - what a line's time tells of its origin
 * @TRUST_NONE: the kernel prints times, and this line has none
 * @TRUST_EARLY: the same, but the clock does not run yet, nor does any program
 * @TRUST_FORM: there are no times
 * @TRUST_TIME: it has one
 */
enum trust {
	TRUST_NONE,
	TRUST_EARLY,
	TRUST_FORM,
	TRUST_TIME,
};

/**
 * format_find() - the first entry of the table that a line fits
 * @src: who has written the line
 * @line: the line
 * @trust: what its time tells
 * @taken: where to put what was taken
 *
 * Return: the entry or NULL.
 */
const struct format *format_find(enum fault_source src, const char *line,
				 enum trust trust, struct taken *taken);

/**
 * format_next() - walk the table
 * @f: an entry, or NULL to begin
 *
 * Return: the one after it, or NULL after the last.
 */
const struct format *format_next(const struct format *f);

/**
 * enum part - what a line is within a report
 * @PART_NONE: nothing that is known
 * @PART_CALL: a function of a call trace
 * @PART_IP: the instruction pointer
 * @PART_IP_AGAIN: the same, printed once more at the end
 * @PART_START: a call trace begins
 * @PART_TASK: the trace that begins is that of a CPU or task, given by number
 * @PART_OTHER: functions follow that do not tell who is guilty
 * @PART_FOREIGN: the same, and they have a heading "Call Trace:" of their own
 * @PART_USER: user space begins, the trace ends
 * @PART_STACK: words of the stack begin
 * @PART_WORDS: words of the stack
 * @PART_END: the report ends
 */
enum part {
	PART_NONE,
	PART_CALL,
	PART_IP,
	PART_IP_AGAIN,
	PART_START,
	PART_TASK,
	PART_OTHER,
	PART_FOREIGN,
	PART_USER,
	PART_STACK,
	PART_WORDS,
	PART_END,
};

/**
 * struct frame - one function of a trace
 * @name: its name without offset and clone; empty if only an address was told
 * @sure: the kernel is
 * @inlined: it has no code of its own, and is known only where lines are looked up
 */
struct frame {
	char name[FAULT_NAME];
	bool sure;
	bool inlined;
};

/**
 * frame_read() - tell what a line is within a report
 * @line: the line
 * @frame: where to put a function
 * @address: where to put an address that has no name, or 0
 * @cpu: where to put a CPU's number, or -1
 *
 * Return: what it is.
 */
enum part frame_read(const char *line, struct frame *frame,
		     unsigned long *address, int *cpu);

/* What a function is to a report; flags. */
#define ROLE_NEVER	0x01	/* machinery, and never guilty */
#define ROLE_CALLS	0x02	/* hands on to whatever was asked for */
#define ROLE_LOCKS	0x04	/* never guilty of a lock's misuse: is the lock */
#define ROLE_GIVES	0x08	/* never guilty of a leak: gives memory */
#define ROLE_STANDS	0x10	/* waits for another CPU, so the stall ends here */
#define ROLE_DETECTS	0x20	/* finds a stall of others */
#define ROLE_OWNS	0x40	/* may be guilty of its own lock's misuse */
#define ROLE_IDLES	0x80	/* has nothing to do, so it is not what stalls */

/**
 * frame_role() - what a function is to a report
 * @name: the function
 *
 * Return: ROLE_*, or 0.
 */
unsigned int frame_role(const char *name);

/**
 * struct kline - a line of the kernel's log, taken apart
 * @text: what the kernel printed
 * @caller: who, such as "T123", or empty
 * @timed: a time stood before it
 * @stamp: that time, or -1 if it was a date
 */
struct kline {
	const char *text;
	char caller[16];
	bool timed;
	double stamp;
};

/**
 * struct trace - one call trace
 * @frame: its functions, the innermost first
 * @nframes: entries in @frame
 * @caller: who prints it, or empty
 * @real: one of them at least is not inlined
 * @cpu: whose, or -1
 * @started: "Call Trace:" was seen
 * @loose: functions came before its heading
 * @other: it is that of another task than the report's
 */
struct trace {
	struct frame frame[TRACE_FRAMES];
	unsigned int nframes;
	char caller[16];
	bool real;
	int cpu;
	bool started;
	bool loose;
	bool other;
};

/**
 * struct report - a report that is being read
 * @fault: what will be handed on
 * @format: what gives it its class
 * @caller: "T123" or "C0", the kernel's word for who prints it, or empty
 * @from: the same of the line that is being read
 * @told: the function that its lines have named, or empty
 * @inlined: @told has been inlined, and the next line may have what it is part of
 * @lock: the function that took the lock, or a helper of it if there was no other
 * @trace: its traces
 * @ntraces: entries in @trace
 * @stalled: the CPUs that stand still, bit by bit
 * @pid: the task that its first line names, or -1
 * @age: lines since it opened
 * @idle: lines since something of it came
 * @last: when that was
 * @stamp: what the kernel's clock said then
 * @hold: wait for "stack backtrace:"
 * @aside: in a trace that does not count
 * @foreign: the next trace does not count
 * @stack: words of the stack are coming
 * @lock_next: the next line tells who took the lock
 * @chain: among the traces of who took which lock before
 * @access: read or write, that is told
 * @nameless: an address came that nobody could name
 * @leaving: another one has opened, and this one's trace may go on
 * @done: it is complete, and waits for those that opened before it
 */
struct report {
	struct fault fault;
	const struct format *format;
	char caller[16];
	char from[16];
	char told[FAULT_NAME];
	bool inlined;
	char lock[FAULT_NAME];
	struct trace trace[TRACES];
	unsigned int ntraces;
	unsigned long stalled;
	int pid;
	unsigned int age;
	unsigned int idle;
	double last;
	double stamp;
	bool hold;
	bool aside;
	bool foreign;
	bool stack;
	bool lock_next;
	bool chain;
	bool access;
	bool nameless;
	bool leaving;
	bool done;
};

/**
 * report_open() - begin a report
 * @r: the report
 * @src: who prints it
 * @fmt: what its first line fits
 * @t: what was taken from that
 * @line: that line
 * @now: when it came
 */
void report_open(struct report *r, enum fault_source src,
		 const struct format *fmt, const struct taken *t,
		 const char *line, double now);

/**
 * report_add() - take what another line of a table's form has told
 * @r: the report
 * @fmt: what that line fits
 * @t: what was taken from it
 * @better: it knows better what has happened
 */
void report_add(struct report *r, const struct format *fmt,
		const struct taken *t, bool better);

/**
 * report_line() - take any line that may belong to a report
 * @r: the report
 * @name: tells names of addresses, or NULL
 * @ctx: its first argument
 * @k: the line
 * @now: when it came
 *
 * Return: true if the report is complete.
 */
bool report_line(struct report *r, fault_name_fn name, void *ctx,
		 const struct kline *k, double now);

/**
 * report_traced() - has a call trace come?
 * @r: the report
 *
 * Return: true if it has.
 */
bool report_traced(const struct report *r);

/**
 * lock_user() - may a function be guilty of a lock's misuse?
 * @name: the function
 * @own: of that of its own, if it has one
 *
 * Return: true unless it is a helper, or only hands on.
 */
bool lock_user(const char *name, bool own);

/**
 * report_blame() - name a fault by a function, whatever that is to a report
 * @f: the fault, which has no frames and gets this one, and its title
 * @function: its name
 */
void report_blame(struct fault *f, const char *function);

/**
 * report_judge() - find who is guilty, and give the report its title
 * @r: the report; @r->fault gets its title and frames
 */
void report_judge(struct report *r);

/**
 * kline_read() - take off what printk() and syslog put before a line
 * @line: the line
 *
 * Return: the line, taken apart; it points into @line.
 */
struct kline kline_read(const char *line);

/**
 * kline_within() - find a line that begins within another one
 * @line: the line, from where to look
 * @found: where to put it
 *
 * Two CPUs, or a program and the kernel, write to one console.  The time tells
 * where the kernel begins.
 *
 * Return: where its time begins, or NULL if there is none.
 */
const char *kline_within(const char *line, struct kline *found);

#endif /* PVBOOT_REPORT_H */
