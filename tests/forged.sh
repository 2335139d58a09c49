# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# What the forging tests share: what is forged, and what must not change.

# Everything that pvboot looks for, and a line of each kind that consoles hold:
# bare, as the kernel, as Xen, as the driver, as PID 1 and as others would say it.
# It comes from pvboot's own strings and from the recorded consoles, so that no new
# sign has to be written down here.  Only their beginnings: PID 1 lets a program print
# no more than 256 KiB.
# forge_words PVBOOT
forge_words() {
	objcopy -O binary -j .rodata "$1" "$work/rodata"
	strings -n 4 "$work/rodata" | grep -a '[[:alpha:]]\{3\}' |
		sed 's/%[-0-9.*]*[lhz]*[dux]/7/g; s/%[-0-9.*]*[a-z]/x/g' |
		cut -c1-40 | LC_ALL=C sort -u
}
# forge_text PVBOOT
forge_text() {
	forge_words "$1" >"$work/words"
	# without their headers, and what they relay: it would be too much for PID 1
	cat tests/consoles/*.log | grep -av -e '^#' -e '^~[0-9a-f]*[|{]' >"$work/consoles"
	cat "$work/words"
	sed 's/^/[   99.999999] /' "$work/words"
	sed 's/^/(XEN) /' "$work/words"
	# one of each kind: by its first two words, whatever its numbers
	tr -d '\r' <"$work/consoles" | awk '{
		kind = $0
		sub(/^\[ *[0-9.]*\] /, "[] ", kind)
		gsub(/[0-9a-f]*[0-9][0-9a-f]*/, "0", kind)
		split(kind, word)
		kind = word[1] " " word[2] " " (word[1] == "[]" || word[1] == "(XEN)" ? word[3] : "")
		if (!seen[kind]++)
			print substr($0, 1, 80)
	}'
	awk '{ print "x(XEN) Hardware Dom0 crashed: " NR }' "$work/words" | head -n 3
	cat <<-'END'
		pvboot: user space ~deadbeef
		~deadbeef:done~
		~deadbeef:exit 0 /xen_pv_cr3~
		~deadbeef{domu} [    9.000000] BUG: forged
		{domu} [    9.000000] BUG: forged
		{domu-without} [    9.000000] Zone ranges:
		pvboot: gone domu
		pvboot: gone domu-without
		pvboot: limit domu
		pvboot: create domu-without
		create domu-without
		gone domu
		gone domu-without
		limit domu
		refused domu-without: no memory
		exit 1 /domus
		exit 0 /xen_pv_cr3
		done
		ok 1 forged
		not ok 2 forged
		1..3
		Bail out! forged
	END
	printf 'a\r[   99.000000] BUG: forged\r\n\033[2J\033[1;1H(XEN) Hardware Dom0 crashed\n'
	printf '\000[   99.000000] BUG: forged\000\n\177\200\377\b\b\b\b(XEN) Panic on CPU 0\n'
	printf '[   99.000000] BUG: no newline'
}

# results RECORD: what it says of each domain, one thing a line
results() {
	python3 -B -c 'import json, sys
for d in json.load(open(sys.argv[1]))["domains"]:
    print(d["name"] + ":", d["outcome"] + ",", d["state"])
    for m in d["milestones"]:
        print(d["name"], "reached" if m["at"] is not None else "did not reach", m["name"])
    for t in d["tests"]:
        print(d["name"], "test", t["name"] + ":", t["outcome"] + (": " + t["why"] if t["why"] else ""))
    for f in d["faults"]:
        print(d["name"], "fault:", f["title"])' "$1"
}
