# SPDX-License-Identifier: GPL-2.0-only
"""A report as a table for people, as wide as their terminal."""
import unicodedata

import wording
from record import FAULT, OK, UNJUDGED

VERDICT = {OK: "ok", FAULT: "FAULT", UNJUDGED: "not judged"}
INDENT = 2


def columns(text):
    """How wide a text is: some characters take two columns, some none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


def pieces(text, width):
    """Words, those that are too long for a line cut."""
    for word in text.split(" "):
        piece = ""
        for c in word:
            if columns(piece + c) > width and piece:
                yield piece
                piece = ""
            piece += c
        yield piece


def wrapped(text, width, indent=0):
    lines = [""]
    for piece in pieces(text, width - indent):
        longer = f"{lines[-1]} {piece}" if lines[-1] else piece
        if lines[-1] and columns(longer) > width - indent:
            lines.append(piece)
        else:
            lines[-1] = longer
    return [" " * indent + line for line in lines]


def row(name, verdict, width, indent=0):
    """The verdict stands at the right, below the name if there is no room."""
    lines = wrapped(name, width, indent)
    if columns(lines[-1]) + 1 + columns(verdict) > width:
        lines.append("")
    last = lines.pop()
    return lines + [last + " " * (width - columns(last) - columns(verdict)) + verdict]


def of_domain(domain, width):
    name = f"domU {wording.clean(domain['name'])}"
    lines = row(name, VERDICT[domain["outcome"]], width, INDENT)
    if domain["outcome"] != OK:
        lines += wrapped(wording.clean(wording.of_domain(domain)), width, 2 * INDENT)
    return lines


def of_boot(record, name, width):
    verdict = VERDICT[record["outcome"]]
    if record["seconds"] is not None:
        verdict += f" {record['seconds']:6.1f} s" if width >= 40 else f", {record['seconds']:.1f} s"
    lines = row(wording.clean(name), verdict, width)
    lines += wrapped(wording.clean(wording.headline(record)), width, INDENT)
    for domain in record["domains"][1:]:
        lines += of_domain(domain, width)
    return lines


def report(records, width):
    lines = []
    for record, name in zip(records, wording.names(records)):
        lines += of_boot(record, name, width) + [""]
    outcomes = [r["outcome"] for r in records]
    counts = [f"{outcomes.count(o)} {word}" for o, word in VERDICT.items() if o in outcomes]
    return lines + wrapped(f"{len(records)} boot{'s' if len(records) != 1 else ''}: {', '.join(counts)}", width)
