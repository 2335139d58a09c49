# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# pvboot's own arguments: one clear line, exit 125.

need pvboot || return 0
. tests/pvboot.sh

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
t "pvboot: no hypervisor" refused "no hypervisor" pvboot --xen "$work/none"
t "pvboot: packed hypervisor" refused "is not an unpacked Xen" pvboot --xen "$work/bzImage"
t "pvboot: not a bzImage" refused "is not a bzImage" pvboot --kernel "$work/xen"
t "pvboot: empty kernel" refused "is empty" pvboot --kernel "$work/empty"
t "pvboot: no symbols in vmlinux" refused "is not an ELF file" pvboot --vmlinux "$work/root"
t "pvboot: not enough memory" refused "MiB of memory are free" pvboot --memory 1000000
t "pvboot: dom0 larger than the machine" refused "do not fit" pvboot --dom0-memory 1000
t "pvboot: log folder that is not there" refused "cannot be written" pvboot --log-dir "$work/none"
t "pvboot: no QEMU" refused "is not there; install" pvboot --qemu "$work/none"
t "pvboot: --console without --print-command" refused "is for --print-command" pvboot --console x
