# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# make bisect on twelve commits on Debian's tree: one breaks it, one before brings
# another fault that comes and goes, and one does not compile.

named "bisect: twelve commits of a kernel" "it takes ten minutes" || return 0
need tree || return 0

repo=$work/repo
FILE=arch/x86/xen/vga.c

# commit N TEXT: added to that file, which is one object
commit() {
	printf '\n%s\n' "$2" >>"$repo/$FILE"
	git -C "$repo" -c user.name=Author -c user.email=author@example.org \
		commit -qam "x86/xen: Change $1"
}

history() {
	mkdir "$repo"
	cp -al "$tree/tree/." "$repo"
	# As Debian has it; git puts new files in place of those that it changes.
	git -C "$repo" reset -q --hard base
	rm -rf "$repo/.git"
	# Not the file of the tree itself
	cp "$repo/$FILE" "$repo/$FILE.new"
	mv "$repo/$FILE.new" "$repo/$FILE"
	git -C "$repo" init -q
	# Not behind our back
	git -C "$repo" config gc.auto 0
	git -C "$repo" add -Af
	git -C "$repo" -c user.name=t -c user.email=t@localhost commit -qm "The tree"
	git -C "$repo" tag good
	commit 1 "#include <linux/random.h>"
	for n in 2 3; do
		commit $n "static int __init change$n(void) { return 0; } late_initcall(change$n);"
	done
	# One boot of eight dies of this.
	commit 4 "static int __init moody(void)
	{ if (!(get_random_u32() & 7)) panic(\"it comes and goes\"); return 0; } late_initcall(moody);"
	commit 5 "static int __init change5(void) { return 0; } late_initcall(change5);"
	# The one in the middle, which git tries first
	commit 6 "this does not compile"
	sed -i '/^this does not compile$/d' "$repo/$FILE"
	commit 7 "static int __init change7(void) { return 0; } late_initcall(change7);"
	commit 8 "static int __init hidden(void)
	{ return *(volatile int *)8; } late_initcall(hidden);"
	for n in 9 10 11 12; do
		commit $n "static int __init change$n(void) { return 0; } late_initcall(change$n);"
	done
	git -C "$repo" rev-parse HEAD~4 >"$work/wanted"
	[ "$(git -C "$repo" log -1 --format=%s HEAD~4)" = "x86/xen: Change 8" ]
	[ "$(git -C "$repo" rev-list --count good..HEAD)" -eq 12 ]
}

bisect() {
	find "$repo" -printf '%P %s %T@\n' | sort >"$work/before"
	status 0 make --no-print-directory bisect KERNEL="$repo" GOOD=good BAD=HEAD ROLE=dom0 \
		TITLE="NULL pointer dereference" REPEAT=3
	cat "$work/err"
	find "$repo" -printf '%P %s %T@\n' | sort | diff "$work/before" -
	mail=$O/bisect/report.txt
	cat "$mail"
	[ "$(cat "$work/out")" = "$mail" ]
	says "^#regzbot introduced: $(cat "$work/wanted")$" "$mail"
	says '^#regzbot title: BUG: unable to handle kernel NULL pointer dereference in hidden as Xen PV guest$' "$mail"
	says '^Subject: \[REGRESSION\] BUG: unable to handle kernel NULL pointer dereference in hidden .*"x86/xen: Change 8"' "$mail"
	says '^To: Author <author@example.org>$' "$mail"
	says '^  hidden <- do_one_initcall <- ' "$mail"
	says 'address: 0000000000000008' "$mail"
	says '^  skip .*"x86/xen: Change 6".*: not judged$' "$mail"
	says '^  make boot .*REV=' "$mail"
}
t "bisect: a history" history
t "bisect: the right commit, the mail, and the tree as it was" bisect
