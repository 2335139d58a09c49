# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# What is given to `make matrix` and `make boot DEPTH=`: it stands for an axis, and a
# kernel of the user's for all lines.  Nothing is built, as plans are written for GitLab.
. tests/door.sh

# planned GOAL [VARIABLE=VALUE...]: $plan is what comes of it
planned() {
	status 0 door "$@" ENGINE=gitlab
	plan=$(tail -n 1 "$work/out")
	plan=${plan%/*}/plan.json
	[ -s "$plan" ]
}
# each AXIS VALUES: all that the cells have
each() {
	python3 - "$plan" "$@" <<-'END'
		import json, sys
		plan, axis, want = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3:]
		found = sorted({c[axis] for c in plan["cells"]})
		assert found == want, found
	END
}

axes() {
	planned matrix LINE=v6.12 XEN=4.20 ROLE=domU CPUS=3 "VARIANT=debug preempt"
	each line v6.12
	each xen 4.20
	each role domU
	each cpus 3
	each variant debug+preempt
	# what AXES says wins, and what is not given is the file's
	planned matrix XEN=4.20 AXES=xen=4.14
	each xen 4.14
	each line mainline v5.10 v6.1 v6.12 v7.3
}
t "axes: what is given stands for one" axes

own() {
	fake_tree 6 1
	printf 'CONFIG_64BIT=y\n' >"$work/a+b.config"
	planned matrix KERNEL="$work/tree" REV=HEAD LINE=v6.1 CONFIG="$work/a+b.config"
	each line "own-tree-$(echo "$work/tree" | cksum | cut -d' ' -f1)"
	says "KERNEL=$work/tree" "$plan"
	says "REV=HEAD" "$plan"
	says "LINE=v6.1" "$plan"
	# what nobody has given is for each cell to know, as devices take more
	! grep -q DOM0_MEMORY "$plan" || return 1
	says '"config": "[+]own-a[+]b.config-' "$plan"
	refused "beside a kernel of your own" door matrix KERNEL="$work/tree" AXES=line=v6.1
}
t "axes: a kernel of one's own" own

depth() {
	planned boot DEPTH=normal LINE=v6.12
	each line v6.12
	each xen 4.14 4.17 4.20
	each cpus 1 2
	each variant devices+modules usual
	planned boot DEPTH=full XEN=4.17
	each xen 4.17
	each line v6.1
	refused "leave FORMAT= out" door boot DEPTH=normal FORMAT=junit
}
t "axes: the depths of a boot" depth
