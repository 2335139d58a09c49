# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Counting tests.  Each test is a command; its output goes to a log and is shown
# when it fails.
set -u
LC_ALL=C
export LC_ALL

work=$O/tests
mkdir -p "$work"
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
		echo "not ok - $name"
		tail -n 15 "$log" | sed 's/^/# | /'
		echo "# full log: $log"
	fi
}

skip() {
	skipped=$((skipped + 1))
	echo "ok - $1 # SKIP $2"
}

# other_lines NAME COMMAND: a test for each kernel line but the default one, if
# its tree is at hand; none is downloaded for this
other_lines() {
	for dir in patches/v*/rewind; do
		dir=${dir%/rewind}
		line_name=${dir#patches/}
		if [ "$line_name" = v6.1 ]; then
			continue
		elif [ -e "$O/$line_name/base" ]; then
			t "$1 $dir" "$2" "$line_name"
		else
			skip "$1 $dir" "no tree at hand; 'make tree LINE=$line_name' gets one"
		fi
	done
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
