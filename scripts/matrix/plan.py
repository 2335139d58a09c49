# SPDX-License-Identifier: GPL-2.0-only
"""
What a matrix consists of: cells, and the kernels that they boot.

A matrix is a small file, in the format of Python's configparser.  Each section
multiplies its own axes, and the matrix is the union of all sections:

	[lines]
	line = v6.1 v6.12
	xen = 4.17 4.20
	role = dom0 domU
	cpus = 2
	series = with control
	variant = usual debug

An axis that a section does not name has the value in AXES.  A variant may be
several, joined by +.  memory is "usual", or the machine's, dom0's and what lies
below 4 GiB, in MiB, joined by -: 2560-2048-36.  cpu is "usual", or a model and its
features as QEMU names them, joined by +: max+-smap.  A section whose name begins with
"skip" takes cells away that another one brings; its "why" says so in the report:

	[skip: no such hypervisor call]
	line = v5.10
	xen = 4.20
	why = ...

A plan is this, worked out, as JSON, with what else make is to be told: every engine
gets the same.
"""
import configparser
import itertools
import json
import os

FORMAT = "pvboot-plan"
VERSION = 4

# An axis, its value where a section is silent, and whether a kernel has to be
# built anew for another value.
AXES = {
    "line": ("v6.1", True),
    "variant": ("usual", True),
    "series": ("with", True),
    "xen": ("4.17", False),
    "role": ("dom0", False),
    "cpus": ("1", False),
    "memory": ("usual", False),
    "cpu": ("usual", False),
}
# What the parts of a memory are to the front door
MEMORY = ("MEMORY", "DOM0_MEMORY", "LOW_MEMORY")
ALLOWED = {
    "series": ("with", "without", "control"),
    "role": ("dom0", "domU", "all"),
}


class PlanError(Exception):
    """What is wrong with a matrix, and what to do."""


def _values(name, section, axis):
    words = section.get(axis, AXES[axis][0]).replace(",", " ").split()
    if not words:
        raise PlanError(f"[{name}] {axis} is empty")
    for word in words:
        if axis in ALLOWED and word not in ALLOWED[axis]:
            raise PlanError(f"[{name}] {axis} = {word}: it is one of {' '.join(ALLOWED[axis])}")
        if axis == "cpus" and not (word.isdigit() and 1 <= int(word) <= 64):
            raise PlanError(f"[{name}] cpus = {word}: it is a number from 1 to 64")
        if axis == "memory" and word != "usual" and \
           not (len(word.split("-")) <= len(MEMORY) and all(n.isdigit() for n in word.split("-"))):
            raise PlanError(f"[{name}] memory = {word}: it is usual, or up to {len(MEMORY)} numbers as in 2560-2048-36")
        if not all(c.isalnum() or c in "._-+" for c in word):
            raise PlanError(f"[{name}] {axis} = {word}: letters, digits and ._-+ alone")
    return words


def _product(name, section):
    axes = [[(axis, v) for v in _values(name, section, axis)] for axis in AXES]
    return [dict(choice) for choice in itertools.product(*axes)]


def kernel_id(cell):
    """The kernel that a cell boots; cells of one kernel share one build."""
    return "-".join(cell[axis] for axis, (_, builds) in AXES.items() if builds)


def cell_id(cell):
    """A name that is a good file name, too."""
    more = [word.replace(" ", "") for word in unusual(cell)]
    return "-".join([kernel_id(cell), f"xen{cell['xen']}", cell["role"], f"{cell['cpus']}cpu", *more])


def machine_of(cell):
    """What of its machine is not as usual, for the front door, as a dictionary."""
    said = {} if cell["memory"] == "usual" else dict(zip(MEMORY, cell["memory"].split("-")))
    return said if cell["cpu"] == "usual" else dict(said, CPU=cell["cpu"].replace("+", ","))


def unusual(cell):
    """The same for people."""
    return [text for axis, text in (("memory", f"{cell['memory']} MiB"), ("cpu", cell["cpu"]))
            if cell[axis] != "usual"]


def _matches(cell, section):
    return all(cell[axis] in section[axis].replace(",", " ").split()
               for axis in AXES if axis in section)


def _why_not(cell, skips, built):
    """Why is it left out? None: it is not."""
    why = next((s["why"] for s in skips if _matches(cell, s)), None)
    if built and (cell["variant"] != AXES["variant"][0] or cell["series"] != AXES["series"][0]):
        why = why or "a kernel that is built already is taken as it is"
    if cell["series"] != "with" and cell["role"] == "domU":
        why = why or f"a kernel {cell['series']} boots as dom0 alone"
    return why


def read(path, overrides=None, memory=1024, variables=(), own="", built=False, config=""):
    """
    Work a matrix out.  overrides are axes given on the command line: they
    replace those of every section.  memory is that of each machine, in MiB, and
    variables are NAME=VALUE for make.  own is the build folder's name of a kernel
    that the variables give, in place of all lines; built: nobody compiles it.  config
    is what CONFIG= adds to such a name.  Returns the plan; raises PlanError.
    """
    overrides = dict(overrides or {})
    if own and "line" in overrides:
        raise PlanError(f"line={overrides['line']} beside a kernel of your own; leave one of them out")
    if own:
        overrides["line"] = own
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with open(path, encoding="utf-8") as f:
            parser.read_file(f)
    except (OSError, UnicodeDecodeError, configparser.Error) as e:
        raise PlanError(f"{path} cannot be read: {' '.join(str(e).split())}") from e

    cells, skips = {}, []
    for name in parser.sections():
        section = dict(parser[name])
        skip = name.startswith("skip")
        for key in section:
            if key not in AXES and not (skip and key == "why"):
                raise PlanError(f"[{name}] {key}: an axis is one of {' '.join(AXES)}")
        if skip:
            if "why" not in section:
                raise PlanError(f"[{name}] has no why")
            skips.append(section)
            continue
        section.update(overrides)
        for cell in _product(name, section):
            cells.setdefault(cell_id(cell), cell)
    if not cells:
        raise PlanError(f"{path} describes no cell")

    plan = {"format": FORMAT, "version": VERSION, "memory": memory, "variables": list(variables),
            "own": own, "config": config, "kernels": [], "cells": []}
    for ident, cell in cells.items():
        why = _why_not(cell, skips, built)
        plan["cells"].append(dict(cell, id=ident, kernel=kernel_id(cell), skip=why))
        if why is None and kernel_id(cell) not in plan["kernels"]:
            plan["kernels"].append(kernel_id(cell))
    return plan


def lasting(variables):
    """Those that make a cell what it is, not the ones for a busy machine."""
    return [word for word in variables if word.partition("=")[0] not in ("JOBS", "PATIENCE")]


def told(plan):
    """What makes all its cells what they are, as words."""
    words = [f"MEMORY={plan['memory']}", *lasting(plan["variables"])]
    return " ".join(words + [f"{name}={plan[name]}" for name in ("own", "config") if plan[name]])


def save(plan, path):
    """Write a plan, whole or not at all."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as f:
        json.dump(plan, f, indent=1)
        f.write("\n")
    os.replace(path + ".new", path)


def load(path):
    """Read a plan that save() wrote; raises PlanError."""
    try:
        with open(path, encoding="utf-8") as f:
            plan = json.load(f)
        if plan["format"] != FORMAT or plan["version"] != VERSION:
            raise PlanError(f"{path} is not a plan of this version")
        return plan
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise PlanError(f"{path} is not a plan: {e}") from e
