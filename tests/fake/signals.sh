# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# No QEMU is left behind, however pvboot ends.

need pvboot || return 0
. tests/pvboot.sh

left_behind() {
	fake hang "$work/xen-up.log"
	rm -f "$FAKE_PID"
	# exec, so that $! is pvboot; a shell's child ignores INT otherwise
	(
		exec env --default-signal=INT "$O/pvboot-asan/pvboot" \
			--xen "$work/xen" --kernel "$work/bzImage" \
			--initrd "$work/root" --log-dir "$work/logs" \
			--qemu tests/fake/qemu
	) >"$work/out" 2>"$work/err" &
	boss=$!
	while [ ! -s "$FAKE_PID" ]; do sleep 0.05; done
	sleep 0.2
	kill -"$1" $boss
	got=0
	wait $boss || got=$?
	[ "$got" -eq "$2" ]
	gone "$(cat "$FAKE_PID")"
}
t "pvboot: Ctrl-C" left_behind INT 125
t "pvboot: terminated" left_behind TERM 125
t "pvboot: killed" left_behind KILL 137
