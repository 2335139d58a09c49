#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Try a series in other configurations and on other machines: a loop over the
# boots of `make boot`, one cell after the other.  Reads $SERIES/cells and
# arch/x86/configs; prints the reports as one and leaves it in $B/variants/result.
. scripts/run/lib.sh

[ -e "$SERIES/cells" ] || die "$SERIES has no file cells, which says what to try"
mkdir -p "$B/variants"
grep -v '^#' "$SERIES/cells" >"$B/variants/wanted"

# hole SIZE: a folder with a QEMU whose machine has no more memory than that below
# 4 GiB
hole() {
	mkdir -p "$B/variants/hole-$1"
	cat >"$B/variants/hole-$1/qemu-system-x86_64" <<END
#!/bin/sh
exec $(command -v qemu-system-x86_64) "\$@" -machine max-ram-below-4g=$1
END
	chmod +x "$B/variants/hole-$1/qemu-system-x86_64"
	echo "$B/variants/hole-$1"
}

# cell VARIANTS VARIABLE=VALUE...: build it, boot it, print the report
cell() {
	set_of=$1
	shift
	for v; do
		case $v in
		HOLE=*) set -- "$@" PATH="$(hole "${v#HOLE=}"):$PATH" ;;
		esac
	done
	if [ "$set_of" = usual ]; then
		env "$@" make --no-print-directory -f scripts/Makefile.run boot
		return
	fi
	for v in $(echo "$set_of" | tr + ' '); do
		[ -e "arch/x86/configs/$v.config" ] ||
			die "there is no variant $v in arch/x86/configs"
	done
	dir=$B+$set_of
	env TREE_B="$B" B="$dir" VARIANT="$(echo "$set_of" | tr + " ")" \
		scripts/build/variant.sh
	env "$@" B="$dir" make --no-print-directory -f scripts/Makefile.run \
		FRAGMENT="$dir/config" boot
}

report() {
	echo "KTAP version 1"
	echo "# series: ${SERIES#"$PWD"/}"
	echo "1..$(wc -l <"$B/variants/wanted")"
	n=0
	worst=0
	while read -r variants variables; do
		n=$((n + 1))
		report=$B/variants/$n
		rm -f "$report" "$O/status"
		rc=0
		# shellcheck disable=SC2086 # words are wanted
		cell "$variants" $variables </dev/null >"$report" ||
			rc=$(cat "$O/status" 2>/dev/null || echo 125)
		[ ! -e "$report" ] || sed 's/^/    /' "$report"
		ok="not ok"
		[ "$rc" -ne 0 ] || ok=ok
		echo "$ok $n $variants, $variables"
		[ "$worst" -eq 1 ] || [ "$rc" -eq 0 ] || worst=$rc
	done <"$B/variants/wanted"
	echo "$worst" >"$B/variants/status"
}

make --no-print-directory -f scripts/Makefile.run tree
rm -f "$B/variants/of"
report | tee "$B/variants/result"
series_key >"$B/variants/of"
# shellcheck disable=SC2034 # for lib.sh
judged=yes
exit "$(cat "$B/variants/status")"
