#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Bring known faults into a good kernel, one after the other: is each seen, and named?

Each file of tests/regressions is a patch with a header, a line each:

	Stands-for: the breakages that it is like
	Line: kernel line that it is for
	Boot: VARIABLE=VALUE... of `make cell`, what it takes to see it
	Title: regular expression for the whole title that the record must have

For each set of Line and Boot the kernel without a fault is booted, too, and must be
good. Prints a line for each boot and the sum; exit status 0 if all were seen and
named, 1 if not, 125 if one could not be judged and none was missed.
"""
import os
import re
import shutil
import sys

sys.path[1:1] = [sys.path[0] + "/../run", sys.path[0] + "/../report"]
import record
import step
from progress import Logged, Progress, jobs

KEYS = {"Line": 1, "Boot": 1, "Title": 1, "Stands-for": 0}
VARIABLES = ("ROLE", "CPUS", "CPU", "VARIANT", "XEN", "DOM0_MEMORY", "MEMORY", "DOMU_CPUS", "DOMU_MEMORY")
PLAIN = "plain"


class Regression:
    """A fault, or none, and the boot that shows it."""

    def __init__(self, path):
        self.name = os.path.basename(path).removesuffix(".patch")
        self.job = self.build = None
        found = {}
        with open(path, encoding="utf-8") as f:
            for text in f:
                if text.startswith("---"):
                    break
                key, colon, value = text.rstrip("\n").partition(": ")
                if colon and key in KEYS:
                    found.setdefault(key, []).append(value.strip())
        for key, most in KEYS.items():
            if key not in found or (most and len(found[key]) > most):
                raise step.Unjudged(f"{path}: there must be {'one line' if most else 'a line'} '{key}: ...'")
        self.line = found["Line"][0]
        self.boot = variables(path, found["Boot"][0])
        try:
            self.title = re.compile(found["Title"][0])
        except re.error as error:
            raise step.Unjudged(f"{path}: Title: {error}") from None

    @property
    def axes(self):
        return self.line, tuple(sorted(self.boot.items()))


class Plain:
    """The good kernel, in the boot of others."""

    name = PLAIN
    title = None

    def __init__(self, of):
        self.line, self.boot = of.line, of.boot
        self.job = self.build = None


def variables(path, text):
    """What a boot takes, as a dictionary."""
    found = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        if name not in VARIABLES or not equals or name in found:
            raise step.Unjudged(f"{path}: Boot: {word} is not one of {' '.join(VARIABLES)} with a value")
        found[name] = value
    if "ROLE" not in found:
        raise step.Unjudged(f"{path}: Boot: ROLE= is missing")
    return found


def read(folder, only):
    """The regressions that are asked for."""
    names = sorted(n.removesuffix(".patch") for n in os.listdir(folder) if n.endswith(".patch"))
    for name in only:
        if name not in names:
            raise step.Unjudged(f"ONLY={name}: there is no {folder}/{name}.patch")
    found = [Regression(f"{folder}/{n}.patch") for n in names if not only or n in only]
    # Those of one configuration one after the other
    found.sort(key=lambda r: (r.line, r.boot.get("VARIANT", ""), r.name))
    boots, seen = [], set()
    for regression in found:
        if regression.axes not in seen:
            seen.add(regression.axes)
            boots.append(Plain(regression))
        boots.append(regression)
    return boots


def with_jobs(boots, args):
    """The jobs of all boots, which each boot gets."""
    found = []
    first = {}                      # tree -> the job that makes its first kernel
    for number, boot in enumerate(boots):
        ident = f"{boot.name}-{number}" if boot.name == PLAIN else boot.name
        of = [f"{n}={v}" for n, v in boot.boot.items()]
        make = ["make", "--no-print-directory", "-C", args.top, f"O={args.build}", f"LINE={boot.line}", *of, *args.variables]
        folder = os.path.join(args.dir, ident)
        variant = boot.boot.get("VARIANT", "").split()
        tree = os.path.join(args.build, "+".join([boot.line, *variant]))
        # One after the other, as they share objects. The first of a tree may have
        # everything to compile, the others a file or two, beside a boot.
        cores = 1 if tree in first else jobs.cores()
        boot.build = Logged(f"{ident}: kernel", [*make, f"ONLY={boot.name}", f"JOBS={cores}", "regressed"],
                            os.path.join(args.dir, "logs", ident + ".log"), kind="kernel", cpus=cores,
                            after=[first[tree]] if tree in first else [], alone_in=args.build)
        first.setdefault(tree, boot.build.name)
        boot.job = Logged(ident, [*make, f"CELL={folder}", f"BOOT=regressions/{boot.name}", "cell"],
                          os.path.join(folder, "cell.log"), kind="boot of " + boot.boot["ROLE"],
                          cpus=jobs.busy(int(boot.boot.get("CPUS", 1)), args.variables),
                          memory=int(boot.boot.get("MEMORY", 1024)) + jobs.OVERHEAD, after=[boot.build.name])
        boot.folder = folder
        boot.job.kernel = os.path.join(tree, "regressions", boot.name) if boot.name != PLAIN else None
        found += [boot.build, boot.job]
    return found


class Run(Progress):
    """A kernel is not kept when its boot has ended."""

    def ended(self, job):
        super().ended(job)
        if getattr(job, "kernel", None):
            shutil.rmtree(job.kernel, ignore_errors=True)


def told(boot):
    """What came of a boot: its outcome, title or why there is none, its seconds."""
    if boot.build.status != 0:
        why = f"as {boot.build.blocked} failed" if boot.build.blocked else f"see {boot.build.log}"
        return record.UNJUDGED, f"its kernel is not there; {why}", boot.build.seconds or 0
    try:
        found = record.load(boot.folder)
    except record.RecordError as error:
        return record.UNJUDGED, str(error), boot.build.seconds
    return found["outcome"], found["title"] or found["why"] or "", boot.build.seconds + boot.job.seconds


def table(boots):
    """Print it; returns the exit status."""
    faults = [b for b in boots if b.name != PLAIN]
    width = max(len(b.name) for b in boots)
    detected = placed = loud = unjudged = 0
    for boot in boots:
        outcome, title, seconds = told(boot)
        unjudged += outcome == record.UNJUDGED
        if boot.name == PLAIN:
            loud += outcome == record.FAULT
            words = {record.OK: "silent", record.FAULT: "NOT SILENT"}.get(outcome, "not judged")
            title = title or " ".join(f"{n}={v}" for n, v in boot.boot.items())
        else:
            seen = outcome == record.FAULT
            named = seen and bool(boot.title.fullmatch(title))
            detected += seen
            placed += named
            words = "not judged" if outcome == record.UNJUDGED else "detected, " + ("placed" if named else "NOT PLACED") \
                if seen else "NOT DETECTED"
        print(f"{boot.name:{width}}  {words:20}  {seconds:4.0f} s  {title}")
    print(f"{detected} of {len(faults)} detected, {placed} of {len(faults)} placed")
    if loud or detected + unjudged < len(faults) or (placed < detected):
        return 1
    return 125 if unjudged else 0


def main():
    parser = step.Parser(__doc__.split("\n")[1])
    parser.add_argument("--top", default=".", help="folder of the front door")
    parser.add_argument("--dir", required=True, help="where the records go")
    parser.add_argument("--build", required=True, help="O= of the kernels")
    parser.add_argument("--patches", default="tests/regressions", help="where the faults are")
    parser.add_argument("--only", default="", help="names, if not all")
    parser.add_argument("--cores", type=int, help="how many are used")
    parser.add_argument("variables", nargs="*", help="NAME=VALUE for make")
    args = parser.parse_args()
    boots = read(args.patches, args.only.split())
    shutil.rmtree(args.dir, ignore_errors=True)
    if not Run(with_jobs(boots, args), args.cores, "regressions").run():
        raise step.Unjudged("stopped")
    return table(boots)


step.run(main)
