# SPDX-License-Identifier: GPL-2.0-only
#
# The front door.  `make help` lists what there is; scripts/Makefile.run has
# the steps and what each depends on.

# The tests have no use for what somebody has chosen.
ifndef NO_DOT_CONFIG
-include .config
endif
unquote = $(patsubst "%",%,$(1))

# A variable on the command line or in the environment wins over .config, and that
# over the default.
CONTRACT := $(shell sed -n 's/^\([A-Z][A-Z0-9_]*\)[[:space:]]*\([^[:space:]]*\).*/\1=\2/p' scripts/run/variables)
NAMES := $(foreach c,$(CONTRACT),$(firstword $(subst =, ,$(c))))
default = $(filter-out -,$(patsubst $(1)=%,%,$(filter $(1)=%,$(CONTRACT))))
# LINT is a variable of make's own, which nobody has given.
given = $(filter-out default undefined file,$(origin $(1)))
$(foreach n,$(NAMES),$(if $(call given,$(n)),,$(eval \
	$(n) := $(or $(call unquote,$(CONFIG_$(n))),$(call default,$(n))))))
override VARIANT := $(subst +, ,$(VARIANT))
# A distribution's kernel takes more memory than ours, which is small; and so do drivers,
# and dom0, which holds the image of a domU that is saved.
larger = $(if $(call given,$(1))$(CONFIG_$(1)),,$(eval override $(1) := $(2)))
ifneq ($(PACKAGE)$(IMAGE),)
$(call larger,DOM0_MEMORY,512)
$(call larger,DOMU_MEMORY,192)
else ifneq ($(filter userland,$(VARIANT)),)
$(call larger,DOM0_MEMORY,640)
$(call larger,DOMU_MEMORY,224)
else ifneq ($(filter devices,$(VARIANT)),)
$(call larger,DOM0_MEMORY,384)
$(call larger,DOMU_MEMORY,96)
endif
ifeq ($(call given,JOBS),)
JOBS := $(shell nproc)
endif
ifeq ($(call given,SERIES),)
SERIES := $(if $(if $(call given,LINE),,$(KERNEL)),,patches/$(LINE))
endif
export $(NAMES)
export DEFAULT_LINE := $(call default,LINE)
export DEFAULT_XEN := $(call default,XEN)

# A misspelt variable would be a run with the default.
export UNKNOWN := $(firstword $(filter-out $(NAMES),$(foreach v,$(.VARIABLES),$(if \
	$(filter command,$(origin $(v))),$(v)))))

# What is done for one kernel line if LINE= names it, and else for all.
export SERIES_GIVEN := $(if $(call given,SERIES),$(abspath $(SERIES)))
ALL_LINES := $(patsubst patches/%/line,%,$(wildcard patches/*/line))
export GIVEN := $(foreach n,$(NAMES),$(if $(call given,$(n)),$(n)))
export WANTED_LINES := $(if $(call given,LINE),$(LINE),$(ALL_LINES))

# The doctor looks at the machine, not at a kernel.
ifneq ($(filter doctor,$(MAKECMDGOALS)),)
override KERNEL :=
override PACKAGE :=
override IMAGE :=
endif

# The steps run from here and see absolute paths.  One with a blank in it, which
# they will refuse, is left as it is.
home = $(patsubst ~/%,$(HOME)/%,$(1))
path = $(if $(word 2,$(1)),$(1),$(abspath $(home)))
override O := $(call path,$(O))
override KERNEL := $(call path,$(KERNEL))
override SERIES := $(call path,$(SERIES))
override CONFIG := $(call path,$(CONFIG))
override IMAGE := $(call path,$(IMAGE))
override VMLINUX := $(call path,$(VMLINUX))
override MODULES := $(call path,$(MODULES))
override PACKAGE := $(if $(filter %.deb,$(PACKAGE)),$(call path,$(PACKAGE)),$(PACKAGE))
# Xen may be named by version or by path.
override XEN := $(if $(findstring /,$(XEN)),$(call path,$(XEN)),$(XEN))
# A name for a path, as a folder of ours
own = $(1)-$(notdir $(2))-$(shell echo '$(2)$(3)' | cksum | cut -d' ' -f1)
export XEN_NAME := $(if $(findstring /,$(XEN)),$(call own,own,$(XEN)),$(XEN))
# Built already, so there is nothing to compile but what is ours.
export BUILT := $(PACKAGE)$(IMAGE)
# A variant has its own objects and kernels, on the same tree.
export TREE_B := $(O)/$(if $(BUILT),$(call own,image,$(BUILT),$(VMLINUX) $(MODULES) $(LINE)),$(if $(KERNEL),$(call own,own,$(KERNEL)),$(LINE)))
export B := $(TREE_B)$(if $(VARIANT),+$(subst $() ,+,$(strip $(VARIANT))))$(if $(CONFIG),$(call own,+own,$(CONFIG),$(CONFIG_FIX)))

# Where make itself leaves things: in O=, if that can be, and is not in the user's tree
DOOR := $(if $(word 2,$(O))$(filter $(KERNEL)/%,$(if $(KERNEL),$(O))),,$(shell mkdir -p '$(O)' 2>/dev/null && [ -w '$(O)' ] && echo '$(O)'))
DOOR := $(or $(DOOR),$(CURDIR)/build)

GOALS := boot check series lint witness speed judge cell cells matrix soak bisect fuzz \
	regressions
STEPS := doctor tree patched kernel guests machine verdict report bench regressed
.PHONY: help menuconfig clean $(GOALS) $(STEPS) $(GOALS:%=run-%) $(STEPS:%=run-%)
.DEFAULT_GOAL := help

help:
	@sed -n 's/^## \{0,1\}//p' Makefile
	@scripts/run/choices.sh help

## Boot a kernel as 64-bit Xen PV and say whether it lives, and if not, where
## it dies.
##
##   make boot        build the kernel without and with the series, boot both
##   make doctor      boot a kernel that is known to be good: is this machine fit?
##   make check       test all of this; ends with N passed, N failed
##                    (TESTS="unit boot": only these rooms or files of tests/)
##   make witness     watch a boot from outside: who loads which base pointers,
##                    judged and drawn
##   make cells       the matrix that the series' own file cells describes: other
##                    configurations and machines, beside the tree as it is, in
##                    build/cells; LINE=mainline
##   make bench       what the hook costs, counted, beside upstream's own hook
##   make speed       how long it all takes, beside a plain build and bare boots
##   make matrix      lines x Xens x roles x variants, side by side; a table, JUnit,
##                    JSON and a page in build/matrix
##   make bisect      which commit of KERNEL= broke it: GOOD= BAD=; a mail
##   make soak        boot a good kernel N= times: is one of them judged wrong?
##   make regressions bring faults of the past into a good kernel, one by one: is each
##                    seen, and named? ONLY="NAME ...": only these of tests/regressions
##   make judge       would these have been seen? REPORTS=folder: one console a
##                    file, with the TITLE: that it should get before an empty
##                    line; CONSOLE=file: put into the middle of that boot;
##                    WHY=1: all that was found
##   make fuzz        throw what no machine prints at all that reads: TIME=seconds;
##                    counts, and the lines that were gone through
##   make menuconfig  choose by menu what the variables below choose
##   make clean       delete build/
##
## Each step of `make boot` can be run alone, and is done again only when what
## it is made from has changed:
##   make tree        the kernel tree
##   make patched     the series put onto it
##   make kernel      its variants built
##   make guests      dom0's and the domUs' roots
##   make machine     hypervisor and pvboot
##   make verdict     the boots
##   make report      what came of the last ones, without booting again; with
##                    FORMAT=table for people, junit for CI, json for programs
##
##   make series      write patches/ anew from the in-tree files; with V=2 or
##                    SOB=1 also $(O)/$(LINE)/outgoing/: version 2, signed off by
##                    you; with KERNEL=path only that, on the tree's HEAD; with
##                    TESTED=1, after `make lint`, it boots and writes into the
##                    cover letter what was tested; for all lines, or LINE= alone
##   make lint        judge the patches, one by one: mail, style, build, boot,
##                    what compilers and checkers say, in other configurations;
##                    lines as above
##
## Exit status: 0 all ok, 1 the kernel is at fault, 125 it could not be judged,
## as `git bisect run make boot KERNEL=path` wants it.

# make would turn any failure into status 2; exit.c says why that matters.
ifneq ($(filter $(GOALS) $(STEPS),$(MAKECMDGOALS)),)
ifneq ($(filter load,$(.FEATURES)),)
-load $(DOOR)/exit.so
endif
endif

# Whoever has no compiler gets one, but not for a goal that is refused anyway.
$(DOOR)/exit.so: scripts/run/exit.c
	@mkdir -p $(@D)
	@command -v gcc >/dev/null && gcc=gcc || gcc=scripts/build/gcc.sh; \
	[ $$gcc = gcc ] || { scripts/run/arguments.sh $(firstword $(MAKECMDGOALS)) \
		2>/dev/null && scripts/run/packages.sh boot; } || exit 0; \
	new=$@.$$(uname -n).$$$$; $$gcc -shared -fPIC -O2 -o $$new $< && mv $$new $@

# End with the status that the run has left, which is this make's alone, also where
# machines share a folder.  On a full disk it has left none; make's own would blame the
# kernel.
STATUS := $(DOOR)/exit.$(shell echo $$(uname -n).$$PPID)
end = $(if $(filter 0,$(1)),:,$(exit $(1)) exit 125)
$(GOALS) $(STEPS): %: run-%
	@$(call end,$(or $(shell cat $(STATUS); rm -f $(STATUS)),125))

$(GOALS:%=run-%) $(STEPS:%=run-%): run-%:
	@mkdir -p $(DOOR)
	@rc=0; scripts/run/front.sh $* || rc=$$?; echo $$rc 2>/dev/null >$(STATUS) || :

menuconfig:
	@command -v kconfig-mconf >/dev/null || { echo "menuconfig: error: run: apt-get install kconfig-frontends-nox" >&2; exit 125; }
	@mkdir -p $(DOOR)
	@scripts/run/choices.sh line >$(DOOR)/Kconfig.line
	@scripts/run/choices.sh xen >$(DOOR)/Kconfig.xen
	@O=$(DOOR) kconfig-mconf Kconfig

# O may be a folder of the user's that holds other things, too.
clean:
	@[ '$(O)' = $(DOOR) ] || { echo "clean: error: O=$(O) is no folder of ours" >&2; exit 125; }
	rm -rf $(addprefix $(O)/,$(ALL_LINES) own-* image-* xen-* download toolstack-* pvboot* \
		compiler tests fuzz bench speed matrix cells soak bisect regressions exit.* lock \
		status Kconfig.* *.log)
	[ ! -d $(O) ] || rmdir --ignore-fail-on-non-empty $(O)
