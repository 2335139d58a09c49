# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# The series that fits a tree is chosen by what is in the tree.  Lines are made up.

tree=$work/linux
mkdir -p "$tree/arch" "$work/patches"

# numbered FILE: so long that hunks are apart
numbered() {
	seq 60 >"$1"
}
# line NAME NUMBER...: a series of one patch a number, each of which changes that
# line of a file, of which there are two
line() {
	name=$1
	shift
	rm -rf "$work/from" "$work/patches/$name"
	mkdir -p "$work/from/arch" "$work/patches/$name"
	numbered "$work/from/arch/a.c"
	numbered "$work/from/arch/b.c"
	git -C "$work/from" init -q
	git -C "$work/from" add -A
	commit base
	for n; do
		sed -i "s/^$n\$/$name was here/" "$work/from/arch/a.c" "$work/from/arch/b.c"
		commit "line $n"
	done
	git -C "$work/from" format-patch -q "-$#" -o "$work/patches/$name"
}
commit() {
	git -C "$work/from" -c user.name=t -c user.email=t@localhost commit -qam "$1"
}
choose() {
	scripts/build/choose.py "$tree" "$@"
}

first_that_fits() {
	line v8.1 10 30
	line v8.2 20 40
	numbered "$tree/arch/a.c"
	numbered "$tree/arch/b.c"
	status 0 choose "$work/patches/v8.2" "$work/patches/v8.1"
	[ "$(cat "$work/out")" = v8.2 ]
	[ ! -s "$work/err" ]
	# a line that the patch changes is another one
	sed -i 's/^40$/forty/' "$tree/arch/b.c"
	status 0 choose "$work/patches/v8.2" "$work/patches/v8.1"
	[ "$(cat "$work/out")" = v8.1 ]
	says "v8.1 fits, where v8.2 does not: hunk 1 of 0002-line-40.patch does not apply to arch/b.c" "$work/err"
}
t "choose: the first series that fits" first_that_fits
there_already() {
	numbered "$tree/arch/a.c"
	numbered "$tree/arch/b.c"
	sed -i 's/^10$/v8.1 was here/' "$tree/arch/a.c" "$tree/arch/b.c"
	status 0 choose "$work/patches/v8.1"
	[ "$(cat "$work/out")" = v8.1 ]
}
t "choose: a patch that is there already is no obstacle" there_already
none_fits() {
	numbered "$tree/arch/a.c"
	numbered "$tree/arch/b.c"
	sed -i 's/^30$/thirty/; s/^20$/twenty/; s/^40$/forty/' "$tree/arch/a.c"
	cp -r "$tree" "$work/before"
	refused "the nearest is v8.1, of which 1 of 4 hunks do not apply: hunk 1 of 0002-line-30.patch does not apply to arch/a.c" \
		choose "$work/patches/v8.2" "$work/patches/v8.1"
	rm "$tree/arch/b.c"
	refused "all of 0001-line-10.patch does not apply to arch/b.c, which is not there" choose "$work/patches/v8.1"
	cp "$work/before/arch/b.c" "$tree/arch/"
	# nothing is left of the trials
	diff -r "$work/before" "$tree"
}
t "choose: where none fits, which is the nearest, and which hunk does not" none_fits
