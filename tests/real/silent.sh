# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Deaths of which no line says where, each as dom0 and as domU: the record has to
# name the function all the same.  One kernel that can die in all these ways;
# what it costs beside boots is one object and a link.

need kernel guests machine || return 0

silent_kernel() {
	cp -r patches/v6.1 "$work/series"
	cp tests/mutants/silent.patch "$work/series/0900-silent.patch"
	status 0 make --no-print-directory kernel SERIES="$work/series"
	cp "$tree/with/bzImage" "$tree/with/vmlinux" "$work/"
}
t "kernel that dies silently" silent_kernel

# boot NAME ARGUMENT...
boot() {
	dir=$work/$1
	shift
	mkdir -p "$dir"
	"$O/pvboot/pvboot" --xen "$O/xen-4.17/xen" --kernel "$work/bzImage" \
		--vmlinux "$work/vmlinux" --log-dir "$dir" "$@"
}
# boot_dom0 FAULT CPUS PATIENCE
boot_dom0() {
	boot "$1-$2" --initrd "$tree/guests/root.cpio" --cpus "$2" --patience "$3" \
		--append "pvboot.fault=$1"
}

# is NAME DOMAIN KEY VALUE: a pattern for what the record says, as Python sees it
is() {
	python3 - "$work/$1/result.json" "$2" "$3" >"$work/$1/is" <<-'END'
		import json, sys
		with open(sys.argv[1]) as f:
		    record = json.load(f)
		domain = next(d for d in record["domains"] if d["name"] == sys.argv[2])
		print(eval(sys.argv[3], {"d": domain}))
	END
	says "^$4\$" "$work/$1/is"
}

# died FAULT CPUS TITLE
died() {
	is "$1-$2" dom0 'd["title"]' "$3"
}
# in_dom0 FAULT CPUS TITLE
in_dom0() {
	status 1 boot_dom0 "$1" "$2" 3
	died "$@"
}
t "BUG on a CPU before it is online" in_dom0 bringup 2 'kernel BUG in cpu_bringup'
t "... its trace was in the log buffer alone" says '^ *[0-9.]* \[.*RIP: .*cpu_bringup' \
	"$work/bringup-2/dom0.log"
no_trace() {
	! grep -q 'RIP: ' "$work/bringup-2/console.log"
}
t "... and not on the console" no_trace

# Those that are found by waiting wait side by side.
hangs() {
	for hang in "loop 1" "loop 2" "mute 1" "sleep 1" "work 2"; do
		# shellcheck disable=SC2086 # words
		{ boot_dom0 $hang 0.7 2>&1 || echo "exit status $?"; } >"$work/${hang% *}-${hang#* }.hang" &
	done
	wait
	tail "$work"/*.hang
	[ "$(grep -lx 'exit status 1' "$work"/*.hang | wc -l)" -eq 5 ]
}
t "five that hang" hangs
t "... loop with interrupts off" died loop 1 'HANG in loop_initcall'
t "... on one of two vCPUs" died loop 2 '(HANG|INFO: rcu detected stall) in loop_initcall'
t "... says where each was" is loop-2 dom0 'sorted(v["state"] for v in d["vcpus"])' \
	"\['idle', 'runs'\]"
t "... loop with the console's lock held" died mute 1 'HANG in mute_initcall'
t "... and the warning that nobody heard" is mute-1 dom0 \
	'[f["title"] for f in d["faults"] if f["kind"] == "complaint"]' "\['WARNING in mute_initcall'\]"
t "... sleep for ever" died sleep 1 'HANG in sleep_initcall'
t "... on two vCPUs, for a worker" died work 2 'HANG in guilty_work'
t "... says who sleeps" is work-2 dom0 \
	'sorted(t["task"].split("/")[0] for t in d["asleep"])' "\['kworker', 'swapper'\]"

t "panic in an initcall" in_dom0 panic 1 'kernel panic: told to in panic_initcall'
t "reset" in_dom0 reset 1 'RESET in reset_initcall'
t "shutdown" in_dom0 quit 1 'Hardware Dom0 halted in quit_initcall'
t "fault without a handler" in_dom0 traps 1 'unhandled trap #PF in traps_initcall'

# Whoever ends QEMU, it was not the kernel.
qemu_ended() {
	mkdir "$work/ended"
	"$O/pvboot/pvboot" --xen "$O/xen-4.17/xen" --kernel "$work/bzImage" \
		--vmlinux "$work/vmlinux" --log-dir "$work/ended" --patience 3 \
		--initrd "$tree/guests/root.cpio" >"$work/out" 2>"$work/err" &
	pid=$!
	for _ in $(seq 600); do
		! grep -qs 'Linux version' "$work/ended/console.log" || break
		sleep 0.1
	done
	# and not the box that it is in
	pkill -TERM -f "^qemu-system.*$work/bzImage"
	rc=0
	wait $pid || rc=$?
	[ $rc -eq 125 ]
	says '^pvboot: error: somebody ended QEMU$' "$work/err"
}
t "QEMU ended by somebody" qemu_ended

domus_die() {
	cat "$tree/guests/root.cpio" "$O/toolstack-4.17/root.cpio" >"$work/dom0.cpio"
	{
		echo "dir /domu 0755 0 0"
		echo "file /domu/initrd $tree/guests/root.cpio 0644 0 0"
		echo "file /domu/silent $work/bzImage 0644 0 0"
	} >"$work/domu.list"
	"$tree/guests/gen_init_cpio" "$work/domu.list" >>"$work/dom0.cpio"
	list=
	judge=
	for f in bringup loop sleep panic traps quit; do
		list=${list:+$list,}$f:silent:2:fault=$f
		judge="$judge --domu $f:boot:$work/vmlinux"
	done
	# shellcheck disable=SC2086 # options are wanted
	status 1 boot domus --initrd "$work/dom0.cpio" --tests /domus --patience 3 \
		--append "pvboot.domus=$list pvboot.patience=0.5" $judge
}
t "the same as domUs" domus_die
as_domu() {
	is domus "$1" 'd["title"]' "$2"
}
t "... BUG on a CPU before it is online" as_domu bringup 'kernel BUG in cpu_bringup'
t "... loop with interrupts off" as_domu loop \
	'(HANG|INFO: rcu detected stall) in loop_initcall'
t "... sleep for ever" as_domu sleep 'HANG in sleep_initcall'
t "... panic in an initcall" as_domu panic 'kernel panic: told to in panic_initcall'
t "... fault without a handler" as_domu traps 'unhandled trap #PF in traps_initcall'
t "... shutdown, of which Xen still knows the place" as_domu quit 'QUIT in quit_initcall'
t "... dom0 lives" is domus dom0 'd["state"]' off
