# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Kernels that are built already: our own as if it were somebody else's, and Debian's.

need pvboot kernel guests machine || return 0

# What kallsyms has is what the symbol table had, as far as that is text.
names() {
	gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -o "$work/symbols" tests/real/symbols.c \
		scripts/pvboot/vmlinux.c scripts/pvboot/kallsyms.c -lelf
	objcopy --strip-all "$tree/with/vmlinux" "$work/bare"
	"$work/symbols" "$tree/with/vmlinux" | sort >"$work/table"
	"$work/symbols" "$work/bare" | sort >"$work/kallsyms"
	[ "$(wc -l <"$work/kallsyms")" -gt 5000 ]
	# The compiler's copies of a function have names of which kallsyms leaves some out,
	# and what a module would do at its end lies behind the text that it knows.
	end=$(nm "$tree/with/vmlinux" | sed -n 's/ . _einittext$//p')
	comm -23 "$work/table" "$work/kallsyms" | awk -v end="$end" '$1 "" < end ""' |
		grep -vc '\.' >"$work/missing" || :
	cat "$work/missing"
	[ "$(cat "$work/missing")" -eq 0 ]
}
t "image: the names that a kernel carries are those of its symbol table" names

image() {
	want=$1
	shift
	status "$want" make --no-print-directory boot "$@"
}
dies() {
	image 1 IMAGE="$tree/without/bzImage" ROLE=dom0
	says '^# symbols: those that the kernel carries for itself' "$work/out"
	says '^not ok 1 .*died in xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping' "$work/out"
}
t "image: the kernel without the hook dies, and it is said where" dies
lives() {
	[ -e "$tree/control/bzImage" ] || status 0 make --no-print-directory doctor
	image 0 IMAGE="$tree/control/bzImage" VMLINUX="$tree/control/vmlinux" ROLE=dom0
	says_not '^# symbols: ' "$work/out"
	says '^    ok [0-9]+ kunit xen_pv_cr3 # SKIP not in this kernel$' "$work/out"
	says '^    ok [0-9]+ /xen_pv_cr3$' "$work/out"
}
t "image: Debian's own hook lives, what it lacks is skipped" lives

# No compiler on the machine, as far as PATH goes; what is compiled is our own alone.
debian() {
	mkdir -p "$work/bin"
	for f in /usr/bin/* /usr/sbin/* /bin/* /sbin/*; do
		case ${f##*/} in
		*gcc* | cc | c[89]9* | *cpp* | *g++* | c++ | clang* | as | ld | ld.* | *-as | *-ld* | ccache) ;;
		*) ln -sf "$f" "$work/bin/" ;;
		esac
	done
	mkdir -p "$work/build/download"
	[ ! -e "$O/download/bookworm" ] || cp -al "$O/download/bookworm" "$work/build/download/"
	PATH=$work/bin status 0 make --no-print-directory boot O="$work/build" \
		PACKAGE=linux-image-amd64 XEN=4.20
	mkdir -p "$O/download"
	[ -e "$O/download/bookworm" ] || cp -al "$work/build/download/bookworm" "$O/download/"
	cat "$work/out"
	says '^# tree: Debian linux-image-6\.1\.' "$work/out"
	says '^    ok [0-9]+ domU domu: boots' "$work/out"
	says '^    ok [0-9]+ domU domu-smp: boots' "$work/out"
	says '^ok 1 6\.1\..*: boots, passes its tests and powers off' "$work/out"
}
what="package: Debian's kernel as dom0 and domU, on Xen 4.20, without a compiler"
! named "$what" "it takes minutes" || t "$what" debian
