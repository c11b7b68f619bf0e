/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ICMP error comes from whatever is on the way, so of its own addresses only
 * those change that the wing changes: the receiver's always; the sender's when
 * the wing hides that side, since nobody beyond could tell who it is (RFC 5508
 * 4.2, REQ-5). What it quotes becomes the packet that its receiver once sent
 * [NA-53].
 */
#include "flow/nat_translate.h"

#include "flow/egress.h"
#include "flow/nat_family.h"
#include "flow/session.h"
#include "pkt/xlate.h"

/* As p, with each address for which from and to differ taken of to. */
static struct flow_key
outer(const struct pkt *p, const struct flow_key *from,
	const struct flow_key *to)
{
	struct flow_key k = p->key;

	if (k.family == IP_V4) {
		if (from->v4.src_be != to->v4.src_be)
			k.v4.src_be = to->v4.src_be;
		if (from->v4.dst_be != to->v4.dst_be)
			k.v4.dst_be = to->v4.dst_be;
		return k;
	}
	if (memcmp(from->v6.src, to->v6.src, 16) != 0)
		memcpy(k.v6.src, to->v6.src, 16);
	if (memcmp(from->v6.dst, to->v6.dst, 16) != 0)
		memcpy(k.v6.dst, to->v6.dst, 16);
	return k;
}

/*
 * The same, into the other family. A router of the IPv4 side is seen by the
 * prefix through which its side is reached (RFC 7915 4.2); one of the IPv6 side
 * has no address there, so the session's stands for it.
 */
static struct flow_key
outer_family(
	const struct env *env, const struct pkt *p, const struct flow_key *to)
{
	const struct session_nat *s = session_nat(env->sessions, p->session);
	struct ip_addr src = flow_key_src(&p->key);
	const struct nat_rule_spec *r;
	struct flow_key k = *to;

	if (to->family != IP_V6)
		return k;
	r = image_nat_rule(env->image, (enum nat_kind)(s->kinds >> 4),
		s->rule[NAT_OF_DESTINATION]);
	if (r != NULL && r->action == NAT_INET) {
		src = rfc6052_embed(&r->prefix, &src);
		nat_set_src(&k, &src);
	}
	return k;
}

static enum verdict
translate_error(const struct env *env, struct pkt *p)
{
	const struct wing *w = session_wing(env->sessions, p->session, 0);
	const struct flow_key *sent = &w[1 - p->wing].key;
	struct flow_key to = flow_key_reverse(sent, 0), new;
	struct rewrite rw;

	if (unlikely(to.family != p->key.family)) {
		new = outer_family(env, p, &to);
		return xlate_error(p, &new, sent);
	}
	new = outer(p, &w[p->wing].key, &to);
	rewrite_build(&rw, &p->key, &new);
	rewrite_nat(p, &rw);
	rewrite_quoted(p, sent);
	return VERDICT_NEXT;
}

static bool
fragment_header(const struct env *env)
{
	return !image_spec_of(env->image)->nat.no_v6_frag_header;
}

enum verdict
nat_translate(const struct env *env, struct pkt *p)
{
	struct xlate x;
	struct rewrite rw;

	if (unlikely(p->icmp_error))
		return translate_error(env, p);
	session_get_rewrite(env->sessions, p->session, p->wing, &rw);
	if (unlikely(rw.flags & REWRITE_FAMILY)) {
		/* what is going to be cut gets its header then */
		x = (struct xlate){&rw, fragment_header(env) && !p->fragment};
		return xlate_packet(p, &x);
	}
	rewrite_nat(p, &rw);
	return VERDICT_NEXT;
}

/*
 * What leaves is of the other family: its length and MTU are asked, and what
 * its sender is told of them is in the sender's own measure (RFC 7915 4.2,
 * 5.2). IPv4 packets that may be fragmented are, afterwards.
 */
enum verdict
nat_egress_check(const struct env *env, struct pkt *p, struct adj_id adj)
{
	const struct wing *w = session_wing(env->sessions, p->session, 0);
	uint8_t own = p->key.family, other = w[1 - p->wing].key.family;
	bool df = p->df;
	enum verdict v;
	int growth;

	if (own == other)
		return egress_check(env, p, adj);
	growth = p->icmp_error ? 0 : xlate_growth(p, fragment_header(env));
	p->key.family = other;
	p->len = (uint32_t)((int)p->len + growth);
	v = egress_check(env, p, adj);
	p->key.family = own;
	p->len = (uint32_t)((int)p->len - growth);
	if (likely(v != VERDICT_DROP || p->reason != REASON_MTU))
		return v;
	if (own == IP_V4 && !df &&
		(p->m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) == 0) {
		p->fragment = true;
		return VERDICT_NEXT;
	}
	p->mtu = (uint16_t)((int)p->mtu - growth);
	return v;
}
