#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Install what `make boot`, `make lint`, `make witness`, `make fuzz` and `make check`
# need, or print the one line that does:	packages.sh boot|series|lint|witness|fuzz|check
# Leaves nothing but apt's words in $O/tools.log.
. scripts/run/lib.sh

# What a kernel that is built already takes; scripts/build/gcc.sh finds a compiler.
built="bubblewrap cpio make pax-utils python3 qemu-system-x86 xz-utils zstd"
boot="$built bc bison ccache flex gcc git libc6-dev libcjson-dev libelf-dev perl rsync
	unifdef"
lint="clang-19 coccinelle libssl-dev sparse"
witness="gdb"
fuzz="libclang-rt-19-dev libcmocka-dev"
check="b4 git-email libmailtools-perl procps pyflakes3 strace
	python3-junitparser python3-sphinx shellcheck"

case $1 in
boot | series)
	want=$boot
	[ -z "$BUILT" ] || [ "$DOM0" = control ] || want=$built
	case " $VARIANT " in
	*" userland "*) want="$want e2fsprogs genext2fs mmdebstrap uidmap" ;;
	esac
	;;
lint) want="$boot $lint" ;;
witness) want="$boot $witness" ;;
fuzz) want="$boot clang-19 $fuzz" ;;
check) want="$boot $lint $witness $fuzz $check" ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	# shellcheck disable=SC2086 # words are wanted
	die "this is made for Debian 12; elsewhere install what these packages hold:" $want
fi

missing=
for pkg in $want; do
	dpkg-query -Wf '${db:Status-Status}\n' "$pkg" 2>/dev/null |
		grep -qx installed || missing="$missing $pkg"
done
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" -eq 0 ]; then
	as_root=
elif sudo -n true 2>/dev/null; then
	as_root=sudo
else
	die "packages are missing; run: sudo sh -c 'apt-get update && $install'"
fi

say "installing:$missing"
log=$O/tools.log
run_apt() {
	# shellcheck disable=SC2086 # words are wanted
	watch_command "$log" "$*" $as_root env DEBIAN_FRONTEND=noninteractive "$@" || {
		grep '^E:' "$log" >&2 || tail -n 5 "$log" >&2
		die "apt-get could not install the packages; see $log"
	}
}
run_apt apt-get update
# shellcheck disable=SC2086
run_apt $install
