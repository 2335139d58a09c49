# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# make bisect from the command to the mail, on twelve commits whose boots are by
# pvboot and a QEMU that is none: one breaks it, one before brings another fault that
# comes and goes, and one does not compile.

need pvboot || return 0
. tests/door.sh
. tests/pvboot.sh

# state N WHAT: a commit after which a boot comes to that
state() {
	echo "$2" >"$work/tree/state"
	echo "$1" >"$work/tree/n"
	git -C "$work/tree" add state n
	git -C "$work/tree" -c user.name=Author -c user.email=author@example.org commit -qm "x86/xen: Change $1"
}

history() {
	fake_tree 6 1
	hook_tree
	git -C "$work/tree" tag good
	for n in 1 2 3; do state $n good; done
	for n in 4 5; do state $n moody; done
	state 6 broken
	state 7 moody
	for n in 8 9 10 11 12; do state $n bad; done
	mkdir -p "$work/bin"
	cat >"$work/bin/make" <<-END
		#!/bin/sh
		for word; do
			case \$word in KERNEL=* | REV=*) eval "\$word" ;; esac
		done
		case " \$* " in
		*" report "*) exec scripts/report/report.py --format json "$work/logs" ;;
		*" bisect "*) exec /usr/bin/make "\$@" ;;
		esac
		state=\$(git -C "\$KERNEL" show "\$REV:state") log=v6.1-good
		case \$state in
		broken) exit 125 ;;
		bad) log=v6.1-nohook ;;
		# Every other boot
		moody) [ -e "$work/calm" ] && rm "$work/calm" || { touch "$work/calm"; log=v6.1-smap-bug; } ;;
		esac
		export FAKE=end FAKE_LOG=tests/consoles/\$log.log
		"$O/pvboot-asan/pvboot" --xen "$work/xen" --kernel "$work/bzImage" --initrd "$work/root" \\
			--log-dir "$work/logs" --qemu tests/fake/qemu --fact tree="\$KERNEL at \$state"
	END
	chmod +x "$work/bin/make"
}

bisect() {
	PATH=$work/bin:$PATH status 0 /usr/bin/make --no-print-directory O="$work/build" bisect \
		KERNEL="$work/tree" GOOD=good BAD=HEAD TITLE=xen_get_user_pgd REPEAT=2 DOMU_MEMORY=128
	cat "$work/err"
	mail=$work/build/bisect/report.txt
	cat "$mail"
	[ "$(cat "$work/out")" = "$mail" ]
	says "^#regzbot introduced: $(git -C "$work/tree" rev-parse HEAD~4)$" "$mail"
	says '^#regzbot title: PANIC: early exception in xen_get_user_pgd as Xen PV guest$' "$mail"
	says '^Subject: \[REGRESSION\] PANIC: early exception in xen_get_user_pgd .*"x86/xen: Change 8"' "$mail"
	says '^To: Author <author@example.org>$' "$mail"
	says '^  xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping <- setup_arch' "$mail"
	says '^  .*  init_mem_mapping\+0x' "$mail"
	says "^  tree: $work/tree at bad$" "$mail"
	# What is not as usual, and no series but the one that fits the tree
	says "^  make boot DOMU_MEMORY=128 KERNEL=$work/tree REV=[0-9a-f]{40}$" "$mail"
	says "bisect: the first bad commit is .*: PANIC: early exception in xen_get_user_pgd$" "$work/err"
	says '^  skip .*"x86/xen: Change 6".*: not judged$' "$mail"
	says 'another fault: ' "$work/err"
}
t "bisect: a history" history
t "bisect: the right commit, and the mail" bisect
