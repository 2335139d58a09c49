# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# What a boot may do: it needs no root, speaks to no network, and writes nowhere but
# into its cell's folder.

command -v strace >/dev/null || {
	skip "rights" "there is no strace"
	return 0
}
need kernel machine guests || return 0

# As nobody, in a place where nobody can read what is booted; and without root's rights.
place=$(mktemp -d /tmp/rights.XXXXXX)
mkdir "$place/cell"
cp "$O/xen-4.17/xen" "$tree/with/bzImage" "$tree/guests/root.cpio" "$O/pvboot/pvboot" "$place"
as_nobody=
if [ "$(id -u)" -eq 0 ]; then
	chmod 755 "$place"
	chown nobody "$place/cell"
	as_nobody="setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs"
fi

# boot_traced STATUS PVBOOT
boot_traced() {
	# shellcheck disable=SC2086 # words
	status "$1" $as_nobody strace -f --seccomp-bpf -qq -e signal=none \
		-e trace=%network,open,openat,creat,execve -o "$place/cell/trace" \
		"$2" --xen "$place/xen" --kernel "$place/bzImage" --initrd "$place/root.cpio" \
		--log-dir "$place/cell" --patience "${PATIENCE:-1}"
	cat "$work/out" "$work/err"
}
dom0() {
	boot_traced 0 "$place/pvboot"
	says 'qemu-system-x86_64' "$place/cell/trace"
}
# AF_NETLINK is bubblewrap's, which makes a network of its own with nothing in it.
no_network() {
	grep -E '(socket|socketpair|connect|bind)\(' "$place/cell/trace" >"$work/network"
	cat "$work/network"
	says 'AF_UNIX' "$work/network"
	! grep -v -e AF_UNIX -e 'AF_NETLINK, .*NETLINK_ROUTE)' -e sa_family=AF_NETLINK "$work/network"
}
# /proc/self/fd is the machine's memory, which has no name; /newroot and the maps are of
# bubblewrap's name space.
no_other_file() {
	grep -E 'O_WRONLY|O_RDWR|O_CREAT|creat\(' "$place/cell/trace" | grep -v ' = -1 ' |
		sed -E 's/^[0-9]+ +//' | sort | uniq -c >"$work/written"
	cat "$work/written"
	says "\"$place/cell/console.log\"" "$work/written"
	! grep -Ev -e "\"$place/cell/[^\"/]*\"" -e '"/dev/null"' -e '"/proc/self/fd/[0-9]+"' \
		-e 'creat\("/newroot/' -e '[0-9]+, "(uid_map|gid_map|setgroups)"' "$work/written"
}
t "rights: a boot as nobody" dom0
t "rights: ... uses no network" no_network
t "rights: ... writes into its cell's folder alone" no_other_file
# In its box QEMU sees no file that it was not given.
in_the_box() {
	says '"box":[[:space:]]*"bubblewrap"' "$place/cell/result.json"
	says '"--unshare-all"' "$place/cell/trace"
	says '"-sandbox", "on,' "$place/cell/trace"
}
if bwrap --unshare-all --ro-bind / / true 2>/dev/null; then
	t "rights: ... and QEMU is in a box" in_the_box
else
	skip "rights: ... and QEMU is in a box" "bubblewrap does not work here"
fi
killed_in_the_box() {
	"$O/pvboot/pvboot" --xen "$place/xen" --kernel "$place/bzImage" --initrd "$place/root.cpio" \
		--log-dir "$work" --patience 3 >"$work/out" 2>"$work/err" &
	pid=$!
	for _ in $(seq 600); do
		! grep -qs 'Xen version' "$work/console.log" || break
		sleep 0.1
	done
	pkill -KILL -f "^qemu-system.*$place/bzImage"
	rc=0
	wait $pid || rc=$?
	[ $rc -eq 125 ]
	says '^pvboot: error: QEMU was killed by signal 9$' "$work/err"
}
t "rights: QEMU that is killed in its box" killed_in_the_box
rm -rf "$place"
