#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# End what a run that was killed has left working in $O:	leftovers.sh
# To be called by who holds the lock on $O, so whoever has this run's mark in his
# environment works for none.  Leaves nothing.
. scripts/run/lib.sh

# The mark, PVBOOT_RUN, is in no environment of ours: run.sh gives it to make alone.
# In another root the same path is another folder.  Its name does not tell: to who is in
# it, it is / as well.
root_of() {
	stat -Lc %d:%i "/proc/$1/root/" 2>/dev/null || :
}
here=$(root_of self)
marked() {
	grep -lszxF "PVBOOT_RUN=$O" /proc/[0-9]*/environ | cut -d/ -f3 | while read -r pid; do
		[ "$(root_of "$pid")" != "$here" ] || echo "$pid"
	done
}

pids=$(marked)
[ -n "$pids" ] || exit 0
say "ending what a run that was killed has left working in $O: $(echo "$pids" | wc -l) processes"
for signal in TERM KILL KILL; do
	for one in $(marked); do
		kill -$signal "$one" 2>/dev/null || :
	done
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -n "$(marked)" ] || exit 0
		sleep 0.2
	done
done
die "they do not end: $(marked | paste -sd' ')"
