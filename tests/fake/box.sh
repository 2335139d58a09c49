# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The box that QEMU runs in: what is in it, and that one which is not to be had is told.

need pvboot || return 0
. tests/pvboot.sh

boxed() {
	status 0 "$O/pvboot-asan/pvboot" --print-command --xen "$work/xen" --kernel "$work/bzImage" \
		--initrd "$work/root" --log-dir "$work/logs" "$@"
	sed "s|' '|'\n'|g" "$work/out" | tr -d "'" | sed '/^--$/q' >"$work/box"
	cat "$work/box"
}
# within FILE HOW: it is in the box, in that way
within() {
	grep -A1 -x -e "$2" "$work/box" | grep -qx "$1"
}

in_a_box() {
	boxed
	grep -qx -e --unshare-all "$work/box"
	for f in xen bzImage root; do
		within "$work/$f" --ro-bind
	done
	# nothing can be written
	says_not '^--(dev-)?bind' "$work/box"
	says_not "logs" "$work/box"
	boxed --disk "$work/user.log" --gdb "$work/logs/gdb"
	within "$work/user.log" --ro-bind
	within /var/tmp --dir
	within "$work/logs" --bind
	(cd "$work" && boxed --plugin p.so,out=x)
	within "$work/p.so" --ro-bind
	within "$work/logs" --bind
	# A link in a folder that is there as a whole has to lead somewhere.
	ln -sf "$work/root" "$work/logs/link"
	boxed --initrd "$work/logs/link"
	within "$work/logs/link" --ro-bind
	boxed --initrd "$work/logs/link" --gdb gdb
	within "$work/root" --ro-bind
	! within "$work/logs/link" --ro-bind
}
# told WORDS COMMAND...: what the record says of the box
told() {
	words=$1
	shift
	"$@" >/dev/null 2>&1 || :
	[ "$(field machine.box)" = "$words" ]
}
if bwrap --unshare-all --ro-bind / / true 2>/dev/null; then
	t "box: what is in it" in_a_box
else
	skip "box: what is in it" "bubblewrap does not work here"
fi
fake end
t "box: a QEMU of one's own has none" told "none: QEMU is not the system's" pvboot

# with_bwrap TEXT COMMAND...: in place of bubblewrap
with_bwrap() {
	mkdir -p "$work/bin"
	rm -f "$work/bin/bwrap"
	[ -z "$1" ] || { echo "$1" >"$work/bin/bwrap"; chmod +x "$work/bin/bwrap"; }
	shift
	PATH=$work/bin:/nowhere "$@"
}
# QEMU has no kernel that it could boot; but here it is the system's.
system_qemu() {
	"$O/pvboot-asan/pvboot" --xen "$work/xen" --kernel "$work/bzImage" --initrd "$work/root" \
		--log-dir "$work/logs" --patience 0.01 --qemu /usr/bin/qemu-system-x86_64
}
t "box: bubblewrap is not there" told "none: bwrap is not there" with_bwrap "" system_qemu
t "box: bubblewrap may not work" told "none: bwrap is not allowed to work here" \
	with_bwrap "$(printf '#!/bin/sh\nexit 1')" system_qemu
no_box_reported() {
	scripts/report/report.py "$work/logs" >"$work/report" 2>&1 || :
	says "^ *# box for QEMU: none: bwrap is not allowed to work here$" "$work/report"
}
t "box: the report says that there is none" no_box_reported
