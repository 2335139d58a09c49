# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# Faults of the host: whatever happens to a run, the next plain one works, and
# the user's tree is what it was.  Needs the tree of boot.sh.
#
#	KILLS=N		how many runs are hit by SIGKILL (6)
#	SEED=N		of the moments and the processes (that of the clock)

kills=${KILLS:-6}
seed=${SEED:-$(date +%s)}
victim=$work/victim

# Of a user's own: the tree that boot.sh has unpacked, without its history.
users_tree() {
	rm -rf "$victim"
	mkdir -p "$victim"
	git -C "$tree/tree" checkout -q --detach "$(cat "$tree/with/commit")"
	cp -al "$tree/tree/." "$victim"
	rm -rf "$victim/.git"
}
users_tree

print_of() {
	(cd "$victim" && find . -printf '%P %m %s %T@\n' | LC_ALL=C sort | sha256sum)
}
print=$(print_of)

plain_run() {
	status "${1:-0}" make --no-print-directory boot ROLE=dom0 KERNEL="$victim"
	[ "$(print_of)" = "$print" ] || {
		echo "the user's tree has changed"
		return 1
	}
}
t "make boot KERNEL=, as a newcomer" plain_run

# random BELOW: awk's generator, from the seed on
turn=0
random() {
	turn=$((turn + 1))
	awk -v seed="$seed$turn" -v below="$1" 'BEGIN { srand(seed); print int(rand() * below) }'
}

# processes of a session, make and shells included
members() {
	ps -o pid= -s "$1"
}

# Something has to be done for this run, or there would be little to hit.
killed() {
	echo "seed $seed"
	rm -rf "$O"/own-victim-*/with/built "$O"/own-victim-*/guests "$O/pvboot"
	[ $(($1 % 3)) -ne 0 ] || rm -rf "$O"/own-victim-*
	setsid make --no-print-directory boot ROLE=dom0 KERNEL="$victim" >"$work/killed" 2>&1 </dev/null &
	session=$!
	wait_ms=$(random 12000)
	sleep "$((wait_ms / 1000)).$((wait_ms % 1000 / 100))"
	# shellcheck disable=SC2046 # a list
	set -- $(members $session)
	if [ $# -gt 0 ]; then
		shift "$(random $#)"
		echo "after $wait_ms ms: $(tr '\0' ' ' <"/proc/$1/cmdline")"
		kill -9 "$1" || :
	fi
	wait $session || :
	plain_run
}
for i in $(seq "$kills"); do
	t "SIGKILL of some process, $i: the next run works" killed "$i"
done

own=$(echo "$O"/own-victim-*)

# A disk that fills up while it is written to.
fill() {
	limit=$1
	shift
	mkdir -p "$work/small"
	mount -t tmpfs -o size="$limit" tmpfs "$work/small"
	trap 'umount "$work/small"' EXIT
	"$@"
}
full_log() {
	mkdir "$work/small/with"
	refused "disk full|No space left|not complete" env O="$O" \
		"$O/pvboot/pvboot" --xen "$O/xen-4.17/xen" --kernel "$own/with/bzImage" \
		--initrd "$own/guests/root.cpio" --log-dir "$work/small/with" --patience 4
}
full_build() {
	cp -a "$own/obj" "$work/small/obj" || :
	head -c 1G /dev/zero >"$work/small/filler" 2>/dev/null || :
	rm -f "$work/small/obj/vmlinux"
	status 2 make -C "$own/tree" O="$work/small/obj" bzImage
	says 'No space left' "$work/err"
}
if mkdir -p "$work/small" && mount -t tmpfs -o size=1m tmpfs "$work/small" 2>/dev/null; then
	umount "$work/small"
	t "disk full while logging" fill 24k full_log
	read_only() {
		mount --bind "$victim" "$victim"
		mount -o remount,bind,ro "$victim"
		trap 'umount "$victim"' EXIT
		plain_run
	}
	t "tree on a read-only mount" read_only
else
	skip "disk full while logging" "nothing can be mounted here"
	skip "tree on a read-only mount" "nothing can be mounted here"
fi

no_mirror() {
	refused "cannot download" env http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 \
		make --no-print-directory machine XEN=4.14 O="$work/nowhere"
	rm -rf "$work/nowhere"
}
t "mirror gone" no_mirror

truncated() {
	deb=$(echo "$O"/download/xen-hypervisor-4.17-amd64_*.deb)
	cp "$deb" "$work/whole.deb"
	trap 'cp "$work/whole.deb" "$deb"' EXIT
	head -c 100000 "$work/whole.deb" >"$deb"
	rm -rf "$O/xen-4.17"
	status 0 make --no-print-directory machine
	cmp "$deb" "$work/whole.deb"
}
t "truncated package: it is downloaded again" truncated

clock_step() {
	find "$own/obj/arch/x86/xen" "$own/with" "$O/pvboot" -type f -exec touch -d '+1 day' {} +
	plain_run
	find "$own/obj/arch/x86/xen" "$own/with" "$O/pvboot" -type f -exec touch {} +
	plain_run
}
t "clock that has been set back by a day" clock_step

narrow() {
	TERM=dumb script -qec "stty cols 20; make --no-print-directory boot ROLE=dom0 KERNEL=$victim" \
		/dev/null >"$work/narrow" 2>&1
	says '^ok 1 ' "$work/narrow"
}
t "terminal of 20 columns" narrow
other_locale() {
	LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu plain_run
	(unset TERM HOME; plain_run)
}
t "another locale, no TERM, no HOME" other_locale
