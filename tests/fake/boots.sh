# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Several boots at a time, from the command to the report, with QEMUs that are none.

need pvboot || return 0
. tests/pvboot.sh

cells=$work/cells
mkdir -p "$cells"
# The cell's name says what QEMU does; one that ends has booted well.
cat >"$cells/how" <<END
#!/bin/sh
mkdir -p "$cells/\$1"
log=
[ "\${1%-*}" != end ] || log=tests/consoles/v6.1-good.log
printf '%s\\0' env FAKE="\${1%-*}" FAKE_PID="$cells/\$1/pid" FAKE_LOG="\$log" \\
	"$O/pvboot-asan/pvboot" --xen "$work/xen" --kernel "$work/bzImage" --initrd "$work/root" \\
	--log-dir "$cells/\$1" --memory 512 --qemu tests/fake/qemu
END
chmod +x "$cells/how"

fake_boots() {
	status 0 scripts/boot/boots.py "$cells/how" refuses-1 end-2 killed-3 end-4
	# pvboot's words, whole
	[ "$(grep -c '^pvboot: error: QEMU exited with status 1: qemu: no such machine$' "$work/err")" -eq 1 ]
	[ "$(grep -c '^boots: end-[24]: ok: ' "$work/err")" -eq 2 ]
	status 125 scripts/report/report.py "$cells/refuses-1" "$cells/end-2" "$cells/killed-3" "$cells/end-4"
	grep '^[^ ]' "$work/out" | sed 's/: .*//' >"$work/order"
	printf '%s\n' "KTAP version 1" "1..4" "not ok 1 refuses-1" "ok 2 end-2" \
		"not ok 3 killed-3" "ok 4 end-4" | diff - "$work/order"
	says '^not ok 1 refuses-1: not judged: QEMU exited with status 1: qemu: no such machine$' "$work/out"
}
t "boots: the report has them in their order" fake_boots

# No QEMU goes on, and what was not done says so.
broken_off() {
	rm -rf "$cells"/hang-*
	env --default-signal=INT setsid scripts/boot/boots.py "$cells/how" hang-1 hang-2 \
		>"$work/out" 2>"$work/err" &
	group=$!
	for _ in $(seq 100); do
		[ ! -s "$cells/hang-1/pid" ] || [ ! -s "$cells/hang-2/pid" ] || break
		sleep 0.1
	done
	sleep 0.3
	kill -INT -$group
	got=0
	wait $group || got=$?
	[ $got -eq 125 ]
	gone "$(cat "$cells/hang-1/pid")"
	gone "$(cat "$cells/hang-2/pid")"
	status 125 scripts/report/report.py "$cells/hang-1" "$cells/hang-2"
	[ "$(grep -c '^not ok [12] hang-[12]: not judged: interrupted$' "$work/out")" -eq 2 ]
}
if [ "$(nproc)" -ge 2 ]; then
	t "boots: Ctrl-C ends all of them" broken_off
else
	skip "boots: Ctrl-C ends all of them" "there is one core"
fi

killed_pvboot() {
	rm -rf "$cells"/hang-*
	scripts/boot/boots.py "$cells/how" hang-1 2>"$work/err" &
	boss=$!
	for _ in $(seq 100); do
		[ ! -s "$cells/hang-1/pid" ] || break
		sleep 0.1
	done
	pkill -KILL -P $boss
	wait $boss
	status 125 scripts/report/report.py "$cells/hang-1"
	says '^not ok 1 hang-1: not judged: .*hang-1/result.json: No such file' "$work/out"
	gone "$(cat "$cells/hang-1/pid")"
}
t "boots: a pvboot that was killed is told of" killed_pvboot
