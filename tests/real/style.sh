# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# What the kernel's checkpatch says of the C files.

need tree || return 0

# CAMELCASE: libelf's names.  PREFER_DEFINED_ATTRIBUTE_MACRO: compiler.h
# defines those macros.
c_is_clean() {
	# shellcheck disable=SC2046 # file names of ours
	"$tree/tree/scripts/checkpatch.pl" --strict --no-tree --no-summary \
		--terse --ignore CAMELCASE,PREFER_DEFINED_ATTRIBUTE_MACRO \
		-f $(git ls-files '*.[ch]')
}
t "checkpatch of the C files" c_is_clean
