#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Find the commit that broke a kernel as Xen PV.

Reads the history of KERNEL and nothing else of it; git's own bisection says
which commit to try next (git rev-list --bisect-all), and each is a run of
`make boot KERNEL= REV=`: 0 good, 1 bad, 125 skipped.  With --title only that
fault counts as bad, and a commit that dies of another is skipped.  With
--repeat a commit is good if it boots so many times.

With --over xen or --over variant the kernel stays, and what is searched is the
list of Xens from GOOD to BAD, or the options that variant BAD adds.

Leaves in --dir: state.json, from which a run that was interrupted goes on;
N.log and N.json, what each run printed and its records; report.txt, a mail.
"""
import argparse
import json
import os
import subprocess
import sys
import time

from progress import span

OK, FAULT, UNJUDGED = 0, 1, 125


def die(text):
    """One line, and the status that says: not judged."""
    print(f"bisect: error: {text}", file=sys.stderr)
    sys.exit(UNJUDGED)


def say(text):
    """A line of progress."""
    print(f"bisect: {text}", file=sys.stderr, flush=True)


class Commits:
    """The commits between GOOD and BAD, asked of git."""

    unit = "commit"

    def __init__(self, kernel, good, bad):
        self.kernel = kernel
        self.good = [self._commit(g) for g in good]
        self.bad = self._commit(bad)
        for g in self.good:
            if self._git("merge-base", "--is-ancestor", g, self.bad, check=False) is None:
                die(f"GOOD={g[:12]} is no ancestor of BAD={self.bad[:12]}; bisection wants one that is")

    def _git(self, *args, check=True):
        done = subprocess.run(["git", "-C", self.kernel, *args], capture_output=True, text=True,
                              env=dict(os.environ, GIT_OPTIONAL_LOCKS="0"), check=False)
        if done.returncode == 0:
            return done.stdout.strip()
        if check:
            die(f"git {args[0]} in {self.kernel}: {(done.stderr.strip().splitlines() or ['failed'])[0]}")
        return None

    def _commit(self, name):
        found = self._git("rev-parse", "--verify", "-q", name + "^{commit}", check=False)
        if not found:
            die(f"{self.kernel} has no commit '{name}'")
        return found

    def suspects(self, good, bad):
        """Those that may be the first bad one, the best to try first; bad itself is the last."""
        listed = self._git("rev-list", "--bisect-all", bad, *("^" + g for g in good)).splitlines()
        names = [line.split()[0] for line in listed]
        return [n for n in names if n != bad] + [bad]

    def name(self, commit):
        """How a reader knows it."""
        return self._git("log", "-1", "--format=%h (\"%s\")", "--abbrev=12", commit)

    def author(self, commit):
        """Whom the report is for."""
        return self._git("log", "-1", "--format=%an <%ae>", commit)

    def variables(self, commit):
        """What make has to be told."""
        return [f"KERNEL={self.kernel}", f"REV={commit}"]


class Choices:
    """An ordered list, of which the first is good and the last bad."""

    def __init__(self, unit, names, good, bad, variables):
        self.unit = unit
        for n in (good, bad):
            if n not in names:
                die(f"{unit} '{n}' is none of {' '.join(names)}")
        first, last = names.index(good), names.index(bad)
        self.names = names[first:last + 1] if first < last else names[last:first + 1][::-1]
        self.good, self.bad = [self.names[0]], self.names[-1]
        self._variables = variables

    def suspects(self, good, bad):
        """As Commits.suspects()."""
        first = max(self.names.index(g) for g in good) + 1
        between = self.names[first:self.names.index(bad)]
        middle = len(between) // 2
        return sorted(between, key=lambda n: abs(between.index(n) - middle)) + [bad]

    def name(self, choice):
        """How a reader knows it."""
        return f"{self.unit} {choice}"

    def variables(self, choice):
        """What make has to be told."""
        return self._variables(choice)


class Search:
    """The state of a bisection; every step is on disk before the next."""

    def __init__(self, space, args):
        self.space = space
        self.args = args
        self.path = os.path.join(args.dir, "state.json")
        self.key = {"good": space.good, "bad": space.bad, "title": args.title,
                    "repeat": args.repeat, "make": sorted(args.variables)}
        self.steps = []
        os.makedirs(args.dir, exist_ok=True)
        try:
            with open(self.path, encoding="utf-8") as f:
                state = json.load(f)
            if state["key"] == self.key:
                self.steps = state["steps"]
                if self.steps:
                    say(f"going on after {len(self.steps)} steps of the run before")
        except (OSError, ValueError, KeyError):
            pass

    def save(self):
        """Whole or not at all."""
        with open(self.path + ".new", "w", encoding="utf-8") as f:
            json.dump({"key": self.key, "steps": self.steps}, f, indent=1)
        os.replace(self.path + ".new", self.path)

    def that_were(self, verdict):
        """The candidates that were judged so."""
        return [s["what"] for s in self.steps if s["verdict"] == verdict]

    def bad(self):
        """The first bad one so far."""
        return (self.that_were("bad") or [self.space.bad])[-1]

    def left(self):
        """The suspects, and those of them that can still be tried."""
        suspects = self.space.suspects(self.space.good + self.that_were("good"), self.bad())
        skipped = self.that_were("skip")
        return suspects, [s for s in suspects[:-1] if s not in skipped]

    def boot(self, what):
        """One run of make; returns its status and the records' report."""
        n = len(self.steps) + 1
        log = os.path.join(self.args.dir, f"{n}.log")
        command = ["make", "--no-print-directory", "-C", self.args.top,
                   *self.args.variables, *self.space.variables(what)]
        with open(log, "ab") as f:
            status = subprocess.run(command + ["boot"], stdin=subprocess.DEVNULL, stdout=f,
                                    stderr=subprocess.STDOUT, check=False).returncode
        done = subprocess.run(command + ["report", "FORMAT=json"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        with open(os.path.join(self.args.dir, f"{n}.json"), "w", encoding="utf-8") as f:
            f.write(done.stdout)
        try:
            return status, json.loads(done.stdout)
        except ValueError:
            return (status if status in (OK, FAULT) else UNJUDGED), None

    def judge(self, what):
        """
        Good, bad or skip, and the fault if there was one. A boot that dies of
        another fault than --title says nothing, and is tried again as often.
        """
        good = others = 0
        while True:
            status, report = self.boot(what)
            if status not in (OK, FAULT):
                return "skip", "not judged"
            if status == OK:
                good += 1
                if good == self.args.repeat:
                    return "good", "boots"
                say(f"boots, {good} of {self.args.repeat} times")
                continue
            found = titles(report)
            title = next((t for t in found if self.args.title in t), None)
            if title is not None:
                return "bad", title
            others += 1
            if others == 2 * self.args.repeat - 1:
                return "skip", f"another fault: {found[0]}"
            say(f"another fault: {found[0]}")

    def step(self, what):
        """Try one candidate."""
        begun = time.monotonic()
        verdict, why = self.judge(what)
        self.steps.append({"what": what, "name": self.space.name(what), "verdict": verdict,
                           "why": why, "seconds": time.monotonic() - begun})
        self.save()

    def run(self):
        """To the end.  Returns the suspects that are left, the first bad one alone if all is well."""
        while True:
            suspects, open_ones = self.left()
            if not open_ones:
                return suspects
            n = (len(suspects) - 1).bit_length()
            took = [s["seconds"] for s in self.steps]
            left = f", about {span(n * sum(took) / len(took))} left" if took else ""
            say(f"{len(suspects)} suspects, about {n} steps{left}; trying {self.space.name(open_ones[0])}")
            self.step(open_ones[0])
            say(f"{self.steps[-1]['verdict']}: {self.steps[-1]['why']}")


def faults(report):
    """All failed boots of a report, in order."""
    return [r for r in (report or {}).get("records", []) if r.get("outcome") == "fault"]


def titles(report):
    """Those of a failed run's boots."""
    return [r.get("title") or r.get("why") or "a fault without a title" for r in faults(report)] or [""]


def records_of(args, number):
    """What a step left."""
    try:
        with open(os.path.join(args.dir, f"{number}.json"), encoding="utf-8") as f:
            return json.load(f)
    except (OSError, ValueError):
        return None


def worth_telling(variables):
    """Those that are not the default, and not of this machine alone."""
    with open(os.path.join(sys.path[0], "..", "run", "variables"), encoding="utf-8") as f:
        usual = {"=".join(line.split()[:2]) for line in f if line[:1].isupper()}
    return [v for v in variables if v not in usual and v.partition("=")[0] not in ("O", "JOBS", "PATIENCE")]


def mail(search, suspects):
    """The report as it can be sent."""
    space, args = search.space, search.args
    bad = suspects[-1]
    step = next((n for n, s in enumerate(search.steps, 1) if s["what"] == bad and s["verdict"] == "bad"), None)
    record = next((r for r in faults(records_of(args, step)) if args.title in (r.get("title") or "")), None)
    title = search.steps[step - 1]["why"] if step else args.title or "fault as Xen PV guest"
    out = []
    if space.unit == "commit":
        out += [f"Subject: [REGRESSION] {title} as Xen PV guest, since {space.name(bad)}",
                f"To: {space.author(bad)}",
                "Cc: regressions@lists.linux.dev, xen-devel@lists.xenproject.org", ""]
    out += [f"The first bad {space.unit} is {space.name(bad)}:" if len(suspects) == 1 else
            f"The first bad {space.unit} is one of these; the others could not be judged:"]
    out += [f"  {space.name(s)}" for s in (suspects if len(suspects) > 1 else [])]
    out += ["", f"  {title}", ""]
    if record:
        for domain in record["domains"]:
            if domain["outcome"] != "fault":
                continue
            for fault in domain["faults"][:1]:
                out += [f"In {domain['name']}:", "  " + fault["line"], "  " + " <- ".join(fault["chain"]), ""]
            out += ["The end of its console:", ""] + ["  " + line for line in domain["tail"]] + [""]
            break
        out += [f"  {k}: {v}" for k, v in record["facts"].items() if v] + [""]
    out += ["To see it:", "", "  make boot " + " ".join(worth_telling(args.variables) + space.variables(bad)),
            "  (a 64-bit PV guest on the real hypervisor, in QEMU)", "", "Tried:", ""]
    out += [f"  {s['verdict']:4}  {s['name']}: {s['why']}" for s in search.steps] + [""]
    if space.unit == "commit" and len(suspects) == 1:
        out += [f"#regzbot introduced: {bad}", f"#regzbot title: {title} as Xen PV guest", ""]
    path = os.path.join(args.dir, "report.txt")
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(out))
    return path


def main():
    """Returns the exit status: 0 found, 125 not."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=2)[1])
    parser.add_argument("--top", default=".", help="folder of the front door")
    parser.add_argument("--dir", required=True, help="where state and report go")
    parser.add_argument("--kernel", default="", help="git tree")
    parser.add_argument("--good", required=True, help="a commit that boots, or several")
    parser.add_argument("--bad", required=True)
    parser.add_argument("--title", default="", help="the fault to follow")
    parser.add_argument("--repeat", type=int, default=1, help="boots that a good one needs")
    parser.add_argument("--over", choices=("commits", "xen"), default="commits")
    parser.add_argument("--xens", default="", help="all Xens, oldest first")
    parser.add_argument("variables", nargs="*", help="NAME=VALUE for make")
    args = parser.parse_args()
    if args.repeat < 1:
        die(f"REPEAT={args.repeat}: it is a number from 1")

    if args.over == "commits":
        if not args.kernel:
            die("which tree? Say so by KERNEL=path")
        space = Commits(args.kernel, args.good.split(), args.bad)
    else:
        space = Choices("Xen", args.xens.split(), args.good, args.bad, lambda x: [f"XEN={x}"])
    search = Search(space, args)
    suspects = search.run()
    path = mail(search, suspects)
    if len(suspects) > 1:
        die(f"{len(suspects)} suspects are left, and none of them but the last could be judged; see {path}")
    if search.bad() == space.bad and not search.that_were("bad"):
        search.step(space.bad)
        if search.steps[-1]["verdict"] != "bad":
            die(f"BAD={space.bad[:12]} is not bad: {search.steps[-1]['why']}")
        path = mail(search, suspects)
    why = next(s["why"] for s in search.steps if s["what"] == suspects[0] and s["verdict"] == "bad")
    say(f"the first bad {space.unit} is {space.name(suspects[0])}: {why}")
    print(path)
    return OK


if __name__ == "__main__":
    sys.exit(main())
