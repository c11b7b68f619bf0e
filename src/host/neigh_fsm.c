/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a neighbour, the same for ARP and ND (RFC 4861 7.3):
 *   INCOMPLETE  asked, at most TRIES times, a second apart; packets wait
 *   REACHABLE   confirmed within the last REACHABLE_*_MS
 *   STALE       known, not confirmed lately; still used
 *   PROBE       asked again, by unicast, because it was used while stale
 *   FAILED      did not answer; the next packet asks again
 * An entry that nobody has used for IDLE_MS is forgotten.
 */
#include <stdlib.h>
#include <string.h>

#include "host/host_impl.h"
#include "pkt/build.h"
#include "pkt/parse.h"

#define TRIES            3u
#define RETRY_MS         1000u
#define REACHABLE_ARP_MS (20u * 60 * 1000) /* Junos: ARP aging 20 minutes */
#define REACHABLE_ND_MS  30000u
#define FAILED_MS        60000u
#define IDLE_S           (30u * 60)

static void
ask(struct host *h, struct adj_id id, bool unicast)
{
	const struct adj *a = neigh_adj(h->c.neigh, id);
	const struct ifl_spec *ifl = image_ifl(host_image(h), a->ifl);
	uint8_t mac[6];

	if (ifl == NULL)
		return;
	adj_mac(atomic_load(&a->mac_state), mac);
	if (a->addr.family == IP_V4)
		arp_request(h, ifl, &a->addr, unicast ? mac : NULL);
	else
		nd_solicit(h, ifl, &a->addr, unicast ? mac : NULL);
	h->aux[id.v].tries++;
	h->aux[id.v].deadline_ms = h->now_ms + RETRY_MS;
}

static void
start(struct host *h, struct adj_id id)
{
	neigh_set(h->c.neigh, id, NEIGH_INCOMPLETE, NULL);
	h->aux[id.v].tries = 0;
	ask(h, id, false);
}

static struct adj_id
entry(struct host *h, const struct ifl_spec *ifl, const struct ip_addr *addr)
{
	struct adj_id id = neigh_find(h->c.neigh, ifl->id, addr);
	const uint8_t *mac = h->c.mac(ifl->ifd);

	if (id.v != 0 || mac == NULL)
		return id;
	id = neigh_get(h->c.neigh, ifl->id, addr, ifl->ifd, ifl->vlan, mac);
	if (id.v != 0) {
		memset(&h->aux[id.v], 0, sizeof(h->aux[id.v]));
		atomic_store(&neigh_adj(h->c.neigh, id)->used_s,
			(uint32_t)(h->now_ms / 1000));
	}
	return id;
}

struct adj_id
host_adjacency(void *host, struct ifl_id ifl_id, const struct ip_addr *gw)
{
	struct host *h = host;
	const struct ifl_spec *ifl = image_ifl(host_image(h), ifl_id);

	struct adj_id id = ifl != NULL ? entry(h, ifl, gw) : ADJ_NONE;

	if (id.v != 0)
		h->aux[id.v].gateway = true;
	return id;
}

void
neigh_wait(struct host *h, struct rte_mbuf *m)
{
	const struct mbuf_meta *meta = mbuf_meta(m);
	const struct ifl_spec *ifl = image_ifl(host_image(h), meta->out_ifl);
	struct neigh_aux *aux;
	struct adj_id id;
	enum neigh_state state;

	id = ifl != NULL ? entry(h, ifl, &meta->out_gw) : ADJ_NONE;
	if (id.v == 0) {
		host_drop(h, m, REASON_NEIGHBOR_LIMIT);
		return;
	}
	aux = &h->aux[id.v];
	state = adj_state(atomic_load(&neigh_adj(h->c.neigh, id)->mac_state));
	if (state >= NEIGH_REACHABLE && state <= NEIGH_PROBE) {
		workers_inject(h->c.workers, m); /* answered meanwhile */
		return;
	}
	if (aux->nqueue == NEIGH_QUEUE) {
		host_drop(h, m, REASON_ARP_QUEUE_FULL);
		return;
	}
	aux->queue[aux->nqueue++] = m;
	if (state != NEIGH_INCOMPLETE || aux->deadline_ms == 0)
		start(h, id);
}

static bool
usable(enum neigh_state state)
{
	return state >= NEIGH_REACHABLE && state <= NEIGH_PROBE;
}

static bool
same_mac(const struct host *h, struct adj_id id, const uint8_t mac[6])
{
	uint8_t known[6];

	adj_mac(atomic_load(&neigh_adj(h->c.neigh, id)->mac_state), known);
	return memcmp(known, mac, 6) == 0;
}

bool
neigh_doubted(struct host *h, const struct ifl_spec *ifl,
	const struct ip_addr *addr, const uint8_t mac[6])
{
	struct adj_id id = neigh_find(h->c.neigh, ifl->id, addr);
	enum neigh_state state;

	if (id.v == 0)
		return false;
	state = adj_state(atomic_load(&neigh_adj(h->c.neigh, id)->mac_state));
	if (!usable(state) || same_mac(h, id, mac))
		return false;
	if (state == NEIGH_REACHABLE) {
		neigh_set(h->c.neigh, id, NEIGH_STALE, NULL);
		h->aux[id.v].deadline_ms = 0;
	}
	return true;
}

/* One station's address: neither a group nor nobody. */
static bool
station(const uint8_t mac[6])
{
	static const uint8_t nobody[6];

	return (mac[0] & 1) == 0 && memcmp(mac, nobody, 6) != 0;
}

void
neigh_heard(struct host *h, const struct ifl_spec *ifl,
	const struct ip_addr *addr, const uint8_t mac[6], bool create,
	bool confirmed)
{
	struct adj_id id = {0};
	struct neigh_aux *aux;
	enum neigh_state old;

	if (station(mac))
		id = create ? entry(h, ifl, addr)
			    : neigh_find(h->c.neigh, ifl->id, addr);
	if (id.v == 0)
		return;
	aux = &h->aux[id.v];
	old = adj_state(atomic_load(&neigh_adj(h->c.neigh, id)->mac_state));
	/* Hearing a question proves only one direction (RFC 4861 7.2.3), and
	 * to hear again what is known anyway proves nothing. */
	if (!confirmed && addr->family == IP_V6) {
		if (usable(old) && same_mac(h, id, mac))
			return;
		neigh_set(h->c.neigh, id, NEIGH_STALE, mac);
		aux->deadline_ms = 0;
	} else {
		neigh_set(h->c.neigh, id, NEIGH_REACHABLE, mac);
		aux->deadline_ms =
			h->now_ms + (addr->family == IP_V4 ? REACHABLE_ARP_MS
							   : REACHABLE_ND_MS);
	}
	aux->tries = 0;
	for (unsigned int i = 0; i < aux->nqueue; i++)
		workers_inject(h->c.workers, aux->queue[i]);
	aux->nqueue = 0;
}

void
neigh_set_router(struct host *h, const struct ifl_spec *ifl,
	const struct ip_addr *addr, bool router)
{
	struct adj_id id = neigh_find(h->c.neigh, ifl->id, addr);

	if (id.v != 0)
		h->aux[id.v].router = router;
}

/* The sender of a packet that could not be delivered is told (RFC 1812
 * 5.2.7.1): code 1. */
static void
unreachable(struct host *h, struct rte_mbuf *m)
{
	struct pkt p = {.m = m};
	struct mbuf_meta meta = *mbuf_meta(m);
	const struct ifl_spec *in = image_ifl(host_image(h), meta.ifl);
	const struct ip_addr *src;
	struct rte_mbuf *out;

	if ((meta.flags & META_FROM_HOST) == 0 && in != NULL &&
		parse_packet(&p) == VERDICT_NEXT) {
		p.answer = ANSWER_HOST_UNREACHABLE;
		src = host_source(in, p.key.family, false);
		out = src != NULL ? host_mbuf(h) : NULL;
		if (out != NULL && build_answer(out, &p, src) == 0) {
			mbuf_meta(out)->flags =
				META_FROM_HOST | META_NO_SESSION;
			mbuf_meta(out)->vr = in->vr;
			mbuf_meta(out)->out_ifl = in->id;
			workers_inject(h->c.workers, out);
		} else {
			rte_pktmbuf_free(out);
		}
	}
	host_drop(h, m, REASON_ARP_FAILED);
}

static void
fail(struct host *h, struct adj_id id)
{
	struct neigh_aux *aux = &h->aux[id.v];

	neigh_set(h->c.neigh, id, NEIGH_FAILED, NULL);
	aux->deadline_ms = h->now_ms + FAILED_MS;
	for (unsigned int i = 0; i < aux->nqueue; i++)
		unreachable(h, aux->queue[i]);
	aux->nqueue = 0;
}

void
neigh_forget(struct host *h, struct adj_id id, enum reason reason)
{
	struct neigh_aux *aux = &h->aux[id.v];

	for (unsigned int i = 0; i < aux->nqueue; i++)
		host_drop(h, aux->queue[i], reason);
	memset(aux, 0, sizeof(*aux));
	neigh_remove(h->c.neigh, id);
	h->removed = true;
}

static uint32_t
idle_s(const struct host *h, const struct adj *a)
{
	uint32_t used = atomic_load_explicit(&a->used_s, memory_order_relaxed);

	return (uint32_t)(h->now_ms / 1000) - used;
}

static void
scan_one(struct host *h, struct adj_id id)
{
	struct adj *a = neigh_adj(h->c.neigh, id);
	struct neigh_aux *aux = &h->aux[id.v];
	bool due = aux->deadline_ms != 0 && h->now_ms >= aux->deadline_ms;

	switch (adj_state(atomic_load(&a->mac_state))) {
	case NEIGH_INCOMPLETE:
		if (due && aux->tries >= TRIES)
			fail(h, id);
		else if (due)
			ask(h, id, false);
		break;
	case NEIGH_REACHABLE:
		if (!due)
			break;
		neigh_set(h->c.neigh, id, NEIGH_STALE, NULL);
		aux->deadline_ms = 0;
		aux->tries = 0;
		break;
	case NEIGH_STALE:
		if (idle_s(h, a) <= 2) {
			neigh_set(h->c.neigh, id, NEIGH_PROBE, NULL);
			ask(h, id, true);
		} else if (idle_s(h, a) > IDLE_S && aux->deadline_ms == 0) {
			neigh_forget(h, id, REASON_ARP_FAILED);
		}
		break;
	case NEIGH_DELAY:
	case NEIGH_PROBE:
		if (due && aux->tries >= TRIES)
			start(h, id);
		else if (due)
			ask(h, id, true);
		break;
	case NEIGH_FAILED:
		/* Forgetting costs a new world: not for a dead gateway, which
		 * the routes would ask for again at once. */
		if (due && !aux->gateway)
			neigh_forget(h, id, REASON_ARP_FAILED);
		break;
	case NEIGH_FREE:
		break;
	}
}

void
neigh_scan(struct host *h)
{
	for (uint32_t i = 1; i <= neigh_top(h->c.neigh); i++)
		scan_one(h, (struct adj_id){i});
}

/* Is everything that the adjacency remembers of its interface still so? */
static bool
still_true(const struct host *h, const struct adj *a)
{
	const struct ifl_spec *ifl = image_ifl(host_image(h), a->ifl);
	const uint8_t *mac = ifl != NULL ? h->c.mac(ifl->ifd) : NULL;

	return ifl != NULL && !ifl->disabled && mac != NULL &&
	       ifl->ifd.v == a->ifd.v && ifl->vlan == a->vlan &&
	       memcmp(mac, a->src_mac, 6) == 0;
}

void
host_image_changed(struct host *h)
{
	for (uint32_t i = 1; i <= neigh_top(h->c.neigh); i++) {
		const struct adj *a = neigh_adj(h->c.neigh, (struct adj_id){i});

		if (adj_state(atomic_load(&a->mac_state)) != NEIGH_FREE &&
			!still_true(h, a))
			neigh_forget(h, (struct adj_id){i}, REASON_TX_DOWN);
	}
	dns_image_changed(h);
}

bool
host_wants_publish(struct host *h)
{
	return h->removed;
}

void
host_reuse(struct host *h)
{
	h->removed = false;
	neigh_reuse(h->c.neigh);
}

unsigned int
host_neigh_clear(struct host *h, enum ip_family family, struct ifl_id ifl,
	const struct ip_addr *addr)
{
	unsigned int n = 0;

	for (uint32_t i = 1; i <= neigh_top(h->c.neigh); i++) {
		const struct adj *a = neigh_adj(h->c.neigh, (struct adj_id){i});

		if (adj_state(atomic_load(&a->mac_state)) == NEIGH_FREE ||
			(family != IP_NONE && a->addr.family != family) ||
			(ifl.v != 0 && a->ifl.v != ifl.v) ||
			(addr != NULL && !ip_addr_equal(addr, &a->addr)))
			continue;
		neigh_forget(h, (struct adj_id){i}, REASON_ARP_FAILED);
		n++;
	}
	return n;
}

static int
by_address(const void *va, const void *vb)
{
	const struct neigh_info *a = va, *b = vb;
	int c = ip_addr_cmp(&a->addr, &b->addr);

	return c != 0 ? c : (int)a->ifl.v - (int)b->ifl.v;
}

static void
info_of(const struct host *h, uint32_t i, struct neigh_info *n)
{
	const struct adj *a = neigh_adj(h->c.neigh, (struct adj_id){i});
	uint64_t mac_state = atomic_load(&a->mac_state);

	n->addr = a->addr;
	n->ifl = a->ifl;
	n->state = adj_state(mac_state);
	n->router = h->aux[i].router;
	adj_mac(mac_state, n->mac);
	n->expires_s =
		h->aux[i].deadline_ms > h->now_ms
			? (uint32_t)((h->aux[i].deadline_ms - h->now_ms) / 1000)
			: 0;
}

void
host_neigh_list(struct host *h, enum ip_family family,
	void (*cb)(void *ctx, const struct neigh_info *n), void *ctx)
{
	uint32_t top = neigh_top(h->c.neigh), n = 0;
	struct neigh_info *list = calloc(top + 1, sizeof(*list));

	if (list == NULL)
		return;
	for (uint32_t i = 1; i <= top; i++) {
		info_of(h, i, &list[n]);
		if (list[n].state != NEIGH_FREE &&
			(family == IP_NONE || list[n].addr.family == family))
			n++;
	}
	qsort(list, n, sizeof(*list), by_address);
	for (uint32_t i = 0; i < n; i++)
		cb(ctx, &list[i]);
	free(list);
}
