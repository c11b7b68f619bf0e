/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does: interface beats zone beats routing instance, and of the two
 * ends of source NAT the `to` side weighs more [NA-1]. In the first rule set
 * of that order which has a matching rule, its first one decides [NA-2].
 *
 * What we do: a hash from pairs of ends to rule sets, asked for each of the at
 * most nine pairs of kinds that are configured at all; in each rule set a tree
 * of the kind that policies have. The way out of static NAT is the way in with
 * the packet reversed: what was the source is compared with the inside.
 */
#include "image/nat_match.h"

#include <arpa/inet.h>
#include <string.h>

#include "image/nat_impl.h"

static bool
address_listed(const struct range_list *l, const struct ip_addr *a)
{
	if (a->family == IP_V4) {
		uint32_t v = ntohl(a->v4_be);

		for (uint32_t i = 0; !l->any4 && i < l->n4; i++)
			if (v >= l->r4[i].lo && v <= l->r4[i].hi)
				return true;
		return l->any4;
	}
	for (uint32_t i = 0; !l->any6 && i < l->n6; i++)
		if (memcmp(a->b, l->r6[i].lo, 16) >= 0 &&
			memcmp(a->b, l->r6[i].hi, 16) <= 0)
			return true;
	return l->any6;
}

/* Who asks for a port means a protocol that has ports. */
static bool
port_listed(
	const struct nat_ports *list, size_t n, uint8_t protocol, uint16_t port)
{
	for (size_t i = 0; i < n && nat_has_ports(protocol); i++)
		if (port >= list[i].lo && port <= list[i].hi)
			return true;
	return n == 0;
}

static bool
protocol_listed(const struct nat_rule_spec *r, uint8_t protocol)
{
	for (size_t i = 0; i < r->nprotocols; i++)
		if (r->protocols[i] == protocol)
			return true;
	return r->nprotocols == 0;
}

static bool
app_listed(const struct nat_test *t, const struct nat_query *q)
{
	for (uint32_t i = 0; i < t->napps; i++) {
		const struct app_term_spec *term = &t->apps[i].term;

		if (t->apps[i].any)
			return true;
		if (term->protocol != q->protocol)
			continue;
		if (q->protocol == IPP_ICMP || q->protocol == IPP_ICMP6) {
			if ((term->icmp_type < 0 ||
				    term->icmp_type == q->icmp_type) &&
				(term->icmp_code < 0 ||
					term->icmp_code == q->icmp_code))
				return true;
		} else if (q->sport >= term->sport_lo &&
			   q->sport <= term->sport_hi &&
			   q->dport >= term->dport_lo &&
			   q->dport <= term->dport_hi) {
			return true;
		}
	}
	return t->napps == 0;
}

static bool
test_match(const struct nat_test *t, const struct nat_query *q)
{
	return address_listed(&t->src, &q->src) &&
	       address_listed(&t->dst, &q->dst) &&
	       protocol_listed(t->spec, q->protocol) &&
	       port_listed(t->sports, t->nsports, q->protocol, q->sport) &&
	       port_listed(t->dports, t->ndports, q->protocol, q->dport) &&
	       app_listed(t, q);
}

/* Trees of two families know the source only. */
static unsigned int
tree_of(const struct nat_query *q)
{
	if (q->src.family == q->dst.family)
		return q->src.family == IP_V4 ? NAT_TREE_44 : NAT_TREE_66;
	return q->src.family == IP_V4 ? NAT_TREE_46 : NAT_TREE_64;
}

/* reverse: q is the packet that leaves, turned round. */
static bool
way_out_fits(const struct nat_rule_spec *r, const struct nat_query *q)
{
	return q->src.family == r->dst[0].lo.family &&
	       (!r->has_vr || r->vr.v == q->to_vr.v);
}

static uint32_t
set_match(const struct nat_side *side, uint32_t set, const struct nat_query *q,
	const struct tree_key *key, bool reverse)
{
	const struct policy_tree *tree = &side->sets[set].tree[tree_of(q)];
	tree_probe probe = tree_probe_of(key);
	const struct tree_entry *e;

	if (tree->entries == NULL)
		return NAT_NO_RULE;
	e = policy_tree_list(tree, policy_tree_find(tree, key));
	for (; e != NULL; e = tree_entry_next(e)) {
		const struct nat_test *t = &side->tests[e->place];

		if (!tree_entry_holds(e, probe))
			continue;
		if ((e->flags & (ENTRY_SURE | ENTRY_EXACT)) != 0 ||
			(test_match(t, q) &&
				(!reverse || way_out_fits(t->spec, q))))
			return e->place;
	}
	return NAT_NO_RULE;
}

static uint32_t
context_set(const struct nat_side *side, uint64_t key)
{
	uint32_t i = side->hash[nat_context_hash(key) & side->mask];

	while (i != UINT32_MAX && side->contexts[i].key != key)
		i = side->contexts[i].next;
	return i == UINT32_MAX ? UINT32_MAX : side->contexts[i].set;
}

/* Kinds of ends, the most specific first; without an end there is but one. */
static const enum nat_end_kind ends[] = {
	NAT_END_INTERFACE, NAT_END_ZONE, NAT_END_INSTANCE};
static const enum nat_end_kind no_end[] = {NAT_END_NONE};

static uint32_t
side_match(const struct nat_side *side, const struct nat_query *q, bool to,
	bool reverse)
{
	const uint32_t from_ids[] = {0, q->from_vr.v, q->from.v, q->in.v};
	const uint32_t to_ids[] = {0, q->to_vr.v, q->to.v, q->out.v};
	const enum nat_end_kind *tos = to ? ends : no_end;
	struct tree_key key =
		policy_tree_key(&q->src, &q->dst, q->protocol, q->dport);

	for (unsigned int t = 0; t < (to ? 3u : 1u); t++)
		for (unsigned int f = 0; f < 3; f++) {
			uint32_t set, rule;

			if ((side->kinds >> (ends[f] * 4 + tos[t]) & 1) == 0)
				continue;
			set = context_set(side,
				nat_context_key(ends[f], from_ids[ends[f]],
					tos[t], to_ids[tos[t]]));
			if (set == UINT32_MAX)
				continue;
			rule = set_match(side, set, q, &key, reverse);
			if (rule != NAT_NO_RULE)
				return rule;
		}
	return NAT_NO_RULE;
}

bool
image_nat_has(const struct image *image, enum nat_kind kind)
{
	return image->nat != NULL && image->nat->forward[kind].ntests > 0;
}

uint32_t
image_nat_match(const struct image *image, enum nat_kind kind,
	const struct nat_query *q)
{
	if (!image_nat_has(image, kind))
		return NAT_NO_RULE;
	return side_match(
		&image->nat->forward[kind], q, kind == NAT_SOURCE, false);
}

uint32_t
image_nat_match_reverse_static(
	const struct image *image, const struct nat_query *q)
{
	const struct nat_query turned = {.in = q->out,
		.out = q->in,
		.from = q->to,
		.to = q->from,
		.from_vr = q->to_vr,
		.to_vr = q->from_vr,
		.src = q->dst,
		.dst = q->src,
		.protocol = q->protocol,
		.sport = q->dport,
		.dport = q->sport,
		.icmp_type = q->icmp_type,
		.icmp_code = q->icmp_code};

	if (!image_nat_has(image, NAT_STATIC))
		return NAT_NO_RULE;
	return side_match(&image->nat->reverse, &turned, false, true);
}

const struct nat_rule_spec *
image_nat_rule(const struct image *image, enum nat_kind kind, uint32_t id)
{
	const struct nat_index *n = image->nat;

	return n != NULL && id < n->nrule_by_id[kind] ? n->rule_by_id[kind][id]
						      : NULL;
}

const struct nat_pool_spec *
image_nat_pool(const struct image *image, uint32_t id)
{
	const struct nat_index *n = image->nat;

	return n != NULL && id < n->npool_by_id ? n->pool_by_id[id] : NULL;
}

bool
image_nat_proxy(const struct image *image, struct ifl_id ifl,
	const struct ip_addr *addr)
{
	const struct nat_spec *n = &image->spec->nat;

	for (size_t i = 0; i < n->nproxies; i++)
		if (n->proxies[i].ifl.v == ifl.v &&
			n->proxies[i].lo.family == addr->family &&
			ip_addr_cmp(&n->proxies[i].lo, addr) <= 0 &&
			ip_addr_cmp(addr, &n->proxies[i].hi) <= 0)
			return true;
	return false;
}
