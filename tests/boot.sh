# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# `make boot` itself, on the default line: the crash, the boot, what is redone
# when, and that a broken hook is told from a good one.

tree=$O/v6.1

boot() {
	status "$1" make --no-print-directory boot ${2:+SERIES="$2"}
	cp "$work/out" "$work/boot.out"
}

objects() {
	grep -E '^  (CC|AS) ' "$tree/with/kernel.log" | awk '{ print $2 }'
}

t "make boot" boot 0
t "... shows the crash, and names who died where" says \
	'^ok 1 .* without the series: early full cr3 load: .* died in xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping' \
	"$work/boot.out"
t "... shows dom0 alive with the series" says \
	'^ok 2 .* with the series: dom0 boots, passes its tests and powers off' \
	"$work/boot.out"
t "... ran the selftest" says '^        ok 19 boundary.read' "$work/boot.out"
t "... printed as many results as planned" [ "$(grep -Ec '^(not )?ok' "$work/boot.out")" -eq 2 ]

no_rebuild() {
	touch "$work/mark"
	boot 0
	find "$tree" -type f -newer "$work/mark" ! -name 'verdict*' \
		! -name '*.log' >"$work/newer"
	cat "$work/newer"
	[ ! -s "$work/newer" ]
}
t "make boot again builds nothing" no_rebuild

# A scratch copy of the series with one more patch that breaks the hook.
mutant() {
	rm -rf "$work/series"
	cp -r patches/v6.1 "$work/series"
	cp "tests/mutants/$1.patch" "$work/series/0900-$1.patch"
	boot 1 "$work/series"
	says "^not ok 2 .*$2" "$work/boot.out"
	says '^ok 1 ' "$work/boot.out"
}
t "hook that does not swap itself" mutant no-swap \
	'stale first stage: .* died in xen_write_cr3_init <- switch_mm'
one_object() {
	objects | grep -v -e ^init/version -e '^\.tmp_vmlinux' -e ^init/version-timestamp \
		-e ^arch/x86/boot/ >"$work/objects"
	cat "$work/objects"
	[ "$(cat "$work/objects")" = arch/x86/xen/mmu_pv.o ]
}
t "... cost one object and a link" one_object
t "first stage that looks up the user table" mutant early-lookup \
	'first stage looks up a user table .* died in xen_get_user_pgd <- xen_write_cr3_init <- init_mem_mapping'
t "full load without the user base" mutant no-user-base \
	'user space: no user base pointer'
t "user space on the kernel's own base" mutant kernel-base \
	'xen_pv_cr3: .*the user base pointer holds kernel mappings'
t "make boot, with the series as it was" boot 0
