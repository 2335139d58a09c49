# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# `make witness` on the default line: all is ok with the series, the same run
# twice gives the same list, and each fault turns its own lines.

need kernel guests machine doctor || return 0
seen=$O/v6.1/with/witness

# watch STATUS VARIANT FAULT [VARIABLE=VALUE...]: the step by itself
watch() {
	want=$1
	variant=$2
	fault=$3
	shift 3
	status "$want" env O="$O" B="$O/v6.1" LINE=v6.1 KERNEL= XEN=4.17 CPUS=1 \
		MEMORY=1024 DOM0_MEMORY=256 PATIENCE=4 "$@" \
		scripts/witness/witness.sh "$variant" "$fault"
}

# fault FAULT LINE...: these lines of the verdict are not ok, and no other
fault() {
	watch 1 with "$1"
	turned "$@"
}
turned() {
	shift
	cat "$work/out"
	[ "$(sed -n 's/^not ok \([0-9]*\) .*/\1/p' "$work/out" | paste -sd' ')" = "$*" ]
}

first_run() {
	status 0 make --no-print-directory witness PATIENCE=4
	says '^1\.\.12$' "$work/out"
	[ "$(grep -c '^ok' "$work/out")" -eq 12 ]
	cp "$seen/list" "$work/witness.list"
}
t "make witness" first_run
t "... lists who loaded what" says \
	'xen_write_cr3_init <- init_mem_mapping <- setup_arch <- start_kernel' "$seen/witness.txt"
picture() {
	# well-formed, all of the list's loads in it, and none to the right of it
	python3 - "$seen" <<-'END'
		import json, sys, xml.etree.ElementTree as tree
		svg = tree.parse(sys.argv[1] + "/witness.svg").getroot()
		loads = [e for e in json.load(open(sys.argv[1] + "/list"))["events"] if e["what"] == "load"]
		dots = [e for e in svg if e.tag.endswith("circle") and float(e.get("cy")) > 92]
		assert len(dots) == len(loads) > 5, (len(dots), len(loads))
		for e in svg:
		    if e.tag.endswith("text"):
		        assert float(e.get("x")) + 5.5 * len("".join(e.itertext())) < 800, "".join(e.itertext())
	END
}
t "... draws it" picture
second_run() {
	watch 0 with ""
	cmp "$seen/list" "$work/witness.list"
}
t "... lists the same when it is run again" second_run
two_vcpus() {
	watch 0 with "" CPUS=2
	# Who runs where is chance as soon as there are processes; the first of these
	# steps is taken for their beginning, since one that vCPU 1 runs is not listed.
	python3 -c 'import itertools, json, sys
late = ("free_initmem", "begin_new_exec", "flush_old_exec")
events = json.load(open(sys.argv[1]))["events"]
json.dump(list(itertools.takewhile(lambda e: e.get("name") not in late, events)), sys.stdout, indent=1)
' "$seen/list" >"$work/witness.$1"
	[ "$(grep -c '"what": "load"' "$work/witness.$1")" -gt 3 ]
}
t "witness: 2 vCPUs" two_vcpus 1
t "... lists the second one's loads" says 'vCPU 1.*full load' "$seen/witness.txt"
second_two() {
	two_vcpus 2
	cmp "$work/witness.1" "$work/witness.2"
}
t "... lists the same up to the first exec when it is run again" second_two

t "witness: full function in the slot from the start" fault full-from-start 1 2 3 5 6 7 8 9 10 12
t "... and says how it died" says 'the guest died: PANIC: early exception' "$work/out"
t "witness: slot set back to the first stage" fault set-back 1 2 5 7
t "witness: slot swapped late" fault late-swap 5
t "witness: second load through the first stage" fault second-load 1 2 7
t "witness: user base loaded alone, past all functions" fault user-base-alone 7 10
t "witness: load that Xen refuses" fault refused-load 7 11
upstream() {
	watch 1 control ""
	turned control 5
	says 'seen: at the entry of xen_pagetable_init\(\): xen_write_cr3_init' "$work/out"
}
t "witness: upstream's own hook swaps late" upstream
own_hook() {
	# a tree that has the hook already: no other variant
	rm -rf "$work/own"
	mkdir -p "$work/own/without"
	cp -r "$O/v6.1/control" "$work/own/with"
	ln -s "$O/v6.1/guests" "$work/own/guests"
	: >"$work/own/without/built"
	watch 0 with "" B="$work/own"
	says '^ok 5 .* # SKIP' "$work/out"
}
t "... which is not held against a tree that has it already" own_hook
no_hook() {
	watch 1 without ""
	turned without 1 2 3 5 6 7 8 9 10 12
}
t "witness: no hook at all" no_hook

# What the debugger cannot do: the list itself is changed.
# doctored LINE PYTHON: this line of the verdict alone is not ok
doctored() {
	mkdir -p "$work/doctored"
	python3 - "$work/witness.list" "$work/doctored/list" "$2" <<-'END'
		import json, sys
		run = json.load(open(sys.argv[1]))
		events = run["events"]
		loads = [e for e in events if e["what"] == "load"]
		def at(name, edge="in"):
		    return [e.get("name") == name and e["edge"] == edge for e in events].index(True)
		exec(sys.argv[3])
		json.dump(run, open(sys.argv[2], "w"))
	END
	status 1 scripts/witness/report.py "$work/doctored" doctored
	turned doctored "$1"
}
t "witness: first stage that loads a user base, too" doctored 3 'loads[2]["user"] = 0'
t "witness: early load by somebody else" doctored 4 \
	'events.insert(at("start_kernel"), dict(loads[1], chain=["startup_xen"]))'
t "witness: call sites patched with the first stage" doctored 6 \
	'events[at("alternative_instructions")]["slot"] = "xen_write_cr3_init"'
t "witness: full load before there are struct pages" doctored 8 \
	'events.insert(events.index(loads[3]) + 1, events.pop(at("sparse_init", "out")))'
t "witness: user base for a kernel thread" doctored 9 \
	'events.append(dict(loads[-1], init_mm=True))'

# bad TEXT [VARIABLE=VALUE...]
bad() {
	pattern=$1
	shift
	watch 125 with "" "$@"
	says "error: .*$pattern" "$work/err"
	[ "$(grep -c 'error: ' "$work/err")" -eq 1 ]
	! pgrep -a -f "qemu-system.*$O/v6.1/"
}
no_symbols() {
	rm -rf "$work/stripped"
	mkdir -p "$work/stripped/with" "$work/stripped/without" "$work/stripped/guests"
	cp "$O/v6.1/with/built" "$O/v6.1/with/bzImage" "$work/stripped/with/"
	cp "$O/v6.1/guests/root.cpio" "$work/stripped/guests/"
	strip -o "$work/stripped/with/vmlinux" "$O/v6.1/with/vmlinux"
	bad "has no symbols" B="$work/stripped"
}
t "witness: no symbols" no_symbols
t "witness: no kernel" bad "no kernel is built" B="$work/none"
no_python() {
	mkdir -p "$work/bin"
	printf '#!/bin/sh\nexit 1\n' >"$work/bin/gdb"
	chmod +x "$work/bin/gdb"
	bad "no gdb with Python" PATH="$work/bin:$PATH"
}
t "witness: gdb without Python" no_python
t "witness: out of time" bad "time is up" PATIENCE=0.01
# No gdb and no QEMU is left behind, however it ends.
# left SIGNAL GROUP: GROUP is - for the whole process group
left() {
	env --default-signal=INT setsid env O="$O" B="$O/v6.1" LINE=v6.1 KERNEL= XEN=4.17 CPUS=1 MEMORY=1024 \
		DOM0_MEMORY=256 PATIENCE=4 scripts/witness/witness.sh with "" >"$work/out" 2>"$work/err" &
	boss=$!
	for _ in $(seq 100); do
		! pgrep -f "qemu-system.*$O/v6.1/with/bzImage" >/dev/null || break
		sleep 0.1
	done
	pgrep -f "qemu-system.*$O/v6.1/with/bzImage" >/dev/null
	kill -"$1" "$2$boss"
	for _ in $(seq 50); do
		pgrep -f "qemu-system.*$O/v6.1/with/bzImage|gdb.*$O/v6.1/with" >/dev/null || break
		sleep 0.1
	done
	! pgrep -a -f "qemu-system.*$O/v6.1/with/bzImage|gdb.*$O/v6.1/with"
}
t "witness: Ctrl-C" left INT -
t "witness: terminated" left TERM ""
t "witness: killed" left KILL ""
