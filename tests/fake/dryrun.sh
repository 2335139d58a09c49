# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# QEMU's command line for each boot, compared with that in tests/fake/dryrun.
#	make check TESTS=dryrun REWRITE=1
# writes these files anew; git shows what has changed.

need pvboot || return 0
. tests/pvboot.sh

# What a build leaves, as far as a command line needs it
fake_build() {
	b=$work/build/v6.1
	mkdir -p "$b/guests" "$work/build/xen-4.17" "$work/build/pvboot"
	cp "$work/xen" "$work/build/xen-4.17/xen"
	cp "$O/pvboot-asan/pvboot" "$work/build/pvboot/"
	cp "$work/root" "$b/guests/root.cpio"
	cp "$work/root" "$b/guests/dom0-4.17.cpio"
	echo '.globl _start; .type _start, @function; _start: ret; .size _start, 1' | gcc -nostdlib -static -o "$work/vmlinux" -x assembler -
	for v in without with control; do
		mkdir -p "$b/$v"
		cp "$work/bzImage" "$work/vmlinux" "$b/$v"
		echo 6.1.0 >"$b/$v/built"
		echo gcc >"$b/$v/compiler"
	done
	echo early-full-load >"$b/without/expect"
	echo 4.17 >"$work/build/xen-4.17/number"
	echo nowhere | tee "$b/base" >"$work/build/xen-4.17/version"
}
t "dry run: the fake build" fake_build

# cell NAME BOOT [VARIABLE=VALUE...]
cell() {
	name=$1
	boot=$2
	shift 2
	t "dry run: $name" dry_run "$name" "$boot" "$@"
}
dry_run() {
	golden=tests/fake/dryrun/$1
	boot=$2
	shift 2
	# shellcheck disable=SC2016 # for the inner shells
	status 0 env O="$work/build" B="$work/build/v6.1" KERNEL= LINE=v6.1 CONTROL_LINE=v6.1 \
		XEN=4.17 XEN_NAME=4.17 ROLE=all DOM0=tested ACCEL=tcg CPU= CPUS=1 MEMORY=1024 DOM0_MEMORY=256 LOW_MEMORY=0 \
		DOMU_CPUS=2 DOMU_MEMORY=64 PATIENCE=1 "$@" \
		sh -c 'scripts/boot/cell.sh "$0" | xargs -0 sh -c '\''exec "$@" --print-command'\'' sh' "$boot"
	# One option a line, no path of this machine, and without its box
	sed "s|^'bwrap' .* '--' ||; s|$work/build|BUILD|g; s| '\{0,1\}-|\n&|g" "$work/out" >"$work/command"
	cat "$work/command"
	if [ -n "${REWRITE:-}" ]; then
		mkdir -p tests/fake/dryrun
		cp "$work/command" "$golden"
	fi
	diff -u "$golden" "$work/command"
}
cell without without
cell with with
cell smp smp
cell control control
cell with-dom0 with ROLE=dom0
cell with-domU with ROLE=domU
cell with-control with DOM0=control
cell with-faults with LINE=v3.9
cell with-cpu with CPU=qemu64,-nx
cell with-large with CPUS=4 MEMORY=4096 DOM0_MEMORY=512 LOW_MEMORY=36 DOMU_CPUS=3 DOMU_MEMORY=128 PATIENCE=2.5

# One without the series that lives, as a cell of its own
echo boot >"$work/build/v6.1/without/expect"
cell without-cell without CELL="$work/build/cell"
cell without-cell-domU without CELL="$work/build/cell" ROLE=domU
cell without-lives without

all_compared() {
	[ "$(find tests/fake/dryrun -type f | wc -l)" -eq "$(grep -c '^cell ' tests/fake/dryrun.sh)" ]
}
t "dry run: no file is left over" all_compared
