/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/egress.h"

#include "flow/counters.h"
#include "flow/filter.h"
#include "pkt/bytes.h"
#include "pkt/rewrite.h"

#define IPV6_MTU_MIN 1280u

/*
 * p was put together from fragments: it is cut again, to the MTU or, if asked
 * for, to the size in which it came [SC-40]. What its sender did not want to be
 * cut any smaller (DF, IPv6) is not.
 */
static enum verdict
check_joined(const struct env *env, struct pkt *p, uint16_t mtu)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;
	uint16_t size = mbuf_meta(p->m)->frag_size;

	if (flow->keep_fragment_size && size < mtu)
		p->mtu = size;
	if (p->len <= p->mtu)
		return VERDICT_NEXT;
	if (p->df && size > mtu)
		return drop_and_answer(p, REASON_MTU, ANSWER_TOO_BIG);
	p->fragment = true;
	return VERDICT_NEXT;
}

/* [SC-42] TCP's super-segments of hosts that do not ask for DF are cut smaller.
 */
static bool
cut_segments(struct pkt *p, uint16_t mtu)
{
	uint32_t headers =
		(uint32_t)(p->l4 - p->l3) + (uint32_t)(p->l4[12] >> 4) * 4;

	if (p->df || headers + 8 > mtu)
		return false;
	p->m->tso_segsz = (uint16_t)(mtu - headers);
	return true;
}

static enum verdict
check_mtu(const struct env *env, struct pkt *p, const struct ifl_spec *ifl)
{
	uint16_t mtu = p->key.family == IP_V4 ? ifl->mtu4 : ifl->mtu6;

	p->mtu = mtu;
	p->fragment = false;
	if (unlikely(mbuf_meta(p->m)->flags & META_JOINED))
		return check_joined(env, p, mtu);
	if (likely(pkt_segments(p).largest <= mtu))
		return VERDICT_NEXT;
	if ((p->m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) != 0 &&
		cut_segments(p, mtu))
		return VERDICT_NEXT;
	if (p->key.family == IP_V6 &&
		(mbuf_meta(p->m)->flags & META_FROM_HOST) != 0) {
		p->fragment = true;
		return VERDICT_NEXT;
	}
	if (p->df || p->key.family == IP_V6 ||
		(p->m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) != 0) {
		if (p->key.family == IP_V6 && mtu < IPV6_MTU_MIN)
			p->mtu = IPV6_MTU_MIN;
		return drop_and_answer(p, REASON_MTU, ANSWER_TOO_BIG);
	}
	p->fragment = true;
	return VERDICT_NEXT;
}

static enum verdict
unresolved(struct pkt *p, struct adj_id id, const struct adj *adj)
{
	if (id.v != 0) {
		p->out_ifl = adj->ifl;
		p->gw = adj->addr;
	}
	return VERDICT_RESOLVE;
}

/* An output filter, a packet that is too large or was put together, or no
 * interface any more. */
static __rte_noinline enum verdict
check_special(const struct env *env, struct pkt *p)
{
	const struct ifl_spec *ifl = image_ifl(env->image, p->out_ifl);
	unsigned int filter;

	if (ifl == NULL)
		return drop(p, REASON_TX_DOWN);
	filter = p->key.family == IP_V4 ? ifl->filter_out4 : ifl->filter_out6;
	if (filter != 0) {
		enum verdict v = filter_run(env, p, filter, true);

		if (v != VERDICT_NEXT)
			return v;
	}
	return check_mtu(env, p, ifl);
}

enum verdict
egress_check(const struct env *env, struct pkt *p, struct adj_id id)
{
	const struct adj *adj = neigh_adj(env->neigh, id);
	unsigned int family = p->key.family != IP_V4;
	const struct ifl_row_out *row;

	if (unlikely(p->ttl <= 1) &&
		(mbuf_meta(p->m)->flags & META_FROM_HOST) == 0)
		return drop_and_answer(p, REASON_TTL, ANSWER_TIME_EXCEEDED);
	if (unlikely(!adj_usable(atomic_load_explicit(
		    &adj->mac_state, memory_order_acquire))))
		return unresolved(p, id, adj);
	p->adj = id;
	p->out_ifl = adj->ifl;
	row = image_row_out(env->image, adj->ifl);
	if (unlikely(row->filtered[family] || p->len > row->mtu[family] ||
		     (mbuf_meta(p->m)->flags & META_JOINED) != 0))
		return check_special(env, p);
	p->mtu = row->mtu[family];
	p->fragment = false;
	return VERDICT_NEXT;
}

enum verdict
egress_apply(const struct env *env, struct pkt *p)
{
	struct adj *adj = neigh_adj(env->neigh, p->adj);
	struct ifl_stats *c = &env->counters->ifl[p->out_ifl.v];
	struct segments n = pkt_segments(p);
	uint64_t mac =
		atomic_load_explicit(&adj->mac_state, memory_order_relaxed);
	uint64_t first;
	uint8_t macs[12];

	if (atomic_load_explicit(&adj->used_s, memory_order_relaxed) !=
		env->now_s)
		atomic_store_explicit(
			&adj->used_s, env->now_s, memory_order_relaxed);
	/* Words as they are read again: a load that spans two stores waits. */
	first = (mac & 0xffffffffffff) | (uint64_t)get16(adj->src_mac) << 48;
	memcpy(macs, &first, 8); /* bytes 0..5, little-endian: neigh.h */
	memcpy(macs + 8, adj->src_mac + 2, 4);
	c->out_packets += n.packets;
	c->out_bytes += n.bytes;
	if ((mbuf_meta(p->m)->flags & META_FROM_HOST) == 0)
		rewrite_ttl(p);
	return rewrite_l2(p, macs, adj->vlan);
}
