#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Compare what two kernels cost, into rows for scripts/bench/table.py.

In DIR are with/ and control/, the kernel with the series and the tree as it came, each with
what scripts/bench/count.c has seen in its boot (count), its vmlinux, and its objects
of arch/x86/xen. The code of xen_write_cr3() is left there, too.
"""
import glob
import os
import re
import subprocess
import sys

sys.path.append(sys.path[0] + "/../run")
import step

NAMES = ("what", "in", "series", "{against}", "compared", "wanted", "times", "means")
VARIANTS = ("with", "control")
# Xen copies each struct mmuext_op, which has so many bytes.
MMUEXT_OP = 24
# What is wanted, in table.py's words.  A hook in place of upstream's has to cost as
# much.  A series that changes upstream's has to cost less in bytes, and nowhere more;
# and where its processes always have a user table, a path is gone.
WANTED = {
    "upstream": {"ratio": "1.000", "text": "+0", "data": "+0", "code": "same", "gone": ()},
    "without": {"ratio": "<=1.000", "text": "<=-1", "data": "<=+0", "code": "-", "gone": ("call issued",)},
}
NEEDED = ("boot", "call first", "call deferred-user", "call issued", "call issued-user", "switch")
PATHS = {
    "deferred": "xen_write_cr3 in a lazy batch, no user table",
    "deferred-user": "xen_write_cr3 in a lazy batch, user table",
    "issued": "xen_write_cr3, no user table",
    "issued-user": "xen_write_cr3, user table",
}
# What of an object goes when init memory is freed, or was never there.
NOT_RESIDENT = re.compile(r"\.(init|exit|altinstr|parainstructions|smp_locks|discard)")


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()


class Counts:
    """What the plugin has seen of one kernel: lines of a kind, and numbers."""

    def __init__(self, path):
        with open(path, encoding="ascii") as f:
            self.lines = [line.split() for line in f]

    def values(self, kind, field):
        """All numbers in a field, counted from 1, of lines that begin so."""
        return [int(line[field - 1]) for line in self.lines if kind in (line[0], " ".join(line[:2]))]


def median(values):
    return sorted(values)[(len(values) + 1) // 2 - 1]


def ratio(a, b):
    return "1.000" if a == b else f"{a / b:.3f}" if b else "inf"


def lost(kind, what, unit, values, before, wanted):
    """The row of a path that the series has done away with, if it is one."""
    if values or kind not in wanted["gone"]:
        return []
    return [(what, unit, "-", before, "-", "-", "", "")]


def counted(counts, wanted, what, unit, kind, field):
    """
    Medians, since a few calls are made before the kernel has patched its call
    sites, and the scheduler does more in some turns than in others.
    """
    values = [c.values(kind, field) for c in counts]
    if not any(values):
        return
    if values[1]:
        gone = lost(kind, what, unit, values[0], median(values[1]), wanted)
        if gone:
            yield from gone
            return
    for found, whose in zip(values, ("with the series", "without it")):
        if not found:
            raise step.Unjudged(f"not counted {whose}: {what}")
    a, b = map(median, values)
    yield (what, unit, a, b, ratio(a, b), wanted["ratio"], ",".join(str(len(v)) for v in values),
           ",".join(f"{sum(v) / len(v):.3f}" for v in values))


def asked(counts, wanted, what, unit, kind, field, divisor, number):
    """What each call asks of the hypervisor, all values there are."""
    a, b = ("/".join(f"{v / divisor:g}" for v in sorted(set(c.values(kind, field)))) for c in counts)
    yield from lost(kind, what, unit, a, b, wanted) or [(what, unit, a, b, a, number, "", "")]


def resident(files):
    """Bytes of text and of data that stay, of vmlinux or of object files."""
    text = data = 0
    for path in files:
        marks = {line.split()[-1]: int(line.split()[0], 16) for line in output("nm", path)
                 if line.endswith((" __init_begin", " __init_end"))}
        for line in output("objdump", "-hw", path):
            words = line.split()
            if not words or not words[0].isdigit() or " ALLOC" not in line:
                continue
            name, size, address = words[1], int(words[2], 16), int(words[3], 16)
            if marks and marks["__init_begin"] <= address < marks["__init_end"]:
                continue
            if not marks and NOT_RESIDENT.match(name):
                continue
            if " CODE" in line:
                text += size
            else:
                data += size
    return text, data


def stays(folder, what, names, text, data):
    a, b = (resident([os.path.join(folder, v, n) for n in names]) for v in VARIANTS)
    for unit, new, old, most in zip(("bytes of text", "bytes of data"), a, b, (text, data)):
        yield what, unit, new, old, f"{new - old:+d}", most, "", ""


def code(folder):
    """xen_write_cr3(), with neither its address nor that of others."""
    lines = []
    for path in sorted(glob.glob(os.path.join(folder, "objects", "mmu*.o"))):
        for line in output("nm", "-S", path):
            words = line.split()
            if words[3:] != ["xen_write_cr3"]:
                continue
            begin, size = int(words[0], 16), int(words[1], 16)
            for said in output("objdump", "-dr", "--no-show-raw-insn", "-j", ".text",
                               f"--start-address={begin}", f"--stop-address={begin + size}", path):
                found = re.match(r"[ \t]*[0-9a-f]*:[ \t]*(.*)", said)
                if found:
                    lines.append(re.sub(r"[0-9a-f]* <", "<", found[1], count=1))
    with open(os.path.join(folder, "code"), "w", encoding="utf-8") as f:
        f.writelines(line + "\n" for line in lines)
    return lines


def machine_code(folder, wanted):
    a, b = (code(os.path.join(folder, v)) for v in VARIANTS)
    lengths = [sum("R_X86" not in line for line in lines) for lines in (a, b)]
    if not lengths[0]:
        raise step.Unjudged(f"there is no xen_write_cr3() in {folder}/with/objects")
    yield ("machine code of xen_write_cr3", "instructions", *lengths, "same" if a == b else "differs",
           wanted["code"], "", "")


def rows(folder, wanted):
    counts = [Counts(os.path.join(folder, v, "count")) for v in VARIANTS]
    for variant, count in zip(VARIANTS, counts):
        for kind in NEEDED:
            if variant == "with" and kind in wanted["gone"]:
                continue
            if not count.values(kind, 2 if " " not in kind else 3):
                raise step.Unjudged(f"nothing was counted of this: {kind}; see {folder}/{variant}/count")
    for path, what in PATHS.items():
        yield from counted(counts, wanted, what, "kernel instructions", f"call {path}", 5)
        yield from counted(counts, wanted, what, "Xen's instructions", f"call {path}", 6)
    for kind, what in (("switch", "context switch, pipe ping-pong"), ("boot", "boot to user space")):
        yield from counted(counts, wanted, what, "kernel instructions", kind, 2)
        yield from counted(counts, wanted, what, "Xen's instructions", kind, 3)
    for kind, what, operations in (("first", "first load", 1), ("issued", "full load, no user table", 2),
                                   ("issued-user", "full load, user table", 2)):
        yield from asked(counts, wanted, what, "hypercalls", f"call {kind}", 3, 1, 1)
        yield from asked(counts, wanted, what, "operations", f"call {kind}", 4, MMUEXT_OP, operations)
    # vmlinux is padded to whole pages.
    yield from stays(folder, "vmlinux after init", ["vmlinux"], wanted["data"], wanted["data"])
    # the same names in both
    objects = sorted(glob.glob(os.path.join(folder, "control", "objects", "*.o")))
    yield from stays(folder, "arch/x86/xen after init", [f"objects/{os.path.basename(o)}" for o in objects],
                     wanted["text"], wanted["data"])
    yield from machine_code(folder, wanted)


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("--against", choices=WANTED, required=True, help="what the tree as it came is")
    parser.add_argument("dir")
    parser.add_argument("rows", help="the file to write")
    options = parser.parse_args()
    names = [name.format(against=options.against) for name in NAMES]
    lines = [names] + list(rows(options.dir, WANTED[options.against]))
    with open(options.rows, "w", encoding="utf-8") as f:
        f.writelines("|".join(map(str, line)) + "\n" for line in lines)
    return 0


step.run(main, subprocess.CalledProcessError)
