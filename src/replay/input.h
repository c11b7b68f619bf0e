/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input - the packets of several captures as one stream, oldest first, each
 * with the port of the configuration on which it came in.
 */
#ifndef REPLAY_INPUT_H
#define REPLAY_INPUT_H

#include "record/capture.h"

struct input;

struct input_packet {
	struct capture_packet p;
	const char *file; /* for the call */
	uint64_t number;  /* in its file, from 1 */
};

struct input *input_create(void);  /* NULL: no memory */
void input_free(struct input *in); /* NULL is fine */

/* 0, or -errno with a sentence in err. */
int input_add(struct input *in, const char *path, char *err, size_t err_size);

/* 1: a packet, valid until the next call; 0: the end; -1: see err. */
int input_next(
	struct input *in, struct input_packet *ret, char *err, size_t err_size);

#endif /* REPLAY_INPUT_H */
