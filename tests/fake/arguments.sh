# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# What cannot work is refused before anything else is done: one line that says what
# is allowed, within two seconds, and an empty build folder stays empty.
. tests/door.sh

# The first call of all compiles the door's plugin, and that only.
make --no-print-directory O="$work/build" boot ROLE=none >/dev/null 2>&1
find "$work/build" >"$work/empty"

# is_refused PATTERN COMMAND...
is_refused() {
	begun=$(date +%s%N)
	refused "$@"
	[ $((($(date +%s%N) - begun) / 1000000)) -lt 2000 ]
	[ "$(wc -l <"$work/err")" -eq 1 ]
	find "$work/build" | diff "$work/empty" -
}
# no PATTERN ARGUMENT...
no() {
	pattern=$1
	shift
	t "make $*" is_refused "$pattern" door "$@"
}

no "from 512 to 65536" boot MEMORY=abc
no "from 512 to 65536" boot MEMORY=-1
no "from 512 to 65536" boot MEMORY=99999999999999999999
no "MEMORY= is empty; its default is 1024" boot MEMORY=
no "only [0-9]* MiB are free here" boot MEMORY=65536
no "dom0, a domU and Xen need 592" boot MEMORY=512 DOM0_MEMORY=400
no "from 192 to 65536" boot DOM0_MEMORY=128
no "from 0 to 3584" boot LOW_MEMORY=4096
no "has no cells; there are mainline that have" cells LINE=v6.1
no "is not dom0, domU or all" boot ROLE=foo
no "is not dom0, domU or all" boot ROLE="dom0 domU"
no "is not tested or control" boot DOM0=mine
no "tests nothing" boot DOM0=control ROLE=dom0
no "from 1 to 8" boot CPUS=0
no "from 1 to 8" boot CPUS=02
no "from 2 to 8" boot DOMU_CPUS=1
no "from 64 to 4096" boot DOMU_MEMORY=63
no "from 0.01 to 100" boot PATIENCE=0
no "from 0.01 to 100" boot PATIENCE=1.2.3
no "from 1 to 1024" boot JOBS=many
no "is not tcg, kvm or auto" boot ACCEL=xen
no "there are v3.9 .*v6.1" boot LINE=v9
no "there are v3.9 .*v6.1" boot LINE=v6
no "give one by KERNEL=path" boot LINE=v3.9
no "give one by KERNEL=path" doctor LINE=v3.9
no "there are 4.14 4.17 4.20" machine XEN=4.99
no "there are 4.14 4.17 4.20" machine XEN=4.1.
no "is not a folder;" boot KERNEL="$work/none"
no "is not a kernel tree" boot KERNEL=tests
no "is not a folder with a series" boot SERIES="$work/none"
no "is not a folder with a series" boot SERIES=tests
no "blanks in a path" boot KERNEL="/tmp/a b"
no "blanks in a path" boot SERIES="/tmp/a b"
no "blanks in a path" boot O="/tmp/a b"
no "is not a folder that can be written" boot O=/proc/none
no "MEMROY= is no variable" boot MEMROY=2048
no "CHECKS=nonsense is not am, message" lint CHECKS="am nonsense"
no "TESTS=nonsense is neither" check TESTS="unit nonsense"
no "from 1 to 9999999" fuzz TIME=0
no "V=2x is not a number" series V=2x
no "QEMU has no none" boot CPU=none
no "is not a CPU model" boot CPU="qemu64, -nx"
no "is not a CPU model" boot CPU="qemu64;-nx"
no "no such fault in tests/regressions" regressions ONLY=none
no "Say so by ONLY=" regressed
no "is not with, without, control or regressions/NAME" cell CELL="$work" BOOT=smp
no "no such kernel" cell CELL="$work" BOOT=regressions/none
fake_tree 6 1
no "leave KERNEL= out" regressions KERNEL="$work/tree"
no "Say so by LINE=" lint KERNEL="$work/tree"
no "leave KERNEL= out" bench KERNEL="$work/tree"

# What is not on the command line counts the same.
in_the_environment() {
	ROLE=foo refused "is not dom0, domU or all" door boot
	mkdir "$work/here"
	cp -r Makefile scripts patches "$work/here"
	echo 'CONFIG_ROLE="bar"' >"$work/here/.config"
	unset NO_DOT_CONFIG
	refused "ROLE=bar is not" door -C "$work/here" boot
	ROLE=foo refused "ROLE=foo is not" door -C "$work/here" boot
	# and a folder with ~ in it is where the shell would have it
	HOME=$work refused "KERNEL=$work/none is not" door boot "KERNEL=~/none"
}
t "make: ... in the environment and in .config, too" in_the_environment

no_kvm() {
	# A mount of our own, so that the host keeps its device.
	unshare -m sh -c "mount --bind '$work/empty' /dev/kvm && exec \"\$@\"" sh \
		make --no-print-directory O="$work/build" boot ACCEL=kvm
}
if [ -e /dev/kvm ] && unshare -m true 2>/dev/null; then
	t "make boot ACCEL=kvm, without KVM" is_refused "ACCEL=tcg works everywhere" no_kvm
elif [ -e /dev/kvm ]; then
	skip "make boot ACCEL=kvm, without KVM" "/dev/kvm cannot be hidden here"
else
	no "ACCEL=tcg works everywhere" boot ACCEL=kvm
fi
