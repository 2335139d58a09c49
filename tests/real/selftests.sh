# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The kernel's own selftests in dom0, beside the same kernel on the same machine without
# Xen: what they say is the same, but for what is known.

need kernel guests machine || return 0

# with_tests NAME TEST...: a root that has those tests
with_tests() {
	root=$work/$1
	shift
	mkdir -p "$root/kselftests" "$root/tmp"
	cp "$work/all/kselftest" "$root/"
	cp -r "$work/all/kselftests"/lib* "$root/kselftests/"
	cp "$@" "$root/kselftests/"
	(cd "$root" && find . | cpio --quiet -o -H newc) | cat "$tree/guests/root.cpio" - >"$root.cpio"
}
parts() {
	B=$tree JOBS=$(nproc) scripts/build/selftests.sh "$work/all"
	[ "$(find "$work/all/kselftests" -maxdepth 1 -type f | wc -l)" -ge 44 ]
	# shellcheck disable=SC2046 # a list
	with_tests most $(find "$work/all/kselftests" -maxdepth 1 -type f)
	# one that fails, one that dies, and two of which something is known, that say more
	for what in 'fails puts("[FAIL]\tthis is wrong"), exit(1)' 'dies raise(SIGSEGV)' \
		'skips exit(4)' 'test_vsyscall puts("[FAIL] vDSO reported CPU 9\n[FAIL]\tmore"), exit(1)' \
		'test_vsyscall_32 puts("# vDSO reported CPU 9\nnot ok 1 bad\n# more\nnot ok 2 bad"), exit(1)'; do
		printf '#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\nint main(void) { %s; }\n' \
			"${what#* }" | gcc -static -x c -o "$work/${what%% *}" -
	done
	with_tests bad "$work/fails" "$work/dies" "$work/skips" "$work/test_vsyscall" "$work/test_vsyscall_32"
}
t "selftests: as many as the tree has" parts

# in_dom0 STATUS ROOT
in_dom0() {
	mkdir -p "$work/$2.logs"
	status "$1" "$O/pvboot/pvboot" --xen "$O/xen-4.17/xen" --kernel "$tree/with/bzImage" \
		--vmlinux "$tree/with/vmlinux" --initrd "$work/$2.cpio" --tests /kselftest \
		--log-dir "$work/$2.logs" --cpus 2
}
results() {
	sed -n 's/.*|[ ]*\(\(not \)\{0,1\}ok\) [0-9]* \([a-z_0-9]*\)\( # SKIP\)\{0,1\}.*/\3 \1\4/p' "$1" |
		tr -d '\r' | sort
}
good() {
	in_dom0 0 most
	results "$work/most.logs/dom0.log" >"$work/dom0"
	[ "$(grep -c ' ok$' "$work/dom0")" -ge 40 ]
	[ "$(grep -c . "$work/dom0")" -eq "$(find "$work/all/kselftests" -maxdepth 1 -type f | wc -l)" ]
}
t "selftests: in dom0" good
bare() {
	timeout 300 qemu-system-x86_64 -nodefaults -no-reboot -display none -serial stdio -m 1024 \
		-accel tcg,thread=single -cpu qemu64,+rdrand -smp 2 -kernel "$tree/with/bzImage" \
		-initrd "$work/most.cpio" -append "console=ttyS0 panic=-1 pvboot.run=/kselftest" \
		</dev/null >"$work/bare.log"
	results "$work/bare.log" >"$work/bare"
	diff "$work/bare" "$work/dom0" >"$work/diff" || :
	cat "$work/diff"
	# Secondary vCPUs of a PV guest have no CPU number for the vDSO.
	[ "$(sed -n 's/^> //p' "$work/diff")" = "test_vsyscall ok # SKIP" ]
	[ "$(sed -n 's/^< //p' "$work/diff")" = "test_vsyscall ok" ]
}
t "... beside those without Xen" bare

bad() {
	in_dom0 1 bad
	cat "$work/bad.logs/dom0.log"
	says 'not ok [0-9] fails: \[FAIL\].this is wrong' "$work/bad.logs/dom0.log"
	says 'not ok [0-9] dies: it died of signal 11' "$work/bad.logs/dom0.log"
	says 'not ok [0-9] test_vsyscall: \[FAIL\].more' "$work/bad.logs/dom0.log"
	says 'not ok [0-9] test_vsyscall_32: not ok 2 bad' "$work/bad.logs/dom0.log"
	says '| ok [0-9] skips # SKIP' "$work/bad.logs/dom0.log"
	says '"title":[[:space:]]*"test failed: /kselftest dies"' "$work/bad.logs/result.json"
}
t "selftests: those that fail" bad
