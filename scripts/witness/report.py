#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Judge what watch.py has seen, and draw it.

FOLDER/list is read; FOLDER/witness.txt and FOLDER/witness.svg are written and
KTAP goes to standard output.  Exit status: 0 all ok, 1 not, 125 not judged.
"""
import json
import os
import sys
from xml.sax.saxutils import escape

sys.path.append(sys.path[0] + "/../run")
import step

FIRST = "xen_write_cr3_init"
FULL = "xen_write_cr3"
EXEC = ("begin_new_exec", "flush_old_exec")
SWITCH = ("switch_mm_irqs_off", "switch_mm")
GIVEN = ("domain builder", "VCPUOP_initialise")
# What every hypercall goes through, and what every kernel comes from.
INNER = ("xen_hypercall_pv", "hypercall_page", "xen_hypercall_mmuext_op",
         "xen_hypercall_multicall", "xen_mc_flush", "xen_mc_issue")
OUTER = ("x86_64_start_reservations", "xen_start_kernel", "startup_xen")


class Run:
    """The list, and where things are in it."""

    def __init__(self, data):
        self.done = data["end"]["how"] == "done"
        self.end = data["end"]["words"]
        self.slot = data["slot"] + ".write_cr3"
        self.events = data["events"]
        self.steps = {}
        tables = []
        for i, e in enumerate(self.events):
            e["at"] = i
            if e["what"] == "step":
                self.steps.setdefault((e["name"], e["edge"]), i)
            elif e["what"] == "load":
                if e["init_mm"] is False and e["how"] not in GIVEN and e["kernel"] not in tables:
                    tables.append(e["kernel"])
                e["table"] = tables.index(e["kernel"]) + 1 if e["kernel"] in tables else None
                e["stage"] = self.stage(e)
        self.loads = [e for e in self.events if e["what"] == "load" and e["stage"] != "given"]
        self.first = [e for e in self.loads if e["stage"] == "first"]

    @staticmethod
    def stage(e):
        if e["how"] in GIVEN:
            return "given"
        if FIRST in e["chain"]:
            return "first"
        if e["kernel"] is not None and e["user"] is not None:
            return "full"
        return "direct"

    def at(self, name, edge="in"):
        """Where a step is in the list, or None."""
        return self.steps.get((name, edge))

    def slot_at(self, name, edge="in"):
        i = self.at(name, edge)
        return self.events[i]["slot"] if i is not None else None


def callers(e, most=None):
    names = [n for n in e["chain"] if n not in INNER and n not in OUTER]
    if "start_kernel" in names:
        names = names[:names.index("start_kernel") + 1]
    if most and len(names) > most:
        names = names[:most] + ["..."]
    return names


def bases(e):
    """What a load loads, in words."""
    words = []
    if e["kernel"] is not None:
        if e["how"] == "domain builder":
            whose = "Xen's domain builder"
        else:
            whose = "init_mm" if e["init_mm"] else f"mm {e['table']}"
        words.append(f"kernel base of {whose}")
    if e["user"] is not None:
        words.append("user base " + ("0" if e["user"] == 0 else
                                     f"of mm {e['table']}" if e["table"] else f"{e['user']:#x}"))
    return ", ".join(words)


def where(e):
    return f"{bases(e)}; " + " <- ".join(callers(e, 6) or [e["how"]])


def judge(run, series):
    """The assertions: (text, whether it holds or None to skip, what was seen)."""
    first = run.first
    begin, end = run.at("init_mem_mapping"), run.at("init_mem_mapping", "out")
    tables = run.at("xen_pagetable_init")
    patching = run.at("alternative_instructions")
    maps = run.at("sparse_init", "out")
    border = first[0]["at"] if first else (end if end is not None else len(run.events))
    before = [e for e in run.loads if e["at"] < border]
    after = [e for e in run.loads if e["at"] > border]
    full = [e for e in run.loads if e["stage"] == "full"]
    inside = [e for e in run.loads if begin is not None and end is not None and begin < e["at"] < end]
    exec_loads = [e for e in run.loads if any(n in EXEC for n in e["chain"])]
    user = [e for e in run.loads if e["user"]]

    yield (f"one load goes through the first stage, {FIRST}()", len(first) == 1,
           [where(e) for e in first] or ["none does"])
    yield ("it is the last of init_mem_mapping(), before there is a struct page",
           len(first) > 0 and inside[-1:] == first and
           "init_mem_mapping" in first[0]["chain"] and maps is not None and end < maps,
           [where(e) for e in inside] or ["no load in init_mem_mapping()"])
    yield ("it loads the kernel base alone",
           len(first) > 0 and all(e["kernel"] is not None and e["user"] is None for e in first),
           [where(e) for e in first] or ["there is none"])
    yield ("before it, only xen_setup_kernel_pagetable() has loaded, the kernel base alone",
           len(before) == 1 and before[0]["user"] is None and
           "xen_setup_kernel_pagetable" in before[0]["chain"],
           [where(e) for e in before] or ["no load"])
    seen = [run.slot_at("init_mem_mapping", "out"), run.slot_at("xen_pagetable_init")]
    swap = tables is not None and seen == [FULL, FULL]
    text = f"the slot holds {FULL}() from the return of init_mem_mapping() on"
    detail = [f"at that return: {seen[0]}", f"at the entry of xen_pagetable_init(): {seen[1]}"] + \
        [f"{e['from']} -> {e['slot']} by {e['chain'][0]}" for e in run.events if e["what"] == "slot"]
    if swap or series:
        yield text, swap, detail
    else:
        yield text, None, ["a hook without the self-swap"]
    late = [e for e in run.events if e["what"] == "slot" and patching is not None and e["at"] > patching]
    yield (f"the slot holds {FULL}() when the call sites are patched, and to the end",
           run.slot_at("alternative_instructions") == FULL and not late,
           [f"at the entry of alternative_instructions(): {run.slot_at('alternative_instructions')}"] +
           [f"later: {e['slot']} by {e['chain'][0]}" for e in late])
    yield ("every later load carries both bases in one hypercall",
           len(after) > 0 and all(e["stage"] == "full" for e in after),
           [where(e) for e in after if e["stage"] != "full"] or ["no later load"])
    yield ("the first load of both bases finds struct pages",
           len(full) > 0 and maps is not None and full[0]["at"] > maps,
           [where(e) for e in full[:1]] or ["there is none"])
    odd = [e for e in full if (e["user"] == 0) != e["init_mm"]]
    yield ("the user base is 0 exactly where the kernel base is init_mm's",
           len(full) > 0 and not odd and len(user) > 0,
           [where(e) for e in odd] or ["no user base is loaded"])
    # The first mm of a process may be a kernel thread's, for a test.
    yield ("the first user base comes with a switch to a process's mm, after the patching",
           len(user) > 0 and patching is not None and user[0]["at"] > patching and
           any(n in SWITCH + EXEC for n in user[0]["chain"]),
           [where(e) for e in user[:1]] or ["there is none"])
    odd = [e for e in run.loads if not e.get("record")]
    yield ("Xen's record of the bases agrees with every load", len(run.loads) > 0 and not odd,
           [where(e) for e in odd] or ["no load"])
    yield ("the first two processes are executed", run.done and len(exec_loads) >= 2,
           [run.end])


def text(run, title, ktap):
    """The list for people."""
    lines = [title, ""]
    depth = 0
    for e in run.events:
        cpu = f"vCPU {e['vcpu']}  "
        if e["what"] == "step":
            out = e["edge"] == "out"
            depth -= out
            lines.append(cpu + "  " * depth + (f"end of {e['name']}()" if out else f"{e['name']}()"))
            depth += run.at(e["name"], "out") is not None and not out
        elif e["what"] == "slot":
            lines.append(cpu + "  " * depth + f"* {run.slot} = {e['slot']} (was {e['from']})"
                         f"  by {e['chain'][0]}")
        else:
            lines.append(cpu + "  " * depth + f"> {STAGES[e['stage']][0]}: {bases(e)}  [{e['how']}; "
                         f"slot: {e['slot']}]")
            if callers(e):
                lines.append(cpu + "  " * depth + "    " + " <- ".join(callers(e)))
    return "\n".join(lines + [""] + ktap) + "\n"


# Name and colour of a stage and of what the slot holds.
STAGES = {"given": ("given by Xen", "#777777"), "direct": ("direct load", "#8a6d00"),
          "first": ("first stage", "#c2410c"), "full": ("full load", "#1d5fa8")}
SLOTS = {FIRST: "#f4b183", FULL: "#9dc3e6"}
OTHER = "#d9d9d9"
PAGES = "#a9d18e"
PATCHED = "#c9b3e0"
WIDTH = 800
ROW = 19
TOP = 92
LANES = (("slot", 14), ("struct pages", 36), ("call sites", 58))
LANE_WIDTH = 16
LEFT = 96
INDENT = 14


def draw(run, title):
    """The time line, from top to bottom; what the list does not have is not in it."""
    rows, y, depth = [], TOP, 0
    spans, opened = [], []
    at = []
    for e in run.events:
        at.append(y)
        x = LEFT + INDENT * depth
        cpu = f' <tspan fill="#777777">(vCPU {e["vcpu"]})</tspan>' if e["vcpu"] else ""
        if e["what"] == "step":
            name = escape(e["name"])
            if e["edge"] == "out":
                depth -= 1
                begun = opened.pop()
                spans.append((LEFT + INDENT * depth + 4, begun, y))
                rows.append(f'<text x="{LEFT + INDENT * depth + 12}" y="{y + 13}" class="end">return from {name}()</text>')
            else:
                rows.append(f'<text x="{x}" y="{y + 13}" class="step">{name}(){cpu}</text>')
                if run.at(e["name"], "out") is not None:
                    opened.append(y + 16)
                    depth += 1
            y += ROW
        elif e["what"] == "slot":
            rows.append(f'<text x="{x + 10}" y="{y + 13}" class="slot">{escape(run.slot)} = '
                        f'{escape(str(e["slot"]))}, set by {escape(e["chain"][0])}</text>')
            y += ROW
        else:
            name, colour = STAGES[e["stage"]]
            rows.append(f'<circle cx="{x + 4}" cy="{y + 9}" r="5" fill="{colour}"/>')
            rows.append(f'<text x="{x + 16}" y="{y + 13}" fill="{colour}"><tspan class="load">{name}:</tspan> '
                        f'{escape(bases(e))}{cpu}</text>')
            y += ROW
            names = callers(e)
            while names and len(" ← ".join(names)) > (WIDTH - x - 40) / 6.2:
                names = names[:-2] + ["…"] if names[-1] == "…" else names[:-1] + ["…"]
            if names:
                rows.append(f'<text x="{x + 16}" y="{y + 10}" class="chain">{escape(" ← ".join(names))}</text>')
                y += ROW - 2
    bottom = y + 6

    lanes = []

    def band(lane, begin, end, colour):
        lanes.append(f'<rect x="{LANES[lane][1]}" y="{begin}" width="{LANE_WIDTH}" '
                     f'height="{end - begin}" fill="{colour}"/>')

    begun, value = TOP - 4, run.events[0]["slot"]
    for i, e in enumerate(run.events):
        if e["what"] == "slot":
            band(0, begun, at[i] + 9, SLOTS.get(value, OTHER))
            begun, value = at[i] + 9, e["slot"]
    band(0, begun, bottom, SLOTS.get(value, OTHER))
    for lane, i, colour in ((1, run.at("sparse_init", "out"), PAGES),
                            (2, run.at("alternative_instructions", "out"), PATCHED)):
        begin = at[i] + 9 if i is not None else bottom
        if begin > TOP:
            band(lane, TOP - 4, begin, "#f2f2f2")
        if begin < bottom:
            band(lane, begin, bottom, colour)
    for x, begin, end in spans:
        lanes.append(f'<path d="M{x} {begin} V{end + 10} h5" fill="none" stroke="#999999"/>')

    legend, x = [], 14
    for row, items in enumerate((
            [("write_cr3:", None), ("native", OTHER), ("first stage", SLOTS[FIRST]), ("full", SLOTS[FULL]),
             ("struct pages:", None), ("none", "#f2f2f2"), ("there", PAGES),
             ("call sites:", None), ("look the slot up", "#f2f2f2"), ("patched", PATCHED)],
            [("loads:", None)] + [(n, c) for n, c in STAGES.values()])):
        x = 14
        for word, colour in items:
            if colour:
                shape = (f'<rect x="{x}" y="{36 + 20 * row}" width="11" height="11" fill="{colour}" stroke="#888888" '
                         f'stroke-width=".5"/>' if row == 0 else
                         f'<circle cx="{x + 6}" cy="{42 + 20 * row}" r="5" fill="{colour}"/>')
                legend.append(shape)
                x += 16
            legend.append(f'<text x="{x}" y="{46 + 20 * row}" class="{"key" if colour else "head"}">{word}</text>')
            x += 6.1 * len(word) + 12
    return f'''<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{bottom + 10}" viewBox="0 0 {WIDTH} {bottom + 10}">
<style>
text {{ font: 12.5px "DejaVu Sans", sans-serif; }}
.title {{ font-size: 15px; font-weight: bold; }}
.step {{ font-weight: bold; }}
.load {{ font-weight: bold; }}
.end {{ fill: #777777; font-size: 11.5px; }}
.slot {{ fill: #7a3e00; font-style: italic; }}
.chain {{ fill: #555555; font-size: 10.5px; }}
.key {{ font-size: 11px; }}
.head {{ font-size: 11px; font-weight: bold; }}
</style>
<rect width="100%" height="100%" fill="white"/>
<text x="14" y="22" class="title">{escape(title)}</text>
''' + "\n".join(legend + lanes + rows) + "\n</svg>\n"


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("--no-series", action="store_true",
                        help="the tree came with a hook of its own, which may work in another way")
    parser.add_argument("folder")
    parser.add_argument("title")
    options = parser.parse_args()
    folder, title = options.folder, options.title
    with open(os.path.join(folder, "list")) as f:
        data = json.load(f)
    if data["end"]["how"] not in ("done", "died"):
        hint = f"; see {folder}/console.log and give a slow machine PATIENCE=" if data["end"]["how"] == "late" else ""
        raise step.Unjudged(data["end"]["words"] + hint)

    run = Run(data)
    ktap, worst = [], 0
    lines = list(judge(run, not options.no_series))
    ktap += ["KTAP version 1", f"# {title}", f"# {len(run.loads)} loads; {run.end}", f"1..{len(lines)}"]
    for n, (what, good, seen) in enumerate(lines, 1):
        if good is None:
            ktap.append(f"ok {n} {what} # SKIP {seen[0]}")
        elif good:
            ktap.append(f"ok {n} {what}")
        else:
            worst = 1
            ktap += [f"# seen: {s}" for s in seen[:6]]
            ktap.append(f"not ok {n} {what}")
    with open(os.path.join(folder, "witness.txt"), "w") as f:
        f.write(text(run, title, ktap))
    with open(os.path.join(folder, "witness.svg"), "w") as f:
        f.write(draw(run, title))
    print("\n".join(ktap))
    return worst


step.run(main, ValueError)
