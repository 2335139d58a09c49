# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# KVM: that /dev/kvm is there does not say that it runs Xen.

need pvboot || return 0
. tests/pvboot.sh

kvm_refused() {
	fake hang
	refused "does not come up under KVM" pvboot --accel kvm --patience 0.05
}
# The probe needs no kernel, so that it comes before the build.
probe() {
	fake hang
	refused "does not come up under KVM" "$O/pvboot-asan/pvboot" --probe \
		--xen "$work/xen" --qemu tests/fake/qemu --accel kvm --patience 0.05
	refused "no hypervisor" "$O/pvboot-asan/pvboot" --probe --xen "$work/none" --accel kvm
}
kvm_fallback() {
	fake end "$work/xen-up.log"
	FAKE_LOG='' status 125 pvboot --accel auto --patience 0.05
	[ "$(field machine.accel)" = tcg ]
}
if [ -w /dev/kvm ]; then
	t "pvboot: /dev/kvm that does not work" kvm_refused
	t "pvboot: ... is known before there is a kernel" probe
else
	skip "pvboot: /dev/kvm that does not work" "there is no /dev/kvm"
fi
t "pvboot: KVM only after a probe" kvm_fallback
probe_works() {
	fake end "$work/xen-up.log"
	status 0 "$O/pvboot-asan/pvboot" --probe --xen "$work/xen" \
		--qemu tests/fake/qemu --accel tcg
}
t "pvboot: a probe needs no kernel" probe_works
