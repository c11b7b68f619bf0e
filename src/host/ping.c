/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ping from the box: echo requests that take the packet path as any packet of
 * the box does, so a ping shows what the routes and policies really do.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/host_impl.h"
#include "pkt/build.h"
#include "pkt/parse.h"

#define OUTSTANDING 64u /* requests whose answers are still counted */
#define DATA_MAX    65000u

struct ping {
	struct host *host;
	struct ping_request rq;
	void (*cb)(void *ctx, const struct ping_event *e);
	void *ctx;
	uint16_t id;
	uint32_t sent, received, failed;
	uint64_t next_ms, end_ms;      /* end_ms: last answer awaited */
	uint64_t sent_us[OUTSTANDING]; /* by sequence; 0: answered or none */
	uint32_t sent_seq[OUTSTANDING];
	uint32_t timeout_seq;       /* rapid: next to be declared lost */
	double min, max, sum, sum2; /* microseconds */
};

static uint64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

bool
host_pick_source(struct host *h, struct vr_id vr, const struct ip_addr *dst,
	const struct ip_addr *source, struct ip_addr *ret)
{
	const struct route_view *routes = h->c.routes();
	const struct nexthop *nh =
		route_view_nexthop(routes, route_view_lookup(routes, vr, dst));
	const struct ip_addr *toward = dst;
	const struct ifl_spec *ifl;

	if (source->family != IP_NONE) {
		*ret = *source;
		return source->family == dst->family;
	}
	if (nh->type == NH_ECMP)
		nh = route_view_nexthop(routes, nh->members[0]);
	if (nh->type == NH_LOCAL) {
		*ret = *dst;
		return true;
	}
	ifl = image_ifl(host_image(h), nh->ifl);
	if (ifl == NULL || (nh->type != NH_UCAST && nh->type != NH_RESOLVE))
		return false;
	if (nh->type == NH_UCAST)
		toward = &nh->gateway;
	for (size_t i = 0; i < ifl->naddrs; i++) {
		if (!ip_prefix_covers(&ifl->addrs[i].prefix, toward))
			continue;
		*ret = ifl->addrs[i].prefix.addr;
		return true;
	}
	toward = host_source(ifl, dst->family, false);
	if (toward != NULL)
		*ret = *toward;
	return toward != NULL;
}

/*
 * What a socket would say at once [OP-60]: there is no way, or the packet is
 * larger than the way out takes and must not be cut. NULL: nothing.
 */
static const char *
cannot_send(struct host *h, const struct ping_request *rq)
{
	const struct route_view *routes = h->c.routes();
	const struct nexthop *nh = route_view_nexthop(
		routes, route_view_lookup(routes, rq->vr, &rq->target));
	bool v4 = rq->target.family == IP_V4;
	uint32_t len = rq->size + (v4 ? 28u : 48u);
	const struct ifl_spec *ifl;

	if (nh->type == NH_ECMP)
		nh = route_view_nexthop(routes, nh->members[0]);
	if (ip_addr_is_link_local(&rq->target) || nh->type == NH_LOCAL ||
		nh->type == NH_RECEIVE)
		return NULL;
	if (nh->type == NH_BCAST)
		return "Permission denied";
	if (nh->type != NH_UCAST && nh->type != NH_RESOLVE)
		return "No route to host";
	ifl = image_ifl(host_image(h), nh->ifl);
	if (ifl == NULL)
		return "No route to host";
	return rq->df && len > (v4 ? ifl->mtu4 : ifl->mtu6) ? "Message too long"
							    : NULL;
}

struct ping *
host_ping_start(struct host *h, const struct ping_request *rq,
	void (*cb)(void *ctx, const struct ping_event *e), void *ctx)
{
	struct ping *p;
	unsigned int slot = 0;

	while (slot < PINGS_MAX && h->pings[slot] != NULL)
		slot++;
	if (slot == PINGS_MAX)
		return NULL;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->host = h;
	p->rq = *rq;
	if (p->rq.size > DATA_MAX)
		p->rq.size = DATA_MAX;
	p->cb = cb;
	p->ctx = ctx;
	p->id = ++h->next_ping_id;
	p->next_ms = h->now_ms;
	p->end_ms = UINT64_MAX;
	h->pings[slot] = p;
	return p;
}

static void
release(struct ping *p)
{
	for (unsigned int i = 0; i < PINGS_MAX; i++)
		if (p->host->pings[i] == p)
			p->host->pings[i] = NULL;
	free(p);
}

void
host_ping_cancel(struct ping *p)
{
	if (p != NULL)
		release(p);
}

static void
finish(struct ping *p)
{
	struct ping_event e = {.kind = PING_DONE,
		.sent = p->sent,
		.received = p->received,
		.min_us = p->min,
		.max_us = p->max};
	double n = p->received;

	if (p->received > 0) {
		e.avg_us = p->sum / n;
		e.stddev_us = sqrt(fmax(0, p->sum2 / n - e.avg_us * e.avg_us));
	}
	p->cb(p->ctx, &e);
	release(p);
}

/* Data as BSD ping has it: counting bytes. */
static bool
send_one(struct ping *p)
{
	struct host *h = p->host;
	struct echo_request e = {.dst = p->rq.target,
		.id = p->id,
		.seq = (uint16_t)p->sent,
		.ttl = p->rq.ttl,
		.df = p->rq.df,
		.data_len = p->rq.size};
	struct rte_mbuf *m;
	uint8_t *data;
	int rc = -1;

	if (!host_pick_source(
		    h, p->rq.vr, &p->rq.target, &p->rq.source, &e.src))
		return false;
	m = host_mbuf(h);
	data = malloc(p->rq.size + 1u);
	if (m != NULL && data != NULL) {
		for (unsigned int i = 0; i < p->rq.size; i++)
			data[i] = (uint8_t)i;
		e.data = data;
		rc = build_echo_request(m, &e);
	}
	free(data);
	if (rc != 0) {
		rte_pktmbuf_free(m);
		return false;
	}
	p->sent_us[p->sent % OUTSTANDING] = now_us();
	p->sent_seq[p->sent % OUTSTANDING] = p->sent;
	host_send_ip(h, m, p->rq.vr, IFL_NONE);
	return true;
}

static void
send_next(struct ping *p)
{
	struct ping_event e = {.kind = PING_SEND_FAILED,
		.sequence = p->sent,
		.text = cannot_send(p->host, &p->rq)};

	if (e.text == NULL && !send_one(p))
		e.text = "No route to host";
	if (e.text != NULL) {
		p->failed++;
		p->cb(p->ctx, &e);
	}
	p->sent++;
	p->next_ms = p->host->now_ms + p->rq.interval_ms;
	if (p->rq.count != 0 && p->sent == p->rq.count) {
		/* nothing went out: there is nothing to wait for */
		p->end_ms = p->host->now_ms +
			    (p->failed == p->sent ? 0 : p->rq.wait_ms);
		p->next_ms = UINT64_MAX;
	}
}

/* rapid sends as soon as the last one was answered or lost. */
static void
rapid_lost(struct ping *p)
{
	struct ping_event e = {.kind = PING_TIMEOUT,
		.sequence = p->sent > 0 ? p->sent - 1 : 0};

	if (p->sent > 0 && p->sent_us[(p->sent - 1) % OUTSTANDING] != 0) {
		p->sent_us[(p->sent - 1) % OUTSTANDING] = 0;
		p->cb(p->ctx, &e);
	}
}

void
ping_tick(struct host *h)
{
	for (unsigned int i = 0; i < PINGS_MAX; i++) {
		struct ping *p = h->pings[i];

		if (p == NULL)
			continue;
		if (h->now_ms >= p->end_ms) {
			if (p->rq.rapid)
				rapid_lost(p);
			finish(p);
			continue;
		}
		if (h->now_ms < p->next_ms)
			continue;
		if (p->rq.rapid)
			rapid_lost(p);
		send_next(p);
	}
}

uint64_t
ping_deadline(const struct host *h)
{
	uint64_t next = UINT64_MAX;

	for (unsigned int i = 0; i < PINGS_MAX; i++) {
		const struct ping *p = h->pings[i];

		if (p == NULL)
			continue;
		if (p->next_ms < next)
			next = p->next_ms;
		if (p->end_ms < next)
			next = p->end_ms;
	}
	return next;
}

static struct ping *
ping_of(struct host *h, uint16_t id)
{
	for (unsigned int i = 0; i < PINGS_MAX; i++)
		if (h->pings[i] != NULL && h->pings[i]->id == id)
			return h->pings[i];
	return NULL;
}

static void
answered(struct ping *p, const struct pkt *pkt, uint16_t seq)
{
	uint64_t *sent = &p->sent_us[seq % OUTSTANDING];
	struct ping_event e = {.kind = PING_REPLY,
		.from = flow_key_src(&pkt->key),
		.ttl = pkt->ttl,
		.bytes = pkt->l4_len};
	double us;

	if (*sent == 0 || (uint16_t)p->sent_seq[seq % OUTSTANDING] != seq)
		return; /* a duplicate, or much too late */
	e.sequence = p->sent_seq[seq % OUTSTANDING];
	e.rtt_us = now_us() - *sent;
	*sent = 0;
	us = (double)e.rtt_us;
	p->min = p->received == 0 || us < p->min ? us : p->min;
	p->max = us > p->max ? us : p->max;
	p->sum += us;
	p->sum2 += us * us;
	p->received++;
	p->cb(p->ctx, &e);
	if (p->received == p->rq.count)
		finish(p);
	else if (p->rq.rapid && p->next_ms != UINT64_MAX)
		p->next_ms = p->host->now_ms;
}

void
ping_input(struct host *h, const struct pkt *pkt)
{
	struct ping_event e = {.kind = PING_UNREACHABLE};
	struct flow_key quoted;
	const uint8_t *quote;
	unsigned int slot;
	struct ping *p;
	size_t len;

	if (pkt->icmp_class == ICMP_CLASS_REPLY) {
		/* a reply's key has them swapped [FL-5] */
		p = ping_of(h, rte_be_to_cpu_16(pkt->key.dport_be));
		if (p != NULL)
			answered(p, pkt, rte_be_to_cpu_16(pkt->key.sport_be));
		return;
	}
	quote = parse_quoted(pkt, &len);
	if (quote == NULL || !parse_embedded(quote, len, &quoted, NULL))
		return;
	p = ping_of(h, rte_be_to_cpu_16(quoted.sport_be));
	if (p == NULL)
		return;
	e.from = flow_key_src(&pkt->key);
	e.sequence = rte_be_to_cpu_16(quoted.dport_be);
	e.icmp_type = pkt->icmp_type;
	e.icmp_code = pkt->icmp_code;
	slot = e.sequence % OUTSTANDING;
	if (p->sent_us[slot] != 0 &&
		(uint16_t)p->sent_seq[slot] == (uint16_t)e.sequence) {
		e.rtt_us = now_us() - p->sent_us[slot];
		p->sent_us[slot] = 0; /* an answer, too */
		if (p->rq.rapid && p->next_ms != UINT64_MAX)
			p->next_ms = h->now_ms;
	}
	p->cb(p->ctx, &e); /* it may cancel p */
}
