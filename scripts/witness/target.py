# SPDX-License-Identifier: GPL-2.0-only
"""
What is watched: the kernel's symbols, and QEMU's machine as gdb sees it.

For watch.py, in gdb's own Python.  $WITNESS_QEMU is QEMU's command line, with the
console and the stub's socket in this folder; $WITNESS_LIMIT the seconds it may take.
"""
import bisect
import os
import re
import shlex
import subprocess
import threading
import time

import gdb

PAGE = 4096
UPPER = 0x1ffff                 # what addresses in the upper half begin with
CONSOLE = "console.log"
SOCKET = "gdb"

# The console of a guest that will not go on.
DEATH = re.compile(r"PANIC: early exception|Kernel panic - not syncing|"
                   r"Hardware Dom0 (crashed|halted)|Domain 0 \(vcpu#\d+\) crashed|"
                   r"Panic on CPU")


class Refused(Exception):
    """The run cannot be judged."""


def u64(data, offset=0):
    return int.from_bytes(data[offset:offset + 8], "little")


class Symbols:
    """The kernel's symbol table, by nm; gdb would need debug information."""

    def __init__(self, vmlinux):
        nm = subprocess.run(["nm", "-n", "-S", vmlinux], capture_output=True, text=True)
        self.address = {}
        functions = {}
        for line in nm.stdout.splitlines():
            *numbers, kind, name = line.split()
            if not numbers:
                continue
            address, size = int(numbers[0], 16), len(numbers) > 1
            self.address.setdefault(name, address)
            # Of several at one place take a function, which has a size, and
            # no label of the linker's.
            if kind in "tTwW" and (size or address not in functions):
                functions.setdefault(address, {}).setdefault(size, name)
        self.text = sorted((a, n.get(True) or n[False]) for a, n in functions.items())
        if "start_kernel" not in self.address:
            raise Refused(f"{vmlinux} has no symbols; take the vmlinux that the build left, unstripped")

    def need(self, *names):
        for name in names:
            if name in self.address:
                return self.address[name]
        raise Refused(f"this kernel has no {' or '.join(names)}; is it a 64-bit Xen PV kernel?")

    def function(self, address):
        if not self.address["_text"] <= address < self.address["_end"]:
            return None
        i = bisect.bisect_right(self.text, (address, "\x7f"))
        return re.sub(r"\.(cold|part|isra|constprop).*", "", self.text[i - 1][1]) if i else None


class Machine:
    """QEMU, stopped under its gdb stub, and what can be read there."""

    def __init__(self):
        self.ending = None
        command = shlex.split(os.environ["WITNESS_QEMU"])
        # However this ends, QEMU ends too.
        self.qemu = subprocess.Popen(["setpriv", "--pdeathsig", "KILL"] + command,
                                     stdin=subprocess.DEVNULL)
        for _ in range(200):
            if os.path.exists(SOCKET) or self.qemu.poll() is not None:
                break
            time.sleep(0.05)
        if self.qemu.poll() is not None or not os.path.exists(SOCKET):
            raise Refused("QEMU does not start")
        gdb.execute(f"target remote ./{SOCKET}", to_string=True)
        self.inferior = gdb.selected_inferior()
        self.until = time.monotonic() + float(os.environ["WITNESS_LIMIT"])
        threading.Thread(target=self.guard, daemon=True).start()

    def guard(self):
        """Kill QEMU, which wakes gdb, when the guest is dead or time is up."""
        while self.ending is None:
            time.sleep(0.1)
            if time.monotonic() > self.until:
                self.end("late", "time is up")
                return
            try:
                with open(CONSOLE, "rb") as f:
                    for line in f:
                        line = line.decode("ascii", "replace").strip()
                        if DEATH.search(line):
                            time.sleep(0.3)
                            self.end("died", "the guest died: " +
                                     re.sub(r"^\(XEN\) (\[[^]]*\] )?|^\[[^]]*\] ", "", line))
                            return
            except FileNotFoundError:
                pass

    def end(self, how, words):
        """The first ending is what the run ended by."""
        if self.ending is None:
            self.ending = {"how": how, "words": words}
        self.qemu.kill()

    def read(self, address, size=8):
        return self.inferior.read_memory(address, size).tobytes()

    def word(self, address):
        return u64(self.read(address))

    def write(self, address, value):
        self.inferior.write_memory(address, value.to_bytes(8, "little"))

    def reg(self, name):
        return int(gdb.parse_and_eval(f"(unsigned long)${name}")) & (1 << 64) - 1

    def set_reg(self, name, value):
        gdb.execute(f"set ${name} = {value:#x}")

    def push(self, value):
        self.set_reg("rsp", self.reg("rsp") - 8)
        self.write(self.reg("rsp"), value)

    def record(self, cpu):
        """
        Where Xen keeps a vCPU's bases: the address of the user's, the kernel's
        follows.  The task state gives Xen's stack, whose top names the struct
        vcpu, and there the kernel's base is found by its value.
        """
        registers = gdb.execute("monitor info registers -a", to_string=True).split("CPU#")[1 + cpu]
        task = int(re.search(r"^TR =\s*\w+ (\w+)", registers, re.M).group(1), 16)
        base = int(re.search(r"CR3=(\w+)", registers).group(1), 16) // PAGE
        top = self.word(task + 4)
        for candidate in range(top, top + 0x80, 8):
            vcpu = self.word(candidate)
            if vcpu >> 47 != UPPER or vcpu % PAGE:
                continue
            try:
                words = self.read(vcpu, 2 * PAGE)
            except gdb.MemoryError:
                continue
            for offset in range(8, 2 * PAGE, 8):
                if u64(words, offset) == base and u64(words, offset - 8) == 0:
                    return vcpu + offset - 8, top
        raise Refused("Xen's struct vcpu was not found; this Xen is laid out in another way")
