# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# pvboot with a fake QEMU, for the tests that source this.

# What passes for an image where none is ever run.
mkdir -p "$work/logs"
printf '\177ELF\1' >"$work/xen"
{ head -c 514 /dev/zero; printf 'HdrS'; } >"$work/bzImage"
echo >"$work/root"
: >"$work/empty"
sed -n '/^#/d; p; /Serial input to DOM0/q' tests/consoles/v6.1-good.log >"$work/xen-up.log"
sed -n '/^#/d; p; /pvboot: user space/q' tests/consoles/v6.1-good.log >"$work/user.log"

pvboot() {
	"$O/pvboot-asan/pvboot" --xen "$work/xen" --kernel "$work/bzImage" \
		--initrd "$work/root" --log-dir "$work/logs" \
		--qemu tests/fake/qemu "$@"
}

# fake WHAT [LOG]: what tests/fake/qemu is to do
fake() {
	FAKE=$1
	FAKE_LOG=${2:-}
	FAKE_PID=$work/pid
	export FAKE FAKE_LOG FAKE_PID
}

# field NAME[.NAME]: a text of the record
field() {
	python3 -c 'import functools, json, sys
print(functools.reduce(lambda found, key: found[key], sys.argv[2].split("."), json.load(open(sys.argv[1]))))
' "$work/logs/result.json" "$1"
}
