# SPDX-License-Identifier: GPL-2.0-only
"""
Watch a boot from outside and write down every load of a base pointer.

For gdb's own Python:

	gdb -batch -nx -x watch.py VMLINUX

The environment says what to run and leaves room for a fault to be tried; see
scripts/witness/witness.sh.  The list goes to $WITNESS_DIR/list.  QEMU runs the unchanged
kernel under its gdb stub, by instruction count, so that two runs are the same
run.  Watched are:

Xen's record	a vCPU's two bases in Xen's struct vcpu: whoever changes one, by
		whatever way, is seen
Xen's function	that all loads of a kernel base go through, by hypercall, batched
		or not, or by a privileged instruction: it shows also those that
		load what was there before; the first change tells where it is
the hypercall	its arguments, in the guest's registers: what was asked for
the slot	write_cr3 in pv_ops (before v4.20: pv_mmu_ops)
the steps	of the boot, functions that every kernel since v3.9 has

All this takes are the kernel's symbols, and nothing of Xen.  A user base alone
that is loaded where it is already goes unseen.
"""
import json
import os
import sys
import time

import gdb

# From the top folder, as all steps are
sys.dont_write_bytecode = True
sys.path.insert(0, "scripts/witness")
from target import PAGE, UPPER, Machine, Refused, Symbols, u64

MULTICALL = 13
MMUEXT_OP = 26
NEW_BASEPTR = 5
NEW_USER_BASEPTR = 15
PREEMPTED = 1 << 31             # in the count of an mmuext_op
DOMID_SELF = 0x7ff0
MMUEXT_OP_SIZE = 24
MULTICALL_ENTRY_SIZE = 64
GUEST_REGS = 168                # Xen's stack above them: segments, then the struct vcpu
M2P = 0xffff800000000000        # Xen's machine-to-physical table for guests
KERNEL_MAP = 0xffffffff80000000

# Where Xen enters the kernel, and a vCPU that the kernel has started.
ENTRY = ("startup_xen", "xen_start_kernel")
SECONDARY = ("asm_cpu_bringup_and_idle", "cpu_bringup_and_idle")
# What pv_ops comes with; v7.3 has the second.
NATIVE = ("native_write_cr3", "pv_native_write_cr3")
EXEC = ("begin_new_exec", "flush_old_exec")
# Entry and return of these are steps, for the rest the entry.
SPANS = ("init_mem_mapping", "xen_pagetable_init", "sparse_init",
         "alternative_instructions")
STEPS = ("xen_setup_kernel_pagetable", "start_kernel", "setup_arch", "cpu_init",
         "free_initmem")
# The watch ends with the load in this exec: PID 1 is the first.
LAST_EXEC = 2


class Watch:
    """The boot, event by event."""

    def __init__(self, vmlinux):
        self.fault = os.environ["WITNESS_FAULT"]
        self.symbols = Symbols(vmlinux)
        self.slot_address = self.find_slot()
        self.full = self.symbols.need("xen_write_cr3")
        self.events = []
        self.handlers = {}
        self.records = {}
        self.top = {}
        self.new_base = None
        self.bases = {}
        self.asked = {}
        self.pending = {}
        self.execs = 0
        self.done = False
        self.slot = None
        self.machine = None

    def find_slot(self):
        """pv_ops comes with the native function in the slot, and in no other."""
        self.symbols.need(*NATIVE)
        native = [self.symbols.address.get(n) for n in NATIVE]
        for name in ("pv_ops", "pv_mmu_ops"):
            ops = self.symbols.address.get(name)
            if not ops:
                continue
            end = min(a for a in self.symbols.address.values() if a > ops)
            data = gdb.selected_inferior().read_memory(ops, end - ops).tobytes()
            found = [ops + i for i in range(0, len(data) - 7, 8) if u64(data, i) in native]
            if len(found) == 1:
                self.slot_name = name
                return found[0]
        raise Refused("write_cr3 was not found in pv_ops or pv_mmu_ops")

    # What is seen

    def vcpu(self):
        # dom0's vCPUs are pinned, and gdb counts processors from 1.
        return gdb.selected_thread().num - 1

    def add(self, what, **more):
        self.look_at_slot()
        self.events.append({"what": what, "vcpu": self.vcpu(), "slot": self.name(self.slot), **more})

    def name(self, address):
        return address and (self.symbols.function(address) or f"{address:#x}")

    def chain(self, pc, frame, stack=None):
        """
        Functions from the innermost out, along the frame pointers.  A hypercall
        has none, and two registers on the stack above its return address.
        """
        addresses = [pc]
        try:
            if stack is not None:
                addresses.append(self.machine.word(stack + 16) - 1)
            for _ in range(40):
                addresses.append(self.machine.word(frame + 8) - 1)
                frame = self.machine.word(frame)
        except gdb.MemoryError:
            pass
        names = []
        for address in addresses:
            name = self.symbols.function(address)
            if not name:
                break
            names.append(name)
        return names

    def look_at_slot(self, chain=None):
        value = self.machine.word(self.slot_address)
        if value == self.slot:
            return
        before, self.slot = self.slot, value
        if before is None:
            return
        if self.events[-1]["what"] == "slot" and self.events[-1]["chain"] == chain:
            # A copy of the whole table may come in small pieces.
            self.events[-1]["slot"] = self.name(value)
            return
        self.events.append({"what": "slot", "vcpu": self.vcpu(), "from": self.name(before),
                            "slot": self.name(value), "chain": chain or []})

    def look_at_record(self, vcpu):
        """A change in Xen's record that is no load in the list yet."""
        if vcpu not in self.records:
            return
        at = self.records[vcpu]
        user, kernel = self.machine.word(at), self.machine.word(at + 8)
        was_user, was_kernel = self.bases[vcpu]
        self.bases[vcpu] = user, kernel
        if kernel != was_kernel and self.new_base is None:
            self.find_new_base()
        load = self.pending.get(vcpu, {"kernel": None, "user": None})
        load["record"] = load["kernel"] in (None, kernel) and load["user"] in (None, user)
        if kernel not in (was_kernel, load.get("kernel")) or \
           user not in (was_user, load.get("user")):
            self.load(kernel if kernel != was_kernel else None,
                      user if user != was_user else None)

    def find_new_base(self):
        """
        Xen's function that loads a kernel base has just stored it.  Of the
        return addresses on the stack one is of a call of this function.
        """
        m = self.machine
        pc = m.reg("pc")
        begin = 0
        for at in range(m.reg("rsp"), self.top[self.vcpu()], 8):
            back = m.word(at)
            if back >> 47 != UPPER:
                continue
            try:
                code = m.read(back - 5, 5)
            except gdb.MemoryError:
                continue
            if code[0] == 0xe8:
                to = back + int.from_bytes(code[1:], "little", signed=True)
                if begin < to <= pc < to + PAGE:
                    begin = to
        if not begin:
            raise Refused("Xen's function that loads a kernel base was not found")
        self.new_base = begin
        self.stop_at(begin, lambda pc: self.load(m.reg("rdi"), None))

    def load(self, kernel, user):
        """
        Xen is about to change a base, or has done so.  The guest's registers,
        on Xen's stack, hold the hypercall.
        """
        m = self.machine
        top = self.top[self.vcpu()]
        regs = m.read(top - GUEST_REGS, GUEST_REGS)
        rbp, rax, rsi, rdi, rip, rsp = (u64(regs, 8 * i) for i in (4, 10, 13, 14, 16, 19))
        how, asked, again = self.decode(rax & 0xffffffff, rdi, rsi)
        if again and asked == self.asked.get(self.vcpu()):
            return
        self.asked[self.vcpu()] = asked
        if asked and (kernel in (None, asked[0])) and (user in (None, asked[1])):
            kernel, user = asked
        else:
            how = "no hypercall"
        self.add("load", how=how, chain=self.chain(rip, rbp, rsp), **self.owner(kernel, user))
        self.pending[self.vcpu()] = self.events[-1]
        if self.execs >= LAST_EXEC and any(f in EXEC for f in self.events[-1]["chain"]):
            self.done = True

    def owner(self, kernel, user):
        """The bases of a load, and whether the kernel's is init_mm's."""
        is_init = None
        if kernel is not None:
            frame = self.machine.word(M2P + 8 * kernel)
            table = self.symbols.need("init_top_pgt", "init_level4_pgt")
            physical = table - KERNEL_MAP + self.phys_base
            is_init = frame == physical // PAGE
        return {"kernel": kernel, "user": user, "init_mm": is_init}

    def decode(self, number, pointer, count):
        """
        A hypercall's name, the bases it loads, and whether Xen goes on with it
        after it has been preempted.
        """
        m = self.machine
        names = {MULTICALL: "multicall", MMUEXT_OP: "mmuext_op"}
        if number not in names:
            return None, None, False
        calls = [(number, pointer, count)]
        if number == MULTICALL:
            entries = m.read(pointer, MULTICALL_ENTRY_SIZE * count)
            calls = [(u64(entries, i), u64(entries, i + 16), u64(entries, i + 24))
                     for i in range(0, len(entries), MULTICALL_ENTRY_SIZE)]
        bases = {NEW_BASEPTR: None, NEW_USER_BASEPTR: None}
        again = False
        for op, pointer, count in calls:
            if op == MMUEXT_OP:
                again = again or bool(count & PREEMPTED)
                ops = m.read(pointer, MMUEXT_OP_SIZE * (count & PREEMPTED - 1))
                for i in range(0, len(ops), MMUEXT_OP_SIZE):
                    command = u64(ops, i) & 0xffffffff
                    if command in bases:
                        bases[command] = u64(ops, i + 8)
        return names[number], tuple(bases.values()), again

    # Steps

    def step(self, name, edge):
        if name in EXEC:
            self.execs += 1
        self.add("step", name=name, edge=edge)
        self.bring_fault(name, edge)

    def enter(self, name):
        # What a later vCPU does when it starts is no step of the boot.
        if self.vcpu() == 0 or name in EXEC:
            self.step(name, "in")
            if name in SPANS:
                back = self.machine.word(self.machine.reg("rsp"))
                self.stop_at(back, lambda pc: self.step(name, "out"), again=False)

    def begin(self):
        self.phys_base = self.machine.word(self.symbols.need("phys_base"))
        self.start_vcpu("domain builder")
        gdb.Breakpoint(f"*(unsigned long *){self.slot_address:#x}", gdb.BP_WATCHPOINT, gdb.WP_WRITE)
        for name in SPANS + STEPS + EXEC:
            if name in self.symbols.address:
                self.stop_at(self.symbols.address[name], lambda pc, n=name: self.enter(n))
        self.stop_at(self.symbols.need(*SECONDARY), lambda pc: self.start_vcpu("VCPUOP_initialise"))

    def start_vcpu(self, how):
        """A vCPU's first instruction: it has bases that it did not load."""
        vcpu = self.vcpu()
        if vcpu in self.records:
            return
        at, self.top[vcpu] = self.machine.record(vcpu)
        self.records[vcpu] = at
        self.bases[vcpu] = user, kernel = self.machine.word(at), self.machine.word(at + 8)
        for base in (at, at + 8):
            gdb.Breakpoint(f"*(unsigned long *){base:#x}", gdb.BP_WATCHPOINT, gdb.WP_WRITE)
        self.add("load", how=how, chain=[], **self.owner(kernel, user))

    # Faults to try the witness on

    def bring_fault(self, name, edge):
        fault = self.fault
        at = name, edge
        first = self.symbols.address.get("xen_write_cr3_init")
        if fault == "full-from-start" and at == ("init_mem_mapping", "in"):
            self.set_slot(self.full)
        elif fault in ("set-back", "late-swap") and at == ("init_mem_mapping", "out"):
            self.set_slot(first)
        elif fault == "late-swap" and at == ("xen_pagetable_init", "out"):
            self.set_slot(self.full)
        elif fault == "second-load" and at == ("init_mem_mapping", "out"):
            self.machine.push(self.machine.reg("rip"))
            self.machine.set_reg("rdi", self.machine.word(M2P + 8 * self.bases[0][1]) * PAGE)
            self.machine.set_reg("rip", first)
        elif fault == "user-base-alone" and at == ("init_mem_mapping", "out"):
            self.raw_load(NEW_USER_BASEPTR, self.bases[0][1])
        elif fault == "refused-load" and at == ("xen_pagetable_init", "out"):
            self.raw_load(NEW_BASEPTR, 1)

    def set_slot(self, value):
        self.machine.write(self.slot_address, value)
        self.look_at_slot(["(the debugger)"])

    def raw_load(self, command, base):
        """A load by a bare syscall instruction, past all functions of the kernel."""
        m = self.machine
        begin = self.symbols.need("xen_hypercall_pv", "hypercall_page")
        # syscall; pop %r11; pop %rcx; ret
        offset = m.read(begin, PAGE).find(b"\x0f\x05\x41\x5b\x59\xc3")
        if offset < 0:
            raise Refused("no syscall instruction was found to make a raw hypercall with")
        op = m.reg("rsp") - 0x400
        m.write(op, command)
        m.write(op + 8, base)
        for register in ("rip", "rcx", "r11"):
            m.push(m.reg(register))
        for register, value in (("rdi", op), ("rsi", 1), ("rdx", 0), ("r10", DOMID_SELF),
                                ("rax", MMUEXT_OP), ("rip", begin + offset)):
            m.set_reg(register, value)

    # The loop

    def stop_at(self, address, handler, again=True):
        stop = gdb.Breakpoint(f"*{address:#x}", gdb.BP_HARDWARE_BREAKPOINT)
        self.handlers.setdefault(address, []).append((handler, None if again else stop))

    def run(self):
        for setting in ("pagination off", "confirm off", "height 0", "breakpoint always-inserted on"):
            gdb.execute(f"set {setting}")
        self.machine = Machine()
        self.stop_at(self.symbols.need(*ENTRY), lambda pc: self.begin(), again=False)
        try:
            while not self.done:
                gdb.execute("continue", to_string=True)
                if self.machine.ending:
                    break
                self.stopped()
            else:
                # Xen has still to do what was asked for.
                while not self.events[-1].get("record"):
                    gdb.execute("continue", to_string=True)
                    self.stopped()
                for vcpu in self.records:
                    self.look_at_record(vcpu)
                self.machine.end("done", "done")
        except gdb.error as error:
            # QEMU was killed on purpose, or it died.
            if self.machine.ending is None:
                for _ in range(20):
                    time.sleep(0.05)
                    if self.machine.ending or self.machine.qemu.poll() is not None:
                        break
                self.machine.end("broken off", f"gdb broke off: {error}")
        self.machine.qemu.wait()

    def stopped(self):
        vcpu = self.vcpu()
        pc = self.machine.reg("pc")
        self.look_at_record(vcpu)
        if pc in self.handlers:
            for handler, once in list(self.handlers[pc]):
                if once:
                    self.handlers[pc].remove((handler, once))
                    once.delete()
                handler(pc)
            if not self.handlers[pc]:
                del self.handlers[pc]
        elif self.slot is not None and self.symbols.function(pc):
            self.look_at_slot(self.chain(pc, self.machine.reg("rbp")))


def main():
    # A socket's path must not be long, so both sides take a relative one.
    os.chdir(os.environ["WITNESS_DIR"])
    watch, seen = None, {"slot": None, "events": []}
    try:
        watch = Watch(gdb.current_progspace().filename)
        watch.run()
        ending = watch.machine.ending
        if not watch.events and ending["how"] != "late":
            raise Refused(f"the kernel was not entered: {ending['words']}")
        seen = {"slot": watch.slot_name, "events": watch.events}
    except Refused as refused:
        if watch and watch.machine:
            watch.machine.end("refused", str(refused))
        ending = {"how": "refused", "words": str(refused)}
    with open("list", "w") as f:
        json.dump({"end": ending, **seen}, f, indent=1)
        f.write("\n")
    if ending["how"] == "refused":
        os._exit(125)


main()
