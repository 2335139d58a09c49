#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Measure the machine's own speed, all in one run, each figure beside what it
# is measured against, for scripts/bench/table.py.  Takes two kernel builds from
# nothing.  Reads nothing that is built.  Leaves all in $O/speed.
. scripts/run/lib.sh

dir=$O/speed
rm -rf "$dir"
mkdir -p "$dir"
# Neither side may profit from earlier builds.
CCACHE_DIR=$dir/ccache
export CCACHE_DIR

# timed COMMAND...: print its seconds; its words go into speed.log
timed() {
	begun=$(date +%s.%N)
	"$@" >>"$dir/speed.log" 2>&1 || {
		tail -n 5 "$dir/speed.log" >&2
		die "this failed: $*; see $dir/speed.log"
	}
	echo "$(date +%s.%N) - $begun" | bc
}

ratio() {
	printf '%.3f\n' "$(echo "scale=3; $1 / $2" | bc)"
}

# run ROLE SERIES
run() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory \
		O="$dir/run" KERNEL= DOM0=tested ROLE="$1" SERIES="$2" boot
}

# The plain side: package, tree, config, one `make bzImage vmlinux`.
plain_package() {
	# shellcheck disable=SC2153 # the front door sets it
	O=$dir/plain scripts/fetch/deb.sh "$(line_says "$LINE" package)" "$(line_says "$LINE" suite)"
	O=$dir/plain scripts/fetch/deb.sh "xen-hypervisor-$XEN-amd64" "$(xen_suite "$XEN")"
}

plain_make() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -C "$dir/plain/$LINE/tree" \
		O="$dir/plain/obj" ARCH=x86_64 LOCALVERSION= "$@"
}

plain_build() {
	plain_make KCONFIG_ALLCONFIG="$PWD/arch/x86/configs/xen_pv_boot.config" allnoconfig
	plain_make -j"$JOBS" bzImage vmlinux
}

# bare_command ROLE CELL: QEMU's command line
bare_command() {
	O=$dir/run B=$dir/run/$LINE KERNEL='' DOM0=tested ROLE=$1 scripts/boot/cell.sh "$2" |
		xargs -0 sh -c 'exec "$@" --print-command' sh
}

# bare_qemu ROLE CELL: QEMU alone, until it ends, or for a dom0 that dies until
# Xen has said so.
bare_qemu() {
	command=$(bare_command "$1" "$2")
	: >"$dir/bare.log"
	sh -c "exec $command" </dev/null >"$dir/bare.log" 2>&1 &
	qemu=$!
	while kill -0 $qemu 2>/dev/null && ! grep -q 'Hardware Dom0' "$dir/bare.log"; do
		sleep 0.05
	done
	kill $qemu 2>/dev/null || :
	wait $qemu 2>/dev/null || :
}

# The same boot with domUs, but none of them has a life after its tests.
bare_domus() {
	command=$(bare_command domU with | sed 's/:life:/:plain:/')
	sh -c "$command </dev/null"
}

# bare_boots ROLE: all boots of a run in bare QEMU
bare_boots() {
	for boot in without with smp; do
		bare_qemu "$1" $boot
	done
}

# cells SERIES: a matrix of them as dom0, all kernels being built
cells() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory O="$dir/run" \
		KERNEL= AXES="line=$LINE xen=$XEN role=dom0 cpus=1 series=$1" matrix
}

bare_cells() {
	for boot in with without control; do
		bare_qemu dom0 $boot
	done
}

# row WHAT SECONDS AGAINST SECONDS WANTED
row() {
	printf '%s; beside %s|seconds|%.1f|%.1f|%s|%s\n' "$1" "$3" "$2" "$4" \
		"$(ratio "$2" "$4")" "$5" >>"$dir/rows"
}

say "plain: package and tree"
package=$(timed plain_package)
unpack=$(timed env O="$dir/plain" B="$dir/plain/$LINE" KERNEL= scripts/fetch/tree.sh)
say "plain: make bzImage vmlinux"
plain=$(timed plain_build)

say "make boot from nothing"
nothing=$(timed run dom0 "patches/$LINE")

say "make boot, nothing changed"
again=$(timed run dom0 "patches/$LINE")
# Before the bare boots, which ask cell.sh how: it forgets the last record.
last_line=$(scripts/report/say.py "$dir/run/$LINE/without" '{silence}')
bare=$(timed bare_boots dom0)
dom0=$(timed bare_qemu dom0 with)

say "make matrix"
# Once for the control, which nobody has built
timed cells with,without,control >/dev/null
cell=$(timed cells with)
matrix=$(timed cells with,without,control)
bare_matrix=$(timed bare_cells)

say "make boot with domUs, nothing changed"
timed run all "patches/$LINE" >/dev/null
all=$(timed run all "patches/$LINE")
domus=$(scripts/report/say.py --domus "$dir/run/$LINE/with" '{name} {seconds:.1f} s')
plain_domus=$(timed bare_domus)
all_bare=$(timed bare_boots all)

say "make boot, one line of mmu_pv.c changed"
cp -r "patches/$LINE" "$dir/series"
cat >"$dir/series/0900-one-line.patch" <<'END'
From: pvboot <pvboot@localhost>
Date: Sat, 1 Jan 2000 00:00:00 +0000
Subject: [PATCH] One line

---
diff --git a/arch/x86/xen/mmu_pv.c b/arch/x86/xen/mmu_pv.c
--- a/arch/x86/xen/mmu_pv.c
+++ b/arch/x86/xen/mmu_pv.c
@@ -1,3 +1,4 @@
+/* one line */
 // SPDX-License-Identifier: GPL-2.0
 
 /*
END
line=$(timed run dom0 "$dir/series")
objects=$(sed -n 's/^  CC  *//p' "$dir/run/$LINE/with/kernel.log" | paste -sd' ')
# The same edit by hand: one object, and all the links that follow from it.
touch "$dir/plain/$LINE/tree/arch/x86/xen/mmu_pv.c"
relink=$(timed plain_make -j"$JOBS" bzImage vmlinux)

{
	echo "kernel|$(cat "$dir/run/$LINE/base")"
	echo "hypervisor|$(cat "$dir/run/xen-$XEN_NAME/version")"
	echo "machine|$(qemu-system-x86_64 --version | head -n 1), $ACCEL"
	echo "compiler|$(gcc --version | head -n 1)"
	echo "host|$(nproc) CPUs, -j$JOBS; load at the end $(cut -d' ' -f1 /proc/loadavg)"
	echo "figures|times, each of one run; ccache empty at the beginning"
	echo "package|$(printf '%.1f' "$package") s, and unpacking $(printf '%.1f' "$unpack") s, are on both sides of the first row"
	echo "compiled for one line|$objects"
	echo "cells of a matrix an hour|$(echo "3 * 3600 / $matrix" | bc), of kernels that are built"
	echo "domUs from xl create to gone|$domus"
} >"$dir/versions"

echo "what; beside what|in|measured|against|ratio|wanted" >"$dir/rows"
row "from nothing, dom0" "$nothing" "package, tree, plain make" \
	"$(echo "$package + $unpack + $plain" | bc)" -
row "... without package" "$(echo "$nothing - $package - $unpack" | bc)" \
	"plain make" "$plain" "at most 1.15"
row "nothing changed, dom0" "$again" "bare QEMU" "$bare" "at most 1.3"
row "nothing changed, dom0 and domUs" "$all" "bare QEMU" "$all_bare" "at most 1.3"
row "matrix of three cells, dom0" "$matrix" "bare QEMU, one after the other" "$bare_matrix" -
row "matrix of three cells, dom0" "$matrix" "three of one cell" "$(echo "3 * $cell" | bc)" "at most 1"
row "one line changed, dom0" "$line" "make, bare QEMU" \
	"$(echo "$relink + $bare" | bc)" -
row "three domUs, no life" "$plain_domus" "2.5 dom0 + 3 s each" \
	"$(echo "2.5 * $dom0 + 9" | bc)" "at most 1"
row "last line of a death to the verdict" "$last_line" "a second" 1 "at most 1"

scripts/bench/table.py times "$dir"
