#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Print what a step wants to know of a boot: FORMAT with the keys of its record filled
in, as Python's str.format does it, and with "name" and "headline" as a report has
them. With --domus it is filled in for each domU, whose "seconds" are those of its
life. Exit status: 0, or 125 if there is no such record or key.
"""
import sys

import record
import wording

sys.path.append(sys.path[0] + "/../run")
import step


def known(found):
    return {**found, "name": wording.names([found])[0], "headline": wording.headline(found)}


def of_domu(domain):
    life = None if None in (domain["begun"], domain["ended"]) else domain["ended"] - domain["begun"]
    return {**domain, "seconds": life}


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("cell", help="record, or its folder")
    parser.add_argument("format")
    parser.add_argument("--domus", action="store_true")
    options = parser.parse_args()
    found = record.load(options.cell)
    things = [of_domu(d) for d in found["domains"][1:]] if options.domus else [known(found)]
    try:
        print(", ".join(wording.clean(options.format.format_map(thing)) for thing in things))
    except (LookupError, TypeError, ValueError) as error:
        raise step.Unjudged(f"{options.cell} has nothing for '{options.format}': {error}") from None
    return 0


step.run(main, record.RecordError)
