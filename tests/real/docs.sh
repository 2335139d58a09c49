# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The in-tree document, built by the kernel's own make.

need patched || return 0

# docs LINE: only its folder.  Sphinx speaks of a page only when it reads it,
# hence -E.
docs() {
	page=$(sed -n 's|^+++ b/Documentation/\(.*/xen-pv-cr3\)\.rst$|\1|p' "patches/$1"/0*.patch)
	folder=${page%/*}
	page=${page##*/}
	html=$O/$1/obj/Documentation/output/$folder

	git -C "$O/$1/tree" checkout -q --detach "$(cat "$O/$1/with/commit")"
	mkdir -p "$O/$1/obj"
	rm -rf "$html"
	B=$O/$1 scripts/build/kmake.sh SPHINXDIRS="$folder" SPHINXOPTS=-E htmldocs \
		>"$work/htmldocs" 2>&1 || {
		cat "$work/htmldocs"
		return 1
	}
	if grep -E '(WARNING|ERROR|SEVERE)' "$work/htmldocs" | grep -F "$page"; then
		return 1
	fi
	says 'xen_write_cr3_init' "$html/$page.html"
	says "href=\"$page.html\"" "$html/index.html"
}
t "make htmldocs for v6.1" docs v6.1
other_lines "make htmldocs for" docs xen-pv-cr3.rst
