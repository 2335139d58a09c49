# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The selftest on this machine, which is no Xen PV guest and switches page tables
# well, and what the selftest says when it is not given what it relies on.

need tree || return 0

selftest=$work/selftest

selftest_builds() {
	rm -rf "$selftest"
	mkdir "$selftest"
	harness=$tree/tree/tools/testing/selftests
	for cc in clang-19 gcc; do
		$cc -O2 -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
			-Wno-missing-field-initializers -Werror -std=gnu99 \
			-I"$harness/x86" -o "$selftest/xen_pv_cr3" \
			tools/testing/selftests/x86/xen_pv_cr3.c
	done
	gcc -O2 -Wall -Wextra -Werror -shared -fPIC -o "$selftest/shim.so" \
		tests/real/selftest_shim.c
}
t "the selftest and its shim compile" selftest_builds

# with_fault FAULT STATUS: nobody is left behind, known by a name of this run
with_fault() {
	cp "$selftest/xen_pv_cr3" "$selftest/xpc$$"
	status "$2" env FAULT="$1" LD_PRELOAD="$selftest/shim.so" "$selftest/xpc$$"
	cat "$work/err" >>"$work/out"
	cat "$work/out"
	says '^1\.\.10$' "$work/out"
	if pgrep -a -r R,S,D -x "xpc$$"; then
		return 1
	fi
}

# each_says TESTS WORDS: these, by extended regular expression, fail with WORDS,
# and no other does
each_says() {
	says "$2" "$work/out"
	[ "$(grep -c '^not ok' "$work/out")" -eq "$(grep -Ec "^not ok .*switching\.($1)$" "$work/out")" ]
	[ "$(grep -Ec "^not ok" "$work/out")" -eq "$(grep -Ec "$2" "$work/out")" ]
}

selftest_good() {
	with_fault none 0
	[ "$(grep -c '^ok' "$work/out")" -eq 10 ]
	says '^# 1 kernel addresses to try' "$work/out"
	[ "$(nproc)" -eq 1 ] || says_not SKIP "$work/out"
}
t "the selftest passes" selftest_good
selftest_stays() {
	with_fault stay 1
	each_says '.*\.all_cpus' 'was sent to a CPU and is on another one'
}
selftest_gone() {
	with_fault gone 0
	[ "$(grep -c '^ok .* # SKIP a CPU went offline$' "$work/out")" -eq 5 ]
}
if [ "$(nproc)" -gt 1 ]; then
	t "... not if it stays on one CPU" selftest_stays
	t "... and says that a CPU went offline, though several notice at once" selftest_gone
else
	skip "... not if it stays on one CPU" "there is only one"
	skip "... and says that a CPU went offline" "there is only one"
fi
selftest_lost() {
	with_fault lost 1
	each_says '.*' ':1 of 6 children are lost'
}
t "... nor if a child is lost" selftest_lost
selftest_nofork() {
	with_fault nofork 1
	each_says '.*' 'Expected 0 \(0\) == cannot_fork \(11\)'
}
t "... nor if one cannot be had, and the others are gone" selftest_nofork
selftest_still() {
	with_fault still 1
	each_says '.*' 'has not been switched|Test terminated by timeout'
}
t "... nor if nothing is switched" selftest_still
selftest_open() {
	with_fault open 1
	each_says 'boundary\..*' 'the user base pointer holds kernel mappings'
}
t "... nor if memory of the kernel can be read" selftest_open
selftest_user() {
	with_fault user 0
	says '^# cannot read /proc/kcore: Permission denied$' "$work/out"
	says '^# 0 kernel addresses to try$' "$work/out"
	[ "$(grep -c 'ok .* # SKIP no kernel address is known' "$work/out")" -eq 2 ]
}
t "... and skips what it has no address for" selftest_user
