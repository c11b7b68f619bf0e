/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io_test - EAL and pools for the tests of src/io, frames to send, and a plain
 * model of checksums to compare with.
 */
#ifndef IO_TEST_H
#define IO_TEST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "io/port.h"

#define IO_TEST_BUFS  2048u
#define IO_TEST_JUMBO 128u
#define IO_TEST_FRAME 70000u

extern struct rte_mempool *io_pool, *io_jumbo;

/* cmocka group fixtures; the teardown fails when a buffer was lost. */
int io_test_setup(void **state);
int io_test_teardown(void **state);

/* A frame to build: TCP or UDP over either family. */
struct io_frame {
	bool v6, udp;
	uint16_t vlan;   /* 0: none; else a tag within the frame */
	uint8_t options; /* TCP: bytes, multiple of 4 */
	uint8_t tcp_flags;
	uint32_t payload; /* bytes */
	uint32_t seed;    /* of the payload */
	bool partial;     /* the L4 checksum field holds the pseudo sum */
};

struct io_lens {
	uint16_t l2, l3, l4;
	uint32_t len; /* whole frame */
};

/* Write f to buf (IO_TEST_FRAME bytes); complete checksums unless partial. */
struct io_lens io_frame_build(const struct io_frame *f, uint8_t *buf);

/* Are the frame's IPv4 and L4 checksums right? By the model below. */
bool io_frame_cksums_right(const uint8_t *frame, uint32_t len);

/* One's complement sum, one 16-bit word after the other; not folded. */
uint64_t io_sum(const uint8_t *p, uint32_t len);
uint16_t io_fold(uint64_t sum);

/* An mbuf chain with frame's bytes, cut at random below max bytes a piece. */
struct rte_mbuf *io_mbuf(
	const uint8_t *frame, uint32_t len, uint32_t first, uint32_t max);

/* All bytes of m to buf (IO_TEST_FRAME). Returns their number. */
uint32_t io_flatten(const struct rte_mbuf *m, uint8_t *buf);

struct port_config io_port_config(const char *device);

#endif /* IO_TEST_H */
