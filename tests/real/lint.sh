# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# `make lint`: the series pass, and each check finds the fault that it is for.
# LINT=all asks all other checks, too, whether they are silent about that fault;
# that takes a quarter of an hour more.

need kernel guests machine || return 0

# lint STATUS LINE CHECKS [VARIABLE=VALUE...]
lint() {
	want=$1
	what="LINE=$2"
	checks=$3
	shift 3
	status "$want" make --no-print-directory lint "$what" CHECKS="$checks" "$@"
	cp "$work/out" "$work/lint.out"
	cat "$work/lint.out"
	# It prints what it has planned.
	[ "$(sed -n 's/^1\.\.//p' "$work/lint.out")" -eq "$(grep -Ec '^(not )?ok' "$work/lint.out")" ]
}
t "make lint" lint 0 v6.1 ""
# No check was left out of the patch that changes the kernel.
judged() {
	says_not '^ok [0-9]+ [a-z0-9]+ 0001-.* # SKIP' "$work/lint.out"
	says '^ok [0-9]+ allmod 0001-' "$work/lint.out"
	says '^ok [0-9]+ cocci 0001-' "$work/lint.out"
}
t "... leaves nothing out of patch 1" judged
# What it does not ask of the text, it says.
told() {
	sed -n 's/^# checkpatch is not asked for \([A-Z_]*\),.*/\1/p' "$work/lint.out" >"$work/is"
	printf '%s\n' MISSING_SIGN_OFF UNKNOWN_COMMIT_ID FILE_PATH_CHANGES | diff - "$work/is"
}
t "... and says what checkpatch is not asked" told
t "make boot, of which the cover letter tells" status 0 make --no-print-directory boot \
	ROLE=dom0
# The cover letter takes from these results, and from nothing else.
cover() {
	O=$O B=$tree LINE=v6.1 KERNEL='' XEN=4.17 ACCEL=tcg SERIES=$work/cover \
		scripts/series/cover.sh
}
rest() {
	sed '/^Tested, as/,/^[^ T]/{/^ /d; /^$/d}' "$1/0000-cover-letter.patch"
}
cover_letter() {
	rm -rf "$work/cover" "$work/cover-1"
	cp -r patches/v6.1 "$work/cover"
	sed -i 's/^Tested, as.*/&\n - all of it, on Mars/' "$work"/cover/0000*
	cover
	cp -r "$work/cover" "$work/cover-1"
	cover
	diff -r "$work/cover-1" "$work/cover"
	says_not Mars "$work"/cover/0000*
	says "^ - tree: $(cat "$tree/base")" "$work"/cover/0000*
	says '^ - compiler: gcc' "$work"/cover/0000*
	says '^ - make lint: [0-9]+ passed, 0 failed' "$work"/cover/0000*
	says 'with the series: boots' "$work"/cover/0000*
	rest patches/v6.1 >"$work/was"
	rest "$work/cover" >"$work/is"
	diff "$work/was" "$work/is"
	sed -i 's/^Subject: .*/& now/' "$work"/cover/0001*
	refused "not of all checks on these patches" cover
}
t "the cover letter tells of these results" cover_letter

# Of the other lines only what needs no kernel.
lint_mails() {
	lint 0 "$1" "am message checkpatch"
}
other_lines "make lint of" lint_mails
# A tree of that age is not in Debian; V3_9= names one without the hook.
if [ -n "${V3_9:-}" ]; then
	t "make lint of patches/v3.9" lint 0 v3.9 "am message checkpatch" V3_9="$V3_9"
else
	t "make lint of patches/v3.9: messages" lint 0 v3.9 message
	skip "make lint of patches/v3.9" "no tree at hand; V3_9=path names one"
fi

# A git that fails is no patch that is good, or that touches nothing.
# bad_git WORDS SAYS CHECK
bad_git() {
	mkdir -p "$work/bad"
	cat >"$work/bad/git" <<-END
		#!/bin/sh
		case " \$* " in
		*" $1 "*) echo "fatal: planted" >&2; exit 128 ;;
		esac
		exec $(command -v git) "\$@"
	END
	chmod +x "$work/bad/git"
	PATH=$work/bad:$PATH refused "planted; git $2" make --no-print-directory lint \
		LINE=v6.1 CHECKS="$3"
}
t "lint: git that cannot list what a patch touches" bad_git "diff --name-only" \
	"cannot tell what 0001-" gcc
t "lint: git that cannot compare trees" bad_git "diff --raw" "cannot compare" build
t "lint: git that cannot list a tree" bad_git "ls-tree --name-only" "cannot get 0001-" gcc
# One tag that checkpatch does not know is let by, and no other.
tags() {
	rm -rf "$work/tags"
	cp -r patches/v3.9 "$work/tags"
	sed -i "s/^Originally-by/$1/" "$work"/tags/0001*
	lint "$2" v3.9 checkpatch SERIES="$work/tags" ${V3_9:+V3_9="$V3_9"}
	says "$3" "$work/lint.out"
}
if [ -n "${V3_9:-}" ]; then
	t "lint lets Originally-by: by" tags Originally-by 0 'not asked for BAD_SIGN_OFF of Originally-by'
	t "... and no tag like it" tags Inspired-by 1 'Non-standard signature: Inspired-by'
	t "lint wants a link after Reported-by:" tags Reported-by 1 'immediately followed by Closes'
fi
# The planted faults, each in a patch of its own that is named for the check
# which has to find it.
planted=$work/planted
faults=$work/faults
# new_faults VARIANT: to be put onto this one
new_faults() {
	rm -rf "$planted" "$faults"
	cp -r patches/v6.1 "$planted"
	git -c safe.directory='*' clone -q --shared --no-checkout "$tree/tree" "$faults"
	git -C "$faults" checkout -q "$(cat "$tree/$1/commit")"
	git -C "$faults" config user.name "Xen PV boot project"
	git -C "$faults" config user.email xen-pv-boot@example.org
	# The tree tracks only what the series touches.
	cp "$tree/tree/arch/x86/xen/enlighten.c" "$faults/arch/x86/xen/"
	git -C "$faults" add -f arch/x86/xen/enlighten.c
	git -C "$faults" commit -q --allow-empty -m base
	number=900
}

# commit SUBJECT CHECK
commit() {
	git -C "$faults" commit -qam "x86/xen: $1

This is for the tests of lint, and for no kernel."
	number=$((number + 1))
	git -C "$faults" format-patch -q -1 --stdout >"$planted/0$number-$2.patch"
}
plant() {
	printf '\n%s\n' "$3" >>"$faults/arch/x86/xen/$2"
	commit "Plant a fault for $1" "$1"
}
mend() {
	git -C "$faults" checkout -q HEAD~ -- .
	commit "Take the fault back" mended
}

# fault CHECK FILE TEXT: at the end of a file.  The short way asks only the
# check in question, and of the series needs only what a boot needs.
fault() {
	if [ "${LINT:-}" = all ]; then
		plant "$@"
		wanted="$wanted$1 0$number-$1
"
	else
		case $1 in
		boot) new_faults with ;;
		*)
			new_faults without
			rm -f "$planted"/000[1-9]*
			;;
		esac
		plant "$@"
	fi
	# What does not compile would hide what comes after it.
	case $1 in
	build | boot | nopv | nosmp | i386 | allmod) mend ;;
	esac
	[ "${LINT:-}" = all ] || t "lint finds the fault for $1" found "$1"
}
found() {
	lint 1 v6.1 "$1" SERIES="$planted"
	[ "$(sed -n 's/^not ok [0-9]* //p' "$work/lint.out")" = "$1 0901-$1" ]
}
[ "${LINT:-}" != all ] || new_faults with
wanted=

# The patch that breaks the build is followed by one that mends it.
fault build mmu_pv.c 'static __used int xen_lint_build(void)
{
	return xen_lint_nobody;
}'
fault sections mmu_pv.c 'static noinline int __init xen_lint_early(int a)
{
	asm volatile("" : "+r" (a));

	return a;
}

static __used int xen_lint_sections(int a)
{
	return xen_lint_early(a);
}'
fault boot mmu_pv.c 'static int __init xen_lint_boot(void)
{
	panic("planted");
}
early_initcall(xen_lint_boot);'
fault gcc mmu_pv.c 'static int xen_lint_gcc;'
fault w1 mmu_pv.c 'static __used void xen_lint_w1(int a)
{
	int b;

	b = a;
}'
fault sparse mmu_pv.c 'static __used int xen_lint_sparse(int __user *a)
{
	return *a;
}'
fault clang mmu_pv.c 'static __used int xen_lint_clang(int a)
{
	int b;

	if (a)
		b = 1;

	return b;
}'
fault cocci mmu_pv.c 'static __used int xen_lint_cocci(void)
{
	int ret = 0;

	return ret;
}'
fault nopv enlighten.c '#ifdef CONFIG_X86_64
static __used void *xen_lint_nopv(void)
{
	return pv_ops.mmu.write_cr3;
}
#endif'
fault nosmp mmu_pv.c 'static __used void xen_lint_nosmp(int cpu)
{
	smp_ops.smp_send_reschedule(cpu);
}'
fault i386 enlighten.c 'static __used void xen_lint_i386(void)
{
	BUILD_BUG_ON(sizeof(long) != 8);
}'
fault allmod mmu_pv.c '#ifdef CONFIG_DEBUG_FS
static __used int xen_lint_allmod(void)
{
	return xen_lint_nobody;
}
#endif'
fault kerneldoc mmu_pv.c '/**
 * xen_lint_kerneldoc() - a planted fault
 * @b: not an argument
 */
static __used void xen_lint_kerneldoc(int a)
{
}'
fault checkpatch mmu_pv.c 'static __used int xen_lint_checkpatch(int a)
{
	if (a) {
		return a;
	}
	return 1;
}'
fault am mmu_pv.c '/* white space at the end of a line */ '

all_found() {
	# And one that does not apply.
	plant am mmu_pv.c '/* context */'
	sed -i 's/^ .*end of a line.*/ another line/' "$planted/0$number-am.patch"
	wanted="${wanted}am 0$number-am
"
	lint 1 v6.1 "" SERIES="$planted"
	sed -n 's/^not ok [0-9]* //p' "$work/lint.out" >"$work/is"
	printf '%s' "$wanted" >"$work/wanted"
	diff -u "$work/wanted" "$work/is"
}
no_fuzz() {
	sed -i 's/^ .*EXPORT_SYMBOL.*/ another line/; s/^ #endif.*/ another line/' "$planted"/0901*
	found am
}
not_judged() {
	refused "0901-am.patch does not apply" make --no-print-directory lint \
		LINE=v6.1 CHECKS=gcc SERIES="$planted"
}
if [ "${LINT:-}" = all ]; then
	t "lint finds each fault by the check for it alone" all_found
else
	t "lint finds a patch that does not apply" no_fuzz
	t "... and asks nothing else of it" not_judged
	skip "lint: all other checks are silent about a fault" "takes long; LINT=all"
fi

# The faults of a message, on one that has all that a message may have.
# message FAULT SED WORDS
message() {
	sed "$2" patches/v3.9/0001* >"$work/message.patch"
	t "lint: message with $1" message_fault "$3"
}
message_fault() {
	status 1 scripts/series/message.sh "$work/message.patch"
	says "$1" "$work/out"
	[ "$(wc -l <"$work/out")" -eq 1 ]
}
message "no [PATCH]" 's/^Subject: \[PATCH [0-9/]*\] /Subject: /' 'does not begin with'
message "a long subject" 's/^Subject: .*/& and then some more words/' 'characters; 75'
message "a full stop" 's/^Subject: .*/&./' 'ends with a full stop'
message "no prefix" '/^Subject: /s|x86/xen: ||' 'form prefix: Do this'
message "a small letter" '/^Subject: /s|Leave|leave|' 'form prefix: Do this'
message "no imperative" '/^Subject: /s|Leave|Leaves|' 'no imperative'
message "a form in -ing" '/^Subject: /s|Leave|Leaving|' 'no imperative'
message "a long line" 's/^A 64-bit PV kernel runs/& for itself and for nobody else, as far as is known, and forever,/' 'characters; 75'
message "white space" 's/^A 64-bit PV .*/& /' 'ends with white space'
message "a short hash" 's/^Fixes: \(.\{10\}\)../Fixes: \1/' 'not 12 digits'
message "half a subject" 's/^\(Fixes: .*\) early mappings.*/\1 ...")/' 'not 12 digits'
message "a sign-off" 's/^Originally-by/Signed-off-by/' 'for people to give'
message "a test nobody made" 's/^Originally-by/Tested-by/' 'for people to give'
message "no text" '/^A 64-bit/,/^stays as it is/d' 'there is no message'
message "no diffstat" '/^ .* | *[0-9]* +/d; /^ 1 file changed/d' 'no --- with a diffstat'
message "an old diffstat" 's/27 insertions/26 insertions/' 'of another diff'
