// SPDX-License-Identifier: GPL-2.0-only
/*
 * What speaks against a domain, in order of time.
 */
#include "domain.h"

#include <stdio.h>

struct finding *domain_insert(struct domain *d, const struct fault *fault)
{
	unsigned int at = d->nfindings;

	while (at && d->findings[at - 1].fault.when > fault->when)
		at--;
	if (at == FINDINGS_MAX)
		return NULL;
	if (d->nfindings < FINDINGS_MAX)
		d->nfindings++;
	memmove(&d->findings[at + 1], &d->findings[at],
		(d->nfindings - at - 1) * sizeof(d->findings[0]));
	memset(&d->findings[at], 0, sizeof(d->findings[at]));
	d->findings[at].fault = *fault;
	return &d->findings[at];
}

struct finding *domain_find(struct domain *d, enum finding_kind kind,
			    const char *class, const char *title,
			    const char *line)
{
	struct fault fault = { .when = d->now };
	struct finding *found;

	snprintf(fault.class, sizeof(fault.class), "%s", class ? class : title);
	snprintf(fault.title, sizeof(fault.title), "%s", title);
	snprintf(fault.what, sizeof(fault.what), "%s", line);
	found = domain_insert(d, &fault);
	if (found) {
		found->kind = kind;
		found->concluded = true;
	}
	return found;
}

const struct finding *domain_died(const struct domain *d)
{
	for (unsigned int i = 0; i < d->nfindings; i++) {
		if (d->findings[i].kind == FINDING_CRASH)
			return &d->findings[i];
	}
	return NULL;
}

void domain_test_found(struct domain *d, const struct test *test)
{
	static const char * const classes[] = {
		[TEST_NOT_RUN] = "test did not run",
		[TEST_CUT_OFF] = "test did not end",
		[TEST_OK] = "",
		[TEST_FAILED] = "test failed",
		[TEST_SKIPPED] = "test skipped",
	};
	const char *class = classes[test->culprit[0] ? TEST_FAILED : test->outcome];
	char line[TEXT_MAX], title[TEXT_MAX];
	struct finding *found;

	for (unsigned int i = 0; i < d->nfindings; i++) {
		if (d->findings[i].test == test)
			return;
	}
	copy_text(title, "%s: %s%.80s%s%.150s", class, test->is_suite ? "kunit " : "",
		  test->name, test->culprit[0] ? " " : "", test->culprit);
	copy_text(line, "%s%.80s: %.400s", test->is_suite ? "kunit " : "", test->name,
		  test->why[0] ? test->why : class + strlen("test "));
	found = domain_find(d, FINDING_TEST, class, title, line);
	if (found)
		found->test = test;
}
