# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Forging in a real boot: a program in dom0, and one in a domU, that say what others
# would say, on any way they find, change no verdict but their own.

. tests/forged.sh

forge=$work/forge
tree=$O/v6.1

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
	status 1 "$O/pvboot/pvboot" --xen "$O/xen-4.17/xen" --kernel "$tree/with/bzImage" \
		--vmlinux "$tree/with/vmlinux" --initrd "$forge/dom0.cpio" \
		--log-dir "$forge/logs" --patience "${PATIENCE:-2}" --tests /forge,/domus \
		--domu "domu:boot:$tree/with/vmlinux" \
		--domu "domu-without:early-full-load:$tree/without/vmlinux" \
		--append "pvboot.domus=domu:with:1:plain,domu-without:without:1:plain pvboot.patience=${PATIENCE:-2}"
	cp "$work/out" "$forge/verdict"
	cat "$forge/verdict"
	results "$forge/verdict" >"$forge/results"
}
t "a boot with them" forge_boot

only_forge_fails() {
	grep '^not ok' "$forge/results" | grep -v '/forge: \|/xen_pv_cr3: ' >"$forge/others" || :
	cat "$forge/others"
	[ ! -s "$forge/others" ]
	says '^not ok [0-9]+ /forge: it printed too much' "$forge/results"
	says '^not ok [0-9]+ domU domu: /xen_pv_cr3: it printed too much' "$forge/results"
	says '^ok [0-9]+ domU domu-without: early full cr3 load: ' "$forge/results"
	says '^ok [0-9]+ /domus' "$forge/results"
	says '^ok [0-9]+ power off' "$forge/results"
	says '^ok [0-9]+ no WARNING, BUG or Oops' "$forge/results"
	# the domU's own: the test's and no other
	[ "$(grep -c '^    ok' "$forge/results")" -ge 7 ]
	[ "$(grep -c '^    not ok' "$forge/results")" -eq 1 ]
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
