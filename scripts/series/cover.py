#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Print a cover letter that says what was tested, from the records of boots and from
what lint has found; with --matrix also from those of a matrix.

Nothing else writes there: between the line BEGIN, which has to be there once, and the
next that is not indented; and no time or count that changes by itself. Exit status
125 if there is a fault in any, for which a cover letter has no room.
"""
import os
import re
import sys
import textwrap

sys.path += [sys.path[0] + "/../report", sys.path[0] + "/../run", sys.path[0] + "/../matrix"]
import compare
import merge
import plan
import record
import results
import step
import wording

BEGIN = "Tested, as written by 'make series TESTED=1':"
TOLD = ("tree", "hypervisor", "compiler")
WIDTH = 72
# A step in the life of a domU, as dom0's driver names it, and how long it took.
STEP = re.compile(r"(?P<domu>\S+?):? (?P<text>.*?)(, [0-9.]+ s)?$")


def of_machine(found):
    """What was booted on what, told once."""
    for name, text in wording.header(found):
        if name in TOLD:
            yield f"{name}: {text}" + (f", {found['machine']['accel']}" if name == "hypervisor" else "")


def life(domain, domus):
    """What each domU went through, by the results of dom0's driver."""
    steps = {domu["name"]: [] for domu in domus}
    for test in domain["tests"]:
        for name, outcome, _ in results.cases(test["ktap"]):
            step = STEP.match(name)
            if outcome == record.OK and step and step["domu"] in steps:
                steps[step["domu"]].append(step["text"])
    for name, said in steps.items():
        if said:
            yield f"domU {name}: {'; '.join(said)}"


def of_boot(found, name):
    domain, *domus = found["domains"]
    tests = [r.name for r in map(results.of_test, domain["tests"]) if r.outcome == record.OK]
    yield f"{name}: {wording.headline(found)}" + (f"; {', '.join(tests)}" if tests else "")
    for domu in domus:
        yield f"domU {domu['name']}: {wording.of_domain(domu)}"
    yield from life(domain, domus)


def of_lint(path):
    """lint's file has lines OUTCOME, CHECK and PATCH with tabs between them."""
    with open(path, encoding="utf-8") as f:
        lines = [line.rstrip("\n").split("\t") for line in f]
    outcomes = [line[0] for line in lines]
    if "failed" in outcomes:
        raise step.Unjudged("lint has found faults, and a cover letter has no room for them")
    counts = ", ".join(f"{outcomes.count(o)} {o}" for o in ("passed", "failed", "skipped"))
    return f"make lint: {counts}: {' '.join(dict.fromkeys(line[1] for line in lines))}"


def of_matrix(folder):
    """A line for all that differ in Xen alone, and came to the same."""
    xens = {}
    for e in merge.entries_of(folder, plan.load(os.path.join(folder, "plan.json"))):
        cell = e["cell"]
        if e["outcome"] not in (record.OK, compare.OWN):
            raise step.Unjudged(f"the cell {cell['id']} is not ok, and a cover letter has no room for that: {e['why']}")
        # What the tree itself shows is told where the series shows it, too.
        if cell["series"] == "without":
            continue
        what = [cell["role"], cell["cpus"] + (" vCPU" if cell["cpus"] == "1" else " vCPUs")]
        what += [] if cell["memory"] == "usual" else [f"{cell['memory']} MiB"]
        came = "ok" if e["outcome"] == record.OK else e["why"]
        xens.setdefault((cell["variant"], ", ".join(what), came), []).append(cell["xen"])
    for (variant, what, came), versions in xens.items():
        yield f"make cells: {variant}, {what}, Xen {' '.join(versions)}: {came}"


def tested(records, lint, matrix):
    if record.worst(r["outcome"] for r in records) != record.OK:
        raise step.Unjudged("not all boots are ok, and a cover letter has no room for that")
    yield from of_machine(records[-1])
    for found, name in zip(records, wording.names(records)):
        yield from of_boot(found, name)
    if matrix:
        yield from of_matrix(matrix)
    yield of_lint(lint)


def written(letter, lines):
    """The letter with these lines in place of those that are there."""
    if letter.count(BEGIN) != 1:
        raise step.Unjudged(f"it has not one line: {BEGIN}")
    at = letter.index(BEGIN) + 1
    end = next((i for i in range(at, len(letter)) if letter[i] and letter[i][0] != " "), len(letter))
    wrapped = []
    for line in lines:
        wrapped += textwrap.wrap(wording.clean(line), WIDTH, break_long_words=False, break_on_hyphens=False,
                                 initial_indent=" - ", subsequent_indent="   ")
    return letter[:at] + [""] + wrapped + [""] + letter[end:]


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("letter")
    parser.add_argument("cells", nargs="+", help="folders with the records of boots")
    parser.add_argument("--lint", required=True, help="what lint has found")
    parser.add_argument("--matrix", metavar="DIR", help="what make cells has left")
    parser.add_argument("--kernel", help="the user's tree, whose place is nobody's business")
    options = parser.parse_args()
    with open(options.letter, encoding="utf-8") as f:
        letter = f.read().splitlines()
    records = [record.load(cell) for cell in options.cells]
    for found in records:
        if options.kernel and found["facts"].get("tree"):
            found["facts"]["tree"] = found["facts"]["tree"].replace(f"{options.kernel} ", "git ")
    print("\n".join(written(letter, tested(records, options.lint, options.matrix))))
    return 0


step.run(main, record.RecordError, plan.PlanError)
