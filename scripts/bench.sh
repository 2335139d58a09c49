#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Measure the machine's own speed, all in one run, each figure beside what it
# is measured against.  Takes two kernel builds from nothing.
. scripts/lib.sh

dir=$O/bench
rm -rf "$dir"
mkdir -p "$dir"
# Neither side may profit from earlier builds.
CCACHE_DIR=$dir/ccache
export CCACHE_DIR

# timed COMMAND...: its seconds into $took, its words into bench.log
timed() {
	begun=$(date +%s.%N)
	"$@" >>"$dir/bench.log" 2>&1 || {
		tail -n 5 "$dir/bench.log" >&2
		die "this failed: $*; see $dir/bench.log"
	}
	took=$(echo "$(date +%s.%N) - $begun" | bc)
}

ratio() {
	echo "scale=3; $1 / $2" | bc | sed 's/^\./0./'
}

# run ROLE SERIES
run() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory \
		O="$dir/run" KERNEL= DOM0=tested ROLE="$1" SERIES="$2" boot
}

# The plain side: package, tree, config, one `make bzImage vmlinux`.
plain_package() {
	# shellcheck disable=SC2153 # the front door sets it
	O=$dir/plain scripts/deb.sh "linux-source-${LINE#v}"
	O=$dir/plain scripts/deb.sh "xen-hypervisor-$XEN-amd64"
}

plain_make() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -C "$dir/plain/$LINE/tree" \
		O="$dir/plain/obj" ARCH=x86_64 LOCALVERSION= "$@"
}

plain_build() {
	plain_make KCONFIG_ALLCONFIG="$PWD/arch/x86/configs/xen_pv_boot.config" allnoconfig
	plain_make -j"$JOBS" bzImage vmlinux
}

# bare_qemu ROLE BOOT: QEMU alone, until it ends, or for a dom0 that dies until
# Xen has said so.
bare_qemu() {
	command=$(O=$dir/run B=$dir/run/$LINE KERNEL='' DOM0=tested ROLE=$1 \
		scripts/verdict.sh "$2" --dry-run)
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
	command=$(O=$dir/run B=$dir/run/$LINE KERNEL='' DOM0=tested ROLE=domU \
		scripts/verdict.sh with --dry-run | sed 's/:life:/:plain:/')
	timed sh -c "$command </dev/null"
	echo "$took"
}

# bare ROLE: the time of all boots of a run in bare QEMU
bare_boots() {
	bare=0
	for boot in without with smp; do
		timed bare_qemu "$1" $boot
		bare=$(echo "$bare + $took" | bc)
		[ "$1,$boot" != dom0,with ] || dom0=$took
	done
}

# row WHAT SECONDS AGAINST SECONDS WANTED
row() {
	printf '%-24s %8.1f  %-38s %8.1f  %7s  %s\n' "$1" "$2" "$3" "$4" \
		"$(ratio "$2" "$4")" "$5"
}

say "plain: package and tree"
timed plain_package
package=$took
timed env O="$dir/plain" B="$dir/plain/$LINE" KERNEL= scripts/tree.sh
unpack=$took
say "plain: make bzImage vmlinux"
timed plain_build
plain=$took

say "make boot from nothing"
timed run dom0 "patches/$LINE"
nothing=$took

say "make boot, nothing changed"
timed run dom0 "patches/$LINE"
again=$took
bare_boots dom0

say "make boot with domUs, nothing changed"
timed run all "patches/$LINE"
timed run all "patches/$LINE"
all=$took
plain_domus=$(bare_domus)
domus=$(grep 'pvboot: create\|pvboot: gone' "$dir/run/$LINE/with/dom0.log" | awk '
	/create/ { begun = $1 } /gone/ { printf "%s%s %.1f s", n++ ? ", " : "", $NF, $1 - begun }')
dom0_bare=$bare
bare_boots all
all_bare=$bare
bare=$dom0_bare

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
timed run dom0 "$dir/series"
line=$took
objects=$(sed -n 's/^  CC  *//p' "$dir/run/$LINE/with/kernel.log" | paste -sd' ')
# The same edit by hand: one object, and all the links that follow from it.
touch "$dir/plain/$LINE/tree/arch/x86/xen/mmu_pv.c"
timed plain_make -j"$JOBS" bzImage vmlinux
relink=$took

cat <<END
# $(cat "$dir/run/$LINE/base"); $(gcc --version | head -n 1)
# $(qemu-system-x86_64 --version | head -n 1), $ACCEL; $(cat "$dir/run/xen-$XEN/version")
# $(nproc) CPUs, -j$JOBS; seconds, each of one run; ccache empty at the beginning
# package $(printf '%.1f' "$package") s and unpacking $(printf '%.1f' "$unpack") s are on both sides of the first row
#
END
printf '%-24s %8s  %-38s %8s  %7s  %s\n' "make boot" seconds "measured against" seconds ratio wanted
row "from nothing, ROLE=dom0" "$nothing" "package, tree, make bzImage vmlinux" \
	"$(echo "$package + $unpack + $plain" | bc)" "see below"
row "... without package" "$(echo "$nothing - $package - $unpack" | bc)" \
	"make bzImage vmlinux" "$plain" "1.15"
row "nothing changed, dom0" "$again" "the boots in bare QEMU" "$bare" "1.3"
row "nothing changed, all" "$all" "the boots in bare QEMU" "$all_bare" "1.3"
row "one line changed, dom0" "$line" "the same by hand, boots in bare QEMU" \
	"$(echo "$relink + $bare" | bc)" "-"
row "three domUs, no life" "$plain_domus" "2.5 x dom0 alone + 3 s for each" \
	"$(echo "2.5 * $dom0 + 9" | bc)" "1"
echo "# compiled for that line: $objects"
echo "# domUs, from xl create to gone: $domus"
