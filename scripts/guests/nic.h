/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTS_NIC_H
#define GUESTS_NIC_H

/**
 * nic_up() - give a network interface an address, and switch it on
 * @name: the interface
 * @address: its address, with the mask NETMASK of devices.h
 *
 * Return: NULL, or what could not be done, with errno.
 */
const char *nic_up(const char *name, const char *address);

/**
 * nic_connect() - connect a domU with dom0, which sends back whatever comes
 *
 * Return: a socket, or -1 with errno.
 */
int nic_connect(void);

#endif /* GUESTS_NIC_H */
