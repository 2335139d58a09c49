# SPDX-License-Identifier: GPL-2.0-only
"""
A report as JUnit's XML, which CI systems take: a boot a suite.

A kernel's fault is a failure, what could not be judged an error, and what did not
come to its turn is skipped, as the failure or error is counted once.
"""
import xml.etree.ElementTree as tree

import results
import wording
from record import FAULT, OK, UNJUDGED

TAG = {FAULT: "failure", UNJUDGED: "error", results.SKIPPED: "skipped", results.FOLLOWS: "skipped"}


def add_case(suite, group, name, outcome, why=None, seconds=None, details=()):
    case = tree.SubElement(suite, "testcase", classname=wording.clean(group), name=wording.clean(name))
    if seconds is not None:
        case.set("time", f"{seconds:.3f}")
    if outcome == OK:
        return
    said = tree.SubElement(case, TAG[outcome], message=wording.clean(why or ""))
    if outcome in (FAULT, UNJUDGED):
        said.set("type", "kernel" if outcome == FAULT else "unjudged")
        said.text = "\n".join(wording.clean(line) for line in details)


def add_test(suite, group, result, details):
    """A test's cases; its own result where none of them has what is wrong."""
    found = list(results.cases(result.lines))
    for name, outcome, why in found:
        add_case(suite, f"{group}.{result.name}", name, outcome, why or result.why, details=details)
    if result.outcome != FAULT or not any(outcome == FAULT for _, outcome, _ in found):
        add_case(suite, group, result.name, result.outcome, result.why, result.at, details)


def details_of(domain):
    fault = wording.first_fault(domain)
    lines = [] if not fault else [fault["line"] or fault["title"], " <- ".join(fault["chain"])]
    return [line for line in lines if line] + domain["tail"]


def add_domain(suite, cell, domain, domus=()):
    group = f"{cell}.{domain['name']}"
    details = details_of(domain)
    last = 0
    for result in results.of_domain(domain, domus):
        if result.domain and result.outcome == results.FOLLOWS:
            add_case(suite, group, result.name, result.outcome, result.why)
        elif result.domain:
            add_domain(suite, cell, result.domain)
        elif result.at is not None:
            add_case(suite, group, result.name, result.outcome, seconds=max(0, result.at - last))
            last = result.at
        else:
            add_test(suite, group, result, details)


def count(suite):
    """The counts that JUnit wants beside the results themselves."""
    counts = {"tests": len(suite.findall("testcase"))}
    for name in ("failure", "error", "skipped"):
        plural = name if name == "skipped" else name + "s"
        counts[plural] = len(suite.findall(f"testcase/{name}"))
    return counts


def of_boot(record, name):
    suite = tree.Element("testsuite", name=wording.clean(name))
    if record["begun"]:
        suite.set("timestamp", wording.clean(record["begun"].removesuffix("Z")))
    properties = tree.SubElement(suite, "properties")
    for fact, text in record["facts"].items():
        tree.SubElement(properties, "property", name=wording.clean(fact), value=wording.clean(text or ""))
    if record["domains"]:
        add_domain(suite, record["cell"], record["domains"][0], record["domains"][1:])
    # Whatever its domains say, a boot that is not ok has a case that is not.
    tag = TAG.get(record["outcome"])
    if tag and suite.find(f"testcase/{tag}") is None:
        add_case(suite, record["cell"], "boot", record["outcome"], wording.headline(record))
    for key, value in count(suite).items():
        suite.set(key, str(value))
    suite.set("time", f"{record['seconds'] or 0:.3f}")
    return suite


def report(records):
    top = tree.Element("testsuites", name="Xen PV boot")
    for record, name in zip(records, wording.names(records)):
        top.append(of_boot(record, name))
    for key in ("tests", "failures", "errors", "skipped"):
        top.set(key, str(sum(int(suite.get(key)) for suite in top)))
    top.set("time", f"{sum(r['seconds'] or 0 for r in records):.3f}")
    tree.indent(top)
    return ['<?xml version="1.0" encoding="UTF-8"?>'] + tree.tostring(top, encoding="unicode").split("\n")
