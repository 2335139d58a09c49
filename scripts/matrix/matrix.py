#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Boot a matrix of kernels, Xens, roles and variants, and say what came of it.

	matrix.py run	plan, run and merge: each kernel built once, cells side by
			side, by --engine: here, by Slurm, or written down for GitLab
	matrix.py kernel NAME	one kernel of the plan, and
	matrix.py cell NAME	one cell: what engines run
	matrix.py merge	make table, JUnit, JSON and page from the records
	matrix.py readme FILE	put a table of them between the marks in FILE

Leaves plan.json in --dir, in cells/ID the record of each cell, and what merge makes.
`run` with --resume keeps what the last run has left and does the rest: of the same
matrix if it is told of none.
"""
import fcntl
import os
import shutil
import sys

import gitlab
import merge
import plan as plans
import readme
import slurm
import work
from progress import Logged, Progress, jobs

sys.path.append(os.path.join(sys.path[0], "..", "run"))
# pylint: disable=wrong-import-position
import step  # noqa: E402

MATRIX = "scripts/matrix/default"
CELLS_IN_A_ROW = 3                  # for each core, before another kernel is built


def in_dir(args, *names):
    return os.path.join(args.dir, *names)


def plan_of(args):
    """What is asked for, worked out."""
    overrides = {}
    for word in args.axis:
        axis, _, values = word.partition("=")
        if axis not in plans.AXES:
            raise plans.PlanError(f"there is no axis '{axis}'; there are {' '.join(plans.AXES)}")
        if values:
            overrides[axis] = values
    return plans.read(args.matrix, overrides, args.memory, args.variables, args.own, args.built, args.config)


def load(args):
    return plans.load(in_dir(args, "plan.json"))


def resumed(args):
    """The plan to go on with, of whose cells some may be there."""
    old = load(args)
    if not args.axis and not plans.lasting(args.variables) and not args.own and args.matrix == MATRIX:
        return dict(old, variables=plans.lasting(old["variables"]) + args.variables)
    plan = plan_of(args)
    if plans.told(plan) != plans.told(old):
        raise step.Unjudged(f"RESUME=1, but the last run was told {plans.told(old)} and this one {plans.told(plan)}; "
                            "tell it the same, or leave RESUME=1 out")
    return plan


def jobs_of(args, plan, done):
    """The jobs of a run on this machine: kernels, and cells."""
    found, boots = [], []
    for kernel, cells in work.to_do(plan, done):
        # The folder of a line's tree is one; its kernels come one after the other.
        found.append(Logged(kernel, work.step("kernel", args.dir, args.build, kernel),
                            in_dir(args, "logs", kernel + ".log"), kind="kernel", cpus=jobs.cores()))
        boots += [Logged(c["id"], work.step("cell", args.dir, args.build, c["id"]),
                         in_dir(args, "logs", c["id"] + ".log"), kind="cell of " + c["role"],
                         cpus=jobs.busy(int(c["cpus"]), plan["variables"]), memory=work.memory(plan, c), after=[kernel])
                  for c in cells]
        # A kernel waits until all cores are idle, so not after every one or two cells.
        if len(boots) >= CELLS_IN_A_ROW * jobs.cores():
            found, boots = found + boots, []
    return found + boots


def do_run(args):
    """All of it; returns the exit status of the whole."""
    os.makedirs(args.dir, exist_ok=True)
    # Held until the end, and by nobody whom we start.
    lock = open(in_dir(args, "lock"), "w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise step.Unjudged(f"another run works in {args.dir}; wait for it") from None

    if args.resume and os.path.exists(in_dir(args, "plan.json")):
        plan = resumed(args)
    else:
        plan = plan_of(args)
        for old in ("cells", "kernels", "logs"):
            shutil.rmtree(in_dir(args, old), ignore_errors=True)
    plans.save(plan, in_dir(args, "plan.json"))
    if args.engine == "gitlab":
        merge.write(in_dir(args, "pipeline.yml"), gitlab.text(plan, args.dir, args.build))
        print(in_dir(args, "pipeline.yml"))
        return 0
    done = {c["id"] for c in plan["cells"] if merge.record_of(args.dir, c)[0]}
    if done:
        print(f"matrix: {len(done)} of {len(plan['cells'])} cells are there already", file=sys.stderr)
    if args.engine == "slurm":
        slurm.run(plan, args.dir, done)
    elif not Progress(jobs_of(args, plan, done), None, "matrix").run():
        raise step.Unjudged("stopped; RESUME=1 does the rest")
    work.tidy(args.dir)
    return merge.merge(args.dir, plan)


def main():
    """Returns the exit status."""
    parser = step.Parser(__doc__)
    parser.add_argument("command", choices=("run", "kernel", "cell", "merge", "readme"))
    parser.add_argument("--dir", required=True, help="where plan, cells and results go")
    parser.add_argument("--build", help="O= of the kernels")
    parser.add_argument("--engine", choices=("local", "slurm", "gitlab"), default="local")
    parser.add_argument("--matrix", default=MATRIX, help="what to boot")
    parser.add_argument("--axis", action="append", default=[], metavar="AXIS=VALUES")
    parser.add_argument("--own", default="", help="in place of all lines: the build folder of the variables' kernel")
    parser.add_argument("--built", action="store_true", help="nobody compiles that kernel")
    parser.add_argument("--config", default="", help="what CONFIG= adds to a build folder's name")
    parser.add_argument("--memory", type=int, default=1024, help="of a machine, in MiB")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("variables", nargs="*", help="NAME=VALUE for make, NAME of a kernel or cell, or FILE")
    args = parser.parse_intermixed_args()
    args.dir = os.path.abspath(args.dir)
    if args.build:
        args.build = os.path.abspath(args.build)
    if args.command == "run":
        return do_run(args)
    if args.command == "merge":
        return merge.merge(args.dir, load(args))
    if args.command == "readme":
        for path in args.variables:
            merge.write(path, readme.put(merge.entries_of(args.dir, load(args)), path))
        return 0
    do = work.do_kernel if args.command == "kernel" else work.do_cell
    return do(load(args), args.dir, args.build, *args.variables)


step.run(main, plans.PlanError, slurm.SlurmError, readme.ReadmeError)
