/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A word with xenstored, by what the kernel has for it.
 */
#ifndef XENBUS_H
#define XENBUS_H

/* Xen's public/io/xs_wire.h */
#define XS_READ		2
#define XS_WRITE	11
#define XS_ERROR	16
#define XS_PAYLOAD_MAX	4096

/**
 * xenbus_ask() - ask xenstored for something
 * @type: of the message: XS_READ or XS_WRITE
 * @path: in Xenstore; a relative one begins at this domain's home
 * @value: to be written, or ""
 * @answer: where what xenstored says goes
 *
 * Return: the answer's type, XS_ERROR if xenstored refuses; -1 if there is no whole
 * answer, and errno says why.
 */
int xenbus_ask(unsigned int type, const char *path, const char *value,
	       char answer[XS_PAYLOAD_MAX + 1]);

#endif /* XENBUS_H */
