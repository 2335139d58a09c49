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
sed -n '1,/Serial input to DOM0/p' tests/consoles/v6.1-good.log >"$in/xen-up.log"
sed -n '1,/pvboot: user space/p' tests/consoles/v6.1-good.log >"$in/user.log"

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

t "pvboot: no arguments" refused "are needed" "$O/pvboot-asan/pvboot"
t "pvboot: unknown option" status 125 pvboot --nonsense
t "pvboot: bad number" refused "is not from" pvboot --memory 12x
t "pvboot: bad expectation" refused "is not boot or" pvboot --expect death
t "pvboot: no hypervisor" refused "no hypervisor" pvboot --xen "$in/none"
t "pvboot: packed hypervisor" refused "is not an unpacked Xen" pvboot --xen "$in/bzImage"
t "pvboot: not a bzImage" refused "is not a bzImage" pvboot --kernel "$in/xen"
t "pvboot: empty kernel" refused "is empty" pvboot --kernel "$in/empty"
t "pvboot: no symbols in vmlinux" refused "is not an ELF file" pvboot --vmlinux "$in/root"
t "pvboot: not enough memory" refused "MiB of memory are free" pvboot --memory 1000000
t "pvboot: dom0 larger than the machine" refused "do not fit" pvboot --dom0-memory 1000
t "pvboot: log folder that is not there" refused "cannot be written" pvboot --log-dir "$in/none"
t "pvboot: no QEMU" refused "is not there; install" pvboot --qemu "$in/none"

fake refuses
t "pvboot: QEMU refuses" refused "QEMU exited with status 1: qemu: no such machine" pvboot
fake killed "$in/xen-up.log"
t "pvboot: QEMU killed from outside" refused "QEMU was killed by signal 9" pvboot
fake end
t "pvboot: empty console" refused "could not be judged" pvboot
fake binary
t "pvboot: binary console" refused "could not be judged" pvboot
fake end "$in/xen-up.log"
t "pvboot: no result line is a CRASH" status 1 pvboot
t "pvboot: ... and says so" says "CRASH: the console ends without a result" "$work/out"
fake hang "$in/user.log"
t "pvboot: hang" status 1 pvboot --patience 0.01
t "pvboot: ... names the milestone" says "not ok 6 tests done: HANG" "$work/out"
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
	says "KVM does not run Xen on this machine: tcg" "$work/out"
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
