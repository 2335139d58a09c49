# SPDX-License-Identifier: GPL-2.0-only
"""
Which faults are the tree's own.

Where a matrix has a cell with the series and the same cell without it, the one
without is there to be compared with.  What it shows is no fault of the series, nor
is what the one with the series shows under the same titles.  Both stay in all
reports, and count against nobody.

A kernel without the series that has to die is no such cell, and where a record does
not list all its faults there is nothing to compare.
"""
import record as records
import wording

OWN = "own"


def titles(record):
    """The titles of all its faults; None if it does not list all of them."""
    found = set()
    for domain in record["domains"]:
        listed = [f["title"] for f in domain["faults"]]
        if len(listed) >= records.FAULTS_MAX or domain["complaints"] > len(listed) or \
           (domain["outcome"] == records.FAULT and not domain["because"] and not listed):
            return None
        found.update(listed)
    return found


def _twin(entry, series):
    return tuple(sorted(dict(entry["cell"], series=series, id=None, kernel=None, skip=None).items()))


def _say(entry, why):
    entry.update(outcome=OWN, title=why, why=why)


def mark(entries):
    """Give the outcome OWN, and why, to all cells that show nothing but what is the tree's."""
    without = {}
    for e in entries:
        if e["cell"]["series"] == "without" and e["record"] and e["record"]["expect"] == "boot":
            without[_twin(e, "without")] = e
    compared = []
    for e in entries:
        twin = without.get(_twin(e, "without"))
        if e["cell"]["series"] != "with" or not twin:
            continue
        compared.append(twin)
        if e["outcome"] == records.FAULT and twin["record"]["outcome"] == records.FAULT:
            mine, its = titles(e["record"]), titles(twin["record"])
            if mine and its and mine <= its:
                _say(e, "same fault without the series: " + "; ".join(sorted(mine)))
    for twin in compared:
        if twin["outcome"] == records.FAULT:
            _say(twin, "the tree's own: " + wording.headline(twin["record"]))
