# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# A configuration of the user's own: what it lacks, and what is added.

need patched || return 0

# The door refuses what is none before anything is done.
no_config() {
	echo "CONFIG_XEN=yes and no" >"$work/none"
	sed 's/=.*//' "$work/none" >"$work/text"
	refused "is not a kernel's .config" make --no-print-directory kernel CONFIG="$work/text"
	printf 'CONFIG_ARM64=y\nCONFIG_64BIT=y\n' >"$work/arm"
	refused "is for another architecture" make --no-print-directory kernel CONFIG="$work/arm"
	echo '# CONFIG_64BIT is not set' >"$work/small"
	refused "is for 32 bits" make --no-print-directory kernel CONFIG="$work/small"
	refused "Say so by CONFIG=path" make --no-print-directory kernel CONFIG_FIX=1
}
t "CONFIG= of what is no configuration for this" no_config

# config [VARIABLE=VALUE...]: the step alone, in a folder of its own
config() {
	mkdir -p "$work/b/obj"
	ln -sfn "$tree/tree" "$work/b/tree"
	env O="$O" B="$work/b" CONFIG="$work/mine" CONFIG_FIX= "$@" \
		scripts/build/config.sh "$work/mine" "$work/log"
}
lacks() {
	make -s -C "$tree/tree" O="$work/usual" ARCH=x86_64 \
		KCONFIG_ALLCONFIG="$PWD/arch/x86/configs/xen_pv_boot.config" allnoconfig >/dev/null
	# what XENFS and others need goes with them; one that is a number stays as it is
	sed -E 's/^CONFIG_(XENFS|XEN|HVC_XEN|UNIX)=y/# CONFIG_\1 is not set/; s/^CONFIG_HZ=.*/CONFIG_HZ=100/
		s/.*CONFIG_HZ_250.*/# CONFIG_HZ_250 is not set/; s/.*CONFIG_HZ_100[ =].*/CONFIG_HZ_100=y/' \
		"$work/usual/.config" >"$work/mine"
	refused "lacks what a Xen PV boot needs built in: .*CONFIG_XEN=y .*CONFIG_UNIX=y; CONFIG_FIX=1 adds it" config
	status 0 config CONFIG_FIX=1
	says 'added to .*: .*CONFIG_XEN_PV=y .*CONFIG_XENFS=y' "$work/err"
	grep -v '^#' arch/x86/configs/xen_pv_boot.needed | while read -r o; do
		grep -qx "CONFIG_$o=y" "$work/b/obj/.config" ||
			! grep -qrx "config $o" --include='Kconfig*' "$tree/tree"
	done
	says '^CONFIG_HZ_100=y$' "$work/b/obj/.config"
	# and of one that lacks nothing nothing is said
	cp "$work/b/obj/.config" "$work/mine"
	status 0 config
	[ ! -s "$work/err" ]
}
t "CONFIG= that lacks something, and CONFIG_FIX=1" lacks

# Each is in the usual configuration, or the two would part.
all_usual() {
	grep -v '^#' arch/x86/configs/xen_pv_boot.needed | while read -r o; do
		echo "$o"
		grep -qx "CONFIG_$o=y" arch/x86/configs/xen_pv_boot.config
	done
}
t "what each configuration needs is in the usual one" all_usual
