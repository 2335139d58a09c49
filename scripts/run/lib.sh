# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the steps of a run share.  To be sourced first, from the top folder.
#
# The front door gives a step, in the environment:
#	O	where everything goes		B	this kernel tree's part of it
#	KERNEL	the user's tree, or empty	LINE	the kernel line otherwise
#	SERIES	folder of the series, or empty: the one that fits the tree
#
# A step exits with 125 when the kernel cannot be judged.  $O/status keeps the
# last status that is not 0, since make turns every one into 2.

set -eu

# make's own words go to a log; file descriptor 8 is the user's terminal.
if [ -e /dev/fd/8 ]; then
	exec 2>&8
fi

LC_ALL=C
export LC_ALL
# The user's habits (hooks, signing, line ends) are not for our work trees.
GIT_CONFIG_NOSYSTEM=1
GIT_CONFIG_GLOBAL=$PWD/scripts/run/gitconfig
# Reading the user's tree must not even refresh its index.
GIT_OPTIONAL_LOCKS=0
export GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL GIT_OPTIONAL_LOCKS

step=${0##*/}
step=${step%.sh}
# Only the report, the witness, bench's table and lint can find something at fault;
# whatever else fails is ours.
keep_status() {
	rc=$?
	if [ $rc -ne 0 ] && [ -d "$O" ]; then
		[ "$step" = report ] || [ "$rc,${judged:-}" = 1,yes ] || rc=125
		echo $rc >"$O/status"
	fi
}
trap keep_status EXIT

say() {
	printf '%s: %s\n' "$step" "$*" >&2
}

die() {
	say "error: $*"
	exit 125
}

# line_says LINE KEY, xen_suite VERSION: what a kernel line is, and where Debian
# has a hypervisor, from the only places that say so.
line_says() {
	sed -n "s/^$2: //p" "patches/$1/line"
}

xen_suite() {
	sed -n "s/^$1: //p" scripts/fetch/xens
}

# need_disk MIB FOLDER
need_disk() {
	free=$(df -Pm "$2" | awk 'NR == 2 { print $4 }')
	[ "$free" -ge "$1" ] ||
		die "$2 has $free MiB free and needs $1; make room, or choose another place by O=path"
}

# update FILE: take standard input for FILE's content, keep its date if it is
# the same, so that make sees what changed.
update() {
	cat >"$1.new"
	if cmp -s "$1.new" "$1"; then
		rm "$1.new"
	else
		mv "$1.new" "$1"
	fi
}

# series_key: what results of the series are for, the tree and the patches
series_key() {
	{
		cat "$B/base"
		find "$SERIES" -name '*.patch' ! -name '0000-*' | sort | xargs cat
	} | sha256sum
}

# checkout_base TREE: back to the tree as it came.  Files that do not change
# keep their dates.
checkout_base() {
	git -C "$1" update-ref --no-deref HEAD base
	git -C "$1" reset -q --hard
}

# watch_command LOG WHAT COMMAND...: run a long command with its output in a
# log, and show that it lives: a line that changes on a terminal, a plain line
# a minute elsewhere.
watch_command() {
	log=$1 what=$2
	shift 2
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	# Ctrl-C does not reach what runs in the background.
	trap 'kill $pid 2>/dev/null; exit 125' INT TERM HUP
	begun=$(date +%s)
	last=$begun
	while kill -0 $pid 2>/dev/null; do
		sleep 0.2
		now=$(date +%s)
		if [ -t 2 ]; then
			printf '\r%s: %s, %d s, %d lines ' "$step" "$what" \
				$((now - begun)) "$(wc -l <"$log")" >&2
		elif [ $((now - last)) -ge 60 ]; then
			say "$what, $((now - begun)) s, $(wc -l <"$log") lines"
			last=$now
		fi
	done
	[ ! -t 2 ] || printf '\r\033[K' >&2
	trap - INT TERM HUP
	wait $pid
}
