#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Boot a matrix of kernels, Xens, roles and variants, and say what came of it.

	matrix.py plan     work the matrix out, into DIR/plan.json
	matrix.py run      do it here: each kernel built once, cells side by side
	matrix.py merge    make table, JUnit, JSON and page from the records

Each cell is a command without state, `make cell`, so that any engine can run it;
its folder DIR/cells/ID holds its record.  `run` with --resume keeps what the last
run has left and does the rest.
"""
import argparse
import os
import shutil
import sys

import merge
import plan as plans
from jobs import Job, Runner

UNJUDGED = 125
# What one QEMU takes beside the memory of its machine, in MiB.
OVERHEAD = 256


def die(text):
    """One line, and the status that says: not judged."""
    print(f"matrix: error: {text}", file=sys.stderr)
    sys.exit(UNJUDGED)


def make(args, cell, *goals):
    """The front door's command for something of a cell."""
    variants = "" if cell["variant"] == "usual" else cell["variant"].replace("+", " ")
    memory = {"MEMORY": args.memory, **plans.memory_of(cell)}
    return ["make", "--no-print-directory", "-C", args.top, f"LINE={cell['line']}", f"VARIANT={variants}",
            f"XEN={cell['xen']}", f"CPUS={cell['cpus']}", f"ROLE={cell['role']}", f"O={args.build}",
            *args.variables, *(f"{name}={value}" for name, value in memory.items()), *goals]


def cell_command(args, cell):
    """A cell, by itself."""
    return make(args, cell, f"CELL={os.path.join(args.dir, 'cells', cell['id'])}",
                f"BOOT={cell['series']}", "cell")


def jobs_of(args, plan, done):
    """The jobs of a run: kernels, what cells need beside them, cells."""
    jobs, prepared = [], {}
    for kernel in plan["kernels"]:
        cells = [c for c in plan["cells"] if c["kernel"] == kernel and not c["skip"]
                 and c["id"] not in done]
        if not cells:
            continue
        build = Job(kernel, make(args, dict(cells[0], role="all"), "kernel"), "kernel",
                    os.path.join(args.dir, "logs", kernel + ".log"), cores=args.cores)
        jobs.append(build)
        for cell in cells:
            # The folder of a line's tree is one; its kernels come one after the other.
            key = (kernel, cell["xen"])
            if key not in prepared:
                name = f"{kernel}-xen{cell['xen']}"
                prepared[key] = Job(name, make(args, dict(cell, role="all"), "guests", "machine"), "root",
                                    os.path.join(args.dir, "logs", name + ".log"),
                                    cores=args.cores, after=[build.name])
                jobs.append(prepared[key])
            jobs.append(Job(cell["id"], cell_command(args, cell), "cell of " + cell["role"],
                            os.path.join(args.dir, "cells", cell["id"], "cell.log"),
                            cores=int(cell["cpus"]),
                            memory=int(plans.memory_of(cell).get("MEMORY", args.memory)) + OVERHEAD,
                            after=[prepared[key].name]))
    return jobs


def do_plan(args):
    """Returns the plan, written down."""
    overrides = {}
    for word in args.axis:
        axis, _, values = word.partition("=")
        if axis not in plans.AXES:
            die(f"there is no axis '{axis}'; there are {' '.join(plans.AXES)}")
        if values:
            overrides[axis] = values
    plan = plans.read(args.matrix, overrides)
    plans.save(plan, os.path.join(args.dir, "plan.json"))
    return plan


def do_run(args):
    """All of it, here."""
    path = os.path.join(args.dir, "plan.json")
    if args.resume and os.path.exists(path):
        plan = plans.load(path)
    else:
        plan = do_plan(args)
        shutil.rmtree(os.path.join(args.dir, "cells"), ignore_errors=True)
    done = {c["id"] for c in plan["cells"] if merge.record_of(args.dir, c)[0]}
    if done:
        print(f"matrix: {len(done)} of {len(plan['cells'])} cells are there already", file=sys.stderr)
    runner = Runner(jobs_of(args, plan, done), args.cores, "matrix")
    if not runner.run():
        die("stopped; RESUME=1 does the rest")
    return do_merge(args)


def do_merge(args):
    """Returns the exit status of the whole."""
    return merge.merge(args.dir, plans.load(os.path.join(args.dir, "plan.json")))


def main():
    """Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=2)[1])
    parser.add_argument("command", choices=("plan", "run", "merge"))
    parser.add_argument("--top", default=".", help="folder of the front door")
    parser.add_argument("--dir", required=True, help="where plan, cells and results go")
    parser.add_argument("--build", required=True, help="O= of the kernels")
    parser.add_argument("--matrix", default="scripts/matrix/default", help="what to boot")
    parser.add_argument("--axis", action="append", default=[], metavar="AXIS=VALUES")
    parser.add_argument("--cores", type=int, default=os.cpu_count())
    parser.add_argument("--memory", type=int, default=1024, help="of a machine, in MiB")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("variables", nargs="*", help="NAME=VALUE for make")
    args = parser.parse_intermixed_args()
    try:
        if args.command == "plan":
            do_plan(args)
            return 0
        return do_run(args) if args.command == "run" else do_merge(args)
    except plans.PlanError as e:
        die(str(e))


if __name__ == "__main__":
    sys.exit(main())
