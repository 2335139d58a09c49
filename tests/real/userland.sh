# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# A domU whose user space is Debian's, from a disk, from which GRUB boots it, through its
# life; and such in which something is wrong.

t "userland: without a disk" refused 'VARIANT=userland needs a disk and a network card: VARIANT=devices\+userland' \
	make --no-print-directory boot VARIANT=userland

named "userland: Debian's, in a domU" "it builds a kernel of its own" || return 0

boot() {
	status "$1" make --no-print-directory boot VARIANT=devices+userland ROLE=domU
}
lives() {
	boot 0
	for what in units virt packages disk address stream; do
		says "^ *ok [0-9] userland\.$what$" "$work/out"
	done
	says 'Reading \(xen/xvdc\)/boot/grub/grub.cfg' "$O/v6.1+devices+userland/with/domu-smp.log"
	says 'ok [0-9]* domu-smp is saved and restored again' "$work/out"
	says '^    ok [0-9]* domU domu-smp: boots, passes its tests and powers off' "$work/out"
}
t "userland: Debian's, in a domU, through its life" lives

# spoilt STATUS: with the disk as debugfs makes it by what is said on standard input
spoilt() {
	disk=$O/userland/disk
	cp "$disk" "$work/kept"
	/sbin/debugfs -w -f - "$disk"
	boot "$1" || bad=1
	mv "$work/kept" "$disk"
	[ -z "${bad:-}" ]
}

# A unit that fails, and a program that is not as its package has it
unwell() {
	printf '[Service]\nType=oneshot\nExecStart=/bin/false\n' >"$work/bad.service"
	units=/etc/systemd/system
	spoilt 1 <<-END
		write $work/bad.service $units/bad.service
		symlink $units/multi-user.target.wants/bad.service ../bad.service
		rm /usr/bin/sum
		write $work/bad.service /usr/bin/sum
	END
	says "^ *not ok [0-9] userland.units: degraded; bad.service" "$work/out"
	says "^ *not ok [0-9] userland.packages: .*/usr/bin/sum" "$work/out"
	says '^not ok .*/userland: userland.units: degraded; bad.service' "$work/out"
}
t "userland: that is not well" unwell

no_grub() {
	echo "rm /boot/grub-x86_64-xen.bin" | spoilt 125
	says '^    not ok [0-9] domU domu-smp: not judged: .*cannot copy GRUB' "$work/out"
}
t "userland: without a GRUB" no_grub
