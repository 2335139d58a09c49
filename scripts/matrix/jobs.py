# SPDX-License-Identifier: GPL-2.0-only
"""
Run commands side by side, as cores and memory allow.

A job is a command; it waits for others, takes some of the machine while it
runs, and its failure stops only those that wait for it.
"""
import os
import signal
import subprocess
import sys
import time


class Job:
    """One command: what it takes and what came of it."""

    def __init__(self, name, command, kind, log, cores=1, memory=0, after=(), env=None):
        self.name = name
        self.command = command
        self.kind = kind            # jobs of a kind take about as long
        self.log = log
        self.cores = cores
        self.memory = memory        # MiB
        self.after = list(after)
        self.env = env
        self.status = None          # exit status; None until it has run
        self.blocked = None         # name of the job whose failure kept it from running
        self.seconds = None
        self.process = None
        self.begun = None

    @property
    def over(self):
        """Nothing more comes of it."""
        return self.status is not None or self.blocked is not None


def available_memory():
    """What the machine has to give, in MiB."""
    with open("/proc/meminfo", encoding="ascii") as f:
        for line in f:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return 1 << 30


def span(seconds):
    """75 -> '1 min 15 s'"""
    seconds = int(seconds)
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"


class Runner:
    """Runs a list of jobs to its end."""

    def __init__(self, jobs, cores, who, out=sys.stderr):
        self.jobs = jobs
        self.by_name = {j.name: j for j in jobs}
        self.cores = cores
        self.who = who
        self.out = out
        self.times = {}             # kind -> seconds of those that have run
        self.said = time.monotonic()
        self.begun = time.monotonic()
        self.width = 0
        self.stopped = None

    def _running(self):
        return [j for j in self.jobs if j.process and not j.over]

    def _fits(self, job):
        running = self._running()
        if not running:
            return True             # whatever it takes, it never gets more than all
        used = sum(j.cores for j in running)
        return used + min(job.cores, self.cores) <= self.cores and \
            (not job.memory or available_memory() > job.memory)

    def _start(self, job):
        os.makedirs(os.path.dirname(job.log), exist_ok=True)
        with open(job.log, "wb") as log:
            job.process = subprocess.Popen(
                job.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env=dict(os.environ, **(job.env or {})), start_new_session=True)
        job.begun = time.monotonic()

    def _collect(self, job):
        status = job.process.poll()
        if status is None:
            return
        job.status = status if status >= 0 else 128 - status
        job.seconds = time.monotonic() - job.begun
        self.times.setdefault(job.kind, []).append(job.seconds)
        self._say(f"{job.name}: {'done' if job.status == 0 else f'status {job.status}'}, "
                  f"{span(job.seconds)}; {self._left()}")

    def _block(self, job):
        for name in job.after:
            before = self.by_name[name]
            if before.blocked or before.status not in (None, 0):
                job.blocked = before.blocked or name
                self._say(f"{job.name}: not run, as {job.blocked} failed")
                return

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
            seconds += mean * min(job.cores, self.cores) / self.cores
        return f"{text}, {span(seconds)} left" if open_jobs else text

    def _say(self, text):
        if self.width:
            self.out.write("\r" + " " * self.width + "\r")
            self.width = 0
        self.out.write(f"{self.who}: {text}\n")
        self.out.flush()
        self.said = time.monotonic()

    def _progress(self):
        running = self._running()
        what = ", ".join(j.name for j in running)
        text = f"{self.who}: {self._left()}; now {what}"
        if self.out.isatty():
            columns = os.get_terminal_size(self.out.fileno()).columns or 80
            text = text[:columns - 1]
            self.out.write("\r" + text.ljust(self.width))
            self.width = len(text)
            self.out.flush()
        elif time.monotonic() - self.said >= 60:
            self._say(f"{self._left()}; now {what}")

    def _stop(self, number, _frame):
        self.stopped = number

    def _kill(self):
        for job in self._running():
            os.killpg(job.process.pid, signal.SIGTERM)
        for job in self._running():
            try:
                job.process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(job.process.pid, signal.SIGKILL)
                job.process.wait()

    def run(self):
        """Returns True if it came to the end, False if it was told to stop."""
        old = {n: signal.signal(n, self._stop)
               for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            while not self.stopped and not all(j.over for j in self.jobs):
                for job in self._running():
                    self._collect(job)
                for job in self.jobs:
                    if job.over or job.process:
                        continue
                    self._block(job)
                    ready = all(self.by_name[n].status == 0 for n in job.after)
                    if not job.over and ready and self._fits(job):
                        self._start(job)
                self._progress()
                time.sleep(0.1)
        finally:
            self._kill()
            for number, handler in old.items():
                signal.signal(number, handler)
        if self.width:
            self.out.write("\r" + " " * self.width + "\r")
        return not self.stopped
