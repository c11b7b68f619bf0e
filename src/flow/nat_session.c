/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session with NAT from its making to its end: how each wing is rewritten,
 * what it holds of a pool or binding, and, with several workers, where its
 * packets find it when the hash of a wing does not lead there.
 */
#include "flow/nat_first.h"

#include <arpa/inet.h>
#include <errno.h>

#include "flow/session.h"
#include "nat/binding.h"
#include "nat/hash.h"
#include "nat/owners.h"
#include "pkt/key.h"
#include "pkt/rewrite.h"
#include "pkt/worker_hash.h"

void
nat_query_fill(const struct env *env, const struct pkt *p,
	const struct nat_first *n, struct nat_query *q)
{
	const struct ifl_spec *in = image_ifl(env->image, p->ifl);
	bool ports = nat_has_ports(&p->key);

	q->in = p->ifl;
	q->out = IFL_NONE;
	q->from = token_zone(p->key.token);
	q->to = ZONE_NULL;
	q->from_vr = in != NULL ? in->vr : p->vr;
	q->to_vr = VR_MASTER;
	q->src = flow_key_src(&p->key);
	q->dst = flow_key_dst(&n->to);
	q->protocol = p->key.protocol;
	q->sport = ports ? ntohs(p->key.sport_be) : 0;
	q->dport = ports ? ntohs(n->to.dport_be) : 0;
	q->icmp_type = p->icmp_type;
	q->icmp_code = p->icmp_code;
}

void
nat_set_src(struct flow_key *k, const struct ip_addr *a)
{
	if (a->family == IP_V4)
		k->v4.src_be = a->v4_be;
	else
		memcpy(k->v6.src, a->b, 16);
}

void
nat_set_dst(struct flow_key *k, const struct ip_addr *a)
{
	if (a->family == IP_V4)
		k->v4.dst_be = a->v4_be;
	else
		memcpy(k->v6.dst, a->b, 16);
}

enum verdict
nat_handoff(struct pkt *p, unsigned int worker)
{
	p->owner = (uint16_t)worker;
	mbuf_meta(p->m)->flags |= META_OWNED;
	return VERDICT_HANDOFF;
}

/* ---- which worker ---- */

static uint64_t
owner_hash(const struct flow_key *k)
{
	return nat_hash64(k, k->family == IP_V4 ? FLOW_KEY_V4 : FLOW_KEY_V6);
}

static bool
hash_leads_here(const struct env *env, const struct flow_key *k)
{
	return env->nworkers <= 1 ||
	       worker_hash_owner(k, env->nworkers) == env->worker;
}

bool
nat_key_free(const struct env *env, const struct flow_key *key, bool steered)
{
	const struct nat_owners *o = env->nat->nat->owners;

	if (steered && !hash_leads_here(env, key))
		return false;
	if (session_find(env->sessions, key, flow_key_hash(key)) != 0)
		return false;
	return o == NULL || nat_owners_find(o, owner_hash(key)) < 0;
}

int
nat_session_owner(const struct env *env, const struct flow_key *key)
{
	const struct nat_owners *o =
		env->nat != NULL ? env->nat->nat->owners : NULL;
	int worker = o != NULL ? nat_owners_find(o, owner_hash(key)) : -1;

	return worker == env->worker ? -1 : worker;
}

/* ---- made ---- */

static int
set_rewrites(const struct env *env, uint32_t index, const struct flow_key *to)
{
	const struct wing *in = session_wing(env->sessions, index, 0);
	struct rewrite there, back;

	rewrite_build(&there, &in->key, to);
	rewrite_inverse(&back, &there, &in->key);
	if (session_set_rewrite(env->sessions, index, 0, &there) != 0)
		return -ENOSPC;
	return session_set_rewrite(env->sessions, index, 1, &back);
}

int
nat_session_make(
	const struct env *env, uint32_t index, const struct nat_first *n)
{
	struct session_nat *s = session_nat_alloc(env->sessions, index);

	if (s == NULL || set_rewrites(env, index, &n->to) != 0)
		return -ENOSPC;
	for (unsigned int i = 0; i < 2; i++)
		s->rule[i] = n->rule[i];
	s->kinds = (uint8_t)(n->kind[0] | n->kind[1] << 4);
	s->born = env->nat->nat->commit;
	s->binding = n->binding;
	s->addr = n->hold.addr;
	s->host = n->hold.host;
	s->slot = (uint16_t)n->hold.slot;
	s->dst_pool = (uint16_t)n->dst_pool;
	s->port = n->hold.port;
	s->what = n->hold.what;
	return 0;
}

static void
count_rules(const struct env *env, const struct session_nat *s, bool made)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct nat_rule_counts *c;

		if (s->rule[i] == 0)
			continue;
		c = nat_rule(env->nat, s->kinds >> 4 * i & 15, s->rule[i]);
		if (made)
			nat_count(&c->successes, 1);
		nat_count(&c->active, made ? 1 : (uint64_t)-1);
	}
}

void
nat_session_made(const struct env *env, uint32_t index)
{
	const struct session_nat *s = session_nat(env->sessions, index);
	struct nat_owners *o = env->nat->nat->owners;
	const struct wing *w = session_wing(env->sessions, index, 0);

	count_rules(env, s, true);
	if (s->binding != 0)
		nat_binding_hold(env->nat, s->binding);
	for (unsigned int i = 0; i < 2 && o != NULL; i++)
		if (!hash_leads_here(env, &w[i].key))
			nat_owners_add(o, owner_hash(&w[i].key), env->worker);
}

void
nat_first_undo(const struct env *env, const struct nat_first *n)
{
	if (env->nat != NULL && n->hold.what != HOLD_NOTHING)
		nat_hold_release(env->nat, &n->hold, env->now_s);
}

bool
nat_first_again(const struct env *env, struct nat_first *n)
{
	if (n->careful || n->hold.what != HOLD_PORT)
		return false;
	nat_hold_release(env->nat, &n->hold, env->now_s);
	n->hold.what = HOLD_NOTHING;
	n->careful = true;
	return true;
}

/* ---- ended ---- */

void
nat_session_ended(const struct env *env, uint32_t index)
{
	const struct session_nat *s = session_nat(env->sessions, index);
	const struct wing *w = session_wing(env->sessions, index, 0);
	struct nat_owners *o;
	struct nat_hold hold;

	if (s == NULL || env->nat == NULL)
		return;
	o = env->nat->nat->owners;
	hold = (struct nat_hold){.slot = s->slot,
		.addr = s->addr,
		.host = s->host,
		.port = s->port,
		.what = s->what};
	count_rules(env, s, false);
	nat_hold_release(env->nat, &hold, env->now_s);
	if (s->binding != 0)
		nat_binding_release(env->nat, s->binding, env->now_s);
	for (unsigned int i = 0; i < 2 && o != NULL; i++)
		if (!hash_leads_here(env, &w[i].key))
			nat_owners_remove(
				o, owner_hash(&w[i].key), env->worker);
}

/* ---- a commit ---- */

static bool
rule_changed(
	const struct env *env, unsigned int kind, uint32_t id, uint32_t born)
{
	const struct nat *nat = env->nat->nat;

	return id != 0 &&
	       (image_nat_rule(env->image, (enum nat_kind)kind, id) == NULL ||
		       (id < NAT_IDS &&
			       (int32_t)(nat->changed[kind][id] - born) > 0));
}

/* The translated source of interface NAT is an address of the interface. */
static bool
address_gone(const struct env *env, uint32_t index)
{
	const struct wing *out = session_wing(env->sessions, index, 1);
	const struct ifl_spec *ifl =
		image_ifl(env->image, session_ifl(env->sessions, index, 1));
	struct ip_addr a = flow_key_dst(&out->key);

	for (size_t i = 0; ifl != NULL && i < ifl->naddrs; i++)
		if (ip_addr_equal(&ifl->addrs[i].prefix.addr, &a))
			return false;
	return true;
}

bool
nat_session_of_interface(const struct env *env, uint32_t index)
{
	const struct session_nat *s = session_nat(env->sessions, index);
	const struct nat_pool *p;

	if (s == NULL || env->nat == NULL || s->rule[NAT_OF_SOURCE] == 0 ||
		(s->what == HOLD_NOTHING && s->binding == 0))
		return false;
	p = nat_slot(env->nat->nat, s->slot);
	return p != NULL && p->iface;
}

bool
nat_session_orphan(const struct env *env, uint32_t index)
{
	const struct session_nat *s = session_nat(env->sessions, index);

	if (s == NULL || env->nat == NULL)
		return false;
	for (unsigned int i = 0; i < 2; i++)
		if (rule_changed(
			    env, s->kinds >> 4 * i & 15, s->rule[i], s->born))
			return true;
	if (s->what == HOLD_NOTHING && s->binding == 0)
		return false;
	return !nat_slot_current(env->nat->nat, s->slot) ||
	       (nat_session_of_interface(env, index) &&
		       address_gone(env, index));
}
