#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the command that boots a cell, for scripts/boot/boots.py:	cell.sh BOOT
#	without	dom0 on the kernel without the series, which has to die, unless
#		that has a hook or xen_get_user_pgd() itself keeps it from that; then
#		with CELL= all that `with` has, to be compared
#	with	dom0 on the kernel with it, and the domUs it creates
#	smp	dom0 with two vCPUs, and the domU that has two
#	control	dom0 on Debian's kernel as it is: are machine, QEMU and Xen fit?
#	regressions/NAME	dom0, or domUs under a good one, on that with a known fault
# Reads what kernels, roots and Xen there are; leaves the cell's folder, $B/BOOT or
# what CELL= says.  Prints nothing if that boot is not part of the run that the
# variables ask for.
. scripts/run/lib.sh

boot=$1
dir=$B/$boot
as=$boot
[ "$boot,${CELL:+cell},$(cat "$B/without/expect" 2>/dev/null)" != without,cell,boot ] || as=with
case $boot in
smp) tested=$B/with ;;
*) tested=$dir ;;
esac
kernel=$tested
[ -z "${CELL:-}" ] || dir=$CELL
[ "$as,$DOM0" != with,control ] || kernel=$O/$CONTROL_LINE/control

case $as,$ROLE,$DOM0 in
without,domU,* | smp,domU,* | without,*,control | smp,*,control) exit 0 ;;
esac
[ -s "$kernel/built" ] || exit 0

# domu NAME VARIANT VCPUS MODE EXPECTATION
domu() {
	domus=${domus:+$domus,}$1:${2##*/}:$3:$4:$DOMU_MEMORY
	judge="$judge --domu-tests $programs$(userland "$4") --domu $1:$5:$B/$2/vmlinux"
}
# One of them has Debian's userland, and is asked how that is.
userland() {
	case " ${VARIANT:-} ,$1" in
	*" userland "*,life) echo ,/userland ;;
	esac
}

domus=
judge=
# shellcheck disable=SC2153 # the front door sets it
cpus=$CPUS
programs=/xen_pv_cr3,/probes
case " ${VARIANT:-} " in
*" selftests "*) programs=$programs,/kselftest ;;
esac
tests=$programs
expect=boot
initrd=$B/guests/root.cpio
series=with
[ "$boot" != without ] || series=without
case $as,$ROLE in
without,*)
	expect=$(cat "$B/without/expect")
	;;
with,dom0)
	;;
with,*)
	initrd=$B/guests/dom0-$XEN_NAME.cpio
	tests=$tests,/domus
	[ "$ROLE,$DOM0" = all,tested ] || tests=/domus
	# A life takes longest: the two boots of a run share it, a cell has it whole.
	case $ROLE,$DOM0,${CELL:-} in
	all,tested,) mode=life ;;
	*) mode=plain ;;
	esac
	domu domu "$boot" 1 $mode boot
	{ [ "$boot" = without ] || [ ! -s "$B/without/built" ]; } ||
		domu domu-without without 1 plain "$(cat "$B/without/expect")"
	[ $mode = life ] || domu domu-smp "$boot" "$DOMU_CPUS" life boot
	;;
smp,*)
	cpus=2
	[ "$ROLE" = dom0 ] || {
		initrd=$B/guests/dom0-$XEN_NAME.cpio
		tests=$tests,/domus
		domu domu-smp with "$DOMU_CPUS" plug boot
	}
	;;
control,*)
	series=control
	;;
regressions/*,dom0)
	series=none
	;;
regressions/*)
	series=none
	kernel=$B/control
	initrd=$tested/dom0.cpio
	tests=/domus
	domu domu "$boot" 1 plain boot
	domu domu-smp "$boot" "$DOMU_CPUS" life boot
	;;
esac
[ "$series" = control ] || [ -s "$B/without/built" ] || series=none

append=${domus:+pvboot.domus=$domus pvboot.domu_run=$programs}
# What fails on the line's tree by a fault of its own
known=$(line_says "$LINE" faults | tr ' ' ,)
append=$append${known:+ pvboot.known=$known}

# What has a driver only in these variants: dom0's own disk and card, or a disk for a domU
disk=
nic=
case " ${VARIANT:-} ,$domus" in
*" userland "*:life:*)
	disk=$O/userland/disk
	append="$append pvboot.userland"
	;;
*" devices "*:life:*) ;;
*" devices "*)
	disk=$B/guests/disk
	nic=e1000
	tests=$tests,/devices
	;;
esac

fact() {
	printf '%s\0' --fact "$1=$2"
}

mkdir -p "$dir"
# shellcheck disable=SC2086 # options are wanted
printf '%s\0' "$O/pvboot/pvboot" --xen "$O/xen-$XEN_NAME/xen" --kernel "$kernel/bzImage" \
	--vmlinux "$kernel/vmlinux" --log-dir "$dir" --expect "$expect" \
	--accel "$ACCEL" --memory "$MEMORY" --dom0-memory "$DOM0_MEMORY" \
	--low-memory "$LOW_MEMORY" --cpus "$cpus" ${CPU:+--cpu "$CPU"} \
	${disk:+--disk "$disk"} ${nic:+--nic "$nic"} --patience "$PATIENCE" --initrd "$initrd" \
	--tests "$tests" $judge \
	--append "$append"
fact release "$(cat "$tested/built")"
fact tree "$(cat "$B/base")"
fact series "$series"
fact variant "${VARIANT:-}"
[ -z "${CONFIG:-}" ] || fact config "$CONFIG"
fact compiler "$(cat "$tested/compiler")"
fact hypervisor "$(cat "$O/xen-$XEN_NAME/version")"
fact qemu "$(qemu-system-x86_64 --version | head -n 1)"
[ ! -s "$tested/why" ] || fact spared "$(cat "$tested/why")"
fact xen "$(cat "$O/xen-$XEN_NAME/number")"
fact role "$ROLE"
[ -n "$KERNEL${BUILT:-}" ] || fact line "$LINE"
[ ! -s "$tested/unknown-options" ] || fact unknown "$(paste -sd' ' "$tested/unknown-options")"
