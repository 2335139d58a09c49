#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Watch a boot from outside, judge every load of a base pointer in it, and draw
# it:	witness.sh VARIANT [FAULT]
# FAULT, which a debugger's hand brings into the running kernel, is for tests;
# scripts/witness/watch.py has them.  Everything goes to $B/VARIANT/witness.
. scripts/run/lib.sh

variant=$1
fault=${2:-}
kernel=$B/$variant
dir=$kernel/witness${fault:+-$fault}

[ -s "$kernel/built" ] ||
	die "no kernel is built in $kernel; run 'make kernel'"
[ "$(gdb -batch -nx -ex 'python print(6 * 7)' 2>/dev/null)" = 42 ] ||
	die "there is no gdb with Python; install Debian's gdb"

# shellcheck disable=SC2153 # the front door sets it
title=$(cat "$kernel/built")
options=
if [ "$variant" = control ]; then
	title="$title as Debian has it"
elif [ ! -s "$B/without/built" ]; then
	title="$title as it is"
	options=--no-series
else
	title="$title $variant the series"
fi
title="$title, dom0 with $CPUS vCPU"
[ "$CPUS" -eq 1 ] || title="${title}s"
title="$title, Xen $XEN${fault:+, fault: $fault}"

rm -rf "$dir"
mkdir -p "$dir"
# Without noreplace-smp a single vCPU patches thousands of places, each of them
# by two loads; KUnit's tests load bases, too.  gdb takes its processors for
# dom0's vCPUs, so these are pinned.  Console and socket are in the folder that QEMU
# is started in.
WITNESS_QEMU=$("$O/pvboot/pvboot" --print-command --xen "$O/xen-$XEN_NAME/xen" \
	--kernel "$kernel/bzImage" --initrd "$B/guests/root.cpio" \
	--log-dir "$dir" --accel tcg --memory "$MEMORY" \
	--dom0-memory "$DOM0_MEMORY" --cpus "$CPUS" --tests /xen_pv_cr3 \
	--gdb gdb --icount 4 --console console.log --xen-append dom0_vcpus_pin \
	--append 'noreplace-smp kunit.enable=0') || exit 125
WITNESS_DIR=$dir
WITNESS_FAULT=$fault
WITNESS_LIMIT=$(awk -v patience="$PATIENCE" 'BEGIN { print 90 * patience }')
export WITNESS_QEMU WITNESS_DIR WITNESS_FAULT WITNESS_LIMIT

say "watching: $title"
log=$dir/gdb.log
# What came of it, its failure too, is in the list.
watch_command "$log" watching setpriv --pdeathsig KILL \
	gdb -batch -nx -x scripts/witness/watch.py "$kernel/vmlinux" || :
[ -s "$dir/list" ] || die "gdb left no list; see $log"

# shellcheck disable=SC2034 # for keep_status
judged=yes
# shellcheck disable=SC2086 # one option or none
scripts/witness/report.py $options "$dir" "$title"
