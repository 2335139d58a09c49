# SPDX-License-Identifier: GPL-2.0-only
"""
From the records of a matrix: a table, JUnit, JSON and one page.

Reads DIR/plan.json and each DIR/cells/ID/result.json; leaves table.txt, junit.xml,
results.json and matrix.html in DIR.  A cell without a record stands there as one
that was not judged, and why.
"""
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "report"))
# pylint: disable=wrong-import-position
import compare  # noqa: E402
import junit  # noqa: E402
import page  # noqa: E402
import plan as plans  # noqa: E402
import record as records  # noqa: E402
import results  # noqa: E402
import wording  # noqa: E402

SKIP = "skip"
# What stands beside a record and is worth a link.
LOG = "cell.log"
PICTURE = "witness.svg"
LINKS = ("result.json", "console.log", "xen.log", "dom0.log", LOG)


def kernel_log(folder, kernel):
    """What its build printed."""
    return os.path.join(folder, "kernels", kernel + ".log")


def error_in(path):
    """The first error that a log tells of, None if there is none; OSError if there is no log."""
    with open(path, encoding="utf-8", errors="replace") as f:
        return next((line.strip() for line in f if "error: " in line), None)


def load(folder):
    """The record of a folder, or None and why there is none."""
    if not os.path.exists(os.path.join(folder, records.NAME)):
        try:
            return None, error_in(os.path.join(folder, LOG)) or "it left no record"
        except OSError:
            return None, "it was not run"
    try:
        return records.load(folder), None
    except records.RecordError as e:
        return None, str(e)


def record_of(folder, cell):
    """As load(), of a cell of a matrix."""
    home = os.path.join(folder, "cells", cell["id"])
    if not os.path.exists(home):
        try:
            said = error_in(kernel_log(folder, cell["kernel"]))
            return None, f"it was not run: {said}" if said else "it was not run"
        except OSError:
            pass
    return load(home)


def judged(cell, record, why):
    """A record of a cell, whether it left one or not, by the name it has in the matrix."""
    return dict(record or records.unjudged(cell["id"], why), cell=cell["id"])


def write_junit(path, found):
    """Of records."""
    write(path, "\n".join(junit.report(found)) + "\n")


def picture(folder):
    """What the witness drew of the same kernel, if it has."""
    try:
        with open(os.path.join(folder, PICTURE), encoding="utf-8") as f:
            text = f.read()
        return text[text.index("<svg"):]
    except (OSError, ValueError):
        return None


def entry(folder, cell):
    """A cell as the page wants it."""
    home = os.path.join("cells", cell["id"])
    record, why = (None, cell["skip"]) if cell["skip"] else record_of(folder, cell)
    there = [n for n in LINKS if os.path.exists(os.path.join(folder, home, n))]
    return {
        "cell": cell, "record": record,
        "outcome": SKIP if cell["skip"] else record["outcome"] if record else records.UNJUDGED,
        "title": record and record["title"],
        "why": wording.headline(record).removeprefix("not judged: ") if record else why,
        "seconds": record and record["seconds"],
        "links": [(n, f"{home}/{n}") for n in there],
        "picture": picture(os.path.join(folder, home)),
    }


def lines_of(entries):
    """The table, for a terminal or a README."""
    rows = [("line", "variant", "series", "Xen", "role", "vCPUs", "MiB", "CPU", "outcome")]
    for e in entries:
        rows.append((*(e["cell"][axis] for axis in plans.AXES), page.LOOK[e["outcome"]][1]))
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    out = []
    for row, e in zip(rows, [None] + entries):
        text = "  ".join(v.ljust(w) for v, w in zip(row, widths)).rstrip()
        if e and e["outcome"] != records.OK:
            text += ": " + wording.clean(e["why"] or "")
        out.append(text)
    return out


def write(path, text):
    """Whole or not at all."""
    with open(path + ".new", "w", encoding="utf-8") as f:
        f.write(text)
    os.replace(path + ".new", path)


def entries_of(folder, plan):
    """All cells, with what is the tree's own marked as that."""
    entries = [entry(folder, cell) for cell in plan["cells"]]
    compare.mark(entries)
    return entries


def merge(folder, plan):
    """Write all of them, print the table; returns the exit status."""
    entries = entries_of(folder, plan)
    there = [e for e in entries if e["outcome"] != SKIP]
    found, suites = [], []
    for e in there:
        found.append(dict(judged(e["cell"], e["record"], e["why"]), own=e["outcome"] == compare.OWN))
        # JUnit has no word for it: a case that was skipped, and says why.
        suites.append(found[-1] if not found[-1]["own"] else dict(
            found[-1], domains=[], outcome=results.SKIPPED, title=None, why=e["why"]))
    counts = ", ".join(f"{sum(e['outcome'] == o for e in entries)} {word}"
                       for o, (_, word) in page.LOOK.items()
                       if any(e["outcome"] == o for e in entries))

    lines = lines_of(entries) + [f"{len(entries)} cells: {counts}"]
    write(os.path.join(folder, "table.txt"), "\n".join(lines) + "\n")
    write_junit(os.path.join(folder, "junit.xml"), suites)
    outcome = records.worst(r["outcome"] for r in found if not r["own"])
    write(os.path.join(folder, "results.json"), json.dumps(
        {"format": "pvboot-report", "version": 1, "outcome": outcome,
         "status": records.STATUS[outcome], "records": found}, indent=1) + "\n")
    facts = {}
    for r in found:
        for name in ("qemu", "compiler"):
            if r["facts"].get(name):
                facts.setdefault(name, []).append(r["facts"][name])
    page.write(entries, os.path.join(folder, "matrix.html"), "Kernels as Xen PV", [
        ("made", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())), ("cells", counts),
        *((n, "; ".join(dict.fromkeys(v))) for n, v in facts.items())])
    print("\n".join(lines))
    return records.STATUS[outcome]
