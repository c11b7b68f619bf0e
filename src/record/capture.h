/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture - read a capture from memory: pcap (micro- and nanoseconds) and
 * pcapng, in either byte order, with what libpcap does not tell: the names of
 * the interfaces, the directions and the comments.
 *
 * Threads: one at a time.
 */
#ifndef RECORD_CAPTURE_H
#define RECORD_CAPTURE_H

#include "record/pcapng.h"

#define CAPTURE_INTERFACES_MAX 256u
#define CAPTURE_NAME_MAX       64u
#define CAPTURE_COMMENT_MAX    512u

struct capture_interface {
	char name[CAPTURE_NAME_MAX]; /* "" when it is not told */
	uint16_t link;               /* LINKTYPE_*; 1: Ethernet */
	uint8_t resolution;          /* as in the file: if_tsresol */
	int64_t offset_s;
};

struct capture {
	const uint8_t *data;
	size_t len, at;
	bool ng, swapped, nanoseconds;
	struct capture_interface interfaces[CAPTURE_INTERFACES_MAX];
	uint32_t ninterfaces;
	const char *error; /* a sentence; set when a call fails */
};

struct capture_packet {
	const struct capture_interface *interface;
	uint64_t unix_ns;
	const uint8_t *bytes; /* in the data */
	uint32_t caplen, len;
	enum pcapng_direction direction;
	char comment[CAPTURE_COMMENT_MAX];
};

/* data stays the caller's and outlives the capture. False: see c->error. */
bool capture_open(struct capture *c, const void *data, size_t len);

/* 1: a packet; 0: the end; -1: broken, see c->error. */
int capture_next(struct capture *c, struct capture_packet *ret);

#endif /* RECORD_CAPTURE_H */
