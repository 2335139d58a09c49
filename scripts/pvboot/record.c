// SPDX-License-Identifier: GPL-2.0-only
/*
 * Write the record.  Strings that come from a console are plain ASCII already;
 * what the caller says may be anything.
 */
#include "record.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "symbols.h"
#include "tasks.h"
#include "vcpus.h"

#define FORMAT_VERSION	1

static cJSON *must(cJSON *item)
{
	if (!item)
		die("out of memory");
	return item;
}

/*
 * Text as JSON takes it.  Bytes that are no UTF-8, and control characters,
 * become \xNN.
 */
static size_t utf8_length(const unsigned char *s)
{
	size_t len = *s < 0x80 ? 1 : *s >= 0xc2 && *s < 0xe0 ? 2 :
		     *s >= 0xe0 && *s < 0xf0 ? 3 : *s >= 0xf0 && *s < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	/* overlong, surrogates, beyond the last character */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] >= 0xa0) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] >= 0x90))
		return 0;
	return len;
}

static cJSON *text_or_null(const char *s)
{
	cJSON *item;
	char *clean, *p;

	if (!s || !*s)
		return must(cJSON_CreateNull());
	clean = malloc(4 * strlen(s) + 1);
	if (!clean)
		die("out of memory");
	for (p = clean; *s;) {
		size_t len = utf8_length((const unsigned char *)s);

		if (!len || (unsigned char)*s < ' ' || *s == 0x7f) {
			p += sprintf(p, "\\x%02x", (unsigned char)*s++);
			continue;
		}
		memcpy(p, s, len);
		p += len;
		s += len;
	}
	*p = '\0';
	item = must(cJSON_CreateString(clean));
	free(clean);
	return item;
}

static void add(cJSON *obj, const char *name, cJSON *item)
{
	if (!cJSON_AddItemToObject(obj, name, must(item)))
		die("out of memory");
}

static void add_text(cJSON *obj, const char *name, const char *s)
{
	add(obj, name, text_or_null(s));
}

static void add_number(cJSON *obj, const char *name, double n)
{
	add(obj, name, cJSON_CreateNumber(n));
}

/* Times: no one can do anything with less than a millisecond. */
static void add_time(cJSON *obj, const char *name, double seconds)
{
	add_number(obj, name, round(seconds * 1000) / 1000);
}

static cJSON *add_list(cJSON *obj, const char *name)
{
	cJSON *list = must(cJSON_CreateArray());

	add(obj, name, list);
	return list;
}

static cJSON *add_object(cJSON *obj, const char *name)
{
	cJSON *item = must(cJSON_CreateObject());

	add(obj, name, item);
	return item;
}

static void append(cJSON *list, cJSON *item)
{
	if (!cJSON_AddItemToArray(list, must(item)))
		die("out of memory");
}

/* An empty line stays one. */
static void append_line(cJSON *list, const char *line)
{
	append(list, *line ? text_or_null(line) : cJSON_CreateString(""));
}

const char *record_outcome(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_OK:
		return "ok";
	case OUTCOME_FAULT:
		return "fault";
	default:
		return "unjudged";
	}
}

/*
 * A domain
 */

static const char * const states[] = {
	[STATE_NOT_CREATED] = "not created",
	[STATE_REFUSED] = "refused",
	[STATE_RUNNING] = "running",
	[STATE_OFF] = "off",
	[STATE_CRASHED] = "crashed",
	[STATE_HUNG] = "hung",
	[STATE_FLOODED] = "flooded",
	[STATE_QUIT] = "quit",
	[STATE_ENDED] = "ended",
};

static const char * const kinds[] = {
	[FINDING_CRASH] = "crash",
	[FINDING_HANG] = "hang",
	[FINDING_COMPLAINT] = "complaint",
	[FINDING_TEST] = "test",
	[FINDING_FLOOD] = "flood",
	[FINDING_QUIT] = "quit",
	[FINDING_MISSED] = "missed",
};

static const char * const test_outcomes[] = {
	[TEST_NOT_RUN] = "not run",
	[TEST_CUT_OFF] = "cut off",
	[TEST_OK] = "ok",
	[TEST_FAILED] = "failed",
	[TEST_SKIPPED] = "skipped",
};

static void add_milestones(cJSON *obj, const struct domain *d, double begun)
{
	cJSON *list = add_list(obj, "milestones");

	for (int ms = d->is_dom0 ? MS_HYPERVISOR : MS_KERNEL; ms < MS_COUNT; ms++) {
		cJSON *item = must(cJSON_CreateObject());

		add_text(item, "name", milestone_name(ms));
		if (ms <= d->reached)
			add_time(item, "at", d->at[ms] - begun);
		else
			add_text(item, "at", NULL);
		append(list, item);
	}
}

static void add_test(cJSON *list, const struct test *test)
{
	cJSON *item = must(cJSON_CreateObject()), *ktap;
	char line[2 * TEXT_MAX];

	add_text(item, "name", test->name);
	add_text(item, "kind", test->is_suite ? "kunit" : "program");
	add_text(item, "outcome", test_outcomes[test->outcome]);
	add_number(item, "planned", test->planned);
	add_number(item, "passed", test->passed);
	add_number(item, "failed", test->failed);
	add_number(item, "skipped", test->skipped);
	add_text(item, "why", test->why);
	ktap = add_list(item, "ktap");
	for (const char *p = test->text; *p;) {
		size_t len = strcspn(p, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)len, p);
		append_line(ktap, line);
		p += len + !!p[len];
	}
	append(list, item);
}

static void add_tests(cJSON *obj, const struct domain *d)
{
	cJSON *list = add_list(obj, "tests");

	if (d->set.suite)
		add_test(list, &d->suite);
	for (unsigned int i = 0; i < d->ntests; i++)
		add_test(list, &d->tests[i]);
}

static void add_fault(cJSON *list, const struct finding *found, double begun)
{
	const struct fault *fault = &found->fault;
	cJSON *item = must(cJSON_CreateObject()), *chain, *doubtful;
	char address[32];

	add_text(item, "kind", kinds[found->kind]);
	add_text(item, "source", found->concluded ? "pvboot" :
		 fault->source == FAULT_XEN ? "xen" : "kernel");
	add_text(item, "class", fault->class);
	add_text(item, "title", fault->title);
	add_text(item, "signature", found->sig ? found->sig->id : NULL);
	add_text(item, "known", found->sig ? found->sig->title : NULL);
	add_text(item, "line", fault->what);
	chain = add_list(item, "chain");
	for (unsigned int i = 0; i < fault->nframes; i++)
		append_line(chain, fault->frames[i]);
	doubtful = add_list(item, "doubtful");
	for (unsigned int i = 0; i < fault->ndoubtful; i++)
		append_line(doubtful, fault->doubtful[i]);
	add_text(item, "place", fault->place);
	snprintf(address, sizeof(address), "0x%016lx", fault->address);
	add_text(item, "address", fault->has_address ? address : NULL);
	add_time(item, "at", fault->when - begun);
	append(list, item);
}

static void add_chain(cJSON *obj, const struct vcpu *vcpu)
{
	cJSON *chain = add_list(obj, "chain");

	for (unsigned int i = 0; i < vcpu->nframes; i++)
		append_line(chain, vcpu->frames[i]);
}

static void add_vcpus(cJSON *obj, const struct domain *d)
{
	static const char * const does[] = {
		[VCPU_UNKNOWN] = "not seen",
		[VCPU_IDLE] = "idle",
		[VCPU_USER] = "user",
		[VCPU_INTERRUPT] = "interrupt",
		[VCPU_WAITS] = "waits",
		[VCPU_RUNS] = "runs",
	};
	cJSON *list = add_list(obj, "vcpus");

	for (unsigned int i = 0; d->vcpus && i < d->vcpus->count; i++) {
		const struct vcpu *vcpu = &d->vcpus->vcpu[i];
		cJSON *item = must(cJSON_CreateObject());

		add_number(item, "vcpu", i);
		add_text(item, "state", does[vcpu->state]);
		add_chain(item, vcpu);
		append(list, item);
	}
}

static void add_tasks(cJSON *obj, const struct domain *d)
{
	cJSON *list = add_list(obj, "asleep");

	for (unsigned int i = 0; d->tasks && i < d->tasks->count; i++) {
		cJSON *item = must(cJSON_CreateObject());

		add_text(item, "task", d->tasks->task[i].name);
		add_chain(item, &d->tasks->task[i].at);
		append(list, item);
	}
}

static void add_tail(cJSON *obj, const struct domain *d)
{
	unsigned int i = d->ntail > TAIL_LINES ? d->ntail - TAIL_LINES : 0;
	cJSON *list = add_list(obj, "tail");

	for (; d->outcome != OUTCOME_OK && i < d->ntail; i++)
		append_line(list, d->tail[i % TAIL_LINES]);
}

static void add_domain(cJSON *list, const struct domain *d, double begun)
{
	bool created = d->state != STATE_NOT_CREATED;
	cJSON *obj = must(cJSON_CreateObject()), *faults;
	char log[TEXT_MAX];

	append(list, obj);
	add_text(obj, "name", d->set.name);
	add_text(obj, "expect", d->set.expect ? d->set.expect : "boot");
	add_text(obj, "outcome", record_outcome(d->outcome));
	add_text(obj, "state", states[d->state]);
	add_text(obj, "summary", d->summary);
	add_text(obj, "title", d->outcome == OUTCOME_FAULT ?
		 d->headline->fault.title : NULL);
	add_text(obj, "why", d->why);
	add_text(obj, "because", d->because ? d->because->set.name : NULL);
	add_text(obj, "symbols", symbols_source(d->set.syms));
	if (created) {
		add_time(obj, "begun", d->begun - begun);
		add_time(obj, "ended", d->ended - begun);
		add_time(obj, "silence", d->ended - d->last_line);
	} else {
		add_text(obj, "begun", NULL);
		add_text(obj, "ended", NULL);
		add_text(obj, "silence", NULL);
	}
	add_milestones(obj, d, begun);
	add_tests(obj, d);
	add_number(obj, "complaints", d->complaints);
	faults = add_list(obj, "faults");
	for (unsigned int i = 0; i < d->nfindings; i++)
		add_fault(faults, &d->findings[i], begun);
	add_vcpus(obj, d);
	add_tasks(obj, d);
	add_tail(obj, d);
	copy_text(log, "%s.log", d->set.name);
	add_text(obj, "log", log);
}

/*
 * The whole
 */

static void add_machine(cJSON *obj, const struct record_facts *facts)
{
	cJSON *machine;

	if (!facts->accel) {
		add_text(obj, "machine", NULL);
		return;
	}
	machine = add_object(obj, "machine");
	add_text(machine, "accel", facts->accel);
	add_text(machine, "cpu", facts->cpu);
	add_number(machine, "cpus", facts->cpus);
	add_number(machine, "memory", facts->memory);
	add_number(machine, "dom0_memory", facts->dom0_memory);
	add_text(machine, "box", facts->box);
}

static cJSON *make_record(const struct machine *m, const struct record_facts *facts)
{
	const struct domain *dom0 = &m->domains[0];
	cJSON *obj = must(cJSON_CreateObject()), *item;
	time_t begun = facts->begun;
	char date[32] = "";
	struct tm tm;

	if (begun && gmtime_r(&begun, &tm))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	add_text(obj, "format", "pvboot-record");
	add_number(obj, "version", FORMAT_VERSION);
	add_text(obj, "cell", facts->cell);
	add_text(obj, "expect", dom0->set.expect ? dom0->set.expect : "boot");
	add_text(obj, "outcome", record_outcome(m->outcome));
	add_number(obj, "status", m->outcome);
	add_text(obj, "title", m->culprit ? m->culprit->headline->fault.title : NULL);
	add_text(obj, "why", m->why);
	add_text(obj, "begun", date);
	add_time(obj, "seconds", m->ended - m->begun);
	add_time(obj, "silence", m->ended - dom0->last_line);
	item = add_object(obj, "facts");
	for (unsigned int i = 0; i < facts->nfacts; i++)
		add(item, facts->names[i], facts->values[i][0] ?
		    text_or_null(facts->values[i]) : cJSON_CreateString(""));
	add_machine(obj, facts);
	item = add_object(obj, "logs");
	add_text(item, "console", "console.log");
	add_text(item, "xen", "xen.log");
	item = add_list(obj, "domains");
	for (unsigned int i = 0; i < m->ndomains; i++)
		add_domain(item, &m->domains[i], m->begun);
	return obj;
}

char *record_text(const struct machine *m, const struct record_facts *facts)
{
	cJSON *obj = make_record(m, facts);
	char *text = cJSON_Print(obj);

	cJSON_Delete(obj);
	return text;
}

int record_write(const char *path, const struct machine *m,
		 const struct record_facts *facts)
{
	char *text = record_text(m, facts);
	char new[4096];
	FILE *f = NULL;
	int err = -ENOMEM;

	if (!text)
		return err;
	if (snprintf(new, sizeof(new), "%s.new", path) < (int)sizeof(new))
		f = fopen(new, "we");
	else
		errno = ENAMETOOLONG;
	err = -errno;
	if (f) {
		fprintf(f, "%s\n", text);
		err = ferror(f) ? -EIO : 0;
		if (fclose(f) || err || rename(new, path)) {
			err = errno ? -errno : -EIO;
			unlink(new);
		}
	}
	free(text);
	return err;
}
