#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run the tests: all, or the rooms and files that TESTS= names.  By what they need,
# rooms are unit (nothing), fake (a fake QEMU) and real (a kernel tree); their files
# come in the order of their names.
#
#	NAME.sh	tests as tests/lib.sh has them.  What a file rests on, it says at
#		its top by `need`; it finds nothing else of another file's.
#	NAME_test.c	cmocka, linked with pvboot's objects
#
# Leaves all it makes in $O/tests.

. tests/lib.sh

wanted=${TESTS:-unit fake real}
# What the front door was told is not for the runs that are tests, but for the
# machine that is slow, and what is for the tests themselves.
# shellcheck disable=SC2046 # a list of names
unset MAKEFLAGS MFLAGS MAKELEVEL B SERIES_GIVEN WANTED_LINES UNKNOWN CONTROL_LINE \
	$(sed -n 's/^\([A-Z][A-Z0-9_]*\).*/\1/p' scripts/run/variables |
		grep -vx -e O -e PATIENCE -e LINT -e V3_9 -e REWRITE)
NO_DOT_CONFIG=1
export NO_DOT_CONFIG

# Not the lock of $O, which the runs that are tests take.
mkdir -p "$O"
exec 9>"$O/tests.lock"
if ! flock -n 9; then
	echo "check: error: a make check runs in $O already; wait for it, or give another O=" >&2
	exit 125
fi
rm -rf "$O/tests"
mkdir -p "$O/tests"
all_passed=0
all_failed=0
all_skipped=0

# What most of real rests on is built while unit runs, which leaves cores idle and looks
# at none of it.  If it fails, it does so again where it is needed.
ahead=
trap '[ -z "$ahead" ] || kill -- "-$ahead"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
case " $wanted " in
*" unit "*"real "*)
	setsid make --no-print-directory kernel >"$O/tests/ahead.log" 2>&1 </dev/null 9>&- &
	ahead=$!
	;;
esac
for file in tests/unit/*.sh tests/unit/*_test.c tests/fake/*.sh tests/real/*.sh; do
	room=${file#tests/}
	room=${room%%/*}
	name=${file##*/}
	case " $wanted " in
	*" $room "* | *" ${name%.*} "*) ;;
	*) continue ;;
	esac
	if [ -n "$ahead" ] && [ "$room" != unit ]; then
		! kill -0 "$ahead" 2>/dev/null || echo "# waiting for the kernel, see $O/tests/ahead.log"
		wait "$ahead"
		ahead=
	fi
	echo "# $room/$name"
	work=$O/tests/$room-$name
	mkdir "$work"
	began=$(date +%s)
	(
		case $name in
		*.c) run_cmocka "$file" ;;
		*)
			# shellcheck source=/dev/null # each is checked by itself
			. "$PWD/$file"
			;;
		esac
		echo "$passed $failed $skipped" >"$work/counts"
	) 9>&-
	if read -r passed failed skipped <"$work/counts"; then
		all_passed=$((all_passed + passed))
		all_failed=$((all_failed + failed))
		all_skipped=$((all_skipped + skipped))
	else
		echo "not ok - $file ended before its end" | tee -a "$O/tests/failures"
		all_failed=$((all_failed + 1))
	fi 2>/dev/null
	echo "# $room/$name: $(($(date +%s) - began)) s"
	passed=0
	failed=0
	skipped=0
done

# What failed, once more: of a long log often only the end is kept.
if [ -s "$O/tests/failures" ]; then
	echo "# what failed:"
	sed 's/^not ok - /# &/' "$O/tests/failures"
fi
if [ $all_skipped -gt 0 ]; then
	echo "$all_passed passed, $all_failed failed, $all_skipped skipped"
else
	echo "$all_passed passed, $all_failed failed"
fi
[ $all_failed -eq 0 ] && [ $all_passed -gt 0 ]
