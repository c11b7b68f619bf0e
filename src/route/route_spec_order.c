/* SPDX-License-Identifier: Apache-2.0 */
/* Ordering and comparing what a route_spec says of a virtual router. */
#include <endian.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "route/route_spec.h"
#include "route/route_spec_copy.h"

/* What is sorted instead of the routes themselves, which are four times as
 * large. */
struct sort_key {
	uint64_t hi, lo; /* of the address, host order */
	uint32_t place;
	uint8_t family, len;
};

static struct sort_key
key_of(const struct static_route_spec *s, size_t place)
{
	return (struct sort_key){.hi = be64toh(s->prefix.addr.q[0]),
		.lo = be64toh(s->prefix.addr.q[1]),
		.place = (uint32_t)place,
		.family = s->prefix.addr.family,
		.len = s->prefix.len};
}

static int
key_cmp(const void *va, const void *vb)
{
	const struct sort_key *a = va, *b = vb;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static bool
is_sorted(const struct static_route_spec *s, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (ip_prefix_cmp(&s[i - 1].prefix, &s[i].prefix) > 0)
			return false;
	return true;
}

int
route_statics_sort(struct static_route_spec *statics, size_t n)
{
	struct static_route_spec *out;
	struct sort_key *keys;

	if (is_sorted(statics, n))
		return 0;
	keys = malloc(n * sizeof(*keys));
	out = malloc(n * sizeof(*out));
	if (keys == NULL || out == NULL) {
		free(keys);
		free(out);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		keys[i] = key_of(&statics[i], i);
	qsort(keys, n, sizeof(*keys), key_cmp);
	for (size_t i = 0; i < n; i++)
		out[i] = statics[keys[i].place];
	memcpy(statics, out, n * sizeof(*out));
	free(keys);
	free(out);
	return 0;
}

static bool
same_nh(const struct route_nh_spec *a, const struct route_nh_spec *b)
{
	return ip_addr_equal(&a->gateway, &b->gateway) &&
	       a->ifl.v == b->ifl.v && a->qualified == b->qualified &&
	       a->has_preference == b->has_preference &&
	       a->has_metric == b->has_metric && a->has_tag == b->has_tag &&
	       a->preference == b->preference && a->metric == b->metric &&
	       a->tag == b->tag;
}

static bool
same_attrs(const struct route_attrs *a, const struct route_attrs *b)
{
	return a->preference == b->preference && a->metric == b->metric &&
	       a->tag == b->tag && a->has_metric == b->has_metric &&
	       a->has_tag == b->has_tag && a->no_install == b->no_install &&
	       a->resolve == b->resolve && a->passive == b->passive &&
	       a->no_readvertise == b->no_readvertise;
}

static bool
same_static(
	const struct static_route_spec *a, const struct static_route_spec *b)
{
	if (ip_prefix_cmp(&a->prefix, &b->prefix) != 0 || a->type != b->type ||
		a->nnhs != b->nnhs || a->table_vr.v != b->table_vr.v ||
		!same_attrs(&a->attrs, &b->attrs))
		return false;
	for (size_t i = 0; i < a->nnhs; i++)
		if (!same_nh(&a->nhs[i], &b->nhs[i]))
			return false;
	return true;
}

/* Policies are not compared: where one is asked, nothing is the same. */
static bool
same_aggregate(const struct aggregate_spec *a, const struct aggregate_spec *b)
{
	return ip_prefix_cmp(&a->prefix, &b->prefix) == 0 &&
	       a->type == b->type && a->generate == b->generate &&
	       a->npolicies + b->npolicies == 0 &&
	       same_attrs(&a->attrs, &b->attrs);
}

bool
route_vr_same(const struct route_vr_spec *a, const struct route_vr_spec *b)
{
	if (a->naddrs != b->naddrs || a->nstatics != b->nstatics ||
		a->naggregates != b->naggregates)
		return false;
	for (size_t i = 0; i < a->naggregates; i++)
		if (!same_aggregate(&a->aggregates[i], &b->aggregates[i]))
			return false;
	for (size_t i = 0; i < a->naddrs; i++)
		if (a->addrs[i].ifl.v != b->addrs[i].ifl.v ||
			ip_prefix_cmp(
				&a->addrs[i].prefix, &b->addrs[i].prefix) != 0)
			return false;
	for (size_t i = 0; i < a->nstatics; i++)
		if (!same_static(&a->statics[i], &b->statics[i]))
			return false;
	return true;
}
