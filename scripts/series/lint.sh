#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Judge the patches of a line, each by itself:	lint.sh [CHECK...]
#	am message checkpatch		the mail
#	build sections boot		the kernel, after each patch
#	gcc w1 sparse clang cocci kerneldoc	what tools say of the touched files
#	nopv nosmp i386 allmod		the same in other configurations
# What counts is what a tool says after a patch and did not say before it.
#
# Prints KTAP, and leaves what came of each check in $B/lint/found, in lines of
# outcome, check and patch with tabs between them.
. scripts/run/lib.sh

all=$(allowed_of CHECKS | tr , ' ')
# shellcheck disable=SC2086 # words are wanted
[ $# -gt 0 ] || set -- $all

lint=$B/lint
tree=$B/tree
git="git -C $tree"
mkdir -p "$lint/said"
. scripts/series/said.sh

# A check gets the patch in $patch and the commits in $before and $after, says
# what is wrong, and returns 1; or 2, if it says why it does not apply; or 3, if it
# could not be made.  set -e is off in it, as its status is looked at.
skip() {
	echo "$*"
	return 2
}

broken() {
	echo "$*"
	return 3
}

check_am() {
	[ -s "$lint/am.log" ] || return 0
	grep -v -e '^hint: ' -e 'git am --' "$lint/am.log"
	return 1
}

check_message() {
	scripts/series/message.sh "$patch"
}

# Where checkpatch may look up the commits that a message names.
history=/nonexistent
if [ -n "$KERNEL" ] && git -C "$KERNEL" cat-file -e 1da177e4c3f4 2>/dev/null; then
	history=$(git -C "$KERNEL" rev-parse --absolute-git-dir)
fi

# What checkpatch is not asked, since the answer is known, and why.
tag=Originally-by:
left_out() {
	[ -n "${SOB:-}" ] || echo "MISSING_SIGN_OFF, as nobody has signed off yet"
	[ -d "$history" ] ||
		echo "UNKNOWN_COMMIT_ID, as no history is at hand; KERNEL=path can give it"
	! cat "$SERIES"/0*.patch | grep -q '^+++ b/MAINTAINERS' ||
		echo "FILE_PATH_CHANGES, as the series itself updates MAINTAINERS"
	! cat "$SERIES"/0*.patch | grep -q "^$tag" ||
		echo "BAD_SIGN_OFF of $tag, which maintainer-tip.rst has and checkpatch has not"
}

# By standard input: a file that git tracks checkpatch takes for source.
check_checkpatch() {
	[ -n "$checkpatch" ] || skip "no checkpatch.pl at hand runs" || return
	types=$(left_out | sed -n 's/^\([A-Z_]*\),.*/\1/p' | paste -sd,)
	GIT_DIR=$history "$checkpatch" --strict --no-tree --no-summary --terse \
		${types:+--ignore "$types"} - <"$patch" >"$lint/checkpatch" || :
	! grep -v ": Non-standard signature: $tag\$" "$lint/checkpatch"
}

# The kernel after a patch, in $lint/kernel.  A patch that leaves the code as it
# was leaves the kernel as it was.
check_build() {
	changes_code || return
	make_kernel "$after"
}

make_kernel() {
	mkdir -p "$lint/kernel"
	echo "$1" >"$lint/kernel/commit"
	rm -f "$lint/kernel/built"
	scripts/build/kernel.sh lint/kernel && return
	grep -E -m 3 '(error|ERROR|undefined reference)' "$lint/kernel/kernel.log" || :
	return 1
}

# has_kernel: is it the one of this patch?
has_kernel() {
	if [ ! -e "$lint/kernel/built" ] || [ "$(cat "$lint/kernel/commit")" != "$after" ]; then
		make_kernel "$after" >/dev/null
	fi
}

mismatches() {
	grep -i 'section mismatch' "$lint/kernel/kernel.log" |
		sed 's/0x[0-9a-f]*//g' | sort || :
}

check_sections() {
	changes_code || return
	has_kernel || return 1
	mismatches >"$lint/new"
	: >"$lint/old"
	if [ -s "$lint/new" ]; then
		make_kernel "$sound" && mismatches >"$lint/old"
		make_kernel "$after"
	fi
	nothing_new
}

check_boot() {
	changes_code || return
	has_kernel || return 1
	scripts/boot/verdict.sh lint/kernel &&
		said=$(scripts/report/say.py "$lint/kernel" '{outcome} {headline}') ||
		broken "no boot of the kernel after $name" || return
	case $said in
	"ok "*) ;;
	"unjudged "*) broken "${said#* }" ;;
	*)
		echo "${said#* }"
		return 1
		;;
	esac
}

for kind in gcc w1 sparse clang cocci nopv nosmp i386 allmod kerneldoc; do
	eval "check_$kind() { says_nothing_new $kind; }"
done

changes_code() {
	was=$(code_key "$before") && is=$(code_key "$after") ||
		broken "git cannot compare the tree before and after $name" || return
	[ "$was" != "$is" ] || skip "changes nothing that the kernel is made of"
}

nothing_new() {
	comm -13 "$lint/old" "$lint/new" >"$lint/faults"
	cat "$lint/faults"
	[ ! -s "$lint/faults" ]
}

says_nothing_new() {
	files=$(touched "$1") || broken "git cannot tell what $name touches" || return
	[ -n "$files" ] || skip "touches no file for it" || return
	# shellcheck disable=SC2086 # words are wanted
	old=$(said "$1" "$sound" $files) && new=$(said "$1" "$after" $files) ||
		broken "git cannot get $name for $1" || return
	cp "$old" "$lint/old"
	cp "$new" "$lint/new"
	nothing_new || return 1
	if grep -q ': error: ' "$new"; then
		skip "nor does the tree before compile: $(grep -m 1 ': error: ' "$new")"
	elif grep -q '^none: ' "$new"; then
		skip "$(sed -n 's/^none: //p' "$new")"
	fi
}

# What cannot be told any more once another check has failed for a patch.
rests_on() {
	case $1 in
	sections | boot | gcc) echo build ;;
	w1 | sparse | clang | cocci | nopv | nosmp | i386 | allmod) echo build gcc ;;
	esac
}

found() {
	printf '%s\t%s\t%s\n' "$1" "$2" "$name" >>"$lint/found"
}

# one CHECK: a line of KTAP
one() {
	n=$((n + 1))
	line="$n $1 $name"
	rc=0
	why=
	for c in $(rests_on "$1"); do
		case " $failed_here " in
		*" $c "*) why="$c has failed" ;;
		esac
	done
	case $1 in
	am | message | checkpatch) ;;
	*) [ -n "$after" ] || why="am has failed" ;;
	esac
	# shellcheck disable=SC2153 # the front door sets it
	[ "$1" = message ] || [ -e "$B/base" ] ||
		why="no tree of $LINE is at hand; V3_9=path names one"
	if [ -n "$why" ]; then
		skip "$why" >"$lint/says" || rc=$?
	else
		"check_$1" >"$lint/says" 2>&1 || rc=$?
	fi
	case $rc in
	0)
		passed=$((passed + 1))
		found passed "$1"
		echo "ok $line"
		;;
	2)
		skipped=$((skipped + 1))
		found skipped "$1"
		echo "ok $line # SKIP $(cat "$lint/says")"
		;;
	3) die "$(sed '$!s/$/;/' "$lint/says" | paste -sd' ')" ;;
	*)
		failed=$((failed + 1))
		failed_here="$failed_here $1"
		found failed "$1"
		sed 's/^/# /' "$lint/says"
		echo "not ok $line"
		;;
	esac
}

# put PATCH onto the tree.  White space is a fault, but no obstacle.
put() {
	after=
	log=$lint/am.log
	: >"$log"
	[ -e "$B/base" ] || return 0
	$git checkout -q --detach "$before"
	for how in error-all nowarn; do
		if $git am -q --whitespace=$how --committer-date-is-author-date \
			"$1" >"$log" 2>&1; then
			after=$($git rev-parse HEAD)
			break
		fi
		$git am --abort 2>/dev/null || :
		log=/dev/null
	done
}

# The patches to judge; those that only prepare a tree for tests have no kernel
# that has to boot, but a message and a style.
mails=
series=
# shellcheck disable=SC2153 # the front door sets it
for p in "$SERIES"/0*.patch "$SERIES"/rewind/*.patch "$SERIES"/toolchain/*.patch; do
	case $p in
	*/0000-* | *\*.patch) ;;
	*/rewind/* | */toolchain/*) mails="$mails $p" ;;
	*) series="$series $p" ;;
	esac
done
[ -n "$series" ] || die "$SERIES holds no patches"

# The checks of the text alone, and whether a patch that does not apply is told of
# or does not matter.
text=
told=yes
for c; do
	case $c in
	message | checkpatch) text="$text $c" ;;
	esac
done
# shellcheck disable=SC2086 # a list
case " $* " in
*" am "*) ;;
*) [ "$(echo $text | wc -w)" -eq $# ] || [ ! -e "$B/base" ] || told= ;;
esac

report() {
	n=0
	passed=0
	failed=0
	skipped=0
	echo "KTAP version 1"
	echo "# series: ${SERIES#"$PWD"/}"
	echo "# tree: $(cat "$B/base" 2>/dev/null || echo none)"
	for c; do
		[ "$c" != checkpatch ] ||
			left_out | sed 's/^/# checkpatch is not asked for /'
	done
	# shellcheck disable=SC2086 # lists
	echo "1..$(($# * $(echo $series | wc -w) + $(echo $text | wc -w) * $(echo $mails | wc -w)))"
	before=$(cat "$lint/without/commit" 2>/dev/null || :)
	# the last one that compiled: of what does not, tools say too little
	sound=$before
	for patch in $series; do
		name=${patch##*/}
		name=${name%.patch}
		failed_here=
		put "$patch"
		[ -n "$after$told" ] || die "$patch does not apply; see CHECKS=am"
		for c; do
			one "$c"
		done
		before=${after:-$before}
		case "$failed_here " in
		*" build "* | *" gcc "*) ;;
		*) sound=$before ;;
		esac
	done
	for patch in $mails; do
		name=${patch#"$SERIES"/}
		name=${name%.patch}
		for c in $text; do
			one "$c"
		done
	done
	echo "# $passed passed, $failed failed, $skipped skipped"
	[ $failed -eq 0 ]
}

# The tree that the series is for, whatever the series.
if [ -e "$B/base" ]; then
	scripts/build/patched.sh lint
	[ "$(cat "$lint/without/commit")" != none ] ||
		die "$(cat "$B/base") has the hook, so $SERIES is not for it"
fi
# That of 2013 is too old for the perl of today.
checkpatch=
for t in "$tree" "$O"/v*/tree; do
	if perl -c "$t/scripts/checkpatch.pl" 2>/dev/null; then
		checkpatch=$t/scripts/checkpatch.pl
		break
	fi
done
rm -f "$lint/of"
: >"$lint/found"
# Not as a condition: there the shell would ignore set -e.
set +e
(set -e; report "$@")
rc=$?
set -e
# The cover letter tells of all checks or of none.
[ "$*" != "$all" ] || series_key >"$lint/of"
# shellcheck disable=SC2034 # for lib.sh
judged=yes
[ $rc -eq 0 ] || exit $rc
