#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Say what is wrong with a patch's message:	message.sh PATCH
# The form that Documentation/process/submitting-patches.rst asks for, and that
# nobody is named who has not spoken; with SOB=1 somebody has signed off.  Line
# lengths do not count for what is quoted (indented) and for tags.
. scripts/run/lib.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git mailinfo -k "$work/text" "$work/diff" <"$1" >"$work/head" || {
	echo "not a mail with a patch"
	exit 1
}

{
	sed -n 's/^Subject: //p' "$work/head" | awk '
	!/^\[PATCH( v[0-9]+)?( [0-9]+\/[0-9]+)?\] / {
		print "subject does not begin with [PATCH]"
	}
	{ sub(/^\[[^]]*\] /, "") }
	length > 75 { print "subject has " length " characters; 75 are allowed" }
	/\.$/ { print "subject ends with a full stop" }
	!/^([A-Za-z0-9_.\/-]+: )+[A-Z]/ { print "subject is not of the form prefix: Do this"; exit }
	{
		sub(/^.*: /, "")
		if ($1 ~ /(ed|ing|[^s]s)$/ && $1 !~ /^(Embed|Feed|Need|Seed|Bring|Alias|Bias)$/)
			print "subject says \"" $1 "\", which is no imperative"
	}'

	# awk of Debian knows no {12}.
	grep '^Fixes:' "$work/text" | grep -Evx 'Fixes: [0-9a-f]{12} \(".*[^.]"\)' |
		sed 's/^Fixes:.*/Fixes: is not 12 digits and ("the whole subject")/'
	awk -v signed="${SOB:-}" '
	/[ \t]$/ { print "message line " NR " ends with white space" }
	signed && /^Signed-off-by: / { next }
	/^(Signed-off|Tested|Reviewed|Acked)-by:/ { print $1 " is for people to give" }
	/^[A-Z][A-Za-z-]*: / { next }
	NF { text = 1 }
	/^[ \t>]/ { next }
	length > 75 { print "message line " NR " has " length " characters; 75 are allowed" }
	END { if (!text) print "there is no message" }' "$work/text"

	# Is the diffstat there, and that of this diff?
	git apply --numstat "$1" 2>/dev/null | awk '
		{ files++; plus += $1; minus += $2 } END { print files + 0, plus + 0, minus + 0 }' \
		>"$work/is"
	sed -n '/^---$/,/^diff /p' "$1" | awk '
	/^ [0-9]+ files? changed/ {
		for (i = 1; i <= NF; i++) {
			if ($i ~ /^insertion/) plus = $(i - 1)
			if ($i ~ /^deletion/) minus = $(i - 1)
		}
		print $1, plus + 0, minus + 0
	}' >"$work/says"
	if [ ! -s "$work/says" ]; then
		echo "no --- with a diffstat between message and diff"
	elif ! cmp -s "$work/is" "$work/says"; then
		echo "diffstat is of another diff"
	fi
} >"$work/faults"
cat "$work/faults"
[ ! -s "$work/faults" ]
