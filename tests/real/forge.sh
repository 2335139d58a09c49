# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Forging in a real boot: a program in dom0, and one in a domU, that say what others
# would say, on any way they find, change no verdict but their own.

. tests/forged.sh

need pvboot kernel guests machine || return 0

forge=$work/forge

# Roots in which the program takes the place of the test.
forge_roots() {
	rm -rf "$forge"
	mkdir -p "$forge/logs"
	gcc -O2 -Wall -Wextra -Werror -static -o "$forge/forge" tests/real/forge.c
	forge_text >"$forge/forge.txt"
	files="file /forge.txt $forge/forge.txt 0644 0 0"
	printf 'file /xen_pv_cr3 %s 0755 0 0\n%s\n' "$forge/forge" "$files" >"$forge/domu.list"
	"$tree/guests/gen_init_cpio" "$forge/domu.list" >"$forge/more"
	cat "$tree/guests/root.cpio" "$forge/more" >"$forge/domu.cpio"
	cat >"$forge/dom0.list" <<-END
		file /forge $forge/forge 0755 0 0
		$files
		dir /domu 0755 0 0
		file /domu/initrd $forge/domu.cpio 0644 0 0
		file /domu/with $tree/with/bzImage 0644 0 0
		file /domu/without $tree/without/bzImage 0644 0 0
	END
	"$tree/guests/gen_init_cpio" "$forge/dom0.list" >"$forge/more"
	cat "$tree/guests/root.cpio" "$O/toolstack-4.17/root.cpio" "$forge/more" \
		>"$forge/dom0.cpio"
}
t "guests that forge" forge_roots

forge_boot() {
	patience=${PATIENCE:-2}
	status 1 "$O/pvboot-asan/pvboot" --xen "$O/xen-4.17/xen" --kernel "$tree/with/bzImage" \
		--vmlinux "$tree/with/vmlinux" --initrd "$forge/dom0.cpio" \
		--log-dir "$forge/logs" --patience "$patience" --tests /forge,/domus \
		--domu "domu:boot:$tree/with/vmlinux" \
		--domu "domu-without:early-full-load:$tree/without/vmlinux" \
		--append "pvboot.domus=domu:with:1:plain,domu-without:without:1:plain pvboot.patience=$patience"
}
t "a boot with them" forge_boot

# The test in the domU is one that forges, too.
only_forge_fails() {
	found "$forge/logs/result.json" /forge dom0 >"$forge/found"
	cat "$forge/found"
	sed -n 's/^.*: \(.*\): \(ok\|failed\|cut off\|not run\|skipped\)$/\1 \2/p' "$forge/found" \
		>"$forge/tests"
	cat >"$forge/want" <<-END
		xen_pv_cr3 ok
		/domus ok
		xen_pv_cr3 ok
		/xen_pv_cr3 failed
		xen_pv_cr3 skipped
		/xen_pv_cr3 not run
	END
	diff "$forge/want" "$forge/tests"
	says '^dom0: off$' "$forge/found"
	says '^domu: off$' "$forge/found"
	says '^domu-without: crashed$' "$forge/found"
	[ "$(grep -c ': not reached' "$forge/found")" -eq 4 ]
	grep ': \(crash\|hang\|complaint\|flood\|quit\|missed\): ' "$forge/found" >"$forge/faults"
	cat "$forge/faults"
	says '^domu-without: crash: ' "$forge/faults"
	[ "$(wc -l <"$forge/faults")" -eq 1 ]
	# in dom0 and in the domU
	[ "$(grep -c '"why":.*"it printed too much"' "$forge/logs/result.json")" -eq 2 ]
}
t "... only the programs themselves fail" only_forge_fails

# All of the text has been said, and none of the other ways was open.
no_other_way() {
	for d in dom0 domu; do
		says '[|] # forge: all said' "$forge/logs/$d.log"
		says_not '[|] # forge: (wrote|made|uncovered|mounted)' "$forge/logs/$d.log"
	done
	says_not '[|] # forge: may' "$forge/logs/dom0.log"
	# In the domU it is in the place of the selftest, which needs /proc/kcore.
	sed '/[|] # forge: may read the kernel$/d' "$forge/logs/domu.log" >"$forge/domu.rest"
	says_not '[|] # forge: may' "$forge/domu.rest"
	says_not 'forged' "$forge/logs/xen.log"
	says '[|] x\(XEN\) Hardware Dom0 crashed' "$forge/logs/dom0.log"
}
t "... nothing but the pipe was open to them" no_other_way
