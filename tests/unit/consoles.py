#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Judge recorded consoles, and compare with what their headers say.

	consoles.py [--rewrite] PVBOOT CONSOLE...

A console is a real one, recorded as it came.  Its header is the lines at its top
that begin with '#':

	# recorded: the versions, and what was booted
	# function: ADDRESS SIZE NAME	a function that the kernel has, if it matters
	# judge: OPTIONS		for pvboot, with the verdict it must come to:
	#   ...

With --rewrite the verdicts in the headers become those that pvboot comes to now:
read the difference before you commit it.  Exit status: 0 if all are as they should
be, 1 if not, 125 if they could not be judged.
"""
import argparse
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile


def die(words):
    print(f"consoles: error: {words}", file=sys.stderr)
    sys.exit(125)


def read_header(path):
    """The header as a list of lines without their '#'."""
    header = []
    for line in path.read_text("ascii", "surrogateescape").splitlines():
        if not line.startswith("#"):
            break
        header.append(line[1:])
    return header


def make_vmlinux(functions, path):
    """An ELF file with these functions and nothing else."""
    text = ""
    for function in functions:
        address, size, name = function.split()
        text += f".globl {name}\n.type {name}, @function\n" \
                f".set {name}, 0x{address}\n.size {name}, {size}\n"
    gcc = subprocess.run(["gcc", "-c", "-x", "assembler", "-o", path, "-"], input=text, text=True)
    if gcc.returncode:
        die(f"{path} cannot be assembled")


def describe(record):
    """What of a record has to stay the same, as lines."""
    yield f"  {record['outcome']}" + (f": {record['title']}" if record["title"] else "")
    for domain in record["domains"]:
        yield f"  {domain['name']}: {domain['outcome']}, {domain['state']}: {domain['summary']}"
        if domain["because"]:
            yield f"    because of {domain['because']}"
        reached = [m["name"] for m in domain["milestones"] if m["at"] is not None]
        yield f"    reached: {', '.join(reached) or 'nothing'}"
        for test in domain["tests"]:
            yield f"    test: {test['name']}: {test['outcome']}, {test['passed']} passed, " \
                  f"{test['failed']} failed, {test['skipped']} skipped of {test['planned']}"
        for fault in domain["faults"]:
            known = f" [{fault['signature']}]" if fault["signature"] else ""
            yield f"    {fault['kind']}: {fault['title']}{known}"
            if fault["chain"]:
                yield f"      in {' <- '.join(fault['chain'])}"
            if fault["place"]:
                yield f"      at {fault['place']}"
            if fault["address"]:
                yield f"      address {fault['address']}"


def judge(pvboot, path, options, vmlinux, folder):
    record = folder / "result.json"
    command = [pvboot, "--replay", path, "--record", record] + shlex.split(options)
    if vmlinux:
        command += ["--vmlinux", vmlinux]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode not in (0, 1, 125) or not record.exists():
        die(f"{path}: pvboot failed: {run.stderr.strip()}")
    result = json.loads(record.read_text("ascii"))
    record.unlink()
    if result["status"] != run.returncode:
        die(f"{path}: exit status {run.returncode}, and {result['status']} in the record")
    return list(describe(result))


def check(pvboot, path, rewrite):
    """True if the verdicts are as the header says, or now are."""
    header = read_header(path)
    functions = [line.split(": ", 1)[1] for line in header if line.startswith(" function: ")]
    if not any(line.startswith(" judge: ") or line == " judge:" for line in header):
        die(f"{path} does not say how to judge it; add '# judge: --expect boot'")
    new = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        vmlinux = folder / "vmlinux" if functions else None
        if functions:
            make_vmlinux(functions, vmlinux)
        for line in header:
            if line.startswith("  "):
                continue
            new.append(line)
            if line.startswith(" judge:"):
                new += judge(pvboot, path, line.split(":", 1)[1], vmlinux, folder)
    if new == header:
        return True
    if rewrite:
        rest = path.read_bytes().split(b"\n", len(header))[-1]
        head = "".join(f"#{line}\n" for line in new)
        path.write_bytes(head.encode("ascii", "surrogateescape") + rest)
        print(f"{path}: rewritten")
        return True
    print(f"{path}: not as its header says")
    with tempfile.NamedTemporaryFile("w") as old:
        old.write("".join(f"#{line}\n" for line in header))
        old.flush()
        subprocess.run(["diff", "-U1", old.name, "-"], text=True,
                       input="".join(f"#{line}\n" for line in new))
    return False


def main():
    parser = argparse.ArgumentParser(description="Judge recorded consoles.")
    parser.add_argument("--rewrite", action="store_true", help="correct their headers")
    parser.add_argument("pvboot", type=pathlib.Path)
    parser.add_argument("console", type=pathlib.Path, nargs="+")
    args = parser.parse_args()
    good = [check(args.pvboot, path, args.rewrite) for path in args.console]
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
