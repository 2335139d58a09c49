#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's own make on $B/tree and $B/obj:	kmake.sh ARGUMENT...
# All builds go through here, since another compiler or environment would make
# them build everything again.
set -eu

# Depend mode spares a miss the preprocessor: it costs nothing then.
CCACHE_DEPEND=1
CCACHE_BASEDIR=$O
KBUILD_BUILD_TIMESTAMP='1 Jan 2000 00:00:00 UTC'
KBUILD_BUILD_USER=pvboot
KBUILD_BUILD_HOST=localhost
# The kernel prints it, and would run longer with a longer one.
KBUILD_BUILD_VERSION=1
export CCACHE_DEPEND CCACHE_BASEDIR
export KBUILD_BUILD_TIMESTAMP KBUILD_BUILD_USER KBUILD_BUILD_HOST
export KBUILD_BUILD_VERSION
# This make is the kernel's own affair, and its .config is no other file.
unset MAKEFLAGS MFLAGS MAKELEVEL CONFIG CONFIG_FIX KCONFIG_CONFIG KCONFIG_OVERWRITECONFIG

exec make -C "$B/tree" O="$B/obj" ARCH=x86_64 LOCALVERSION= \
	CC="$PWD/scripts/build/cc.sh gcc" HOSTCC="$PWD/scripts/build/cc.sh gcc" "$@"
