#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Say whether this machine, QEMU and Xen are fit, by the record of Debian's kernel
# as it is.  That kernel is not at fault, so there is no exit status 1.
. scripts/run/lib.sh

scripts/report/report.py "$B/control" ||
	die "this machine does not boot a kernel that is known to be good: $(
		scripts/report/say.py "$B/control" '{headline}')"
echo "# machine, QEMU and Xen are fit: $(
	scripts/report/say.py "$B/control" "Debian's {facts[release]} boots, {seconds:.1f} s")"
