#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Boot cells side by side, as many as the machine's cores and memory allow.

HOW CELL prints the command that boots a cell, its arguments ended by NUL; nothing if
that cell is not part of this run. The command leaves its record, so what came of the
boots is not said here. Exit status: 0 if all have run to their end, 125 if not; what
is still running then is ended.
"""
import os
import signal
import subprocess
import sys
import tempfile

sys.path.append(sys.path[0] + "/../run")
import jobs
import step


class Interrupted(Exception):
    """It goes no further, and whoever did that knows why."""


class Boot(jobs.Job):
    """One cell: its command, and what it takes while it runs."""

    def __init__(self, how, cell):
        # Our standard error is the user's already; see scripts/run/lib.sh.
        inherited = {k: v for k, v in os.environ.items() if k != "STEP_STDERR"}
        asked = subprocess.run([how, cell], capture_output=True, env=inherited)
        sys.stderr.buffer.write(asked.stderr)
        sys.stderr.flush()
        if asked.returncode and not asked.stderr:
            raise step.Unjudged(f"{how} {cell} failed without a word")
        if asked.returncode:
            raise Interrupted
        super().__init__(cell, [os.fsdecode(word) for word in asked.stdout.split(b"\0")[:-1]])
        self.cpus = jobs.busy(self.number("--cpus", 1), self.command)
        self.memory = self.number("--memory", 1024) + jobs.OVERHEAD
        self.said = self.errors = None

    def number(self, option, default):
        if option not in self.command:
            return default
        return int(self.command[self.command.index(option) + 1])

    def output(self):
        self.said, self.errors = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        return self.said, self.errors

    def tell(self):
        """Print its own words, which come out whole, not among those of others."""
        for file, whose in ((self.said, b"boots: " + os.fsencode(self.name) + b": "), (self.errors, b"")):
            file.seek(0)
            sys.stderr.buffer.write(b"".join(whose + line for line in file))
        sys.stderr.flush()


class Boots(jobs.Runner):
    """All of a run."""

    def __init__(self, boots, all_or_none):
        super().__init__(boots)
        self.all_or_none = all_or_none

    def started(self, job):
        print(f"boots: booting: {job.name}", file=sys.stderr, flush=True)

    def ended(self, job):
        if not self.all_or_none:
            job.tell()
        elif job.status and not self.stopped:
            print(job.name, flush=True)
            self.stopped = True


def interrupt(_number, _frame):
    raise Interrupted


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("how")
    parser.add_argument("cells", nargs="+")
    parser.add_argument("--all-or-none", action="store_true", help="when one is not ok, print its name, and nothing else, and end the others")
    parser.add_argument("--list", help="write the names of the cells that are booted here")
    options = parser.parse_args()
    for number in jobs.SIGNALS:
        signal.signal(number, interrupt)

    try:
        boots = [boot for boot in (Boot(options.how, cell) for cell in options.cells) if boot.command]
        if options.list:
            with open(options.list, "w", encoding="utf-8") as f:
                f.writelines(boot.name + "\n" for boot in boots)
        return 0 if Boots(boots, options.all_or_none).run() else 125
    except Interrupted:
        return 125


step.run(main)
