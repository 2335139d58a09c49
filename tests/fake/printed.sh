# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# QEMU's command line as pvboot prints it, for whoever runs QEMU itself.

need pvboot || return 0
. tests/pvboot.sh

# QEMU's command line, all of it; nothing else is done.
printed() {
	rm -rf "$work/logs"
	mkdir "$work/logs"
	touch "$work/logs/result.json"
	status 0 pvboot --print-command "$@"
	[ ! -s "$work/err" ]
	[ "$(wc -l <"$work/out")" -eq 1 ]
	[ "$(ls "$work/logs")" = result.json ]
	sed "s|$work/||g; s|' '|'\n'|g" "$work/out"
}
print_command() {
	printed --append 'a,b' --tests /a,/b --xen-append dom0_vcpus_pin --cpus 2 \
		--icount 4 --gdb sock --console con,sole --plugin p.so,out=x \
		--disk "$work/root" --nic e1000 >"$work/command"
	diff tests/fake/command "$work/command"
}
t "pvboot: --print-command" print_command
print_auto() {
	printed --accel auto >"$work/command"
	says "^'tcg'$" "$work/command"
}
t "pvboot: --print-command probes nothing" print_auto
