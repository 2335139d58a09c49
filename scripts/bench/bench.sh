#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Count what the hook costs with the series, and what it costs on the tree as it
# is, where it is upstream's, into $O/bench/rows, for scripts/bench/table.sh.
. scripts/run/lib.sh

dir=$O/bench/$LINE
rows=$O/bench/rows
[ -z "$KERNEL" ] ||
	die "upstream's own hook, to compare with, is at hand for Debian's kernels alone; leave KERNEL= out"
qemu-system-x86_64 -help | grep -q '^-plugin ' ||
	die "this QEMU's TCG takes no plugins, so instructions cannot be counted; Debian's qemu-system-x86 does"

# A hook in place of upstream's has to cost as much.  A series that changes
# upstream's has to cost less in bytes, and nowhere more.
other=upstream
even=1.000
bytes=+0
data=+0
code=same
case $(line_says "$LINE" tree) in
*"with the hook")
	other=without
	even="<=1.000"
	bytes="<=-1"
	data="<=+0"
	code=-
	;;
esac

mkdir -p "$dir"
rm -f "$rows"
make --no-print-directory -f scripts/Makefile.run measured
[ -s "$dir/control/built" ] || die "$(cat "$dir/base") has no hook of its own to compare with"

{
	echo "kernel|$(cat "$dir/base"), without the options of its own tests"
	echo "series|${SERIES#"$PWD/"}"
	echo "hypervisor|$(cat "$O/xen-$XEN/version")"
	echo "machine|$(qemu-system-x86_64 --version | head -n 1), TCG, 1 CPU"
	echo "compiler|$(gcc --version | head -n 1)"
	echo "linker|$(ld --version | head -n 1)"
	echo "C library|$(ldd --version | head -n 1)"
	echo "figures|exact: the same sources and versions give the same, to the last digit"
} >"$O/bench/versions"

compile() {
	gcc -O2 -Wall "$@" >"$O/bench/build.log" 2>&1 || {
		head -n 5 "$O/bench/build.log" >&2
		die "this does not compile: $*; see $O/bench/build.log"
	}
}
compile -shared -fPIC -fvisibility=hidden -o "$O/bench/count.so" scripts/bench/count.c
compile -static -o "$dir/pingpong" scripts/guests/pingpong.c
cp "$B/guests/init" "$dir/"
# The kernel reads the dates when it unpacks this, digit by digit.
touch -d @0 "$dir/init" "$dir/pingpong"
# Without the selftest, so that no count changes with it.
"$B/guests/gen_init_cpio" -t 0 - >"$dir/root.cpio" <<END
dir /dev 0755 0 0
nod /dev/console 0600 0 0 c 5 1
dir /proc 0755 0 0
dir /sys 0755 0 0
file /init $dir/init 0755 0 0
file /pingpong $dir/pingpong 0755 0 0
END

# symbol FUNCTION: its address and size; gcc may have put its own ending to the
# name
symbol() {
	found=$(nm -S vmlinux | awk -v f="$1" '
		$4 == f || (index($4, f ".") == 1 && $4 !~ /\.cold/) { print $1, $2; exit }')
	[ -n "$found" ] || die "there is no $1() in $PWD/vmlinux; scripts/bench/count.c needs it"
	echo "$found"
}

# start VARIANT: Xen and the kernel are told the names of their files, and would
# take longer over longer ones.
start() {
	top=$PWD
	cd "$dir/$1" || exit
	ln -sf "$O/xen-$XEN/xen" "$dir/root.cpio" .
	BENCH_PLUGIN=$O/bench/count.so,out=$PWD/count
	for f in full=xen_write_cr3 first=xen_write_cr3_init load=__xen_write_cr3 \
		flush=xen_mc_flush switch=__switch_to mark=__x64_sys_getsid \
		upcall=asm_exc_xen_hypervisor_callback; do
		found=$(symbol "${f#*=}")
		BENCH_PLUGIN=$BENCH_PLUGIN,${f%%=*}=${found% *}
		[ "${f%%=*}" != load ] || BENCH_PLUGIN=$BENCH_PLUGIN,load_size=${found#* }
	done
	export BENCH_PLUGIN
	rm -f count
	# shellcheck disable=SC2093 # the caller has put this into the background
	exec "$O/pvboot/pvboot" --xen xen --kernel bzImage --initrd root.cpio \
		--vmlinux vmlinux --log-dir . --tests /pingpong \
		--qemu "$top/scripts/bench/qemu.sh" \
		--patience "$(echo "$PATIENCE * 8" | bc)" >verdict 2>error
}

say "booting: with the series and $other, each instruction counted"
start with &
pids=$!
start control &
pids="$pids $!"
# shellcheck disable=SC2086 # two
trap 'kill $pids 2>/dev/null; exit 125' INT TERM HUP
for pid in $pids; do
	wait "$pid" || die "a kernel that is to be measured does not boot: $(cd "$dir" &&
		sed -n 's/^not ok [0-9]* //p; s/^pvboot: error: //p' with/verdict control/verdict \
			with/error control/error | head -n 1); try make boot"
done
trap - INT TERM HUP

#
# What the plugin has seen
#

echo "what|in|series|$other|compared|wanted|times|means" >"$rows"

# values VARIANT KIND FIELD
values() {
	awk -v kind="$2" -v field="$3" \
		'$1 == kind || $1 " " $2 == kind { print $field }' "$dir/$1/count"
}

median() {
	sort -n | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)] }'
}

mean() {
	awk '{ sum += $1 } END { if (NR) printf "%.3f\n", sum / NR }'
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (a == b) print "1.000"; else if (b) printf "%.3f\n", a / b; else print "inf" }'
}

# gone: may a path of upstream's hook be there no more?
gone() {
	[ "$even" != 1.000 ]
}

# counted WHAT UNIT KIND FIELD: medians, since a few calls are made before the
# kernel has patched its call sites, and the scheduler does more in some turns
# than in others
counted() {
	a=$(values with "$3" "$4" | median)
	b=$(values control "$3" "$4" | median)
	[ -n "$a$b" ] || return 0
	if [ -z "$a" ] && gone; then
		echo "$1|$2|-|$b|-|-||" >>"$rows"
		return
	fi
	[ -n "$a" ] || die "not counted with the series: $1"
	[ -n "$b" ] || die "not counted $other: $1"
	echo "$1|$2|$a|$b|$(ratio "$a" "$b")|$even|$(values with "$3" "$4" | wc -l),$(values \
		control "$3" "$4" | wc -l)|$(values with "$3" "$4" | mean),$(values \
		control "$3" "$4" | mean)" >>"$rows"
}

# asked WHAT UNIT KIND FIELD DIVISOR WANTED: of the hypervisor, in each call
asked() {
	a=$(values with "$3" "$4" | sort -nu | awk -v d="$5" '{ print $1 / d }' | paste -sd/)
	b=$(values control "$3" "$4" | sort -nu | awk -v d="$5" '{ print $1 / d }' | paste -sd/)
	if [ -z "$a" ] && gone; then
		echo "$1|$2|-|$b|-|-||" >>"$rows"
		return
	fi
	echo "$1|$2|$a|$b|$a|$6||" >>"$rows"
}

for v in with control; do
	for kind in boot "call first" "call deferred-user" "call issued" "call issued-user" switch; do
		[ -n "$(values $v "$kind" 2)" ] || { [ "$v,$kind" = "with,call issued" ] && gone; } ||
			die "nothing was counted of this: $kind; see $dir/$v/count"
	done
done

for path in deferred deferred-user issued issued-user; do
	case $path in
	deferred*) what="xen_write_cr3 in a lazy batch" ;;
	*) what="xen_write_cr3" ;;
	esac
	case $path in
	*-user) what="$what, user table" ;;
	*) what="$what, no user table" ;;
	esac
	counted "$what" "kernel instructions" "call $path" 5
	counted "$what" "Xen's instructions" "call $path" 6
done
counted "context switch, pipe ping-pong" "kernel instructions" switch 2
counted "context switch, pipe ping-pong" "Xen's instructions" switch 3
counted "boot to user space" "kernel instructions" boot 2
counted "boot to user space" "Xen's instructions" boot 3

# Xen copies each struct mmuext_op, which has 24 bytes.
asked "first load" hypercalls "call first" 3 1 1
asked "first load" operations "call first" 4 24 1
for path in issued issued-user; do
	what="full load, no user table"
	[ $path = issued ] || what="full load, user table"
	asked "$what" hypercalls "call $path" 3 1 1
	asked "$what" operations "call $path" 4 24 2
done

#
# What lies in memory
#

# Bytes of text and data that stay, of vmlinux or of object files.
resident() {
	for f in "$@"; do
		echo "init $(nm "$f" | awk '/ __init_begin$/ { a = $1 } / __init_end$/ { b = $1 } END { print a, b }')"
		objdump -hw "$f"
	done | awk '
		function hex(s,   i, n) {
			n = 0
			for (i = 1; i <= length(s); i++)
				n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
			return n
		}
		$1 == "init" { begin = $2; end = $3; next }
		$1 !~ /^[0-9]+$/ || !/ ALLOC/ { next }
		# what vmlinux has between its marks, and objects in such sections
		begin != "" && $4 >= begin && $4 < end { next }
		begin == "" && $2 ~ /^\.(init|exit|altinstr|parainstructions|smp_locks|discard)/ { next }
		/ CODE/ { text += hex($3); next }
		{ data += hex($3) }
		END { print text + 0, data + 0 }'
}

# stays WHAT WANTED_TEXT FILE...: the same names in both variants
stays() {
	what=$1
	text=$2
	shift 2
	a=$(cd "$dir/with" && resident "$@")
	b=$(cd "$dir/control" && resident "$@")
	echo "$what|bytes of text|${a% *}|${b% *}|$(printf '%+d' $((${a% *} - ${b% *})))|$text||" >>"$rows"
	echo "$what|bytes of data|${a#* }|${b#* }|$(printf '%+d' $((${a#* } - ${b#* })))|$data||" >>"$rows"
}

# vmlinux is padded to whole pages.
stays "vmlinux after init" "$data" vmlinux
# shellcheck disable=SC2046 # a list
stays "arch/x86/xen after init" "$bytes" $(cd "$dir/control" && echo objects/*.o)

# code VARIANT: xen_write_cr3(), with neither its address nor that of others
code() {
	for f in "$dir/$1"/objects/mmu*.o; do
		nm -S "$f" | awk -v f="$f" '$4 == "xen_write_cr3" { print f, $1, $2 }'
	done | while read -r f addr size; do
		objdump -dr --no-show-raw-insn -j .text --start-address="0x$addr" \
			--stop-address=$((0x$addr + 0x$size)) "$f"
	done | sed -n 's/^[ \t]*[0-9a-f]*:[ \t]*//p' | sed 's/[0-9a-f]* </</'
}
code with >"$dir/with/code"
code control >"$dir/control/code"
n=$(grep -vc R_X86 "$dir/with/code") ||
	die "there is no xen_write_cr3() in $dir/with/objects"
same=same
cmp -s "$dir/with/code" "$dir/control/code" || same=differs
echo "machine code of xen_write_cr3|instructions|$n|$(grep -vc R_X86 "$dir/control/code")|$same|$code||" >>"$rows"
