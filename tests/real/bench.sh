# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# `make bench`: that the hook costs what upstream's does, that the figures
# repeat, and that one more test in the hook shows.

named "make bench" "it builds a kernel for itself" || return 0
need machine guests || return 0

bench() {
	want=$1
	shift
	status "$want" make --no-print-directory bench "$@"
	cp "$work/out" "$work/bench.out"
	cp "$O/bench/rows" "$work/bench.rows"
}

# figure WHAT UNIT COLUMN FILE
figure() {
	awk -F'|' -v what="$1" -v unit="$2" -v column="$3" \
		'$1 == what && $2 == unit { print $column }' "$4"
}

# Both as on another machine: QEMU knows no -plugin, and does not load ours.
other_qemu() {
	mkdir -p "$work/bin"
	cat >"$work/bin/qemu-system-x86_64" <<-END
		#!/bin/sh
		[ "\$1" = -help ] || { echo "Could not load plugin"; exit 1; } >&2
		echo "$1"
	END
	chmod +x "$work/bin/qemu-system-x86_64"
	PATH=$work/bin:$PATH refused "$2" make --no-print-directory bench
}
t "make bench: QEMU without plugins" other_qemu "-accel tcg" "takes no plugins"

t "make bench" bench 0
t "... meets what is wanted" says "^machine code of xen_write_cr3 .* same +same$" "$work/bench.out"
counted() {
	says_not 'NOT MET' "$work/bench.out"
	for path in "in a lazy batch, user table" "no user table" "user table"; do
		says "^xen_write_cr3,? $path +kernel instructions +[1-9]" "$work/bench.out"
	done
	says "^context switch, .* kernel instructions +[1-9]" "$work/bench.out"
	says "^first load +hypercalls +1 +1 +1 +1$" "$work/bench.out"
	says "^first load +operations +1 +1 +1 +1$" "$work/bench.out"
	says "^full load, user table +hypercalls +1 +1 +1 +1$" "$work/bench.out"
	says "^full load, user table +operations +2 +2 +2 +2$" "$work/bench.out"
	cp "$work/bench.rows" "$work/bench.good"
}
t "... counts all paths" counted
t "... writes JSON" python3 -m json.tool "$O/bench/bench.json"

# One of the two ends at once, the other would run on for minutes.
lame_qemu() {
	cat >"$work/bin/qemu-system-x86_64" <<-END
		#!/bin/sh
		case \$PWD in
		*/control) echo "planted" >&2; exit 1 ;;
		esac
		[ "\$1" != -help ] || { echo "-plugin file"; exit; }
		[ "\$1" != --version ] || { echo "none"; exit; }
		echo \$\$ >"$work/bench.pid"
		exec sleep 1000
	END
	PATH=$work/bin:$PATH refused "does not boot: not judged: QEMU exited with status 1: planted" \
		make --no-print-directory bench
	gone "$(cat "$work/bench.pid")"
}
t "make bench: one kernel does not boot, so the other is not waited for" lame_qemu
t "make bench: QEMU that does not load the plugin" other_qemu "-plugin file" \
	"does not boot: not judged: QEMU exited with status 1: Could not load plugin"

planted() {
	rm -rf "$work/series"
	cp -r patches/v6.1 "$work/series"
	cp tests/mutants/extra-test.patch "$work/series/0900-extra-test.patch"
	bench 1 SERIES="$work/series"
	says "error|numbers are not what is wanted" "$work/err"
}
t "make bench: one more test in the hook" planted
# By objdump it is so and so many instructions longer, none of them in a branch
# that is ever taken.
exactly() {
	code=$(figure "machine code of xen_write_cr3" instructions 3 "$work/bench.rows")
	upstream=$(figure "machine code of xen_write_cr3" instructions 4 "$work/bench.rows")
	[ "$code" -gt "$upstream" ]
	for what in "xen_write_cr3 in a lazy batch, user table" \
		"xen_write_cr3, no user table" "xen_write_cr3, user table" \
		"context switch, pipe ping-pong"; do
		new=$(figure "$what" "kernel instructions" 3 "$work/bench.rows")
		old=$(figure "$what" "kernel instructions" 3 "$work/bench.good")
		echo "$what: $new, and $old without it"
		[ $((new - old)) -eq $((code - upstream)) ]
		says "^$what +kernel instructions .* NOT MET$" "$work/bench.out"
	done
}
t "... shows as the instructions that it costs" exactly
repeats() {
	cut -d'|' -f1,2,4 "$work/bench.good" >"$work/bench.1"
	cut -d'|' -f1,2,4 "$work/bench.rows" >"$work/bench.2"
	diff "$work/bench.1" "$work/bench.2"
}
t "make bench: upstream's figures repeat to the last digit" repeats
