#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Print what came of boots, from the records that pvboot left.

A folder is a cell's, with its record, or one that has cells somewhere below it.
Exit status: 0 all ok, 1 a kernel is at fault, 125 not all could be judged; 1 beats
125.
"""
import json
import os
import shutil
import sys

import junit
import ktap
import record
import table

sys.path.append(sys.path[0] + "/../run")
import step

WIDTH = 80


def cells(path):
    """The records that a path names."""
    if not os.path.isdir(path) or os.path.exists(os.path.join(path, record.NAME)):
        return [path]
    found = []
    for folder, below, files in os.walk(path):
        below.sort()
        if record.NAME in files:
            found.append(folder)
    # A cell whose boot left none: the caller knows that there has to be one.
    return found or [path]


def load(path):
    """A record; one that cannot be read stands there as not judged, and is told of."""
    try:
        return record.load(path)
    except record.RecordError as error:
        step.complain(error)
        cell = path.removesuffix("/" + record.NAME).rstrip("/")
        return record.unjudged(os.path.basename(cell), f"its record is of no use: {error}")


def place(found, path):
    """Name logs so that whoever reads the report finds them."""
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    for domain in found["domains"]:
        if domain["log"]:
            domain["log"] = os.path.join(folder, domain["log"])


def as_json(records):
    outcome = record.worst(r["outcome"] for r in records)
    return [json.dumps({"format": "pvboot-report", "version": 1, "outcome": outcome,
                        "status": record.STATUS[outcome], "records": records}, indent=2)]


def width():
    return shutil.get_terminal_size((WIDTH, 0)).columns if sys.stdout.isatty() else WIDTH


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("paths", nargs="+", metavar="RECORD-OR-FOLDER")
    parser.add_argument("--format", choices=("ktap", "table", "junit", "json"), default="ktap")
    parser.add_argument("--width", type=int, help="columns of the table (those of the terminal, or 80)")
    options = parser.parse_args()

    paths = [path for given in options.paths for path in cells(given)]
    records = [load(path) for path in paths]
    if options.format != "json":
        for found, path in zip(records, paths):
            place(found, path)
    lines = {"ktap": ktap.report, "junit": junit.report, "json": as_json,
             "table": lambda r: table.report(r, max(options.width or width(), 20))}[options.format](records)
    # Not every terminal has every character of a path.
    sys.stdout.reconfigure(errors="backslashreplace", encoding="utf-8" if options.format == "junit" else None)
    print("\n".join(lines))
    sys.stdout.flush()
    return record.STATUS[record.worst(r["outcome"] for r in records)]


step.run(main)
