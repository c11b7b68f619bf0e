/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does [FL-13]: traffic to an address of the interface on which it
 * arrives needs only host-inbound-traffic of that interface and runs under
 * self-traffic-policy. An address of another interface (the far side, lo0)
 * needs first a policy from the ingress zone to the zone of the owner, also
 * when both are the same, then host-inbound-traffic of the owner. In both
 * cases policies to junos-host, if there are any from that zone, may refuse;
 * what none of them matches is permitted [FL-14].
 */
#include "flow/self_traffic.h"

#include <arpa/inet.h>

#include "flow/counters.h"
#include "flow/policy_query.h"

/* Which service listens on a port [FL-10]. A port of 0 ends the table. */
static const struct {
	uint8_t protocol;
	uint16_t lo, hi;
	enum host_service service;
} services[] = {
	{IPP_TCP, 22, 22, HOST_SVC_SSH},
	{IPP_TCP, 23, 23, HOST_SVC_TELNET},
	{IPP_TCP, 20, 21, HOST_SVC_FTP},
	{IPP_UDP, 53, 53, HOST_SVC_DNS},
	{IPP_TCP, 53, 53, HOST_SVC_DNS},
	{IPP_UDP, 67, 68, HOST_SVC_DHCP},
	{IPP_UDP, 67, 68, HOST_SVC_BOOTP},
	{IPP_UDP, 546, 547, HOST_SVC_DHCPV6},
	{IPP_UDP, 69, 69, HOST_SVC_TFTP},
	{IPP_TCP, 79, 79, HOST_SVC_FINGER},
	{IPP_TCP, 80, 80, HOST_SVC_HTTP},
	{IPP_TCP, 443, 443, HOST_SVC_HTTPS},
	{IPP_TCP, 113, 113, HOST_SVC_IDENT_RESET},
	{IPP_UDP, 123, 123, HOST_SVC_NTP},
	{IPP_UDP, 161, 161, HOST_SVC_SNMP},
	{IPP_UDP, 162, 162, HOST_SVC_SNMP_TRAP},
	{IPP_UDP, 500, 500, HOST_SVC_IKE},
	{IPP_UDP, 4500, 4500, HOST_SVC_IKE},
	{IPP_TCP, 513, 513, HOST_SVC_RLOGIN},
	{IPP_TCP, 514, 514, HOST_SVC_RSH},
	{IPP_TCP, 830, 830, HOST_SVC_NETCONF},
	{IPP_TCP, 3220, 3220, HOST_SVC_XNM_SSL},
	{IPP_TCP, 3221, 3221, HOST_SVC_XNM_CLEAR_TEXT},
	{IPP_UDP, 5060, 5060, HOST_SVC_SIP},
	{IPP_TCP, 5060, 5060, HOST_SVC_SIP},
	{IPP_UDP, 33434, 33523, HOST_SVC_TRACEROUTE},
	{0, 0, 0, HOST_SVC_COUNT},
};

static const struct {
	uint8_t protocol;
	uint16_t port; /* 0: the protocol alone */
	enum host_protocol host;
} protocols[] = {
	{IPP_OSPF, 0, HOST_PROTO_OSPF},
	{IPP_OSPF, 0, HOST_PROTO_OSPF3},
	{IPP_PIM, 0, HOST_PROTO_PIM},
	{IPP_IGMP, 0, HOST_PROTO_IGMP},
	{IPP_RSVP, 0, HOST_PROTO_RSVP},
	{112, 0, HOST_PROTO_VRRP},
	{113, 0, HOST_PROTO_PGM},
	{IPP_TCP, 179, HOST_PROTO_BGP},
	{IPP_UDP, 3784, HOST_PROTO_BFD},
	{IPP_UDP, 4784, HOST_PROTO_BFD},
	{IPP_UDP, 520, HOST_PROTO_RIP},
	{IPP_UDP, 521, HOST_PROTO_RIPNG},
	{IPP_UDP, 646, HOST_PROTO_LDP},
	{IPP_TCP, 646, HOST_PROTO_LDP},
	{IPP_TCP, 639, HOST_PROTO_MSDP},
	{IPP_UDP, 9875, HOST_PROTO_SAP},
	{0, 0, HOST_PROTO_COUNT},
};

static bool
has(uint64_t set, unsigned int bit)
{
	return (set >> bit & 1) != 0;
}

bool
self_traffic_allowed(const struct host_inbound_spec *h, const struct pkt *p)
{
	uint16_t port = ntohs(p->key.dport_be);
	uint8_t proto = p->key.protocol;
	bool named = false; /* `any-service` minus `ssh except` has no ssh */

	if (p->icmp_class == ICMP_CLASS_REQUEST)
		return has(h->services, HOST_SVC_PING);
	for (size_t i = 0; services[i].protocol != 0; i++) {
		if (services[i].protocol != proto || port < services[i].lo ||
			port > services[i].hi)
			continue;
		if (has(h->services, services[i].service))
			return true;
		named = true;
	}
	for (size_t i = 0; protocols[i].protocol != 0; i++)
		if (protocols[i].protocol == proto &&
			(protocols[i].port == 0 || protocols[i].port == port) &&
			has(h->protocols, protocols[i].host))
			return true;
	return !named && (proto == IPP_TCP || proto == IPP_UDP) &&
	       has(h->services, HOST_SVC_ANY_SERVICE);
}

static enum verdict
denied(struct pkt *p, const struct policy_result *r)
{
	if (r->action == POLICY_REJECT)
		return drop_and_answer(p, REASON_POLICY_REJECT,
			p->key.protocol == IPP_TCP ? ANSWER_TCP_RST
						   : ANSWER_ADMIN_PROHIBITED);
	return drop(p, r->index == POLICY_DEFAULT ? REASON_DEFAULT_DENY
						  : REASON_POLICY_DENY);
}

/* Policies from or to junos-host only refuse: what none matches is permitted,
 * and is no hit of the default policy [FL-14]. */
static enum verdict
junos_host_policy(const struct env *env, struct pkt *p, struct zone_id from,
	struct zone_id to)
{
	struct policy_query q = policy_query_of(p, from, to);
	struct policy_result r;

	image_policy_match(env->image, &q, &r);
	p->policy = r.index;
	if (r.index == POLICY_DEFAULT)
		return VERDICT_NEXT;
	++*policy_hits(env->counters, r.index);
	return r.action == POLICY_PERMIT ? VERDICT_NEXT : denied(p, &r);
}

enum verdict
self_traffic_in(const struct env *env, struct pkt *p, const struct path *to,
	uint32_t *ret_policy)
{
	const struct ifl_spec *owner = image_ifl(env->image, to->ifl);
	struct zone_id from = token_zone(p->key.token);
	struct policy_result r;
	struct policy_query q;

	*ret_policy = POLICY_SELF;
	if (to->type == NH_RECEIVE || owner == NULL)
		owner = image_ifl(env->image, p->ifl);
	if (owner == NULL)
		return drop(p, REASON_HOST_INBOUND);
	if (owner->id.v != p->ifl.v) { /* the far side */
		q = policy_query_of(p, from, owner->zone);
		image_policy_match(env->image, &q, &r);
		p->policy = r.index;
		++*policy_hits(env->counters, r.index);
		if (r.action != POLICY_PERMIT)
			return denied(p, &r);
		*ret_policy = r.index;
	}
	if (!self_traffic_allowed(&owner->host_inbound, p))
		return drop(p, REASON_HOST_INBOUND);
	if (image_has_context(env->image, from, ZONE_JUNOS_HOST))
		return junos_host_policy(env, p, from, ZONE_JUNOS_HOST);
	return VERDICT_NEXT;
}

enum verdict
self_traffic_out(const struct env *env, struct pkt *p, const struct path *to,
	uint32_t *ret_policy)
{
	*ret_policy = POLICY_SELF;
	if (to->type == NH_LOCAL || to->type == NH_RECEIVE)
		return VERDICT_NEXT; /* to itself */
	if (to->zone.v == ZONE_NULL.v)
		return drop(p, REASON_NULL_ZONE);
	if (!image_has_context(env->image, ZONE_JUNOS_HOST, to->zone))
		return VERDICT_NEXT;
	return junos_host_policy(env, p, ZONE_JUNOS_HOST, to->zone);
}
