# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Bad input: one clear line, exit 125, nothing lost, nobody left behind.

in=$work/input
rm -rf "$in"
mkdir -p "$in/logs"
# What passes for an image where none is ever run.
printf '\177ELF\1' >"$in/xen"
{ head -c 514 /dev/zero; printf 'HdrS'; } >"$in/bzImage"
echo >"$in/root"
: >"$in/empty"
sed -n '/^#/d; p; /Serial input to DOM0/q' tests/consoles/v6.1-good.log >"$in/xen-up.log"
sed -n '/^#/d; p; /pvboot: user space/q' tests/consoles/v6.1-good.log >"$in/user.log"

pvboot() {
	"$O/pvboot-asan/pvboot" --xen "$in/xen" --kernel "$in/bzImage" \
		--initrd "$in/root" --log-dir "$in/logs" \
		--qemu tests/fake/qemu "$@"
}

fake() {
	FAKE=$1
	FAKE_LOG=${2:-}
	FAKE_PID=$in/pid
	export FAKE FAKE_LOG FAKE_PID
}

# A zombie that nobody collects is gone enough.
gone() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		grep -qs '^State:.[^ZX]' "/proc/$1/status" || return 0
		sleep 0.1
	done
	echo "process $1 is still there"
	return 1
}

t "pvboot: no arguments" refused "are needed" "$O/pvboot-asan/pvboot"
t "pvboot: unknown option" status 125 pvboot --nonsense
t "pvboot: bad number" refused "is not from" pvboot --memory 12x
t "pvboot: bad expectation" refused "is not one of boot, early-full-load, " pvboot --expect death
t "pvboot: half a CPU" refused "is not a whole number" pvboot --cpus 1.5
t "pvboot: domU with a name that is taken" refused "the name 'xen' is taken" pvboot --domu xen:boot
t "pvboot: two domUs of one name" refused "the name 'a' is taken" pvboot --domu a:boot --domu a:boot
t "pvboot: domU's name that is none" refused "is not a name" pvboot --domu ../a:boot
t "pvboot: fact without a value" refused "wants NAME=VALUE" pvboot --fact tree
t "pvboot: fact given twice" refused "given twice" pvboot --fact a=1 --fact a=2
t "pvboot: plugin under KVM" refused "are for --accel tcg" pvboot --plugin x --accel kvm
t "pvboot: no hypervisor" refused "no hypervisor" pvboot --xen "$in/none"
t "pvboot: packed hypervisor" refused "is not an unpacked Xen" pvboot --xen "$in/bzImage"
t "pvboot: not a bzImage" refused "is not a bzImage" pvboot --kernel "$in/xen"
t "pvboot: empty kernel" refused "is empty" pvboot --kernel "$in/empty"
t "pvboot: no symbols in vmlinux" refused "is not an ELF file" pvboot --vmlinux "$in/root"
t "pvboot: not enough memory" refused "MiB of memory are free" pvboot --memory 1000000
t "pvboot: dom0 larger than the machine" refused "do not fit" pvboot --dom0-memory 1000
t "pvboot: log folder that is not there" refused "cannot be written" pvboot --log-dir "$in/none"
t "pvboot: no QEMU" refused "is not there; install" pvboot --qemu "$in/none"

# field NAME: a text of the record
field() {
	python3 -c 'import json, sys
record = json.load(open(sys.argv[1]))
print(record["facts"].get(sys.argv[2][6:]) if sys.argv[2].startswith("facts") else record[sys.argv[2]])
' "$in/logs/result.json" "$1"
}

fake refuses
t "pvboot: QEMU refuses" refused "QEMU exited with status 1: qemu: no such machine" pvboot
fake killed "$in/xen-up.log"
t "pvboot: QEMU killed from outside" refused "QEMU was killed by signal 9" pvboot
fake end
t "pvboot: empty console" refused "nothing came on the console before Xen was up" pvboot
fake binary
t "pvboot: binary console" refused "ended or fell silent before Xen was up" pvboot
# What keeps a kernel from being judged is in the record, too.
recorded() {
	fake end "$in/xen-up.log"
	status 1 pvboot --fact tree='a "tree"'
	[ "$(field outcome)" = fault ]
	[ "$(field facts.tree)" = 'a "tree"' ]
	refused "is not a bzImage" pvboot --kernel "$in/xen"
	[ "$(field outcome)" = unjudged ]
	[ "$(field why)" = "$in/xen is not a bzImage" ]
	fake refuses
	status 125 pvboot
	[ "$(field why)" = "QEMU exited with status 1: qemu: no such machine" ]
}
t "pvboot: every end leaves a record" recorded
# A run that is killed leaves none, and no older one either.
killed() {
	fake end "$in/xen-up.log"
	status 1 pvboot
	[ -e "$in/logs/result.json" ]
	fake hang "$in/xen-up.log"
	rm -f "$FAKE_PID"
	(
		exec "$O/pvboot-asan/pvboot" --xen "$in/xen" --kernel "$in/bzImage" \
			--initrd "$in/root" --log-dir "$in/logs" --qemu tests/fake/qemu
	) &
	boss=$!
	while [ ! -s "$FAKE_PID" ]; do sleep 0.05; done
	kill -KILL $boss
	wait $boss || :
	[ ! -e "$in/logs/result.json" ]
}
t "pvboot: a run that is killed leaves no record" killed
documented() {
	fake end "$in/xen-up.log"
	status 1 pvboot --fact tree=x
	status 1 "$O/pvboot-asan/pvboot" --record "$in/death.json" --replay tests/consoles/v6.1-nohook.log
	python3 tests/unit/record_keys.py Documentation/record.rst "$in/logs/result.json" "$in/death.json"
}
t "pvboot: the record is as documented" documented

# QEMU's command line, all of it; nothing else is done.
printed() {
	rm -rf "$in/logs"
	mkdir "$in/logs"
	touch "$in/logs/result.json"
	status 0 pvboot --print-command "$@"
	[ ! -s "$work/err" ]
	[ "$(wc -l <"$work/out")" -eq 1 ]
	[ "$(ls "$in/logs")" = result.json ]
	sed "s|$in/||g; s|' '|'\n'|g" "$work/out"
}
print_command() {
	printed --append 'a,b' --tests /a,/b --xen-append dom0_vcpus_pin --cpus 2 \
		--icount 4 --gdb sock --console con,sole --plugin p.so,out=x \
		--disk "$in/root" --nic e1000 >"$work/command"
	diff tests/fake/command "$work/command"
}
t "pvboot: --print-command" print_command
print_auto() {
	printed --accel auto >"$work/command"
	says "^'tcg'$" "$work/command"
}
t "pvboot: --print-command probes nothing" print_auto
t "pvboot: --console without --print-command" refused "is for --print-command" pvboot --console x

fake end "$in/xen-up.log"
t "pvboot: no result line is a CRASH" status 1 pvboot
t "pvboot: ... and says so" says "^fault: .*CRASH: the console ends without a result" "$work/out"
fake hang "$in/user.log"
t "pvboot: hang" status 1 pvboot --patience 0.01
t "pvboot: ... names the milestone" says "^fault: no 'tests done': HANG" "$work/out"
fake flood "$in/user.log"
t "pvboot: flood of binary" status 1 pvboot --patience 0.01
t "pvboot: ... is harmless on a terminal" sh -c "! tr -d '\\11\\12\\40-\\176' <'$work/out' | grep -q ."

kvm_refused() {
	fake hang
	refused "does not come up under KVM" pvboot --accel kvm --patience 0.05
}
kvm_fallback() {
	fake end "$in/xen-up.log"
	FAKE_LOG='' status 125 pvboot --accel auto --patience 0.05
	[ "$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["machine"]["accel"])' \
		"$in/logs/result.json")" = tcg ]
}
if [ -w /dev/kvm ]; then
	t "pvboot: /dev/kvm that does not work" kvm_refused
fi
t "pvboot: KVM only after a probe" kvm_fallback

# No QEMU is left behind, however pvboot ends.
left_behind() {
	fake hang "$in/xen-up.log"
	rm -f "$FAKE_PID"
	# exec, so that $! is pvboot; a shell's child ignores INT otherwise
	(
		exec env --default-signal=INT "$O/pvboot-asan/pvboot" \
			--xen "$in/xen" --kernel "$in/bzImage" \
			--initrd "$in/root" --log-dir "$in/logs" \
			--qemu tests/fake/qemu
	) >"$work/out" 2>"$work/err" &
	boss=$!
	while [ ! -s "$FAKE_PID" ]; do sleep 0.05; done
	sleep 0.2
	kill -"$1" $boss
	got=0
	wait $boss || got=$?
	[ "$got" -eq "$2" ]
	gone "$(cat "$FAKE_PID")"
}
t "pvboot: Ctrl-C" left_behind INT 125
t "pvboot: terminated" left_behind TERM 125
t "pvboot: killed" left_behind KILL 137

# What the front door is given.  A few files are kernel tree enough.
fake_tree() {
	rm -rf "$in/tree"
	mkdir -p "$in/tree/arch/x86/xen"
	printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = 0\n' "$1" "$2" \
		>"$in/tree/Makefile"
	touch "$in/tree/Kbuild"
	echo 'void xen_write_cr3(unsigned long cr3);' \
		>"$in/tree/arch/x86/xen/mmu.c"
	git -C "$in/tree" init -q
	git -C "$in/tree" add -A
	git -C "$in/tree" -c user.name=t -c user.email=t@localhost commit -qm t
}

door() {
	make --no-print-directory O="$in/build" "$@"
}

tree_is_refused() {
	pattern=$1
	# a relative path, as a user may well type it
	tree=$(realpath --relative-to=. "$in/tree")
	find "$in/tree" -printf '%p %T@ %s\n' | sort >"$in/before"
	refused "$pattern" door boot KERNEL="$tree"
	find "$in/tree" -printf '%p %T@ %s\n' | sort >"$in/after"
	diff "$in/before" "$in/after"
}

t "make: KERNEL= that is not there" refused "is not a folder" door boot KERNEL="$in/none"
t "make: KERNEL= that is not a kernel tree" refused "is not a kernel tree" door boot KERNEL="$in/logs"
fake_tree 6 1
echo '/* changed */' >>"$in/tree/arch/x86/xen/mmu.c"
t "make: KERNEL= with local changes" tree_is_refused "has local changes"
fake_tree 2 6
t "make: KERNEL= that is too old" tree_is_refused "older than v3.9"
fake_tree 6 1
t "make: series that does not apply" tree_is_refused "does not apply"
echo 'void xen_write_cr3_init(unsigned long cr3);' >>"$in/tree/arch/x86/xen/mmu.c"
git -C "$in/tree" -c user.name=t -c user.email=t@localhost commit -qam t
t "make: tree that has the hook goes on without the series" tree_is_refused "make allnoconfig"
t "make: ... and says so" says "the tree has the hook: v6.1 skipped" "$work/err"
t "make: SERIES= that is not there" refused "is not a folder with a series" door boot KERNEL="$in/tree" SERIES="$in/none"

t "make: LINE= that no Debian has" refused "cannot download linux-source-9.9 " door tree LINE=v9.9
t "make: XEN= that no Debian has" refused "cannot download xen-hypervisor-9.9-amd64 " door machine XEN=9.9

t "make: blanks in a path" refused "blanks in a path" door boot KERNEL="/tmp/a b"

two_runs() {
	mkdir -p "$in/build"
	flock "$in/build/lock" sleep 3 &
	sleep 0.5
	refused "another run works in" door boot KERNEL="$in/tree"
	wait
}
t "make: two runs in one build folder" two_runs

no_disk() {
	mkdir -p "$in/small"
	mount -t tmpfs -o size=20m tmpfs "$in/small"
	trap 'umount "$in/small"' EXIT
	refused "MiB free and needs" make --no-print-directory O="$in/small" tree
}
if mkdir -p "$in/probe" && mount -t tmpfs -o size=1m tmpfs "$in/probe" 2>/dev/null; then
	umount "$in/probe"
	t "make: no disk" no_disk
else
	skip "make: no disk" "a small file system cannot be mounted here"
fi

missing_tool() {
	# A sudo that wants a password, and nothing installed.
	mkdir -p "$in/bin"
	printf '#!/bin/sh\nexit 1\n' | tee "$in/bin/sudo" >"$in/bin/dpkg-query"
	printf '#!/bin/sh\necho 1000\n' >"$in/bin/id"
	chmod +x "$in"/bin/*
	PATH=$in/bin:$PATH refused "run: sudo sh -c 'apt-get update && apt-get install" \
		door boot
}
t "make: missing packages, not root" missing_tool
