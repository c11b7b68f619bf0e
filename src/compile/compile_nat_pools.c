/* SPDX-License-Identifier: Apache-2.0 */
/* security nat source|destination pool [NA-10] [NA-11] [NA-20]. */
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "compile/compile_nat.h"

#define PORTS_OF_BLOCKS 64512u

static uint64_t
pool_addresses(const struct nat_pool_spec *p)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < p->nranges; i++) {
		uint64_t n = nat_range_size(&p->ranges[i]);

		sum = sum > UINT64_MAX - n ? UINT64_MAX : sum + n;
	}
	return sum;
}

static void
add_address(struct nat_compile *nc, const struct cnode *n, const char *text,
	struct nat_pool_spec *p)
{
	struct addr_range range, *r;

	if (text == NULL || !nat_range_parse(nc, n, text, &range))
		return;
	if (p->nranges > 0 && p->ranges[0].lo.family != range.lo.family)
		compile_error(nc->c, n,
			"All addresses of a pool must be of one family");
	r = VEC_ADD(nc->c, p->ranges, p->nranges);
	if (r != NULL)
		*r = range;
}

/* ---- ports of source pools ---- */

static void
add_port_range(struct nat_compile *nc, const struct cnode *port,
	struct nat_pool_spec *p)
{
	const struct cnode *range = cnode_child(port, "range");

	p->port_lo = nc->nat->port_lo;
	p->port_hi = nc->nat->port_hi;
	if (range == NULL)
		return;
	p->port_lo = (uint16_t)cnode_u64(range, "low", 1024);
	p->port_hi = (uint16_t)number_of(
		leaf_or_inner(range, "to", "high"), p->port_lo);
	if (p->port_hi < p->port_lo)
		compile_error(nc->c, range,
			"Upper limit of port range is below the lower one");
	if (p->no_translation)
		compile_error(nc->c, range,
			"port range and port no-translation exclude each "
			"other");
}

static uint32_t
ports_each(const struct nat_pool_spec *p)
{
	return p->port_hi < p->port_lo
		       ? 0
		       : ((uint32_t)p->port_hi - p->port_lo + 1) *
				 p->overloading;
}

static void
add_blocks(
	struct nat_compile *nc, const struct cnode *n, struct nat_pool_spec *p)
{
	if (n == NULL)
		return;
	p->block_size = (uint16_t)cnode_u64(n, "block-size", 128);
	p->block_max = (uint16_t)cnode_u64(n, "maximum-blocks-per-host",
		cnode_u64(n, "max-blocks-per-host", 8));
	p->block_active = (uint32_t)cnode_u64(n, "active-block-timeout", 0);
	p->block_interim =
		(uint32_t)cnode_u64(n, "interim-logging-interval", 0);
	p->block_last = (uint32_t)cnode_u64(n, "last-block-recycle-timeout", 0);
	p->block_quiet = cnode_has(cnode_child(n, "log"), "disable");
	if (p->block_size > ports_each(p))
		compile_error(nc->c, n,
			"block-size %u is larger than the port range (%u)",
			p->block_size, ports_each(p));
}

/* Hosts are whole networks, without first and last address unless asked. */
static void
trim_boundaries(struct addr_range *r)
{
	if (r->lo.family != IP_V4 || nat_range_size(r) < 4)
		return;
	r->lo.b[3]++;
	r->hi.b[3]--;
}

/*
 * Each host has a block of its own, for ever [NA-14]: blocks and ports must
 * cover hosts. Without a block-size it is the largest that does.
 */
static void
add_deterministic(
	struct nat_compile *nc, const struct cnode *n, struct nat_pool_spec *p)
{
	uint64_t hosts = 0, addresses = pool_addresses(p), blocks;
	uint32_t each = ports_each(p), size;
	uint64_t per_address;

	if (n == NULL)
		return;
	p->deterministic = true;
	nat_addresses(
		nc, cnode_child(n, "host"), "address", &p->hosts, &p->nhosts);
	for (size_t i = 0; i < p->nhosts; i++) {
		uint64_t k;

		if (!cnode_has(n, "include-boundary-addresses"))
			trim_boundaries(&p->hosts[i]);
		k = nat_range_size(&p->hosts[i]);
		hosts = hosts > UINT64_MAX - k ? UINT64_MAX : hosts + k;
	}
	if (p->nhosts == 0 || addresses == 0 || each == 0) {
		compile_error(nc->c, n, "Missing mandatory statement: 'host'");
		return;
	}
	per_address = hosts / addresses + (hosts % addresses != 0);
	size = per_address > each ? 0 : (uint32_t)(each / per_address);
	size = (uint32_t)cnode_u64(n, "block-size", size);
	blocks = size == 0 ? 0 : each / size;
	if (blocks == 0 || per_address > blocks)
		compile_error(nc->c, n,
			"%llu hosts do not fit: %llu addresses with %llu "
			"blocks of %u ports",
			(unsigned long long)hosts,
			(unsigned long long)addresses,
			(unsigned long long)blocks, size);
	p->block_size =
		(uint16_t)(size > PORTS_OF_BLOCKS ? PORTS_OF_BLOCKS : size);
	p->block_max = 1;
}

static void
add_ports(
	struct nat_compile *nc, const struct cnode *n, struct nat_pool_spec *p)
{
	const struct cnode *port = cnode_child(n, "port");

	p->no_translation = cnode_has(port, "no-translation");
	p->overloading =
		(uint32_t)cnode_u64(port, "port-overloading-factor", 1);
	p->preserve_parity = cnode_has(port, "preserve-parity");
	p->preserve_range = cnode_has(port, "preserve-range");
	add_port_range(nc, port, p);
	add_blocks(nc, cnode_child(port, "block-allocation"), p);
	add_deterministic(nc, cnode_child(port, "deterministic"), p);
	if (p->no_translation &&
		(p->overloading > 1 || p->preserve_parity || p->preserve_range))
		compile_error(nc->c, port,
			"port no-translation excludes other port options");
	if (p->block_size > 0 && p->overloading > 1)
		compile_error(nc->c, port,
			"port-overloading-factor excludes port blocks");
}

/* ---- addresses of source pools ---- */

static void
add_base(struct nat_compile *nc, const struct cnode *n, struct nat_pool_spec *p)
{
	const struct cnode *base = cnode_child(n, "host-address-base");
	const char *text = cnode_leaf(base, "ipaddr");
	struct ip_prefix prefix;

	if (text == NULL || !ip_prefix_parse(text, &prefix))
		return;
	p->has_base = true;
	p->base = prefix.addr;
	if (p->nranges > 0 && p->ranges[0].lo.family != p->base.family)
		compile_error(nc->c, base,
			"host-address-base must be of the pool's family");
	if (p->nranges > 1)
		compile_error(nc->c, base,
			"A pool with host-address-base has one address range");
	if (cnode_has(n, "port") && !p->no_translation)
		compile_error(nc->c, base,
			"host-address-base excludes port translation");
	if (cnode_has(n, "overflow-pool"))
		compile_error(nc->c, base,
			"host-address-base excludes overflow-pool");
}

static void
add_pooling(
	struct nat_compile *nc, const struct cnode *n, struct nat_pool_spec *p)
{
	const struct cnode *pooling = cnode_child(n, "address-pooling");
	bool ports = !p->no_translation && !p->has_base;

	if (cnode_has(pooling, "paired"))
		p->pooling = POOLING_PAIRED;
	if (cnode_has(pooling, "no-paired"))
		p->pooling = POOLING_NO_PAIRED;
	if (p->pooling == POOLING_PAIRED && !ports)
		compile_error(nc->c, pooling,
			"address-pooling paired needs port translation");
	if (p->pooling == POOLING_NO_PAIRED && ports)
		compile_error(nc->c, pooling,
			"address-pooling no-paired is for pools without port "
			"translation");
	p->shared = cnode_has(n, "address-shared");
	if (p->shared && ports)
		compile_error(nc->c, cnode_child(n, "address-shared"),
			"address-shared is for pools without port translation");
	p->subscriber6 = (uint8_t)cnode_u64(
		cnode_find(n, "address-persistent", "subscriber", NULL),
		"ipv6-prefix-length", 0);
}

static void
add_alarm(
	struct nat_compile *nc, const struct cnode *n, struct nat_pool_spec *p)
{
	const struct cnode *alarm = cnode_child(n, "pool-utilization-alarm");

	p->alarm_raise = nc->nat->alarm_raise;
	p->alarm_clear = nc->nat->alarm_clear;
	if (alarm == NULL)
		return;
	p->alarm_raise = (uint8_t)cnode_u64(alarm, "raise-threshold", 0);
	p->alarm_clear = (uint8_t)cnode_u64(
		alarm, "clear-threshold", p->alarm_raise * 8u / 10);
	if (p->alarm_raise == 0)
		compile_error(nc->c, alarm,
			"Missing mandatory statement: 'raise-threshold'");
	else if (p->alarm_clear > p->alarm_raise)
		compile_error(nc->c, alarm,
			"clear-threshold must not be above raise-threshold");
}

static void
check_size(struct nat_compile *nc, const struct cnode *n,
	const struct nat_pool_spec *p)
{
	uint64_t max = p->no_translation ? NAT_HOST_ADDRESSES_MAX
					 : NAT_PAT_ADDRESSES_MAX;

	if (p->nranges == 0)
		compile_error(
			nc->c, n, "Missing mandatory statement: 'address'");
	else if (!p->has_base && pool_addresses(p) > max)
		compile_error(nc->c, n,
			"A pool %s port translation has %llu addresses at most",
			p->no_translation ? "without" : "with",
			(unsigned long long)max);
}

static struct nat_pool_spec *
add_pool(struct nat_compile *nc, enum nat_kind kind, const struct cnode *n)
{
	struct nat_spec *nat = nc->nat;
	struct nat_pool_spec *p = VEC_ADD(nc->c, nat->pools, nat->npools);

	if (p == NULL)
		return NULL;
	nat_node_add(nc, &nc->pool_nodes, n);
	index_put(nc->c, &nc->pools[kind], cnode_key(n, 0), nat->npools - 1);
	NAME_COPY(nc->c, n, p->name, cnode_key(n, 0));
	text_copy(p->description, sizeof(p->description),
		value_of(cnode_child(n, "description")));
	p->kind = kind;
	nat_instance(nc, n, &p->has_vr, &p->vr);
	return p;
}

static void
add_source_pool(struct nat_compile *nc, const struct cnode *n)
{
	struct nat_pool_spec *p = add_pool(nc, NAT_SOURCE, n);

	if (p == NULL)
		return;
	cnode_foreach (a, n, "address")
		add_address(nc, a, cnode_key(a, 0), p);
	add_ports(nc, n, p);
	add_base(nc, n, p);
	add_pooling(nc, n, p);
	add_alarm(nc, n, p);
	check_size(nc, n, p);
}

static void
add_destination_pool(struct nat_compile *nc, const struct cnode *n)
{
	struct nat_pool_spec *p = add_pool(nc, NAT_DESTINATION, n);
	const struct cnode *a = cnode_child(n, "address");

	if (p == NULL)
		return;
	if (a != NULL)
		add_address(nc, a, cnode_leaf(a, "ipaddr"), p);
	p->port = (uint16_t)cnode_u64(a, "port", 0);
	if (p->nranges == 0)
		compile_error(
			nc->c, n, "Missing mandatory statement: 'address'");
	if (p->port != 0 && p->nranges == 1 &&
		nat_range_size(&p->ranges[0]) > 1)
		compile_error(nc->c, a, "A pool with a port has one address");
}

/* Once all are known: what stands in when a pool is used up [NA-11]. */
static void
add_overflow(struct nat_compile *nc, uint32_t i)
{
	struct nat_pool_spec *p = &nc->nat->pools[i], *o;
	const struct cnode *pool = nc->pool_nodes.v[i];
	const struct cnode *n = cnode_child(pool, "overflow-pool");
	const char *name = cnode_leaf(n, "pool-name");

	if (n == NULL)
		return;
	if (name == NULL) {
		p->overflow = OVERFLOW_INTERFACE;
		return;
	}
	if (!names_get(&nc->pools[NAT_SOURCE], name, &p->overflow_pool)) {
		compile_error(
			nc->c, n, "Source NAT pool %s is not defined", name);
		return;
	}
	p->overflow = OVERFLOW_POOL;
	o = &nc->nat->pools[p->overflow_pool];
	if (p->overflow_pool == i)
		compile_error(nc->c, n, "A pool cannot overflow into itself");
	else if (o->no_translation || o->has_base || o->block_size > 0)
		nat_conflict(nc, n, nc->pool_nodes.v[p->overflow_pool],
			"An overflow pool needs port translation, without "
			"blocks:");
	else if (cnode_has(nc->pool_nodes.v[p->overflow_pool], "overflow-pool"))
		nat_conflict(nc, n, nc->pool_nodes.v[p->overflow_pool],
			"An overflow pool cannot overflow itself:");
	else if (o->nranges > 0 && p->nranges > 0 &&
		 o->ranges[0].lo.family != p->ranges[0].lo.family)
		nat_conflict(nc, n, nc->pool_nodes.v[p->overflow_pool],
			"An overflow pool must be of the pool's family:");
}

static void
number_pools(struct nat_compile *nc)
{
	size_t n = nc->nat->npools;
	char **keys = calloc(n + 1, sizeof(*keys));
	uint32_t *ids = calloc(n + 1, sizeof(*ids));

	for (size_t i = 0; keys != NULL && i < n; i++) {
		const struct nat_pool_spec *p = &nc->nat->pools[i];
		struct sbuf b = SBUF_INIT;

		sbuf_printf(&b, "%s %s", nat_kind_name(p->kind), p->name);
		keys[i] = sbuf_take(&b);
		nc->c->nomem |= keys[i] == NULL;
	}
	nc->c->nomem |= keys == NULL || ids == NULL;
	if (!nc->c->nomem)
		number_names(nc->c, IDS_NAT_POOL, (const char *const *)keys, n,
			ids, nc->root, "NAT pools");
	for (size_t i = 0; !nc->c->nomem && i < n; i++)
		nc->nat->pools[i].id = ids[i];
	for (size_t i = 0; keys != NULL && i < n; i++)
		free(keys[i]);
	free(keys);
	free(ids);
}

void
nat_pools_compile(struct nat_compile *nc)
{
	const struct cnode *source = cnode_child(nc->root, "source");
	const struct cnode *destination = cnode_child(nc->root, "destination");

	cnode_foreach (n, source, "pool")
		add_source_pool(nc, n);
	for (size_t i = 0; i < nc->pool_nodes.n; i++)
		add_overflow(nc, (uint32_t)i);
	cnode_foreach (n, destination, "pool")
		add_destination_pool(nc, n);
	number_pools(nc);
}
