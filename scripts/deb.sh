#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Download one Debian package, its signature checked by apt, without installing
# it, and print the file's path:	deb.sh PACKAGE
. scripts/lib.sh

dir=$O/download
mkdir -p "$dir"
# shellcheck disable=SC2012 # the names are Debian's
file=$(ls "$dir/$1"_*.deb 2>/dev/null | tail -n 1)
if [ -z "$file" ]; then
	need_disk 500 "$dir"
	tmp=$dir/$1.part
	rm -rf "$tmp"
	mkdir "$tmp"
	log=$dir/$1.log
	top=$PWD
	cd "$tmp"
	apt-get -o APT::Sandbox::User= download "$1" >"$log" 2>&1 || {
		grep '^E:' "$log" >&2 || true
		die "apt-get cannot download $1; it is in Debian 12: is that among apt's sources, and has 'apt-get update' been run?"
	}
	cd "$top"
	mv "$tmp"/*.deb "$dir"
	rmdir "$tmp"
	# shellcheck disable=SC2012
	file=$(ls "$dir/$1"_*.deb | tail -n 1)
fi
echo "$file"
