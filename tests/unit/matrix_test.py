# SPDX-License-Identifier: GPL-2.0-only
"""Plans, jobs, what is made of a matrix's records, and bisection."""
import glob
import html.parser
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(TOP, "scripts", "matrix"), os.path.join(TOP, "scripts", "report"),
                os.path.join(TOP, "tests", "unit")]
# pylint: disable=wrong-import-position
import merge  # noqa: E402
import page  # noqa: E402
import plan  # noqa: E402
import progress  # noqa: E402
import readme  # noqa: E402
import records  # noqa: E402
import work  # noqa: E402

FAKE_DOOR = """#!/bin/sh
# A front door that knows by the tree what a boot would come to.
for a; do case $a in KERNEL=* | REV=*) eval "$a" ;; esac; done
state=$(git -C "$KERNEL" show "$REV:state")
# Every other boot of a moody one dies of something else.
case $state in
moody*)
	n=$(cat "$0.$REV" 2>/dev/null || echo 0)
	case " $* " in *" boot "*) n=$((n + 1)); echo $n >"$0.$REV" ;; esac
	state=${state#moody }
	[ $((n % 2)) -eq 0 ] || state="WARNING: in g"
	;;
esac
case " $* " in
*" report "*) printf '{"records": [{"outcome": "fault", "title": "%s", "facts": {}, "domains": []}]}' "$state" ;;
*) case $state in good) ;; broken) exit 125 ;; *) exit 1 ;; esac ;;
esac
"""


class Folder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.dir = self.temporary.name

    def tearDown(self):
        self.temporary.cleanup()

    def file(self, name, text):
        """A file in it."""
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path


class Plans(Folder):
    """The file that says what to boot."""

    def read(self, text, **overrides):
        """Work it out."""
        return plan.read(self.file("matrix", text), overrides)

    def test_product(self):
        p = self.read("[a]\nline = v6.1 v6.12\nxen = 4.17 4.20\nrole = dom0, domU\n")
        self.assertEqual(len(p["cells"]), 8)
        self.assertEqual(p["kernels"], ["v6.1-usual-with", "v6.12-usual-with"])

    def test_union_has_no_twins(self):
        p = self.read("[a]\nxen = 4.17\n[b]\nxen = 4.17 4.20\n")
        self.assertEqual([c["xen"] for c in p["cells"]], ["4.17", "4.20"])

    def test_own_kernel(self):
        path = self.file("matrix", "[a]\nline = v6.1 v6.12\nvariant = usual debug\nseries = with without\n")
        p = plan.read(path, own="own-linux-1", config="+own-c-2", variables=["KERNEL=/l"])
        self.assertEqual(p["kernels"], [f"own-linux-1-{v}-{s}" for v in ("usual", "debug") for s in ("with", "without")])
        self.assertEqual(work.home(p, p["cells"][2]), "own-linux-1+debug+own-c-2")
        command = work.make(p, "/o", p["cells"][2], "kernel")
        self.assertIn("KERNEL=/l", command)
        self.assertFalse([w for w in command if w.startswith("LINE=")])
        with self.assertRaises(plan.PlanError):
            plan.read(path, {"line": "v6.1"}, own="own-linux-1")
        # of one that nobody compiles there is nothing but itself
        p = plan.read(path, own="image-linux-1", built=True)
        self.assertEqual(p["kernels"], ["image-linux-1-usual-with"])
        self.assertEqual(sum(not c["skip"] for c in p["cells"]), 1)

    def test_skip_says_why(self):
        p = self.read("[a]\nxen = 4.17 4.20\n[skip it]\nxen = 4.20\nwhy = not there\n")
        self.assertEqual([c["skip"] for c in p["cells"]], [None, "not there"])

    def test_skipped_kernel_is_not_built(self):
        p = self.read("[a]\nline = v6.1 v6.12\n[skip]\nline = v6.12\nwhy = no\n")
        self.assertEqual(p["kernels"], ["v6.1-usual-with"])

    def test_override(self):
        p = self.read("[a]\nxen = 4.17 4.20\n", xen="4.14")
        self.assertEqual([c["xen"] for c in p["cells"]], ["4.14"])

    def test_bad_input(self):
        for text in ("", "[a]\ncolour = red\n", "[a]\nrole = king\n", "[a]\ncpus = 0\n", "[a]\nline =\n",
                     "line = v6.1\n", "[a]\nline = ../x\n", "[skip]\nxen = 4.17\n", "[a\n", "\0"):
            with self.subTest(text), self.assertRaises(plan.PlanError) as caught:
                self.read(text)
            self.assertNotIn("\n", str(caught.exception))

    def test_memory(self):
        p = self.read("[a]\nmemory = usual 2048 2560-2048-36\n")
        self.assertEqual([plan.machine_of(c) for c in p["cells"]], [
            {}, {"MEMORY": "2048"}, {"MEMORY": "2560", "DOM0_MEMORY": "2048", "LOW_MEMORY": "36"}])
        self.assertEqual(len({c["id"] for c in p["cells"]}), 3)
        for word in ("much", "1-2-3-4", "1-", "-"):
            self.assertRaises(plan.PlanError, self.read, f"[a]\nmemory = {word}\n")

    def test_cpu(self):
        p = self.read("[a]\ncpu = usual max+-smap\nmemory = usual 2048\n")
        self.assertEqual([plan.machine_of(c) for c in p["cells"]], [
            {}, {"CPU": "max,-smap"}, {"MEMORY": "2048"}, {"MEMORY": "2048", "CPU": "max,-smap"}])
        self.assertTrue(p["cells"][3]["id"].endswith("-1cpu-2048MiB-max+-smap"))
        self.assertEqual(plan.unusual(p["cells"][3]), ["2048 MiB", "max+-smap"])
        self.assertRaises(plan.PlanError, self.read, "[a]\ncpu = max;reboot\n")

    def test_those_of_the_lines(self):
        for name in glob.glob(os.path.join(TOP, "patches", "*", "cells")):
            line = os.path.basename(os.path.dirname(name))
            self.assertEqual({c["line"] for c in plan.read(name)["cells"]}, {line})

    def test_saved_and_loaded(self):
        p = self.read("[a]\n")
        path = os.path.join(self.dir, "plan.json")
        plan.save(p, path)
        self.assertEqual(plan.load(path), p)
        self.file("plan.json", "[1]")
        self.assertRaises(plan.PlanError, plan.load, path)


class Jobs(Folder):
    """Commands side by side."""

    def job(self, name, command, **more):
        """A job of a shell's."""
        return progress.Logged(name, ["sh", "-c", command], os.path.join(self.dir, name + ".log"), **more)

    def run_all(self, *all_jobs, cores=2):
        """To the end; returns what was said."""
        out = io.StringIO()
        self.assertTrue(progress.Progress(list(all_jobs), cores, "test", out).run())
        return out.getvalue()

    def test_failure_stops_those_that_wait(self):
        a, b = self.job("a", "exit 3"), self.job("b", "true", after=["a"])
        c, d = self.job("c", "true", after=["b"]), self.job("d", "echo lives")
        said = self.run_all(a, b, c, d)
        self.assertEqual((a.status, b.status, c.blocked, d.status), (3, None, "a", 0))
        self.assertIn("c: not run, as a failed", said)

    def test_order(self):
        path = os.path.join(self.dir, "order")
        self.run_all(self.job("a", f"echo a >>{path}", after=["b"]), self.job("b", f"sleep 0.3; echo b >>{path}"))
        with open(path, encoding="ascii") as f:
            self.assertEqual(f.read(), "b\na\n")

    def test_cores_are_kept_to(self):
        count = f"n=$(ls {self.dir}/now | wc -l); [ $n -le 1 ]"
        os.mkdir(os.path.join(self.dir, "now"))
        names = "abcd"
        all_jobs = [self.job(n, f"touch {self.dir}/now/{n}; {count} || exit 1; sleep 0.2; rm {self.dir}/now/{n}",
                             cpus=2) for n in names]
        self.run_all(*all_jobs, cores=2)
        self.assertEqual([j.status for j in all_jobs], [0] * 4)

    def test_larger_than_the_machine_runs_all_the_same(self):
        a = self.job("a", "true", cpus=64, memory=1 << 40)
        self.run_all(a)
        self.assertEqual(a.status, 0)

    def test_killed_by_a_signal(self):
        a = self.job("a", "kill -9 $$")
        self.run_all(a)
        self.assertEqual(a.status, 137)


class Reader(html.parser.HTMLParser):
    """What a browser would find."""

    def __init__(self):
        super().__init__()
        self.tags, self.stack, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br", "img"):
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag, tag

    def handle_data(self, data):
        self.text.append(data)


def warned(**more):
    """A domain that boots, and whose kernel warns once."""
    f = records.fault("complaint", title="WARNING in f", signature=None)
    return records.domain(**({"outcome": "fault", "title": f["title"], "complaints": 1, "faults": [f],
                              "summary": "WARNING"} | more))


class Merging(Folder):
    """Records become table, JUnit, JSON and page."""

    def merged(self, *found):
        """A matrix of as many cells; None is one without a record."""
        p = plan.read(self.file("matrix", f"[a]\ncpus = {' '.join(map(str, range(1, len(found) + 1)))}\n"))
        for cell, record in zip(p["cells"], found):
            if record == "skip":
                cell["skip"] = "for a reason"
            elif record:
                self.file(f"cells/{cell['id']}/result.json", json.dumps(record))
        self.plan = p
        return self.merge(p)

    def merge(self, p):
        """Returns the status and what is printed."""
        old, sys.stdout = sys.stdout, io.StringIO()
        try:
            status = merge.merge(self.dir, p)
            return status, sys.stdout.getvalue()
        finally:
            sys.stdout = old

    def compared(self, mine, its):
        """A cell with the series and the same one without; returns status and table."""
        p = plan.read(self.file("matrix", "[a]\nseries = with without\n"))
        for cell, domains, more in zip(p["cells"], (mine, its), ({}, {"facts": records.FACTS | {"series": "without"}})):
            self.file(f"cells/{cell['id']}/result.json", json.dumps(records.record(cell["id"], domains, **more)))
        return self.merge(p)

    def test_the_trees_own_fault(self):
        self.assertEqual(self.compared([warned()], [warned()])[0], 0)
        with open(os.path.join(self.dir, "table.txt"), encoding="utf-8") as f:
            table = f.read()
        self.assertIn("tree's own: same fault without the series: WARNING in f", table)
        self.assertIn("tree's own: the tree's own: ", table)
        self.assertIn("2 cells: 2 tree's own", table)
        with open(os.path.join(self.dir, "results.json"), encoding="utf-8") as f:
            kept = json.load(f)
        self.assertEqual([(r["outcome"], r["own"]) for r in kept["records"]], [("fault", True)] * 2)
        self.assertEqual((kept["outcome"], kept["status"]), ("ok", 0))
        suites = ElementTree.parse(os.path.join(self.dir, "junit.xml")).getroot()
        self.assertEqual((suites.get("tests"), suites.get("skipped"), suites.get("failures")), ("2", "2", "0"))
        self.assertIn("= tree's own", self.page().text)

    def test_a_fault_of_the_series(self):
        other = records.fault("complaint", title="WARNING in g")
        many = [records.fault("complaint", title="WARNING in f")] * 16
        for name, mine, its in (
                ("only with it", [warned()], [records.domain()]),
                ("one more", [warned(faults=[*warned()["faults"], other], complaints=2)], [warned()]),
                ("another", [records.dead()], [warned()]),
                ("a domU's", [records.domain(), warned(name="domu", title="WARNING in g", faults=[other])], [warned()]),
                ("some are not listed", [warned(complaints=2)], [warned()]),
                ("some are not listed of the tree's", [warned()], [warned(complaints=2)]),
                ("there may be more", [warned(faults=many, complaints=16)], [warned()])):
            with self.subTest(name):
                self.tearDown()
                self.setUp()
                status, table = self.compared(mine, its)
                self.assertEqual(status, 1)
                self.assertNotIn("same fault", table)

    def test_mended_by_the_series(self):
        status, table = self.compared([records.domain()], [warned()])
        self.assertEqual(status, 0)
        self.assertIn("2 cells: 1 ok, 1 tree's own", table)

    def test_no_twin(self):
        """A cell without the series excuses only the same one with it, if it has to boot."""
        p = plan.read(self.file("matrix", "[a]\nseries = with\n[b]\nseries = without\nxen = 4.20\n"))
        for cell in p["cells"]:
            self.file(f"cells/{cell['id']}/result.json", json.dumps(records.record(cell["id"], [warned()])))
        status, table = self.merge(p)
        self.assertEqual(status, 1)
        self.assertIn("2 cells: 2 fault", table)
        self.tearDown()
        self.setUp()
        status, table = self.compared([warned()], [warned(expect="early-full-load")])
        self.assertEqual(status, 1)
        self.assertIn("2 cells: 2 fault", table)

    def page(self):
        """The page, read."""
        reader = Reader()
        with open(os.path.join(self.dir, "matrix.html"), encoding="utf-8") as f:
            reader.feed(f.read())
        self.assertEqual(reader.stack, [])
        return reader

    def test_status(self):
        good, bad = records.record(), records.record(domains=[records.dead()])
        for found, status in (((good,), 0), ((good, bad), 1), ((good, None), 125), ((None, bad), 1),
                              ((good, "skip"), 0)):
            with self.subTest(status=status):
                self.tearDown()
                self.setUp()
                self.assertEqual(self.merged(*found)[0], status)

    def test_every_cell_is_there_once(self):
        _, table = self.merged(records.record(), None, "skip", records.record(domains=[records.dead()]))
        self.assertIn("4 cells: 1 ok, 1 fault, 1 not judged, 1 not run", table)
        self.assertIn("not judged: it was not run", table)
        self.assertIn("xen_get_user_pgd <- xen_write_cr3", table)
        reader = self.page()
        self.assertEqual(sum(t == "details" for t, _ in reader.tags), 4)
        with open(os.path.join(self.dir, "results.json"), encoding="utf-8") as f:
            self.assertEqual(len(json.load(f)["records"]), 3)

    def test_colour_is_not_all(self):
        self.merged(records.record(), records.record(domains=[records.dead()]))
        badges = [t for t in self.page().text if t.strip() in ("✓ ok", "✗ fault")]
        self.assertGreater(len(badges), 4)

    def test_nothing_is_loaded(self):
        self.merged(records.record())
        for tag, attrs in self.page().tags:
            self.assertNotIn(tag, ("link", "iframe", "object"))
            for name in ("src", "href"):
                self.assertNotIn("//", attrs.get(name) or "")

    def test_hostile_text(self):
        evil = "<script>alert(1)</script>\x1b[31m\x00 & \"'"
        domain = records.dead(title=evil, summary=evil, tail=[evil, "</pre><h1>"], log=evil)
        domain["faults"][0].update(title=evil, line=evil, chain=[evil], signature=None)
        self.merged(records.record(domains=[domain], title=evil, why=evil))
        reader = self.page()
        self.assertEqual(sum(t == "script" for t, _ in reader.tags), 1)
        self.assertEqual(sum(t == "h1" for t, _ in reader.tags), 1)
        self.assertNotIn("\x1b", "".join(reader.text))

    def test_readme(self):
        self.merged(records.record(), None, "skip", records.record(domains=[records.dead(title="a ` and | x")]))
        path = self.file("README.md", f"before\n{readme.BEGIN}old\n{readme.END}after\n")
        command = [sys.executable, "-B", os.path.join(TOP, "scripts/matrix/matrix.py"), "readme", "--dir", self.dir, path]
        plan.save(self.plan, os.path.join(self.dir, "plan.json"))
        for _ in range(2):
            subprocess.run(command, check=True)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        self.assertEqual((text[:7], text[-6:], text.count(readme.BEGIN)), ("before\n", "after\n", 1))
        self.assertNotIn("old", text)
        self.assertIn("| v6.1 | ok | not judged | not run | fault |", text)
        self.assertIn("* v6.1-usual-with-xen4.17-dom0-4cpu: `", text)
        self.file("README.md", "no marks")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr.count("error: "), done.stderr.count("\n")), (125, 1, 1))

    def test_look_has_every_outcome(self):
        self.assertEqual(set(page.LOOK), {"ok", "fault", "unjudged", "own", "skip"})


SOAK_DOOR = """#!/bin/sh
# A front door whose cells need what is made before, and of which boot 3 dies.
for a; do case $a in XEN=* | CELL=*) eval "$a" ;; esac; done
case " $* " in
*" kernel "*) sleep 0.3; touch "$0.kernel" ;;
*" guests machine "*) [ -e "$0.kernel" ] && [ "$XEN" != lost ] && touch "$0.$XEN" ;;
*)
	[ -e "$0.kernel" ] && [ -e "$0.$XEN" ] || exit 125
	mkdir -p "$CELL"
	case $CELL in */0003) cp "$0.dead" "$CELL/result.json"; exit 1 ;; esac
	cp "$0.good" "$CELL/result.json"
	;;
esac
"""


class Soak(Folder):
    """With a front door that boots nothing."""

    def soak(self, count, xens):
        """Returns status, standard output and error."""
        os.chmod(self.file("bin/make", SOAK_DOOR), 0o755)
        self.file("bin/make.good", json.dumps(records.record()))
        self.file("bin/make.dead", json.dumps(records.record(domains=[records.dead()])))
        done = subprocess.run([sys.executable, "-B", os.path.join(TOP, "scripts/matrix/soak.py"), "--dir",
                               os.path.join(self.dir, "out"), "--build", self.dir, "--count", count, "--xens", xens],
                              capture_output=True, text=True, check=False,
                              env=dict(os.environ, PATH=f"{self.dir}/bin:{os.environ['PATH']}"))
        return done.returncode, done.stdout, done.stderr

    def test_good(self):
        status, said, errors = self.soak("2", "4.17")
        self.assertEqual((status, said.splitlines()[-1]), (0, "2 boots, 0 judged wrong"), errors)

    def test_wrong(self):
        status, said, _ = self.soak("8", "4.17 4.20")
        self.assertEqual((status, said.splitlines()[-1]), (1, "8 boots, 1 judged wrong"))
        self.assertIn("out/0003: PANIC: early exception in xen_get_user_pgd", said)
        self.assertTrue(os.path.exists(os.path.join(self.dir, "out/0003/result.json")))

    def test_nothing_to_boot(self):
        status, said, errors = self.soak("2", "4.17 lost")
        self.assertEqual((status, said), (125, ""))
        self.assertIn("soak: error: Xen lost is not there; see ", errors)


class Bisection(Folder):
    """On a made history, with a front door that only looks at the commit."""

    def history(self, *states):
        """A git tree, a commit a state."""
        repo = tempfile.mkdtemp(dir=self.dir)
        env = dict(os.environ, GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@example.org", GIT_COMMITTER_NAME="A",
                   GIT_COMMITTER_EMAIL="a@example.org", GIT_CONFIG_GLOBAL="/dev/null")
        subprocess.run(["git", "init", "-q", repo], check=True, env=env)
        for n, state in enumerate(states):
            self.file(f"{repo}/state", state)
            self.file(f"{repo}/n", str(n))
            subprocess.run(["git", "-C", repo, "add", "-A"], check=True, env=env)
            subprocess.run(["git", "-C", repo, "commit", "-qm", f"x86: Change {n}"], check=True, env=env)
        os.chmod(self.file("bin/make", FAKE_DOOR), 0o755)
        return repo

    def bisect(self, repo, *more, good=None, bad="HEAD"):
        """Returns status, standard error and the mail."""
        good = good or subprocess.run(["git", "-C", repo, "rev-list", "--max-parents=0", "HEAD"],
                                      capture_output=True, text=True, check=True).stdout.strip()
        done = subprocess.run([sys.executable, "-B", os.path.join(TOP, "scripts/matrix/bisect.py"), "--top", self.dir,
                               "--dir", os.path.join(self.dir, "out"), "--kernel", repo, "--good", good,
                               "--bad", bad, *more], capture_output=True, text=True, check=False,
                              env=dict(os.environ, PATH=f"{self.dir}/bin:{os.environ['PATH']}"))
        try:
            with open(os.path.join(self.dir, "out/report.txt"), encoding="utf-8") as f:
                text = f.read()
        except OSError:
            text = ""
        return done.returncode, done.stderr, text

    def test_finds_it(self):
        repo = self.history(*["good"] * 7, *["BUG: in f"] * 5)
        status, said, text = self.bisect(repo)
        self.assertEqual(status, 0, said)
        self.assertIn("x86: Change 7", text.splitlines()[0])
        self.assertIn("#regzbot introduced: ", text)
        self.assertIn("BUG: in f", text)

    def test_skips_what_does_not_build(self):
        repo = self.history("good", "good", "good", "broken", "good", "BUG: in f", "broken", "BUG: in f")
        status, said, text = self.bisect(repo)
        self.assertEqual(status, 0, said)
        self.assertIn("x86: Change 5", text.splitlines()[0])

    def test_follows_one_fault(self):
        repo = self.history("good", "good", "WARNING: in g", "good", "good", "BUG: in f", "WARNING: in g", "BUG: in f")
        status, said, text = self.bisect(repo, "--title", "BUG: in f")
        self.assertEqual(status, 0, said)
        self.assertIn("x86: Change 5", text.splitlines()[0])

    def test_another_fault_comes_and_goes(self):
        repo = self.history("good", "good", "moody good", "broken", *["moody good"] * 3, *["moody BUG: in f"] * 5)
        status, said, text = self.bisect(repo, "--title", "BUG: in f", "--repeat", "3")
        self.assertEqual(status, 0, said)
        self.assertIn("x86: Change 7", text.splitlines()[0])
        self.assertIn("BUG: in f", text.splitlines()[0])
        self.assertIn("another fault: WARNING: in g", said)
        # and one that does nothing else is skipped, not good
        repo = self.history("good", "WARNING: in g", "BUG: in f")
        status, said, text = self.bisect(repo, "--title", "BUG: in f", "--repeat", "3")
        self.assertEqual(status, 125)
        self.assertEqual(said.count("another fault: WARNING: in g"), 5)

    def test_only_skipped_ones_are_left(self):
        repo = self.history("good", "broken", "broken", "BUG: in f")
        status, said, text = self.bisect(repo)
        self.assertEqual(status, 125)
        self.assertEqual(said.count("error: "), 1)
        self.assertIn("Change 1", text)
        self.assertNotIn("#regzbot", text)

    def test_bad_that_is_good(self):
        status, said, _ = self.bisect(self.history("good", "good"))
        self.assertEqual(status, 125)
        self.assertIn("is not bad", said)

    def test_goes_on(self):
        repo = self.history(*["good"] * 7, *["BUG: in f"] * 5)
        self.bisect(repo)
        state = os.path.join(self.dir, "out/state.json")
        with open(state, encoding="utf-8") as f:
            kept = json.load(f)
        steps = len(kept["steps"])
        kept["steps"] = kept["steps"][:2]
        with open(state, "w", encoding="utf-8") as f:
            json.dump(kept, f)
        status, said, _ = self.bisect(repo)
        self.assertEqual(status, 0)
        self.assertIn("going on after 2 steps", said)
        self.assertEqual(said.count("trying"), steps - 2)

    def test_the_tree_is_left_alone(self):
        repo = self.history(*["good"] * 3, *["BUG: in f"] * 2)
        before = sorted((r, sorted(f)) for r, _, f in os.walk(repo))
        self.bisect(repo)
        self.assertEqual(sorted((r, sorted(f)) for r, _, f in os.walk(repo)), before)

    def test_bad_input(self):
        repo = self.history("good", "BUG: in f")
        for more in ({"good": "nonsense"}, {"bad": "nonsense"}, {"good": "HEAD", "bad": "HEAD^"}):
            status, said, _ = self.bisect(repo, **more)
            self.assertEqual((status, said.count("error: ")), (125, 1))


if __name__ == "__main__":
    unittest.main()
