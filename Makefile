# SPDX-License-Identifier: GPL-2.0-only
#
# The front door.  `make help` lists what there is; scripts/Makefile.run has
# the steps and what each depends on.

-include .config
unquote = $(patsubst "%",%,$(1))

export DEFAULT_LINE := v6.1
export DEFAULT_XEN := 4.17

# A variable on the command line or in the environment wins over .config.
LINE ?= $(or $(call unquote,$(CONFIG_LINE)),$(DEFAULT_LINE))
KERNEL ?= $(call unquote,$(CONFIG_KERNEL))
XEN ?= $(or $(call unquote,$(CONFIG_XEN)),$(DEFAULT_XEN))
ACCEL ?= $(or $(call unquote,$(CONFIG_ACCEL)),tcg)
CPUS ?= $(or $(CONFIG_CPUS),1)
MEMORY ?= $(or $(CONFIG_MEMORY),1024)
DOM0_MEMORY ?= $(or $(CONFIG_DOM0_MEMORY),256)
DOM0 ?= $(or $(call unquote,$(CONFIG_DOM0)),tested)
ROLE ?= $(or $(call unquote,$(CONFIG_ROLE)),all)
DOMU_CPUS ?= $(or $(CONFIG_DOMU_CPUS),2)
DOMU_MEMORY ?= $(or $(CONFIG_DOMU_MEMORY),64)
PATIENCE ?= $(or $(CONFIG_PATIENCE),1)
SERIES ?= $(if $(KERNEL),,patches/$(LINE))
O ?= build
JOBS ?= $(shell nproc)

# What is done for one kernel line if LINE= names it, and else for all.
SERIES_GIVEN := $(if $(filter file,$(origin SERIES)),,$(abspath $(SERIES)))
LINES := $(if $(filter file,$(origin LINE)),$(patsubst patches/%/line,%,$(wildcard patches/*/line)),$(LINE))

# The doctor looks at the machine, not at a kernel.
ifneq ($(filter doctor,$(MAKECMDGOALS)),)
override KERNEL :=
endif

# The steps run from here and see absolute paths.
override O := $(abspath $(O))
override KERNEL := $(if $(KERNEL),$(abspath $(KERNEL)))
override SERIES := $(if $(SERIES),$(abspath $(SERIES)))
B := $(O)/$(if $(KERNEL),own-$(notdir $(KERNEL))-$(shell echo '$(KERNEL)' | cksum | cut -d' ' -f1),$(LINE))
export LINE KERNEL XEN ACCEL CPUS MEMORY DOM0_MEMORY ROLE DOMU_CPUS
export DOM0 DOMU_MEMORY PATIENCE SERIES O B JOBS

V ?= 1
SOB ?=
TESTED ?=
CHECKS ?=
export V SOB TESTED CHECKS

STEPS := doctor tree patched kernel guests machine verdict report bench cells
.PHONY: help boot check speed series lint witness menuconfig clean run-boot run-check \
	run-series run-lint run-witness run-speed $(STEPS) $(STEPS:%=run-%)
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
##                    (V3_9=path: a v3.9 tree without the hook, for its series)
##   make witness     watch a boot from outside: who loads which base pointers,
##                    judged and drawn
##   make cells       a series in other configurations and on other machines, as its
##                    file cells says: LINE=mainline
##   make bench       what the hook costs, counted, beside upstream's own hook
##   make speed       how long it all takes, beside a plain build and bare boots
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
##   make verdict     both boots
##   make report      the same, and the report
##
##   make series      write patches/ anew from the in-tree files; with V=2 or
##                    SOB=1 also $(O)/$(LINE)/outgoing/: version 2, signed off by
##                    you; with KERNEL=path only that, on the tree's HEAD; with
##                    TESTED=1, after `make lint`, it boots and writes into the
##                    cover letter what was tested
##                    (all lines that are in patches/, or LINE= alone)
##   make lint        judge the patches, one by one: mail, style, build, boot,
##                    what compilers and checkers say, in other configurations
##                    (CHECKS="am sparse ..." only these, SERIES=path other
##                    patches, SOB=1 signed off ones, V3_9=path a tree for
##                    v3.9's; lines as above)
##
## Variables:
##   KERNEL=path      your kernel tree, which is only read; a tree that has the
##                    hook is tested as it is
##   LINE=v6.1        otherwise: which of Debian's kernels, see below
##   SERIES=path      series to apply in place of patches/$(LINE)
##   XEN=4.17         which of Debian's hypervisors, see below
##   ROLE=all         dom0, domU or all: as what the kernel is tested
##   DOM0=tested      control: dom0 runs Debian's kernel, the domUs the tested one
##   CPUS=1 MEMORY=1024 DOM0_MEMORY=256     the machine and dom0; MiB
##   DOMU_CPUS=2 DOMU_MEMORY=64             the domUs; vCPUs of the larger one
##   ACCEL=tcg        tcg, kvm, or auto: KVM if it really works
##   PATIENCE=1       factor on every time limit, for a slow machine
##   O=build          where everything goes     JOBS=N   parallel compilers
##
## Exit status: 0 all ok, 1 the kernel is at fault, 125 it could not be judged,
## as `git bisect run make boot KERNEL=path` wants it.

# make would turn any failure into status 2; exit.c says why that matters.
ifneq ($(filter boot check series lint witness speed $(STEPS),$(MAKECMDGOALS)),)
ifneq ($(filter load,$(.FEATURES)),)
-load $(O)/exit.so
endif
endif

$(O)/exit.so: scripts/run/exit.c
	@mkdir -p $(@D)
	@scripts/run/packages.sh boot
	@gcc -shared -fPIC -O2 -o $@ $<

# End with the status that the step has left.
status = $(shell cat $(O)/exit)
boot check series lint witness speed $(STEPS): %: run-%
	@$(if $(filter 0,$(status)),:,$(exit $(status)) exit 125)

run-boot $(STEPS:%=run-%): run-%:
	@mkdir -p $(O)
	@rc=0; scripts/run/packages.sh boot && scripts/run/run.sh $* || rc=$$?; echo $$rc >$(O)/exit

run-witness:
	@mkdir -p $(O)
	@rc=0; scripts/run/packages.sh witness && scripts/run/run.sh witness || rc=$$?; echo $$rc >$(O)/exit

run-check:
	@mkdir -p $(O)
	@rc=0; scripts/run/packages.sh check && tests/run.sh || rc=$$?; echo $$rc >$(O)/exit

run-series run-lint: run-%:
	@mkdir -p $(O)
	@rc=0; scripts/run/packages.sh $* && SERIES=$(SERIES_GIVEN) scripts/run/lines.sh $* $(LINES) || rc=$$?; echo $$rc >$(O)/exit

run-speed:
	@mkdir -p $(O)
	@rc=0; scripts/run/packages.sh boot && scripts/bench/speed.sh || rc=$$?; echo $$rc >$(O)/exit

menuconfig:
	@command -v kconfig-mconf >/dev/null || { echo "menuconfig: error: run: apt-get install kconfig-frontends-nox" >&2; exit 125; }
	@mkdir -p $(O)
	@scripts/run/choices.sh line >$(O)/Kconfig.line
	@scripts/run/choices.sh xen >$(O)/Kconfig.xen
	@kconfig-mconf Kconfig

# O may be a folder of the user's that holds other things, too.
clean:
	rm -rf $(addprefix $(O)/,v[0-9]* mainline* own-* xen-* download toolstack-* pvboot* \
		tests bench speed exit exit.so lock status Kconfig.* *.log)
	[ ! -d $(O) ] || rmdir --ignore-fail-on-non-empty $(O)
