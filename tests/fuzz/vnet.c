/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtio-net header, a frame, and what a port does with them: the mbuf's
 * fields, the header for sending, segments and completed checksums. The frame
 * lies in an allocation of its own size, so that a read beyond it is seen.
 *
 * Input: the header (10 bytes), a byte that says where the frame is cut into
 * two mbufs (times 8; 0: not at all), the frame.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "io/eal.h"
#include "io/gso.h"
#include "io/vnet.h"

#define SEGMENTS_MAX 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct rte_mempool *pool;

static void
start(void)
{
	struct eal_config config = {.memory_mb = 16};
	char err[256];

	if (pool != NULL)
		return;
	if (eal_start(&config, err, sizeof(err)) != 0)
		abort();
	pool = eal_pool_create(512);
	if (pool == NULL)
		abort();
}

static void
piece_free(void *addr, void *opaque)
{
	free(opaque);
}

/* An mbuf over exactly these bytes. */
static struct rte_mbuf *
piece(const uint8_t *data, uint16_t size)
{
	struct rte_mbuf_ext_shared_info *info;
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	uint8_t *copy = malloc(size ? size : 1);

	info = malloc(sizeof(*info));
	if (m == NULL || copy == NULL || info == NULL)
		abort();
	memcpy(copy, data, size);
	info->free_cb = piece_free;
	info->fcb_opaque = copy;
	rte_mbuf_ext_refcnt_set(info, 1);
	rte_pktmbuf_attach_extbuf(m, copy, 0, size, info);
	m->data_off = 0;
	m->data_len = size;
	m->pkt_len = size;
	return m;
}

static void
pieces_free(struct rte_mbuf *m)
{
	struct rte_mbuf_ext_shared_info *info[2] = {
		m->shinfo, m->next != NULL ? m->next->shinfo : NULL};

	rte_pktmbuf_free(m);
	free(info[0]);
	free(info[1]);
}

static void
send(struct rte_mbuf *m)
{
	struct virtio_net_hdr h;
	struct rte_mbuf *s;
	struct gso g;

	if (vnet_from_mbuf(m, &h) == 0 &&
		(h.csum_start + h.csum_offset + 2u > m->pkt_len &&
			h.flags != 0))
		abort();
	if (gso_begin(&g, m) != 0) {
		gso_cksum_complete(m);
		return;
	}
	for (int i = 0; i < SEGMENTS_MAX; i++) {
		s = gso_next(&g, pool);
		if (s == NULL)
			break;
		if (s->pkt_len > m->pkt_len)
			abort();
		rte_pktmbuf_free(s);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct virtio_net_hdr h;
	struct rte_mbuf *m;
	size_t cut;

	start();
	if (size < sizeof(h) + 2 || size > 65000)
		return 0;
	memcpy(&h, data, sizeof(h));
	cut = data[sizeof(h)] * 8u;
	data += sizeof(h) + 1;
	size -= sizeof(h) + 1;
	if (cut == 0 || cut >= size)
		cut = size;
	m = piece(data, (uint16_t)cut);
	if (cut < size) {
		m->next = piece(data + cut, (uint16_t)(size - cut));
		m->nb_segs = 2;
		m->pkt_len = (uint32_t)size;
	}
	if (vnet_to_mbuf(&h, m) == 0)
		send(m);
	pieces_free(m);
	if (rte_mempool_avail_count(pool) != 512)
		abort();
	return 0;
}
