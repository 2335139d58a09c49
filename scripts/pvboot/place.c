// SPDX-License-Identifier: GPL-2.0-only
/*
 * Give what was found without a place its place.
 */
#include "place.h"

#include <stdio.h>
#include <stdlib.h>

#include "report.h"

static void tell(const struct place *p, const char *line)
{
	copy_text(p->d->tail[p->d->ntail++ % TAIL_LINES], "%s", line);
	if (p->fn)
		p->fn(p->ctx, line);
}

/* A report of the kernel's, or Xen's with a trace. */
static const struct finding *placed(const struct domain *d)
{
	for (unsigned int i = 0; i < d->nfindings; i++) {
		if (d->findings[i].kind == FINDING_CRASH && d->findings[i].fault.nframes)
			return &d->findings[i];
	}
	return NULL;
}

/* What ended it, and does not say where. */
static struct finding *unplaced(struct domain *d)
{
	for (unsigned int i = d->nfindings; i-- > 0;) {
		struct finding *found = &d->findings[i];
		bool ends = found->kind == FINDING_CRASH || found->kind == FINDING_QUIT ||
			    found->kind == FINDING_HANG;

		if (ends && !found->fault.nframes &&
		    (found->concluded || found->fault.source == FAULT_XEN))
			return found;
	}
	return NULL;
}

static void forget(struct domain *d, struct finding *found)
{
	unsigned int after = d->nfindings - (found - d->findings) - 1;

	memmove(found, found + 1, after * sizeof(*found));
	d->nfindings--;
}

void place_reset(struct domain *d, double now)
{
	domain_settle(d, now);
	if (d->over)
		return;
	d->now = now;
	d->over = true;
	d->ended = now;
	d->state = STATE_CRASHED;
	domain_find(d, FINDING_CRASH, "RESET", "RESET: the machine reset itself",
		    "the machine reset itself, as by a triple fault, and nobody said why");
}

bool place_wanted(const struct domain *d)
{
	switch (d->state) {
	case STATE_RUNNING:
	case STATE_CRASHED:
	case STATE_HUNG:
	case STATE_QUIT:
		return d->set.vmlinux && !placed(d);
	default:
		return false;
	}
}

/*
 * The log buffer
 */

static void take_unheard(void *ctx, const char *line)
{
	const struct place *p = ctx;

	tell(p, line);
	faults_line(p->d->faults, FAULT_KERNEL, line, p->d->now);
}

/*
 * The vCPUs
 */

static const char *state_name(enum vcpu_state state)
{
	static const char * const names[] = {
		[VCPU_UNKNOWN] = "was not seen",
		[VCPU_IDLE] = "is idle",
		[VCPU_USER] = "runs a program",
		[VCPU_INTERRUPT] = "is idle, but for an interrupt",
		[VCPU_WAITS] = "waits",
		[VCPU_RUNS] = "runs",
	};

	return names[state];
}

static void tell_chain(const struct place *p, const char *what, const struct vcpu *vcpu)
{
	char line[TEXT_MAX];
	size_t len = snprintf(line, sizeof(line), "%s", what);

	for (unsigned int i = 0; i < vcpu->nframes && len < sizeof(line); i++)
		len += snprintf(line + len, sizeof(line) - len, "%s%s", i ? " <- " : ": ",
				vcpu->frames[i]);
	tell(p, line);
}

static void tell_vcpus(const struct place *p, const struct vcpus *v)
{
	if (v->program)
		tell(p, "a vCPU runs a program");
	for (unsigned int i = 0; i < v->count; i++) {
		char what[64];

		snprintf(what, sizeof(what), "vCPU %u %s", i, state_name(v->vcpu[i].state));
		tell_chain(p, what, &v->vcpu[i]);
	}
}

static void tell_tasks(const struct place *p, const struct tasks *t)
{
	for (unsigned int i = 0; i < t->count; i++) {
		char what[TASK_NAME + 16];

		snprintf(what, sizeof(what), "task %s sleeps", t->task[i].name);
		tell_chain(p, what, &t->task[i].at);
	}
}

/* Name a fault by the functions of a vCPU, as if the kernel had told its trace. */
static void name_by(struct fault *fault, const struct vcpu *vcpu, enum culprit culprit)
{
	const struct format format = { .class = fault->class, .culprit = culprit };
	struct report *r = calloc(1, sizeof(*r));

	if (!r)
		return;
	r->fault = *fault;
	r->format = &format;
	r->ntraces = 1;
	r->trace[0].cpu = -1;
	for (unsigned int i = 0; i < vcpu->nframes; i++) {
		struct frame *frame = &r->trace[0].frame[i];

		/* without the compiler's word for a clone */
		snprintf(frame->name, sizeof(frame->name), "%.*s",
			 (int)strcspn(vcpu->frames[i], "."), vcpu->frames[i]);
		frame->sure = true;
	}
	r->trace[0].nframes = vcpu->nframes;
	report_judge(r);
	/* One that hangs may be seen where it enters the kernel, again and again. */
	if (!r->fault.nframes && culprit == BY_STALL && vcpu->nframes)
		report_blame(&r->fault, r->trace[0].frame[0].name);
	if (r->fault.nframes)
		*fault = r->fault;
	free(r);
}

static void give_place(struct finding *found, const struct domain *d)
{
	static const struct vcpu program = { .frames = { "user space" }, .nframes = 1 };
	const struct vcpu *suspect = vcpus_suspect(d->vcpus);
	bool hangs = found->kind == FINDING_HANG;
	const struct task *task = hangs ? tasks_suspect(d->tasks) : NULL;

	if (suspect)
		name_by(&found->fault, suspect, hangs ? BY_STALL : BY_TRACE);
	else if (hangs && d->vcpus->program && (!task || task_waits(task)))
		name_by(&found->fault, &program, BY_TRACE);
	else if (task)
		name_by(&found->fault, &task->at, BY_TRACE);
}

/* Give what has no place that of the vCPU or the task which stands in the way. */
static void give_places(struct domain *d)
{
	struct finding *found = unplaced(d);

	if (found && placed(d)) {
		/* It only followed. */
		forget(d, found);
		d->state = STATE_CRASHED;
	} else if (found) {
		give_place(found, d);
	}
	/* A kernel cannot have a vCPU of its own looked at that takes no interrupt. */
	for (unsigned int i = 0; i < d->nfindings; i++) {
		if (d->findings[i].kind == FINDING_HANG && !d->findings[i].fault.nframes)
			give_place(&d->findings[i], d);
	}
}

void place_gone(struct domain *d)
{
	if (d->vcpus)
		give_places(d);
}

void place_find(const struct place *p, double now)
{
	struct domain *d = p->d;
	struct look look = {
		.mem = p->mem,
		.monitor = p->monitor,
		.vmlinux = d->set.vmlinux,
		.syms = d->set.syms,
		.dom0 = d->is_dom0,
		.last = d->said[0] ? d->said : NULL,
		.context = d->context,
		.fn = take_unheard,
		.ctx = (void *)p,
		.patience = d->set.patience,
	};
	struct vcpus *v = calloc(1, sizeof(*v));
	struct tasks *t = calloc(1, sizeof(*t));

	if (!v || !t || !outside_look(&look, v, t)) {
		free(v);
		free(t);
		return;
	}
	d->now = now;
	domain_settle(d, now);
	tell_vcpus(p, v);
	tell_tasks(p, t);
	free(d->vcpus);
	free(d->tasks);
	d->vcpus = v;
	d->tasks = t;
	give_places(d);
}
