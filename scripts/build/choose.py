#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Choose the series for a tree by what is in it, and print its line.

The lines are tried in the order given; the first all of whose patches go on, or are
there already, is taken. Where none is, the error says which is the nearest, and which
hunk of which of its patches does not go on. Only copies of the files that the patches
touch are patched.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.append(sys.path[0] + "/../run")
import step


class Series:
    """The patches of a line, tried on copies."""

    def __init__(self, tree, folder):
        self.tree, self.line = tree, os.path.basename(folder)
        folder = os.path.abspath(folder)
        self.patches = sorted(os.path.join(folder, name) for name in os.listdir(folder)
                              if re.fullmatch(r"0.*\.patch", name) and not name.startswith("0000-"))
        self.hunks = self.failed = 0
        self.first = None

    def copy(self, patch, to):
        with open(patch, encoding="utf-8", errors="replace") as f:
            text = f.read()
        self.hunks += len(re.findall(r"^@@ ", text, re.M))
        for file in re.findall(r"^--- a/(\S+)$", text, re.M):
            source, copy = os.path.join(self.tree, file), os.path.join(to, file)
            # Not what an earlier patch has made of it
            if os.path.isfile(source) and not os.path.exists(copy):
                os.makedirs(os.path.dirname(copy), exist_ok=True)
                shutil.copyfile(source, copy)

    def fail(self, patch, file, what, hunks=1):
        self.failed += hunks
        self.first = self.first or f"{what} of {os.path.basename(patch)} does not apply to {file}"

    def apply(self, patch, folder):
        def git(*arguments):
            return subprocess.run(["git", "apply", *arguments, patch], cwd=folder, capture_output=True,
                                  text=True, env=os.environ | {"GIT_CEILING_DIRECTORIES": os.path.dirname(folder)})
        if not git("--check", "--reverse").returncode:
            return
        # Those that can be are applied, as the patches that follow rest on them.
        done = git("--reject", "--verbose")
        if not done.returncode:
            return
        file, seen = "?", 0
        for text in done.stderr.splitlines():
            missing = re.match(r"error: (\S+): No such file or directory", text)
            if missing:
                self.fail(patch, f"{missing[1]}, which is not there", "all")
                seen += 1
            applying = re.match(r"Applying patch (\S+) with \d+ reject", text)
            file = applying[1] if applying else file
            rejected = re.match(r"Rejected hunk #(\d+)", text)
            if rejected:
                self.fail(patch, file, f"hunk {rejected[1]}")
                seen += 1
        if not seen:
            self.fail(patch, "this tree", "all")

    def fits(self):
        with tempfile.TemporaryDirectory() as folder:
            for patch in self.patches:
                self.copy(patch, folder)
                self.apply(patch, folder)
        return not self.failed


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("tree")
    parser.add_argument("series", nargs="+", help="folders of lines, the likeliest first")
    options = parser.parse_args()
    tried = []
    for folder in options.series:
        series = Series(options.tree, folder)
        if series.fits():
            if tried:
                print(f"{step.name()}: {series.line} fits, where {tried[0].line} does not: {tried[0].first}",
                      file=sys.stderr)
            print(series.line)
            return 0
        tried.append(series)
    nearest = min(tried, key=lambda series: series.failed / series.hunks)
    raise step.Unjudged(f"no series fits this tree; the nearest is {nearest.line}, of which "
                        f"{nearest.failed} of {nearest.hunks} hunks do not apply: {nearest.first}")


step.run(main)
