# SPDX-License-Identifier: GPL-2.0-only
"""Records to try readers on: a good boot, and what can become of one."""
import copy
import json
import os

MILESTONES = ("hypervisor up", "kernel entered", "memory mapped", "user space", "tests done", "power off")
CHAIN = ["xen_get_user_pgd", "xen_write_cr3", "init_mem_mapping", "setup_arch", "start_kernel"]
FACTS = {"release": "6.1.192", "tree": "Debian linux-source-6.1 6.1.192-2", "series": "with", "variant": "",
         "unknown": "", "compiler": "gcc 12.2.0", "hypervisor": "Debian xen-hypervisor-4.17-amd64 4.17.7",
         "qemu": "QEMU emulator version 7.2.22", "line": "v6.1", "xen": "4.17", "role": "all"}


def fault(kind="crash", **more):
    found = {"kind": kind, "source": "kernel", "class": "PANIC: early exception",
             "title": "PANIC: early exception in xen_get_user_pgd", "signature": "early-full-load",
             "known": "early full cr3 load", "line": "PANIC: early exception 0x0e IP 10000e030:ffffffff8101a446",
             "chain": CHAIN, "place": None, "address": "0xffffea00000682a8", "at": 1.5}
    return found | more


def test(name="/xen_pv_cr3", **more):
    found = {"name": name, "kind": "program", "outcome": "ok", "planned": 2, "passed": 1, "failed": 0,
             "skipped": 1, "why": None, "ktap": ["1..2", "# a word", "ok 1 boundary.read", "ok 2 # SKIP one CPU"]}
    return found | more


def domain(name="dom0", reached=6, **more):
    """A domain that has come so far in its plan."""
    first = 0 if name == "dom0" else 1
    found = {"name": name, "expect": "boot", "outcome": "ok", "state": "off",
             "summary": "boots, passes its tests and powers off", "title": None, "why": None, "because": None,
             "begun": 0.0, "ended": 3.25, "silence": 0.5,
             "milestones": [{"name": m, "at": 0.5 * (i + 1) if i < reached else None}
                            for i, m in enumerate(MILESTONES)][first:],
             "tests": [test()], "complaints": 0, "faults": [], "tail": [], "log": f"{name}.log"}
    return found | more


def dead(name="dom0", **more):
    """One that has died of the full load, which nobody expected."""
    f = fault()
    found = {"outcome": "fault", "state": "crashed", "summary": f"CRASH: {f['line']}", "title": f["title"],
             "faults": [f], "tests": [test(outcome="not run", planned=0, passed=0, skipped=0, ktap=[])],
             "tail": ["(XEN) Hardware Dom0 crashed", "Call Trace:"]}
    return domain(name, 2, **(found | more))


def record(cell="with", domains=None, **more):
    """A boot; its outcome is what its domains come to."""
    domains = domains or [domain()]
    outcomes = [d["outcome"] for d in domains]
    outcome = "fault" if "fault" in outcomes else "unjudged" if "unjudged" in outcomes else "ok"
    bad = next((d for d in domains if d["outcome"] == outcome and not d["because"]), domains[0])
    found = {"format": "pvboot-record", "version": 1, "cell": cell, "expect": domains[0]["expect"],
             "outcome": outcome, "status": {"ok": 0, "fault": 1, "unjudged": 125}[outcome],
             "title": bad["title"], "why": None if outcome == "ok" else bad["why"] or bad["summary"],
             "begun": "2026-11-24T16:04:05Z", "seconds": 3.25, "silence": 0.5, "facts": dict(FACTS),
             "machine": {"accel": "tcg", "cpu": "qemu64,+rdrand", "cpus": 1, "memory": 1024, "dom0_memory": 256,
                         "box": "bubblewrap"},
             "logs": {"console": "console.log", "xen": "xen.log"}, "domains": domains}
    return copy.deepcopy(found | more)


def without(**more):
    """The kernel without the series, which dies as it has to."""
    died = dead(expect="early-full-load", outcome="ok", title=None, tail=[],
                summary="early full cr3 load; died in " + " <- ".join(CHAIN[:4]))
    return record("without", [died], facts=FACTS | {"series": "without"}, **more)


def write(folder, found):
    """Leave a record where pvboot would."""
    cell = os.path.join(folder, found["cell"])
    os.makedirs(cell, exist_ok=True)
    with open(os.path.join(cell, "result.json"), "w") as f:
        json.dump(found, f)
    return cell
