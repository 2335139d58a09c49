#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Download one Debian package, unless it is there already, and print the file's
# path:	deb.sh PACKAGE SUITE [FOLDER]
# Leaves it in $O/download, or in FOLDER there, for one that several suites have.
. scripts/run/lib.sh

dir=$O/download${3:+/$3}
mkdir -p "$dir"
# shellcheck disable=SC2012 # the names are Debian's
file=$(ls "$dir/$1"_*.deb 2>/dev/null | tail -n 1)
if [ -z "$file" ]; then
	need_disk 500 "$dir"
	tmp=$dir/$1.part
	rm -rf "$tmp"
	scripts/fetch/apt.sh "$tmp" "$2" download "$1"
	mv "$tmp"/*.deb "$dir"
	rmdir "$tmp"
	# shellcheck disable=SC2012
	file=$(ls "$dir/$1"_*.deb | tail -n 1)
fi
echo "$file"
