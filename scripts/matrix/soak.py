#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Boot a good kernel again and again: how often is it judged wrong?

Kernel, roots and Xens are made first.  The boots go round through Xens, vCPUs and
roles, the second half of them with all cores of the host kept busy.  Prints a table
of what each kind of boot came to and how long it took; exit status 1 if one of them was not ok.  The folder of a
boot that was not ok stays, with its record and consoles.
"""
import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys

import merge
from progress import Logged, Progress, jobs

# Most boots are of dom0 alone, as they are short; the rest go through the life
# of domUs.
ROLES = ("dom0",) * 9 + ("all",)


def kinds(xens):
    """The round: (xen, vCPUs, role)."""
    return [(xen, cpus, role) for role in ROLES for xen in xens for cpus in (1, 2)]


def make(args, *words):
    """The front door's command for something of the kernel."""
    return ["make", "--no-print-directory", "-C", args.top, f"O={args.build}", *args.variables, *words]


def parts(args):
    """The jobs that make what all boots take, one after the other."""
    goals = {"kernel": ["ROLE=dom0", "kernel"],
             **{f"Xen {xen}": [f"XEN={xen}", "ROLE=all", "guests", "machine"] for xen in args.xens.split()}}
    return [Logged(name, make(args, *words), os.path.join(args.dir, name.replace(" ", "-") + ".log"),
                   cpus=jobs.cores(), after=["kernel"] if name != "kernel" else []) for name, words in goals.items()]


def boots(args, busy):
    """The jobs of one half."""
    found = []
    turns = kinds(args.xens.split())
    first = 0 if not busy else args.count - args.count // 2
    last = args.count - args.count // 2 if not busy else args.count
    for n in range(first, last):
        xen, cpus, role = turns[n % len(turns)]
        folder = os.path.join(args.dir, f"{n + 1:04}")
        job = Logged(f"boot {n + 1}", make(args, f"XEN={xen}", f"CPUS={cpus}", f"ROLE={role}", f"CELL={folder}",
                                           "BOOT=with", "cell"),
                     os.path.join(folder, "cell.log"), kind=role, cpus=jobs.busy(cpus, args.variables),
                     memory=1024 + jobs.OVERHEAD)
        job.of = (xen, cpus, role, "busy" if busy else "idle")
        job.folder = folder
        found.append(job)
    return found


def load():
    """Keep all cores busy; returns the processes."""
    return [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(jobs.cores())]


def table(done):
    """Print it; returns how many boots were not ok."""
    print(f"{'xen':6} {'vCPUs':5} {'role':5} {'host':5} {'boots':>5} {'wrong':>5} "
          f"{'least':>7} {'median':>7} {'most':>7}  seconds")
    wrong = 0
    rows = {}
    for job in done:
        rows.setdefault(job.of, []).append(job)
    for key, group in sorted(rows.items()):
        times, bad = [], 0
        for job in group:
            record, why = merge.load(job.folder)
            if record is None or record["outcome"] != "ok":
                bad += 1
                print(f"# {job.folder}: {why or record['title'] or record['why']}")
                continue
            times.append(record["seconds"])
            shutil.rmtree(job.folder)
        wrong += bad
        spread = (f"{min(times):7.1f} {statistics.median(times):7.1f} {max(times):7.1f}"
                  if times else f"{'-':>7} {'-':>7} {'-':>7}")
        print(f"{key[0]:6} {key[1]:5} {key[2]:5} {key[3]:5} {len(group):5} {bad:5} {spread}")
    print(f"{sum(map(len, rows.values()))} boots, {wrong} judged wrong")
    return wrong


def main():
    """Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=2)[1])
    parser.add_argument("--top", default=".", help="folder of the front door")
    parser.add_argument("--dir", required=True)
    parser.add_argument("--build", required=True, help="O= of the kernel, which is built")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--xens", required=True, help="Xens to go round")
    parser.add_argument("variables", nargs="*", help="NAME=VALUE for make")
    args = parser.parse_args()
    if args.count < 2:
        print(f"soak: error: N={args.count}: it is a number from 2", file=sys.stderr)
        return 125
    shutil.rmtree(args.dir, ignore_errors=True)

    needed = parts(args)
    if not Progress(needed, None, "soak").run():
        print("soak: error: stopped", file=sys.stderr)
        return 125
    missing = next((job for job in needed if job.status), None)
    if missing:
        print(f"soak: error: {missing.name} is not there; see {missing.log}", file=sys.stderr)
        return 125
    done = []
    for busy in (False, True):
        half = boots(args, busy)
        burners = load() if busy else []
        try:
            if not Progress(half, None, "soak").run():
                print("soak: error: stopped", file=sys.stderr)
                return 125
        finally:
            for b in burners:
                b.send_signal(signal.SIGKILL)
                b.wait()
        done += half
    return 1 if table(done) else 0


if __name__ == "__main__":
    sys.exit(main())
