/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does: static NAT first; destination NAT only if no static rule
 * matched. `from` is where the packet came in. A routing instance of the rule
 * or pool names the table in which the new destination is looked up; the way
 * back is not touched by it [NA-50]. Persistent bindings let outsiders in here,
 * if nothing else has matched, as far as they permit [NA-60].
 *
 * What we do: ranges of equal size are mapped by offset, others in turn
 * [NA-51]. The inside host of a binding lives where it was when it made it, so
 * its table is that virtual router's [NA-61].
 */
#include "flow/nat_first.h"

#include <arpa/inet.h>

#include "flow/nat_family.h"
#include "nat/binding.h"
#include "nat/owners.h"

/* Prefix or range to prefix: the same offset. */
static struct ip_addr
shift(const struct ip_addr *a, const struct ip_addr *from,
	const struct ip_prefix *to)
{
	struct ip_prefix net = ip_prefix_network(to);

	return nat_addr_add(&net.addr, nat_addr_sub(a, from));
}

static uint16_t
binding_port(const struct pkt *p)
{
	return nat_has_ports(&p->key) ? ntohs(p->key.dport_be) : 0;
}

static enum verdict
enter(const struct env *env, struct pkt *p, uint32_t i, struct nat_first *n)
{
	const struct nat_binding *b = nat_binding_at(env->nat, i);
	struct ip_addr src = flow_key_src(&p->key);

	if (!nat_binding_permits(env->nat, i, &src, ntohs(p->key.sport_be)))
		return drop(p, REASON_NAT_BINDING);
	if (b->sessions >= b->max_sessions)
		return drop(p, REASON_NAT_BINDING_LIMIT);
	if (b->key.internal.family == p->key.family)
		nat_set_dst(&n->to, &b->key.internal);
	else if (nat_family_dst(p, &b->key.internal, n) != VERDICT_NEXT)
		return VERDICT_DROP;
	if (b->key.port != 0)
		n->to.dport_be = htons(b->key.port);
	n->vr = (struct vr_id){b->key.vr};
	n->binding = i;
	n->hold.slot = b->hold.slot; /* a commit may end that pool */
	n->rule[NAT_OF_DESTINATION] = b->rule;
	n->kind[NAT_OF_DESTINATION] = NAT_SOURCE;
	n->translated = true;
	return VERDICT_NEXT;
}

/*
 * NAT64's own outside addresses, from inside: who has the binding is reached by
 * its inside address (RFC 6146 3.8).
 */
static enum verdict
hairpin64(const struct env *env, struct pkt *p, struct nat_first *n)
{
	const struct ifl_spec *in = image_ifl(env->image, p->ifl);
	struct vr_id vr = in != NULL ? in->vr : p->vr;
	struct ip_addr dst = flow_key_dst(&n->to);
	uint32_t i;

	if (atomic_load_explicit(
		    &env->nat->nat->bindings, memory_order_relaxed) == 0)
		return VERDICT_NEXT;
	i = nat_binding_inbound(
		env->nat, vr, &dst, binding_port(p), p->key.protocol);
	if (i == 0 || nat_binding_at(env->nat, i)->key.internal.family != IP_V6)
		return VERDICT_NEXT;
	n->to = p->key;
	return enter(env, p, i, n);
}

static enum verdict
static_dst(const struct env *env, struct pkt *p, const struct nat_rule_spec *r,
	struct nat_first *n)
{
	struct ip_addr dst = flow_key_dst(&p->key), to;
	enum verdict v;

	switch (r->action) {
	case NAT_PREFIX:
		if (dst.family == r->prefix.addr.family)
			to = shift(&dst, &r->dst[0].lo, &r->prefix);
		else /* NAT46, one address for one [NA-75] */
			return nat_family_dst_prefix(p, r, n);
		break;
	case NAT_NPTV6:
		to = nptv6_in(&dst, r);
		break;
	case NAT_INET:
		v = nat_family_dst_inet(p, r, n);
		return v == VERDICT_NEXT ? hairpin64(env, p, n) : v;
	default:
		return VERDICT_NEXT;
	}
	nat_set_dst(&n->to, &to);
	if (r->mapped.lo != 0 && r->ndports > 0 && nat_has_ports(&p->key))
		n->to.dport_be =
			htons((uint16_t)(ntohs(p->key.dport_be) -
					 r->dports[0].lo + r->mapped.lo));
	return VERDICT_NEXT;
}

static uint64_t
size_of(const struct addr_range *r, size_t n)
{
	uint64_t size = 0;

	for (size_t i = 0; i < n; i++)
		size += nat_addr_sub(&r[i].hi, &r[i].lo) + 1;
	return size;
}

/* Number i of all addresses of the ranges. */
static struct ip_addr
address(const struct addr_range *r, size_t n, uint64_t i)
{
	for (size_t k = 0; k < n; k++) {
		uint64_t size = nat_addr_sub(&r[k].hi, &r[k].lo) + 1;

		if (i < size || size == 0)
			return nat_addr_add(&r[k].lo, i);
		i -= size;
	}
	return r[0].lo;
}

/* Where dst lies among the addresses that the rule matches. */
static uint64_t
offset(const struct nat_rule_spec *r, const struct ip_addr *dst)
{
	uint64_t before = 0;

	for (size_t i = 0; i < r->ndst; i++) {
		uint64_t size = nat_addr_sub(&r->dst[i].hi, &r->dst[i].lo) + 1;
		uint64_t at = nat_addr_sub(dst, &r->dst[i].lo);

		if (at < size)
			return before + at;
		before += size;
	}
	return 0;
}

static enum verdict
destination(const struct env *env, struct pkt *p, const struct nat_rule_spec *r,
	struct nat_first *n)
{
	const struct nat_spec *spec = &image_spec_of(env->image)->nat;
	struct ip_addr dst = flow_key_dst(&p->key), to;
	const struct nat_pool_spec *pool;
	uint64_t size;

	if (r->action != NAT_POOL)
		return VERDICT_NEXT;
	pool = &spec->pools[r->pool];
	size = size_of(pool->ranges, pool->nranges);
	if (size == 1)
		to = pool->ranges[0].lo;
	else if (size == size_of(r->dst, r->ndst))
		to = address(pool->ranges, pool->nranges, offset(r, &dst));
	else
		to = address(pool->ranges, pool->nranges,
			env->nat->next_dst++ % size);
	nat_set_dst(&n->to, &to);
	if (pool->port != 0 && nat_has_ports(&p->key))
		n->to.dport_be = htons(pool->port);
	if (pool->has_vr)
		n->vr = pool->vr;
	n->dst_pool = pool->id;
	return VERDICT_NEXT;
}

/* Perhaps another worker has it: by port, or for the whole address. */
static enum verdict
elsewhere(const struct env *env, struct pkt *p, struct vr_id vr,
	const struct ip_addr *dst)
{
	const struct nat_owners *o = env->nat->nat->owners;
	int worker;

	if (o == NULL || p->owned)
		return VERDICT_NEXT;
	worker = nat_owners_find(o,
		nat_reflexive_hash(vr, dst, binding_port(p), p->key.protocol));
	if (worker < 0)
		worker = nat_owners_find(o, nat_reflexive_hash(vr, dst, 0, 0));
	return worker < 0 || (unsigned int)worker == env->worker
		       ? VERDICT_NEXT
		       : nat_handoff(p, (unsigned int)worker);
}

static enum verdict
find_binding(const struct env *env, struct pkt *p, struct nat_first *n)
{
	const struct ifl_spec *in = image_ifl(env->image, p->ifl);
	struct vr_id vr = in != NULL ? in->vr : p->vr;
	struct ip_addr dst = flow_key_dst(&p->key);
	uint32_t i = nat_binding_inbound(
		env->nat, vr, &dst, binding_port(p), p->key.protocol);

	return i != 0 ? enter(env, p, i, n) : elsewhere(env, p, vr, &dst);
}

static inline enum verdict
binding(const struct env *env, struct pkt *p, struct nat_first *n)
{
	if (likely(atomic_load_explicit(&env->nat->nat->bindings,
			   memory_order_relaxed) == 0))
		return VERDICT_NEXT;
	return find_binding(env, p, n);
}

enum verdict
nat_dst_run(const struct env *env, struct pkt *p, struct nat_first *n)
{
	static const enum nat_kind kinds[] = {NAT_STATIC, NAT_DESTINATION};
	const struct nat_spec *spec = &image_spec_of(env->image)->nat;
	struct nat_query q;

	if (!nat_has(n, NAT_STATIC) && !nat_has(n, NAT_DESTINATION))
		return binding(env, p, n);
	nat_query_fill(env, p, n, &q);
	for (unsigned int i = 0; i < 2; i++) {
		const struct nat_rule_spec *r;
		uint32_t found;

		if (!nat_has(n, kinds[i]))
			continue;
		found = image_nat_match(env->image, kinds[i], &q);
		if (found == NAT_NO_RULE)
			continue;
		r = &spec->rules[kinds[i]][found];
		nat_count(&nat_rule(env->nat, kinds[i], r->id)->hits, 1);
		n->rule[NAT_OF_DESTINATION] = r->id;
		n->kind[NAT_OF_DESTINATION] = (uint8_t)kinds[i];
		n->translated = true;
		if (r->has_vr)
			n->vr = r->vr;
		return kinds[i] == NAT_STATIC ? static_dst(env, p, r, n)
					      : destination(env, p, r, n);
	}
	return binding(env, p, n);
}
