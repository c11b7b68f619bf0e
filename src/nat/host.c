/* SPDX-License-Identifier: Apache-2.0 */
#include "nat/host.h"

#include <string.h>

static void
host_key(struct nat_host_key *k, const struct nat_pool *p,
	const struct ip_addr *host, struct vr_id vr)
{
	unsigned int len = p->spec.subscriber6;

	memset(k, 0, sizeof(*k));
	k->addr.q[0] = host->q[0];
	k->addr.q[1] = host->q[1];
	k->addr.family = host->family;
	k->slot = p->slot;
	k->vr = vr.v;
	/* A subscriber's whole IPv6 prefix is one host. */
	if (host->family == IP_V6 && len > 0 && len < 128) {
		struct ip_prefix net = {.addr = k->addr, .len = (uint8_t)len};

		net = ip_prefix_network(&net);
		k->addr.q[0] = net.addr.q[0];
		k->addr.q[1] = net.addr.q[1];
	}
}

/* A free address of a pool without port translation. */
static bool
take_address(struct nat_worker *w, const struct nat_pool *p, uint32_t *ret)
{
	int n;

	for (unsigned int i = 0; i < 16; i++) {
		n = nat_bits_find(p->busy, 0, p->naddrs - 1,
			w->next_addr[p->slot] % p->naddrs, NAT_ANY_PLACE);
		if (n < 0)
			return false;
		w->next_addr[p->slot] = (uint32_t)n + 1;
		if (nat_bits_take(p->busy, (uint32_t)n)) {
			*ret = (uint32_t)n;
			return true;
		}
	}
	return false;
}

uint32_t
nat_host_get(struct nat_worker *w, const struct nat_pool *p,
	const struct ip_addr *host, struct vr_id vr)
{
	struct nat_host_key key;
	uint32_t i, addr = 0;

	host_key(&key, p, host, vr);
	i = nat_tab_find(&w->hosts, &key);
	if (i != 0)
		return i;
	if (p->naddrs == 0 || (!nat_pool_pat(p) && !take_address(w, p, &addr)))
		return 0;
	i = nat_tab_add(&w->hosts, &key);
	if (i == 0) {
		if (!nat_pool_pat(p))
			nat_bits_give(p->busy, addr);
		return 0;
	}
	if (!nat_pool_pat(p)) {
		nat_host_at(w, i)->addr = addr;
		nat_count(&w->slots[p->slot].held, 1);
	}
	return i;
}

void
nat_host_trim(struct nat_worker *w, uint32_t host)
{
	struct nat_host *h = nat_host_at(w, host);
	const struct nat_pool *p = nat_slot(w->nat, h->key.slot);

	if (h->sessions > 0 || h->nblocks > 0)
		return;
	if (!nat_pool_pat(p)) {
		nat_bits_give(p->busy, h->addr);
		nat_count(&w->slots[p->slot].held, (uint64_t)-1);
	}
	nat_tab_remove(&w->hosts, host);
}

void
nat_host_hold(struct nat_worker *w, uint32_t host)
{
	nat_host_at(w, host)->sessions++;
}

void
nat_host_release(struct nat_worker *w, uint32_t host)
{
	nat_host_at(w, host)->sessions--;
	nat_host_trim(w, host);
}

void
nat_block_ports(
	const struct nat_pool *p, uint32_t no, uint32_t *lo, uint32_t *hi)
{
	*lo = p->spec.port_lo + no * p->spec.block_size;
	*hi = *lo + p->spec.block_size - 1;
}

static void
tell(struct nat_worker *w, const struct nat_block *b, enum nat_event_kind kind,
	uint32_t now_s)
{
	const struct nat_pool *p = nat_slot(w->nat, b->key.slot);
	uint32_t lo, hi;

	nat_block_ports(p, b->key.no, &lo, &hi);
	nat_event_add(w, &(struct nat_event){.kind = kind,
				 .pool = b->key.slot,
				 .host = nat_host_at(w, b->host)->key.addr,
				 .addr = nat_pool_addr(p, b->key.addr),
				 .lo = (uint16_t)lo,
				 .hi = (uint16_t)hi,
				 .blocks = nat_host_at(w, b->host)->nblocks,
				 .since_s = b->since_s,
				 .now_s = now_s});
}

/* A free block of one address. */
static bool
take_block(
	struct nat_worker *w, struct nat_pool *p, uint32_t addr, uint32_t *ret)
{
	struct nat_bits *b = &p->blocks[addr];
	int n;

	for (unsigned int i = 0; i < 16; i++) {
		n = nat_bits_find(b, 0, p->nblocks - 1,
			nat_random(w) % p->nblocks, NAT_ANY_PLACE);
		if (n < 0) {
			nat_bits_take(p->busy, addr);
			/* one that came back meanwhile */
			if (nat_bits_find(b, 0, p->nblocks - 1, 0,
				    NAT_ANY_PLACE) >= 0)
				nat_bits_give(p->busy, addr);
			return false;
		}
		if (nat_bits_take(b, (uint32_t)n)) {
			*ret = (uint32_t)n;
			return true;
		}
	}
	return false;
}

/* The host's own address first; unless paired, then any. */
static bool
choose_block(struct nat_worker *w, struct nat_pool *p, struct nat_host *h,
	uint32_t *addr, uint32_t *no)
{
	int n;

	if (h->nblocks > 0) {
		*addr = h->addr;
		if (take_block(w, p, *addr, no))
			return true;
		if (p->spec.pooling == POOLING_PAIRED)
			return false;
	}
	for (unsigned int i = 0; i < 4; i++) {
		n = nat_bits_find(p->busy, 0, p->naddrs - 1,
			w->next_addr[p->slot]++ % p->naddrs, NAT_ANY_PLACE);
		if (n < 0)
			return false;
		*addr = (uint32_t)n;
		if (take_block(w, p, *addr, no))
			return true;
	}
	return false;
}

uint32_t
nat_block_new(
	struct nat_worker *w, struct nat_pool *p, uint32_t host, uint32_t now_s)
{
	struct nat_host *h = nat_host_at(w, host);
	struct nat_block_key key = {.slot = p->slot};
	struct nat_block *b;
	uint32_t i;

	if (h->nblocks >= p->spec.block_max ||
		!choose_block(w, p, h, &key.addr, &key.no))
		return 0;
	i = nat_tab_add(&w->blocks, &key);
	if (i == 0) {
		nat_bits_give(&p->blocks[key.addr], key.no);
		return 0;
	}
	b = nat_block_at(w, i);
	b->host = host;
	b->next = h->blocks;
	b->since_s = b->empty_s = b->told_s = now_s;
	h->blocks = i;
	if (h->nblocks++ == 0)
		h->addr = key.addr;
	nat_count(&w->slots[p->slot].blocks, 1);
	nat_count(&w->slots[p->slot].sessions, 1);
	tell(w, b, NAT_BLOCK_ALLOC, now_s);
	return i;
}

uint32_t
nat_block_of(const struct nat_worker *w, const struct nat_pool *p,
	uint32_t addr, uint32_t port)
{
	struct nat_block_key key = {.slot = p->slot,
		.addr = addr,
		.no = (port - p->spec.port_lo) / p->spec.block_size};

	return nat_tab_find(&w->blocks, &key);
}

static void
block_free(struct nat_worker *w, uint32_t block, uint32_t now_s)
{
	struct nat_block *b = nat_block_at(w, block);
	struct nat_pool *p = nat_slot(w->nat, b->key.slot);
	uint32_t host = b->host, *at = &nat_host_at(w, host)->blocks;

	tell(w, b, NAT_BLOCK_RELEASE, now_s);
	while (*at != block)
		at = &nat_block_at(w, *at)->next;
	*at = b->next;
	nat_host_at(w, host)->nblocks--;
	nat_bits_give(&p->blocks[b->key.addr], b->key.no);
	if (nat_bits_taken(p->busy, b->key.addr))
		nat_bits_give(p->busy, b->key.addr);
	nat_count(&w->slots[p->slot].blocks, (uint64_t)-1);
	nat_count(&w->slots[p->slot].sessions, (uint64_t)-1);
	nat_tab_remove(&w->blocks, block);
	nat_host_trim(w, host);
}

void
nat_block_release(struct nat_worker *w, uint32_t block, uint32_t now_s)
{
	struct nat_block *b = nat_block_at(w, block);
	const struct nat_pool *p = nat_slot(w->nat, b->key.slot);

	if (b->used > 0 && --b->used > 0)
		return;
	b->empty_s = now_s;
	if (p->spec.block_last > 0 && nat_host_at(w, b->host)->nblocks == 1 &&
		nat_slot_current(w->nat, p->slot))
		return;
	block_free(w, block, now_s);
}

void
nat_block_tick(struct nat_worker *w, uint32_t block, uint32_t now_s)
{
	struct nat_block *b = nat_block_at(w, block);
	const struct nat_pool *p = nat_slot(w->nat, b->key.slot);

	if (b->used == 0 && (now_s - b->empty_s >= p->spec.block_last ||
				    !nat_slot_current(w->nat, p->slot))) {
		block_free(w, block, now_s);
		return;
	}
	if (p->spec.block_interim > 0 &&
		now_s - b->told_s >= p->spec.block_interim) {
		b->told_s = now_s;
		tell(w, b, NAT_BLOCK_ACTIVE, now_s);
	}
}

bool
nat_deterministic(const struct nat_pool *p, const struct ip_addr *host,
	uint32_t *addr, uint32_t *block)
{
	uint64_t n = 0;

	for (size_t i = 0; i < p->spec.nhosts; i++) {
		const struct addr_range *r = &p->spec.hosts[i];
		uint64_t at = nat_addr_sub(host, &r->lo);
		uint64_t size = nat_addr_sub(&r->hi, &r->lo);

		if (at > size || at == UINT64_MAX) {
			n += size + 1;
			continue;
		}
		n += at;
		if (p->nblocks == 0 || n / p->nblocks >= p->naddrs)
			return false;
		*addr = (uint32_t)(n / p->nblocks);
		*block = (uint32_t)(n % p->nblocks);
		return true;
	}
	return false;
}
