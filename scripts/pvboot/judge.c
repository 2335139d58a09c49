// SPDX-License-Identifier: GPL-2.0-only
/*
 * Would this have been seen?  Judges reports as if they were consoles.
 *
 *	judge [-v] [-c CONSOLE] FOLDER
 *
 * A file of FOLDER opens with lines such as "TITLE: WARNING in function" and
 * "ALT: another title", up to an empty line; without a TITLE it is harmless.  What
 * follows is the console, up to a line "REPORT:".
 *
 * Blanks before all lines are taken off: many a report was pasted into a mail.
 * With CONSOLE each report is put into the middle of that boot; if its lines have no
 * times, then they get the boot's last one.  What is no kernel
 * on x86 is left out of the count, by the lines that only others print.
 *
 * Exit status: 0 if all were judged, whatever came out; 125 if not.
 */
#include "compiler.h"
#include "console.h"
#include "report.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TITLES		16
#define UNJUDGED	125

static const char program[] = "a program";

/* Lines that no kernel on x86 prints, as forms, and who does. */
static const struct {
	const char *form;
	const char *who;
} others[] = {
	{ "Internal error: %s[#%d]", "ARM" },
	{ "pc : ", "ARM" },
	{ "PC is at ", "ARM" },
	{ "Exception stack(", "ARM" },
	{ "Call trace:", "ARM" },
	{ "Backtrace: ", "ARM" },
	{ "Bad mode in ", "ARM" },
	{ "Unhandled fault: ", "ARM" },
	{ "Hardware name: %s(DT)", "a machine with a device tree" },
	{ "NIP [", "PowerPC" },
	{ "NIP:  ", "PowerPC" },
	{ "epc : ", "RISC-V" },
	{ "trusty: ", "Trusty" },
	{ "SYZFAIL: ", program },
};

struct file {
	char title[TITLES][FAULT_TEXT];
	unsigned int ntitles;
	const char *other;
	struct fault first;
	unsigned int faults;
	bool timed;		/* the report has times */
	size_t indent;		/* blanks before every line: it was pasted */
	double stamp;		/* the last time of the boot, or -1 */
	struct faults *scan;
};

static struct {
	unsigned int faulty, noticed, harmless, flagged, named, left_out;
} count;

static bool verbose;

static void found(void *ctx, const struct fault *fault)
{
	struct file *f = ctx;

	if (!f->faults++)
		f->first = *fault;
	if (verbose) {
		printf("\t%s\n", fault->title);
		for (unsigned int i = 0; i < fault->nframes; i++)
			printf("\t\t%s\n", fault->frames[i]);
	}
}

static void line(void *ctx, enum console_src src, const char *text, bool whole)
{
	struct file *f = ctx;

	(void)whole;
	/* a domU is another kernel: "{name} text" */
	if (text[0] == '{')
		return;
	if (src == CONSOLE_DOM0 && kline_read(text).timed)
		f->stamp = kline_read(text).stamp;
	faults_line(f->scan, src == CONSOLE_XEN ? FAULT_XEN : FAULT_KERNEL, text, 0);
}

static void look(struct file *f, const char *text)
{
	size_t blanks = strspn(text, " \t");
	struct kline k = kline_read(text + blanks);
	struct taken taken;

	if (blanks < f->indent && text[blanks] != '\n')
		f->indent = blanks;
	f->timed |= k.timed;
	for (size_t i = 0; i < ARRAY_SIZE(others) && !f->other; i++) {
		if (form_match(others[i].form, k.text + strspn(k.text, " \t"), &taken))
			f->other = others[i].who;
	}
}

/* Past the header; keeps its titles. */
static void header(struct file *f, FILE *in, char **buf, size_t *size)
{
	ssize_t len;

	while ((len = getline(buf, size, in)) > 1) {
		char *title = NULL;

		(*buf)[strcspn(*buf, "\r\n")] = '\0';
		if (!strncmp(*buf, "TITLE: ", 7))
			title = *buf + 7;
		else if (!strncmp(*buf, "ALT: ", 5))
			title = *buf + 5;
		if (title && f->ntitles < TITLES)
			snprintf(f->title[f->ntitles++], FAULT_TEXT, "%s", title);
	}
}

/* The first half of a boot, or the second. */
static bool boot(struct file *f, const char *path, bool second)
{
	struct console con;
	struct stat st;
	FILE *in;
	int c;

	in = fopen(path, "r");
	if (!in || fstat(fileno(in), &st)) {
		fprintf(stderr, "judge: %s: %s\n", path, strerror(errno));
		if (in)
			fclose(in);
		return false;
	}
	console_init(&con, line, f);
	for (off_t at = 0; (c = getc(in)) != EOF; at++) {
		char byte = c;

		if (second ? at > st.st_size / 2 : at <= st.st_size / 2)
			console_feed(&con, &byte, 1);
	}
	console_flush(&con);
	fclose(in);
	return true;
}

/* The report itself; its bytes go the way of a console's. */
static void report(struct file *f, FILE *in, char **buf, size_t *size)
{
	const double stamp = f->stamp;
	struct console con;
	char time[32];
	size_t skip;
	ssize_t len;

	console_init(&con, line, f);
	snprintf(time, sizeof(time), "[%12.6f] ", stamp);
	while ((len = getline(buf, size, in)) > 0 && strcmp(*buf, "REPORT:\n")) {
		if (stamp >= 0 && !f->timed)
			console_feed(&con, time, strlen(time));
		/* empty lines may have less */
		skip = strspn(*buf, " \t");
		if (skip > f->indent)
			skip = f->indent;
		console_feed(&con, *buf + skip, len - skip);
	}
	console_flush(&con);
}

/* The function that a title names, or NULL. */
static const char *function_of(const char *title)
{
	const char *at = NULL;

	for (const char *p = title; (p = strstr(p, " in ")); p++)
		at = p + 4;
	return at;
}

/* A clone is the same function, and so is a system call under its other names. */
static void bare(const char *name, size_t len, char out[FAULT_NAME])
{
	static const char * const prefixes[] = {
		"__x64_", "__ia32_", "__se_", "__do_", "__arm64_", "compat_",
		"SyS_", "SYSC_", "sys_",
	};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t n = strlen(prefixes[i]);

		if (n < len && !strncmp(name, prefixes[i], n) &&
		    (i > 4 || !strncmp(name + n, "sys_", 4) ||
		     !strncmp(name + n, "compat_sys_", 11))) {
			name += n;
			len -= n;
		}
	}
	snprintf(out, FAULT_NAME, "%.*s", (int)len, name);
	if (out[0] != '<')
		out[strcspn(out, ".")] = '\0';
}

static bool same(const char *want, const char *have)
{
	size_t len = strcspn(want, "/ "), all = strlen(want);
	char a[FAULT_NAME], b[FAULT_NAME];

	bare(have, strlen(have), b);
	bare(want, all, a);
	if (!strcmp(a, b))
		return true;
	if (want[0] == '<')
		return false;
	bare(want, len, a);
	return !strcmp(a, b);
}

static bool named(const struct file *f)
{
	const char *have = function_of(f->first.title);

	if (!f->faults)
		return false;
	if (!function_of(f->title[0]))
		return true;
	for (unsigned int i = 0; i < f->ntitles; i++) {
		const char *want = function_of(f->title[i]);

		if (want && have && same(want, have))
			return true;
	}
	return false;
}

static void verdict(const struct file *f, const char *name)
{
	const char *got = f->faults ? f->first.title : "nothing";

	if (f->other && !(f->faults && !strcmp(f->other, program))) {
		count.left_out++;
		if (verbose)
			printf("%s: left out, it is of %s: expected \"%s\", got \"%s\"\n",
			       name, f->other, f->ntitles ? f->title[0] : "nothing", got);
	} else if (!f->ntitles) {
		count.harmless++;
		count.flagged += f->faults > 0;
		if (f->faults)
			printf("%s: flagged, but harmless: \"%s\"\n", name, got);
	} else {
		count.faulty++;
		count.noticed += f->faults > 0;
		count.named += named(f);
		if (!named(f))
			printf("%s: expected \"%s\", got \"%s\"\n", name, f->title[0], got);
		else if (verbose)
			printf("%s: as expected \"%s\": \"%s\"\n", name, f->title[0], got);
	}
}

static bool judge_file(const char *folder, const char *name, const char *console)
{
	struct file *f = calloc(1, sizeof(*f));
	char *path = NULL, *buf = NULL;
	bool ok = false;
	FILE *in = NULL;
	size_t size = 0;
	long body;

	if (!f || asprintf(&path, "%s/%s", folder, name) < 0)
		goto out;
	f->stamp = -1;
	f->scan = faults_new(NULL, found, f);
	in = fopen(path, "r");
	if (!f->scan || !in) {
		fprintf(stderr, "judge: %s: %s\n", path, strerror(errno));
		goto out;
	}
	header(f, in, &buf, &size);
	if (console && !boot(f, console, false))
		goto out;
	body = ftell(in);
	f->indent = SIZE_MAX;
	while (getline(&buf, &size, in) > 0 && strcmp(buf, "REPORT:\n"))
		look(f, buf);
	fseek(in, body, SEEK_SET);
	report(f, in, &buf, &size);
	if (console && !boot(f, console, true))
		goto out;
	faults_flush(f->scan, 0);
	verdict(f, name);
	ok = true;
out:
	if (in)
		fclose(in);
	if (f)
		faults_free(f->scan);
	free(f);
	free(buf);
	free(path);
	return ok;
}

static int is_file(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	const char *console = NULL;
	struct dirent **files;
	bool ok = true;
	int opt, n;

	while ((opt = getopt(argc, argv, "vc:")) != -1) {
		if (opt == 'v')
			verbose = true;
		else if (opt == 'c')
			console = optarg;
		else
			return UNJUDGED;
	}
	if (optind + 1 != argc) {
		fprintf(stderr, "judge: name one folder: judge [-v] [-c CONSOLE] FOLDER\n");
		return UNJUDGED;
	}
	n = scandir(argv[optind], &files, is_file, versionsort);
	if (n < 0) {
		fprintf(stderr, "judge: %s: %s\n", argv[optind], strerror(errno));
		return UNJUDGED;
	}
	for (int i = 0; i < n; i++) {
		ok = judge_file(argv[optind], files[i]->d_name, console) && ok;
		free(files[i]);
	}
	free(files);
	if (count.left_out)
		printf("%u left out: not printed by a kernel on x86\n", count.left_out);
	printf("%u of %u noticed, %u of %u harmless flagged, %u of %u named\n",
	       count.noticed, count.faulty, count.flagged, count.harmless,
	       count.named, count.faulty);
	return ok ? 0 : UNJUDGED;
}
