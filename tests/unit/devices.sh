# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The programs behind a domU's devices, where there are none.

compile() {
	gcc -O2 -Wall -Wextra -Werror -std=gnu11 -D_GNU_SOURCE -o "$work/devices" \
		scripts/guests/devices.c scripts/guests/nic.c scripts/guests/cmdline.c
	gcc -O2 -Wall -Wextra -Werror -std=gnu11 -D_GNU_SOURCE -o "$work/hotplug" \
		scripts/guests/hotplug.c scripts/guests/nic.c scripts/guests/xenbus.c
}
t "devices: compile" compile

outside() {
	status 1 "$work/devices"
	says "not a command" "$work/err"
}
t "... leave the network of a machine that is no guest alone" outside

hotplug() {
	status 1 env -u XENBUS_PATH "$work/hotplug" "$@"
	says "error: $words" "$work/err"
}

awkward() {
	words="it is not said what to do" hotplug
	words="nothing known of 'x'" hotplug x
	words="there is no vif" hotplug online
	words=".* cannot be opened|there is no XENBUS_PATH" hotplug add
	status 0 "$work/hotplug" remove
	status 0 "$work/hotplug" offline
}
t "hotplug: says what it lacks" awkward
