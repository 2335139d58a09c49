#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
What a program must not be able to change in a record, as lines:

	forged.py RECORD TEST DOMAIN

All that was found about all domains, but for TEST of DOMAIN, which forges.
"""
import json
import pathlib
import sys


def lines(record, test, domain):
    for d in record["domains"]:
        yield f"{d['name']}: {d['state']}"
        for m in d["milestones"]:
            yield f"{d['name']}: {m['name']}: {'not ' if m['at'] is None else ''}reached"
        for t in d["tests"]:
            if (t["name"], d["name"]) != (test, domain):
                yield f"{d['name']}: {t['name']}: {t['outcome']}"
        for f in d["faults"]:
            if f["kind"] != "test" or d["name"] != domain:
                yield f"{d['name']}: {f['kind']}: {f['title']}"


if __name__ == "__main__":
    what = json.loads(pathlib.Path(sys.argv[1]).read_text("ascii"))
    print("\n".join(lines(what, *sys.argv[2:])))
