#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Count what the hook costs with the series, and what it costs on the tree as it
# came, and print it.  Reads what `make boot` has of the line: tree, guests, Xen, pvboot; builds
# its own kernels.  Leaves $O/bench/versions, rows and bench.json.
. scripts/run/lib.sh

dir=$O/bench/$LINE
rows=$O/bench/rows
qemu-system-x86_64 -help | grep -q '^-plugin ' ||
	die "this QEMU's TCG takes no plugins, so instructions cannot be counted; Debian's qemu-system-x86 does"

# What the kernel without the series is: the tree as it came, whose hook is
# upstream's.  Where the series changes that one it has to cost less.
against=upstream
case $(line_says "$LINE" tree) in
*"with the hook") against=without ;;
esac

mkdir -p "$dir"
rm -f "$rows"
make --no-print-directory -f scripts/Makefile.run measured
[ -s "$dir/control/built" ] || die "$(cat "$dir/base") has no hook of its own to compare with"

{
	echo "kernel|$(cat "$dir/base"), without the options of its own tests"
	echo "series|${SERIES#"$PWD/"}"
	echo "hypervisor|$(cat "$O/xen-$XEN_NAME/version")"
	echo "machine|$(qemu-system-x86_64 --version | head -n 1), TCG, 1 CPU"
	echo "compiler|$(gcc --version | head -n 1)"
	echo "linker|$(ld --version | head -n 1)"
	echo "C library|$(ldd --version | head -n 1)"
	echo "figures|exact: the same sources and versions give the same, to the last digit"
} >"$O/bench/versions"

log=$O/bench/build.log
build_program "$log" -shared -fPIC -fvisibility=hidden -o "$O/bench/count.so" scripts/bench/count.c
build_program "$log" -static -o "$dir/pingpong" scripts/guests/pingpong.c
cp "$B/guests/init" "$dir/"
# The kernel reads the dates when it unpacks this, digit by digit.
touch -d @0 "$dir/init" "$dir/pingpong"
# Without the selftest, so that no count changes with it.
"$B/guests/gen_init_cpio" -t 0 - >"$dir/root.cpio" <<END
dir /dev 0755 0 0
nod /dev/console 0600 0 0 c 5 1
dir /proc 0755 0 0
dir /sys 0755 0 0
file /init $dir/init 0755 0 0
file /pingpong $dir/pingpong 0755 0 0
END

say "booting: with the series and $against, each instruction counted"
if ! bad=$(scripts/boot/boots.py --all-or-none scripts/bench/cell.sh with control); then
	[ -n "$bad" ] || exit 125
	die "a kernel that is to be measured does not boot: $(scripts/report/say.py \
		"$dir/$bad" '{headline}'); try make boot"
fi

scripts/bench/figures.py --against "$against" "$dir" "$rows"
# shellcheck disable=SC2034 # for keep_status
judged=yes
scripts/bench/table.py exact "$O/bench"
