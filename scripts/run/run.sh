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
scripts/run/leftovers.sh
# The lock is as new as can be.  If the clock has gone back since the last run, what
# changes now would look older than what was made of it then.
if [ -n "$(find "$O/make.log" -newer "$O/lock" 2>/dev/null)" ]; then
	echo "run: the clock has gone back; what is from the future in $O is from now" >&2
	find "$O" -newer "$O/lock" -exec touch -h {} +
fi
# What was given on the command line has been made absolute since; make would
# hand it on as it was.
unset MAKEFLAGS MFLAGS MAKELEVEL
# The lock is not for QEMU or a daemon of ccache's to inherit.
rc=0
STEP_STDERR=8 PVBOOT_RUN=$O make --no-print-directory -f scripts/Makefile.run "$@" \
	8>&2 2>"$O/make.log" 9>&- || rc=$?
[ $rc -ne 0 ] || exit 0
# Killed, make leaves behind what it has started.
[ $rc -le 128 ] || scripts/run/leftovers.sh
[ "$(df -Pk "$O" | awk 'NR == 2 { print $4 }')" -ge 1024 ] ||
	echo "run: error: the disk that $O is on is full; make room, or choose another place by O=path" >&2
if [ ! -s "$O/status" ]; then
	cat "$O/make.log" >&2
	exit 125
fi
exit "$(cat "$O/status")"
