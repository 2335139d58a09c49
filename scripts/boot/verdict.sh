#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Boot and judge:	verdict.sh BOOT [--dry-run]
#	without	dom0 on the kernel without the series, which has to die, unless
#		xen_get_user_pgd() itself keeps it from that
#	with	dom0 on the kernel with it, and the domUs it creates
#	smp	dom0 with two vCPUs
#	control	dom0 on Debian's kernel as it is: are machine, QEMU and Xen fit?
# The verdict goes to $B/BOOT/verdict (KTAP) and verdict.status.
. scripts/run/lib.sh

boot=$1
dir=$B/$boot
case $boot in
smp) kernel=$B/with ;;
*) kernel=$dir ;;
esac
[ "$boot,$DOM0" != with,control ] || kernel=$O/$CONTROL_LINE/control

rm -f "$dir/verdict" "$dir/verdict.status"
case $boot,$ROLE,$DOM0 in
without,domU,* | smp,domU,* | without,*,control | smp,*,control) exit 0 ;;
esac
[ -s "$kernel/built" ] || exit 0

# domu NAME VARIANT VCPUS MODE EXPECTATION
domu() {
	domus=${domus:+$domus,}$1:$2:$3:$4:$DOMU_MEMORY
	judge="$judge --domu $1:$5:$B/$2/vmlinux"
}

domus=
judge=
# shellcheck disable=SC2153 # the front door sets it
cpus=$CPUS
tests=/xen_pv_cr3
expect=boot
initrd=$B/guests/root.cpio
case $boot,$ROLE in
without,*)
	expect=$(cat "$B/without/expect")
	;;
with,dom0)
	;;
with,*)
	initrd=$B/guests/dom0-$XEN.cpio
	tests=$tests,/domus
	[ "$ROLE,$DOM0" = all,tested ] || tests=/domus
	domu domu with 1 plain boot
	[ ! -s "$B/without/built" ] ||
		domu domu-without without 1 plain "$(cat "$B/without/expect")"
	domu domu-smp with "$DOMU_CPUS" life boot
	;;
smp,*)
	cpus=2
	;;
esac

mkdir -p "$dir"
shift
# shellcheck disable=SC2086 # options are wanted
set -- "$O/pvboot/pvboot" --xen "$O/xen-$XEN/xen" --kernel "$kernel/bzImage" \
	--vmlinux "$kernel/vmlinux" --log-dir "$dir" --expect "$expect" \
	--accel "$ACCEL" --memory "$MEMORY" --dom0-memory "$DOM0_MEMORY" \
	--cpus "$cpus" --patience "$PATIENCE" --initrd "$initrd" \
	--tests "$tests" $judge \
	--append "${domus:+pvboot.domus=$domus pvboot.patience=$PATIENCE}" "$@"

case " $* " in
*" --dry-run "*) exec "$@" ;;
esac
say "booting: $boot"
rc=0
"$@" >"$dir/verdict" || rc=$?
echo $rc >"$dir/verdict.status"
