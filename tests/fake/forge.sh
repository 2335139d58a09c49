# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Forging without QEMU: what a program prints is put into a recorded boot, and
# changes no verdict but its own.

need pvboot || return 0
. tests/forged.sh

build_frame() {
	gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -o "$work/frame" \
		tests/fake/frame.c scripts/guests/frame.c
	make -s -C scripts/pvboot OUT="$O/pvboot"
	forge_text "$O/pvboot/pvboot" >"$work/forge.txt"
	says 'BUG: ' "$work/words"
	says 'user space' "$work/words"
}
t "what can be forged" build_frame

# judge LOG WHOSE TO: replay a console with domUs; its results but for WHOSE
judge() {
	"$O/pvboot-asan/pvboot" --replay "$1" --tests /domus --domu domu:boot \
		--domu domu-without:early-full-load --domu domu-smp:boot \
		--record "$work/result.json" || [ $? -eq 1 ]
	results "$work/result.json" >"$work/results"
	grep -Ev -- "$2" "$work/results" >"$3"
}

# forge AFTER DOMAIN PROGRAM: put $work/frames after the line that matches AFTER, into
# the whole boot and into one that ends there.  Only what is said of the program, and
# what that makes of the domain, may change.
forge() {
	tr -d '\r' <tests/consoles/v6.1-domus.log >"$work/whole.log"
	sed "/$1/q" "$work/whole.log" >"$work/cut.log"
	for log in whole cut; do
		judge "$work/$log.log" "^$2: |$3" "$work/before"
		sed "/$1/r $work/frames" "$work/$log.log" >"$work/forged.log"
		judge "$work/forged.log" "^$2: |$3" "$work/after"
		diff "$work/before" "$work/after"
		[ "$(wc -l <"$work/before")" -ge 8 ]
		# the words are in there
		[ "$(wc -l <"$work/forged.log")" -gt "$(wc -l <"$work/words")" ]
		[ $log = cut ] || says "^$2 test $3: failed" "$work/results"
	done
}

nonce() {
	tr -d '\r' <tests/consoles/v6.1-domus.log | sed -n 's/^pvboot: user space ~//p'
}

forge_in_dom0() {
	"$work/frame" "$(nonce)" '|' <"$work/forge.txt" >"$work/frames"
	forge "^~$(nonce)|TAP version" dom0 /domus
}
t "what a program in dom0 prints is its own" forge_in_dom0

forge_in_domu() {
	inner=$(sed -n 's/^.*{domu} pvboot: user space .x7e\(........\)~.*/\1/p' \
		tests/consoles/v6.1-domus.log)
	"$work/frame" "$inner" '|' <"$work/forge.txt" |
		"$work/frame" "$(nonce)" '{' domu >"$work/frames"
	forge "^~.*{domu} .*|TAP version" domu /xen_pv_cr3
}
t "what a program in a domU prints is its own" forge_in_domu
