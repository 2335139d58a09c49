# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Forging in a real boot: a program in dom0, and one in a domU, that say what others
# would say, on any way they find, change no verdict but their own.

need kernel guests machine || return 0
. tests/forged.sh

forge=$work/forge
tree=$O/v6.1

# Roots in which the program takes the place of the test.
forge_roots() {
	rm -rf "$forge"
	mkdir -p "$forge/logs"
	gcc -O2 -Wall -Wextra -Werror -static -o "$forge/forge" tests/real/forge.c
	forge_text "$O/pvboot/pvboot" >"$forge/forge.txt"
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
	status 1 "$O/pvboot/pvboot" --xen "$O/xen-4.17/xen" --kernel "$tree/with/bzImage" \
		--vmlinux "$tree/with/vmlinux" --initrd "$forge/dom0.cpio" \
		--log-dir "$forge/logs" --patience "${PATIENCE:-2}" --tests /forge,/domus \
		--domu "domu:boot:$tree/with/vmlinux" \
		--domu "domu-without:early-full-load:$tree/without/vmlinux" \
		--append "pvboot.domus=domu:with:1:plain,domu-without:without:1:plain pvboot.patience=${PATIENCE:-2}"
	results "$forge/logs/result.json" >"$forge/results"
	cat "$forge/results"
}
t "a boot with them" forge_boot

only_forge_fails() {
	says '^dom0 test /forge: failed: it printed too much' "$forge/results"
	says '^domu test /xen_pv_cr3: failed: it printed too much' "$forge/results"
	says '^dom0 test /domus: ok$' "$forge/results"
	grep -v -e '/forge' -e '^domu.* /xen_pv_cr3' "$forge/results" >"$forge/others"
	cat >"$forge/wanted" <<-'END'
		dom0: fault, off
		dom0 reached hypervisor up
		dom0 reached kernel entered
		dom0 reached memory mapped
		dom0 reached user space
		dom0 reached tests done
		dom0 reached power off
		dom0 test xen_pv_cr3: ok
		dom0 test /domus: ok
		domu: fault, off
		domu reached kernel entered
		domu reached memory mapped
		domu reached user space
		domu reached tests done
		domu reached power off
		domu test xen_pv_cr3: ok
		domu-without: ok, crashed
		domu-without reached kernel entered
		domu-without did not reach memory mapped
		domu-without did not reach user space
		domu-without did not reach tests done
		domu-without did not reach power off
		domu-without fault: PANIC: early exception in xen_get_user_pgd
	END
	diff "$forge/wanted" "$forge/others"
}
t "... only the programs themselves fail" only_forge_fails

# All of the text has been said, and none of the other ways was open.
no_other_way() {
	for d in dom0 domu; do
		says '# forge: all said' "$forge/logs/$d.log"
		says_not '# forge: (wrote|made|uncovered|mounted|may)' "$forge/logs/$d.log"
	done
	says_not 'forged' "$forge/logs/xen.log"
	says 'x\(XEN\) Hardware Dom0 crashed' "$forge/logs/dom0.log"
}
t "... nothing but the pipe was open to them" no_other_way
