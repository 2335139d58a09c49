#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build one variant:	kernel.sh without|with|control
# All variants of a tree share $B/obj, so that the next one costs little more
# than a link.  Reads $B/tree and the commit that $B/VARIANT/commit names.  Leaves
# bzImage, vmlinux, .config and more in $B/VARIANT, and in `built` the release, or
# nothing if there is no such variant.
. scripts/run/lib.sh

variant=$1
src=$B/tree
obj=$B/obj
dir=$B/$variant
fragment=${FRAGMENT:-$PWD/arch/x86/configs/xen_pv_boot.config}
commit=$(cat "$dir/commit")

if [ "$commit" = none ]; then
	: >"$dir/built"
	exit 0
fi

# Every option that was asked for has to be in the final .config, unless this
# kernel does not know it at all.
check_config() {
	options=$(sed -n 's/^\(# \)\{0,1\}CONFIG_\([A-Z0-9_]*\)[= ].*/\2/p' "$fragment")
	known=$dir/known
	find "$src" -name 'Kconfig*' -exec sed -n \
		's/^[ \t]*\(menu\)\{0,1\}config[ \t][ \t]*//p' {} + | sort -u >"$known"
	for o in $options; do
		line=$(grep -E "^(# )?CONFIG_${o}[= ]" "$fragment")
		case $line in
		*=y | *=[0-9-]* | *=\"*) grep -qxF -- "$line" "$obj/.config" && continue ;;
		*) grep -q "^CONFIG_$o=y" "$obj/.config" || continue ;;
		esac
		if grep -qx "$o" "$known"; then
			die "CONFIG_$o was asked for and is not in the final .config; what it depends on must have changed (see $obj/.config)"
		fi
		echo "CONFIG_$o"
	done >"$obj/unknown-options"
	rm "$known"
}

need_disk 1500 "$B"
take_tree "$src"
git -C "$src" checkout -q --detach "$commit"
mkdir -p "$obj"
log=$dir/kernel.log

# A compiler or a linker that was killed leaves half a file, which make takes for new.
if [ -e "$obj/working" ]; then
	say "the last build was cut off: what it has made is made again"
	find "$obj" -newer "$obj/working" -type f ! -name .config -delete
	rm -f "$obj/working"
fi

# The series may bring options of its own.
config_key=$({ cat "$B/base" "$fragment"; git -C "$src" ls-files -s '*Kconfig*'; } |
	sha256sum)
if [ "$(cat "$obj/config_key" 2>/dev/null)" != "$config_key" ]; then
	scripts/build/kmake.sh KCONFIG_ALLCONFIG="$fragment" allnoconfig >"$log" 2>&1 || {
		tail -n 5 "$log" >&2
		die "the kernel's own 'make allnoconfig' failed; see $log"
	}
	check_config
	echo "$config_key" >"$obj/config_key"
fi


: >"$obj/working"
what="the kernel $variant the series"
[ "$(cat "$B/without/commit" 2>/dev/null)" != none ] || what="the kernel as it is"
case $variant in
control) what="Debian's kernel as it is" ;;
lint/*) what="the kernel after a patch" ;;
esac
say "building $what; log in $log"
begun=$(date +%s)
watch_command "$log" "$what" \
	scripts/build/kmake.sh -j"$JOBS" bzImage vmlinux || {
	[ $? -gt 128 ] || rm "$obj/working"
	grep -E -m 3 '(error|Error|undefined reference|No space left)' "$log" >&2 ||
		tail -n 5 "$log" >&2
	die "$what does not build; see $log"
}
cp "$obj/arch/x86/boot/bzImage" "$obj/vmlinux" "$obj/.config" \
	"$obj/unknown-options" "$dir/"
# The next variant overwrites them, and bench compares them.
rm -rf "$dir/objects"
mkdir "$dir/objects"
cp "$obj"/arch/x86/xen/*.o "$dir/objects/"
say "built in $(($(date +%s) - begun)) s"
rm "$obj/working"
cp "$obj/include/config/kernel.release" "$dir/built.new"
mv "$dir/built.new" "$dir/built"
