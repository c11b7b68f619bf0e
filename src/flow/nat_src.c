/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does: static NAT the other way round comes first: a rule whose
 * `from` is the side on which the packet leaves, and whose inside holds its
 * source; else source NAT [NA-52]. `interface` means the preferred address of
 * the egress interface, `off` ends the search.
 *
 * What we do: a proposal of the pool is taken when no session has the reply
 * tuple that it makes, in whatever virtual router [NA-43]. A port that nobody
 * else can have makes a new tuple, but for the rare session without NAT; that
 * shows when the session is installed, and then all are looked up (n->careful).
 * Of several workers each takes what the symmetric hash brings back [NA-45].
 * Flows that share something, a binding or what their host has in a pool, are
 * made by the worker of the host [NA-46].
 */
#include "flow/nat_first.h"

#include <arpa/inet.h>

#include <rte_hash_crc.h>

#include "flow/nat_family.h"
#include "nat/binding.h"
#include "pkt/key.h"

#define TRIES 128u /* proposals, for each worker */

/* What a source rule asks for. */
struct wish {
	const struct nat_rule_spec *rule;
	struct nat_ask ask;
	struct ip_addr iface; /* the interface's address */
	struct vr_id out_vr;
	uint16_t token;
	bool clash; /* a proposal was refused */
};

/* Preferred, else primary, else any that others can answer to. */
static bool
interface_address(
	const struct ifl_spec *ifl, uint8_t family, struct ip_addr *ret)
{
	int best = -1;

	for (size_t i = 0; ifl != NULL && i < ifl->naddrs; i++) {
		const struct ifl_addr_spec *a = &ifl->addrs[i];
		int rank = a->preferred * 2 + a->primary;

		if (a->prefix.addr.family != family || rank <= best ||
			ip_addr_is_link_local(&a->prefix.addr))
			continue;
		best = rank;
		*ret = a->prefix.addr;
	}
	return best >= 0;
}

static unsigned int
host_worker(const struct env *env, const struct nat_ask *a)
{
	return rte_hash_crc_8byte(a->host.q[0],
		       rte_hash_crc_8byte(a->host.q[1], a->vr.v)) %
	       env->nworkers;
}

static struct ip_addr
proposed(const struct wish *w, const struct nat_pick *k)
{
	return w->ask.pool->iface ? w->iface
				  : nat_pool_addr(w->ask.pool, k->hold.addr);
}

/* The key of the answers when the source becomes this. */
static struct flow_key
reply_key(const struct wish *w, const struct nat_first *n,
	const struct ip_addr *src, uint16_t port)
{
	struct flow_key to = n->to;

	nat_set_src(&to, src);
	if (w->ask.ports)
		to.sport_be = htons(port);
	return flow_key_reverse(&to, w->token);
}

/* Does its worker depend on its ports? pkt/worker_hash.h */
static bool
is_hashed_by_port(const struct nat_first *n)
{
	return n->to.protocol == IPP_TCP || n->to.protocol == IPP_UDP;
}

static bool
pick(const struct env *env, struct wish *w, const struct nat_first *n,
	struct nat_pick *k, struct ip_addr *ret)
{
	bool steered = is_hashed_by_port(n) && !w->ask.whole &&
		       !nat_pool_per_host(w->ask.pool);
	bool surely = !n->careful && env->nworkers == 1 && w->ask.ports &&
		      w->ask.pool->overload == NULL &&
		      nat_pool_pat(w->ask.pool);

	for (bool more = nat_pick_first(env->nat, &w->ask, k); more;
		more = nat_pick_next(env->nat, k)) {
		struct flow_key reply;

		*ret = proposed(w, k);
		if (ret->family != n->to.family)
			break;
		if (surely && nat_pick_take(env->nat, k))
			return true;
		reply = reply_key(w, n, ret, k->hold.port);
		if (nat_key_free(env, &reply, steered) &&
			nat_pick_take(env->nat, k))
			return true;
		w->clash = true;
	}
	return false;
}

static void
translate(const struct wish *w, struct nat_first *n, const struct ip_addr *src,
	uint16_t port)
{
	nat_set_src(&n->to, src);
	if (w->ask.ports)
		n->to.sport_be = htons(port);
	n->translated = true;
}

static struct nat_slot_stats *
slot_stats(const struct env *env, const struct wish *w)
{
	return &env->nat->slots[w->ask.pool->slot];
}

static enum verdict
failed(const struct env *env, struct pkt *p, const struct wish *w)
{
	nat_count(&slot_stats(env, w)->failures, 1);
	return drop(p, w->clash ? REASON_NAT_CLASH : REASON_NAT_EXHAUSTED);
}

/* ---- persistent NAT ---- */

static struct nat_binding_key
binding_key(const struct pkt *p, const struct wish *w)
{
	bool whole = w->rule->persistent.address_mapping || !w->ask.ports;

	return nat_binding_key(w->ask.pool->slot, w->ask.iface, &w->ask.host,
		w->ask.vr, whole ? 0 : p->key.protocol,
		whole ? 0 : w->ask.port);
}

/* It has its outside address: one session more, towards this remote end. */
static enum verdict
use_binding(const struct env *env, struct pkt *p, const struct wish *w,
	uint32_t i, struct nat_first *n)
{
	const struct nat_binding *b = nat_binding_at(env->nat, i);
	struct ip_addr dst = flow_key_dst(&n->to);
	uint16_t port = b->key.port != 0 ? b->hold.port : w->ask.port;
	struct flow_key reply = reply_key(w, n, &b->reflexive, port);

	if (b->sessions >= b->max_sessions)
		return drop(p, REASON_NAT_BINDING_LIMIT);
	if (!nat_key_free(env, &reply, false))
		return drop(p, REASON_NAT_CLASH);
	if (!nat_binding_remote(env->nat, i, &dst, ntohs(n->to.dport_be)))
		return drop(p, REASON_NAT_EXHAUSTED);
	translate(w, n, &b->reflexive, port);
	n->binding = i;
	n->hold = (struct nat_hold){.slot = b->hold.slot};
	return VERDICT_NEXT;
}

static enum verdict
persistent(const struct env *env, struct pkt *p, struct wish *w,
	struct nat_first *n)
{
	struct nat_binding_key key = binding_key(p, w);
	uint32_t i = nat_binding_find(env->nat, &key);
	struct ip_addr reflexive;
	struct nat_pick k;

	if (i != 0)
		return use_binding(env, p, w, i, n);
	w->ask.whole = true;
	if (!pick(env, w, n, &k, &reflexive))
		return failed(env, p, w);
	i = nat_binding_new(env->nat, &key, &k.hold, &reflexive, w->rule,
		w->out_vr, env->now_s);
	if (i == 0) {
		nat_hold_release(env->nat, &k.hold, env->now_s);
		return failed(env, p, w);
	}
	return use_binding(env, p, w, i, n);
}

/* ---- source rules ---- */

static bool
choose_pool(const struct env *env, const struct path *path, uint8_t family,
	enum nat_action action, uint32_t pool, struct wish *w)
{
	const struct nat_spec *spec = &image_spec_of(env->image)->nat;
	const struct ifl_spec *out = image_ifl(env->image, path->ifl);

	w->ask.pool = NULL;
	if (action == NAT_POOL && pool < spec->npools)
		w->ask.pool = nat_pool_now(env->nat->nat, spec->pools[pool].id);
	else if (action == NAT_INTERFACE &&
		 interface_address(out, family, &w->iface))
		w->ask.pool = nat_pool_iface(env->nat->nat);
	w->ask.iface = path->ifl.v * 2u + (family == IP_V6);
	return w->ask.pool != NULL;
}

static void
wish_init(const struct env *env, const struct pkt *p, const struct path *path,
	uint16_t token, const struct nat_first *n, struct wish *w)
{
	const struct nat_spec *spec = &image_spec_of(env->image)->nat;
	const struct ifl_spec *in = image_ifl(env->image, p->ifl);
	const struct ifl_spec *out = image_ifl(env->image, path->ifl);

	w->token = token;
	w->out_vr = out != NULL ? out->vr : n->vr;
	w->ask = (struct nat_ask){
		.host = flow_key_src(&p->key),
		.vr = in != NULL ? in->vr : p->vr,
		.port = ntohs(p->key.sport_be),
		.ports = nat_has_ports(&p->key) ||
			 p->icmp_class == ICMP_CLASS_REQUEST,
		.sequential = spec->port_sequential,
		.same_address = spec->address_persistent,
		.tries = TRIES * env->nworkers,
		.now_s = env->now_s,
	};
}

/* Another worker makes the flows of this host? */
static bool
of_another_worker(
	const struct env *env, const struct pkt *p, const struct wish *w)
{
	return env->nworkers > 1 && !p->owned &&
	       (w->rule->persistent.permit != PERSISTENT_NONE ||
		       nat_pool_per_host(w->ask.pool)) &&
	       host_worker(env, &w->ask) != env->worker;
}

/* `overflow-pool`, when the pool has nothing left. */
static bool
overflow(const struct env *env, const struct path *path,
	const struct nat_first *n, struct wish *w)
{
	const struct nat_spec *spec = &image_spec_of(env->image)->nat;
	const struct nat_pool_spec *s = &spec->pools[w->rule->pool];

	nat_count(&slot_stats(env, w)->failures, 1);
	return choose_pool(env, path, n->to.family,
		s->overflow == OVERFLOW_POOL ? NAT_POOL : NAT_INTERFACE,
		s->overflow_pool, w);
}

static bool
has_overflow(const struct env *env, const struct wish *w)
{
	const struct nat_spec *spec = &image_spec_of(env->image)->nat;

	return w->rule->action == NAT_POOL &&
	       spec->pools[w->rule->pool].overflow != OVERFLOW_DROP;
}

static enum verdict
source(const struct env *env, struct pkt *p, const struct path *path,
	struct wish *w, struct nat_first *n)
{
	struct ip_addr src;
	struct nat_pick k;

	if (!choose_pool(
		    env, path, n->to.family, w->rule->action, w->rule->pool, w))
		return drop(p, REASON_NAT_EXHAUSTED);
	if (of_another_worker(env, p, w))
		return nat_handoff(p, host_worker(env, &w->ask));
	nat_count(&slot_stats(env, w)->hits, 1);
	if (w->rule->persistent.permit != PERSISTENT_NONE)
		return persistent(env, p, w, n);
	if (!pick(env, w, n, &k, &src) &&
		(!has_overflow(env, w) || !overflow(env, path, n, w) ||
			!pick(env, w, n, &k, &src)))
		return failed(env, p, w);
	translate(w, n, &src, k.hold.port);
	n->hold = k.hold;
	return VERDICT_NEXT;
}

/* ---- static NAT, outwards ---- */

static enum verdict
reverse_static(const struct env *env, struct pkt *p,
	const struct nat_rule_spec *r, struct nat_first *n)
{
	struct ip_addr src = flow_key_src(&p->key), to;
	struct ip_prefix net = ip_prefix_network(&r->prefix);

	n->translated = true;
	if (r->action == NAT_NPTV6)
		to = nptv6_out(&src, r);
	else if (r->dst[0].lo.family != src.family)
		return nat_family_src_prefix(p, r, n);
	else
		to = nat_addr_add(&r->dst[0].lo, nat_addr_sub(&src, &net.addr));
	nat_set_src(&n->to, &to);
	if (r->mapped.lo != 0 && r->ndports > 0 && nat_has_ports(&p->key))
		n->to.sport_be =
			htons((uint16_t)(ntohs(p->key.sport_be) - r->mapped.lo +
					 r->dports[0].lo));
	return VERDICT_NEXT;
}

static const struct nat_rule_spec *
matched(const struct env *env, enum nat_kind kind, uint32_t found,
	struct nat_first *n)
{
	const struct nat_rule_spec *r;

	if (found == NAT_NO_RULE)
		return NULL;
	r = &image_spec_of(env->image)->nat.rules[kind][found];
	nat_count(&nat_rule(env->nat, kind, r->id)->hits, 1);
	n->rule[NAT_OF_SOURCE] = r->id;
	n->kind[NAT_OF_SOURCE] = (uint8_t)kind;
	return r;
}

enum verdict
nat_src_run(const struct env *env, struct pkt *p, const struct path *path,
	uint16_t token, struct nat_first *n)
{
	const struct ifl_spec *out = image_ifl(env->image, path->ifl);
	struct nat_query q;
	struct wish w = {0};

	if (nat_has(n, NAT_SOURCE) || nat_has(n, NAT_STATIC)) {
		nat_query_fill(env, p, n, &q);
		q.out = path->ifl;
		q.to = path->zone;
		q.to_vr = out != NULL ? out->vr : n->vr;
	}
	if (nat_has(n, NAT_STATIC)) {
		const struct nat_rule_spec *r = matched(env, NAT_STATIC,
			image_nat_match_reverse_static(env->image, &q), n);

		if (r != NULL)
			return reverse_static(env, p, r, n);
	}
	if (nat_has(n, NAT_SOURCE)) {
		w.rule = matched(env, NAT_SOURCE,
			image_nat_match(env->image, NAT_SOURCE, &q), n);
		if (w.rule != NULL && w.rule->action != NAT_OFF) {
			wish_init(env, p, path, token, n, &w);
			return source(env, p, path, &w, n);
		}
	}
	return nat_family_complete(p, n);
}
