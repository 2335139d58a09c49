# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# A death whose console shows no trace: what the kernel holds decides.

need pvboot || return 0

# vmlinux FILE FUNCTION...: with functions at the address that died and after
vmlinux() {
	file=$1
	shift
	for f in "$@"; do
		printf '.type %s, @function\n%s: .skip 112\n.size %s, 112\n' "$f" "$f" "$f"
	done | gcc -nostdlib -static -Wl,-e0,-Ttext=0xffffffff81017450 -o "$file" -x assembler -
}
# untraced STATUS SAYS FUNCTION...
untraced() {
	want=$1
	says=$2
	shift 2
	vmlinux "$work/vmlinux" "$@"
	status "$want" "$O/pvboot-asan/pvboot" --replay "${log_file:-tests/consoles/v5.10-nohook.log}" \
		--vmlinux "$work/vmlinux" --expect early-full-load --record "$work/result.json"
	says "$says" "$work/out"
}
t "pvboot: death without a trace" untraced 0 \
	'^ok: early full cr3 load: .* no trace; died in xen_get_user_pgd$' xen_get_user_pgd
other='^fault: not early-full-load: '
t "... of a kernel with a first stage" untraced 1 "$other" xen_get_user_pgd xen_write_cr3_init
t "... in another function" untraced 1 "$other" xen_set_p4d
elsewhere() {
	log_file=$work/elsewhere.log
	sed 's/cr2 0xffffea.*/cr2 0x28/' tests/consoles/v5.10-nohook.log >"$log_file"
	untraced 1 "$other" xen_get_user_pgd
}
t "... at another address" elsewhere
