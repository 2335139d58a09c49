#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run steps of scripts/Makefile.run, one run at a time in a build folder, and
# exit with the status of the step that failed:	run.sh TARGET...
# Reads the environment that lib.sh describes.  Leaves make's own words in
# $O/make.log.
exec 9>"$O/lock"
if ! flock -n 9; then
	echo "run: error: another run works in $O; wait for it, or choose another place by O=path" >&2
	exit 125
fi
# Not before: it may be another run's.
rm -f "$O/status"
# What was given on the command line has been made absolute since; make would
# hand it on as it was.
unset MAKEFLAGS MFLAGS MAKELEVEL
# The lock is not for QEMU or a daemon of ccache's to inherit.
STEP_STDERR=8 make --no-print-directory -f scripts/Makefile.run "$@" \
	8>&2 2>"$O/make.log" 9>&- && exit 0
if [ ! -s "$O/status" ]; then
	cat "$O/make.log" >&2
	exit 125
fi
exit "$(cat "$O/status")"
