/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of PID 1 share.
 */
#ifndef GUESTS_INIT_H
#define GUESTS_INIT_H

#include <stdbool.h>

#include "frame.h"

/* PID 1's own words, and what its programs print */
extern struct frame_writer words;
extern struct frame_writer text;

/**
 * modules_load() - load the modules that the root holds, if any
 */
void modules_load(void);

/**
 * life_live() - run a program again and again until dom0 asks for a shutdown
 * @path: the program
 * @devices: try the domU's disks and its network card, too
 */
void life_live(const char *path, bool devices);

#endif /* GUESTS_INIT_H */
