# SPDX-License-Identifier: GPL-2.0-only
"""Many jobs, each with a log of its own, and what is said of them while they run."""
import os
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "run"))
# pylint: disable=wrong-import-position
import jobs  # noqa: E402


class Logged(jobs.Job):
    """A job whose output goes into a file."""

    def __init__(self, name, command, log, **more):
        super().__init__(name, command, **more)
        self.log = log
        self.file = None

    def output(self):
        return self.file, subprocess.STDOUT

    def start(self):
        os.makedirs(os.path.dirname(self.log), exist_ok=True)
        with open(self.log, "wb") as self.file:
            super().start()


def span(seconds):
    """75 -> '1 min 15 s'"""
    seconds = int(seconds)
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"


class Progress(jobs.Runner):
    """Says what has ended, what is left, and how long that takes."""

    def __init__(self, all_jobs, limit, who, out=sys.stderr):
        super().__init__(all_jobs, limit)
        self.who = who
        self.out = out
        self.times = {}             # kind -> seconds of those that have run
        self.said = time.monotonic()
        self.width = 0

    def ended(self, job):
        if self.stopped:
            return
        self.times.setdefault(job.kind, []).append(job.seconds)
        self._say(f"{job.name}: {'done' if job.status == 0 else f'status {job.status}'}, "
                  f"{span(job.seconds)}; {self._left()}")

    def blocked(self, job):
        self._say(f"{job.name}: not run, as {job.blocked} failed")

    def _left(self):
        """How much is left, and how long that takes if it goes on like this."""
        open_jobs = [j for j in self.jobs if not j.over]
        text = f"{len(self.jobs) - len(open_jobs)} of {len(self.jobs)}"
        seconds = 0
        for job in open_jobs:
            known = self.times.get(job.kind)
            if not known:
                return text
            mean = sum(known) / len(known)
            if job.begun:
                mean = max(0, mean - (time.monotonic() - job.begun))
            seconds += mean * self.takes(job) / self.cores
        return f"{text}, {span(seconds)} left" if open_jobs else text

    def _clear(self):
        if self.width:
            self.out.write("\r" + " " * self.width + "\r")
            self.width = 0

    def _say(self, text):
        self._clear()
        self.out.write(f"{self.who}: {text}\n")
        self.out.flush()
        self.said = time.monotonic()

    def tick(self):
        what = ", ".join(j.name for j in self.running())
        text = f"{self.who}: {self._left()}; now {what}"
        if self.out.isatty():
            columns = os.get_terminal_size(self.out.fileno()).columns or 80
            text = text[:columns - 1]
            self.out.write("\r" + text.ljust(self.width))
            self.width = len(text)
            self.out.flush()
        elif time.monotonic() - self.said >= 60:
            self._say(f"{self._left()}; now {what}")

    def run(self):
        whole = super().run()
        self._clear()
        return whole
