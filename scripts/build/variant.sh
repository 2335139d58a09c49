#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make $B for a VARIANT of the configuration, or one of the user's, CONFIG.  Reads the
# tree in $TREE_B and the fragments arch/x86/configs/*.config; leaves $B/tree, a link,
# $B/base and $B/config, all in one, of which a later one wins.
. scripts/run/lib.sh

mkdir -p "$B"
ln -sfn "$TREE_B/tree" "$B/tree"
for f in base head; do
	[ ! -e "$TREE_B/$f" ] || update "$B/$f" <"$TREE_B/$f"
done
set -- "${CONFIG:-arch/x86/configs/xen_pv_boot.config}"
for v in $VARIANT; do
	set -- "$@" "arch/x86/configs/$v.config"
done
# Of an option that is set twice, the last line alone.
cat "$@" | tac | awk '
	match($0, /CONFIG_[A-Z0-9_]+/) && seen[substr($0, RSTART, RLENGTH)]++ { next }
	{ print }' | tac | update "$B/config"
