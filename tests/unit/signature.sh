# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# A known death more is one line of scripts/pvboot/signatures.c and nothing else:
# here one is made up.

mkdir "$work/logs"
mkdir "$work/scripts"
cp -r scripts/pvboot scripts/guests "$work/scripts"

one_line() {
	GIT_CEILING_DIRECTORIES=$work git -C "$work/scripts/pvboot" apply - <<'END'
--- a/signatures.c
+++ b/signatures.c
@@ -32,2 +32,3 @@
 	  MS_MEMORY, MS_COUNT, .words = "switching to user mode with no user page tables" },
+	{ "smap-bug", "QEMU's SMAP bug", MS_HYPERVISOR, MS_KERNEL, .words = "Unhandled: vec 14" },
 };
END
	status 0 make -s -C "$work/scripts/pvboot" OUT="$work/built"
}
t "made-up signature: one line" one_line

expected() {
	status 0 "$work/built/pvboot" --log-dir "$work/logs" --expect smap-bug \
		--replay tests/consoles/v6.1-smap-bug.log
	says "QEMU's SMAP bug" "$work/logs/result.json"
	status 1 "$work/built/pvboot" --log-dir "$work/logs" --expect boot \
		--replay tests/consoles/v6.1-smap-bug.log
	says '"signature":[[:space:]]*"smap-bug"' "$work/logs/result.json"
}
t "... expected, found, named" expected

others() {
	refused "is not one of .*, smap-bug" "$work/built/pvboot" --expect none
	status 1 "$work/built/pvboot" --log-dir "$work/logs" --expect smap-bug \
		--replay tests/consoles/v6.1-good.log
}
t "... not taken for another" others
