# SPDX-License-Identifier: GPL-2.0-only
"""
A matrix as one page: nothing to load, readable without colours, without a
script and on a narrow screen.  The script in it only filters and sorts.
"""
import html
import os

import plan

# How an outcome looks: the sign says the same as the colour.
LOOK = {
    "ok": ("✓", "ok"),
    "fault": ("✗", "fault"),
    "unjudged": ("?", "not judged"),
    "own": ("=", "tree's own"),
    "skip": ("–", "not run"),
}

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #57606a; --paper: #fff; --rule: #d0d7de;
  --ok: #116329; --ok-bg: #dafbe1; --fault: #a40e26; --fault-bg: #ffebe9;
  --unjudged: #7d4e00; --unjudged-bg: #fff8c5; --skip: #57606a; --skip-bg: #f6f8fa; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9da7b1; --paper: #0d1117;
  --rule: #30363d; --ok: #7ee787; --ok-bg: #12261e; --fault: #ff9492; --fault-bg: #2d1214;
  --unjudged: #f0c14b; --unjudged-bg: #272115; --skip: #9da7b1; --skip-bg: #161b22; } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 84rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
.dim, dt { color: var(--dim) } code, pre { font: 12.5px/1.45 ui-monospace, monospace }
.sum { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 }
.badge { display: inline-block; padding: .05rem .5rem; border-radius: 1rem; white-space: nowrap;
  font-weight: 600; border: 1px solid currentColor }
.ok { color: var(--ok); background: var(--ok-bg) } .fault { color: var(--fault); background: var(--fault-bg) }
.unjudged { color: var(--unjudged); background: var(--unjudged-bg) }
.own { color: var(--unjudged); background: var(--unjudged-bg); border-style: double }
.skip { color: var(--skip); background: var(--skip-bg); border-style: dashed }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top;
  padding: .35rem .6rem; border-bottom: 1px solid var(--rule) }
thead th { position: sticky; top: 0; background: var(--paper); border-bottom: 2px solid var(--rule) }
.grid { width: auto } .grid th { white-space: nowrap } a { color: inherit } .grid td, .grid th { text-align: center } .grid th[scope=row] { text-align: left }
.grid a { text-decoration: none }
th button { all: unset; cursor: pointer; font-weight: 600 } th button:focus-visible { outline: 2px solid }
th[aria-sort=ascending] button::after { content: " ▲" } th[aria-sort=descending] button::after { content: " ▼" }
.filters { display: flex; flex-wrap: wrap; gap: .6rem; margin: .8rem 0 } .filters[hidden] { display: none }
input, select { font: inherit; padding: .2rem .4rem; max-width: 100% }
details { margin: .6rem 0; border: 1px solid var(--rule); border-radius: .4rem; padding: .4rem .8rem }
summary { cursor: pointer; overflow-wrap: anywhere } details pre { overflow-x: auto; padding: .6rem;
  background: var(--skip-bg); border-radius: .3rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0 }
dd { margin: 0; overflow-wrap: anywhere } svg { max-width: 100%; height: auto; background: #fff }
:target { outline: 2px solid var(--dim) }
@media (max-width: 40rem) { body { padding: .8rem } dl { display: block } dd { margin-bottom: .3rem }
  .cells thead { display: none } .cells, .cells tbody, .cells tr, .cells td { display: block; border: 0 }
  .cells tr { border: 1px solid var(--rule); border-radius: .4rem; margin: .5rem 0; padding: .3rem .5rem }
  .cells tr[hidden] { display: none }
  .cells td { padding: .05rem 0 } .cells td::before { content: attr(data-name) ": "; color: var(--dim) } }
@media print { .filters { display: none } }
"""

SCRIPT = """
const form = document.querySelector('.filters'), body = document.querySelector('.cells tbody');
const rows = [...body.rows], text = form.querySelector('input'), count = form.querySelector('output');
function filter() {
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean); let n = 0;
  for (const row of rows) {
    const show = words.every(w => row.textContent.toLowerCase().includes(w)) &&
      [...form.querySelectorAll('select')].every(s => !s.value || row.dataset[s.name] === s.value);
    row.hidden = !show; n += show;
    const more = document.getElementById(row.dataset.cell); if (more) more.hidden = !show;
  }
  count.value = n + ' of ' + rows.length;
}
function sort(th, column) {
  const up = th.getAttribute('aria-sort') !== 'ascending';
  for (const h of th.parentNode.cells) h.removeAttribute('aria-sort');
  th.setAttribute('aria-sort', up ? 'ascending' : 'descending');
  const key = r => r.cells[column].dataset.key || r.cells[column].textContent;
  rows.sort((a, b) => key(a).localeCompare(key(b), 'en', { numeric: true }) * (up ? 1 : -1));
  body.append(...rows);
}
form.hidden = false; filter();
for (const e of ['input', 'change']) form.addEventListener(e, filter);
form.addEventListener('submit', e => e.preventDefault());
document.querySelectorAll('.cells thead th').forEach((th, i) =>
  th.querySelector('button').addEventListener('click', () => sort(th, i)));
function lead() { const d = document.getElementById(location.hash.slice(1)); if (d) { d.open = true; d.scrollIntoView(); } }
addEventListener('hashchange', lead); lead();
"""


def esc(text):
    """Text as HTML, whatever a guest has printed."""
    text = "".join(c if c >= " " or c in "\n\t" else "\ufffd" for c in str(text))
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"))


def badge(outcome):
    """An outcome as a coloured word with its sign."""
    sign, word = LOOK[outcome]
    return f'<span class="badge {outcome}">{sign} {word}</span>'


def grid(entries):
    """Kernels, machines, and the entry of one on the other, if there is one."""
    rows, columns, at = {}, {}, {}
    for e in entries:
        c = e["cell"]
        row = (c["line"], c["variant"], c["series"])
        column = (c["xen"], c["role"], c["cpus"], *plan.unusual(c))
        rows[row] = columns[column] = True
        at[row, column] = e
    return list(rows), list(columns), at


def _grid(entries):
    rows, columns, at = grid(entries)
    out = ['<div class="scroll"><table class="grid"><thead><tr><th>kernel</th>']
    for xen, role, cpus, *unusual in columns:
        more = "".join(f"<br>{esc(word)}" for word in unusual)
        out.append(f"<th>Xen {esc(xen)}<br>{esc(role)}, {esc(cpus)} vCPU{'s' * (cpus != '1')}{more}</th>")
    out.append("</tr></thead><tbody>")
    for row in rows:
        line, variant, series = row
        name = line + (f" {variant}" if variant != "usual" else "")
        out.append(f'<tr><th scope="row">{esc(name)}<br><span class="dim">{esc(series)}</span></th>')
        for column in columns:
            e = at.get((row, column))
            if e is None:
                out.append("<td></td>")
            else:
                out.append(f'<td><a href="#{esc(e["cell"]["id"])}" title="{esc(e["title"] or "")}">'
                           f"{badge(e['outcome'])}</a></td>")
        out.append("</tr>")
    out.append("</tbody></table></div>")
    return "".join(out)


def _filters(entries):
    out = ['<form class="filters" hidden><input type="search" placeholder="words to look for" '
           'aria-label="words to look for">']
    for axis in ("outcome", *plan.AXES):
        values = []
        for e in entries:
            value = e["outcome"] if axis == "outcome" else e["cell"][axis]
            if value not in values:
                values.append(value)
        if len(values) < 2:
            continue
        out.append(f'<select name="{axis}" aria-label="{axis}"><option value="">any {axis}</option>')
        out += [f'<option value="{esc(v)}">{esc(LOOK[v][1] if axis == "outcome" else v)}</option>'
                for v in values]
        out.append("</select>")
    out.append("<output></output></form>")
    return "".join(out)


def _table(entries):
    head = ("outcome", *plan.AXES, "seconds", "what came of it")
    out = ['<div class="scroll"><table class="cells"><thead><tr>']
    out += [f'<th><button type="button">{h}</button></th>' for h in head]
    out.append("</tr></thead><tbody>")
    order = list(LOOK)
    for e in entries:
        c = e["cell"]
        data = "".join(f' data-{a}="{esc(c[a])}"' for a in plan.AXES)
        out.append(f'<tr data-cell="{esc(c["id"])}" data-outcome="{e["outcome"]}"{data}>')
        out.append(f'<td data-name="outcome" data-key="{order.index(e["outcome"])}">{badge(e["outcome"])}</td>')
        out += [f'<td data-name="{a}">{esc(c[a])}</td>' for a in plan.AXES]
        seconds = "" if e["seconds"] is None else f"{e['seconds']:.1f}"
        out.append(f'<td data-name="seconds">{seconds}</td>')
        out.append(f'<td data-name="what came of it"><a href="#{esc(c["id"])}">{esc(e["title"] or e["why"])}'
                   "</a></td></tr>")
    out.append("</tbody></table></div>")
    return "".join(out)


def _facts(pairs):
    return "<dl>" + "".join(f"<dt>{esc(k)}</dt><dd>{v}</dd>" for k, v in pairs if v) + "</dl>"


def _domain(domain):
    out = [f"<h3>{esc(domain['name'])} {badge(domain['outcome'])}</h3>", f"<p>{esc(domain['summary'])}</p>"]
    for fault in domain["faults"]:
        out.append(_facts([
            ("fault", esc(fault["title"])),
            ("known as", esc(fault["signature"] or "")),
            ("in", esc(" ← ".join(fault["chain"]))),
            ("place", esc(fault["place"] or "")),
            ("address", esc(fault["address"] or "")),
            ("after", f"{fault['at']:.1f} s" if fault["at"] is not None else "")]))
    if domain["tail"]:
        out.append("<pre>" + esc("\n".join(domain["tail"])) + "</pre>")
    return "".join(out)


def _details(e):
    cell, record = e["cell"], e["record"]
    out = [f'<details id="{esc(cell["id"])}"{" open" if e["outcome"] == "fault" else ""}>'
           f"<summary>{badge(e['outcome'])} <b>{esc(cell['id'])}</b> {esc(e['title'] or e['why'])}</summary>"]
    links = " ".join(f'<a href="{esc(href)}">{esc(name)}</a>' for name, href in e["links"])
    if record is None:
        out.append(_facts([("why", esc(e["why"])), ("logs", links)]))
    else:
        out.append(_facts([(k, esc(v)) for k, v in record["facts"].items()] +
                          [("logs", links)]))
        out += [_domain(d) for d in record["domains"] if d["outcome"] != "ok"]
    if e["picture"]:
        out.append(f"<h3>Loads of base pointers</h3>{e['picture']}")
    out.append("</details>")
    return "".join(out)


def write(entries, path, heading, about):
    """
    Write the page.  An entry is {cell, outcome, title, why, seconds, record or
    None, links: [(name, href)], picture: SVG text or None}; about is a list of
    (name, text) for the top of the page.
    """
    counts = "".join(f"<span>{badge(o)} {sum(e['outcome'] == o for e in entries)}</span>" for o in LOOK)
    text = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>{esc(heading)}</title><style>{STYLE}</style></head><body>
<h1>{esc(heading)}</h1>{_facts([(k, esc(v)) for k, v in about])}
<div class="sum">{counts}</div>{_grid(entries)}
<h2>All cells</h2>{_filters(entries)}{_table(entries)}
<h2>One by one</h2>{"".join(_details(e) for e in entries)}
<script>{SCRIPT}</script></body></html>
"""
    with open(path + ".new", "w", encoding="utf-8") as f:
        f.write(text)
    os.replace(path + ".new", path)
