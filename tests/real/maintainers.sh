# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Who gets the patches, by the kernel's MAINTAINERS with the series applied.

need patched || return 0
top=$PWD
ours="XEN PV CR3 DOCUMENTATION AND TESTS"

# Who answers for a file, by the names of the entries.  That of Xen has another
# one in older kernels.  The base has the file if the series changes it.
wanted() {
	xen=$({ git -C "$tree/tree" show base:MAINTAINERS 2>/dev/null ||
		cat "$tree/tree/MAINTAINERS"; } |
		awk -v RS= -F '\n' '/\nF:\tarch\/x86\/xen\/(\n|$)/ { print $1 }')
	x86="X86 ARCHITECTURE (32-BIT AND 64-BIT)"
	case $1 in
	MAINTAINERS) ;;
	arch/x86/xen/tests/*) printf '%s\n' "$xen" "$x86" "$ours" ;;
	arch/x86/xen/*) printf '%s\n' "$xen" "$x86" ;;
	Documentation/*/index.rst) printf '%s\n' "$x86" "DOCUMENTATION" ;;
	Documentation/*) printf '%s\n' "$xen" "$x86" "DOCUMENTATION" "$ours" ;;
	tools/testing/selftests/*/Makefile) echo "KERNEL SELFTEST FRAMEWORK" ;;
	tools/testing/selftests/*)
		printf '%s\n' "$xen" "KERNEL SELFTEST FRAMEWORK" "$ours" ;;
	*) echo "nobody knows who answers for $1" ;;
	esac
}

# An entry that does not name a person helps nobody.
right_people() {
	git -C "$tree/tree" checkout -q --detach "$(cat "$tree/with/commit")"
	(
		cd "$tree/tree" || exit
		scripts/get_maintainer.pl --nogit --nogit-fallback --nofixes \
			--roles "$top/$1"
	) >"$work/people"
	says '^linux-kernel@' "$work/people"
	sed -n 's|^+++ b/||p' "$1" | while read -r f; do
		wanted "$f"
	done | sort -u >"$work/wanted"
	while read -r entry; do
		grep -E '^.+ <.+@.+> \((maintainer|supporter):' "$work/people" |
			grep -qF ":$entry)" || {
			echo "nobody of $entry in:"
			cat "$work/people"
			return 1
		}
	done <"$work/wanted"
}
for p in patches/v6.1/0*.patch; do
	case $p in
	*/0000-*) ;;
	*) t "get_maintainer ${p#patches/}" right_people "$p" ;;
	esac
done
right_people_of_line() {
	tree=$O/$1
	for p in patches/"$1"/0*.patch; do
		case $p in
		*/0000-*) ;;
		*) right_people "$p" ;;
		esac
	done
}
other_lines "get_maintainer" right_people_of_line

# A folder that is kernel tree enough: the tree's own files, but MAINTAINERS, and
# an index for `git ls-files` that is filled without reading them.
kernel=$work/kernel
make_kernel() {
	rm -rf "$kernel"
	mkdir "$kernel"
	ln -s "$tree"/tree/* "$kernel"
	rm "$kernel/MAINTAINERS"
	git init -q "$kernel"
	blob=$(git -C "$kernel" hash-object /dev/null)
	(cd "$tree/tree" && find . -name .git -prune -o -type f -printf '%P\n') |
		sed "s|^|100644 $blob 0	|" |
		git -C "$kernel" update-index --index-info
}

maintainers() {
	git -C "$tree/tree" show "$1:MAINTAINERS" >"$kernel/MAINTAINERS"
}

# All that the kernel's scripts have against a MAINTAINERS, without the line
# numbers: entries and lines out of order, entries that lack something.
complaints_of() (
	maintainers "$1"
	cd "$kernel" || exit
	perl scripts/parse-maintainers.pl --order --output=sorted --section=none
	diff MAINTAINERS sorted | grep '^[<>]'
	scripts/get_maintainer.pl --self-test=sections | sed 's/^[^ ]* //'
)
nothing_new_in_maintainers() {
	make_kernel
	complaints_of base | sort >"$work/before"
	complaints_of "$(cat "$tree/with/commit")" | sort >"$work/after"
	[ -s "$work/before" ]
	diff "$work/before" "$work/after"
}
t "parse-maintainers and get_maintainer say nothing new" nothing_new_in_maintainers

# Each pattern is matched with each file of the kernel, which takes more than a
# minute: so only of the entries that the series changes.
patterns_match() {
	maintainers base
	mv "$kernel/MAINTAINERS" "$work/base"
	maintainers "$(cat "$tree/with/commit")"
	awk -v RS= 'NR == FNR { old[$0]; next } !($0 in old) { print $0 "\n" }' \
		"$work/base" "$kernel/MAINTAINERS" >"$work/entries"
	says "^$ours$" "$work/entries"
	mv "$work/entries" "$kernel/MAINTAINERS"
	(cd "$kernel" && scripts/get_maintainer.pl --self-test=patterns) \
		>"$work/patterns"
	[ ! -s "$work/patterns" ] || {
		cat "$work/patterns"
		return 1
	}
}
t "each pattern of a changed entry matches a file" patterns_match
entries_of_line() {
	tree=$O/$1
	nothing_new_in_maintainers
	patterns_match
}
other_lines "... both for" entries_of_line MAINTAINERS
