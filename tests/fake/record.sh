# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The record that pvboot leaves, whatever becomes of a boot.

need pvboot || return 0
. tests/pvboot.sh

# What keeps a kernel from being judged is in the record, too.
recorded() {
	fake end "$work/xen-up.log"
	status 1 pvboot --fact tree='a "tree"'
	[ "$(field outcome)" = fault ]
	[ "$(field facts.tree)" = 'a "tree"' ]
	refused "is not a bzImage" pvboot --kernel "$work/xen"
	[ "$(field outcome)" = unjudged ]
	[ "$(field why)" = "$work/xen is not a bzImage" ]
	fake refuses
	status 125 pvboot
	[ "$(field why)" = "QEMU exited with status 1: qemu: no such machine" ]
}
t "pvboot: every end leaves a record" recorded
# A run that is killed leaves none, and no older one either.
killed() {
	fake end "$work/xen-up.log"
	status 1 pvboot
	[ -e "$work/logs/result.json" ]
	fake hang "$work/xen-up.log"
	rm -f "$FAKE_PID"
	(
		exec "$O/pvboot-asan/pvboot" --xen "$work/xen" --kernel "$work/bzImage" \
			--initrd "$work/root" --log-dir "$work/logs" --qemu tests/fake/qemu
	) &
	boss=$!
	while [ ! -s "$FAKE_PID" ]; do sleep 0.05; done
	kill -KILL $boss
	wait $boss || :
	[ ! -e "$work/logs/result.json" ]
}
t "pvboot: a run that is killed leaves no record" killed
documented() {
	fake end "$work/xen-up.log"
	status 1 pvboot --fact tree=x
	status 1 "$O/pvboot-asan/pvboot" --record "$work/death.json" --replay tests/consoles/v6.1-nohook.log
	python3 tests/unit/record_keys.py Documentation/record.rst "$work/logs/result.json" "$work/death.json"
}
t "pvboot: the record is as documented" documented
