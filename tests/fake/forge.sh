# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Forging without QEMU: what a program prints is put into a recorded boot, and
# changes no verdict but its own.
. tests/forged.sh

need pvboot || return 0

what_is_forged() {
	gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -o "$work/frame" \
		tests/fake/frame.c scripts/guests/frame.c
	forge_text >"$work/forge.txt"
	says 'BUG: ' "$work/words"
	says 'user space' "$work/words"
	tr -d '\r' <tests/consoles/v6.1-domus.log >"$work/whole.log"
	sed -n 's/^pvboot: user space ~//p' "$work/whole.log" >"$work/nonce"
	sed -n 's/^.*{domu} pvboot: user space .x7e\(........\)~$/\1/p' "$work/whole.log" \
		>"$work/inner"
	# not even one that knew the nonce
	for nonce in nonce inner; do
		grep -a deadbeef "$work/forge.txt" | sed "s/deadbeef/$(cat "$work/$nonce")/"
	done >"$work/known"
	{ echo; cat "$work/known"; } >>"$work/forge.txt"
}
t "what can be forged" what_is_forged

# judge LOG RECORD: replay a console with domUs
judge() {
	"$O/pvboot-asan/pvboot" --replay "$1" --record "$2" --tests /domus --domu domu:boot \
		--domu domu-without:early-full-load --domu domu-smp:boot >"$work/out" || [ $? -eq 1 ]
}

# forge AFTER TEST DOMAIN: put frames after the line that matches AFTER, into the
# whole boot and into one that ends there: $work/harmless, in which the test only
# fails, and $work/frames.  What is found about all others has to be the same.
forge() {
	sed "/$1/q" "$work/whole.log" >"$work/cut.log"
	for log in whole cut; do
		for how in harmless frames; do
			sed "/$1/r $work/$how" "$work/$log.log" >"$work/$how.log"
			judge "$work/$how.log" "$work/$how.json"
			found "$work/$how.json" "$2" "$3" >"$work/$how.found"
		done
		# the words are in there
		[ "$(wc -l <"$work/frames.log")" -gt "$(wc -l <"$work/words")" ]
		diff "$work/harmless.found" "$work/frames.found"
		[ $log = cut ] || says "^dom0: power off: reached" "$work/frames.found"
	done
}

in_dom0() {
	"$work/frame" "$(cat "$work/nonce")" '|'
}
forge_in_dom0() {
	echo "not ok 2 forged" | in_dom0 >"$work/harmless"
	in_dom0 <"$work/forge.txt" >"$work/frames"
	forge "^~$(cat "$work/nonce")|TAP version" /domus dom0
}
t "what a program in dom0 prints is its own" forge_in_dom0

in_domu() {
	"$work/frame" "$(cat "$work/inner")" '|' | "$work/frame" "$(cat "$work/nonce")" '{' domu
}
forge_in_domu() {
	echo "not ok 2 forged" | in_domu >"$work/harmless"
	in_domu <"$work/forge.txt" >"$work/frames"
	forge "^~.*{domu} .*|TAP version" /xen_pv_cr3 domu
}
t "what a program in a domU prints is its own" forge_in_domu
