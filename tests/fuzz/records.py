#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Records that are bent and broken, for those that read and print them: a record is
refused by one line, or all formats can be made of it and none does harm.

	records.py --time SECONDS --seed N --left FOLDER

Prints how many it has tried, and what part of the readers' lines they went through.
A record that breaks a reader is left in FOLDER; then the exit status is 1.
"""
import argparse
import copy
import json
import os
import random
import sys
import time
import traceback
import xml.etree.ElementTree as tree

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
sys.path[:0] = [os.path.join(TOP, "scripts/report"), os.path.join(TOP, "tests/unit")]

import junit
import ktap
import record
import records
import results
import table
import wording

READERS = (junit, ktap, record, results, table, wording)
# Runs in which lines are noted, which takes its time
NOTED = 600
VALUES = (None, True, False, 0, 1, -1, 1.5, 1e308, 2 ** 31, "", "ok", "fault", "unjudged", "boot", "dom0", "domu",
          "not run", "cut off", "skipped", "complaint", "kernel", "xen", [], {}, [None], "x" * 5000,
          "]]>\x1b[2J\ud800\u202e\n\r\0&<b>\x9b # SKIP \ufffe\U000e0001",
          ["ok 1 a # SKIP why", "not ok 2", "1..2", "# Subtest: x", "    ok 1"])


def samples():
    yield records.record()
    yield records.record(domains=[records.dead()])
    yield records.without()
    yield records.record(domains=[records.domain(), records.domain("domu"), records.dead("domu-smp")])
    yield records.record(domains=[records.domain(
        complaints=1, faults=[records.fault("complaint"), records.fault("test", source="pvboot")],
        tests=[records.test(), records.test("suite", kind="kunit")])])
    yield record.unjudged("none", "QEMU was killed")


def places(value):
    """Everything in a record that can be replaced: what holds it, and its key there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from places(inner)


def bend(dice, found):
    """Another record, as text."""
    found = copy.deepcopy(found)
    for _ in range(dice.randrange(1, 5)):
        holder, key = dice.choice(list(places(found)) or [(found, "format")])
        other, its = dice.choice(list(places(found)) or [(found, "format")])
        how = dice.randrange(8)
        if how == 0:
            del holder[key]
        elif how == 1:
            holder[key] = copy.deepcopy(other[its])
        elif how == 2 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        else:
            holder[key] = copy.deepcopy(dice.choice(VALUES))
    text = json.dumps(found)
    if dice.randrange(4) == 0:
        at = dice.randrange(len(text))
        text = text[:at] + dice.choice(("", "\"", "}", "[" * 2000, "NaN", "\\u", ",", "\0")) + \
            text[at + dice.randrange(3):]
    return text


def harmless(line):
    return all(c == "\n" or (c.isprintable() and not 0xd800 <= ord(c) < 0xe000) for c in line)


def read(path):
    """As report.py does."""
    try:
        found = record.load(path)
    except record.RecordError as error:
        assert "\n" not in str(error), "an error is one line"
        return
    for lines in (ktap.report([found]), table.report([found], 20), table.report([found], 200)):
        assert all(map(harmless, lines)), "what is printed is harmless"
    tree.fromstring("\n".join(junit.report([found])).encode())


class Lines:
    """Which lines of the readers have been gone through."""

    def __init__(self):
        self.files = {os.path.realpath(m.__file__) for m in READERS}
        self.seen = set()

    def note(self, frame, event, _):
        code = frame.f_code
        if code.co_filename not in self.files:
            return None
        if event == "line":
            self.seen.add((code.co_filename, frame.f_lineno))
        return self.note

    def of(self, module):
        """How many lines of a reader's functions were seen, and how many there are."""
        path, there, left = os.path.realpath(module.__file__), set(), []
        with open(path) as f:
            left = [c for c in compile(f.read(), path, "exec").co_consts if hasattr(c, "co_lines")]
        while left:
            code = left.pop()
            inner = [c for c in code.co_consts if hasattr(c, "co_lines")]
            left += inner
            # That of a class, which is gone through when it is made
            if code.co_flags & 2:
                there |= {line for _, _, line in code.co_lines() if line and line != code.co_firstlineno}
        return len({(path, line) for line in there} & self.seen), len(there)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--time", type=float, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--left", required=True)
    args = parser.parse_args()
    lines, runs, seed = Lines(), 0, args.seed or int(time.time())
    dice, good = random.Random(seed), list(samples())
    until = time.monotonic() + args.time
    path = os.path.join(args.left, "crash-record")
    sys.settrace(lines.note)
    while runs < NOTED or time.monotonic() < until:
        text = json.dumps(good[runs]) if runs < len(good) else bend(dice, dice.choice(good))
        with open(path, "w", encoding="utf-8", errors="surrogatepass") as f:
            f.write(text)
        try:
            read(path)
        except Exception:
            sys.settrace(None)
            traceback.print_exc()
            print(f"the record is in {path}")
            return 1
        runs += 1
        if runs == NOTED:
            sys.settrace(None)
    os.unlink(path)
    for module in READERS:
        print(f"lines {module.__name__}.py %d %d" % lines.of(module))
    print(f"runs {runs}")
    return 0


sys.exit(main())
