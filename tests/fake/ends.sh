# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# How a QEMU may end, or not end, and what pvboot makes of it.

need pvboot || return 0
. tests/pvboot.sh

fake refuses
t "pvboot: QEMU refuses" refused "QEMU exited with status 1: qemu: no such machine" pvboot
fake killed "$work/xen-up.log"
t "pvboot: QEMU killed from outside" refused "QEMU was killed by signal 9" pvboot
fake end
t "pvboot: empty console" refused "nothing came on the console before Xen was up" pvboot
fake binary
t "pvboot: binary console" refused "ended or fell silent before Xen was up" pvboot
fake end "$work/xen-up.log"
t "pvboot: no result line is a CRASH" status 1 pvboot
t "pvboot: ... and says so" says "^fault: .*CRASH: the console ends without a result" "$work/out"
fake hang "$work/user.log"
t "pvboot: hang" status 1 pvboot --patience 0.01
t "pvboot: ... names the milestone" says "^fault: no 'tests done': HANG" "$work/out"
fake flood "$work/user.log"
t "pvboot: flood of binary" status 1 pvboot --patience 0.01
t "pvboot: ... is harmless on a terminal" sh -c "! tr -d '\\11\\12\\40-\\176' <'$work/out' | grep -q ."
