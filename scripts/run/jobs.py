# SPDX-License-Identifier: GPL-2.0-only
"""
Run commands side by side, as cores and memory allow. For boots and for all that
has many of them; what is said of it, and where output goes, is up to these.

A job waits for others, takes some of the machine while it runs, and its failure
stops only those that wait for it. Jobs are started in the order given; one that
does not fit yet lets a later one go before it.
"""
import os
import signal
import subprocess
import time

# What QEMU takes beside the machine's memory, in MiB.
OVERHEAD = 192
# How long a job that was told to end may take for that, in seconds.
GRACE = 5
TICK = 0.05
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def cores():
    """Those that we may use."""
    return len(os.sched_getaffinity(0))


def free_memory():
    """In MiB."""
    with open("/proc/meminfo", encoding="ascii") as f:
        for line in f:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return 0


def busy(vcpus, words):
    """
    How many cores a boot keeps busy; words are its command, or variables of the front
    door. QEMU's emulation lets vCPUs take turns, KVM may be at hand.
    """
    return vcpus if {"kvm", "auto", "ACCEL=kvm", "ACCEL=auto"} & set(words) else 1


class Job:
    """One command: what it takes and what came of it."""

    def __init__(self, name, command, cpus=1, memory=0, after=(), kind="", alone_in=None):
        self.name = name
        self.command = command
        self.cpus = cpus
        self.memory = memory        # MiB
        self.after = list(after)    # names
        self.kind = kind            # jobs of a kind take about as long
        self.alone_in = alone_in    # a folder in which one job at a time may work
        self.status = None          # exit status; None until it has run
        self.blocked = None         # name of the job whose failure kept it from running
        self.process = self.begun = self.seconds = None

    @property
    def over(self):
        """Nothing more comes of it."""
        return self.status is not None or self.blocked is not None

    @property
    def runs(self):
        return self.process is not None and not self.over

    def output(self):
        """Files for its standard output and error."""
        raise NotImplementedError

    def start(self):
        said, errors = self.output()
        # However this ends, the job is told to: by us, which reaches its children,
        # too, or by the kernel when we are gone.
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *self.command],
                                        stdin=subprocess.DEVNULL, stdout=said, stderr=errors,
                                        start_new_session=True)
        self.begun = time.monotonic()

    def collect(self):
        """Return whether it has ended."""
        status = self.process.poll()
        if status is None:
            return False
        self.status = status if status >= 0 else 128 - status
        self.seconds = time.monotonic() - self.begun
        return True

    def send(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


class Runner:
    """Runs a list of jobs to its end."""

    def __init__(self, jobs, limit=None):
        self.jobs = jobs
        self.by_name = {j.name: j for j in jobs}
        self.cores = limit or cores()
        self.memory = 0             # what there was when none of ours ran
        self.stopped = False

    # What a caller may want to say or do

    def started(self, job):
        pass

    def ended(self, job):
        pass

    def blocked(self, job):
        pass

    def tick(self):
        pass

    def running(self):
        return [j for j in self.jobs if j.runs]

    def takes(self, job):
        """Never more than all cores."""
        return min(job.cpus, self.cores)

    def fits(self, job):
        """Alone everything fits: the job says better than we why it does not."""
        running = self.running()
        if not running:
            self.memory = free_memory()
            return True
        if job.alone_in and any(j.alone_in == job.alone_in for j in running):
            return False
        # Those that run may not have taken all of theirs yet.
        return sum(self.takes(j) for j in [job, *running]) <= self.cores and \
            (not job.memory or
             (sum(j.memory for j in [job, *running]) <= self.memory and job.memory <= free_memory()))

    def _block(self, job):
        for name in job.after:
            before = self.by_name[name]
            if before.blocked or before.status not in (None, 0):
                job.blocked = before.blocked or name
                self.blocked(job)
                return

    def _collect(self):
        for job in self.running():
            if job.collect():
                self.ended(job)

    def _turn(self):
        self._collect()
        for job in self.jobs:
            if self.stopped:
                return
            if job.over or job.process:
                continue
            self._block(job)
            if not job.over and all(self.by_name[n].status == 0 for n in job.after) and self.fits(job):
                job.start()
                self.started(job)

    def _end(self):
        """Whatever they are doing."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            until = time.monotonic() + GRACE
            for job in self.running():
                job.send(number)
            while self.running() and time.monotonic() < until:
                self._collect()
                time.sleep(TICK)

    def _stop(self, _number, _frame):
        self.stopped = True

    def run(self):
        """Return whether all came to their end; if not, those that ran have been ended."""
        old = {number: signal.signal(number, self._stop) for number in SIGNALS}
        try:
            while not self.stopped and not all(j.over for j in self.jobs):
                self._turn()
                self.tick()
                time.sleep(TICK)
        finally:
            self._end()
            for number, handler in old.items():
                signal.signal(number, handler)
        return not self.stopped
