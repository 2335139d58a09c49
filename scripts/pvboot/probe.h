/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does KVM work, and is a file a Xen?
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

/**
 * probe_xen() - boot Xen alone and print its version
 * @opt: by which accelerator; auto is taken for TCG
 * @sigfd: as above
 *
 * Ends pvboot if it does not come up.
 */
void probe_xen(const struct options *opt, int sigfd);

#endif /* PVBOOT_PROBE_H */
