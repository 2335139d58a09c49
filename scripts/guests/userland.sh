#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In a domU with Debian's userland, by bash and by what else is there: is all well?
#	userland.sh DOM0_ADDRESS DOMU_ADDRESS
dom0=$1
own=$2
n=0

# t NAME COMMAND: a test; what its command prints is why it failed.  A console that says
# nothing for minutes is taken for one that hangs.
t() {
	local why
	echo "userland.$1" >/dev/console
	n=$((n + 1))
	if why=$($2 2>&1); then
		echo "ok $n userland.$1"
	else
		echo "not ok $n userland.$1: ${why//$'\n'/; }"
	fi
}

# is WANTED FOUND: what was found is why it is not.
is() {
	[ "$2" = "$1" ] || {
		echo "$2"
		return 1
	}
}

units() {
	local state unit
	state=$(systemctl is-system-running --wait)
	[ "$state" = running ] || {
		echo "$state"
		for unit in $(systemctl list-units --failed --plain --no-legend | cut -d' ' -f1); do
			echo "$unit: $(journalctl -u "$unit" -o cat | head -n 2)"
		done
		return 1
	}
}
virt() {
	is xen "$(systemd-detect-virt)"
}
# What was unpacked is what dpkg knows of it.
packages() {
	is "" "$(dpkg --verify bash coreutils libc6 systemd)"
}
disk() {
	head -c 8M /dev/urandom >/var/tmp/some
	local sum
	sum=$(sha256sum </var/tmp/some)
	sync
	echo 3 >/proc/sys/vm/drop_caches
	[ "$sum" = "$(sha256sum </var/tmp/some)" ] || {
		echo "it is not what was written"
		return 1
	}
}
address() {
	local found=
	for _ in {1..25}; do
		found=$(ip -brief address show eth0 2>&1)
		[[ $found != *UP*$own/* ]] || return 0
		sleep 0.2
	done
	echo "$found"
	return 1
}
stream() {
	head -c 1M /var/tmp/some >/var/tmp/sent
	exec 3<>"/dev/tcp/$dom0/7"
	cat /var/tmp/sent >&3 &
	head -c 1M <&3 | cmp - /var/tmp/sent
}

echo "TAP version 13"
echo 1..6
t units units
t virt virt
t packages packages
t disk disk
t address address
t stream stream
