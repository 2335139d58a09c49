# SPDX-License-Identifier: GPL-2.0-only
"""A matrix as a table of Markdown, put between two marks in a file."""
import page
import wording

BEGIN, END = "<!-- made by matrix.py readme: begin -->\n", "<!-- end -->\n"


class ReadmeError(Exception):
    """What is wrong with the file."""


def _code(text):
    """What a guest printed, as it is."""
    return "`" + wording.clean(text).replace("`", "'") + "`"


def table(entries):
    """A row a kernel, a column a machine; below it what is not ok."""
    rows, columns, at = page.grid(entries)
    heads = [", ".join([f"Xen {xen}", role] + [f"{cpus} vCPUs"] * (cpus != "1") + unusual)
             for xen, role, cpus, *unusual in columns]
    out = ["| kernel | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for row in rows:
        line, variant, series = row
        name = line + (f" {variant}" if variant != "usual" else "") + (f" {series}" if series != "with" else "")
        cells = [page.LOOK[at[row, c]["outcome"]][1] if (row, c) in at else "" for c in columns]
        out.append(f"| {name} | " + " | ".join(cells) + " |")
    bad = [f"* {e['cell']['id']}: {_code(e['why'] or '')}" for e in entries if e["outcome"] != "ok"]
    return out + ([""] + bad if bad else [])


def versions(entries):
    """Of what it is true."""
    facts = [e["record"]["facts"] for e in entries if e["record"]]
    known = [f[n] for n in ("tree", "hypervisor", "qemu", "compiler") for f in facts if f.get(n)]
    return ["Made with " + "; ".join(dict.fromkeys(wording.clean(k) for k in known)) + "."] if known else []


def put(entries, path):
    """Returns the file's text with the table in it."""
    with open(path, encoding="utf-8") as f:
        before, found, rest = f.read().partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise ReadmeError(f"{path} has no place for a table, which is between the lines {BEGIN.strip()} and {END.strip()}")
    lines = table(entries) + [""] + versions(entries)
    return before + BEGIN + "\n" + "\n".join(lines) + "\n\n" + END + after
