#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A compiler, by way of ccache where that is safe:	cc.sh COMPILER ARGUMENT...
# What assembly takes in by .incbin ccache does not see in depend mode.  Thus it
# once packed an older vmlinux into a bzImage: the piggy.S of two kernels is the
# same if they compress to the same size.  In C only IKCONFIG and IKHEADERS do
# that, which no configuration of ours has.
for a; do
	case $a in
	*.S) exec "$@" ;;
	esac
done
exec ccache "$@"
