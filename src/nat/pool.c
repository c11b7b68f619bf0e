/* SPDX-License-Identifier: Apache-2.0 */
#include "nat/pool.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>

#include "nat/map.h"

struct ip_addr
nat_addr_add(const struct ip_addr *a, uint64_t n)
{
	struct ip_addr r = *a;
	uint64_t lo;

	if (a->family == IP_V4) {
		r.v4_be = htonl(ntohl(a->v4_be) + (uint32_t)n);
		return r;
	}
	lo = rte_be_to_cpu_64(a->q[1]) + n;
	r.q[1] = rte_cpu_to_be_64(lo);
	if (lo < n)
		r.q[0] = rte_cpu_to_be_64(rte_be_to_cpu_64(a->q[0]) + 1);
	return r;
}

uint64_t
nat_addr_sub(const struct ip_addr *b, const struct ip_addr *a)
{
	uint64_t lo, hi;

	if (a->family != b->family || ip_addr_cmp(b, a) < 0)
		return UINT64_MAX;
	if (a->family == IP_V4)
		return ntohl(b->v4_be) - ntohl(a->v4_be);
	lo = rte_be_to_cpu_64(b->q[1]) - rte_be_to_cpu_64(a->q[1]);
	hi = rte_be_to_cpu_64(b->q[0]) - rte_be_to_cpu_64(a->q[0]);
	if (rte_be_to_cpu_64(b->q[1]) < rte_be_to_cpu_64(a->q[1]))
		hi--;
	return hi == 0 ? lo : UINT64_MAX;
}

static void *
copy(const void *from, size_t n, size_t size)
{
	void *p = n > 0 ? calloc(n, size) : NULL;

	if (p != NULL)
		memcpy(p, from, n * size);
	return p;
}

/* The first NAT_POOL_ADDRS addresses of the ranges. */
static void
number_addresses(struct nat_pool *p)
{
	for (size_t i = 0; i < p->spec.nranges; i++) {
		const struct addr_range *r = &p->spec.ranges[i];
		uint64_t n = nat_addr_sub(&r->hi, &r->lo);

		if (n >= NAT_POOL_ADDRS - p->naddrs)
			n = NAT_POOL_ADDRS - p->naddrs;
		else
			n++;
		if (n == 0)
			return;
		p->ranges[i] = (struct nat_pool_range){
			.lo = r->lo, .first = p->naddrs, .n = (uint32_t)n};
		p->nranges++;
		p->naddrs += (uint32_t)n;
	}
}

static bool
map_places(struct nat_pool *p)
{
	uint64_t n = p->naddrs > 0 ? p->naddrs : 1;

	p->busy = nat_map(sizeof(*p->busy));
	if (p->busy == NULL)
		return false;
	if (!nat_pool_pat(p))
		return true;
	p->ports = nat_map(n * sizeof(*p->ports));
	if (p->ports == NULL)
		return false;
	if (p->spec.overloading > 1)
		p->overload = nat_map(n * sizeof(*p->overload));
	if (p->nblocks > 0)
		p->blocks = nat_map(n * sizeof(*p->blocks));
	return (p->spec.overloading <= 1 || p->overload != NULL) &&
	       (p->nblocks == 0 || p->blocks != NULL);
}

struct nat_pool *
nat_pool_create(const struct nat_pool_spec *spec, uint32_t naddrs)
{
	struct nat_pool *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->spec = *spec;
	p->spec.ranges =
		copy(spec->ranges, spec->nranges, sizeof(*spec->ranges));
	p->spec.hosts = copy(spec->hosts, spec->nhosts, sizeof(*spec->hosts));
	p->ranges = calloc(spec->nranges + 1, sizeof(*p->ranges));
	if (p->spec.port_lo == 0)
		p->spec.port_lo = 1;
	if (p->spec.block_size > 0)
		p->nblocks = (uint32_t)(p->spec.port_hi - p->spec.port_lo + 1) /
			     p->spec.block_size;
	p->naddrs = naddrs;
	p->iface = naddrs > 0;
	if ((spec->nranges > 0 && p->spec.ranges == NULL) ||
		(spec->nhosts > 0 && p->spec.hosts == NULL) ||
		p->ranges == NULL) {
		nat_pool_free(p);
		return NULL;
	}
	number_addresses(p);
	if (!map_places(p)) {
		nat_pool_free(p);
		return NULL;
	}
	return p;
}

void
nat_pool_free(struct nat_pool *p)
{
	uint64_t n;

	if (p == NULL)
		return;
	n = p->naddrs > 0 ? p->naddrs : 1;
	nat_unmap(p->busy, sizeof(*p->busy));
	nat_unmap(p->ports, n * sizeof(*p->ports));
	nat_unmap(p->overload, n * sizeof(*p->overload));
	nat_unmap(p->blocks, n * sizeof(*p->blocks));
	free(p->ranges);
	free(p->spec.ranges);
	free(p->spec.hosts);
	free(p);
}

static bool
ranges_equal(const struct addr_range *a, size_t na, const struct addr_range *b,
	size_t nb)
{
	if (na != nb)
		return false;
	for (size_t i = 0; i < na; i++)
		if (!ip_addr_equal(&a[i].lo, &b[i].lo) ||
			!ip_addr_equal(&a[i].hi, &b[i].hi))
			return false;
	return true;
}

bool
nat_pool_is(const struct nat_pool *p, const struct nat_pool_spec *s)
{
	const struct nat_pool_spec *o = &p->spec;

	return ranges_equal(o->ranges, o->nranges, s->ranges, s->nranges) &&
	       ranges_equal(o->hosts, o->nhosts, s->hosts, s->nhosts) &&
	       o->no_translation == s->no_translation &&
	       o->port_lo == (s->port_lo != 0 ? s->port_lo : 1) &&
	       o->port_hi == s->port_hi && o->overloading == s->overloading &&
	       o->has_base == s->has_base &&
	       (!s->has_base || ip_addr_equal(&o->base, &s->base)) &&
	       o->pooling == s->pooling && o->subscriber6 == s->subscriber6 &&
	       o->block_size == s->block_size && o->block_max == s->block_max &&
	       o->block_active == s->block_active &&
	       o->block_interim == s->block_interim &&
	       o->block_last == s->block_last &&
	       o->deterministic == s->deterministic &&
	       o->preserve_parity == s->preserve_parity &&
	       o->preserve_range == s->preserve_range &&
	       o->has_vr == s->has_vr && (!s->has_vr || o->vr.v == s->vr.v);
}

struct ip_addr
nat_pool_addr(const struct nat_pool *p, uint32_t n)
{
	for (uint32_t i = 0; i < p->nranges; i++)
		if (n - p->ranges[i].first < p->ranges[i].n)
			return nat_addr_add(
				&p->ranges[i].lo, n - p->ranges[i].first);
	return (struct ip_addr){0};
}

bool
nat_pool_index(const struct nat_pool *p, const struct ip_addr *a, uint32_t *ret)
{
	for (uint32_t i = 0; i < p->nranges; i++) {
		uint64_t n = nat_addr_sub(a, &p->ranges[i].lo);

		if (n >= p->ranges[i].n)
			continue;
		*ret = p->ranges[i].first + (uint32_t)n;
		return true;
	}
	return false;
}

/* Count one more use; the port's bit is set when it has all. */
static bool
overload_take(struct nat_pool *p, uint32_t addr, uint32_t port, uint8_t uses)
{
	_Atomic uint8_t *n = &p->overload[addr].n[port];
	uint8_t old = atomic_load(n);

	do {
		if (old + uses > p->spec.overloading)
			return false;
	} while (!atomic_compare_exchange_weak(n, &old, old + uses));
	if (old + uses < p->spec.overloading)
		return true;
	nat_bits_take(&p->ports[addr], port);
	if (atomic_load(n) < p->spec.overloading) /* one came back meanwhile */
		nat_bits_give(&p->ports[addr], port);
	return true;
}

static uint8_t
all_uses(const struct nat_pool *p)
{
	return p->spec.overloading > 255 ? 255 : (uint8_t)p->spec.overloading;
}

bool
nat_pool_take(struct nat_pool *p, uint32_t addr, uint32_t port)
{
	if (p->overload != NULL)
		return overload_take(p, addr, port, 1);
	return nat_bits_take(&p->ports[addr], port);
}

bool
nat_pool_take_whole(struct nat_pool *p, uint32_t addr, uint32_t port)
{
	if (p->overload != NULL)
		return overload_take(p, addr, port, all_uses(p));
	return nat_bits_take(&p->ports[addr], port);
}

static void
give(struct nat_pool *p, uint32_t addr, uint32_t port, uint8_t uses)
{
	if (p->overload == NULL) {
		nat_bits_give(&p->ports[addr], port);
	} else {
		uint8_t old =
			atomic_fetch_sub(&p->overload[addr].n[port], uses);

		if (old >= p->spec.overloading)
			nat_bits_give(&p->ports[addr], port);
	}
	if (!p->iface && nat_bits_taken(p->busy, addr))
		nat_bits_give(p->busy, addr);
}

void
nat_pool_give(struct nat_pool *p, uint32_t addr, uint32_t port)
{
	give(p, addr, port, 1);
}

void
nat_pool_give_whole(struct nat_pool *p, uint32_t addr, uint32_t port)
{
	give(p, addr, port, all_uses(p));
}

static uint64_t
overloaded_uses(const struct nat_pool *p, uint32_t addr)
{
	uint64_t n = 0;

	for (uint32_t i = p->spec.port_lo; i <= p->spec.port_hi; i++)
		n += atomic_load_explicit(
			&p->overload[addr].n[i], memory_order_relaxed);
	return n;
}

uint64_t
nat_pool_count(const struct nat_pool *p, uint32_t a, uint32_t b)
{
	uint64_t n = 0;

	if (!nat_pool_pat(p))
		return nat_bits_count(p->busy, a, b);
	for (uint32_t i = a; i <= b; i++)
		n += p->overload != NULL
			     ? overloaded_uses(p, i)
			     : nat_bits_count(&p->ports[i], 0, NAT_PLACES - 1);
	return n;
}

uint64_t
nat_pool_size(const struct nat_pool *p)
{
	uint64_t ports = (uint64_t)p->spec.port_hi - p->spec.port_lo + 1;

	if (!nat_pool_pat(p))
		return p->naddrs;
	if (p->nblocks > 0 && !p->spec.deterministic)
		return (uint64_t)p->nblocks * p->naddrs;
	return ports * p->naddrs *
	       (p->spec.overloading > 1 ? p->spec.overloading : 1);
}
