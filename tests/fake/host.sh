# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# What a host may do to a run: after each of these the next plain run works, comes to
# the same, and the user's tree is byte for byte what it was.
. tests/door.sh

# A kernel tree that is built in a second, and whose compiler and linker show half a
# file for a while, as real ones do.  Its series makes a file.
slow_tree() {
	fake_tree 6 1
	hook_tree
	cat >>"$work/tree/Makefile" <<-'END'
		.RECIPEPREFIX = >
		SLOW ?= 0.2
		parts := $(patsubst %,$(O)/arch/x86/xen/%.o,1 2 3 4)
		slowly = @mkdir -p $(@D) && echo half >$@ && sleep $(SLOW) && $(1) >$@
		.DELETE_ON_ERROR:
		allnoconfig:
		> @mkdir -p $(O)/include/config && cp $(KCONFIG_ALLCONFIG) $(O)/.config
		$(parts): $(O)/%.o: arch/x86/xen/mmu.c
		> $(call slowly,cat $<)
		$(O)/vmlinux: $(parts)
		> $(call slowly,cat $^)
		> @echo 6.1.0 >$(O)/include/config/kernel.release
		$(O)/arch/x86/boot/bzImage: $(O)/vmlinux
		> $(call slowly,cat $<)
		bzImage: $(O)/arch/x86/boot/bzImage
		vmlinux: $(O)/vmlinux
	END
	commit_tree
	rm -rf "$work/series"
	mkdir "$work/series"
	printf 'tree: as it is, with the hook\nfor: practice\n' >"$work/series/line"
	for n in 1 2 3; do
		echo "/* $n */" >>"$work/tree/arch/x86/xen/mmu.c"
		echo "/* $n */" >"$work/tree/new$n.c"
		git -C "$work/tree" add -A
		commit_tree
	done
	git -C "$work/tree" format-patch -q -3 -o "$work/series"
	git -C "$work/tree" reset -q --hard HEAD~3
}
slow_tree
tree_print() {
	find "$work/tree" -printf '%p %T@ %s %m\n' | sort
	find "$work/tree" -type f -exec sha256sum {} + | sort
}
tree_print >"$work/tree.before"

# A plain run, in the build folder of these tests
make_kernel() {
	make --no-print-directory O="${folder:-$work/build}" kernel \
		KERNEL="$work/tree" SERIES="$work/series"
}
# in_background: the same, from nothing, in a session of its own, whose number is $pid
in_background() {
	rm -rf "$work/build"
	setsid make --no-print-directory O="$work/build" kernel \
		KERNEL="$work/tree" SERIES="$work/series" >"$work/out" 2>"$work/err" &
	pid=$!
}
# compiling: ... until its compiler is at work, which takes long
compiling() {
	export SLOW=30
	in_background
	unset SLOW
	for _ in $(seq 600); do
		! grep -qsx half "$work"/build/own-tree-*/obj/arch/x86/xen/*.o || return 0
		sleep 0.1
	done
	return 1
}
# built: what it has to come to, and the tree
built() {
	status 0 make_kernel
	cat "$work/err"
	b=$(echo "${folder:-$work/build}"/own-tree-*)
	for v in without with; do
		[ -s "$b/$v/built" ]
		[ "$(cksum <"$b/$v/vmlinux")" = "$(cat "$work/sum.$v")" ]
		cmp "$b/$v/vmlinux" "$b/$v/bzImage"
	done
	tree_print | diff "$work/tree.before" -
}
first() {
	for v in without with; do
		n=0
		[ $v = without ] || n=3
		for _ in 1 2 3 4; do
			git -C "$work/tree" show HEAD:arch/x86/xen/mmu.c
			for i in 1 2 3; do [ "$i" -gt $n ] || echo "/* $i */"; done
		done | cksum >"$work/sum.$v"
	done
	begun=$(date +%s%N)
	built
	echo $((($(date +%s%N) - begun) / 1000000)) >"$work/took"
}
t "host: a run that nobody disturbs" first

# killed SEED: any process of a run, at any moment
killed() {
	in_background
	sleep "$(awk -v seed="$1" -v took="$(cat "$work/took")" \
		'BEGIN { srand(seed); print rand() * took / 1000 }')"
	victim=$(pgrep -s $pid | awk -v seed="$1" 'BEGIN { srand(seed + 1) }
		rand() * NR < 1 { pid = $1 } END { print pid }')
	echo "kills: $(ps -o args= -p "$victim")"
	kill -KILL "$victim" || :
	wait $pid || :
	# What has lost its make alone goes on to its end, and a second run is refused.
	flock -w 60 "$work/build/lock" true
	built
	# nobody works there any longer
	b=$(grep -lszxF "PVBOOT_RUN=$work/build" /proc/[0-9]*/environ) || :
	[ -z "$b" ]
}
for seed in 1 2 3 4 5 6; do
	t "host: SIGKILL of any process, seed $seed" killed $seed
done

# What is killed as a whole: half a file is left where a compiler was at it.
killed_all() {
	compiling
	pkill -KILL -s $pid
	wait $pid || :
	grep -qx half "$work"/build/own-tree-*/obj/arch/x86/xen/*.o
	built
	says "was cut off" "$work/err"
}
t "host: SIGKILL of all processes while the compiler works" killed_all

# ... and one that is no longer there has left others at work.
left_working() {
	compiling
	pkill -KILL -s $pid -f 'scripts/run/'
	wait $pid || :
	built
	says "ending what a run that was killed has left working" "$work/err"
}
t "host: SIGKILL of the front of a run" left_working

# git is killed in the middle of a series.
half_a_series() {
	b=$(echo "$work"/build/own-tree-*)
	git -C "$b/tree" checkout -q --detach base
	touch "$b/tree/.git/taken" "$b/tree/.git/index.lock" "$b/tree/.git/HEAD.lock"
	mkdir -p "$b/tree/.git/rebase-apply"
	echo half >"$b/tree/new1.c"
	echo half >"$b/tree/arch/x86/xen/mmu.c"
	rm "$b/patched"
	built
	[ ! -e "$b/tree/.git/index.lock" ]
}
t "host: SIGKILL of git" half_a_series

# The step that tracks files is killed once git has taken one of them.
half_tracked() {
	mkdir -p "$work/killing"
	cat >"$work/killing/git" <<-END
		#!/bin/sh
		$(command -v git) "\$@" || exit
		case "\$*" in
		# the loop, and its shell
		*" add -f arch/"*) kill -KILL \$(ps -o ppid= -p \$PPID) \$PPID ;;
		esac
	END
	chmod +x "$work/killing/git"
	rm -rf "$work/build"
	! PATH=$work/killing:$PATH make_kernel || return 1
	[ -e "$(echo "$work"/build/own-tree-*)/tree/.git/taken" ]
	built
}
t "host: SIGKILL while files are tracked" half_tracked

# Everything was made in the future, and then the tree changes.
clock_back() {
	find "$work/build" -exec touch -h -d '+1 hour' {} +
	echo '/* later */' >>"$work/tree/arch/x86/xen/mmu.c"
	sed -i 's/cat \$</cat $< $</' "$work/tree/Makefile"
	commit_tree
	git -C "$work/tree" format-patch -q -1 -o "$work/later"
	status 0 make --no-print-directory O="$work/build" kernel KERNEL="$work/tree"
	says "the clock has gone back" "$work/err"
	grep -q later "$work"/build/own-tree-*/with/vmlinux
	git -C "$work/tree" reset -q --hard HEAD~
	tree_print >"$work/tree.before"
	built
}
t "host: the clock goes back" clock_back

shims() {
	mkdir -p "$work/shims"
	# each call an hour later, or earlier
	cat >"$work/shims/date" <<-END
		#!/bin/sh
		echo x >>"$work/calls"
		n=\$(wc -l <"$work/calls")
		case \$1 in
		+%s) echo \$((1800000000 + (n % 2 * 2 - 1) * n * 3600)) ;;
		*) exec /bin/date "\$@" ;;
		esac
	END
	chmod +x "$work/shims/date"
	rm -rf "$work/build"
	PATH=$work/shims:$PATH built
}
t "host: the clock steps while it runs" shims

closed() {
	rm -rf "$work/build"
	make_kernel <&- >&- 2>&- || :
	built
}
t "host: no terminal, and nothing open" closed
narrow() {
	rm -rf "$work/build"
	COLUMNS=20 LC_ALL=tr_TR.UTF-8 TERM=dumb script -qec \
		"stty cols 20; make --no-print-directory O=$work/build kernel KERNEL=$work/tree SERIES=$work/series" \
		/dev/null >"$work/terminal" </dev/null
	built
}
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	t "host: a terminal of 20 columns, and another locale" narrow
else
	skip "host: a terminal of 20 columns, and another locale" "there are no pseudo-terminals here"
fi

#
# The disk
#

# small SIZE COMMAND...: with a disk of that size, which df says is large
small() {
	size=$1
	shift
	mkdir -p "$work/small" "$work/large"
	cat >"$work/large/df" <<-'END'
		#!/bin/sh
		[ "$1" = -Pm ] || exec /bin/df "$@"
		echo
		echo none 9999999 0 9999999 0% /
	END
	chmod +x "$work/large/df"
	mount -t tmpfs -o size="$size" tmpfs "$work/small"
	trap 'umount "$work/small"' EXIT
	folder=$work/small
	"$@"
}
full_build() {
	PATH=$work/large:$PATH
	status 125 make_kernel
	cat "$work/err"
	says "error: the disk that .* is on is full" "$work/err"
	mount -o remount,size=100m "$work/small"
	built
}
full_logs() {
	fake flood "$work/user.log"
	refused "disk full" pvboot --log-dir "$work/small" --patience 0.05
	mount -o remount,size=300m "$work/small"
	status 1 pvboot --log-dir "$work/small" --patience 0.01
}
read_only() {
	mount --bind "$work/tree" "$work/tree"
	mount -o remount,bind,ro "$work/tree"
	trap 'umount "$work/tree"' EXIT
	! touch "$work/tree/x" 2>/dev/null
	rm -rf "$work/build"
	built
}
if mkdir -p "$work/probe" && mount -t tmpfs -o size=1m tmpfs "$work/probe" 2>/dev/null; then
	umount "$work/probe"
	for size in 40k 100k 200k; do
		t "host: disk full while building, $size" small $size full_build
	done
	t "host: read-only tree" read_only
	need pvboot || return 0
	. tests/pvboot.sh
	t "host: disk full while logging" small 200k full_logs
else
	skip "host: disk full, and a read-only tree" "nothing can be mounted here"
fi

#
# The mirror
#

# An apt-get that has one package, in $work/mirror, and says when it sends it.
mirror() {
	mkdir -p "$work/apt" "$work/package/DEBIAN" "$work/mirror"
	printf 'Package: thing\nVersion: 1\nArchitecture: all\nMaintainer: t\nDescription: t\n' \
		>"$work/package/DEBIAN/control"
	head -c 100000 /dev/urandom >"$work/package/file"
	dpkg-deb -b "$work/package" "$work/mirror/thing_1_all.deb"
	cat >"$work/apt/apt-get" <<-END
		#!/bin/sh
		case \$* in
		*' download '*) echo x >>"$work/sent"; cp "$work"/mirror/*.deb . || exit 100 ;;
		esac
	END
	chmod +x "$work/apt/apt-get"
}
# get N: deb.sh gives the whole package, and has asked for it N times by now
get() {
	status 0 env O="$work/debs" PATH="$work/apt:$PATH" scripts/fetch/deb.sh thing stable
	cmp "$(cat "$work/out")" "$work/mirror/thing_1_all.deb"
	[ "$(wc -l <"$work/sent")" -eq "$1" ]
}
truncated() {
	mirror
	get 1
	get 1
	truncate -s 5000 "$work/debs/download/thing_1_all.deb"
	get 2
	says "not what Debian has sent" "$work/err"
	get 2
	# one byte of it
	printf x | dd of="$work/debs/download/thing_1_all.deb" bs=1 seek=3000 conv=notrunc 2>/dev/null
	get 3
	# as it was kept before there were sums
	rm "$work/debs/download/thing_1_all.deb.sum"
	get 3
	rm "$work/debs/download/thing_1_all.deb.sum"
	truncate -s 5000 "$work/debs/download/thing_1_all.deb"
	get 4
}
t "host: a truncated package" truncated
mirror_gone() {
	mv "$work/mirror" "$work/gone"
	rm "$work"/debs/download/*.deb
	refused "cannot download thing" env O="$work/debs" PATH="$work/apt:$PATH" \
		scripts/fetch/deb.sh thing stable
	mv "$work/gone" "$work/mirror"
	get 6
}
t "host: the mirror is gone for a while" mirror_gone
