#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Print what has been measured, and write it as JSON.

DIR/versions has lines NAME|TEXT; the lines of DIR/rows are fields with | between
them, the first line their names: six for the table and then lists of numbers for
the JSON, which is DIR/NAME.json. Exit status 1 if exact numbers are not what is
wanted: that, or with <= no more, or with - anything.
"""
import json
import os
import re
import sys

sys.path.append(sys.path[0] + "/../run")
import step

TABLE = 6


def read(path):
    with open(path, encoding="utf-8") as f:
        return [line.split("|") for line in f.read().splitlines()]


def value(text):
    """A field as JSON has it."""
    if re.fullmatch(r"\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"\d+\.\d+", text) else text


def printed(fields, more=""):
    what, unit, first, second, ratio, wanted = fields[:TABLE]
    return f"{what:53} {unit:19} {first:>10} {second:>10} {ratio:>9}  {wanted}{more}"


def met(found, wanted):
    """Is a number what is wanted?"""
    if wanted.startswith("<="):
        return float(found) <= float(wanted[2:])
    return wanted in ("-", found)


def as_json(versions, names, rows):
    figures = []
    for row in rows:
        figure = {name: value(field) for name, field in zip(names[:TABLE], row)}
        for name, field in zip(names[TABLE:], row[TABLE:]):
            if field:
                figure[name] = [value(v) for v in field.split(",")]
        figures.append(figure)
    return {"versions": {line[0]: "|".join(line[1:]) for line in versions}, "figures": figures}


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("kind", choices=("exact", "times"))
    parser.add_argument("dir")
    options = parser.parse_args()

    versions = read(os.path.join(options.dir, "versions"))
    names, *rows = read(os.path.join(options.dir, "rows"))
    missed = [row for row in rows if options.kind == "exact" and not met(row[4], row[5])]
    for name, *text in versions:
        print(f"# {name}: {'|'.join(text)}")
    print(printed(["# " + names[0]] + names[1:]))
    for row in rows:
        print(printed(row, "  NOT MET" if row in missed else ""))

    path = os.path.join(options.dir, os.path.basename(os.path.abspath(options.dir)) + ".json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(as_json(versions, names, rows), f, indent=2)
        f.write("\n")
    print(f"# the same as JSON: {path}")
    if missed:
        sys.stdout.flush()
        print(f"table: {len(missed)} of these numbers are not what is wanted", file=sys.stderr)
    return 1 if missed else 0


step.run(main)
