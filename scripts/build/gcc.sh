#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The compiler of our own programs:	gcc.sh ARGUMENT...
# That of the machine; or, where it or what pvboot is made with is not installed, as for
# a kernel that is built already it need not be, Debian's, unpacked in $O/compiler and
# not installed.  So are the libraries for 32 bits (-m32), which Debian lets nobody install
# beside a compiler for another architecture; what needs none, needs no other compiler.
set -eu
more=
case " $* " in
*" -m32 "*" -nostdlib "*) ;;
*" -m32 "*) more=gcc-multilib ;;
esac
if [ -z "$more" ] && command -v gcc >/dev/null && [ -e /usr/include/cjson/cJSON.h ] && [ -e /usr/include/gelf.h ]; then
	exec gcc "$@"
fi
top=$(realpath "$0")
top=${top%/*/*/*}
(cd "$top" && scripts/fetch/compiler.sh $more)
root=$O/compiler${more:+-$more}/root
lib=$root/usr/lib/x86_64-linux-gnu
# What it is linked with is not on this machine, either.
LD_LIBRARY_PATH=$lib exec "$root/usr/bin/gcc" --sysroot="$root" -B"$root/usr/bin" \
	-Wl,-rpath,"$lib" "$@"
