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

# What is no tree for this, though it may look like one
no_arch() {
	fake_tree 6 1
	rm -r "$work/tree/arch/x86"
	tree_is_refused "without arch/x86, for another architecture"
}
t "make: KERNEL= for another architecture" no_arch
no_xen() {
	fake_tree 6 1
	rm -r "$work/tree/arch/x86/xen"
	tree_is_refused "is a tree without Xen"
}
t "make: KERNEL= without Xen" no_xen
gone() {
	fake_tree 6 1
	: >"$work/tree/arch/x86/xen/mmu.c"
	commit_tree
	tree_is_refused "has no xen_write_cr3"
}
t "make: KERNEL= in which the function has gone" gone
build_folder() {
	fake_tree 6 1
	mkdir -p "$work/objects"
	ln -sfn "$work/tree" "$work/objects/source"
	refused "is the folder of a build by O=; its tree is $work/tree" door boot KERNEL="$work/objects"
	refused "where nothing is to be written" door boot KERNEL="$work/tree" O="$work/tree/build"
	[ ! -e "$work/tree/build" ]
}
t "make: KERNEL= that is a build's folder, O= inside the tree" build_folder
blank() {
	fake_tree 6 1
	rm -rf "$work/a tree"
	mv "$work/tree" "$work/a tree"
	refused "blanks in a path" door boot KERNEL="$work/a tree"
	mv "$work/a tree" "$work/tree"
}
t "make: KERNEL= with a blank in its path" blank

# Newer than all that is known: it has the hook, so nothing has to fit.
too_new() {
	fake_tree 99 1
	hook_tree
	tree_is_refused "make allnoconfig"
	says "the tree has the hook: .* skipped" "$work/err"
}
t "make: KERNEL= that is newer than all lines" too_new

# patched TREE [VARIABLE=VALUE...]: the step, and whose folder it was
patched() {
	own=$1
	shift
	status 0 door patched KERNEL="$own" "$@"
	b=$(find "$work/build" -maxdepth 1 -name "own-${own##*/}-*")
}
# Not even root can write there.
read_only() {
	fake_tree 6 1
	hook_tree
	unshare -m sh -c "mount --bind '$work/tree' '$work/tree' &&
		mount -o remount,bind,ro '$work/tree' && ! touch '$work/tree/x' 2>/dev/null && exec \"\$@\"" \
		sh make --no-print-directory O="$work/build" patched KERNEL="$work/tree"
}
if unshare -m true 2>/dev/null; then
	t "make: KERNEL= on a mount that is read-only" status 0 read_only
else
	skip "make: KERNEL= on a mount that is read-only" "nothing can be mounted here"
fi
shallow() {
	fake_tree 6 1
	hook_tree
	fake_tree_again 6 2
	rm -rf "$work/shallow"
	git clone -q --depth 1 "file://$work/tree" "$work/shallow"
	patched "$work/shallow"
	refused "REV=HEAD~: .* has no such commit .a shallow clone" \
		door patched KERNEL="$work/shallow" REV=HEAD~
}
t "make: KERNEL= that is a shallow clone" shallow
# Of a folder that is no repository
build_inside() {
	fake_tree 6 1
	hook_tree
	rm -rf "$work/folder"
	cp -r "$work/tree" "$work/folder"
	rm -rf "$work/folder/.git"
	mkdir -p "$work/folder/out/x86/kernel" "$work/folder/include/config"
	ln -s "$work/folder" "$work/folder/out/x86/source"
	touch "$work/folder/out/x86/.config" "$work/folder/out/x86/vmlinux" "$work/folder/include/config/auto.conf"
	patched "$work/folder"
	[ -e "$b/tree/arch/x86/xen/mmu.c" ]
	[ ! -e "$b/tree/out/x86" ]
	[ ! -e "$b/tree/include/config" ]
	# nor does it make the tree another one
	touch "$work/mark" "$work/folder/out/x86/vmlinux"
	patched "$work/folder"
	[ -z "$(find "$b/base" -newer "$work/mark")" ]
}
t "make: KERNEL= with builds inside, by O= and without" build_inside

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

# In an empty folder: the selftest's harness is ours, and no other tree is asked for.
old_tree() {
	fake_tree 3 9
	mkdir "$work/tree/usr"
	echo 'int main(void) { return 0; }' >"$work/tree/usr/gen_init_cpio.c"
	git -C "$work/tree" add -A
	commit_tree
	rm -rf "$work/build"
	status 0 no_apt make --no-print-directory O="$work/build" guests \
		LINE=v3.9 KERNEL="$work/tree" ROLE=dom0
}
t "make: LINE=v3.9 KERNEL=path from nothing" old_tree
