#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Say whether this machine, QEMU and Xen are fit, by the verdict on Debian's
# kernel as it is.  That kernel is not at fault, so there is no exit status 1.
. scripts/run/lib.sh

sed 's/^/    /' "$B/control/verdict"
if [ "$(cat "$B/control/verdict.status")" -ne 0 ]; then
	die "this machine does not boot a kernel that is known to be good: $(sed -n \
		's/^not ok [0-9]* //p; s/^Bail out! //p' "$B/control/verdict" | head -n 1)"
fi
echo "ok - machine, QEMU and Xen are fit: Debian's $(cat "$B/control/built") boots, $(sed -n \
	's/^# verdict after \(.*\), .*/\1/p' "$B/control/verdict")"
