#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What needs many boots:	run.sh matrix|normal|full|cells|soak|bisect|regressions
# Reads the variables; leaves a folder of the goal's name in $O.
# These steps call the front door again, which takes the lock for each build.
. scripts/run/lib.sh

goal=$1
# What the front door has put into the environment is not for the runs, whose kernels
# have a line, a series and a memory of their own unless somebody has given them.
# shellcheck disable=SC2153 # the front door sets these
kernel=$KERNEL line=$LINE series=$SERIES axes=$AXES names=$GIVEN given=
SERIES=$SERIES_GIVEN
# The part of a build folder's name that stands for CONFIG=
config=${CONFIG:++own-${B##*+own-}}
for name in KERNEL REV PACKAGE IMAGE VMLINUX MODULES CONFIG CONFIG_FIX VARIANT LINE SERIES XEN ROLE \
	CPU CPUS DOM0_MEMORY LOW_MEMORY DOMU_CPUS DOMU_MEMORY ACCEL PATIENCE JOBS; do
	eval "value=\${$name:-}"
	unset "$name"
	case " $names " in
	*" $name "*) ;;
	*) continue ;;
	esac
	# shellcheck disable=SC2154 # set by eval
	value=$(echo "$value" | tr ' ' +)
	[ -n "$value" ] || continue
	given="$given $name=$value"
	# It stands for an axis; LINE beside a kernel says which series that gets.
	case $name,$kernel$BUILT in
	VARIANT,* | LINE, | XEN,* | ROLE,* | CPUS,*)
		axes="$(echo "$name" | tr '[:upper:]' '[:lower:]')=$value $axes"
		;;
	esac
done
# without NAME...: of what was given
without() {
	for pair in $given; do
		case " $* " in
		*" ${pair%%=*} "*) ;;
		*) echo "$pair" ;;
		esac
	done
}
unset MAKEFLAGS MFLAGS MAKELEVEL STEP_STDERR

case $goal in
matrix | normal | full | cells)
	file=scripts/matrix/$goal
	case $goal in
	matrix) file=$MATRIX ;;
	cells) file=patches/$line/cells ;;
	esac
	own=
	[ -z "$kernel$BUILT" ] || own=$(basename "$TREE_B")
	rm -f "$O/$goal/of"
	rc=0
	# How many compilers run at a time is for each machine to know.
	# shellcheck disable=SC2046,SC2086 # lists
	python3 -B scripts/matrix/matrix.py run --dir "$O/$goal" --build "$O" --engine "$ENGINE" \
		${file:+--matrix "$file"} --memory "$MEMORY" --own "$own" ${BUILT:+--built} \
		--config "$config" ${RESUME:+--resume} $([ -z "$axes" ] || printf " --axis %s" $axes) -- \
		$(without VARIANT XEN ROLE CPUS $([ -n "$own" ] || echo LINE) \
			$([ "$ENGINE" = local ] || echo JOBS)) || rc=$?
	# The cover letter tells of all cells or of none.
	[ "$goal$axes$own" != cells ] || [ ! -e "$B/base" ] || SERIES=$series series_key >"$O/cells/of"
	exit $rc
	;;
soak)
	# shellcheck disable=SC2046
	exec python3 -B scripts/matrix/soak.py --dir "$O/soak" --build "$O" \
		--count "$N" --xens "$(all_xens | paste -sd' ')" -- $(without XEN ROLE CPUS)
	;;
regressions)
	# shellcheck disable=SC2046
	exec python3 -B scripts/matrix/regressions.py --dir "$O/regressions" --build "$O" \
		--only "$ONLY" -- $(without KERNEL REV VARIANT LINE SERIES ROLE CPU CPUS)
	;;
bisect)
	# shellcheck disable=SC2046
	exec python3 -B scripts/matrix/bisect.py --dir "$O/bisect" --kernel "$kernel" \
		--good "$GOOD" --bad "$BAD" --title "$TITLE" --repeat "$REPEAT" \
		--over "$OVER" --xens "$(all_xens | paste -sd' ')" -- \
		"O=$O" $(without KERNEL REV $([ "$OVER" != xen ] || echo XEN))
	;;
esac
