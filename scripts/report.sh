#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the verdicts of a tree's variants as one KTAP report.  Exit status: 0
# all ok, 1 the kernel is at fault, 125 it could not be judged.
. scripts/lib.sh

variants=
for v in without with; do
	[ ! -e "$B/$v/verdict.status" ] || variants="$variants $v"
done
[ -n "$variants" ] || die "there is no verdict in $B; run 'make boot'"
# shellcheck disable=SC2086 # a list
set -- $variants

echo "KTAP version 1"
echo "# tree: $(cat "$B/base")"
echo "# hypervisor: $(cat "$O/xen-$XEN/version"), in $(qemu-system-x86_64 --version | head -n 1)"
echo "# compiler: $(gcc --version | head -n 1)"
if [ -s "$B/with/unknown-options" ]; then
	echo "# not known to this kernel: $(paste -sd' ' "$B/with/unknown-options")"
fi
echo "1..$#"
n=0
worst=0
for v in "$@"; do
	n=$((n + 1))
	verdict=$B/$v/verdict
	status=$(cat "$B/$v/verdict.status")
	sed 's/^/    /' "$verdict"
	case $status in
	0)
		ok=ok
		if [ "$v" = without ]; then
			text=$(sed -n 's/^ok 4 //p' "$verdict")
		else
			text="dom0 boots, passes its tests and powers off"
		fi
		;;
	1)
		ok="not ok"
		text=$(sed -n 's/^not ok [0-9]* //p' "$verdict" | head -n 1)
		[ $worst -eq 125 ] || worst=1
		;;
	*)
		ok="not ok"
		text="not judged: $(sed -n 's/^Bail out! //p' "$verdict")"
		worst=125
		;;
	esac
	if [ -e "$B/without/verdict.status" ]; then
		echo "$ok $n $(cat "$B/$v/built") $v the series: $text"
	else
		echo "$ok $n $(cat "$B/$v/built"): $text"
	fi
done
exit $worst
