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

run() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory \
		O="$dir/run" KERNEL= SERIES="$1" boot
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

# QEMU alone, until it ends, or for a dom0 that dies until Xen has said so.
bare_qemu() {
	v=$dir/run/$LINE/$1
	set -- "$("$dir/run/pvboot/pvboot" --dry-run --xen "$dir/run/xen-$XEN/xen" \
		--kernel "$v/bzImage" --initrd "$dir/run/$LINE/guests/root.cpio" \
		--accel "$ACCEL" --memory "$MEMORY" --dom0-memory "$DOM0_MEMORY" \
		--cpus "$CPUS")"
	: >"$dir/bare.log"
	sh -c "exec $1" </dev/null >"$dir/bare.log" 2>&1 &
	qemu=$!
	while kill -0 $qemu 2>/dev/null && ! grep -q 'Hardware Dom0' "$dir/bare.log"; do
		sleep 0.05
	done
	kill $qemu 2>/dev/null || :
	wait $qemu 2>/dev/null || :
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
timed run "patches/$LINE"
nothing=$took

say "make boot, nothing changed"
timed run "patches/$LINE"
again=$took
timed bare_qemu without
bare=$took
timed bare_qemu with
bare=$(echo "$bare + $took" | bc)

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
timed run "$dir/series"
line=$took
objects=$(sed -n 's/^  CC  *//p' "$dir/run/$LINE/with/kernel.log" | paste -sd' ')
# The same edit by hand: one object, and all the links that follow from it.
touch "$dir/plain/$LINE/tree/arch/x86/xen/mmu_pv.c"
timed plain_make -j"$JOBS" bzImage vmlinux
relink=$took

cat <<END
# $(cat "$dir/run/$LINE/base"); $(gcc --version | head -n 1)
# $(qemu-system-x86_64 --version | head -n 1), $ACCEL; $(cat "$dir/run/xen-$XEN/version")
# $(nproc) CPUs, -j$JOBS; seconds of one run; ccache empty at the beginning
#
#                        make boot   measured against                    ratio  wanted
from nothing            $(printf '%10.1f' "$nothing")   make bzImage vmlinux $(printf '%6.1f' "$plain")
                                   + package $(printf '%.1f' "$package") + unpacking $(printf '%.1f' "$unpack")   $(ratio "($nothing - $package - $unpack)" "$plain")  1.15
nothing changed         $(printf '%10.1f' "$again")   both boots in bare QEMU $(printf '%.1f' "$bare")     $(ratio "$again" "$bare")  1.3
one line changed        $(printf '%10.1f' "$line")   the same by hand $(printf '%.1f' "$relink") + both boots $(ratio "$line" "($relink + $bare)")  -
                                   compiled for it: $objects
END
