# SPDX-License-Identifier: GPL-2.0-only
"""A report as KTAP, as the kernel's documents have it: a boot a result."""
import results
import wording
from record import OK, UNJUDGED

INDENT = "    "


def indented(lines):
    return [INDENT + line for line in lines]


def line(number, result):
    good = result.outcome in (OK, results.SKIPPED)
    text = wording.described(result.name)
    if result.outcome == results.SKIPPED:
        text += " # SKIP " + wording.described(result.why or "")
    elif result.outcome == results.FOLLOWS and result.domain is None:
        text += " # " + wording.described(result.why or "")
    elif result.why:
        text += ": " + wording.described(result.why)
    elif result.at is not None:
        text += f" # {result.at:.1f} s"
    return f"{'ok' if good else 'not ok'} {number} {text.strip()}"


def of_faults(domain):
    """What is known of the first fault, for who wants more than a line, and the others."""
    fault = wording.first_fault(domain)
    if not fault:
        return
    for text in (fault["line"], fault["address"] and f"fault address {fault['address']}",
                 fault["place"] and f"at {fault['place']}",
                 fault["chain"] and f"in {wording.chain(fault, most=24)}"):
        if text:
            yield "# " + wording.clean(text)
    for later in domain["faults"]:
        if later is not fault:
            yield "# also: " + wording.clean(later["line"] or later["title"])


def of_domain(domain, domus=()):
    """The plan of a domain and all its results."""
    found = results.of_domain(domain, domus)
    lines = ["KTAP version 1", f"1..{len(found)}"]
    for number, result in enumerate(found, 1):
        if domain["outcome"] == UNJUDGED and result.outcome != OK and not result.domain:
            continue
        lines += indented(wording.clean(text) for text in result.lines)
        if result.domain and not result.domain["because"]:
            lines += indented(of_domain(result.domain))
        lines.append(line(number, result))
    if domain["outcome"] == UNJUDGED:
        lines.append("Bail out! " + wording.described(domain["why"] or domain["summary"]))
    lines += of_faults(domain)
    lines += ["# | " + wording.clean(text) for text in domain["tail"]]
    if domain["tail"] and domain["log"]:
        lines.append("# full log: " + wording.clean(domain["log"]))
    if None not in (domain["begun"], domain["ended"], domain["silence"]):
        lines.append(f"# verdict after {domain['ended'] - domain['begun']:.1f} s, "
                     f"{domain['silence']:.1f} s after the last line")
    return lines


def comments(pairs):
    return ["# " + wording.clean(text) for text in wording.header_lines(pairs)]


def of_boot(record, header):
    """What is nested above the result of a boot."""
    if not record["domains"]:
        return []
    lines = of_domain(record["domains"][0], record["domains"][1:])
    return lines[:1] + comments(header) + lines[1:]


def report(records):
    """All lines, of a list of records."""
    headers = [wording.header(r) for r in records]
    told = [h for r, h in zip(records, headers) if r["facts"]]
    common = [pair for pair in (told[0] if told else []) if all(pair in h for h in told)]
    lines = ["KTAP version 1", *comments(common), f"1..{len(records)}"]
    for number, (record, header, name) in enumerate(zip(records, headers, wording.names(records)), 1):
        lines += indented(of_boot(record, [pair for pair in header if pair not in common]))
        lines.append(f"{'ok' if record['outcome'] == OK else 'not ok'} {number} {wording.described(name)}: "
                     + wording.described(wording.headline(record)))
    return lines
