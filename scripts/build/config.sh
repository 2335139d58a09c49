#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Configure $B/tree:	config.sh FRAGMENT LOG
# FRAGMENT is what is to be added to a kernel that has nothing, or, with CONFIG, a
# whole configuration.  Leaves $B/obj/.config, and beside it in unknown-options what was
# asked for and this kernel does not know.
. scripts/run/lib.sh

fragment=$1
log=$2
obj=$B/obj

# kconfig GOAL [VARIABLE=VALUE]
kconfig() {
	scripts/build/kmake.sh "$@" >"$log" 2>&1 || {
		tail -n 5 "$log" >&2
		die "the kernel's own 'make $1' failed; see $log"
	}
}

# known OPTION: does this kernel have it?  The list is made once.  The tree
# may be a link.
known() {
	[ -e "$obj/known" ] || find "$B/tree/" -name 'Kconfig*' -exec sed -n \
		's/^[ \t]*\(menu\)\{0,1\}config[ \t][ \t]*//p' {} + | sort -u >"$obj/known"
	grep -qx "$1" "$obj/known"
}

# Every option that was asked for has to be in the final .config, unless this
# kernel does not know it at all.
check_config() {
	options=$(sed -n 's/^\(# \)\{0,1\}CONFIG_\([A-Z0-9_]*\)[= ].*/\2/p' "$fragment")
	for o in $options; do
		line=$(grep -E "^(# )?CONFIG_${o}[= ]" "$fragment")
		case $line in
		*=y | *=[0-9-]* | *=\"*) grep -qxF -- "$line" "$obj/.config" && continue ;;
		*) grep -q "^CONFIG_$o=y" "$obj/.config" || continue ;;
		esac
		if known "$o"; then
			die "CONFIG_$o was asked for and is not in the final .config; what it depends on must have changed (see $obj/.config)"
		fi
		echo "CONFIG_$o"
	done >"$obj/unknown-options"
}

# What a PV boot needs and .config lacks, as far as this kernel has it
lacking() {
	grep -v '^#' arch/x86/configs/xen_pv_boot.needed | while read -r o; do
		grep -qx "CONFIG_$o=y" "$obj/.config" || ! known "$o" || echo "CONFIG_$o=y"
	done
}

# The user's is taken as it is, or refused, or what it lacks is added.
own_config() {
	cp "$fragment" "$obj/.config"
	kconfig olddefconfig
	lacking >"$obj/lacking"
	if [ -s "$obj/lacking" ]; then
		list=$(paste -sd' ' "$obj/lacking")
		[ -n "$CONFIG_FIX" ] ||
			die "CONFIG=$CONFIG lacks what a Xen PV boot needs built in: $list; CONFIG_FIX=1 adds it"
		say "added to $CONFIG: $list"
		cat "$obj/lacking" >>"$obj/.config"
		kconfig olddefconfig
		list=$(lacking | paste -sd' ')
		[ -z "$list" ] ||
			die "CONFIG=$CONFIG cannot have $list, as something that it depends on is missing (see $obj/.config)"
	fi
	: >"$obj/unknown-options"
}

rm -f "$obj/known"
if [ -n "$CONFIG" ]; then
	own_config
else
	kconfig allnoconfig KCONFIG_ALLCONFIG="$fragment"
	check_config
fi
rm -f "$obj/known" "$obj/lacking"
