# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The page of a matrix in a browser, with no screen and no network, wide and narrow.
# Leaves pictures of it, which are for people to look at.

browser_test() {
	python3 -B tests/unit/browser_test.py "$work"
}
if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
	t "page: filters, sorts and fits, wide and narrow, in Chromium" browser_test
else
	skip "page: in Chromium" "Debian's chromium and chromium-driver are not installed"
fi
