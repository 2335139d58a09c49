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
	what="$1=$2${REV:+ at $REV}"
	if ! file_of "$2" Kbuild >/dev/null || ! file_of "$2" Makefile | grep -q '^PATCHLEVEL = [0-9]'; then
		[ ! -e "$2/source" ] || die "$what is the folder of a build by O=; its tree is $(realpath "$2/source")"
		die "$what is not a kernel tree (Makefile and Kbuild are looked for)"
	fi
	file_of "$2" arch/x86/Kconfig >/dev/null ||
		die "$what is a tree without arch/x86, for another architecture"
	file_of "$2" arch/x86/xen/mmu.c >/dev/null ||
		die "$what is a tree without Xen (arch/x86/xen/mmu.c is looked for)"
	version=$(file_of "$2" Makefile | tree_version)
	[ -n "$(line_for "$version")" ] ||
		die "$1=$2 is Linux $version, older than v3.9, where the hook begins"
}

# kernel_config NAME FILE
kernel_config() {
	grep -Eqs '^(# )?CONFIG_[A-Z0-9_]+(=| is not set)' "$2" || die "$1=$2 is not a kernel's .config"
	! grep -Eqx 'CONFIG_(ARM|ARM64|RISCV|PPC|S390|MIPS|LOONGARCH|SPARC)=y' "$2" ||
		die "$1=$2 is for another architecture than x86"
	! grep -Eqx '# CONFIG_64BIT is not set|CONFIG_X86_32=y' "$2" ||
		die "$1=$2 is for 32 bits, and Xen PV kernels have 64"
}

# xen_file NAME PATH: what QEMU can load; whether it is Xen only a boot shows
xen_file() {
	[ -f "$2" ] || die "$1=$2 is not a file"
	case $2 in
	*[[:space:]]*) die "$1=: make cannot work with blanks in a path; choose another one" ;;
	esac
	# Of ELF for 32 bits, with multiboot's magic number in the first 8 KiB
	{ gzip -dc "$2" 2>/dev/null || cat "$2"; } | head -c 8192 | od -An -v -tx1 -w4 | tr -d ' ' |
		awk 'NR == 1 && $1 != "7f454c46" { exit }
			NR == 2 && $1 !~ /^01/ { exit }
			$1 == "02b0ad1b" { found = 1; exit }
			END { exit !found }' ||
		die "$1=$2 is no Xen: an ELF file for 32 bits with a multiboot header is looked for, packed by gzip or not"
}

# kernel_package NAME VALUE
kernel_package() {
	case $2 in
	*.deb)
		{ [ -f "$2" ] && dpkg-deb -f "$2" Package >/dev/null 2>&1; } ||
			die "$1=$2 is not a Debian package"
		;;
	linux-image-*/*/* | */*[!a-z0-9-]* | *[!a-z0-9/.+-]*) false ;;
	linux-image-?*) ;;
	*) false ;;
	esac || die "$1=$2 is not linux-image-NAME, linux-image-NAME/SUITE or a .deb"
}

series_folder() {
	for p in "$2"/0*.patch; do
		[ ! -e "$p" ] || return 0
	done
	die "$1=$2 is not a folder with a series of patches 0*.patch"
}

output_folder() {
	case $2/ in
	"${KERNEL:-none}"/*) die "$1=$2 is in KERNEL=$KERNEL, where nothing is to be written; choose another one" ;;
	esac
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

# cpu_model NAME MODEL
cpu_model() {
	printf '%s\n' "$2" |
		grep -Eqx '[A-Za-z0-9_.-]+(,([+-][A-Za-z0-9_.-]+|[A-Za-z0-9_.-]+=[A-Za-z0-9_.-]+))*' ||
		die "$1=$2 is not a CPU model with features, such as qemu64,+rdrand,-nx"
	# Who has no QEMU yet is told by QEMU itself.
	! command -v qemu-system-x86_64 >/dev/null ||
		qemu-system-x86_64 -cpu help | grep -Eq "^x86 ${2%%,*} " ||
		die "$1=$2: QEMU has no ${2%%,*}; qemu-system-x86_64 -cpu help lists what it has"
}

# allowed NAME DEFAULT ALLOWED VALUE
allowed() {
	if [ -z "$4" ]; then
		[ "$2" = - ] || die "$1= is empty; its default is $2"
		return 0
	fi
	case $3,$4 in
	folder,*[[:space:]]* | kernel,*[[:space:]]* | series,*[[:space:]]* | \
	config,*[[:space:]]* | package,*[[:space:]]* | image,*[[:space:]]* | modules,*[[:space:]]*)
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
		case " $4 " in
		*" devices "*) ;;
		*" userland "*) die "$1=userland needs a disk and a network card: $1=devices+userland" ;;
		esac
		;;
	config) kernel_config "$1" "$4" ;;
	series) series_folder "$1" "$4" ;;
	folder) output_folder "$1" "$4" ;;
	package) kernel_package "$1" "$4" ;;
	input | modules) [ -d "$4" ] || die "$1=$4 is not a folder" ;;
	file | image) [ -f "$4" ] || die "$1=$4 is not a file" ;;
	tests) test_names "$1" "$4" ;;
	model) cpu_model "$1" "$4" ;;
	kernels)
		case $4 in
		with | without | control) ;;
		regressions/*) [ -s "$B/$4/bzImage" ] || die "$1=$4: there is no such kernel; make regressed ONLY=${4##*/} makes it" ;;
		*) die "$1=$4 is not with, without, control or regressions/NAME" ;;
		esac
		;;
	regressions)
		for word in $4; do
			[ "$goal,$word" = regressed,plain ] || [ -e "tests/regressions/$word.patch" ] ||
				die "$1=$word: there is no such fault in tests/regressions"
		done
		;;
	line)
		all_lines | grep -qxF -- "$4" ||
			die "$1=$4: there is no such line; there are $(all_lines | paste -sd' ')"
		;;
	xen)
		case $4 in
		newest) return 0 ;;
		/*) xen_file "$1" "$4" && return 0 ;;
		esac
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

one_kernel() {
	kernels=
	for name in KERNEL PACKAGE IMAGE; do
		eval "value=\${$name:-}"
		[ -z "$value" ] || kernels="${kernels:+$kernels and }$name=$value"
	done
	case $kernels in
	*" and "*) die "$kernels: which kernel is it? Leave one of them out" ;;
	esac
}
one_kernel
[ -z "$CONFIG_FIX" ] || [ -n "$CONFIG" ] || die "CONFIG_FIX=$CONFIG_FIX: of which configuration? Say so by CONFIG=path"
case $goal,${CONFIG:+own} in
lint,own | series,own | bench,own | cells,own) die "make $goal has configurations of its own; leave CONFIG= out" ;;
esac
[ -n "$IMAGE" ] || [ -z "$MODULES" ] || die "MODULES=$MODULES: of which kernel? Say so by IMAGE=path"
[ -n "$BUILT" ] || [ -z "$VMLINUX" ] ||
	die "VMLINUX=$VMLINUX: of which kernel? Say so by IMAGE=path or PACKAGE="
if [ -n "$BUILT" ]; then
	case $goal in
	boot | cell | kernel | guests | machine | verdict | report | doctor | matrix | soak) ;;
	*) die "make $goal wants a kernel tree; $BUILT is built already" ;;
	esac
	for name in VARIANT CONFIG REV SERIES_GIVEN; do
		eval "value=\${$name:-}"
		[ -z "$value" ] || die "${name%_GIVEN}=$value: $BUILT is built already, and taken as it is"
	done
fi
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
regressions | regressed)
	[ -z "$KERNEL" ] || die "faults are brought into Debian's kernels alone; leave KERNEL= out"
	[ "$goal" = regressions ] || [ "$(echo "$ONLY" | wc -w)" -eq 1 ] ||
		die "which one? Say so by ONLY=NAME"
	;;
cell) [ -n "$CELL" ] || die "where does the record go? Say so by CELL=folder" ;;
check | fuzz | matrix) ;;
cells)
	[ -e "patches/$LINE/cells" ] || die "LINE=$LINE has no cells; there are $(
		printf '%s\n' patches/*/cells | cut -d/ -f2 | paste -sd' ') that have"
	;;
bench)
	[ -z "$KERNEL" ] ||
		die "upstream's own hook, to compare with, is at hand for Debian's kernels alone; leave KERNEL= out"
	;;
*)
	[ -n "$KERNEL$BUILT" ] || [ -n "$(line_says "$LINE" package)" ] ||
		die "LINE=$LINE: no Debian has such a tree; give one by KERNEL=path"
	;;
esac
[ "$goal" != boot ] || [ "$DEPTH" = quick ] || [ "$FORMAT" = ktap ] ||
	die "FORMAT=$FORMAT: DEPTH=$DEPTH leaves all formats in $O/$DEPTH; leave FORMAT= out"
[ "$ROLE,$DOM0" != dom0,control ] ||
	die "ROLE=dom0 with DOM0=control tests nothing; leave one of them out"
# That it opens does not say that it runs Xen; scripts/boot/accel.sh asks that.
[ "$ACCEL" != kvm ] || { [ -c /dev/kvm ] && (exec 3<>/dev/kvm) 2>/dev/null; } ||
	die "ACCEL=kvm: there is no /dev/kvm here that can be opened; ACCEL=tcg works everywhere"

# Those that do not boot
case $goal in
tree | patched | kernel | guests | machine | report | fuzz) ;;
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
machine | series | report | fuzz) ;;
# A tree, its objects and what else is left of it; or a package and what is in it
*) [ -e "$B/base" ] || need_disk "$([ -n "$BUILT" ] && echo 2000 || echo 5500)" "$O" ;;
esac
