# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Trees of the user's that cannot be tested, or are tested in another way: one
# clear line, and nothing of theirs is touched.
. tests/door.sh

tree_is_refused() {
	pattern=$1
	shift
	# a relative path, as a user may well type it
	own=$(realpath --relative-to=. "$work/tree")
	find "$work/tree" -printf '%p %T@ %s\n' | sort >"$work/before"
	refused "$pattern" door boot KERNEL="$own" "$@"
	find "$work/tree" -printf '%p %T@ %s\n' | sort >"$work/after"
	diff "$work/before" "$work/after"
}

fake_tree 6 1
echo '/* changed */' >>"$work/tree/arch/x86/xen/mmu.c"
t "make: KERNEL= with local changes" tree_is_refused "has local changes"
# A commit is tested as it is, whatever is checked out; here the next step ends it.
t "make: ... and REV=, which they do not matter to" tree_is_refused "does not apply" REV=HEAD
t "make: REV= that is no commit" tree_is_refused "REV=nothing: .* has no such commit" REV=nothing
old_commit() {
	fake_tree 2 6
	fake_tree_again 6 1
	tree_is_refused "older than v3.9" REV=HEAD~
}
t "make: REV= that is too old, in a tree that is not" old_commit
fake_tree 2 6
t "make: KERNEL= that is too old" tree_is_refused "older than v3.9"
fake_tree 6 1
t "make: series that does not apply" tree_is_refused "does not apply"
hook_tree
t "make: tree that has the hook goes on without the series" tree_is_refused "make allnoconfig"
t "make: ... and says so" says "the tree has the hook: v6.1 skipped" "$work/err"

# A series that changes the hook wants a tree that has it.
as_it_is() {
	mkdir -p "$work/changes"
	{
		echo "tree: as it is, with the hook"
		echo "for: practice"
	} >"$work/changes/line"
	echo '/* changed */' >>"$work/tree/arch/x86/xen/mmu.c"
	commit_tree
	git -C "$work/tree" format-patch -q -1 -o "$work/changes"
	git -C "$work/tree" reset -q --hard HEAD~
	status 0 door patched KERNEL="$work/tree" SERIES="$work/changes"
	b=$(find "$work/build" -maxdepth 1 -name 'own-tree-*')
	[ "$(git -C "$b/tree" diff --stat "$(cat "$b/without/commit")" "$(cat "$b/with/commit")" | wc -l)" -eq 2 ]
	[ "$(cat "$b/without/expect")" = boot ]
	says 'it has a hook' "$b/without/why"
	fake_tree 6 1
	refused "has no hook" door patched KERNEL="$work/tree" SERIES="$work/changes"
}
t "make: series that changes the hook of a tree" as_it_is

# What an old tree needs for the compilers of today it needs with the hook, too.
toolchain() {
	fake_tree 3 9
	hook_tree
	mkdir -p "$work/old/toolchain"
	for what in Kbuild none; do
		echo "# for $what" >>"$work/tree/$what"
		git -C "$work/tree" add "$what"
		commit_tree
		git -C "$work/tree" format-patch -q -1 --start-number "$(find "$work/old/toolchain" -name '0*' | wc -l)" \
			-o "$work/old/toolchain"
	done
	git -C "$work/tree" reset -q --hard HEAD~2
	# no place for this one
	sed -i 's/^--- .dev.null/--- a\/none/; /^new file/d; s/^@@ -0,0/@@ -1,1/; s/^+# for none/-never\n&/' \
		"$work"/old/toolchain/*1-*
	cp patches/v3.9/0* patches/v3.9/line "$work/old"
	status 0 door patched KERNEL="$work/tree" SERIES="$work/old"
	cat "$work/err"
	b=$(find "$work/build" -maxdepth 1 -name 'own-tree-*')
	git -C "$b/tree" show "$(cat "$b/with/commit"):Kbuild" >"$work/kbuild"
	says 'for Kbuild' "$work/kbuild"
	[ "$(cat "$b/without/commit")" = none ]
	says 'there is no place for it' "$work/err"
}
t "make: toolchain/ goes onto a tree that has the hook" toolchain

# In an empty folder: the selftest's headers are lent by the default line.
old_tree() {
	fake_tree 3 9
	rm -rf "$work/build"
	refused "cannot download linux-source-6.1 of Debian's bookworm" \
		no_apt make --no-print-directory O="$work/build" guests \
		LINE=v3.9 KERNEL="$work/tree"
}
t "make: LINE=v3.9 KERNEL=path from nothing" old_tree
