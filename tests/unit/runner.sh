# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The runner itself, on a few made-up files.

here=$work/here
mkdir -p "$here/tests/unit" "$here/tests/fake" "$here/tests/real" "$here/scripts"
cp tests/run.sh tests/lib.sh "$here/tests"
cp -r scripts/run "$here/scripts"
echo 't good true; left=behind' >"$here/tests/unit/good.sh"
# shellcheck disable=SC2016 # for the file
echo 't "... of no other file" [ -z "${left:-}" ]; skip nothing "no reason"' >"$here/tests/unit/next.sh"
echo 't bad false' >"$here/tests/fake/bad.sh"
# shellcheck disable=SC2016 # for the file
echo 't one true; echo "$nowhere_set"' >"$here/tests/real/dies.sh"
echo 'need nonsense || return 0; t never true' >"$here/tests/real/needy.sh"
cat >"$here/tests/unit/unit_test.c" <<'END'
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void test_good(void **state)
{
	(void)state;
}

static void test_bad(void **state)
{
	(void)state;
	fail();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
END
# What all cmocka files are linked with
mkdir "$here/scripts/pvboot" "$here/scripts/guests"
echo 'extern int xen_unused;' | tee "$here/scripts/guests/frame.c" >"$here/tests/unit/run.c"
# shellcheck disable=SC2016 # for make
printf '%s\n' 'all:' '	mkdir -p $(OUT) && $(CC) -x c -c -o $(OUT)/some.o /dev/null' >"$here/scripts/pvboot/Makefile"

# runner STATUS CLOSING_LINE TESTS
runner() {
	cd "$here" || return
	O=$work/build TESTS=$3 status "$1" tests/run.sh
	cat "$work/out" "$work/err"
	[ "$(tail -n 1 "$work/out")" = "$2" ]
}
t "runner: a file" runner 0 "1 passed, 0 failed" good
t "runner: two files, one shell each" runner 0 "2 passed, 0 failed, 1 skipped" "good next"
t "runner: a room" runner 1 "0 passed, 1 failed" fake
t "runner: a file that ends before its end" runner 1 "0 passed, 1 failed" dies
t "runner: a file whose need is not met" runner 1 "0 passed, 1 failed" needy
t "runner: cmocka" runner 1 "3 passed, 2 failed" unit_test

# A kernel is built beside the room unit, for the room real.
# shellcheck disable=SC2016 # for the files and for make
{
	echo 't "nothing is waited for" [ ! -e "$O/kernel" ]' >"$here/tests/unit/first.sh"
	echo 't "it is there" [ -e "$O/kernel" ]' >"$here/tests/real/last.sh"
	printf '%s\n' 'kernel:' '	$(SLOWLY) && touch $(O)/kernel' >"$here/Makefile"
}
SLOWLY="sleep 3"
export SLOWLY
t "runner: all rooms" runner 1 "7 passed, 5 failed, 1 skipped" "unit fake real"
# Nobody waits for it any more.
stopped() {
	rm -f "$work/build/kernel"
	cd "$here" || return
	O=$work/build TESTS="unit real" SLOWLY="sleep 1000.$$" env --default-signal=INT timeout -s "$1" 1 tests/run.sh || :
	sleep 0.5
	! pgrep -af "^sleep 1000.$$"
}
t "runner: terminated" stopped TERM
t "runner: Ctrl-C" stopped INT

# The second of two would take away what the first one has made.
second() {
	cd "$here" || return
	mkdir -p "$work/build"
	O=$work/build TESTS=good status 125 flock "$work/build/tests.lock" tests/run.sh
	says '^check: error: a make check runs in ' "$work/err"
}
t "runner: a second one in the same folder" second
t "runner: nothing at all" runner 1 "0 passed, 0 failed" nothing
