#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print what LINE= and XEN= may name, for make help, or as a choice of Kconfig:
#	choices.sh help|line|xen
# Reads patches/*/line and scripts/fetch/xens, which alone say what there is, and
# leaves nothing.
. scripts/run/lib.sh

all_lines() {
	for f in patches/*/line; do
		f=${f#patches/}
		echo "${f%/line}"
	done | sort -V
}

all_xens() {
	sed -n 's/^\([0-9.]*\): .*/\1/p' scripts/fetch/xens
}

# origin LINE: where its tree comes from
origin() {
	package=$(line_says "$1" package)
	if [ -n "$package" ]; then
		echo "$package of Debian's $(line_says "$1" suite)"
	else
		echo "no Debian has one: give a tree by KERNEL=path"
	fi
}

# choice VARIABLE PROMPT DEFAULT: of a kconfig, from lines VALUE|PROMPT|HELP
choice() {
	awk -F'|' -v name="$1" -v prompt="$2" -v preset="$3" '
	function symbol(value) {
		value = toupper(value)
		gsub(/[^A-Z0-9]/, "_", value)
		return name "_" value
	}
	{ value[NR] = $1; text[NR] = $2; help[NR] = $3 }
	END {
		printf "choice\n\tprompt \"%s\"\n\tdefault %s\n\n", prompt, symbol(preset)
		for (i = 1; i <= NR; i++) {
			printf "config %s\n\tbool \"%s\"\n", symbol(value[i]), text[i]
			if (help[i] != "")
				printf "\thelp\n\t  %s\n", help[i]
			print ""
		}
		printf "endchoice\n\nconfig %s\n\tstring\n", name
		for (i = 1; i <= NR; i++)
			printf "\tdefault \"%s\" if %s\n", value[i], symbol(value[i])
		print ""
	}'
}

case $1 in
help)
	echo
	echo "Kernel lines, by LINE=:"
	for line in $(all_lines); do
		printf '  %-10s %s; for %s\n' "$line" "$(origin "$line")" \
			"$(line_says "$line" for)"
	done
	echo
	echo "Hypervisors, by XEN=:"
	for xen in $(all_xens); do
		printf '  %-10s %s\n' "$xen" "of Debian's $(xen_suite "$xen")"
	done
	;;
line)
	for line in $(all_lines); do
		[ -z "$(line_says "$line" package)" ] ||
			echo "$line|$line, $(origin "$line")|$(line_says "$line" note)"
	done | choice LINE "Debian's kernel" "$DEFAULT_LINE"
	;;
xen)
	for xen in $(all_xens); do
		echo "$xen|Xen $xen, of Debian's $(xen_suite "$xen")|"
	done | choice XEN "Hypervisor" "$DEFAULT_XEN"
	;;
esac
