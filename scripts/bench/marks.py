#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Print where in a vmlinux the functions are that scripts/bench/count.c has to know, as
its arguments.
"""
import subprocess
import sys

sys.path.append(sys.path[0] + "/../run")
import step

MARKS = {"full": "xen_write_cr3", "first": "xen_write_cr3_init", "load": "__xen_write_cr3",
         "flush": "xen_mc_flush", "switch": "__switch_to", "mark": "__x64_sys_getsid",
         "upcall": "asm_exc_xen_hypervisor_callback"}


def symbols(vmlinux):
    """Address and size of each function, in hex."""
    found = {}
    nm = subprocess.run(["nm", "-S", vmlinux], stdout=subprocess.PIPE, text=True, check=True)
    for line in nm.stdout.splitlines():
        words = line.split()
        if len(words) != 4 or ".cold" in words[3]:
            continue
        # gcc may have put its own ending to the name
        for name in (words[3], words[3].partition(".")[0]):
            found.setdefault(name, words[:2])
    return found


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("vmlinux")
    vmlinux = parser.parse_args().vmlinux
    found = symbols(vmlinux)
    missing = [f for f in MARKS.values() if f not in found]
    if missing:
        raise step.Unjudged(f"there is no {missing[0]}() in {vmlinux}; scripts/bench/count.c needs it")
    arguments = [f"{mark}={found[function][0]}" for mark, function in MARKS.items()]
    arguments.append(f"load_size={found[MARKS['load']][1]}")
    print(",".join(arguments))
    return 0


step.run(main, subprocess.CalledProcessError)
