# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the steps of a run share.  To be sourced first, from the top folder.
#
# A step gets in the environment what scripts/run/variables lists, paths being
# absolute, SERIES empty for the series that fits the tree, and
#	B		this kernel tree's part of $O
#	CONTROL_LINE	whose kernel is the control: LINE, or the default if no
#			Debian has a tree of that
#
# A step exits with 125 when the kernel cannot be judged.  $O/status keeps the
# last status that is not 0, since make turns every one into 2.

set -eu

# Within run.sh make's own words go to a log, and a step's to the user.
if [ -n "${STEP_STDERR:-}" ]; then
	exec 2>&"$STEP_STDERR"
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
	[ -z "${taken:-}" ] || rm -f "$taken"
	if [ $rc -ne 0 ] && [ -n "${STEP_STDERR:-}" ]; then
		[ "$step" = report ] || [ "$rc,${judged:-}" = 1,yes ] || rc=125
		echo $rc 2>/dev/null >"$O/status" || :
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

# What kernel lines there are and what one is, which hypervisors Debian has and in
# which release, from the only places that say so.
all_lines() {
	for f in patches/*/line; do
		f=${f#patches/}
		echo "${f%/line}"
	done | sort -V | sort -s -k 1.1,1.1r	# those with a version first
}

# line_says LINE KEY
line_says() {
	sed -n "s/^$2: //p" "patches/$1/line"
}

all_xens() {
	sed -n 's/^\([0-9.]*\): .*/\1/p' scripts/fetch/xens
}

# xen_suite VERSION
xen_suite() {
	sed -n "s/^$1: //p" scripts/fetch/xens
}

# What can be added to the usual configuration.
all_variants() {
	for f in arch/x86/configs/*.config; do
		f=${f##*/}
		[ "$f" = xen_pv_boot.config ] || echo "${f%.config}"
	done
}

# tree_version <MAKEFILE: of a kernel tree, "6.1"
tree_version() {
	sed -n 's/^VERSION = //p; s/^PATCHLEVEL = //p' | head -n 2 | paste -sd.
}

# line_for VERSION: the newest line that is not newer than the tree
line_for() {
	{
		all_lines | sed -n 's/^v\(.*\)/\1 line/p'
		echo "$1 tree"
	} | sort -V -k 1,1 -k 2,2 |
		awk '$2 == "tree" { if (last) print "v" last; exit } { last = $1 }'
}

# allowed_of VARIABLE: what the contract says of it
allowed_of() {
	awk -v name="$1" '$1 == name { print $3 }' scripts/run/variables
}

# alternatives A|B|C: "A, B or C"; the same of A,B,C
alternatives() {
	echo "$1" | sed 's/[|,]/, /g; s/\(.*\), /\1 or /'
}

# need_disk MIB FOLDER
need_disk() {
	free=$(df -Pm "$2" | awk 'NR == 2 { print $4 }')
	[ "$free" -ge "$1" ] ||
		die "$2 has $free MiB free and needs $1; make room, or choose another place by O=path"
}

# build_program LOG ARGUMENT...: of ours
build_program() {
	build_log=$1
	shift
	scripts/build/gcc.sh -O2 -Wall "$@" >"$build_log" 2>&1 || {
		head -n 5 "$build_log" >&2
		die "this does not compile: $*; see $build_log"
	}
}

# pack_root FOLDER CPIO: as an initramfs
pack_root() {
	(cd "$1" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$2.new" ||
		die "$1 cannot be packed; is the disk full?"
	mv "$2.new" "$2"
}

# commit_patch TREE PATCH
commit_patch() {
	git -C "$1" am -q --whitespace=error-all --committer-date-is-author-date "$2" \
		>"$B/am.log" 2>&1 || {
		git -C "$1" am --abort 2>/dev/null || :
		grep -v -e '^error:' -e '^hint:' "$B/am.log" >&2
		die "$2 does not apply to $(cat "$B/base"); see $B/am.log"
	}
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

# take_tree TREE: for this step alone, which may change it and its .git.  If who had it
# last was killed, it is put back first: git may have left locks and half of a patch,
# and files that only the patches make.
take_tree() {
	if [ -e "$1/.git/taken" ]; then
		find "$1/.git" -name '*.lock' -delete
		rm -rf "$1/.git/rebase-apply"
		find ${SERIES:+"$SERIES"} patches -name '*.patch' -exec \
			sed -n '/^--- .dev.null/{n; s|^+++ b/||p}' {} + | sort -u |
			while read -r f; do
				git -C "$1" cat-file -e "base:$f" 2>/dev/null || rm -f "$1/$f"
			done
		checkout_base "$1"
	fi
	taken=$1/.git/taken
	: >"$taken"
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
