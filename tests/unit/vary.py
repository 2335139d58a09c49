#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Does a report keep its title when only its looks change?

	vary.py [--most N] JUDGE PATH...

PATH is a console of tests/consoles, a file in the form of make judge, or a folder of
these.  Each log is written in many ways that must not change its first title: other
times or none, other spellings of a trace, other numbers and names, lines of somebody
else in between.  JUDGE judges them all, and those that come out otherwise are listed,
N of a kind at most.

Some ways take away what the judge may need: without times, what is too general to be
believed of a program is believed of nobody; without callers, the lines of two CPUs
cannot be told apart.  Such ways are tried on those logs alone that can bear them, and
none on a reboot, which is told by its times.

Ends with "N of N kept their title", and with exit status 1 if one did not.
"""
import argparse
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import textwrap

LINE = re.compile(r"^(?P<level><\d+>)?(?P<stamp>\[ *\d+\.\d{3,9}\])?(?P<caller>\[ *[TC]\d+\])?"
                  r"(?P<blank> ?)(?P<text>.*)$")
NOT_KERNEL = re.compile(r"^(\(XEN\)|\{|pvboot:|\|)")
FRAME = re.compile(r"^(?P<before>\s+(?:<[/A-Z#]+>\s+)?)(?:\[<[0-9a-f]+>\]\s+)?"
                   r"(?P<doubt>(?:\? )?)(?P<name>[A-Za-z_][\w.]*)"
                   r"(?P<offset>\+0x[0-9a-f]+/0x[0-9a-f]+)(?P<module> \[[\w]+\])?$")
RIP = re.compile(r"^(?P<before>(?:RIP|IP): (?:[0-9a-f]{4}:)?)"
                 r"(?P<call>[A-Za-z_][\w.]*\+0x\S+)(?P<after>.*)$")
HARMLESS = ["usb 1-1: new high-speed USB device number 2 using xhci_hcd",
            "audit: type=1400 audit(1621759409.742:4): avc:  denied  { read } for  pid=1",
            "random: crng init done", "EXT4-fs (vda1): re-mounted. Opts: (null)",
            "e1000: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX"]
POSITIONS = 25		# where a line is put in between, of a log


class Line:
    """One line, taken apart; what is not the kernel's stays as it is."""
    def __init__(self, text):
        self.alien = bool(NOT_KERNEL.match(text))
        m = LINE.match(text)
        self.stamp = (m["stamp"] or "").strip("[] ")
        self.caller = (m["caller"] or "").strip("[] ")
        self.text = m["text"] if self.stamp or self.caller else text

    def like(self, text):
        """Another line of the same origin."""
        other = Line("")
        other.stamp, other.caller, other.alien = self.stamp, self.caller, self.alien
        other.text = text
        return other

    def put(self, form="{stamp}{caller}{text}"):
        if self.alien:
            return self.text
        stamp = f"[{float(self.stamp):12.6f}]" if self.stamp else ""
        caller = f"[{self.caller:>6}]" if self.caller else ""
        return form.format(stamp=stamp, caller=caller, bare=self.text,
                           text=(" " if stamp or caller else "") + self.text)


def whole(lines, form):
    return [line.put(form) for line in lines]


def change(lines, pattern, by):
    return [line.put() if line.alien else line.like(re.sub(pattern, by, line.text)).put()
            for line in lines]


def frames(lines, form, rip=None):
    """Each function of a trace in another spelling."""
    out = []
    for line in lines:
        m = not line.alien and FRAME.match(line.text)
        r = rip and not line.alien and RIP.match(line.text)
        if m:
            text = form.format(**m.groupdict(default=""),
                               address=f"{0xffffffff81000000 + len(out) * 64:x}")
            out += [line.like(t).put() for t in text.split("\n")]
        elif r:
            out.append(line.like(rip.format(**r.groupdict())).put())
        else:
            out.append(line.put())
    return out


def numbers(lines):
    """Registers, addresses, offsets, process and CPU numbers, each the same for the same."""
    def cpu(m):
        return f"{m[1]}{int(m[2]) + 2}"
    out = []
    for line in lines:
        text = line.text
        if not line.alien:
            text = re.sub(r"\b(?!0{16})[0-9a-f]{16}\b",
                          lambda m: f"{(int(m[0], 16) ^ 0x5a40) & (1 << 64) - 1:016x}", text)
            text = re.sub(r"\+0x[0-9a-f]+/0x[0-9a-f]+", "+0x5c/0x6a0", text)
            text = re.sub(r"(\bPID: )(\d+)", cpu, text)
            text = re.sub(r"(\bCPUs?[:#]? ?|\bcpu ?#?)(\d+)(?!\d*\.)", cpu, text)
            text = re.sub(r"(\bto CPUs )(\d+)", lambda m: m[0], text)
            text = re.sub(r"^((?:rcu: )?\s+)(\d+)(?=-[.!a-zA-Z]+: \()", cpu, text)
            text = re.sub(r"(CPUs/tasks: \{ )(\d+)(?=-)", cpu, text)
        out.append(line.like(text).put())
    return out


def between(lines, at, text, caller=None):
    """A line of somebody else after the one at that place."""
    out = []
    for i, line in enumerate(lines):
        out.append(line.put())
        if i == at and not line.alien:
            other = line.like(text)
            other.caller = caller or other.caller
            out.append(other.put())
    return out


def called(lines, caller):
    """The same log of a kernel that says who prints a line."""
    out = [line.like(line.text) for line in lines]
    for line in out:
        line.caller = caller
    return out


def ways(lines, title):
    """Name, lines, and the title to come, of each way to write them."""
    kernel = [line for line in lines if not line.alien]
    timed = sum(1 for line in kernel if line.stamp) > len(kernel) / 2
    callers = {line.caller for line in kernel if line.caller}
    def way(name, lines):
        return name, lines, title
    yield way("CRLF", [line.put() + "\r" for line in lines])
    yield way("level", whole(lines, "<4>{stamp}{caller}{text}"))
    if timed:
        yield way("journald", whole(lines, "Oct 24 01:36:33 host kernel: {stamp}{caller}{text}"))
        yield way("ISO syslog",
                  whole(lines, "2026-10-24T01:36:33.123456+02:00 host kernel: {bare}"))
        yield way("dmesg -x", whole(lines, "kern  :warn  : {stamp}{caller}{text}"))
        yield way("dmesg -T", whole(lines, "[Sat Oct 24 01:36:33 2026]{caller} {bare}"))
        yield way("date and time", whole(lines, "[2026-10-24 01:36:33] {stamp}{caller}{text}"))
    if len(callers) < 2:
        for caller in ("T1", "C0", "T12345"):
            yield way(f"caller {caller}",
                      whole(called(lines, caller), "{stamp}{caller}{text}"))
        yield way("dmesg's caller", whole(called(lines, "T1"), "{stamp} {caller}{text}"))
        if timed:
            yield way("no time", whole(called(lines, ""), "{bare}"))
            yield way("no time but a caller", whole(called(lines, "T1"), "{caller}{text}"))
    yield way("addresses", frames(
        lines, "{before}[<{address}>] {doubt}{name}{offset}{module}",
        "{before}[<ffffffff81234567>]  [<ffffffff81234567>] {call}{after}"))
    yield way("two addresses", frames(
        lines, "{before}[<{address}>] [<{address}>] {doubt}{name}{offset}{module}"))
    yield way("a module", frames(lines, "{before}{doubt}{name}{offset} [a_module]"))
    yield way("a module and its build", frames(
        lines, "{before}{doubt}{name}{offset} [a_module 0123456789abcdef0123]"))
    yield way("lines looked up", frames(
        lines, "{before}{doubt}{name}{offset} mm/a_file.c:123{module}",
        "{before}{call} mm/a_file.c:123{after}"))
    yield way("decoded", frames(
        lines, "{before}{doubt}{name} (mm/a_file.c:123 (discriminator 3)) {module}"))
    yield way("inlined", frames(
        lines, "  a_part include/linux/a_file.h:12 [inline]\n"
        "{before}{doubt}{name}{offset} mm/a_file.c:123{module}"))
    yield way("clones", frames(lines, "{before}{doubt}{name}.isra.0.cold{offset}{module}"))
    yield way("numbers", numbers(lines))
    yield way("UID", change(lines, r"^(CPU: \d+) PID:", r"\1 UID: 0 PID:"))
    yield way("no UID", change(lines, r"(CPU: \d+) UID: \d+ PID:", r"\1 PID:"))
    yield way("version", change(lines, r"(Comm: .*)Not tainted \S+",
                                r"\1Tainted: G    B D W   OE      7.1.2-rc3+"))
    function = title.split(" in ")[-1]
    if " in " in title and re.fullmatch(r"[a-z_]\w+", function) and \
            any(f"{function}+0x" in line.text for line in lines) and \
            not re.match(r"corrupted$|sys_|smp_call_function", function):
        yield "renamed", change(lines, rf"\b{function}\b", "zz_another"), \
            title[:-len(function)] + "zz_another"
    places = range(len(lines))
    chance = random.Random(1)
    for at in sorted(chance.sample(places, min(POSITIONS, len(places)))):
        yield way(f"a line after {at + 1}", between(lines, at, chance.choice(HARMLESS)))
    everywhere = []
    for i, line in enumerate(lines):
        everywhere += [line.put()] + [line.like(HARMLESS[i % 5]).put()] * (not line.alien)
    yield way("lines in between", everywhere)
    if len(callers) < 2 and all(line.stamp for line in kernel):
        mine = called(lines, "T1")
        for at in sorted(chance.sample(places, min(POSITIONS, len(places)))):
            yield way(f"a call of C7's after {at + 1}",
                      between(mine, at, " another_function+0x1/0x2", "C7"))
    calls = [i for i, line in enumerate(lines) if not line.alien and FRAME.match(line.text)]
    if calls and "panic" not in title and not any(line.alien for line in lines[calls[-1]:]):
        yield way("cut", whole(lines[:calls[-1] + 1], "{stamp}{caller}{text}"))


def judge(program, logs):
    """The first title of each, in their order."""
    titles = [None] * len(logs)
    with tempfile.TemporaryDirectory() as folder:
        for i, lines in enumerate(logs):
            text = "TITLE: - in -\n\n" + "\n".join(lines) + "\n"
            pathlib.Path(folder, str(i)).write_text(text, "latin-1")
        said = subprocess.run([program, "-v", folder], capture_output=True, check=True)
    for line in said.stdout.decode("latin-1").splitlines():
        m = re.match(r'(\d+): (?:expected "- in -"), got "(.*)"$', line)
        if m:
            titles[int(m[1])] = m[2]
    return titles


def read(path):
    """The lines of a log, without its header."""
    lines = path.read_text("latin-1").split("REPORT:\n")[0].splitlines()
    if lines and lines[0].startswith("#"):
        lines = [line for line in lines if not line.startswith("#")]
    elif "" in lines:
        lines = lines[lines.index("") + 1:]
    lines = [re.sub(r"^(\S.{0,90} |)kernel: ", "", line) for line in lines]
    return [Line(line) for line in textwrap.dedent("\n".join(lines)).split("\n")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[1])
    parser.add_argument("--most", type=int, default=1000)
    parser.add_argument("judge")
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    args = parser.parse_args()
    paths = [p for path in args.paths
             for p in (sorted(path.iterdir()) if path.is_dir() else [path])]
    logs = {path: read(path) for path in paths}
    first = judge(args.judge, [whole(lines, "{stamp}{caller}{text}") for lines in logs.values()])
    todo = [(path, *way) for path, title in zip(logs, first)
            if title and title != "unexpected kernel reboot"
            for way in ways(logs[path], title)]
    got = judge(args.judge, [way[2] for way in todo])
    wrong = {}
    for (path, name, _, title), have in zip(todo, got):
        if have != title and not (name.startswith("no time") and have == "nothing"):
            kind = re.sub(r" \d+$", "", name)
            wrong.setdefault(kind, []).append(f'{path.name}: {name}: "{title}" has become "{have}"')
    for kind, lines in sorted(wrong.items()):
        print("\n".join(lines[:args.most]))
        print(f"# {kind}: {len(lines)}")
    print(f"{len(todo) - sum(map(len, wrong.values()))} of {len(todo)} kept their title")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
