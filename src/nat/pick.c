/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does: pools translate ports unless they say `port no-translation`
 * or shift addresses from a `host-address-base`. Addresses are taken in turn;
 * with `address-persistent` or `address-pooling paired` a host keeps to one.
 * Ports come at random (RFC 6056), or in sequence with `port-randomization
 * disable`.
 *
 * What we do: which address a host keeps to follows from a hash of the host
 * [NA-42], so that nobody has to remember it. A port is the first free one from
 * a random place on; an address without a free port says so in one bit, so that
 * a full pool costs no more than an empty one [NA-41].
 */
#include "nat/pick.h"

#include <rte_hash_crc.h>
#include <rte_prefetch.h>

#include "nat/host.h"

#define ADDRS_TRIED 8u
#define PRIVILEGED  1023u

bool
nat_pool_per_host(const struct nat_pool *p)
{
	return p->spec.no_translation ||
	       (p->nblocks > 0 && !p->spec.deterministic);
}

static uint32_t
host_hash(const struct nat_ask *a)
{
	struct ip_addr host = a->host;
	unsigned int len = a->pool->spec.subscriber6;

	if (host.family == IP_V6 && len > 0 && len < 128) {
		struct ip_prefix net = {.addr = host, .len = (uint8_t)len};

		host = ip_prefix_network(&net).addr;
	}
	return rte_hash_crc_8byte(
		host.q[0], rte_hash_crc_8byte(host.q[1], a->vr.v));
}

static bool
paired(const struct nat_ask *a)
{
	enum nat_pooling pooling = a->pool->spec.pooling;

	return pooling == POOLING_PAIRED ||
	       (a->same_address && pooling != POOLING_NO_PAIRED);
}

/* Ports lo..hi, from where on. */
static void
begin_ports(struct nat_worker *w, struct nat_pick *k)
{
	const struct nat_ask *a = k->ask;
	const struct nat_pool_spec *s = &a->pool->spec;
	uint32_t width = k->hi - k->lo + 1;

	k->pattern = !s->preserve_parity  ? NAT_ANY_PLACE
		     : (a->port & 1) != 0 ? NAT_ODD
					  : NAT_EVEN;
	k->at = w->next_port[a->pool->slot];
	if (k->at < k->lo || k->at > k->hi)
		k->at = a->sequential ? k->lo : k->lo + nat_random(w) % width;
}

/* Where the next flow will begin is known now, so that its word of the bits is
 * at hand by then. */
static void
choose_next(struct nat_worker *w, const struct nat_pick *k)
{
	const struct nat_pool *p = k->ask->pool;
	const struct nat_pool_spec *s = &p->spec;
	uint32_t width = (uint32_t)s->port_hi - s->port_lo + 1;
	uint32_t addr, port;

	if (k->ask->sequential) {
		w->next_port[p->slot] = k->hold.port + 1u;
		return;
	}
	port = s->port_lo + (uint32_t)((uint64_t)nat_random(w) * width >> 32);
	w->next_port[p->slot] = port;
	addr = p->iface ? k->ask->iface : w->next_addr[p->slot];
	if (addr >= p->naddrs)
		addr = 0;
	rte_prefetch0_write((const void *)&p->ports[addr].leaf[port / 64]);
}

static void
pool_ports(struct nat_worker *w, struct nat_pick *k, bool privileged)
{
	const struct nat_pool_spec *s = &k->ask->pool->spec;

	k->lo = s->port_lo;
	k->hi = s->port_hi;
	if (privileged && s->preserve_range && k->ask->port <= PRIVILEGED) {
		k->lo = 1;
		k->hi = PRIVILEGED;
	}
	begin_ports(w, k);
}

/* The next address that is not known to be exhausted. */
static bool
next_addr(struct nat_worker *w, struct nat_pick *k)
{
	const struct nat_pool *p = k->ask->pool;
	uint32_t start;
	int n;

	if (k->addrs_left == 0)
		return false;
	k->addrs_left--;
	start = w->next_addr[p->slot];
	n = nat_bits_find(p->busy, 0, p->naddrs - 1,
		start < p->naddrs ? start : 0, NAT_ANY_PLACE);
	if (n < 0)
		return false;
	w->next_addr[p->slot] = (uint32_t)n + 1;
	k->hold.addr = (uint32_t)n;
	pool_ports(w, k, true);
	return true;
}

static bool
begin_pat(struct nat_worker *w, struct nat_pick *k)
{
	const struct nat_ask *a = k->ask;

	if (a->pool->iface) {
		k->hold.addr = a->iface;
	} else if (a->pool->naddrs == 0) {
		return false;
	} else if (paired(a)) {
		k->hold.addr = host_hash(a) % a->pool->naddrs;
	} else {
		k->addrs_left = ADDRS_TRIED;
		return next_addr(w, k);
	}
	pool_ports(w, k, true);
	return true;
}

static void
begin_block(
	struct nat_worker *w, struct nat_pick *k, uint32_t addr, uint32_t no)
{
	k->hold.addr = addr;
	nat_block_ports(k->ask->pool, no, &k->lo, &k->hi);
	begin_ports(w, k);
}

static bool
begin_deterministic(struct nat_worker *w, struct nat_pick *k)
{
	uint32_t addr, no;

	if (!nat_deterministic(k->ask->pool, &k->ask->host, &addr, &no))
		return false;
	begin_block(w, k, addr, no);
	return true;
}

/* Go on in this block of the host, or, 0, in a new one. */
static bool
use_block(struct nat_worker *w, struct nat_pick *k, uint32_t block)
{
	const struct nat_block *b;

	if (block == 0)
		block = nat_block_new(
			w, k->ask->pool, k->hold.host, k->ask->now_s);
	k->block = block;
	if (block == 0)
		return false;
	b = nat_block_at(w, block);
	begin_block(w, k, b->key.addr, b->key.no);
	return true;
}

static bool
begin_blocks(struct nat_worker *w, struct nat_pick *k)
{
	const struct nat_ask *a = k->ask;
	const struct nat_pool_spec *s = &a->pool->spec;
	const struct nat_host *h;
	uint32_t block;

	k->hold.host = nat_host_get(w, a->pool, &a->host, a->vr);
	if (k->hold.host == 0)
		return false;
	h = nat_host_at(w, k->hold.host);
	block = h->blocks;
	/* active-block-timeout: no longer the one that new ports come from */
	if (block != 0 && s->block_active > 0 &&
		a->now_s - nat_block_at(w, block)->since_s >= s->block_active &&
		h->nblocks < s->block_max)
		block = 0;
	if (use_block(w, k, block))
		return true;
	if (h->blocks != 0 && use_block(w, k, h->blocks))
		return true;
	nat_pick_give_up(w, k);
	return false;
}

/* This block is full: the next older one, then a new one. */
static bool
next_block(struct nat_worker *w, struct nat_pick *k)
{
	const struct nat_block *b;
	uint32_t block;

	if (k->block == 0)
		return false;
	b = nat_block_at(w, k->block);
	block = b->next;
	return use_block(w, k, block);
}

/* No port is left on this address: say so, unless one just came back. */
static void
address_full(struct nat_pool *p, uint32_t addr)
{
	if (p->iface || p->nblocks > 0)
		return;
	nat_bits_take(p->busy, addr);
	if (nat_bits_find(&p->ports[addr], p->spec.port_lo, p->spec.port_hi,
		    p->spec.port_lo, NAT_ANY_PLACE) >= 0)
		nat_bits_give(p->busy, addr);
}

/* Nothing (more) in lo..hi: elsewhere? */
static bool
elsewhere(struct nat_worker *w, struct nat_pick *k)
{
	struct nat_pool *p = k->ask->pool;

	if (k->pattern != NAT_ANY_PLACE) {
		k->pattern = NAT_ANY_PLACE;
		return true;
	}
	if (p->nblocks > 0)
		return !p->spec.deterministic && next_block(w, k);
	if (k->lo != p->spec.port_lo) { /* preserve-range */
		pool_ports(w, k, false);
		return true;
	}
	address_full(p, k->hold.addr);
	return next_addr(w, k);
}

static bool
propose_port(struct nat_worker *w, struct nat_pick *k)
{
	const struct nat_pool *p = k->ask->pool;

	while (k->left > 0) {
		int n = nat_bits_find(&p->ports[k->hold.addr], k->lo, k->hi,
			k->at, k->pattern);

		k->left--;
		if (n >= 0) {
			k->hold.port = (uint16_t)n;
			k->at = (uint32_t)n < k->hi ? (uint32_t)n + 1 : k->lo;
			return true;
		}
		if (!elsewhere(w, k))
			return false;
	}
	return false;
}

/* No port to translate: address by address. */
static bool
propose_address(struct nat_worker *w, struct nat_pick *k)
{
	const struct nat_pool *p = k->ask->pool;

	if (k->left == 0)
		return false;
	k->left--;
	k->hold.what = HOLD_USE;
	k->hold.port = k->ask->port;
	if (p->iface || p->naddrs == 0 || paired(k->ask)) {
		k->left = 0;
		return p->iface || p->naddrs > 0;
	}
	k->hold.addr = w->next_addr[p->slot]++ % p->naddrs;
	return true;
}

static bool
shifted(struct nat_pick *k)
{
	const struct nat_pool *p = k->ask->pool;
	uint64_t n = nat_addr_sub(&k->ask->host, &p->spec.base);

	if (n >= p->naddrs)
		return false;
	k->left = 0;
	k->hold.what = HOLD_USE;
	k->hold.addr = (uint32_t)n;
	k->hold.port = k->ask->port;
	return true;
}

static bool
own_address(struct nat_worker *w, struct nat_pick *k)
{
	const struct nat_ask *a = k->ask;

	k->hold.host = nat_host_get(w, a->pool, &a->host, a->vr);
	if (k->hold.host == 0)
		return false;
	k->left = 0;
	k->hold.what = HOLD_ADDRESS;
	k->hold.addr = nat_host_at(w, k->hold.host)->addr;
	k->hold.port = a->port;
	return true;
}

bool
nat_pick_first(
	struct nat_worker *w, const struct nat_ask *a, struct nat_pick *k)
{
	const struct nat_pool *p = a->pool;
	bool begun;

	*k = (struct nat_pick){.ask = a,
		.left = a->tries,
		.hold = {.slot = p->slot,
			.what = a->whole ? HOLD_WHOLE_PORT : HOLD_PORT}};
	if (p->spec.has_base)
		return shifted(k);
	if (p->spec.no_translation)
		return own_address(w, k);
	if (!a->ports) {
		if (p->iface)
			k->hold.addr = a->iface;
		else if (p->naddrs > 0)
			k->hold.addr = host_hash(a) % p->naddrs;
		return propose_address(w, k);
	}
	begun = p->nblocks == 0         ? begin_pat(w, k)
		: p->spec.deterministic ? begin_deterministic(w, k)
					: begin_blocks(w, k);
	if (begun && propose_port(w, k))
		return true;
	if (begun)
		nat_pick_give_up(w, k);
	return false;
}

bool
nat_pick_next(struct nat_worker *w, struct nat_pick *k)
{
	bool more = false;

	if (k->left > 0)
		more = k->hold.what == HOLD_USE ? propose_address(w, k)
						: propose_port(w, k);
	if (!more)
		nat_pick_give_up(w, k);
	return more;
}

bool
nat_pick_take(struct nat_worker *w, struct nat_pick *k)
{
	struct nat_pool *p = k->ask->pool;
	struct nat_slot_stats *c = &w->slots[p->slot];

	switch (k->hold.what) {
	case HOLD_PORT:
	case HOLD_WHOLE_PORT:
		if (!(k->ask->whole ? nat_pool_take_whole : nat_pool_take)(
			    p, k->hold.addr, k->hold.port))
			return false;
		if (k->block != 0)
			nat_block_at(w, k->block)->used++;
		choose_next(w, k);
		nat_count(&c->held, 1);
		break;
	case HOLD_ADDRESS:
		nat_host_hold(w, k->hold.host);
		break;
	}
	nat_count(&c->sessions, 1);
	return true;
}

void
nat_pick_give_up(struct nat_worker *w, struct nat_pick *k)
{
	if (k->block != 0 && nat_block_at(w, k->block)->used == 0)
		nat_block_release(w, k->block, k->ask->now_s);
	else if (k->hold.host != 0)
		nat_host_trim(w, k->hold.host);
	k->block = k->hold.host = 0;
}

void
nat_hold_release(struct nat_worker *w, const struct nat_hold *h, uint32_t now_s)
{
	struct nat_pool *p = nat_slot(w->nat, h->slot);
	struct nat_slot_stats *c = &w->slots[h->slot];

	switch (h->what) {
	case HOLD_NOTHING:
		return;
	case HOLD_PORT:
	case HOLD_WHOLE_PORT:
		(h->what == HOLD_PORT ? nat_pool_give : nat_pool_give_whole)(
			p, h->addr, h->port);
		nat_count(&c->held, (uint64_t)-1);
		if (p->nblocks > 0 && !p->spec.deterministic)
			nat_block_release(
				w, nat_block_of(w, p, h->addr, h->port), now_s);
		break;
	case HOLD_ADDRESS:
		nat_host_release(w, h->host);
		break;
	}
	nat_count(&c->sessions, (uint64_t)-1);
}
