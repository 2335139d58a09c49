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
 * nic_connect() - connect with a port that sends back whatever comes
 * @address: dom0's, or another's who has no such port
 *
 * Return: a socket, or -1 with errno.
 */
int nic_connect(const char *address);

#endif /* GUESTS_NIC_H */
