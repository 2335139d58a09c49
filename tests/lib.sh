# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # work is set by tests/run.sh
#
# Counting tests.  Each test is a command; its output goes to a log and is shown
# when it fails.  A file of tests has the folder $work for itself, and of the
# default line, on which most are, $tree; nothing else.
set -u
LC_ALL=C
export LC_ALL

tree=$O/v6.1
passed=0
failed=0
skipped=0

# t NAME COMMAND...: the command fails as soon as any part of it does
t() {
	name=$1
	shift
	log=$work/$(printf '%s' "$name" | tr -c 'A-Za-z0-9.-' _).log
	begun=$(date +%s)
	# Not as a condition: there the shell would ignore set -e.
	(set -e; "$@") >"$log" 2>&1 </dev/null
	rc=$?
	if [ $rc -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok - $name # $(($(date +%s) - begun)) s"
	else
		failed=$((failed + 1))
		{
			echo "not ok - $name"
			tail -n 15 "$log" | sed 's/^/# | /'
			echo "# full log: $log"
		} | tee -a "$O/tests/failures"
	fi
}

skip() {
	skipped=$((skipped + 1))
	echo "ok - $1 # SKIP $2"
}

# named WHAT WHY: whether TESTS= names this file.  Where it does not, WHAT is skipped,
# as WHY.
named() {
	this=${work##*-}
	this=${this%.sh}
	case " $wanted " in
	*" $this "*) return ;;
	esac
	skip "$1" "$2; make check TESTS=$this"
	return 1
}

# need STEP...: what a file of tests rests on, a step of `make boot` for the
# default line as everybody has it.  Without it there are no tests:
#	need kernel || return 0
# Also pvboot: $O/pvboot-asan/pvboot, which complains of itself; and boot: all
# boots, with what they said kept in $O/tests/boot, once in a run.
need() {
	for step; do
		before=$failed
		case $step in
		pvboot)
			t "needed: pvboot with ASan and UBSan" make -s -C scripts/pvboot \
				OUT="$O/pvboot-asan" SANITIZE=1
			;;
		boot) [ -e "$O/tests/boot/out" ] || t "needed: make boot" keep_boot ;;
		*) t "needed: make $step" status 0 make --no-print-directory "$step" ;;
		esac
		[ $failed -eq $before ] || return
	done
}

keep_boot() {
	status 0 make --no-print-directory boot
	mkdir -p "$O/tests/boot"
	for b in without with smp; do
		mkdir "$O/tests/boot/$b"
		cp "$tree/$b"/*.log "$O/tests/boot/$b"
	done
	cp "$work/out" "$O/tests/boot/out"
}

# run_cmocka FILE.c: each of its tests counts by itself
run_cmocka() {
	need pvboot || return 0
	unit=${1##*/}
	unit=${unit%.c}
	t "$unit compiles" compile_cmocka "$1"
	[ $failed -eq 0 ] || return 0
	rc=0
	CMOCKA_MESSAGE_OUTPUT=TAP "$work/$unit" tests/consoles >"$work/out" 2>&1 || rc=$?
	sed -n "s/^ok [0-9]* - /ok - $unit: /p; s/^not ok [0-9]* - /not ok - $unit: /p" \
		"$work/out" | tee "$work/results"
	passed=$((passed + $(grep -c '^ok' "$work/results")))
	failed=$((failed + $(grep '^not ok' "$work/results" | tee -a "$O/tests/failures" | wc -l)))
	t "$unit ran to its end, without a leak" cmocka_ended
}

compile_cmocka() {
	# shellcheck disable=SC2046 # lists
	gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -g \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-o "$work/$unit" "$1" \
		$(find tests/unit -name '*.c' ! -name '*_test.c') scripts/guests/frame.c \
		$(find "$O/pvboot-asan" -name '*.o' ! -name main.o ! -name judge.o) \
		-lcmocka -lcjson -lelf -lm
}

cmocka_ended() {
	cat "$work/out"
	[ "$rc" -eq 0 ]
	[ "$(wc -l <"$work/results")" -eq "$(sed -n 's/^1\.\.//p' "$work/out" | paste -sd+ | bc)" ]
}

# other_lines NAME COMMAND [FILE]: a test for each kernel line but the default one,
# if its series touches FILE and its tree is at hand; none is downloaded for this
other_lines() {
	for dir in patches/*; do
		line_name=${dir#patches/}
		if [ "$line_name" = v6.1 ] || ! grep -qs '^package: ' "$dir/line" ||
			! grep -q "^+++ b/.*${3:-}" "$dir"/0*.patch; then
			continue
		elif [ -e "$O/$line_name/base" ]; then
			t "$1 $dir" on_line "$2" "$line_name"
		else
			skip "$1 $dir" "no tree at hand; 'make tree LINE=$line_name' gets one"
		fi
	done
}

on_line() {
	status 0 make --no-print-directory patched LINE="$2"
	"$1" "$2"
}

# says PATTERN FILE: an extended regular expression that must be there
says() {
	grep -Eq -- "$1" "$2" || {
		echo "not found: $1"
		echo "in:"
		cat "$2"
		return 1
	}
}

# says_not PATTERN FILE...: for the middle of a test, where the shell would not
# mind the status of a command with a ! before it
says_not() {
	if grep -E -- "$@"; then
		return 1
	fi
}

# status N COMMAND...: run it, with its words in $work/out and $work/err
status() {
	want=$1
	shift
	is=0
	"$@" >"$work/out" 2>"$work/err" </dev/null || is=$?
	[ "$is" -eq "$want" ] || {
		echo "exit status $is, not $want: $*"
		cat "$work/out" "$work/err"
		return 1
	}
}

# refused PATTERN COMMAND...: exit 125 and exactly one line of error
refused() {
	pattern=$1
	shift
	status 125 "$@"
	says "error: .*$pattern" "$work/err"
	[ "$(grep -c 'error: ' "$work/err")" -eq 1 ] || {
		echo "not one line of error:"
		cat "$work/err"
		return 1
	}
}

# gone PID: that process has ended; a zombie that nobody collects is gone enough.
gone() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		grep -qs '^State:.[^ZX]' "/proc/$1/status" || return 0
		sleep 0.1
	done
	echo "process $1 is still there"
	return 1
}
