# SPDX-License-Identifier: GPL-2.0-only
"""The steps that read data and print it, beside the report: say, cover, bench."""
import json
import os
import subprocess
import tempfile
import unittest

import records

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts")


class Steps(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def call(self, script, *arguments):
        done = subprocess.run([os.path.join(SCRIPTS, script), *arguments], capture_output=True, text=True,
                              cwd=self.folder)
        self.assertNotIn("Traceback", done.stderr)
        return done.returncode, done.stdout, done.stderr


class Say(Steps):
    def say(self, found, *arguments):
        return self.call("report/say.py", records.write(self.folder, found), *arguments)

    def test_keys(self):
        status, said, _ = self.say(records.record(), "{silence} {seconds:.1f} {facts[release]} {outcome}")
        self.assertEqual((status, said), (0, "0.5 3.2 6.1.192 ok\n"))

    def test_headline(self):
        _, said, _ = self.say(records.record(domains=[records.dead()]), "{name}: {headline}")
        self.assertRegex(said, "^6.1.192 with the series: PANIC: .*init_mem_mapping")

    def test_domus(self):
        _, said, _ = self.say(records.record(domains=[records.domain(), records.domain("a", begun=1.0, ended=2.5),
                                                      records.domain("b")]), "--domus", "{name} {seconds:.1f} s")
        self.assertEqual(said, "a 1.5 s, b 3.2 s\n")

    def test_harmless(self):
        _, said, _ = self.say(records.record(domains=[records.domain(outcome="unjudged", why="a\x1b[2J\nb")]), "{why}")
        self.assertEqual(said, "a\\x1b[2J\\x0ab\n")

    def test_nothing(self):
        for words in ("{nonsense}", "{facts[nonsense]}", "{title:.1f}", "{"):
            status, said, errors = self.say(records.record(), words)
            self.assertEqual((status, said, errors.count("\n")), (125, "", 1))
        self.assertEqual(self.call("report/say.py", self.path("none"), "x")[0], 125)


class Cover(Steps):
    LETTER = "Subject: x\n\nTested, as written by 'make series TESTED=1':\n\n - on Mars\n   too\n\nNot tested: a\n b\n"
    LINT = "passed\tam\t0001\nskipped\tam\t0002\npassed\tgcc\t0001\n"

    def cover(self, found, letter=LETTER, lint=LINT, *more):
        cells = [records.write(self.folder, r) for r in found]
        return self.call("series/cover.py", "--lint", self.write("lint", lint), *more,
                         self.write("letter", letter), *cells)

    def good(self):
        driver = records.test("/domus", ktap=["ok 1 toolstack is up", "ok 2 domu-smp runs its load, 4.3 s",
                                              "ok 3 domu-smp: both bases are right", "not ok 4 domu-smp dies",
                                              "ok 5 domu flies # SKIP no wings"])
        return [records.without(), records.record(domains=[
            records.domain(tests=[records.test(), driver]), records.domain("domu"), records.domain("domu-smp")])]

    def test_letter(self):
        status, said, _ = self.cover(self.good())
        self.assertEqual(status, 0)
        self.assertNotIn("Mars", said)
        self.assertTrue(said.startswith("Subject: x\n\nTested, as"))
        self.assertTrue(said.endswith("\n\nNot tested: a\n b\n"))
        for line in (" - tree: Debian linux-source-6.1 6.1.192-2",
                     " - 6.1.192 with the series: boots, passes its tests and powers off;",
                     "   /xen_pv_cr3, /domus", " - domU domu: boots, passes its tests and powers off",
                     " - domU domu-smp: runs its load; both bases are right",
                     " - make lint: 2 passed, 0 failed, 1 skipped: am gcc"):
            self.assertIn(line + "\n", said)
        self.assertLessEqual(max(map(len, said.splitlines())), 72)
        self.assertIn("QEMU emulator version 7.2.22, tcg", said.replace("\n  ", ""))
        self.assertNotIn("4.3 s", said)
        self.assertEqual(self.cover(self.good(), said)[1], said)

    def test_own_tree(self):
        found = [records.record(facts=records.FACTS | {"tree": "/home/me/linux 1a2b (main)"})]
        _, said, _ = self.cover(found, self.LETTER, self.LINT, "--kernel", "/home/me/linux")
        self.assertIn(" - tree: git 1a2b (main)\n", said)

    def test_refused(self):
        for found, letter, lint, why in (
                ([records.record(domains=[records.dead()])], self.LETTER, self.LINT, "not all boots are ok"),
                ([records.record(domains=[records.domain(outcome="unjudged", why="w")])], self.LETTER, self.LINT,
                 "not all boots are ok"),
                (self.good(), self.LETTER, self.LINT + "failed\tgcc\t0002\n", "lint has found faults"),
                (self.good(), "Subject: x\n", self.LINT, "has not one line"),
                (self.good(), self.LETTER * 2, self.LINT, "has not one line")):
            status, said, errors = self.cover(found, letter, lint)
            self.assertEqual((status, said, errors.count("\n")), (125, "", 1))
            self.assertIn(why, errors)


    def matrix(self, *found):
        """What make cells would leave: a cell a record, on one Xen after the other, the last two a pair."""
        cells = [{"id": f"c{i}", "kernel": "k", "skip": None, "line": "v6.1", "variant": "usual", "xen": f"4.{i}",
                  "series": "with", "role": "dom0", "cpus": "2", "memory": "usual"} for i in range(len(found))]
        cells[-1].update(series="without", xen=cells[-2]["xen"])
        self.write("cells/plan.json", json.dumps({"format": "pvboot-plan", "version": 4, "memory": 1024, "variables": [], "kernels": [], "cells": cells}))
        for cell, one in zip(cells, found):
            self.write(f"cells/cells/{cell['id']}/result.json", json.dumps(one | {"cell": cell["id"]}))
        return "--matrix", self.path("cells")

    def test_matrix(self):
        warned = records.record(domains=[records.domain(outcome="fault", title="WARNING in f", complaints=1,
                                                        faults=[records.fault("complaint", title="WARNING in f")])])
        good = records.record()
        status, said, _ = self.cover(self.good(), self.LETTER, self.LINT, *self.matrix(good, good, warned, warned))
        self.assertEqual(status, 0)
        self.assertIn(" - make cells: usual, dom0, 2 vCPUs, Xen 4.0 4.1: ok\n"
                      " - make cells: usual, dom0, 2 vCPUs, Xen 4.2: same fault without the\n"
                      "   series: WARNING in f\n", said)
        for found in ((good, warned, good), (good, records.record(domains=[records.dead()]), warned)):
            status, said, errors = self.cover(self.good(), self.LETTER, self.LINT, *self.matrix(*found))
            self.assertEqual((status, said, errors.count("\n")), (125, "", 1))
            self.assertIn("the cell c1 is not ok", errors)
        os.unlink(self.path("cells", "plan.json"))
        status, said, errors = self.cover(self.good(), self.LETTER, self.LINT, "--matrix", self.path("cells"))
        self.assertEqual((status, said, errors.count("\n")), (125, "", 1))


class Table(Steps):
    NAMES = "what|in|series|upstream|compared|wanted|times|means\n"

    def table(self, kind, rows, versions='compiler|gcc "12" \\|x\n'):
        self.write("bench/versions", versions)
        self.write("bench/rows", self.NAMES + rows)
        return self.call("bench/table.py", kind, self.path("bench"))

    def json(self):
        with open(self.path("bench", "bench.json"), encoding="utf-8") as f:
            return json.load(f)

    def test_good(self):
        status, said, errors = self.table("exact", "a|n|1|2|same|same|3,4|1.5,2.0\n")
        self.assertEqual((status, errors), (0, ""))
        self.assertIn('# compiler: gcc "12" \\|x\n', said)
        self.assertNotIn("NOT MET", said)
        self.assertEqual(self.json(), {"versions": {"compiler": 'gcc "12" \\|x'}, "figures": [
            {"what": "a", "in": "n", "series": 1, "upstream": 2, "compared": "same", "wanted": "same",
             "times": [3, 4], "means": [1.5, 2.0]}]})

    def test_missed(self):
        rows = "a|n|1|1|same|same||\nb|n|2|1|2.000|1.000||\n"
        status, said, errors = self.table("exact", rows)
        self.assertEqual((status, said.count("NOT MET"), errors.count("\n")), (1, 1, 1))
        self.assertEqual(self.table("times", rows)[0], 0)

    def test_at_most(self):
        for found, wanted, status in (("0.999", "<=1.000", 0), ("1.001", "<=1.000", 1), ("-8", "<=-1", 0),
                                      ("+0", "<=-1", 1), ("differs", "-", 0)):
            self.assertEqual(self.table("exact", f"a|n|1|1|{found}|{wanted}||\n")[0], status, found)

    def test_no_rows(self):
        self.assertEqual(self.call("bench/table.py", "exact", self.path("none"))[0], 125)


class Figures(Steps):
    """On two kernels of a few bytes."""
    COUNT = ("boot 1000 2000\ncall first 1 24 30 50\ncall deferred-user 0 0 10 5\ncall issued 1 48 20 40\n"
             "call issued-user 1 48 21 41\nswitch 100 7\nswitch 104 7\nswitch 101 7\n")

    def kernel(self, variant, code="", count=COUNT, data=8, init=7):
        folder = self.path("v", variant)
        os.makedirs(os.path.join(folder, "objects"))
        self.write(f"v/{variant}/count", count)
        self.write("k.c", f"int xen_write_cr3(int a) {{ {code} return a; }}\nchar data[{data}] = {{ 1 }};\n"
                   "__attribute__((section(\".init.text\"))) int gone(void) "
                   f"{{ return {init}; }}\n"
                   "int _start(void) { return xen_write_cr3(0) + gone(); }\n")
        self.write("k.ld", "SECTIONS { .text : { *(.text) } . = 0x10000; __init_begin = .; "
                   ".init.text : { *(.init.text) } __init_end = .; .data : { *(.data) } /DISCARD/ : { *(*) } }\n")
        flags = ["gcc", "-O1", "-fcf-protection=none", "-fno-asynchronous-unwind-tables"]
        subprocess.run([*flags, "-c", "-o", os.path.join(folder, "objects/mmu_pv.o"), self.path("k.c")], check=True)
        subprocess.run(["ld", "--no-warn-rwx-segments", "-T", self.path("k.ld"), "-o", os.path.join(folder, "vmlinux"),
                        os.path.join(folder, "objects/mmu_pv.o")], check=True)

    def figures(self, against="upstream"):
        status, _, errors = self.call("bench/figures.py", "--against", against, self.path("v"), self.path("rows"))
        if status:
            return status, errors
        with open(self.path("rows"), encoding="utf-8") as f:
            return 0, {tuple(line.split("|")[:2]): line.rstrip("\n").split("|")[2:] for line in f}

    def test_same(self):
        for variant in ("with", "control"):
            self.kernel(variant)
        status, rows = self.figures()
        self.assertEqual(status, 0)
        self.assertEqual(rows["context switch, pipe ping-pong", "kernel instructions"],
                         ["101", "101", "1.000", "1.000", "3,3", "101.667,101.667"])
        self.assertEqual(rows["first load", "operations"], ["1", "1", "1", "1", "", ""])
        self.assertEqual(rows["full load, user table", "operations"], ["2", "2", "2", "2", "", ""])
        self.assertEqual(rows["machine code of xen_write_cr3", "instructions"][2:4], ["same", "same"])
        for what in ("vmlinux after init", "arch/x86/xen after init"):
            self.assertEqual(rows[what, "bytes of data"][2], "+0")
        self.assertNotIn(("xen_write_cr3 in a lazy batch, no user table", "kernel instructions"), rows)

    def test_other(self):
        self.kernel("with", "a = a * a + 5;", self.COUNT.replace("switch 100", "switch 200"), data=24)
        self.kernel("control")
        _, rows = self.figures()
        self.assertEqual(rows["context switch, pipe ping-pong", "kernel instructions"][:3], ["104", "101", "1.030"])
        self.assertEqual(rows["vmlinux after init", "bytes of data"][2], "+16")
        self.assertEqual(rows["arch/x86/xen after init", "bytes of data"][2], "+16")
        self.assertEqual(rows["machine code of xen_write_cr3", "instructions"][2], "differs")

    def test_init(self):
        """What goes with init memory costs nothing."""
        self.kernel("with", init="xen_write_cr3(1) * data[0] + 5")
        self.kernel("control")
        _, rows = self.figures()
        for what in ("vmlinux after init", "arch/x86/xen after init"):
            self.assertEqual(rows[what, "bytes of text"][2], "+0")

    def test_not_counted(self):
        self.kernel("with", count=self.COUNT.replace("switch", "disturbed"))
        self.kernel("control")
        status, errors = self.figures()
        self.assertEqual((status, errors.count("\n")), (125, 1))
        self.assertIn("nothing was counted of this: switch; see", errors)

    def test_path_that_is_gone(self):
        """A series may do away with a path of upstream's hook, but not a hook in its place."""
        self.kernel("with", count=self.COUNT.replace("call issued 1 48 20 40\n", ""))
        self.kernel("control")
        status, rows = self.figures("without")
        self.assertEqual(status, 0)
        self.assertEqual(rows["xen_write_cr3, no user table", "kernel instructions"][:4], ["-", "20", "-", "-"])
        self.assertEqual(rows["context switch, pipe ping-pong", "kernel instructions"][3], "<=1.000")
        self.assertEqual(rows["arch/x86/xen after init", "bytes of text"][3], "<=-1")
        self.assertEqual(self.figures()[0], 125)

    def test_marks(self):
        self.kernel("with")
        status, _, errors = self.call("bench/marks.py", self.path("v", "with", "vmlinux"))
        self.assertEqual((status, errors.count("\n")), (125, 1))
        self.assertIn("there is no xen_write_cr3_init()", errors)
        self.write("m.c", "".join(f"int {f}(void) {{ return 1; }}\n" for f in (
            "xen_write_cr3", "xen_write_cr3_init", "__xen_write_cr3", "xen_mc_flush", "__switch_to",
            "__x64_sys_getsid", "asm_exc_xen_hypervisor_callback")))
        subprocess.run(["gcc", "-c", "-o", self.path("m.o"), self.path("m.c")], check=True)
        status, said, _ = self.call("bench/marks.py", self.path("m.o"))
        self.assertEqual(status, 0)
        self.assertRegex(said, r"^full=0+,first=0+b,load=0+16,.*,load_size=0+b\n$")


if __name__ == "__main__":
    unittest.main()
