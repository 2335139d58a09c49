# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by lint.sh
#
# What compilers and checkers say of files, for lint.sh to compare.  To be
# sourced.  An answer is kept under the name of all that it depends on.

fragment=$PWD/arch/x86/configs/xen_pv_boot.config
asked_by=$({
	cat "$B/base" "$fragment" scripts/series/said.sh scripts/build/kmake.sh
	gcc --version
	clang-19 --version
	sparse --version
	spatch --version
} 2>&1 | sha256sum)

# code_key COMMIT: what of it can make a difference to the kernel
code_key() {
	code=$($git diff --raw --no-abbrev base "$1" -- . ':!Documentation' \
		':!MAINTAINERS' ':!tools') || return
	printf '%s\n' "$asked_by" "$code" | sha256sum | cut -c 1-16
}

# is_object FILE: is it compiled by itself?  A header is not, nor is a file in a
# folder without Makefile, which another file includes.
is_object() {
	case $1 in
	*.c) [ -e "$tree/${1%/*}/Makefile" ] || [ -e "$tree/${1%/*}/Kbuild" ] ;;
	*) false ;;
	esac
}

# touched KIND: the files that a check of that kind has to look at.  What is only
# included speaks through the files that include it; those of the series count.
touched() {
	case $1 in
	kerneldoc) set -- '*.c' '*.h' ;;
	*) set -- '*.c' '*.h' ':!tools' ':!Documentation' ;;
	esac
	from=$before
	changed=$($git diff --name-only --diff-filter=d "$before" "$after" -- "$@") || return
	for f in $changed; do
		is_object "$f" || from=base
	done
	$git diff --name-only --diff-filter=d "$from" "$after" -- "$@"
}

# said KIND COMMIT FILE...: print the name of the file with the answer
said() {
	kind=$1
	commit=$2
	shift 2
	there=$($git ls-tree --name-only -r "$commit" -- "$@") || return
	# shellcheck disable=SC2086 # none has a blank in its name
	set -- $there
	key=$commit
	[ "$kind" = kerneldoc ] || key=$(code_key "$commit") || return
	answer=$lint/said/$kind-$key-$(echo "$*" | cksum | cut -d' ' -f1)
	if [ ! -e "$answer" ]; then
		$git checkout -q --detach "$commit" || return
		"ask_$kind" "$@" >"$lint/said/log" 2>&1 </dev/null || :
		complaints "$@" <"$lint/said/log" | sort >"$answer.new"
		mv "$answer.new" "$answer"
	fi
	echo "$answer"
}

# complaints FILE...: errors, and warnings of these files, without the line
# numbers, which any patch moves
complaints() {
	awk -v tree="$tree/" -v files="$*" '
	BEGIN { split(files, list); for (i in list) ours[list[i]] = 1 }
	/^none: / { print }
	{ gsub(tree, ""); sub(/^(\.\.\/)+tree\//, "") }
	/^[^ :]+:[0-9:-]+ / {
		file = $1
		sub(/:.*/, "", file)
		sub(/^[^ ]* /, "")
		sub(/^fatal /, "")
		if (/^error: / || (file in ours && !/^note: /))
			print file ": " $0
		if (/^error: /)
			errors = 1
	}
	/^make.* \*\*\* / && !broken { broken = $0; sub(/.* \*\*\* /, "", broken) }
	END { if (broken && !errors) print "make: error: " broken }'
}

# configure NAME: an object folder of its own for it, $obj, with its make as
# $build.  What it is configured by includes the options of the series.
# Without the compiler cache: a warning out of it names a file where it was first
# compiled, which may be another clone's.
configure() {
	obj=$lint/$1
	arch=x86_64
	cc=gcc
	from=allnoconfig
	with=
	without=
	case $1 in
	clang) cc=clang-19 ;;
	nopv) without=XEN_PV ;;
	nosmp) without=SMP ;;
	i386)
		arch=i386
		with="M686 X86_GENERIC X86_PAE HIGHMEM64G"
		without=64BIT
		;;
	allmod)
		from=allmodconfig
		without="WERROR GCC_PLUGINS"
		;;
	esac
	build="scripts/build/kmake.sh O=$obj ARCH=$arch CC=$cc"
	key=$({ echo "$asked_by"; $git ls-files -s '*Kconfig*'; } | sha256sum)
	if [ "$(cat "$obj/config_key" 2>/dev/null)" != "$key" ]; then
		mkdir -p "$obj"
		# shellcheck disable=SC2086 # words are wanted
		{
			[ $from = allmodconfig ] || cat "$fragment"
			[ -z "$with" ] || printf 'CONFIG_%s=y\n' $with
			[ -z "$without" ] || printf '# CONFIG_%s is not set\n' $without
		} >"$obj/wanted"
		$build KCONFIG_ALLCONFIG="$obj/wanted" $from || return
		echo "$key" >"$obj/config_key"
	fi
	case $1 in
	nopv | nosmp)
		grep -q "^# CONFIG_$without is not set" "$obj/.config" || {
			echo "none: this kernel has no CONFIG_$without, or is never without"
			return 1
		}
		;;
	esac
	grep -q "^CONFIG_XEN=y" "$obj/.config" || {
		echo "none: this kernel has no CONFIG_XEN there"
		return 1
	}
}

# compile ARGUMENTS FILE...: with these of make's
compile() {
	how=$1
	shift
	configure plain || return
	compiled=
	for f; do
		is_object "$f" || continue
		o=${f%.c}.o
		rm -f "$obj/$o"
		# shellcheck disable=SC2086 # words are wanted
		$build $how "$o" >"$lint/said/make" 2>&1 || :
		! grep -q "No rule to make target .*$o" "$lint/said/make" || continue
		compiled=yes
		cat "$lint/said/make"
		[ -e "$obj/$o" ] || echo "$f:0: error: no object file"
	done
	[ -n "$compiled" ] || echo "none: not built in this configuration"
}

ask_gcc() {
	compile "" "$@"
}

# With W=1 the kernel's make runs kernel-doc, too.
ask_w1() {
	compile W=1 "$@" | grep -v 'warning: [^[]*$'
}

ask_sparse() {
	compile C=2 "$@" | grep -v '\[-W'
}

# The kernel's own loop over all semantic patches ends at the first that needs
# an OCaml compiler or has no report mode.
ask_cocci() {
	unset V
	export C=1 MODE=report srctree="$tree"
	export LINUXINCLUDE="-I$tree/arch/x86/include -I$lint/plain/arch/x86/include/generated -I$tree/include -I$lint/plain/include -I$tree/arch/x86/include/uapi -I$tree/include/uapi -include $tree/include/linux/kconfig.h"
	grep -rL ocaml "$tree/scripts/coccinelle" --include='*.cocci' |
		xargs grep -lw report | sort |
		while read -r COCCI; do
			export COCCI
			for f; do
				case $f in
				*.c) "$tree/scripts/coccicheck" - "$tree/$f" </dev/null ;;
				esac
			done
		done | sed "\|^$(command -v spatch) |d; s|^coccicheck failed|coccicheck:0: error: failed|"
}

# Elsewhere whole folders are built: what a patch breaks there may be in a file
# that it does not touch.
elsewhere() {
	configure "$1" || return
	shift
	for f; do
		d=${f%/*}
		echo "${d%/tests}/"
		rm -f "$obj/${f%.c}.o"
	done | sort -u >"$obj/folders"
	while read -r d; do
		$build -j"$JOBS" "$d" </dev/null
	done <"$obj/folders"
}

for kind in clang nopv nosmp i386 allmod; do
	eval "ask_$kind() { elsewhere $kind \"\$@\"; }"
done

ask_kerneldoc() {
	for script in scripts/kernel-doc tools/docs/kernel-doc; do
		[ -x "$tree/$script" ] || continue
		for f; do
			"$tree/$script" -none "$tree/$f"
		done 2>&1 | sed 's/^[A-Z][a-z]*(\([^)]*\)): /\1:0: warning: /'
		return
	done
	echo "none: this tree has no kernel-doc"
}
