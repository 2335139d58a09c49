# SPDX-License-Identifier: GPL-2.0-only
"""
What an engine has to run: for each kernel of a plan its build, then each of its
cells. Both are commands without state:

	matrix.py kernel --dir DIR --build O NAME
	matrix.py cell --dir DIR --build O NAME

They may run anywhere, and twice where a machine was lost: a cell is made aside and
put in its place as a whole, and one that is there already stays.
"""
import contextlib
import glob
import os
import platform
import shutil
import subprocess
import sys

import merge
import plan as plans
from progress import jobs

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
JUNIT = "junit.xml"
# Of a kernel's job, what its cells read, below O=.
PRODUCTS = ("pvboot/pvboot", "xen-*/xen", "xen-*/version", "xen-*/number", "{b}/base", "{b}/guests/root.cpio",
            "{b}/guests/dom0-*.cpio", "{b}/*/built", "{b}/*/expect", "{b}/*/why", "{b}/*/compiler", "{b}/*/unknown-options",
            "{b}/*/bzImage", "{b}/*/vmlinux", "{b}/*/witness/witness.svg")


def variant(cell):
    return "" if cell["variant"] == "usual" else cell["variant"]


def home(plan, cell):
    """Its kernels' folder, below O=."""
    return cell["line"] + (f"+{variant(cell)}" if variant(cell) else "") + plan["config"]


def products(plan, cell):
    """Patterns of files, relative to O=."""
    return [p.format(b=home(plan, cell)) for p in PRODUCTS]


def step(what, folder, *of):
    """The command that merges, or with O= and a name does a kernel or a cell."""
    command = ["python3", "-B", os.path.join(HERE, "matrix.py"), what, "--dir", folder]
    return command + ["--build", *of] if of else command


def to_do(plan, done=()):
    """Pairs: a kernel that is wanted, and its cells."""
    for kernel in plan["kernels"]:
        cells = [c for c in plan["cells"] if c["kernel"] == kernel and not c["skip"] and c["id"] not in done]
        if cells:
            yield kernel, cells


def make(plan, build, cell, *goals):
    """The front door's command for something of a cell."""
    machine = {"MEMORY": plan["memory"], **plans.machine_of(cell)}
    line = [] if plan["own"] else [f"LINE={cell['line']}"]
    return ["make", "--no-print-directory", "-C", TOP, *line, f"VARIANT={variant(cell)}",
            f"XEN={cell['xen']}", f"CPUS={cell['cpus']}", f"BOOT={cell['series']}", f"O={build}",
            *plan["variables"], *(f"{name}={value}" for name, value in machine.items()), *goals]


def memory(plan, cell):
    """Of the machine and QEMU, in MiB."""
    return int(plans.machine_of(cell).get("MEMORY", plan["memory"])) + jobs.OVERHEAD


@contextlib.contextmanager
def logged(path):
    """A log, which is printed in the end."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w+b") as log:
        yield log
        log.seek(0)
        shutil.copyfileobj(log, sys.stdout.buffer)


def run(command, log):
    """Of make's own environment nothing is for another make. Returns the exit status."""
    clean = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                            env=clean, check=False).returncode
    return status if status >= 0 else 128 - status


def kernel_commands(plan, build, cells):
    """The kernel's, and those for each Xen."""
    yield make(plan, build, cells[0], "ROLE=dom0", "kernel")
    for xen in dict.fromkeys(c["xen"] for c in cells):
        those = [c for c in cells if c["xen"] == xen]
        role = "dom0" if all(c["role"] == "dom0" for c in those) else "all"
        yield make(plan, build, those[0], f"ROLE={role}", "guests", "machine")


def do_kernel(plan, folder, build, name):
    """Build it, and for each Xen the roots; a Xen that cannot be had stops its own cells alone."""
    cells = dict(to_do(plan)).get(name)
    if not cells:
        raise plans.PlanError(f"the plan has no kernel {name}")
    kernel, *machines = kernel_commands(plan, build, cells)
    with logged(merge.kernel_log(folder, name)) as log:
        status = run(kernel, log)
        if not status:
            for command in machines:
                run(command, log)
    return status


def cell_named(plan, name):
    """By its id, or as KERNEL/N, the Nth of a kernel's."""
    kernel, _, number = name.partition("/")
    cells = dict(to_do(plan)).get(kernel, [])
    if number.isdigit() and int(number) < len(cells):
        return cells[int(number)]
    for cell in plan["cells"]:
        if cell["id"] == name:
            return cell
    raise plans.PlanError(f"the plan has no cell {name}")


def put(made, place):
    """What is there and has a record is as good, and others may have read it."""
    if os.path.exists(place) and not merge.load(place)[0]:
        shutil.rmtree(place)
    try:
        os.rename(made, place)
    except OSError:
        if not merge.load(place)[0]:
            raise


def aside(folder, name):
    """Where a cell is made."""
    return os.path.join(folder, "cells", "." + name)


def tidy(folder):
    """What those have left that were lost, when nothing runs."""
    for left in glob.glob(aside(folder, "*")):
        shutil.rmtree(left)


def do_cell(plan, folder, build, name):
    """
    Boot it; its folder has the record, the logs, and JUnit of it alone.  Without a
    kernel it leaves nothing, as if it had not been run.
    """
    cell = cell_named(plan, name)
    kernel = os.path.join(build, home(plan, cell), cell["series"])
    if not os.path.exists(os.path.join(kernel, "built")):
        raise plans.PlanError(f"{name} has no kernel; {merge.record_of(folder, cell)[1]}")
    mine = aside(folder, f"{cell['id']}.{platform.node()}.{os.getpid()}")
    made = os.path.join(mine, cell["id"])
    try:
        with logged(os.path.join(made, merge.LOG)) as log:
            status = run(make(plan, build, cell, f"ROLE={cell['role']}", f"CELL={made}", "cell"), log)
        if os.path.exists(os.path.join(kernel, "witness", merge.PICTURE)):
            shutil.copy(os.path.join(kernel, "witness", merge.PICTURE), made)
        merge.write_junit(os.path.join(made, JUNIT), [merge.judged(cell, *merge.load(made))])
        put(made, os.path.join(folder, "cells", cell["id"]))
    finally:
        shutil.rmtree(mine, ignore_errors=True)
    return status
