#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the version of the newest Xen that Debian has, which is in sid.  Leaves its
# lists in $O/download/apt.
. scripts/run/lib.sh

names=$(scripts/fetch/apt.sh "$O/download/newest" sid names xen-hypervisor-)
echo "$names" | sed -nE 's/^xen-hypervisor-([0-9]+\.[0-9]+)-amd64$/\1/p' |
	sort -V | tail -n 1
