/* SPDX-License-Identifier: Apache-2.0 */
#include "host_test.h"

#include <stdlib.h>
#include <string.h>

#include "flow/flow.h"
#include "io/worker_impl.h"

static struct desk *desk; /* host_config's questions have no context */

static const struct image *
image_now(void)
{
	return box_env(desk->b)->image;
}

static const struct route_view *
routes_now(void)
{
	return box_env(desk->b)->routes;
}

static const uint8_t *
mac_of(struct ifd_id ifd)
{
	return box_mac(desk->b, ifd);
}

struct desk *
desk_create(const char *config)
{
	struct desk *d = calloc(1, sizeof(*d));
	struct workers_config wc = {.n = 1, .max_sessions = 100};
	struct host_config hc = {
		.image = image_now, .routes = routes_now, .mac = mac_of};
	char err[128];

	assert_non_null(d);
	desk = d;
	d->b = box_create(config);
	wc.pool = hc.pool = box_pool();
	wc.neigh = hc.neigh = (struct neigh_table *)box_env(d->b)->neigh;
	d->w = workers_create(&wc, err, sizeof(err));
	assert_non_null(d->w);
	hc.workers = d->w;
	d->h = host_create(&hc);
	assert_non_null(d->h);
	d->now_ms = 1000000;
	host_tick(d->h, d->now_ms);
	return d;
}

void
desk_clear(struct desk *d)
{
	while (d->n > 0)
		rte_pktmbuf_free(d->out[--d->n]);
}

void
desk_free(struct desk *d)
{
	desk_clear(d);
	host_free(d->h);
	workers_free(d->w);
	box_free(d->b);
	free(d);
}

static void
put_out(struct desk *d, struct rte_mbuf *m)
{
	assert_true(d->n < OUT_MAX);
	d->out[d->n++] = m;
}

static void
punt(struct desk *d, struct rte_mbuf *m, enum punt_kind kind)
{
	mbuf_meta(m)->reason = (uint8_t)kind;
	assert_int_equal(0, rte_ring_mp_enqueue(d->w->punt, m));
}

/* What a worker does with one packet (io/worker_loop.c). */
static void
one(struct desk *d, struct rte_mbuf *m)
{
	struct pkt p = {.m = m};
	enum verdict v;

	if (mbuf_meta(m)->flags & META_RAW) {
		put_out(d, m);
		return;
	}
	flow_burst(box_env(d->b), &p, 1, &v);
	switch (v) {
	case VERDICT_NEXT:
		put_out(d, m);
		break;
	case VERDICT_LOCAL:
		mbuf_meta(m)->vr = p.vr;
		punt(d, m, PUNT_LOCAL);
		break;
	case VERDICT_RESOLVE:
		mbuf_meta(m)->out_ifl = p.out_ifl;
		mbuf_meta(m)->out_gw = p.gw;
		punt(d, m, PUNT_RESOLVE);
		break;
	case VERDICT_HELD:
		break;
	default:
		d->reason = p.reason;
		rte_pktmbuf_free(m);
		break;
	}
}

void
desk_work(struct desk *d)
{
	struct rte_mbuf *m;

	do {
		while (rte_ring_sc_dequeue(d->w->w[0].inject, (void **)&m) == 0)
			one(d, m);
		host_packets(d->h, d->now_ms);
	} while (!rte_ring_empty(d->w->w[0].inject) ||
		 !rte_ring_empty(d->w->punt));
}

void
desk_frame(struct desk *d, const char *ifl, const void *bytes, size_t n)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(box_pool());
	const struct ifl_spec *l = image_ifl_by_name(image_now(), ifl);

	assert_non_null(m);
	memset(mbuf_meta(m), 0, sizeof(struct mbuf_meta));
	mbuf_meta(m)->ifd = l->ifd;
	if (l->vlan != 0) {
		m->ol_flags |= RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
		m->vlan_tci = l->vlan;
	}
	memcpy(rte_pktmbuf_append(m, (uint16_t)n), bytes, n);
	one(d, m);
	desk_work(d);
}

void
desk_send(struct desk *d, struct in in)
{
	one(d, box_packet(d->b, &in));
	desk_work(d);
}

void
desk_sleep(struct desk *d, uint64_t ms)
{
	while (ms > 0) {
		uint64_t step = ms > 500 ? 500 : ms;

		ms -= step;
		d->now_ms += step;
		box_sleep(d->b, (uint32_t)step);
		host_tick(d->h, d->now_ms);
		desk_work(d);
	}
}

const uint8_t *
desk_out(struct desk *d, unsigned int i)
{
	if (i >= d->n)
		fail_msg("frame %u of %u", i, d->n);
	return rte_pktmbuf_mtod(d->out[i], const uint8_t *);
}

size_t
desk_out_len(struct desk *d, unsigned int i)
{
	return rte_pktmbuf_pkt_len(d->out[i]);
}

enum neigh_state
desk_neigh(struct desk *d, const char *ifl, const char *addr)
{
	struct ip_addr a;
	struct adj_id id;

	assert_true(ip_addr_parse(addr, &a));
	id = neigh_find(box_env(d->b)->neigh, box_ifl(d->b, ifl), &a);
	if (id.v == 0)
		return NEIGH_FREE;
	return adj_state(neigh_adj(box_env(d->b)->neigh, id)->mac_state);
}
