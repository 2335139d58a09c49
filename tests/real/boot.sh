# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# `make boot` itself, on the default line: the crash, the boot, what is redone
# when, and that a broken hook is told from a good one.

need boot kernel || return 0
cp "$O/tests/boot/out" "$work/boot.out"

# boot STATUS [VARIABLE=VALUE...]
boot() {
	want=$1
	shift
	status "$want" make --no-print-directory boot "$@"
	cp "$work/out" "$work/boot.out"
}

objects() {
	grep -E '^  (CC|AS) ' "$tree/with/kernel.log" | awk '{ print $2 }'
}

t "... shows the crash, and names who died where" says \
	'^ok 1 .* without the series: early full cr3 load: .* died in xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping' \
	"$work/boot.out"
t "... shows dom0 alive with the series" says \
	'^ok 2 .* with the series: boots, passes its tests and powers off' \
	"$work/boot.out"
t "... shows dom0 with 2 vCPUs" says \
	'^ok 3 .* 2 vCPUs: boots, passes its tests and powers off' "$work/boot.out"
t "... ran the selftest" says '^        ok 5 switching\.boundary\.one_cpu' "$work/boot.out"
suites() {
	says '^    ok 5 kunit xen_pv_cr3$' "$work/boot.out"
	says '^        ok 4 kunit xen_pv_cr3$' "$work/boot.out"
	# dom0 twice, two domUs
	[ "$(grep -c '^ *ok 6 cr3_test_borrowed_mm$' "$work/boot.out")" -eq 4 ]
}
t "... ran the KUnit suite in each kernel that has it" suites
t "... shows a domU alive" says '^    ok 8 domU domu: boots' "$work/boot.out"
t "... shows a domU without the series dying" says \
	'^    ok 9 domU domu-without: early full cr3 load: .* died in xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping' \
	"$work/boot.out"
t "... shows a domU with 2 vCPUs" says '^    ok 8 domU domu-smp: boots' "$work/boot.out"
# life DOMU STEP...
life() {
	domu=$1
	shift
	for step; do
		says "^        ok [0-9]+ $domu:? $step" "$work/boot.out"
	done
}
t "... shows its life after boot" life domu-smp "loses its second vCPU" \
	"gets its second vCPU back" "every vCPU has a kernel base" \
	"the user base is never the kernel base" "both bases are tables of the domain" \
	"is saved and restored,"
t "... and that of the other" life domu "is paused and goes on" "is saved and restored," \
	"is saved and restored again" "is ballooned down" "is ballooned up"
lines_apart() {
	logs=$O/tests/boot/smp
	says 'pvboot: user space' "$logs/domu-smp.log"
	says 'Xen version' "$logs/xen.log"
	says 'pvboot: create domu-smp' "$logs/dom0.log"
	! grep -q '^ *[0-9.]* {' "$logs/dom0.log"
}
t "... kept the domains' lines apart" lines_apart
t "... printed as many results as planned" [ "$(grep -Ec '^(not )?ok' "$work/boot.out")" -eq 3 ]

# The same from the records, without a boot.
again_as() {
	touch "$work/mark"
	status 0 make --no-print-directory report FORMAT="$1"
	find "$tree" -type f -newer "$work/mark" >"$work/newer"
	cat "$work/newer"
	[ ! -s "$work/newer" ]
}
same_ktap() {
	again_as ktap
	diff "$work/boot.out" "$work/out"
}
t "make report says the same again" same_ktap
as_json() {
	again_as json
	python3 - "$work/out" <<-'END'
		import json, sys
		report = json.load(open(sys.argv[1]))
		assert (report["outcome"], report["status"]) == ("ok", 0)
		assert [r["cell"] for r in report["records"]] == ["without", "with", "smp"]
		assert all(r["facts"]["release"] for r in report["records"])
	END
}
t "make report FORMAT=json" as_json
as_junit() {
	again_as junit
	/usr/bin/python3 - "$work/out" <<-'END'
		import junitparser, sys
		suites = list(junitparser.JUnitXml.fromfile(sys.argv[1]))
		assert [s.failures + s.errors for s in suites] == [0, 0, 0], suites
		assert sum(len(list(s)) for s in suites) > 100
	END
}
t "make report FORMAT=junit" as_junit
as_table() {
	again_as table
	says '^6\.1\..* with the series, 2 vCPUs +ok ' "$work/out"
	says '^3 boots: 3 ok$' "$work/out"
	[ "$(wc -L <"$work/out")" -le 80 ]
}
t "make report FORMAT=table" as_table
t "make report FORMAT= of another kind" refused "is not ktap, table, junit or json" \
	make --no-print-directory report FORMAT=nonsense
no_boot_yet() {
	refused "no boot of this has been made" make --no-print-directory report LINE=v5.10 \
		O="$work/none"
}
t "make report before any boot" no_boot_yet

no_rebuild() {
	touch "$work/mark"
	boot 0 ROLE=dom0
	find "$tree" -type f -newer "$work/mark" ! -name result.json ! -name cells \
		! -name '*.log' >"$work/newer"
	cat "$work/newer"
	[ ! -s "$work/newer" ]
}
t "make boot again builds nothing" no_rebuild

# A scratch copy of the series with one more patch that breaks the hook.
broken_series() {
	rm -rf "$work/series"
	cp -r patches/v6.1 "$work/series"
	cp "tests/mutants/$1.patch" "$work/series/0900-$1.patch"
}
mutant() {
	broken_series "$1"
	boot 1 ROLE=dom0 SERIES="$work/series"
	# A KUnit test may have failed before: then that is the first fault.
	says '^not ok 2 ' "$work/boot.out"
	says "^(not ok 2|    not ok [0-9]+) .*$2" "$work/boot.out"
	says '^ok 1 ' "$work/boot.out"
	# for the domUs below
	cp "$tree/with/bzImage" "$work/$1"
}
t "hook that does not swap itself" mutant no-swap \
	'stale first stage: .* died in xen_write_cr3_init <- switch_mm'
one_object() {
	objects | grep -v -e ^init/version -e '^\.tmp_vmlinux' -e ^arch/x86/boot/ \
		>"$work/objects"
	cat "$work/objects"
	[ "$(cat "$work/objects")" = arch/x86/xen/mmu_pv.o ]
}
t "... cost one object and a link" one_object
t "full hook from the start" mutant full-from-start \
	'PANIC: early exception in xen_get_user_pgd; early full cr3 load: '
headline() {
	[ "$(grep -m 1 '^not ok' "$work/boot.out" | grep -c 'xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping')" -eq 1 ]
}
t "... the first line that is not ok names who died" headline
t "first stage that looks up the user table" mutant early-lookup \
	'first stage looks up a user table .* died in xen_get_user_pgd <- xen_write_cr3_init <- init_mem_mapping'
t "full load without the user base" mutant no-user-base \
	'no user base pointer'
early_user_base() {
	broken_series early-user-base
	status 1 make --no-print-directory witness SERIES="$work/series"
	says '^not ok 3 it loads the kernel base alone' "$work/out"
}
t "first stage that loads a user base, which no boot shows" early_user_base
t "reload that drops the user base" mutant lost-reload \
	'kunit xen_pv_cr3: cr3_test_reload: .*user base'
t "... the selftest cannot see it" says '^    ok 6 /xen_pv_cr3$' "$work/boot.out"
t "kernel text beside the vsyscall page" mutant user-text \
	"kunit xen_pv_cr3: cr3_test_user_table: .*the last entry is not the vsyscall table's"
t "... the selftest sees it, too" says \
	'^    not ok 6 /xen_pv_cr3: .*the user base pointer holds kernel mappings' \
	"$work/boot.out"
t "user space on the kernel's own base" mutant kernel-base \
	'kunit xen_pv_cr3: cr3_test_reload: .*user base'
t "... the selftest sees it, too" says \
	'^    not ok 6 /xen_pv_cr3: .*the user base pointer holds kernel mappings' \
	"$work/boot.out"

# Without a new size of the compressed kernel, nothing in the assembly that
# takes it in tells of a new content.
fresh() {
	cat >"$work/fresh.S" <<-END
		.data
		.incbin "$work/fresh"
	END
	for i in old new; do
		echo $i >"$work/fresh"
		CCACHE_DEPEND=1 scripts/build/cc.sh gcc -c -MD -MF "$work/fresh.d" \
			-o "$work/fresh.o" "$work/fresh.S"
	done
	grep new "$work/fresh.o"
}
t "no assembly comes from the cache" fresh

# What the kernel without the series has to show is read from the tree: none
# dies if the look-up waits for struct pages, as it does in 7.x.
guard() {
	rm -rf "$work/guarded"
	cp -r patches/v6.1 "$work/guarded"
	cp tests/mutants/guard.patch "$work/guarded/rewind/0002-guard.patch"
	boot 0 ROLE=dom0 SERIES="$work/guarded"
	says '^ok 1 .* without the series: boots, .*: no crash, as xen_get_user_pgd' "$work/boot.out"
	says '^ok 2 .* with the series: boots' "$work/boot.out"
}
t "look-up that waits for struct pages" guard

# Ctrl-C reaches the whole process group: neither a build nor a QEMU goes on.
# interrupted LINE: in the moment when the run says LINE
interrupted() {
	: >"$work/err"
	env --default-signal=INT setsid make --no-print-directory boot ROLE=dom0 \
		SERIES="$work/series" >"$work/out" 2>"$work/err" &
	group=$!
	for _ in $(seq 3000); do
		! grep -q "$1" "$work/err" || break
		sleep 0.1
	done
	sleep 0.5
	kill -INT -$group
	says "$1" "$work/err"
	wait $group || :
	for _ in $(seq 20); do
		pgrep -g $group >/dev/null || break
		sleep 0.1
	done
	if pgrep -a -g $group || pgrep -a -f "qemu-system.*$tree/"; then
		return 1
	fi
	flock -n "$O/lock" true
}
again() {
	sed -i 's/^Subject: .*/& again/' "$work/series/0900-kernel-base.patch"
	interrupted "kernel: building"
}
t "Ctrl-C in a build" again
t "Ctrl-C in a boot" interrupted "boots: booting: with$"

# A kernel that cannot be dom0 is still tested as domU.
control() {
	boot 1 DOM0=control SERIES="$work/series"
	says '^    ok 7 domU domu-without: early full cr3 load' "$work/boot.out"
	says '^    not ok 6 domU domu: test failed: kunit xen_pv_cr3: cr3_test_reload: .*user base' "$work/boot.out"
	says '^    ok [0-9]+ power off' "$work/boot.out"
}
t "DOM0=control" control

# domUs on the broken kernels, and such as misbehave, under a dom0 that is good.
# domus STATUS PATIENCE DOMUS JUDGE...
domus() {
	want=$1
	patience=$2
	list=$3
	shift 3
	cat "$tree/guests/root.cpio" "$O/toolstack-4.17/root.cpio" >"$work/dom0.cpio"
	{
		echo "dir /domu 0755 0 0"
		echo "file /domu/initrd $tree/guests/root.cpio 0644 0 0"
		echo "file /domu/good $tree/control/bzImage 0644 0 0"
		echo "file /domu/without $tree/without/bzImage 0644 0 0"
		for m in no-swap no-user-base; do
			echo "file /domu/$m $work/$m 0644 0 0"
		done
	} >"$work/domu.list"
	"$tree/guests/gen_init_cpio" "$work/domu.list" >>"$work/dom0.cpio"
	mkdir -p "$work/domus"
	status "$want" "$O/pvboot/pvboot" --xen "$O/xen-4.17/xen" \
		--kernel "$tree/control/bzImage" --initrd "$work/dom0.cpio" \
		--log-dir "$work/domus" --tests /domus --patience 3 \
		--append "pvboot.domus=$list pvboot.patience=$patience" "$@"
	scripts/report/report.py "$work/domus" >"$work/domus.out" || [ $? -eq "$want" ]
}
t "make doctor" status 0 make --no-print-directory doctor
t "domUs on broken kernels" domus 1 1 \
	"never-swapped:no-swap:1:plain,full-from-start:without:1:plain,no-user-base:no-user-base:1:plain,good:good:1:plain" \
	--domu never-swapped:boot --domu full-from-start:boot \
	--domu no-user-base:boot --domu good:boot
broken_domus() {
	says "^    not ok 5 domU never-swapped: .*stale first stage" "$work/domus.out"
	says "^    not ok 6 domU full-from-start: .*early full cr3 load: .* died in xen_get_user_pgd <- xen_write_cr3 <- init_mem_mapping" "$work/domus.out"
	says "^    not ok 7 domU no-user-base: .*no user base pointer" "$work/domus.out"
	says "^    ok 8 domU good: boots" "$work/domus.out"
	says "^    ok 11 power off" "$work/domus.out"
}
t "... each dies where it should, the good one lives" broken_domus
t "domUs that hang, flood, reboot and want too much" domus 1 0.2 \
	"hang:good:1:hang,flood:good:1:flood,reboot:good:1:reboot,large:good:1:plain:4096,good:good:1:plain" \
	--domu hang:boot --domu flood:boot --domu reboot:boot --domu large:boot \
	--domu good:boot
bad_domus() {
	says "^    not ok 5 domU hang: .*HANG" "$work/domus.out"
	says "^    not ok 6 domU flood: .*FLOOD" "$work/domus.out"
	says "^    not ok 7 domU reboot: " "$work/domus.out"
	says "^    not ok 8 domU large: not judged: xl create" "$work/domus.out"
	says "^    ok 9 domU good: boots" "$work/domus.out"
}
t "... each is reported, the good one lives" bad_domus
