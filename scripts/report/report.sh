#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the verdicts of a tree's variants as one KTAP report.  Exit status: 0
# all ok, 1 the kernel is at fault, 125 it could not be judged.
. scripts/run/lib.sh

boots=
for b in without with smp; do
	[ ! -e "$B/$b/verdict.status" ] || boots="$boots $b"
done
[ -n "$boots" ] || die "there is no verdict in $B; run 'make boot'"
release=$(cat "$B/with/built")

echo "KTAP version 1"
echo "# tree: $(cat "$B/base")"
echo "# hypervisor: $(cat "$O/xen-$XEN/version"), in $(qemu-system-x86_64 --version | head -n 1)"
echo "# compiler: $(gcc --version | head -n 1)"
if [ -s "$B/with/unknown-options" ]; then
	echo "# not known to this kernel: $(paste -sd' ' "$B/with/unknown-options")"
fi
# shellcheck disable=SC2086 # a list
echo "1..$(echo $boots | wc -w)"
n=0
worst=0
for b in $boots; do
	n=$((n + 1))
	verdict=$B/$b/verdict
	what="$release"
	if [ -s "$B/without/built" ]; then
		case $b in
		without) what="$what without the series" ;;
		*) what="$what with the series" ;;
		esac
	fi
	case $b in
	smp) what="$what, 2 vCPUs" ;;
	esac
	sed 's/^/    /' "$verdict"
	ok="not ok"
	case $(cat "$B/$b/verdict.status") in
	0)
		ok=ok
		text="boots, passes its tests and powers off"
		case $b,$(cat "$B/without/expect" 2>/dev/null) in
		without,early-full-load) text=$(sed -n 's/^ok 4 //p' "$verdict") ;;
		without,boot) text="$text: no crash, as $(cat "$B/without/why")" ;;
		esac
		;;
	1)
		text=$(sed -n 's/^not ok [0-9]* //p' "$verdict" | head -n 1)
		worst=1
		;;
	*)
		text="not judged: $(sed -n 's/^Bail out! //p' "$verdict")"
		[ $worst -eq 1 ] || worst=125
		;;
	esac
	echo "$ok $n $what: $text"
done
exit $worst
