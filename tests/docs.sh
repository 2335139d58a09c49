# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The in-tree document, built by the kernel's own make.  Needs the tree of
# boot.sh.

page=$(sed -n 's|^+++ b/Documentation/\(.*/xen-pv-cr3\)\.rst$|\1|p' patches/v6.1/0*.patch)
html=$tree/obj/Documentation/output/${page%/*}

# Sphinx speaks of a page only when it reads it, hence -E.
docs_build() {
	git -C "$tree/tree" checkout -q --detach "$(cat "$tree/with/commit")"
	rm -rf "$html"
	B=$tree scripts/kmake.sh SPHINXDIRS="${page%/*}" SPHINXOPTS=-E htmldocs \
		>"$work/htmldocs" 2>&1 || {
		cat "$work/htmldocs"
		return 1
	}
	! grep -E '(WARNING|ERROR|SEVERE)' "$work/htmldocs" | grep -F "${page##*/}"
}
t "htmldocs has nothing against our page" docs_build
t "... makes it" says 'xen_write_cr3_init' "$html/${page##*/}.html"
t "... and links to it" says "href=\"${page##*/}.html\"" "$html/index.html"
