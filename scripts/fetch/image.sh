#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Get a kernel that is built already: $IMAGE, with $VMLINUX and $MODULES if they are
# at hand, or that of $PACKAGE, NAME[/SUITE] of Debian's or the path of a .deb.  Leaves
# it in $B/with as if we had built it, its modules in $B/modules, what it is in $B/base,
# and that there is none without the series.
. scripts/run/lib.sh

new=$B/new
mkdir -p "$B/without" "$B/with"
[ -e "$B/without/built" ] || : >"$B/without/built"

# parts DEB: it, and the packages that its image and its modules are in, which a
# .deb of the user's has beside it
parts() {
	echo "$1"
	for part in $(dpkg-deb -f "$1" Depends | tr ',' '\n' |
		sed -nE 's/^ *(linux-(image|binary|modules)-[0-9][^ ]*).*/\1/p'); do
		if [ -n "$suite" ]; then
			other=$(scripts/fetch/deb.sh "$part" "$suite" "$suite") || exit
		else
			# shellcheck disable=SC2012 # the names are Debian's
			other=$(ls "${1%/*}/${part}"_*.deb 2>/dev/null | tail -n 1)
			[ -n "$other" ] || die "${1##*/} needs $part, which is not beside it"
		fi
		parts "$other"
	done
}

from_package() {
	case $PACKAGE in
	*.deb)
		suite=
		deb=$(realpath "$PACKAGE")
		;;
	*)
		suite=${PACKAGE#*/}
		[ "$suite" != "$PACKAGE" ] || suite=$(line_says "$CONTROL_LINE" suite)
		deb=$(scripts/fetch/deb.sh "${PACKAGE%%/*}" "$suite" "$suite")
		;;
	esac
	debs=$(parts "$deb")
	# shellcheck disable=SC2086 # words are wanted; a .deb's path has no blanks
	is_new $debs || exit 0
	need_disk 1000 "$B"
	rm -rf "$new"
	mkdir "$new"
	for deb in $debs; do
		say "unpacking ${deb##*/}"
		# Most of it is what no guest has
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$new" --exclude=./usr/share \
			--exclude='*/sound' --exclude='*/drivers/gpu' --exclude='*/drivers/media' \
			--exclude='*/drivers/net/ethernet' --exclude='*/drivers/net/wireless' ||
			die "$deb cannot be unpacked; delete it and try again"
		# shellcheck disable=SC2016 # dpkg-deb's variables
		what=$(dpkg-deb -W --showformat '${Package} ${Version}' "$deb")
		case $what in
		linux-image-*[0-9]*) base="${suite:+Debian }$what" ;;
		esac
	done
	image=$(find "$new" -path '*/boot/vmlinuz-*' -o -path '*/lib/modules/*/vmlinuz' | head -n 1)
	[ -n "$image" ] || die "$PACKAGE holds no kernel (boot/vmlinuz-* is looked for)"
	modules=$(find "$new" -path '*/lib/modules/*' -prune -type d | head -n 1)
}

from_files() {
	# shellcheck disable=SC2153 # the front door sets it
	image=$(realpath "$IMAGE")
	base=$image
	modules=${MODULES:+$(realpath "$MODULES")}
	# shellcheck disable=SC2046,SC2086 # a list of files, without blanks
	is_new "$image" ${VMLINUX:+"$(realpath "$VMLINUX")"} $(
		[ -z "$modules" ] || find "$modules" -name '*xen*.ko*') || exit 0
}

# is_new FILE...: not those that were taken the last time
is_new() {
	[ -e "$B/base" ] || rm -f "$B/taken"
	{
		stat -Lc '%n %s %Y' "$@"
		cksum scripts/build/image.py
		echo "$ROLE"
	} >"$B/taken.new"
	! cmp -s "$B/taken.new" "$B/taken"
}

if [ -n "$PACKAGE" ]; then
	from_package
else
	from_files
fi
rm -f "$B/base" "$B/taken"
scripts/build/image.py ${VMLINUX:+--vmlinux "$VMLINUX"} ${modules:+--modules "$modules"} \
	--role "$ROLE" "$image" "$B"
rm -rf "$new"
echo "$base" >"$B/base"
mv "$B/taken.new" "$B/taken"
