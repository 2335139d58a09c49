#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Get the hypervisor and unpack it for QEMU's multiboot loader, into
# $O/xen-$XEN_NAME/xen: Debian's of the version $XEN, the newest that Debian has, or
# the file that $XEN names, packed or not.  Beside it `version`, in full, `number`, as
# in 4.17, and `toolstack`, the version whose toolstack is to be used with it.  Reads
# $O/pvboot/pvboot for a file, which may be anything.
. scripts/run/lib.sh

dir=$O/xen-$XEN_NAME
mkdir -p "$dir"

from_debian() {
	suite=$(xen_suite "$1")
	deb=$(scripts/fetch/deb.sh "xen-hypervisor-$1-amd64" "${suite:-sid}")
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "./boot/xen-$1-amd64.gz" |
		gzip -dc >"$dir/xen.new" ||
		die "$deb cannot be unpacked; delete it and try again"
	echo "$1" >"$dir/number"
	echo "Debian xen-hypervisor-$1-amd64 $(dpkg-deb -f "$deb" Version)" >"$dir/version"
}

# Only a boot shows what it is.
from_file() {
	case $(od -An -tx1 -N4 "$XEN" | tr -d ' ') in
	1f8b*) gzip -dc "$XEN" >"$dir/xen.new" 2>/dev/null || die "XEN=$XEN cannot be unpacked" ;;
	*) cp "$XEN" "$dir/xen.new" ;;
	esac
	said=$("$O/pvboot/pvboot" --probe --xen "$dir/xen.new" --patience "$PATIENCE") ||
		die "XEN=$XEN is no Xen that can be booted"
	number=$(echo "$said" | sed -nE 's/^Xen version ([0-9]+\.[0-9]+).*/\1/p')
	[ -n "$number" ] || die "XEN=$XEN does not say its version"
	echo "$number" >"$dir/number"
	echo "$XEN, $(echo "$said" | sed -E 's/ \([^()]*@.*//')" >"$dir/version"
}

case $XEN in
/*) from_file ;;
newest)
	newest=$(scripts/fetch/newest.sh)
	from_debian "$newest"
	;;
*) from_debian "$XEN" ;;
esac
# With another one domUs may be refused, as the two speak to each other in structures
# of the hypervisor's version.
all_xens | awk -v wanted="$(cat "$dir/number")" '
	function minor(version) { split(version, part, "."); return part[1] * 1000 + part[2] }
	{
		away = minor($1) - minor(wanted)
		if (away < 0)
			away = -away
		if (NR == 1 || away <= least) { least = away; nearest = $1 }
	}
	END { print nearest }' >"$dir/toolstack"
if [ "$(cat "$dir/number")" != "$(cat "$dir/toolstack")" ] && [ "$ROLE" != dom0 ]; then
	say "Xen $(cat "$dir/number") with the toolstack of $(cat "$dir/toolstack"), the nearest that Debian has"
fi
mv "$dir/xen.new" "$dir/xen"
