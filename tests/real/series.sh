# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# What `make series` writes: the patches here, and the mails to send.

need patched || return 0
top=$PWD
line=patches/v6.1

# step SCRIPT ARGUMENT...: on this line, for a user with a name
step() {
	script=$1
	shift
	O=$O B=$tree LINE=v6.1 KERNEL='' SERIES=${SERIES:-$top/$line} \
		V=${V:-1} SOB=${SOB:-} GIT_CONFIG_COUNT=2 \
		GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0="${NAME-Ann Body}" \
		GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=ann@example.org \
		"scripts/series/$script.sh" "$@"
}

# Where Debian has a later kernel than the one that a series was written for,
# context and line numbers may differ, but not what is added and taken away.
comparable() {
	rm -rf "$2"
	mkdir -p "$2"
	cp "$1"/0*.patch "$2"
	grep -qxF "Base: $(cat "$tree/base"), after rewind/" "$line/0000-cover-letter.patch" ||
		sed -i '/^Base: /d; /^[ @]/d; /^index /d' "$2"/*
}
no_drift() {
	for i in 1 2; do
		rm -rf "$work/series-$i"
		step series "$work/series-$i"
	done
	diff -r "$work/series-1" "$work/series-2"
	comparable "$line" "$work/committed"
	comparable "$work/series-1" "$work/written"
	diff -ru "$work/committed" "$work/written"
}
t "in-tree files and patches do not drift" no_drift
no_other_drift() {
	tree=$O/$1
	line=patches/$1
	no_drift
}
other_lines "... nor for" no_other_drift

foreign_file() {
	rm -rf "$work/foreign"
	cp -r "$line" "$work/foreign"
	sed -i 's|xen_pv_cr3\.c|nobodys.c|' "$work"/foreign/*-selftests-*
	SERIES=$work/foreign refused "has no source at tools/.*/nobodys.c" \
		step series "$work/foreign"
}
t "a new file without a source here" foreign_file

# A second version, of which one patch has changed.
second_version() {
	rm -rf "$work/here"
	mkdir "$work/here"
	cp -r Documentation arch patches scripts tools "$work/here"
	what=$(sed -n 's/^Subject: \[PATCH 1.*\] //p' "$line"/0001*)
	printf 'v3\n%s\n - A later one\nv2\n%s\n - Say why\ncover letter\n - Count\n' \
		"$what" "$what" >>"$work/here/patches/changes"
	(cd "$work/here" && V=2 SOB=1 step outgoing)
	out=$tree/outgoing
	says '^Subject: \[PATCH v2 0/[0-9]+\]' "$out"/0000*
	says '^Subject: \[PATCH v2 1/[0-9]+\]' "$out"/0001*
	says '^From: Ann Body <ann@example.org>' "$out"/0001*
	sed -n '/^---$/,/^diff/p' "$out/"0001* >"$work/below"
	[ "$(sed -n '2,3p' "$work/below")" = "Changes in v2:
 - Say why" ]
	sed -n '/^---$/,/^diff/p' "$out/"0002* >"$work/below"
	[ "$(sed -n '2p' "$work/below")" = "Changes in v2: none" ]
	[ "$(sed -n '/^Changes in v2:/,/^Xen PV boot project (/p' "$out"/0000* | sed -n 2p)" = " - Count" ]
	for p in "$out"/0*.patch; do
		case $p in
		*/0000-*) continue ;;
		esac
		[ "$(sed -n '/^---$/q; /^Signed-off-by: /p' "$p")" = "Signed-off-by: Ann Body <ann@example.org>" ]
	done
	status 0 make --no-print-directory lint LINE=v6.1 SOB=1 SERIES="$out" \
		CHECKS="message checkpatch"
	says_not 'not asked for MISSING_SIGN_OFF' "$work/out"
	diff -r "$line" "$work/here/$line"
}
t "version 2, signed off" second_version
bad_version() {
	V=2x refused "is not the number of a version" step outgoing
}
t "V= that is not a number" bad_version
nobody() {
	NAME='' SOB=1 refused "needs a name to sign with" step outgoing
}
t "SOB=1 without a name" nobody

# The mails, through git send-email and b4 into a tree, without any network.
mail() {
	V=2 SOB=1 step outgoing
	mbox=$work/mbox
	rm -f "$mbox"
	cat >"$work/sendmail" <<-MTA
		#!/bin/sh
		{ echo 'From nobody Thu Jan  1 00:00:00 1970'; sed 's/^From />&/'; echo; } >>'$mbox'
	MTA
	chmod +x "$work/sendmail"
	for dry in --dry-run --no-validate; do
		git -c user.name='Ann Body' -c user.email=ann@example.org \
			send-email $dry --confirm=never --quiet --suppress-cc=all \
			--smtp-server="$work/sendmail" --to something@example.org \
			"$tree/outgoing"
		[ $dry = --no-validate ] || [ ! -e "$mbox" ]
	done
	[ "$(grep -c '^From nobody' "$mbox")" -eq "$(find "$line"/0*.patch | wc -l)" ]
	rm -rf "$work/am"
	git -c safe.directory='*' clone -q --shared --no-checkout "$tree/tree" "$work/am"
	cd "$work/am" || return
	git config user.name t
	git config user.email t@localhost
	git checkout -q "$(cat "$tree/without/commit")"
	b4 --offline-mode am -m "$mbox" -o "$work" >"$work/b4.log" 2>&1
	cat "$work/b4.log"
	says 'applies clean to current tree' "$work/b4.log"
	b4 --offline-mode shazam -m "$mbox"
	git diff --exit-code "$(cat "$tree/with/commit")"
	git log -1 --format='%an %s%n%b' >"$work/log"
	says '^Ann Body ' "$work/log"
	! grep '^---$' "$work/log"
}
t "mails by git send-email and b4" mail
