/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_test - the box of tests/flow with its host part, still without threads
 * and ports: frames in, frames out, time by hand.
 */
#ifndef HOST_TEST_H
#define HOST_TEST_H

#include "lab.h"

#include "host/host_impl.h"
#include "pkt/parse.h"

#define OUT_MAX 64u

struct desk {
	struct box *b;
	struct workers *w;
	struct host *h;
	uint64_t now_ms;
	struct rte_mbuf *out[OUT_MAX]; /* frames that would be on the wire */
	unsigned int n;
	enum reason reason; /* of the last drop in the packet path */
};

struct desk *desk_create(const char *config);
void desk_free(struct desk *d);

/* Throw away what came out so far. */
void desk_clear(struct desk *d);

/* Receive a frame, or give the box's path a packet; then work until quiet. */
void desk_frame(struct desk *d, const char *ifl, const void *bytes, size_t n);
void desk_send(struct desk *d, struct in in);

/* Work until nothing is left to do; then time passes, with timers. */
void desk_work(struct desk *d);
void desk_sleep(struct desk *d, uint64_t ms);

/* The i-th frame out; fails the test if there are fewer. */
const uint8_t *desk_out(struct desk *d, unsigned int i);
size_t desk_out_len(struct desk *d, unsigned int i);

/* State of a neighbour; NEIGH_FREE: not known. */
enum neigh_state desk_neigh(struct desk *d, const char *ifl, const char *addr);

#endif /* HOST_TEST_H */
