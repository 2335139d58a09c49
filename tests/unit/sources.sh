# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The sources by themselves: what shellcheck and a second compiler say, how long
# they are, and the documents.

# shellcheck disable=SC2046 # file names of ours
t "shellcheck" shellcheck -x $(find scripts tests -name '*.sh') tests/fake/qemu tests/fake/make tests/unit/kernel .ci/run
# shellcheck disable=SC2046 # as above
t "pyflakes" pyflakes3 $(find scripts tests -name '*.py')
t "pvboot compiles with clang" make -s -C scripts/pvboot OUT="$O/pvboot-clang" CC=clang-19

documents() {
	for f in Documentation/*.rst; do
		rst2pseudoxml --report=1 --halt=2 "$f" "$work/document.xml"
	done
}
t "the machine's own documents" documents


nothing_ignored() {
	git ls-files -ci --exclude-standard >"$work/ignored"
	cat "$work/ignored"
	[ ! -s "$work/ignored" ]
}
t "nothing that .gitignore names is in the repository" nothing_ignored
