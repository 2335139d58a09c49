# SPDX-License-Identifier: GPL-2.0-only
"""
The sentences of a report: what a boot is called, what came of it and where.

Each is one line, and safe on a terminal and in XML, whatever a guest printed.
"""
import re
import unicodedata

from record import FAULT, OK, UNJUDGED

# Of a chain, what a headline names.
CHAIN = 4
LINE_MAX = 1000
SERIES = {"with": " with the series", "without": " without the series",
          "control": " as it came"}
# Words that would make a line of KTAP another thing than it is.
DIRECTIVE = re.compile(r"#(?=\s*(skip|todo|xfail|timeout|error)\b)", re.I)


def clean(text, most=LINE_MAX):
    """
    One line that does no harm: what moves the cursor, turns the writing round or
    is no character at all is written as a code.
    """
    if len(text) > most:
        text = f"{text[:most]}... ({len(text) - most} more)"
    return "".join(c if c == " " or unicodedata.category(c)[0] not in "CZ" else code(c) for c in text)


def code(c):
    n = ord(c)
    return " " if c == "\t" else f"\\x{n:02x}" if n < 0x100 else f"\\u{n:04x}" if n < 0x10000 else f"\\U{n:08x}"


def described(text):
    """A text as part of a KTAP result line."""
    return DIRECTIVE.sub(r"\\#", clean(text))


def chain(fault, most=CHAIN):
    return " <- ".join(fault["chain"][:most])


def of_fault(fault):
    """Its title, or the line that says the same and more; what is known of it; where it was."""
    text, line = fault["title"], fault["line"] or ""
    if line.startswith(text):
        text = line
    elif fault["class"] == "test failed" and line:
        text = f"{fault['class']}: {line}"
    elif line and fault["source"] != "pvboot" and not fault["known"] and not fault["chain"]:
        text += ": " + line
    if fault["known"]:
        text += "; " + fault["known"]
    if fault["chain"]:
        text += ("; died in " if fault["kind"] == "crash" else "; in ") + chain(fault)
    return text


def first_fault(domain):
    """The fault that a domain's title is of."""
    for fault in domain["faults"]:
        if fault["title"] == domain["title"]:
            return fault
    return domain["faults"][0] if domain["faults"] else None


def failed_first(record):
    """The domain that the title of a record is of."""
    blamed = [d for d in record["domains"] if d["outcome"] == FAULT and not d["because"]]
    for domain in blamed:
        if domain["title"] == record["title"]:
            return domain
    return blamed[0] if blamed else None


def of_domain(domain):
    """What came of a domain."""
    fault = first_fault(domain)
    if domain["outcome"] == FAULT and not domain["because"] and fault:
        return of_fault(fault)
    return domain["summary"]


def headline(record):
    """What came of a boot: of a failed one the first fault in time, and where."""
    if record["outcome"] == UNJUDGED:
        return "not judged: " + (record["why"] or "its record does not say why")
    if record["outcome"] == OK:
        text = record["domains"][0]["summary"]
        if record["facts"].get("spared"):
            text += f": no crash, as {record['facts']['spared']}"
        return text
    domain = failed_first(record)
    if not domain:
        return record["title"] or record["why"] or "its record does not say why"
    return ("" if domain is record["domains"][0] else f"domU {domain['name']}: ") + of_domain(domain)


# What tells boots of the same kernel apart, if they differ in it.
APART = (("variant", "{}"), ("role", "as {}"), ("hypervisor", "on {}"))


def names(records):
    """What boots are called, the same for no two of them that differ."""
    found = []
    for record in records:
        facts = record["facts"]
        name = (facts.get("release") or record["cell"]) + SERIES.get(facts.get("series"), "")
        for fact, form in APART:
            if facts.get(fact) and any(r["facts"].get(fact) != facts[fact] for r in records if r["facts"]):
                name += ", " + form.format(facts[fact])
        if record["machine"] and record["machine"]["cpus"] > 1:
            name += f", {record['machine']['cpus']} vCPUs"
        found.append(name)
    return [n if found.count(n) == 1 else f"{n} ({r['cell']})" for n, r in zip(found, records)]


UNKNOWN = "not known to this kernel"
# The header of a report: what to call it, and of which facts it is made.
HEADER = (("tree", "{tree}"), ("symbols", "{symbols}"), ("hypervisor", "{hypervisor}, in {qemu}"),
          ("hypervisor", "{hypervisor}"), ("compiler", "{compiler}"))


# Where functions' names are from, if not from the symbol table of a vmlinux.
SYMBOLS = {"kallsyms": "those that the kernel carries for itself",
           None: "none, so only what the kernel prints is named"}


def header(record):
    """Pairs of name and text of what was booted; one for each option not known."""
    facts = {name: text for name, text in record["facts"].items() if text}
    found = {}
    if facts and record["domains"] and record["domains"][-1].get("symbols", "vmlinux") in SYMBOLS:
        facts["symbols"] = SYMBOLS[record["domains"][-1]["symbols"]]
    for name, form in HEADER:
        try:
            found.setdefault(name, form.format_map(facts))
        except KeyError:
            pass
    machine = record["machine"]
    if machine and machine["box"].startswith("none"):
        found["box for QEMU"] = machine["box"]
    return [*found.items()] + [(UNKNOWN, option) for option in facts.get("unknown", "").split()]


def header_lines(pairs):
    """A line for each name."""
    texts = {}
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    return [f"{name}: {' '.join(text)}" for name, text in texts.items()]
