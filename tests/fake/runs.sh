# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# One run at a time in a build folder; what a run needs of the machine; and whose
# words and status come out of the front door.
. tests/door.sh

fake_tree 6 1
hook_tree

two_runs() {
	mkdir -p "$work/build"
	flock -o "$work/build/lock" sleep 60 &
	while flock -n "$work/build/lock" true; do
		sleep 0.1
	done
	refused "another run works in" door boot KERNEL="$work/tree"
	kill $!
}
t "make: two runs in one build folder" two_runs

# The first run has found the kernel at fault when a second one is refused.
status_stays() {
	mkdir -p "$work/bin"
	cat >"$work/bin/make" <<-'END'
		#!/bin/sh
		# what a report leaves that is not ok
		echo 1 >"$O/status"
		touch "$O/in-between"
		sleep 1
		exit 2
	END
	chmod +x "$work/bin/make"
	rm -f "$work/build/in-between"
	mkdir -p "$work/build"
	export O="$work/build" KERNEL='' SERIES=''
	(
		rc=0
		PATH=$work/bin:$PATH scripts/run/run.sh boot || rc=$?
		echo $rc >"$work/first"
	) &
	while [ ! -e "$O/in-between" ]; do sleep 0.05; done
	refused "another run works in" scripts/run/run.sh boot
	wait
	[ "$(cat "$work/first")" -eq 1 ]
}
t "make: a refused second run leaves the first one's status" status_stays

# Of several lines the one at fault counts, though another could not be judged.
worst() {
	rm -rf "$work/here"
	mkdir -p "$work/here/scripts/run"
	cp -r patches "$work/here"
	cp scripts/run/lines.sh "$work/here/scripts/run"
	# shellcheck disable=SC2016 # for the script
	printf '#!/bin/sh\nexit "${LINE#*-}"\n' >"$work/here/scripts/run/run.sh"
	chmod +x "$work/here/scripts/run/run.sh"
	for rc in 0 1 125; do
		mkdir "$work/here/patches/v-$rc"
		echo "package: none" >"$work/here/patches/v-$rc/line"
	done
	cd "$work/here" || return
	export O="$work/build" KERNEL='' SERIES_GIVEN=''
	status 0 scripts/run/lines.sh lint v-0 v-0
	status 125 scripts/run/lines.sh lint v-125 v-0
	status 1 scripts/run/lines.sh lint v-125 v-0 v-1
	status 1 scripts/run/lines.sh lint v-1 v-125
}
t "make: of several lines 1 beats 125" worst

missing_tool() {
	# A sudo that wants a password, and nothing installed.
	mkdir -p "$work/no-tools"
	printf '#!/bin/sh\nexit 1\n' | tee "$work/no-tools/sudo" >"$work/no-tools/dpkg-query"
	printf '#!/bin/sh\necho 1000\n' >"$work/no-tools/id"
	chmod +x "$work"/no-tools/*
	PATH=$work/no-tools:$PATH refused "run: sudo sh -c 'apt-get update && apt-get install" \
		door boot
}
t "make: missing packages, not root" missing_tool
# A file descriptor that the caller has open is the caller's.
descriptor() {
	missing_tool 8>"$work/eight"
	[ ! -s "$work/eight" ]
}
t "... with a file descriptor 8 of the caller's" descriptor

no_disk() {
	mkdir -p "$work/small"
	mount -t tmpfs -o size=20m tmpfs "$work/small"
	trap 'umount "$work/small"' EXIT
	refused "MiB free and needs" make --no-print-directory O="$work/small" tree
	[ ! -e "$work/small/download" ]
}
if mkdir -p "$work/probe" && mount -t tmpfs -o size=1m tmpfs "$work/probe" 2>/dev/null; then
	umount "$work/probe"
	t "make: no disk" no_disk
else
	skip "make: no disk" "a small file system cannot be mounted here"
fi

# Whoever has neither compiler nor plugin is not given them for nothing.
no_compiler() {
	mkdir -p "$work/path"
	# all there is, but the compiler
	ln -s /usr/bin/* "$work/path"
	rm -f "$work/path/gcc" "$work/path/cc"
	rm -rf "$work/build"
	is=0
	PATH=$work/path make --no-print-directory O="$work/build" boot ROLE=foo \
		>"$work/out" 2>"$work/err" || is=$?
	cat "$work/out" "$work/err"
	# make's own status, as there is no plugin
	[ $is -eq 2 ]
	says 'error: ROLE=foo is not' "$work/err"
	[ "$(grep -c 'error: ' "$work/err")" -eq 1 ]
	says_not 'installing' "$work/err"
}
t "make: no compiler is installed for a wrong argument" no_compiler
