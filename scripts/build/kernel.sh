#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build one variant:	kernel.sh without|with|control|regressions/NAME
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
config_key=$({
	cat "$B/base" "$fragment" scripts/build/config.sh
	git -C "$src" ls-files -s '*Kconfig*'
} | sha256sum)
if [ "$(cat "$obj/config_key" 2>/dev/null)" != "$config_key" ]; then
	scripts/build/config.sh "$fragment" "$log"
	echo "$config_key" >"$obj/config_key"
fi


: >"$obj/working"
what="the kernel $variant the series"
[ "$(cat "$B/without/commit" 2>/dev/null)" != none ] || what="the kernel as it is"
case $variant in
control) what="Debian's kernel as it is" ;;
lint/*) what="the kernel after a patch" ;;
regressions/plain) what="Debian's kernel as it is" ;;
regressions/*) what="the kernel with the fault ${variant##*/}" ;;
esac
say "building $what; log in $log"
begun=$(date +%s)
# What a probe loads; no other module is wanted.
module=
! grep -qx CONFIG_TEST_LKM=m "$obj/.config" || module=lib/test_module.ko
# shellcheck disable=SC2086 # none, or one
watch_command "$log" "$what" \
	scripts/build/kmake.sh -j"$JOBS" bzImage vmlinux $module || {
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
gcc --version | head -n 1 >"$dir/compiler"
cp "$obj/include/config/kernel.release" "$dir/built.new"
mv "$dir/built.new" "$dir/built"
