/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frame belongs to the logical interface of its port and VLAN. The zone of
 * that interface is the token of the flow key; since all interfaces of a zone
 * are in one routing instance, the token stands for both [FL-2]. What the box
 * itself sends comes from zone junos-host, in the table it was sent in [RR-6].
 */
#include "flow/ingress.h"

#include <rte_ether.h>

#include "flow/counters.h"
#include "flow/filter.h"
#include "flow/segments.h"

/* Unicast to another station: seen because the port is promiscuous. */
static bool
for_another_station(const struct env *env, const struct pkt *p)
{
	const uint8_t *dst = rte_pktmbuf_mtod(p->m, const uint8_t *);
	const struct mbuf_meta *meta = mbuf_meta(p->m);
	const uint8_t *own = env->ifd_mac[meta->ifd.v];

	return !p->l2_broadcast && memcmp(dst, own, RTE_ETHER_ADDR_LEN) != 0 &&
	       (meta->flags & META_ANY_STATION) == 0;
}

static void
count_in(const struct env *env, const struct pkt *p)
{
	struct ifl_stats *c = &env->counters->ifl[p->ifl.v];
	struct segments n = pkt_segments(p);

	c->in_packets += n.packets;
	c->in_bytes += n.bytes;
	if (p->icmp_class != ICMP_CLASS_NONE)
		c->icmp_packets++;
}

uint16_t
host_token(const struct pkt *p)
{
	struct ip_addr src = flow_key_src(&p->key), dst = flow_key_dst(&p->key);

	if (p->scope.v != 0 &&
		(ip_addr_is_link_local(&src) || ip_addr_is_link_local(&dst)))
		return token_of_host_link(p->scope);
	return token_of_host(p->vr);
}

static enum verdict
from_host(const struct env *env, struct pkt *p, bool again)
{
	p->ifl = IFL_NONE;
	p->scope = mbuf_meta(p->m)->out_ifl;
	p->vr = mbuf_meta(p->m)->vr;
	p->key.token = host_token(p);
	return filter_from_host(env, p, !again);
}

/* That of the interface, then that of the whole box [FF-1] [FF-8]. */
static enum verdict
input_filters(const struct env *env, struct pkt *p, const struct ifl_spec *ifl,
	bool again)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;
	bool v4 = p->key.family == IP_V4;
	unsigned int own = v4 ? ifl->filter_in4 : ifl->filter_in6;
	unsigned int all = v4 ? flow->filter4 : flow->filter6;
	enum verdict v = VERDICT_NEXT;

	if (own != 0)
		v = filter_run(env, p, own, !again);
	if (all != 0 && v == VERDICT_NEXT)
		v = filter_run(env, p, all, !again);
	return v;
}

enum verdict
ingress_check(const struct env *env, struct pkt *p)
{
	struct mbuf_meta *meta = mbuf_meta(p->m);
	bool again = (meta->flags & META_COUNTED) != 0;
	const struct ifl_spec *ifl;

	meta->flags |= META_COUNTED;
	if (meta->flags & META_FROM_HOST)
		return from_host(env, p, again);
	ifl = image_ifl_of_frame(env->image, meta->ifd, p->vlan);
	if (ifl == NULL)
		return drop(p, REASON_NO_INTERFACE);
	p->ifl = p->scope = meta->ifl = ifl->id;
	p->vr = ifl->vr;
	p->key.token = ifl->zone.v;
	p->screen = ifl->screen;
	if (!again)
		count_in(env, p);
	if (for_another_station(env, p))
		return drop(p, REASON_NOT_FOR_US);
	if (p->key.family == IP_NONE) /* ARP */
		return ifl->inet ? VERDICT_LOCAL : drop(p, REASON_FAMILY_OFF);
	if (!(p->key.family == IP_V4 ? ifl->inet : ifl->inet6))
		return drop(p, REASON_FAMILY_OFF);
	if (p->icmp_class == ICMP_CLASS_ND)
		return VERDICT_LOCAL;
	return input_filters(env, p, ifl, again);
}
