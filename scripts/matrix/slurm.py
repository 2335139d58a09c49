# SPDX-License-Identifier: GPL-2.0-only
"""
A plan by Slurm: a job for each kernel, then an array of its cells, then one that
merges. The folder of the matrix is shared by all nodes, and so is this one.

Slurm starts a job again whose node was lost. The kernels of a line come one after
the other, as they share a tree; lines are built at the same time, each in
DIR/build/LINE.
"""
import os
import signal
import subprocess
import sys
import time

import work
from progress import jobs, span

POLL = 2
# How long Slurm may say nothing, as when its controller is started anew.
SILENCE = 300


class SlurmError(Exception):
    """What Slurm did not do."""


def ask(*command):
    """Slurm's answer; SlurmError has its first word of complaint."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as e:
        raise SlurmError(f"{command[0]} cannot be run: {e.strerror}; is this a machine that submits to Slurm?") from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise SlurmError(f"{command[0]}: {said[0]}")
    return done.stdout.strip()


class Batch:
    """The jobs of one matrix."""

    def __init__(self, folder):
        self.folder = folder
        self.ids = []

    def submit(self, name, command, *options, after=None):
        """Returns the job's number."""
        logs = os.path.join(self.folder, "logs")
        os.makedirs(logs, exist_ok=True)
        if after:
            options += ("--dependency=" + after, "--kill-on-invalid-dep=yes")
        number = ask("sbatch", "--parsable", "--requeue", "--job-name=" + name, "--chdir=" + work.TOP,
                     "--open-mode=append", f"--output={logs}/{name}%{'A_%a' if '--array' in str(options) else 'j'}.log",
                     *options, "--wrap", "exec " + " ".join(command)).partition(";")[0]
        self.ids.append(number)
        return number

    def left(self):
        """Those of ours that Slurm still has."""
        return set(ask("squeue", "-h", "-u", str(os.getuid()), "-o", "%F").split()) & set(self.ids)

    def cancel(self):
        if self.ids:
            subprocess.run(["scancel", *self.ids], check=False)


def submit(batch, plan, done):
    """All of it."""
    folder = batch.folder
    last = {}                       # line -> its last kernel
    whole = dict(work.to_do(plan))  # a cell keeps its number, whatever is done
    for kernel, cells in work.to_do(plan, done):
        line = cells[0]["line"]
        build = os.path.join(folder, "build", line)
        last[line] = batch.submit(kernel, work.step("kernel", folder, build, kernel), "--exclusive",
                                  after=f"afterany:{last[line]}" if line in last else None)
        numbers = {c["id"]: n for n, c in enumerate(whole[kernel])}
        takes = {c["id"]: (jobs.busy(int(c["cpus"]), plan["variables"]), work.memory(plan, c)) for c in cells}
        for cpus, memory in dict.fromkeys(takes.values()):
            array = ",".join(str(numbers[i]) for i, what in takes.items() if what == (cpus, memory))
            batch.submit(f"{kernel}-{cpus}cpu", work.step("cell", folder, build, f"{kernel}/$SLURM_ARRAY_TASK_ID"),
                         f"--array={array}", f"--cpus-per-task={cpus}", f"--mem={memory}",
                         after=f"afterok:{last[line]}")
    if batch.ids:
        # Whether or not somebody still waits for it
        batch.submit("merge", work.step("merge", folder), after="afterany:" + ":".join(batch.ids))


def say(text):
    print(f"matrix: {text}", file=sys.stderr, flush=True)


def wait(batch, cells):
    """Until Slurm has nothing more of it."""
    begun = heard = said = time.monotonic()
    first = None                    # how many cells there were in the beginning
    last = None
    while True:
        now = time.monotonic()
        try:
            left = batch.left()
            heard = now
        except SlurmError:
            if now - heard > SILENCE:
                raise
            left = True
        there = sum(os.path.exists(c) for c in cells)
        first = there if first is None else first
        if there != last or now - said >= 60:
            more = f", {span((now - begun) / (there - first) * (len(cells) - there))} left" if there > first else ""
            say(f"{there} of {len(cells)} cells{more}")
            said, last = now, there
        if not left:
            return
        time.sleep(POLL)


def stop(_number, _frame):
    raise SlurmError("stopped, and Slurm's jobs cancelled; RESUME=1 does the rest")


def run(plan, folder, done):
    """Submit, and wait for the end. If only the terminal goes, Slurm goes on."""
    batch = Batch(folder)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        submit(batch, plan, done)
        say(f"{len(batch.ids)} jobs of Slurm's")
        wait(batch, [os.path.join(folder, "cells", c["id"]) for c in plan["cells"] if not c["skip"]])
    except SlurmError:
        batch.cancel()
        raise
