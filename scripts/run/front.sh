#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What is behind each goal of the front door:	front.sh GOAL
# Its exit status is that of the door.  Nothing is done before the arguments have
# been checked.
goal=$1
unset STEP_STDERR
scripts/run/arguments.sh "$goal" || exit
case $goal in
check | fuzz | lint | series | witness) packages=$goal ;;
*) packages=boot ;;
esac
scripts/run/packages.sh "$packages" || exit
case $goal in
check) exec tests/run.sh ;;
speed) exec scripts/bench/speed.sh ;;
# Of what is built.  There is no lock, as cells may run side by side.
cell)
	rm -f "$CELL/result.json"
	scripts/boot/boots.py scripts/boot/cell.sh "$BOOT" || exit
	exec scripts/report/report.py --format table "$CELL"
	;;
fuzz)
	make -s -C tests/fuzz OUT="$O/fuzz" || exit 125
	exec tests/fuzz/fuzz.py --time "$TIME" --jobs "$JOBS" "$O/fuzz"
	;;
boot)
	[ "$DEPTH" != quick ] || exec scripts/run/run.sh boot
	exec scripts/matrix/run.sh "$DEPTH"
	;;
matrix | cells | soak | bisect | regressions) exec scripts/matrix/run.sh "$goal" ;;
judge)
	make -s -C scripts/pvboot OUT="$O/pvboot" "$O/pvboot/judge" || exit 125
	exec "$O/pvboot/judge" ${WHY:+-v} ${CONSOLE:+-c "$CONSOLE"} "$REPORTS"
	;;
series | lint)
	# shellcheck disable=SC2086 # a list
	exec scripts/run/lines.sh "$goal" $WANTED_LINES
	;;
*) exec scripts/run/run.sh "$goal" ;;
esac
