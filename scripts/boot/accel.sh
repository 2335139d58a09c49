#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# See whether Xen runs as ACCEL= asks, by a probe that needs no kernel.  Reads
# $O/xen-$XEN_NAME/xen, leaves nothing.
. scripts/run/lib.sh

say "does Xen run by $ACCEL?"
"$O/pvboot/pvboot" --probe --xen "$O/xen-$XEN_NAME/xen" --accel "$ACCEL" \
	--patience "$PATIENCE" >&2
