#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Make seeds for the fuzzers out of the recorded consoles and of what the unit tests say,
and a dictionary out of the sources:	seeds.py FOLDER CONSOLE...

A console is cut into windows.  Those of the domain reader keep before them what it
needs to know whose a line is: who has announced himself, and which domU there is.
"""
import argparse
import pathlib
import re
import struct
import subprocess

WINDOW = 3000
NONCE = "0badcafe"
OVERLAP = 500
SOURCES = ("scripts/pvboot/*.c", "scripts/guests/frame.h", "scripts/guests/domus.c")
KEPT = re.compile(r"Serial input to DOM0|Linux version|Zone ranges|user space ~|:create |: user space")
KTAP = re.compile(r"(?:\||\] )( *(?:ok|not ok|#|1\.\.|KTAP|TAP)[ 0-9].*)")


def windows(text):
    """Pieces of a text, from line to line."""
    at = 0
    while at < len(text):
        end = text.rfind("\n", at, at + WINDOW) + 1
        if end <= at:
            end = min(at + WINDOW, len(text))
        yield at, text[at:end]
        if end >= len(text):
            return
        back = text.rfind("\n", at, end - OVERLAP) + 1
        at = back if back > at else end


def seeds_of(text):
    """Of one console: which fuzzer, and what it gets."""
    for at, window in windows(text):
        before = "".join(line for line in text[:at].splitlines(True) if KEPT.search(line))
        yield "fault", window
        yield "console", before[-WINDOW:] + window
        yield "domain", before[-WINDOW:] + window
        ktap = [m.group(1) for m in map(KTAP.search, window.splitlines()) if m]
        if ktap:
            yield "ktap", "".join(f"{line.rstrip('~')}\n" for line in ktap)
    for boot in domains(text):
        yield "domain", boot
    yield "fault", text
    for number, line in enumerate(sorted(set(text.splitlines()))[::7]):
        yield "frame", f"{chr(number % 64)}\0{chr(number % 8)}{line}"


def said(top):
    """What each of the unit tests says to a reader, as one text."""
    define = re.compile(r'^#define ([A-Z_0-9]+)[\s\\]+((?:[A-Z_0-9]+|"(?:[^"\\\n]|\\.)*"|[\s\\])+)\n', re.M)
    macros = dict(define.findall((top / "tests/unit/run.h").read_text()))
    names = re.compile(r"\b(%s)\b" % "|".join(macros))
    for path in sorted(top.glob("tests/unit/*_test.c")):
        for function in path.read_text().split("\n}\n"):
            for _ in range(3):
                function = names.sub(lambda m: macros[m[1]], function)
            function = re.sub(r'"[\s\\]*"', "", function)
            words = re.findall(r'"((?:[^"\\\n]|\\.)*)"', function)
            text = "\n".join(w.encode().decode("unicode_escape") for w in words)
            if text:
                yield text + "\n"


def framed(text):
    """What the unit tests leave out: the frames of user space, the escapes of a domU's."""
    for line in text.splitlines():
        relayed = re.match(r"\{(\S+)\} (.*)", line)
        if relayed:
            inner = "".join(framed(relayed[2])).replace("~", "\\x7e").rstrip("\n")
            yield f"~{NONCE}{{{relayed[1]}}} {inner}~\n"
        elif line.startswith("pvboot: user space"):
            yield f"pvboot: user space ~{NONCE}\n"
        elif line.startswith("pvboot: "):
            yield f"~{NONCE}:{line[8:]}~\n"
        elif line.startswith("| "):
            yield f"~{NONCE}|{line[2:]}~\n"
        else:
            yield f"{line}\n"


def domains(text):
    """A boot, and how it goes if there is silence somewhere."""
    lines = list(framed(text))
    yield "".join(lines)
    for at in range(0, len(lines), max(1, len(lines) // 3)):
        yield "".join(lines[:at]) + "@\n@\n@\n" + "".join(lines[at:])
    # What the driver and PID 1 say when it does not go well
    for words in () if ":create " not in text else ("limit", "look", "flood", "refused", "overflow", "exit 4", "signal 9"):
        yield re.sub(r"(~\w{8}:)create (\S+)~\n", rf"\g<0>\1{words} \2: why~\n", "".join(lines))
        yield re.sub(r"(~\w{8}:)gone (\S+)~\n", rf"\1{words} \2: why~\n\g<0>", "".join(lines))


ELF = """
.globl linux_banner
.type start_kernel, @function
start_kernel: .skip 16, 0x90
.size start_kernel, 16
.type panic, @function
panic: .skip 8, 0x90
.size panic, 8
.data
.type prb, @object
prb: .quad 1
.size prb, 8
.type linux_banner, @object
linux_banner: .asciz "Linux version"
.size linux_banner, 14
"""
ELVES = {"object": ["-c"], "old": ["-m32", "-c"], "stripped": ["-nostdlib", "-static", "-s"],
         "program": ["-nostdlib", "-static", "-Wl,-n,-e0,-Ttext=0xffffffff81000000,--build-id=none"]}


def write_elves(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, how in ELVES.items():
        subprocess.run(["gcc", *how, "-o", folder / name, "-x", "assembler", "-"], input=ELF,
                       text=True, check=True, stderr=subprocess.DEVNULL)


# As QEMU prints a processor; the table is where memory_fuzz.c has it.
PROCESSOR = """CPU#{number}\r
RAX=0000000000000000 RBP={bp:016x} RSP={sp:016x}\r
RIP={ip:016x} RFL=00000246 [---Z-P-] CPL={ring} II=0\r
CS ={cs:04x} 0000000000000000 ffffffff 00a0fb00\r
GS =0000 ffff888000100000 00000000 00000000\r
CR0=80050033 CR2=0 CR3=00000000003fd000 CR4=00000660\r
"""
STACK, XEN_STACK, TEXT = 0xffffc90000200000, 0xffff830000008000, 0xffffffff81000000


def memories():
    """Of each kernel: as it is, its vCPU in one or the other place, and some of its words others."""
    places = [(TEXT + 64 * i + 20, STACK - 64, STACK, 0xe033) for i in range(11)] + \
        [(0x401000, STACK, STACK, 0xe033), (0xffff82d040322009, XEN_STACK + 0x7000, 1, 0xe008)]
    texts = ["".join(PROCESSOR.format(number=0, ip=ip, sp=sp, bp=bp, cs=cs, ring=cs & 3))
             for ip, sp, bp, cs in places]
    for version in range(3):
        for text in texts:
            yield bytes([version, 0xff]) + text.encode()
        for where in range(13):
            for off, value in ((0, 0), (0, 1 << 40), (8, 2 ** 64 - 1), (16, 40), (40, 9), (24, 5)):
                yield bytes([version]) + struct.pack("<BHQ", where, off, value) + b"\xff" + texts[0].encode()


MONITOR = ("{\"QMP\": {\"version\": {}}}", "{\"return\": {}}", "{\"return\": \"text\", \"id\": 1}",
           "{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": \"guest-reset\"}}",
           "{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": \"host-signal\"}}",
           "{\"event\": \"SHUTDOWN\"}", "[1]", "nonsense", "", "{\"id\": 1}")


def word(text):
    """A word of a dictionary, as libFuzzer reads it."""
    return '"' + "".join(c if c.isalnum() or c in " _-+.:/[]()" else f"\\x{ord(c):02x}"
                         for c in text) + '"'


def words(top):
    """What the readers look for: their strings, without what stands for others."""
    found = set()
    for source in SOURCES:
        for path in top.glob(source):
            for literal in re.findall(r'"((?:[^"\\\n]|\\.)*)"', path.read_text()):
                if "\\" not in literal:
                    found.update(p for p in re.split(r"%[a-z$]|%[0-9.*]*l?[a-z]", literal)
                                 if 2 < len(p) < 60)
    return sorted(found)


def write(folder, name, content):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("consoles", type=pathlib.Path, nargs="+")
    args = parser.parse_args()
    for path in args.consoles:
        text = path.read_bytes().decode("latin-1")
        for number, (fuzzer, seed) in enumerate(seeds_of(text)):
            write(args.folder / fuzzer, f"{path.stem}-{number}", seed.encode("latin-1"))
    top = pathlib.Path(__file__).resolve().parents[2]
    for number, text in enumerate(said(top)):
        for fuzzer in ("console", "fault", "ktap"):
            write(args.folder / fuzzer, f"said-{number}", text.encode("latin-1", "replace"))
        for at, boot in enumerate(domains(text)):
            write(args.folder / "domain", f"said-{number}-{at}", boot.encode("latin-1", "replace"))
    write_elves(args.folder / "symbols")
    for number, seed in enumerate(memories()):
        write(args.folder / "memory", str(number), seed)
    for number in range(len(MONITOR)):
        write(args.folder / "monitor", str(number), "\r\n".join(MONITOR[number:] + MONITOR[:number]).encode())
    write(args.folder, "words", "".join(word(w) + "\n" for w in words(top)).encode())


main()
