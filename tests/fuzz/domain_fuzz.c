// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole boot: any bytes as the serial port of a machine with three domUs, from the
 * first line to the record, which has to be JSON and to make sense.
 */
#include "fuzz.h"

#include <cjson/cJSON.h>

#include "../../scripts/pvboot/record.h"
#include "../../scripts/pvboot/symbols.h"
#include "../../scripts/pvboot/vcpus.h"

struct boot {
	struct machine m;
	struct console con;
	double now;
	bool over;
};

/* As if it had been seen from outside */
static void look(void *ctx, unsigned int domain, double now)
{
	struct boot *b = ctx;
	struct domain *d = &b->m.domains[domain];
	struct vcpus *v = calloc(1, sizeof(*v));

	must(v && domain && domain < b->m.ndomains && now <= b->now, "a domU is looked at");
	v->count = 1;
	v->vcpu[0].state = VCPU_RUNS;
	v->vcpu[0].nframes = 1;
	strcpy(v->vcpu[0].frames[0], "do_idle");
	free(d->vcpus);
	d->vcpus = v;
	domain_settle(d, now);
}

static void from_port(void *ctx, enum console_src src, const char *line, bool whole)
{
	struct boot *b = ctx;

	b->now += 0.01;
	if (b->over)
		return;
	machine_line(&b->m, src, line, whole, b->now);
	b->over = domain_tick(&b->m.domains[0], b->now);
	must(b->over || domain_deadline(&b->m.domains[0]) > b->now,
	     "who waits has something to wait for");
}

static void check_record(const struct machine *m)
{
	const struct record_facts facts = {
		.cell = "fuzz",
		.names = { "release" },
		.values = { "\xff\x01\xe2\x82\xac" },
		.nfacts = 1,
		.begun = 1700000000,
		.accel = m->ndomains > 1 ? "tcg" : NULL,
		.cpu = "qemu64",
	};
	char *text = record_text(m, &facts);
	cJSON *json = cJSON_Parse(text), *outcome, *domain;
	const char *all;

	must(json, "a record is JSON");
	all = cJSON_GetStringValue(cJSON_GetObjectItem(json, "outcome"));
	must(all && !strcmp(all, record_outcome(m->outcome)), "a record says how it came out");
	cJSON_ArrayForEach(domain, cJSON_GetObjectItem(json, "domains")) {
		outcome = cJSON_GetObjectItem(domain, "outcome");
		must(strcmp(all, "ok") || !strcmp(outcome->valuestring, "ok"),
		     "no boot is better than its domains");
		must(strcmp(outcome->valuestring, "fault") ||
		     cJSON_IsString(cJSON_GetObjectItem(domain, "title")), "a fault has a title");
	}
	must(strcmp(all, "fault") || cJSON_IsString(cJSON_GetObjectItem(json, "title")),
	     "a boot that fails has a title");
	cJSON_Delete(json);
	free(text);
	must(record_write("/dev/null/result.json", m, &facts) < 0,
	     "what cannot be written is told");
}

void fuzz_one(const unsigned char *data, size_t size)
{
	static const char * const expected[] = { NULL, "early-full-load", "no-user-base" };
	static struct symbols *syms;
	static struct boot b;
	const char *err;
	struct domain_setup sets[] = {
		{ .name = "dom0", .expect = expected[size % 3], .suite = "xen_pv_cr3",
		  .has_suite = size % 2, .tests = { "/xen_pv_cr3", "/domus" }, .patience = 1 },
		{ .name = "domu", .tests = { "/xen_pv_cr3" }, .patience = 1 },
		{ .name = "domu-without", .expect = "early-full-load",
		  .tests = { "/xen_pv_cr3" }, .patience = 1 },
		{ .name = "domu-smp", .tests = { "/xen_pv_cr3" }, .patience = 1 },
	};

	if (!syms)
		syms = symbols_open(A_KERNEL, &err);
	must(syms, "there is a kernel");
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		sets[i].syms = syms;
	memset(&b.con, 0, sizeof(b.con));
	b.now = 0;
	b.over = false;
	/* for one, dom0 alone */
	machine_open(&b.m, sets, size % 4 ? ARRAY_SIZE(sets) : 1, 0);
	b.m.look = look;
	b.m.log_ctx = &b;
	console_init(&b.con, from_port, &b);
	while (size) {
		char *line = next_line(&data, &size);

		/* The header of a recorded console; and silence */
		if (line[0] == '@') {
			b.now += 40;
			b.over |= domain_tick(&b.m.domains[0], b.now);
		} else if (line[0] != '#') {
			console_feed(&b.con, line, strlen(line));
			console_feed(&b.con, "\n", 1);
		}
		free(line);
	}
	console_flush(&b.con);
	machine_judge(&b.m, size % 5 ? NULL : "QEMU was killed by signal 9", b.now);
	must(b.m.outcome == OUTCOME_OK || b.m.why[0], "what is not ok has its reason");
	check_record(&b.m);
	machine_free(&b.m);
}
