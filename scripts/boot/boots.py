#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Boot cells side by side, as many as the machine's cores and memory allow.

HOW CELL prints the command that boots a cell, its arguments ended by NUL; nothing if
that cell is not part of this run. The command leaves its record, so what came of the
boots is not said here. Cells are started in the order given; one that does not fit
yet lets a later one go before it. Exit status: 0 if all have run to their end, 125 if
not; what is still running then is ended.
"""
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.path.append(sys.path[0] + "/../run")
import step

# What QEMU takes beside the machine's memory, in MiB, as pvboot reckons.
OVERHEAD = 192
# How long a boot that was told to end may take for that, in seconds.
GRACE = 5
TICK = 0.05
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):
    """It goes no further, and whoever did that knows why."""


class Boot:
    """One cell: its command, and what it takes while it runs."""

    def __init__(self, how, cell):
        self.cell = cell
        # Our standard error is the user's already; see scripts/run/lib.sh.
        inherited = {k: v for k, v in os.environ.items() if k != "STEP_STDERR"}
        asked = subprocess.run([how, cell], capture_output=True, env=inherited)
        sys.stderr.buffer.write(asked.stderr)
        sys.stderr.flush()
        if asked.returncode and not asked.stderr:
            raise step.Unjudged(f"{how} {cell} failed without a word")
        if asked.returncode:
            raise Interrupted
        self.command = [os.fsdecode(word) for word in asked.stdout.split(b"\0")[:-1]]
        self.cpus = self.number("--cpus", 1)
        self.memory = self.number("--memory", 1024) + OVERHEAD
        self.process = self.said = self.errors = None

    def number(self, option, default):
        if option not in self.command:
            return default
        return int(self.command[self.command.index(option) + 1])

    def start(self):
        print(f"boots: booting: {self.cell}", file=sys.stderr, flush=True)
        self.said, self.errors = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        # However this ends, the boot ends, too.
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *self.command],
                                        stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.errors)

    def ended(self):
        return not self.process or self.process.poll() is not None

    def tell(self):
        """Print its own words, which come out whole, not among those of others."""
        if not self.process:
            return
        for file, whose in ((self.said, b"boots: " + os.fsencode(self.cell) + b": "), (self.errors, b"")):
            file.seek(0)
            sys.stderr.buffer.write(b"".join(whose + line for line in file))
        sys.stderr.flush()


def free_memory():
    """In MiB."""
    with open("/proc/meminfo", encoding="ascii") as f:
        for line in f:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return 0


def fits(boot, running, cores):
    """Alone everything fits: pvboot says better than we why it does not."""
    if not running:
        return True
    # Those that run have not taken all of theirs yet.
    return sum(b.cpus for b in [boot, *running]) <= cores and \
        sum(b.memory for b in [boot, *running]) <= free_memory()


def end(running):
    """Whatever they are doing."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + GRACE
        for boot in running:
            if not boot.ended():
                boot.process.send_signal(sign)
        while not all(boot.ended() for boot in running) and time.monotonic() < until:
            time.sleep(TICK)


def run(boots, all_or_none):
    """Return whether all have run to their end."""
    cores = len(os.sched_getaffinity(0))
    waiting, running = list(boots), []
    try:
        while waiting or running:
            for boot in list(waiting):
                if fits(boot, running, cores):
                    waiting.remove(boot)
                    running.append(boot)
                    boot.start()
            time.sleep(TICK)
            for boot in list(running):
                if not boot.ended():
                    continue
                running.remove(boot)
                if not all_or_none:
                    boot.tell()
                elif boot.process.returncode:
                    print(boot.cell, flush=True)
                    return False
    except Interrupted:
        return False
    finally:
        end(running)
        if not all_or_none:
            for boot in running:
                boot.tell()
    return True


def interrupt(_number, _frame):
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise Interrupted


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("how")
    parser.add_argument("cells", nargs="+")
    parser.add_argument("--all-or-none", action="store_true", help="when one is not ok, print its name, and nothing else, and end the others")
    parser.add_argument("--list", help="write the names of the cells that are booted here")
    options = parser.parse_args()
    for number in SIGNALS:
        signal.signal(number, interrupt)

    try:
        boots = [boot for boot in (Boot(options.how, cell) for cell in options.cells) if boot.command]
        if options.list:
            with open(options.list, "w", encoding="utf-8") as f:
                f.writelines(boot.cell + "\n" for boot in boots)
        return 0 if run(boots, options.all_or_none) else 125
    except Interrupted:
        return 125


step.run(main)
