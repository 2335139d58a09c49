# SPDX-License-Identifier: GPL-2.0-only
"""Records and what is made of them."""
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as tree

HERE = os.path.dirname(os.path.abspath(__file__))
REPORT = os.path.join(HERE, "../../scripts/report/report.py")
sys.path.insert(0, os.path.dirname(REPORT))

import junit
import ktap 
import record
import records
import results
import table
import wording

# What a guest may print: an end of CDATA, an escape sequence, half of a surrogate
# pair, writing turned round, a new line, a tag, a directive.
NASTY = "]]>\x1b[2J\ud800\u202e\n\r\0&<b>\x9b # SKIP \ufffe\U000e0001"
LONG = "x" * 20000


def printable(text):
    return all(c == "\n" or (c.isprintable() and not 0xd800 <= ord(c) < 0xe000) for c in text)


class InFolder(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name

    def path(self, name="result.json", text=None):
        path = os.path.join(self.folder, name)
        if text is not None:
            with open(path, "wb") as f:
                f.write(text if isinstance(text, bytes) else text.encode())
        return path

    def report(self, *arguments):
        done = subprocess.run([REPORT, *arguments], capture_output=True, text=True, cwd=self.folder)
        return done.returncode, done.stdout, done.stderr


class Records(InFolder):
    """A record is believed only if it is whole and of one piece."""

    def refused(self, text, why):
        path = self.path(text=text)
        with self.assertRaises(record.RecordError) as caught:
            record.load(path)
        said = str(caught.exception)
        self.assertIn(why, said)
        self.assertIn(path, said)
        self.assertNotIn("\n", said)

    def test_good(self):
        for found in (records.record(), records.without(), records.record(domains=[records.dead()])):
            self.assertEqual(record.load(records.write(self.folder, found)), found)

    def test_cut(self):
        whole = json.dumps(records.record())
        for end in range(0, len(whole), 97):
            self.refused(whole[:end], "")

    def test_hostile(self):
        for text, why in (
                ("", "not JSON"), ("{}", "no record"), ("[]", "no record"), ("null", "no record"),
                ("[" * 100000, "nested too deeply"), (b"\xff\xfe", "not UTF-8"),
                ('{"format": "pvboot-record", "version": NaN}', "NaN is no number"),
                ('{"format": "pvboot-record", "version": ' + "9" * 5000 + "}", ""),
                ('{"format": "pvboot-record", "format": "pvboot-record"}', "twice"),
                ('{"format": "pvboot-record", "version": 2}', "another version"),
                ('{"format": "pvboot-record", "version": true}', "version is not a count")):
            self.refused(text, why)

    def test_no_file(self):
        for path in (self.path("none"), self.folder, "/dev/zero"):
            with self.assertRaises(record.RecordError):
                record.load(path)
        os.mkfifo(self.path("pipe"))
        with self.assertRaisesRegex(record.RecordError, "is not a file"):
            record.load(self.path("pipe"))

    def test_too_large(self):
        with open(self.path(), "wb") as f:
            f.truncate(record.SIZE_MAX + 1)
        with self.assertRaisesRegex(record.RecordError, "larger than any record"):
            record.load(self.path())

    def places(self, value, path=()):
        """Every key of a record and every place in its lists."""
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in pairs:
            yield path + (key,)
            yield from self.places(inner, path + (key,))

    def test_each_key(self):
        """Without any one key, and with nonsense there, it is refused."""
        found = records.record(domains=[records.dead()])
        for path in list(self.places(found)):
            if path[0] in ("facts", "logs") and len(path) > 1:
                continue
            for change in ("missing", {"nonsense": []}):
                spoilt = json.loads(json.dumps(found))
                inner = spoilt
                for key in path[:-1]:
                    inner = inner[key]
                if change != "missing":
                    inner[path[-1]] = change
                elif isinstance(inner, dict):
                    del inner[path[-1]]
                else:
                    continue
                if path in (("facts",), ("logs",)) and change != "missing":
                    continue
                with self.subTest(path=path, change=change):
                    self.refused(json.dumps(spoilt), "")

    def test_numbers(self):
        for key, value in (("seconds", "1e999"), ("seconds", "-1"), ("silence", "true"), ("status", "0.0")):
            found = records.record()
            found[key] = "HERE"
            self.refused(json.dumps(found).replace('"HERE"', value), key)

    def test_sense(self):
        self.refused(json.dumps(records.record(status=1)), "outcome is ok and status 1")
        self.refused(json.dumps(records.record(domains=[records.dead()], outcome="ok", status=0)),
                     "that of a domain fault")
        self.refused(json.dumps(records.record(domains=[records.domain(outcome="unjudged")], outcome="ok",
                                               status=0)), "that of a domain unjudged")
        self.refused(json.dumps(records.record() | {"domains": []}), "there is no domain")

    def test_later_keys(self):
        record.load(records.write(self.folder, records.record(later=[1])))

    def test_noise(self):
        """Whatever one byte becomes, it is a record or one error."""
        whole = json.dumps(records.record(domains=[records.dead()])).encode()
        dice = random.Random(1)
        for _ in range(500):
            at = dice.randrange(len(whole))
            path = self.path(text=whole[:at] + bytes([dice.randrange(256)]) + whole[at + 1:])
            try:
                found = [record.load(path)]
            except record.RecordError as error:
                self.assertNotIn("\n", str(error))
                continue
            ktap.report(found)
            table.report(found, 20)
            tree.fromstring("\n".join(junit.report(found)[1:]))


class Headline(unittest.TestCase):
    """What a boot that failed is said to have failed of."""

    def headline(self, *domains, **more):
        return wording.headline(records.record(domains=list(domains), **more))

    def test_dead(self):
        said = self.headline(records.dead())
        self.assertTrue(said.startswith("PANIC: early exception in xen_get_user_pgd"), said)
        self.assertIn("xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping", said)

    def test_first_line(self):
        """The first line that begins with "not ok" is a boot's, and names who died."""
        lines = ktap.report([records.without(), records.record(domains=[records.dead()]), records.record()])
        first = next(line for line in lines if line.startswith("not ok"))
        self.assertRegex(first, "^not ok 2 6.1.192 .*xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping")

    def test_what_followed(self):
        """dom0 dies before it has created its domUs: their absence is no headline."""
        follows = records.domain("domu", 0, outcome="unjudged", state="not created", because="dom0",
                                 summary="not created: dom0 died", why="dom0 died")
        said = self.headline(records.dead(), follows)
        self.assertIn("init_mem_mapping", said)
        self.assertNotIn("domu", said)
        lines = ktap.report([records.record(domains=[records.dead(), follows])])
        self.assertIn("    not ok 5 domU domu: not created: dom0 died", lines)

    def test_domu(self):
        said = self.headline(records.domain(), records.domain("good"), records.dead("domu"))
        self.assertTrue(said.startswith("domU domu: PANIC"), said)

    def test_first_in_time(self):
        """A domU has died, and dom0's own test has failed for it."""
        late = records.fault("test", title="/domus: 1 of 15 failed", chain=[], known=None, at=30.0)
        dom0 = records.domain(outcome="fault", title=late["title"], faults=[late])
        domu = records.dead("domu")
        said = self.headline(dom0, domu, title=domu["title"])
        self.assertTrue(said.startswith("domU domu: PANIC"), said)

    def test_unjudged(self):
        said = self.headline(records.domain(reached=1, outcome="unjudged", why="QEMU was killed by signal 9"))
        self.assertEqual(said, "not judged: QEMU was killed by signal 9")

    def test_no_reason(self):
        """Even a record without a reason gets one."""
        found = records.record(domains=[records.domain(outcome="unjudged")], why=None)
        self.assertRegex(wording.headline(found), "^not judged: .")
        found = records.record(outcome="fault", status=1) | {"domains": []}
        self.assertTrue(wording.headline(found))

    def test_no_crash_to_show(self):
        found = records.record("without", facts=records.FACTS | {
            "series": "without", "spared": "xen_get_user_pgd() waits for struct pages"})
        self.assertIn("no crash, as xen_get_user_pgd() waits", wording.headline(found))

    def test_names(self):
        def name(*facts):
            return wording.names([records.record(facts=records.FACTS | f) for f in facts])
        self.assertEqual(name({}, {"series": "without"}), ["6.1.192 with the series", "6.1.192 without the series"])
        self.assertEqual(name({"series": "none", "hypervisor": "a"}, {"series": "none", "hypervisor": "b"}),
                         ["6.1.192, on a", "6.1.192, on b"])
        self.assertEqual(name({}, {}), ["6.1.192 with the series (with)"] * 2)


class Safe(InFolder):
    """No guest writes on a terminal, into another line or out of the XML."""

    def nasty(self):
        bad = NASTY + "é世" + LONG
        died = records.dead(summary=bad, title=bad, tail=[bad], log=bad, name="dom0",
                            faults=[records.fault(title=bad, line=bad, chain=[bad, bad], place=bad, known=bad)],
                            tests=[records.test(name=bad, outcome="failed", why=bad, ktap=[bad, "not ok 1 " + bad])])
        domu = records.dead(name=bad, summary=bad)
        refused = records.domain(name=bad, reached=0, outcome="unjudged", why=bad, summary=bad)
        found = records.record(bad, [died, domu, refused], title=bad, why=bad,
                               facts={name: bad for name in (*records.FACTS, bad)}, begun=bad)
        return [found, records.record(bad, [refused], why=bad), record.unjudged(bad, bad)]

    def test_ktap(self):
        lines = ktap.report(self.nasty())
        self.assertTrue(printable("\n".join(lines)))
        self.assertFalse(any("\n" in line for line in lines))
        self.assertEqual(len([1 for line in lines if not line.startswith(" ")]), 2 + 3)
        self.assertLess(max(map(len, lines)), 20000)
        for line in lines:
            if line.startswith("not ok"):
                self.assertNotRegex(line, r"(?<!\\)# SKIP")

    def test_table(self):
        for width in (20, 33, 80, 200):
            lines = table.report(self.nasty(), width)
            self.assertTrue(printable("\n".join(lines)))
            self.assertLessEqual(max(table.columns(line) for line in lines), width)

    def test_wide(self):
        found = [records.record(facts=records.FACTS | {"release": "世界" * 20 + "e\u0301" * 50})]
        for width in (20, 21):
            for line in table.report(found, width):
                self.assertLessEqual(len(line) + sum(c in "世界" for c in line) - line.count("\u0301"), width)

    def test_junit(self):
        top = tree.fromstring("\n".join(junit.report(self.nasty())))
        text = "".join(top.itertext()) + "".join(v for e in top.iter() for v in e.attrib.values())
        self.assertTrue(printable(text))

    def test_front(self):
        cell = records.write(self.folder, self.nasty()[0] | {"cell": "nasty"})
        for form in ("ktap", "table", "junit", "json"):
            for code in ("ascii", "utf-8", "latin-1"):
                done = subprocess.run([REPORT, "--format", form, cell], capture_output=True,
                                      env=os.environ | {"PYTHONIOENCODING": code, "LC_ALL": "C"})
                self.assertEqual((done.returncode, done.stderr), (1, b""))
                said = done.stdout.decode("ascii" if form == "json" else "utf-8" if form == "junit" else code)
                self.assertTrue(printable(said))


class JUnit(unittest.TestCase):
    """What a CI system counts, as a public parser takes it."""

    def suites(self, *found):
        try:
            import junitparser
        except ImportError:
            self.skipTest("no python3-junitparser")
        return list(junitparser.JUnitXml.fromstring("\n".join(junit.report(list(found)))))

    def counted(self, suite):
        kinds = [type(r).__name__ for case in suite for r in case.result]
        counts = len(list(suite)), kinds.count("Failure"), kinds.count("Error"), kinds.count("Skipped")
        self.assertEqual(counts, (suite.tests, suite.failures, suite.errors, suite.skipped))
        return counts

    def test_good(self):
        # six milestones, two results of a test and the test, a clean log
        self.assertEqual(self.counted(self.suites(records.record())[0]), (10, 0, 0, 1))

    def test_death(self):
        self.assertEqual(self.counted(self.suites(records.without())[0]), (4, 0, 0, 0))

    def test_fault(self):
        suite, = self.suites(records.record(domains=[records.dead()]))
        # one failure, though four milestones were not reached
        self.assertEqual(self.counted(suite), (8, 1, 0, 4))
        failed = [r for case in suite for r in case.result if type(r).__name__ == "Failure"]
        self.assertIn("init_mem_mapping", failed[0].message)
        self.assertIn("Hardware Dom0 crashed", failed[0].text)

    def test_unjudged(self):
        found = records.record(domains=[records.domain(reached=0, outcome="unjudged", why="no QEMU", tests=[])])
        tests, failures, errors, _ = self.counted(self.suites(found)[0])
        self.assertEqual((failures, errors), (0, 1))

    def test_no_record(self):
        self.assertEqual(self.counted(self.suites(record.unjudged("with", "cut"))[0]), (1, 0, 1, 0))

    def test_failed_test(self):
        """The case that failed is the failure; its program adds none."""
        bad = records.test(outcome="failed", passed=1, failed=1, skipped=0, why="one: word",
                           ktap=["1..2", "ok 1 zero", "not ok 2 one"])
        found = records.record(domains=[records.domain(outcome="fault", title="t", tests=[bad],
                                                       faults=[records.fault("test", title="t", chain=[])])])
        suite, = self.suites(found)
        self.assertEqual(self.counted(suite)[1], 1)
        self.assertEqual([c.name for c in suite if c.result], ["one"])

    def test_cut_off_test(self):
        bad = records.test(outcome="cut off", why=None, ktap=["1..2", "ok 1 zero"])
        found = records.record(domains=[records.domain(outcome="fault", title="t", tests=[bad],
                                                       faults=[records.fault("test", title="t", chain=[])])])
        self.assertEqual([c.name for c in self.suites(found)[0] if c.result], ["/xen_pv_cr3"])

    def test_domus(self):
        found = records.record(domains=[records.domain(), records.dead("a"), records.domain("b")])
        suite, = self.suites(found)
        self.assertEqual(self.counted(suite)[1:3], (1, 0))
        self.assertEqual({c.classname for c in suite if c.result and type(c.result[0]).__name__ == "Failure"},
                         {"with.a"})

    def test_cases(self):
        self.assertEqual(list(results.cases(["ok 1 a.b", "not ok 2 - c d", "ok 3 # SKIP one CPU", "# ok 4 no", "1..4",
                                             "ok 5 e # SKIP why", "ok 6 f # TODO x"])),
                         [("a.b", "ok", None), ("c d", "fault", None), ("3 one CPU", "skipped", "one CPU"),
                          ("e", "skipped", "why"), ("f", "ok", None)])


class Ktap(unittest.TestCase):
    def plans(self, lines, indent=""):
        """Each plan has as many results as it says, numbered in order."""
        own = [line[len(indent):] for line in lines if line.startswith(indent) and line[len(indent):][:1] != " "]
        planned, numbers = None, []
        for line in own:
            words = line.removeprefix("not ").split()
            if line.startswith("1.."):
                self.assertIsNone(planned)
                planned = int(line[3:])
            elif words[:1] == ["ok"]:
                numbers.append(int(words[1]))
        return planned, numbers

    def test_plan(self):
        found = [records.without(), records.record(domains=[records.domain(), records.dead("a"),
                                                            records.domain("b")])]
        lines = ktap.report(found)
        planned, numbers = self.plans(lines)
        self.assertEqual((planned, numbers), (2, [1, 2]))
        boot = lines[lines.index(next(line for line in lines if line.startswith("ok 1"))) + 1:]
        planned, numbers = self.plans(boot, "    ")
        self.assertEqual(numbers, list(range(1, planned + 1)))
        self.assertEqual(planned, 6 + 1 + 2 + 1)

    def test_unjudged(self):
        lines = ktap.report([records.record(domains=[records.domain(
            reached=1, outcome="unjudged", why="QEMU was killed", summary="not judged: QEMU was killed")])])
        self.assertIn("    ok 1 hypervisor up # 0.5 s", lines)
        self.assertIn("    Bail out! QEMU was killed", lines)
        self.assertNotIn("    ok 2 kernel entered", "\n".join(lines))

    def test_fault_under_unjudged(self):
        """A domU's fault is told though dom0 could not be judged."""
        lines = ktap.report([records.record(domains=[
            records.domain(reached=4, outcome="unjudged", why="interrupted"), records.dead("a")])])
        self.assertRegex("\n".join(lines), r"    not ok \d+ domU a: PANIC")
        self.assertRegex(lines[-1], "^not ok 1 .*domU a: PANIC")

    def test_common_header(self):
        def known(options):
            return records.record(facts=records.FACTS | {"unknown": options})
        lines = ktap.report([known("A B C"), known("A C")])
        self.assertIn("# compiler: gcc 12.2.0", lines)
        self.assertEqual([line for line in lines if "not known" in line],
                         ["# not known to this kernel: A C", "    # not known to this kernel: B"])


class Front(InFolder):
    """report.py itself: statuses, folders, errors."""

    def test_statuses(self):
        good = records.write(self.folder, records.record("good"))
        bad = records.write(self.folder, records.record("bad", [records.dead()]))
        no = records.write(self.folder, records.record("no", [records.domain(outcome="unjudged", why="w")]))
        cut = self.path("cut.json", "{")
        for paths, status in (([good], 0), ([bad], 1), ([no], 125), ([good, no], 125), ([no, bad], 1),
                              ([bad, no, good], 1), ([good, cut], 125), ([cut, bad], 1)):
            for form in ("ktap", "table", "junit", "json"):
                self.assertEqual(self.report("--format", form, *paths)[0], status, paths)

    def test_broken_record(self):
        """One line of error, and it stands in the report, too."""
        good = records.write(self.folder, records.record("good"))
        status, said, errors = self.report(good, self.path("cut.json", "{"))
        self.assertEqual((status, errors.count("\n")), (125, 1))
        self.assertIn("error: ", errors)
        self.assertIn("\nok 1 ", said)
        self.assertRegex(said, "\nnot ok 2 .*not judged: .*cut.json")

    def test_no_record(self):
        """A boot that left none is not silently a boot less."""
        os.mkdir(self.path("with"))
        status, said, errors = self.report("with")
        self.assertEqual((status, errors.count("\n")), (125, 1))
        self.assertRegex(said, "\nnot ok 1 with: not judged: .*with/result.json: No such file")

    def test_wrong_arguments(self):
        for arguments in ([], ["--format", "nonsense", "."], ["--width", "x", "."]):
            status, said, errors = self.report(*arguments)
            self.assertEqual((status, said, errors.count("\n")), (125, "", 1))

    def test_folder(self):
        for cell in ("b", "a", "c"):
            records.write(self.path("deep"), records.record(cell))
        status, said, _ = self.report("--format", "json", ".")
        self.assertEqual([r["cell"] for r in json.loads(said)["records"]], ["a", "b", "c"])

    def test_json(self):
        found = records.record("with")
        _, said, _ = self.report("--format", "json", records.write(self.folder, found))
        self.assertEqual(json.loads(said)["records"], [found])

    def test_reader_leaves(self):
        cell = records.write(self.folder, records.record(domains=[records.dead(tail=["x" * 900] * 1000)]))
        done = subprocess.run(f"{REPORT} {cell} | head -n 1", shell=True, capture_output=True, text=True)
        self.assertEqual((done.stdout, done.stderr), ("KTAP version 1\n", ""))


if __name__ == "__main__":
    unittest.main()
