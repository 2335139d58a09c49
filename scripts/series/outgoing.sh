#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Write the series as it is to be sent, into $B/outgoing.  How it differs from
# patches/ is asked for by
#	V=N	version N, with what changed since the others from patches/changes
#	SOB=1	whoever calls this signs off, and is the author: patches/ names
#		a project, and only a person can certify where a patch is from
#	KERNEL=	a git tree; its HEAD is the base-commit

# lib.sh hides the user's configuration from git.
name=$(git config user.name)
email=$(git config user.email)
. scripts/run/lib.sh

out=$B/outgoing
changes=patches/changes
me="$name <$email>"

# changes_of PATCH: what patches/changes says of it, newest version first
changes_of() {
	WHAT=$1 awk -v v="$V" '
	/^#/ { next }
	/^v[0-9]+$/ { n = substr($0, 2) + 0; known[n] = 1; next }
	/^[^ \t]/ { here = $0 == ENVIRON["WHAT"]; next }
	here && NF { text[n] = text[n] $0 "\n" }
	END {
		for (n = v; n > 1; n--)
			if (n in known)
				printf "Changes in v%d:%s\n", n,
					n in text ? "\n" text[n] : " none\n"
	}' "$changes"
}

# write FILE: a patch takes the changes under its ---, the cover letter in
# front of the list of patches
write() {
	what=$(git mailinfo /dev/null /dev/null <"$1" | sed -n 's/^Subject: //p')
	place='^---$'
	case ${1##*/} in
	0000-*)
		what="cover letter"
		place='^[^ ].* \([0-9]+\):$'
		;;
	esac
	CHANGES=$(changes_of "$what") FROM=${SOB:+$me} \
		awk -v v="$V" -v place="$place" '
	/^From: / && !body && ENVIRON["FROM"] { $0 = "From: " ENVIRON["FROM"] }
	/^Subject: / && !body && v > 1 { sub(/\[PATCH/, "& v" v) }
	/^$/ { body = 1 }
	$0 ~ place && body && ENVIRON["CHANGES"] && !done++ {
		text = ENVIRON["CHANGES"] "\n"
		$0 = place ~ /---/ ? $0 "\n" text : text "\n" $0
	}
	{ print }' "$1"
}

case $V in
'' | *[!0-9]* | 0*) die "V=$V is not the number of a version" ;;
esac
if [ -n "$SOB" ] && { [ -z "$name" ] || [ -z "$email" ]; }; then
	die "SOB=1 needs a name to sign with; run: git config --global user.name NAME, and the same for user.email"
fi
base=
if [ -n "$KERNEL" ]; then
	[ -e "$B/head" ] || die "$KERNEL is not a git tree, so it has no commit to be the base"
	[ "$(cat "$B/without/commit")" != none ] ||
		die "$KERNEL has the hook, so the series is not for it"
	base="base-commit: $(cat "$B/head")"
fi
[ "$V" -eq 1 ] || grep -qx "v$V" "$changes" ||
	say "warning: $changes does not say what changed in v$V"

rm -rf "$out"
mkdir -p "$out"
for p in "$SERIES"/0*.patch; do
	to=$out/${p##*/}
	write "$p" >"$to"
	case $to in
	*/0000-*) [ -z "$base" ] || {
		sed -i '/^Base: /d' "$to"
		echo "$base" >>"$to"
	} ;;
	*) [ -z "$SOB" ] || git interpret-trailers --in-place \
		--trailer "Signed-off-by: $me" "$to" ;;
	esac
done
say "the series to send is in $out"
