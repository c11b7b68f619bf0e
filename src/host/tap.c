/* SPDX-License-Identifier: Apache-2.0 */
/* monitor traffic: copies of frames, made by the workers, shown here. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/host_impl.h"

#define FRAME_MAX 65600u

struct tap {
	struct host *host;
	struct ifd_id ifd;
	uint16_t vlan;
	void (*cb)(void *ctx, const struct tapped_frame *f);
	void *ctx;
	uint64_t lost_before;
	uint8_t frame[FRAME_MAX];
};

struct tap *
host_tap_start(struct host *h, struct ifl_id ifl_id,
	void (*cb)(void *ctx, const struct tapped_frame *f), void *ctx)
{
	const struct ifl_spec *ifl = image_ifl(host_image(h), ifl_id);
	struct tap *t;

	for (unsigned int i = 0; ifl != NULL && i < TAPS_MAX; i++) {
		if (h->taps[i] != NULL)
			continue;
		t = calloc(1, sizeof(*t));
		if (t == NULL)
			return NULL;
		t->host = h;
		t->ifd = ifl->ifd;
		t->vlan = ifl->vlan;
		t->cb = cb;
		t->ctx = ctx;
		t->lost_before = workers_tap_lost(h->c.workers);
		h->taps[i] = t;
		workers_tap(h->c.workers, ifl->ifd, true);
		return t;
	}
	return NULL;
}

void
host_tap_stop(struct tap *t, uint64_t *lost)
{
	struct host *h = t->host;
	bool others = false;

	if (lost != NULL)
		*lost = workers_tap_lost(h->c.workers) - t->lost_before;
	for (unsigned int i = 0; i < TAPS_MAX; i++) {
		if (h->taps[i] == t)
			h->taps[i] = NULL;
		else if (h->taps[i] != NULL && h->taps[i]->ifd.v == t->ifd.v)
			others = true;
	}
	if (!others)
		workers_tap(h->c.workers, t->ifd, false);
	free(t);
}

static uint16_t
frame_vlan(const struct rte_mbuf *m, const uint8_t *frame, uint32_t len)
{
	if (m->ol_flags & (RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_TX_VLAN))
		return m->vlan_tci & 0xfff;
	if (len >= 16 && frame[12] == 0x81 && frame[13] == 0x00)
		return (uint16_t)((frame[14] << 8 | frame[15]) & 0xfff);
	return 0;
}

static void
deliver(struct tap *t, const struct rte_mbuf *m, bool out, uint64_t ns)
{
	uint32_t len = rte_pktmbuf_pkt_len(m);
	uint32_t cap = len < FRAME_MAX ? len : FRAME_MAX;
	const void *bytes = rte_pktmbuf_read(m, 0, cap, t->frame);

	if (bytes == NULL)
		return;
	if (bytes != t->frame)
		memcpy(t->frame, bytes, cap);
	if (frame_vlan(m, t->frame, cap) == t->vlan)
		t->cb(t->ctx,
			&(struct tapped_frame){.out = out,
				.unix_ns = ns,
				.bytes = t->frame,
				.len = len,
				.caplen = cap,
				.note = mbuf_meta((struct rte_mbuf *)m)->drop});
}

void
tap_input(struct host *h, struct rte_mbuf *m, bool out)
{
	struct timespec ts;
	uint64_t ns;

	clock_gettime(CLOCK_REALTIME, &ts);
	ns = (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
	for (unsigned int i = 0; i < TAPS_MAX; i++)
		if (h->taps[i] != NULL &&
			h->taps[i]->ifd.v == mbuf_meta(m)->ifd.v)
			deliver(h->taps[i], m, out, ns);
}
