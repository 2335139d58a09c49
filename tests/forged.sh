# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# What the forging tests share: what is forged, and what must not change.

# Everything that pvboot looks for, and a line of each kind that consoles of kernels
# that died hold: bare, as the kernel, as Xen, as the driver, as PID 1 and as others
# would say it.  It comes from pvboot's own strings and from the recorded consoles, so
# that no new sign has to be written down here; a string that is a mere word is the
# name of a function.
forge_words() {
	objcopy -O binary -j .rodata "$O/pvboot-asan/pvboot" "$work/rodata"
	strings -n 4 "$work/rodata" | grep -a '[[:alpha:]]\{3\}' | grep '[ :]' |
		sed 's/%[-0-9.*]*[lhz]*[dux]/7/g; s/%[-0-9.*]*[a-z]/x/g' | LC_ALL=C sort -u
}
forge_text() {
	forge_words >"$work/words"
	grep -L 'pvboot: user space' tests/consoles/*.log | xargs cat >"$work/dead"
	cat "$work/words"
	sed 's/^/[   99.999999] /' "$work/words"
	sed 's/^/(XEN) /' "$work/words"
	# one of each kind, whatever its numbers
	tr -d '\r' <"$work/dead" | awk '{
		kind = $0
		gsub(/[0-9a-f]*[0-9][0-9a-f]*/, "0", kind)
		gsub(/ +/, " ", kind)
		if (!seen[kind]++)
			print
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
		overflow /domus
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

# found RECORD TEST DOMAIN: what the record says of all but that test
found() {
	python3 -B tests/forged.py "$@"
}
