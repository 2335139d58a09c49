# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# One matrix by each engine, with kernels, Xens and QEMUs that are none: every cell
# is there once, and the tables are the same.

need pvboot || return 0
. tests/pvboot.sh

FAKE_PARTS=$work/parts
export FAKE_PARTS
parts() {
	mkdir -p "$FAKE_PARTS" "$work/bin"
	cp "$work/xen" "$work/bzImage" "$work/root" "$O/pvboot-asan/pvboot" "$FAKE_PARTS"
	echo '.globl _start; .type _start, @function; _start: ret; .size _start, 1' |
		gcc -nostdlib -static -o "$FAKE_PARTS/vmlinux" -x assembler -
	ln -s "$PWD/tests/fake/make" "$work/bin/make"
	# It is from before there were probes.
	sed 's/^~\([0-9a-f]*\):exit 0 .xen_pv_cr3~/&\n~\1|1..1~\n~\1|ok 1 one~\n~\1:exit 0 \/probes~/' \
		tests/consoles/v6.1-good.log >"$work/good.log"
	# One Xen is good, one kills dom0, and one is none.
	cat >"$work/bin/qemu-system-x86_64" <<-END
		#!/bin/sh
		[ "\$1" != --version ] || { echo "QEMU emulator version 7.2.22, or so it says"; exit; }
		touch "$work/hold.\${SLURMD_NODENAME:-}"
		while [ -e "$work/hold" ]; do sleep 0.2; done
		case "\$*" in
		*/xen-4.14/*) FAKE_LOG=$PWD/tests/consoles/v6.1-nohook.log ;;
		*/xen-4.17/*) FAKE_LOG=$work/good.log ;;
		*) FAKE=refuses ;;
		esac
		export FAKE FAKE_LOG
		. $PWD/tests/fake/qemu
	END
	chmod +x "$work/bin/qemu-system-x86_64"
	cat >"$work/matrix" <<-'END'
		[cells]
		line = v6.1 v5.10
		xen = 4.14 4.17 4.20
		cpus = 1 2
		[as it came]
		series = control
		[skip]
		line = v5.10
		xen = 4.20
		why = for a reason
	END
}
t "engines: the parts" parts

# matrix ENGINE [VARIABLE=VALUE...]: exit status 1, as one Xen kills
matrix() {
	engine=$1
	shift
	PATH=$work/bin:$PATH status 1 /usr/bin/make --no-print-directory O="$work/$engine" \
		matrix ENGINE="$engine" MATRIX="$work/matrix" "$@"
}

# each_once FOLDER: of the matrix's 13 cells 2 are skipped and 4 have no kernel
each_once() {
	cat "$1/table.txt"
	says '^13 cells: 3 ok, 2 fault, 6 not judged, 2 not run$' "$1/table.txt"
	[ "$(cut -c 1-50 "$1/table.txt" | sort -u | wc -l)" -eq 15 ]
	[ "$(find "$1/cells" -name result.json | wc -l)" -eq 7 ]
	[ "$(find "$1/cells" -mindepth 1 -maxdepth 1 | wc -l)" -eq 7 ]
	python3 - "$1" <<-'END'
		import json, sys, xml.etree.ElementTree as tree
		found = json.load(open(sys.argv[1] + "/results.json"))["records"]
		assert len({r["cell"] for r in found}) == len(found) == 11, len(found)
		assert len(tree.parse(sys.argv[1] + "/junit.xml").findall("testsuite")) == 11
	END
}

locally() {
	matrix local
	diff "$work/out" "$work/local/matrix/table.txt"
	each_once "$work/local/matrix"
	# Each kernel once, and the first one is judged before the last one is built
	[ "$(wc -l <"$FAKE_PARTS/built")" -eq 2 ]
	sed -n '/^matrix: v6.1-usual-with-xen/p; /^matrix: v6.1-usual-control:/q' "$work/err" >"$work/before"
	[ -s "$work/before" ]
}
t "engines: here" locally

# Of what was broken off only the rest is done.
resumed() {
	cd "$work/local/matrix" || return
	cp table.txt "$work/table"
	find cells -name result.json -printf '%p %T@\n' | sort >"$work/records"
	rm -r cells/v6.1-usual-with-xen4.14-dom0-2cpu
	rm cells/v6.1-usual-control-xen4.17-dom0-1cpu/result.json
	cd - || return
	matrix local RESUME=1
	says '^matrix: 5 of 13 cells are there already$' "$work/err"
	cd "$work/local/matrix" || return
	diff "$work/table" table.txt
	find cells -name result.json -printf '%p %T@\n' | sort | diff "$work/records" - >"$work/new" || :
	[ "$(grep -c '^>' "$work/new")" -eq 2 ]
	says '^> .*-with-xen4.14-dom0-2cpu/' "$work/new"
	says '^> .*-control-' "$work/new"
}
t "engines: here, gone on with" resumed
# With another matrix, and with what would be other cells of the same names
resumed_otherwise() {
	matrix local RESUME=1 AXES="line=v6.1 cpus=1"
	says '^matrix: 4 of 4 cells are there already$' "$work/err"
	PATH=$work/bin:$PATH status 1 /usr/bin/make --no-print-directory O="$work/local" matrix RESUME=1
	says '^matrix: 4 of 4 cells are there already$' "$work/err"
	PATH=$work/bin:$PATH refused "the last run was told MEMORY=1024 and this one MEMORY=1500; tell" \
		/usr/bin/make --no-print-directory O="$work/local" matrix RESUME=1 MATRIX="$work/matrix" MEMORY=1500
	matrix local RESUME=1
	says '^matrix: 7 of 13 cells are there already$' "$work/err"
	each_once "$work/local/matrix"
}
t "... with another matrix" resumed_otherwise

#
# GitLab
#

gitlab_tool() {
	PATH=$PATH:$O/download/npm/node_modules/.bin
	command -v gitlab-ci-local >/dev/null && return
	command -v npm >/dev/null || return
	# The last version that runs on Debian's own node
	npm install --silent --no-audit --no-fund --prefix "$O/download/npm" gitlab-ci-local@4.61.0 \
		>"$work/npm.log" 2>&1
}

# A checkout as a runner makes it; jobs see its files and what artifacts bring.
checkout() {
	mkdir "$work/checkout"
	rsync -a --exclude=/build --exclude=/.git ./ "$work/checkout/"
	git -C "$work/checkout" init -q
	git -C "$work/checkout" add -A
	git -C "$work/checkout" -c user.name=t -c user.email=t@localhost commit -qm t
	git -C "$work/checkout" remote add origin git@localhost:t/t.git
}

by_gitlab() {
	checkout
	cd "$work/checkout" || return
	PATH=$work/bin:$PATH env -u O gitlab-ci-local --file .ci/gitlab-ci.yml --force-shell-executor \
		--shell-isolation --concurrency 2 --variable MATRIX="$work/matrix" >"$work/gitlab.log" 2>&1
	tail -n 40 "$work/gitlab.log"
	# It does not hand a child's status on. A fault is red, what was not judged is not.
	says '^ FAIL .*merge' "$work/gitlab.log"
	[ "$(grep -c '^ FAIL .*-xen4.14-' "$work/gitlab.log")" -eq 2 ]
	[ "$(grep -c '^ WARN .*-xen4.20-' "$work/gitlab.log")" -eq 2 ]
	[ "$(grep -c '^ WARN .*kernel v5.10-' "$work/gitlab.log")" -eq 1 ]
	[ "$(grep -c '^ FAIL' "$work/gitlab.log")" -eq 3 ]
	each_once build/matrix
	diff "$work/local/matrix/table.txt" build/matrix/table.txt
}
if gitlab_tool; then
	t "engines: GitLab" by_gitlab
else
	skip "engines: GitLab" "neither gitlab-ci-local nor an npm that gets it is at hand"
fi

#
# Slurm
#

. tests/slurm.sh

# held NODE: wait for a cell that runs there, and that does not end while $work/hold
# is there
held() {
	for _ in $(seq 600); do
		[ ! -e "$work/hold.$1" ] || return 0
		sleep 0.2
	done
	squeue
	return 1
}

# One of three nodes is lost while cells run on it.  Slurm would wait for two
# minutes before it starts them again.
by_slurm() {
	trap slurm_down EXIT
	slurm_up 3 2
	touch "$work/hold"
	(matrix slurm) >"$work/slurm.log" 2>&1 &
	front=$!
	held n2
	slurm_kill n2
	rm "$work/hold"
	while kill -0 $front 2>/dev/null; do
		squeue -h -t PD -o '%i %r' | sed -n 's/ BeginTime$//p' | tee -a "$work/again" |
			xargs -r -I{} scontrol update jobid={} starttime=now
		sleep 1
	done
	cat "$work/slurm.log" "$work/out" "$work/err"
	wait $front
	each_once "$work/slurm/matrix"
	diff "$work/local/matrix/table.txt" "$work/slurm/matrix/table.txt"
	diff "$work/out" "$work/slurm/matrix/table.txt"
	# It was one of ours that was started again, and by Slurm.
	[ -s "$work/again" ]
	says 'due to failure of node n2' "$slurm/slurmctld.log"
	# What a lost cell had begun is not there.
	[ -z "$(find "$work/slurm/matrix/cells" -name '.*')" ]
}

slurm_stopped() {
	trap slurm_down EXIT
	slurm_up 1 2
	rm -f "$work"/hold.*
	touch "$work/hold"
	PATH=$work/bin:$PATH env --default-signal=INT setsid /usr/bin/make --no-print-directory \
		O="$work/stopped" matrix ENGINE=slurm MATRIX="$work/matrix" 2>"$work/err" &
	front=$!
	held n1
	kill -INT -$front
	rc=0
	wait $front || rc=$?
	cat "$work/err"
	[ $rc -eq 125 ] || [ $rc -eq 130 ]
	says "error: stopped, and Slurm's jobs cancelled" "$work/err"
	sleep 2
	squeue
	[ -z "$(squeue -h -t PD,R)" ]
}

no_slurm() {
	mkdir -p "$work/no-slurm"
	ln -s /usr/bin/* "$work/no-slurm"
	rm -f "$work/no-slurm/sbatch"
	ln -sf "$PWD/tests/fake/make" "$work/no-slurm/make"
	PATH=$work/no-slurm refused "sbatch cannot be run" /usr/bin/make --no-print-directory \
		O="$work/none" matrix ENGINE=slurm MATRIX="$work/matrix"
}
t "engines: Slurm, where there is none" no_slurm

why=$(slurm_missing)
if [ -z "$why" ]; then
	t "engines: Slurm, and a node is lost" by_slurm
	t "engines: Slurm, stopped" slurm_stopped
else
	skip "engines: Slurm, and a node is lost" "$why"
	skip "engines: Slurm, stopped" "$why"
fi
