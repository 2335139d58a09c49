#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Download one Debian package, unless it is there already and whole, and print the
# file's path:	deb.sh PACKAGE SUITE [FOLDER]
# Leaves it in $O/download, or in FOLDER there, for one that several suites have, and
# beside it the sum of what apt has checked.
. scripts/run/lib.sh

dir=$O/download${3:+/$3}
mkdir -p "$dir"
# shellcheck disable=SC2012 # the names are Debian's
file=$(ls "$dir/$1"_*.deb 2>/dev/null | tail -n 1)
# One from before there were sums has to be an archive to its end.
if [ -n "$file" ] && [ ! -e "$file.sum" ] && dpkg-deb --fsys-tarfile "$file" >/dev/null 2>&1; then
	(cd "$dir" && sha256sum "${file##*/}") >"$file.sum.new"
	mv "$file.sum.new" "$file.sum"
fi
if [ -n "$file" ] && ! (cd "$dir" && sha256sum --status -c "$file.sum") 2>/dev/null; then
	say "${file##*/} is not what Debian has sent; getting it again"
	rm -f "$file" "$file.sum"
	file=
fi
if [ -z "$file" ]; then
	need_disk 500 "$dir"
	tmp=$dir/$1.part
	rm -rf "$tmp"
	scripts/fetch/apt.sh "$tmp" "$2" download "$1"
	for deb in "$tmp"/*.deb; do
		file=$dir/${deb##*/}
		(cd "$tmp" && sha256sum "${deb##*/}") >"$file.sum"
		mv "$deb" "$file"
	done
	rmdir "$tmp"
fi
echo "$file"
