# SPDX-License-Identifier: GPL-2.0-only
"""
What a boot was to show and did, one result after the other, in the order of its
plan.  Formats that list results are made from this.
"""
import re

import wording
from record import FAULT, OK, UNJUDGED

# What a result may be beside OK, FAULT and UNJUDGED.
SKIPPED, FOLLOWS = "skipped", "follows"
# Tests come before the milestone that they end with.
USER, TESTED = "user space", "tests done"
KTAP_RESULT = re.compile(r"\s*(ok|not ok) (\d+)?(?: -)?\s*([^#]*?)\s*(?:#\s*(\w+)\s*(.*))?$")


class Result:
    """
    One line of a plan: its name, what came of it, why, and when, in seconds since
    the domain began.  Inside are the lines of a test's own KTAP, or the results of a domain.
    """

    def __init__(self, name, outcome, why=None, at=None, lines=(), domain=None):
        self.name, self.outcome, self.why, self.at = name, outcome, why, at
        self.lines, self.domain = lines, domain


def of_test(test):
    name = f"kunit {test['name']}" if test["kind"] == "kunit" else test["name"]
    why = test["why"]
    if test["outcome"] in ("not run", "cut off"):
        why = why or {"not run": "did not run", "cut off": "did not end"}[test["outcome"]]
    outcome = {"ok": OK, "skipped": SKIPPED, "not run": FOLLOWS}.get(test["outcome"], FAULT)
    return Result(name, outcome, why, lines=test["ktap"])


def of_domu(domu):
    name = f"domU {domu['name']}"
    if domu["because"]:
        return Result(name, FOLLOWS, domu["summary"], domain=domu)
    text = wording.of_domain(domu)
    if domu["outcome"] == UNJUDGED:
        text = "not judged: " + text.removeprefix("not judged: ")
    return Result(name, domu["outcome"], text, domain=domu)


def tests_of(domain, domus):
    """domUs are created by the last test, so they come before it."""
    results = [of_test(t) for t in domain["tests"] if domain["expect"] == "boot"]
    return results[:-1] + [of_domu(d) for d in domus] + results[-1:]


def of_death(domain):
    """The end of a plan to die: that it does, and of what."""
    lives = any(m["name"] == USER and m["at"] is not None for m in domain["milestones"])
    name = "dies" if lives else f"dies before {USER}"
    if domain["outcome"] == OK:
        return [Result(name, OK), Result(domain["summary"], OK)]
    died = any(f["kind"] == "crash" for f in domain["faults"])
    return [Result(name, OK if died else FAULT, None if died else domain["summary"]),
            Result(f"{domain['expect']} is what it dies of", FAULT, wording.of_domain(domain))]


def of_log(domain):
    name = "no WARNING, BUG or Oops"
    if not domain["complaints"]:
        return Result(name, OK) if domain["outcome"] != UNJUDGED else Result(name, FOLLOWS, "not judged")
    said = [f["line"] or f["title"] for f in domain["faults"] if f["kind"] == "complaint"] or \
        [f["line"] or f["title"] for f in domain["faults"] if f["source"] == "kernel"]
    return Result(name, FAULT, f"{domain['complaints']}" + (f", the first: {said[0]}" if said else ""))


def ended_by(domain):
    """Why a domain did not get further: its first fault that ends a boot."""
    for fault in domain["faults"]:
        if fault["kind"] not in ("complaint", "test"):
            return wording.of_fault(fault)
    return domain["why"] or domain["summary"]


def of_domain(domain, domus=()):
    """The results of a domain, and with dom0's those of the domUs it creates."""
    results = []
    tests = tests_of(domain, domus)
    stopped = False
    for milestone in domain["milestones"]:
        if milestone["name"] == TESTED:
            results += tests
            tests = []
        if milestone["at"] is not None:
            # A domU's are told from its creation on.
            results.append(Result(milestone["name"], OK, at=max(0, milestone["at"] - (domain["begun"] or 0))))
        elif domain["expect"] != "boot":
            continue
        elif stopped:
            results.append(Result(milestone["name"], FOLLOWS, "not reached"))
        else:
            stopped = True
            results.append(Result(milestone["name"], domain["outcome"], ended_by(domain)))
    results += tests
    results += [of_log(domain)] if domain["expect"] == "boot" else of_death(domain)
    return results


def cases(lines):
    """The results in a test's own KTAP: name, outcome and what is said of it."""
    for line in lines:
        found = KTAP_RESULT.match(line)
        if not found:
            continue
        good, number, name, directive, words = found.groups()
        # The selftests' harness names a skipped test nowhere else.
        name = name or f"{number or '?'} {words or ''}".strip()
        if directive and directive.upper() == "SKIP":
            yield name, SKIPPED, words or None
        else:
            yield name, OK if good == "ok" else FAULT, None
