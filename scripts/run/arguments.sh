#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Refuse what cannot work, before anything is downloaded, installed or built:
#	arguments.sh GOAL
# One line says what is allowed, and the exit status is 125.  Reads the variables,
# scripts/run/variables, patches/*/line, scripts/fetch/xens, and of the machine its
# KVM, free memory and disk.  Leaves nothing.
. scripts/run/lib.sh

goal=$1

# in_range NUMBER RANGE
in_range() {
	case $2 in
	*[0-9].[0-9]*)
		case $1 in
		*[!0-9.]* | *.*.* | . | ?????????*) return 1 ;;
		esac
		awk -v n="$1" -v low="${2%%..*}" -v high="${2##*..}" \
			'BEGIN { exit !(n + 0 >= low + 0 && n + 0 <= high + 0) }'
		;;
	*)
		# 0 at the front would make it octal for one, and not for another
		case $1 in
		0?* | *[!0-9]* | ?????????*) return 1 ;;
		esac
		[ "$1" -ge "${2%%..*}" ] && [ "$1" -le "${2##*..}" ]
		;;
	esac
}

# file_of TREE FILE: as it is, or in the commit that REV= names
file_of() {
	if [ -n "$REV" ]; then
		git -C "$1" show "$REV^{commit}:$2" 2>/dev/null
	else
		cat "$1/$2" 2>/dev/null
	fi
}

# kernel_tree NAME FOLDER
kernel_tree() {
	[ -d "$2" ] || die "$1=$2 is not a folder; a kernel tree is wanted"
	[ -z "$REV" ] || git -C "$2" rev-parse -q --verify "$REV^{commit}" >/dev/null 2>&1 ||
		die "REV=$REV: $2 has no such commit (a shallow clone has the last ones only)"
	if ! file_of "$2" arch/x86/xen/mmu.c >/dev/null || ! file_of "$2" Kbuild >/dev/null ||
	   ! file_of "$2" Makefile | grep -q '^PATCHLEVEL = [0-9]'; then
		die "$1=$2${REV:+ at $REV} is not a kernel tree (Makefile, Kbuild and arch/x86/xen/mmu.c are looked for)"
	fi
	version=$(file_of "$2" Makefile | tree_version)
	[ -n "$(line_for "$version")" ] ||
		die "$1=$2 is Linux $version, older than v3.9, where the hook begins"
}

series_folder() {
	for p in "$2"/0*.patch; do
		[ ! -e "$p" ] || return 0
	done
	die "$1=$2 is not a folder with a series of patches 0*.patch"
}

output_folder() {
	{ mkdir -p "$2" 2>/dev/null && [ -w "$2" ]; } ||
		die "$1=$2 is not a folder that can be written; choose another one"
}

# test_names NAME WORDS: rooms of tests/, or files in them
test_names() {
	for word in $2; do
		[ -d "tests/$word" ] || [ -n "$(find tests -mindepth 2 -maxdepth 2 \
			-name "$word.sh" -o -name "$word.c")" ] ||
			die "$1=$word is neither a room nor a file of tests/, such as unit or boot"
	done
}

# allowed NAME DEFAULT ALLOWED VALUE
allowed() {
	if [ -z "$4" ]; then
		[ "$2" = - ] || die "$1= is empty; its default is $2"
		return 0
	fi
	case $3,$4 in
	folder,*[[:space:]]* | kernel,*[[:space:]]* | series,*[[:space:]]*)
		die "$1=: make cannot work with blanks in a path; choose another one"
		;;
	esac
	case $3 in
	yes | any) ;;
	kernel) kernel_tree "$1" "$4" ;;
	rev) [ -n "$KERNEL" ] || die "$1=$4: a commit of which tree? Say so by KERNEL=path" ;;
	variants)
		for word in $4; do
			all_variants | grep -qxF -- "$word" ||
				die "$1=$word: there is no such fragment; there are $(all_variants | paste -sd' ')"
		done
		;;
	series) series_folder "$1" "$4" ;;
	folder) output_folder "$1" "$4" ;;
	input) [ -d "$4" ] || die "$1=$4 is not a folder" ;;
	file) [ -f "$4" ] || die "$1=$4 is not a file" ;;
	tests) test_names "$1" "$4" ;;
	line)
		all_lines | grep -qxF -- "$4" ||
			die "$1=$4: there is no such line; there are $(all_lines | paste -sd' ')"
		;;
	xen)
		all_xens | grep -qxF -- "$4" ||
			die "$1=$4: no Debian has it; there are $(all_xens | paste -sd' ')"
		;;
	*..*)
		in_range "$4" "$3" ||
			die "$1=$4 is not a number from ${3%%..*} to ${3##*..}"
		;;
	*,*)
		for word in $4; do
			case ,$3, in
			*",$word,"*) ;;
			*) die "$1=$word is not $(alternatives "$3")" ;;
			esac
		done
		;;
	*)
		case "|$3|" in
		*"|$4|"*) ;;
		*) die "$1=$4 is not $(alternatives "$3")" ;;
		esac
		;;
	esac
}

[ -z "${UNKNOWN:-}" ] || die "$UNKNOWN= is no variable of this; make help lists them"
grep '^[A-Z]' scripts/run/variables | while read -r name default what _; do
	eval "value=\${$name:-}"
	# shellcheck disable=SC2154 # set by eval
	allowed "$name" "$default" "$what" "$value"
done

#
# What does not go together
#

case $goal in
series | lint)
	# shellcheck disable=SC2086 # a list
	[ -z "$KERNEL" ] || [ "$(echo $WANTED_LINES | wc -w)" -eq 1 ] ||
		die "which line's series is for KERNEL=$KERNEL? Say so by LINE="
	;;
bisect)
	{ [ -n "$GOOD" ] && [ -n "$BAD" ]; } || die "between which two? Say so by GOOD= and BAD="
	[ "$OVER" != commits ] || [ -n "$KERNEL" ] || die "commits of which tree? Say so by KERNEL=path"
	;;
cell) [ -n "$CELL" ] || die "where does the record go? Say so by CELL=folder" ;;
check | matrix) ;;
cells)
	[ -e "patches/$LINE/cells" ] || die "LINE=$LINE has no cells; there are $(
		printf '%s\n' patches/*/cells | cut -d/ -f2 | paste -sd' ') that have"
	;;
bench)
	[ -z "$KERNEL" ] ||
		die "upstream's own hook, to compare with, is at hand for Debian's kernels alone; leave KERNEL= out"
	;;
*)
	[ -n "$KERNEL" ] || [ -n "$(line_says "$LINE" package)" ] ||
		die "LINE=$LINE: no Debian has such a tree; give one by KERNEL=path"
	;;
esac
[ "$ROLE,$DOM0" != dom0,control ] ||
	die "ROLE=dom0 with DOM0=control tests nothing; leave one of them out"
# That it opens does not say that it runs Xen; scripts/boot/accel.sh asks that.
[ "$ACCEL" != kvm ] || { [ -c /dev/kvm ] && (exec 3<>/dev/kvm) 2>/dev/null; } ||
	die "ACCEL=kvm: there is no /dev/kvm here that can be opened; ACCEL=tcg works everywhere"

# Those that do not boot
case $goal in
tree | patched | kernel | guests | machine | report) ;;
*)
	# Xen needs 128 for itself, and the domUs come one after the other.
	need=$((DOM0_MEMORY + 128))
	[ "$ROLE" = dom0 ] || need=$((need + DOMU_MEMORY))
	[ "$need" -le "$MEMORY" ] ||
		die "MEMORY=$MEMORY is too little: dom0, a domU and Xen need $need"
	free=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
	[ "$MEMORY" -lt "${free:-$MEMORY}" ] ||
		die "MEMORY=$MEMORY: only $free MiB are free here"
	;;
esac
case $goal in
machine | series | report) ;;
# A tree, its objects and what else is left of it
*) [ -e "$B/base" ] || need_disk 5500 "$O" ;;
esac
