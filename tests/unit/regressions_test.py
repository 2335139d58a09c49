# SPDX-License-Identifier: GPL-2.0-only
"""Faults of the past: files, and what is made of the records."""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(TOP, "tests", "unit")]
# pylint: disable=wrong-import-position
import records  # noqa: E402

PATCH = """Subject: [PATCH] x86/xen: Break something (test only)

Stands-for: A1, nothing
Line: v6.1
Boot: ROLE=dom0
Title: {title}
---
"""
# A front door that makes kernels, and records as the file of its kernel's name says.
DOOR = """O := .
.PHONY: regressed cell
regressed:
\t@test ! -e broken-$(ONLY)
cell:
\t@cp record-$(notdir $(BOOT)) $(CELL)/result.json
"""


class Case(unittest.TestCase):
    """A folder with faults and a door."""

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.dir = self.temporary.name
        os.mkdir(os.path.join(self.dir, "faults"))
        self.write("Makefile", DOOR)
        self.record("plain", records.record())

    def write(self, name, text):
        with open(os.path.join(self.dir, name), "w", encoding="utf-8") as f:
            f.write(text)

    def record(self, name, record):
        self.write("record-" + name, json.dumps(record))

    def fault(self, name, record=None, title="kernel BUG in a_function"):
        """A fault that is to have that title, and what its boot comes to."""
        self.write(f"faults/{name}.patch", PATCH.format(title=title))
        self.record(name, record)

    def run_it(self, *only):
        """Returns status, lines of output, lines of error."""
        done = subprocess.run(
            [sys.executable, "-B", os.path.join(TOP, "scripts/matrix/regressions.py"), "--top", self.dir,
             "--dir", os.path.join(self.dir, "out"), "--build", self.dir, "--cores", "2",
             "--patches", os.path.join(self.dir, "faults"), "--only", " ".join(only)],
            capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def died(title):
    return records.record(domains=[records.dead()], outcome="fault", status=1, title=title)


class Files(Case):
    """What is wrong with a file"""

    def refused(self, pattern, *only):
        status, out, err = self.run_it(*only)
        self.assertEqual((status, out, len(err)), (125, [], 1), err)
        self.assertTrue(re.search(pattern, err[0]), err)

    def changed(self, old, new):
        self.write("faults/one.patch", PATCH.format(title="x").replace(old, new))

    def test_missing(self):
        for key in ("Line", "Boot", "Title", "Stands-for"):
            self.changed(key + ": ", "Other: ")
            self.refused(f"'{key}: ")

    def test_boot(self):
        for boot in ("ROLE=dom0 BOOT=with", "dom0", "ROLE=dom0 ROLE=domU", "CPUS=2"):
            self.changed("Boot: ROLE=dom0", "Boot: " + boot)
            self.refused("Boot: ")

    def test_title(self):
        self.changed("Title: x", "Title: (")
        self.refused("Title: ")

    def test_only(self):
        self.fault("one")
        self.refused("there is no .*two.patch", "two")


class Tables(Case):
    """What came of the boots"""

    def test_all_well(self):
        self.fault("one", died("kernel BUG in a_function"))
        self.fault("two", died("kernel BUG in b_function"), "kernel BUG in (a|b)_function")
        status, out, _ = self.run_it()
        self.assertEqual((status, out[-1]), (0, "2 of 2 detected, 2 of 2 placed"))
        self.assertTrue(out[0].startswith("plain") and " silent " in out[0], out)
        self.assertEqual(len(out), 4)

    def test_missed(self):
        self.fault("one", records.record())
        status, out, _ = self.run_it()
        self.assertEqual((status, out[-1]), (1, "0 of 1 detected, 0 of 1 placed"))

    def test_not_placed(self):
        # As a whole, not a part of it
        self.fault("one", died("kernel BUG in a_function_of_others"))
        status, out, _ = self.run_it()
        self.assertEqual((status, out[-1]), (1, "1 of 1 detected, 0 of 1 placed"))

    def test_not_silent(self):
        self.record("plain", died("kernel BUG in a_function"))
        self.fault("one", died("kernel BUG in a_function"))
        status, out, _ = self.run_it()
        self.assertEqual((status, out[-1]), (1, "1 of 1 detected, 1 of 1 placed"))
        self.assertIn("NOT SILENT", out[0])

    def test_not_built(self):
        self.fault("one", died("kernel BUG in a_function"))
        self.write("broken-one", "")
        status, out, _ = self.run_it()
        self.assertEqual((status, out[-1]), (125, "0 of 1 detected, 0 of 1 placed"))
        self.assertIn("not judged", out[1])

    def test_first_not_built(self):
        self.fault("one", died("kernel BUG in a_function"))
        self.write("broken-plain", "")
        status, out, _ = self.run_it()
        self.assertEqual(status, 125)
        self.assertIn("its kernel is not there; as plain-0: kernel failed", out[1])

    def test_side_by_side(self):
        """A build beside a boot, but not beside another: all boots here wait for the second."""
        for name in ("one", "two", "three"):
            self.fault(name, died("kernel BUG in a_function"))
        self.write("Makefile", DOOR.replace("regressed:\n", """regressed:
\t@mkdir building
\t@[ $(ONLY) != one ] || touch one
\t@sleep 0.2
\t@rmdir building
""").replace("cell:\n", """cell:
\t@n=0; until [ -e one ] || [ $$n = 100 ]; do n=$$((n + 1)); sleep 0.1; done; [ -e one ]
"""))
        status, out, _ = self.run_it()
        self.assertEqual((status, out[-1]), (0, "3 of 3 detected, 3 of 3 placed"), out)

    def test_only(self):
        self.fault("one", died("kernel BUG in a_function"))
        self.fault("two", records.record())
        self.assertEqual(self.run_it("one")[0], 0)


if __name__ == "__main__":
    unittest.main()
