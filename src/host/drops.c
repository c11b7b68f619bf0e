/* SPDX-License-Identifier: Apache-2.0 */
/* monitor security drops: who watches, and the copies that come in for them. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/host_impl.h"

#define BYTES_MAX 2048u /* of each packet: for a line of text */

struct drop_watch {
	struct host *host;
	void (*cb)(void *ctx, const struct dropped_packet *d);
	void *ctx;
	uint64_t lost_before;
};

struct drop_watch *
host_drops_watch(struct host *h,
	void (*cb)(void *ctx, const struct dropped_packet *d), void *ctx)
{
	for (unsigned int i = 0; i < TAPS_MAX; i++) {
		struct drop_watch *w;

		if (h->watches[i] != NULL)
			continue;
		w = calloc(1, sizeof(*w));
		if (w == NULL)
			return NULL;
		*w = (struct drop_watch){
			h, cb, ctx, workers_tap_lost(h->c.workers)};
		h->watches[i] = w;
		workers_drop_tap(h->c.workers, true);
		return w;
	}
	return NULL;
}

void
host_drops_unwatch(struct drop_watch *w, uint64_t *lost)
{
	struct host *h = w->host;
	bool others = false;

	*lost = workers_tap_lost(h->c.workers) - w->lost_before;
	for (unsigned int i = 0; i < TAPS_MAX; i++) {
		if (h->watches[i] == w)
			h->watches[i] = NULL;
		others |= h->watches[i] != NULL;
	}
	if (!others)
		workers_drop_tap(h->c.workers, false);
	free(w);
}

void
drops_stop_all(struct host *h)
{
	for (unsigned int i = 0; i < TAPS_MAX; i++)
		free(h->watches[i]);
}

void
drops_input(struct host *h, const struct rte_mbuf *m)
{
	const struct mbuf_meta *meta = mbuf_meta((struct rte_mbuf *)m);
	uint8_t copy[BYTES_MAX];
	uint32_t len = RTE_MIN(rte_pktmbuf_pkt_len(m), BYTES_MAX);
	struct dropped_packet d = {.ifl = meta->ifl,
		.vr = meta->vr,
		.from_host = (meta->flags & META_FROM_HOST) != 0,
		.note = meta->drop,
		.len = len};
	struct timespec ts;

	d.bytes = rte_pktmbuf_read(m, 0, len, copy);
	if (d.bytes == NULL)
		return;
	clock_gettime(CLOCK_REALTIME, &ts);
	d.unix_ns = (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
	for (unsigned int i = 0; i < TAPS_MAX; i++)
		if (h->watches[i] != NULL) /* cb may unwatch itself */
			h->watches[i]->cb(h->watches[i]->ctx, &d);
}
