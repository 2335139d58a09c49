# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# What is said in one place: the variables, the kernel lines, the hypervisors; and
# that menu, help and README say nothing else.

variables() {
	grep '^[A-Z]' scripts/run/variables
}

each_is_whole() {
	variables | while read -r name default allowed text; do
		echo "$name"
		[ -n "$text" ]
		case $allowed in
		*..* | *\|* | *,* | yes | any | line | xen | kernel | package | image | modules | config | rev | variants | series | folder | input | file | tests | model | kernels | regressions | all) ;;
		*) return 1 ;;
		esac
		[ "$default" = - ] || say_no_more "$allowed" "$default"
	done
}
# say_no_more ALLOWED DEFAULT: a default that is one of several words is among them
say_no_more() {
	case $1 in
	*\|*) echo "$1" | tr '|' '\n' | grep -qxF "$2" ;;
	esac
}
t "contract: each variable has a default, what is allowed, and a text" each_is_whole

# One that is checked, and then forgotten, would be a run with the default.
all_used() {
	variables | while read -r name _; do
		grep -rqE "([$][{(]?|environ[^ ]*\")$name\>" scripts Makefile tests \
			--exclude=variables --exclude=arguments.sh || {
			echo "nobody uses $name"
			return 1
		}
	done
}
t "contract: each variable is used" all_used

# Kconfig, as lines NAME DEFAULT ALLOWED.  Numbers there are whole.
menu() {
	awk '
	/^config / { name = $2; words = "" }
	/^choice/ { name = "" }
	/^\tdefault/ && !/ if / && name { print name, $2, words ? words "|" $2 : range[name] }
	/^\tdefault.* if / { words = words ? words "|" $2 : $2 }
	/^\trange / { range[name] = $2 ".." $3 }' Kconfig | tr -d '"'
}
menu_agrees() {
	menu | grep -v '^\(O\|KERNEL\|CPU\|PACKAGE\|IMAGE\|CONFIG\) ' >"$work/menu"
	[ "$(wc -l <"$work/menu")" -ge 9 ]
	while read -r name default allowed; do
		echo "$name: $default, $allowed"
		variables | awk -v name="$name" '$1 == name { print $2, $3 }' |
			sed 's/ 0\.[0-9]*\.\./ 1../' >"$work/contract"
		[ -s "$work/contract" ]
		for list in "$default $allowed" "$(cat "$work/contract")"; do
			echo "${list%% *} $(echo "${list#* }" | tr '|' '\n' | sort | paste -sd'|')"
		done >"$work/both"
		cat "$work/both"
		[ "$(uniq "$work/both" | wc -l)" -eq 1 ]
	done <"$work/menu"
}
t "contract: the menu has the same defaults, ranges and choices" menu_agrees

# What can be chosen has to give a value, or to be the default of the choice.
choices() {
	awk '
	/^config / { name = $2 }
	/^choice/ { name = "" }
	/^\tbool/ { choice[name] }
	/^\tdefault/ && !name { meant[$2] }
	/^\tdefault.* if / { meant[$4] }
	END {
		for (c in choice)
			print c, c in meant
	}' Kconfig >"$work/choices"
	cat "$work/choices"
	[ "$(wc -l <"$work/choices")" -ge 7 ]
	says_not ' 0$' "$work/choices"
}
t "contract: each choice of the menu gives a value" choices

help_has_all() {
	make --no-print-directory >"$work/help"
	variables | while read -r name _; do
		says "^  $name=" "$work/help"
	done
	for f in patches/*/line; do
		f=${f#patches/}
		says "^  ${f%/line} .*; for (practice|submission)$" "$work/help"
	done
	sed -n 's/^\([0-9.]*\): .*/\1/p' scripts/fetch/xens | while read -r xen; do
		says "^  $xen " "$work/help"
	done
}
t "contract: make alone prints all variables, lines and hypervisors" help_has_all

# What README and documents give as an example is allowed.  W= is the kernel's own.
examples() {
	cat README.md Documentation/machine.rst |
		grep -Eo '\b[A-Z][A-Z0-9_]*=[A-Za-z0-9./]*' |
		grep -v '^W=' | sort -u >"$work/examples"
	[ -s "$work/examples" ]
	while IFS='=' read -r name value; do
		echo "$name=$value"
		variables | grep -q "^${name}[[:space:]]"
		case $name in
		LINE) [ -z "$value" ] || [ -e "patches/$value/line" ] ;;
		XEN) [ -z "$value" ] || [ "$value" = newest ] || grep -q "^$value: " scripts/fetch/xens ;;
		esac
	done <"$work/examples"
}
t "contract: what README gives as an example is there" examples

# one_line LINE
one_line() {
	dir=patches/$1
	[ "$(grep -Evc '^(package|suite|tree|for|faults|note): [^ ].*$' "$dir/line")" -eq 0 ]
	[ "$(grep -c '^tree: ' "$dir/line")" -eq 1 ]
	says '^for: (practice|submission)$' "$dir/line"
	[ "$(grep -c '^package: ' "$dir/line")" -eq "$(grep -c '^suite: ' "$dir/line")" ]
	case $(sed -n 's/^tree: //p' "$dir/line") in
	rewind) [ -d "$dir/rewind" ] ;;
	"as it is, with the hook" | "as it is, without the hook") [ ! -d "$dir/rewind" ] ;;
	*) return 1 ;;
	esac
	[ -e "$dir/0000-cover-letter.patch" ]
}
for f in patches/*/; do
	f=${f#patches/}
	t "contract: the line ${f%/}" one_line "${f%/}"
done
