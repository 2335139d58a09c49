/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KVM: does it work?
 */
#ifndef PVBOOT_PROBE_H
#define PVBOOT_PROBE_H

struct options;

/**
 * probe_accel() - choose QEMU's accelerator
 * @opt: what is asked for
 * @sigfd: where signals come; one of them ends the probe
 *
 * /dev/kvm may open and still not run guests, so KVM is taken only after Xen has
 * come up under it.  Ends pvboot if KVM is asked for and does not work.
 *
 * Return: "tcg" or "kvm".
 */
const char *probe_accel(const struct options *opt, int sigfd);

#endif /* PVBOOT_PROBE_H */
