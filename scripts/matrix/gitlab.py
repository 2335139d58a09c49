# SPDX-License-Identifier: GPL-2.0-only
"""
A plan as a pipeline of GitLab's, which .ci/gitlab-ci.yml starts as a child: a job a
kernel, a job a cell, and one that merges. JSON, as that is YAML, too.
"""
import json
import os

import work

PREPARE = "{ command -v make && command -v python3; } >/dev/null || " \
    "{ apt-get update && apt-get install -y --no-install-recommends make python3; }"
# The runner's fault and not the kernel's. GitLab tries twice more at most.
RETRY = {"max": 2, "when": ["runner_system_failure", "stuck_or_timeout_failure", "scheduler_failure",
                            "api_failure", "data_integrity_failure"]}
# What could not be judged, as one that does not build, is no fault of a kernel's.
UNJUDGED = {"exit_codes": 125}


def shell(command):
    """Paths are below the checkout, wherever a runner has that."""
    return " ".join(os.path.relpath(w, work.TOP) if w.startswith(work.TOP + "/") else w for w in command)


def text(plan, folder, build):
    """The pipeline."""
    folder, build = (os.path.relpath(f, work.TOP) for f in (folder, build))
    jobs = {"plan": {
        "stage": "plan",
        "script": [f"mkdir -p {folder}", f"cat >{folder}/plan.json <<'END'\n{json.dumps(plan)}\nEND"],
        "artifacts": {"paths": [f"{folder}/plan.json"]}}}
    for kernel, cells in work.to_do(plan):
        jobs[f"kernel {kernel}"] = {
            "stage": "kernels", "needs": ["plan"], "retry": RETRY,
            "script": [shell(work.step("kernel", folder, build, kernel))], "allow_failure": UNJUDGED,
            "artifacts": {"when": "always", "paths": [f"{folder}/kernels"] +
                          [f"{build}/{p}" for p in work.products(plan, cells[0])]}}
        for cell in cells:
            home = f"{folder}/cells/{cell['id']}"
            jobs[cell["id"]] = {
                "stage": "cells", "needs": ["plan", f"kernel {kernel}"], "retry": RETRY,
                "script": [shell(work.step("cell", folder, build, cell["id"]))],
                "allow_failure": UNJUDGED,
                "artifacts": {"when": "always", "paths": [home],
                              "reports": {"junit": f"{home}/{work.JUNIT}"}}}
    # It needs no job by name, so it gets what all before it have left, and waits for them.
    jobs["merge"] = {
        "stage": "merge", "when": "always", "retry": RETRY,
        "script": [shell(work.step("merge", folder))],
        "allow_failure": UNJUDGED,
        "artifacts": {"when": "always", "paths": [folder]}}
    return json.dumps({"stages": ["plan", "kernels", "cells", "merge"],
                       "default": {"image": "debian:12", "before_script": [PREPARE]}, **jobs}, indent=1) + "\n"
