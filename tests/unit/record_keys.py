#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Are the keys of records those that Documentation/record.rst names?

	record_keys.py RST RECORD...

Every key has to be in one of the records at least.
"""
import json
import re
import sys


def keys(value, names):
    if isinstance(value, dict):
        names.update(value)
        for name, inner in value.items():
            # The caller's own; the document has them in a table.
            if name != "facts":
                keys(inner, names)
    elif isinstance(value, list):
        for inner in value:
            keys(inner, names)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        # A fact, and what only a machine has that can be looked at.
        documented = set(re.findall(r'"(\w+)":', f.read())) - {"tree", "vcpu", "task"}
    found = set()
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as f:
            keys(json.load(f), found)
    for name in sorted(documented ^ found):
        print(f"{name}: {'not in the records' if name in documented else 'not documented'}")
    sys.exit(documented != found)


if __name__ == "__main__":
    main()
