#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Run the fuzzers that the Makefile has built, all together for some time, and say how
often they ran and what part of the readers' lines they went through.

What they find is kept in FOLDER/corpus and is where the next run begins.  Exit
status: 1 if an input has broken a reader, which is then named, or if less than nine
lines of ten were gone through.
"""
import collections
import concurrent.futures
import glob
import json
import os
import re
import subprocess
import sys

sys.path.append(sys.path[0] + "/../../scripts/run")
import step

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
# Bytes of an input
LENGTH = {"domain": 8192, "fault": 8192, "frame": 1024, "memory": 2048, "symbols": 8192}
USUAL = 4096
ENOUGH = 90
# Of one input.  That of time is for who sleeps for ever; input.c has the one that counts.
LIMITS = ("-timeout=300", "-rss_limit_mb=1024", "-malloc_limit_mb=512")
# Their own symbolizer comes with a compiler that need not be there as a whole.
ENVIRONMENT = os.environ | {"ASAN_OPTIONS": "external_symbolizer_path=/usr/bin/addr2line"}


def folders(out, name):
    """Where inputs of a fuzzer come from; the first is where new ones go."""
    found = [f"{out}/corpus/{name}", f"{out}/seeds/{name}", f"{HERE}/seeds/{name}"]
    os.makedirs(found[0], exist_ok=True)
    return [f for f in found if os.path.isdir(f)]


def command(out, name, seconds, seed):
    if name == "record":
        return [f"{HERE}/records.py", "--time", str(seconds), "--seed", str(seed), "--left", out]
    return [f"{out}/{name}", f"-max_total_time={max(1, round(seconds))}", f"-seed={seed}",
            f"-max_len={LENGTH.get(name, USUAL)}", *LIMITS, f"-dict={out}/seeds/words", "-print_final_stats=1",
            "-verbosity=0", f"-artifact_prefix={out}/{name}-",
            *folders(out, name)]


def run(out, name, seconds, seed):
    """A fuzzer: its runs, and what it said."""
    done = subprocess.run(command(out, name, seconds, seed), env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", cwd=TOP)
    with open(f"{out}/{name}.log", "w") as log:
        log.write(done.stdout)
    runs = re.search(r"^(?:stat::number_of_executed_units:|runs) *(\d+)", done.stdout, re.M)
    return name, int(runs[1]) if runs else 0, done


def covered(out, names):
    """Of each reader's lines: how many were gone through, and how many there are."""
    for name in names:
        subprocess.run([f"{out}/cover/{name}", *folders(out, name)], check=True, stdout=subprocess.DEVNULL, cwd=TOP)
    found = collections.defaultdict(dict)
    data = glob.glob(f"{out}/cover/*.gcda")
    said = subprocess.run(["gcov", "--json-format", "--stdout", *data], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, cwd=HERE)
    for text in said.stdout.splitlines():
        for file in json.loads(text)["files"]:
            path = os.path.relpath(os.path.join(HERE, file["file"]), TOP)
            for line in file["lines"] if path.startswith("scripts/") and path.endswith(".c") else ():
                seen = found[path]
                seen[line["line_number"]] = seen.get(line["line_number"], 0) + line["count"]
    return {path: (sum(map(bool, seen.values())), len(seen)) for path, seen in found.items()}


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("--time", type=float, required=True, help="seconds")
    parser.add_argument("--seed", type=int, default=0, help="of chance; 0 is another each time")
    parser.add_argument("--jobs", type=int, default=1, help="how many side by side")
    parser.add_argument("folder", help="where they are")
    args = parser.parse_args()
    out = os.path.abspath(args.folder)
    fuzzers = [os.path.basename(f).removesuffix("_fuzz.c") for f in sorted(glob.glob(f"{HERE}/*_fuzz.c"))]
    names = [*fuzzers, "record"]
    each = args.time * min(args.jobs, len(names)) / len(names)
    total, broken, lines = 0, [], {}
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for name, runs, done in pool.map(lambda n: run(out, n, each, args.seed), names):
            total += runs
            if done.returncode:
                broken.append(name)
            print(f"{name:10} {runs:9} runs")
            for what, seen, there in re.findall(r"^lines (\S+) (\d+) (\d+)", done.stdout, re.M):
                lines[f"scripts/report/{what}"] = int(seen), int(there)
    print(f"{'all':10} {total:9} runs, {len(broken)} of {len(names)} broken")
    lines |= covered(out, fuzzers)
    for path, (seen, there) in sorted(lines.items()):
        print(f"{path:32} {seen:4} of {there:4} lines, {100 * seen // there} %")
    seen, there = map(sum, zip(*lines.values()))
    print(f"{'all':32} {seen:4} of {there:4} lines, {100 * seen // there} %")
    # Last, where it is seen
    for name in broken:
        print(f"BROKEN: {name}: see {out}/{name}.log")
    return int(bool(broken) or 100 * seen < ENOUGH * there)


step.run(main, subprocess.CalledProcessError)
