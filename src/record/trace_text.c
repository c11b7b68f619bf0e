/* SPDX-License-Identifier: Apache-2.0 */
#include "record/trace_text.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/sbuf.h"
#include "pkt/key.h"

struct lines {
	const struct record_names *names;
	const struct trace_spec *spec;
	const struct flow_trace_record *r;
	struct sbuf *out;
	char prefix[80];
	char src[IP_TEXT_MAX], dst[IP_TEXT_MAX], gw[IP_TEXT_MAX];
	uint16_t sport, dport;
};

static void __attribute__((format(printf, 2, 3)))
line(struct lines *l, const char *fmt, ...)
{
	va_list ap;

	sbuf_puts(l->out, l->prefix);
	va_start(ap, fmt);
	sbuf_vprintf(l->out, fmt, ap);
	va_end(ap);
	sbuf_putc(l->out, '\n');
}

static bool
flag(const struct lines *l, uint32_t bits)
{
	return (l->spec->flags & bits) != 0;
}

static bool
is_icmp(const struct flow_trace_record *r)
{
	return r->key.protocol == IPP_ICMP || r->key.protocol == IPP_ICMP6;
}

/* What came, and from where. */
static void
arrival(struct lines *l)
{
	const struct flow_trace_record *r = l->r;
	const char *in =
		r->ifl.v != 0 ? record_ifl_name(l->names, r->ifl) : ".local..0";

	line(l, "<%s/%u->%s/%u;%u,0x0> matched filter %s:", l->src, l->sport,
		l->dst, l->dport, r->key.protocol,
		r->matched != 0 && r->matched <= l->spec->nfilters
			? l->spec->filters[r->matched - 1].name
			: "(none is configured)");
	line(l, "packet [%u] ipid = %u", r->len, r->frag_id);
	line(l, "---- flow_process_pkt: (thd %u): rtbl_idx = %u", r->worker,
		r->vr.v);
	line(l, " flow process pak fast ifl %u in_ifp %s", r->ifl.v, in);
	if (is_icmp(r))
		line(l, "  %s:%s->%s, icmp, (%u/%u)", in, l->src, l->dst,
			r->icmp_type, r->icmp_code);
	else
		line(l, "  %s:%s/%u->%s/%u, protocol %u, flags 0x%x", in,
			l->src, l->sport, l->dst, l->dport, r->key.protocol,
			r->tcp_flags);
}

static void
look_up(struct lines *l)
{
	const struct flow_trace_record *r = l->r;

	if (l->spec->level == TRACE_DETAIL)
		line(l,
			" find flow: sa %s, da %s, sp %u, dp %u, proto %u, tok "
			"%u",
			l->src, l->dst, l->sport, l->dport, r->key.protocol,
			r->key.token);
	if (r->packet_mode)
		line(l, "  packet mode: no session is looked for");
	else if (r->session != 0 && !r->first)
		line(l, "  flow got session %u, %s wing", r->session,
			r->wing == 0 ? "In" : "Out");
	else
		line(l, "  no session found, start first path. in_tunnel - "
			"0x0, "
			"from_cp_flag - 0");
}

static const char *
way_text(const struct flow_trace_record *r)
{
	switch ((enum nexthop_type)r->way) {
	case NH_LOCAL:
	case NH_RECEIVE:
		return "the box itself";
	case NH_DISCARD:
		return "discard";
	case NH_REJECT:
		return "reject";
	case NH_UCAST:
	case NH_RESOLVE:
		return NULL;
	default:
		return "nothing";
	}
}

static void
route(struct lines *l)
{
	const struct flow_trace_record *r = l->r;
	const char *special = way_text(r);

	line(l,
		"flow_first_routing: vr_id %u, call flow_route_lookup(): "
		"src_ip "
		"%s, x_dst_ip %s, in ifp %s, sp %u, dp %u, ip_proto %u",
		r->vr.v, l->src, l->dst, record_ifl_name(l->names, r->ifl),
		l->sport, l->dport, r->key.protocol);
	line(l, "Doing DESTINATION addr route-lookup");
	if (special != NULL)
		line(l, "  routed (x_dst_ip %s) to %s", l->dst, special);
	else
		line(l,
			"  routed (x_dst_ip %s) from %s (%s in 0) to %s, "
			"Next-hop: %s",
			l->dst,
			record_zone_name(l->names, token_zone(r->key.token)),
			record_ifl_name(l->names, r->ifl),
			record_ifl_name(l->names, r->way_ifl), l->gw);
}

static void
policy(struct lines *l)
{
	const struct flow_trace_record *r = l->r;
	struct zone_id from = token_zone(r->key.token);
	bool denied = r->reason == REASON_POLICY_DENY ||
		      r->reason == REASON_DEFAULT_DENY ||
		      r->reason == REASON_POLICY_REJECT;

	line(l,
		"flow_first_policy_search: policy search from zone %s-> zone "
		"%s",
		record_zone_name(l->names, from),
		record_zone_name(l->names, r->way_zone));
	line(l, "Policy lkup: vsys 0 zone(%u:%s) -> zone(%u:%s) scope:0",
		from.v, record_zone_name(l->names, from), r->way_zone.v,
		record_zone_name(l->names, r->way_zone));
	line(l, "             %s/%u -> %s/%u proto %u", l->src, l->sport,
		l->dst, l->dport, r->key.protocol);
	line(l,
		denied ? "  denied by policy %s(%u), dropping pkt"
		       : "  permitted by policy %s(%u)",
		record_policy_name(l->names, r->policy), r->policy);
	if (!denied)
		line(l, "  packet passed, Permitted by policy.");
}

static void
session(struct lines *l)
{
	const struct flow_trace_record *r = l->r;
	struct ip_addr src = flow_key_dst(&r->out), dst = flow_key_src(&r->out);
	struct ip_addr own_src = flow_key_src(&r->key),
		       own_dst = flow_key_dst(&r->key);
	bool src_xlated = !ip_addr_equal(&src, &own_src);
	bool dst_xlated = !ip_addr_equal(&dst, &own_dst);
	char a[IP_TEXT_MAX];

	if (!r->first)
		return;
	line(l, "flow_first_in_dst_nat: DST %s: %s(%u)",
		dst_xlated ? "xlate" : "no-xlate", ip_addr_text(&dst, a),
		ntohs(r->out.sport_be));
	line(l, "flow_first_src_xlate: nat_src_xlated: %s, %s(%u)",
		src_xlated ? "True" : "False", ip_addr_text(&src, a),
		ntohs(r->out.dport_be));
	line(l, "  choose interface %s as outgoing phy if",
		record_ifl_name(l->names, r->out_ifl));
	line(l, "  Session (id:%u) created for first pak, timeout %us",
		r->session, r->timeout_s);
	line(l, "  route lookup: dest-ip %s orig ifp %s, vr_id %u (%s)", l->src,
		record_ifl_name(l->names, r->ifl), r->reverse_vr.v,
		r->reverse_packet_mode ? "reverse route in packet mode: asked "
					 "when the reply comes"
				       : "reverse route in flow mode");
}

/* The words of Junos where it has some. */
static const char *
drop_text(enum reason reason)
{
	switch (reason) {
	case REASON_NO_ROUTE:
	case REASON_ROUTE_REJECT:
	case REASON_ROUTE_DISCARD:
		return "no route to dest";
	case REASON_POLICY_DENY:
	case REASON_DEFAULT_DENY:
	case REASON_POLICY_REJECT:
		return "denied by policy";
	case REASON_TCP_NOT_SYN:
		return "first pak not sync";
	case REASON_REROUTE_NO_ROUTE:
	case REASON_REROUTE_ZONE:
		return "pak dropped since re-route failed";
	default:
		return NULL;
	}
}

static void
dropped(struct lines *l)
{
	const struct flow_trace_record *r = l->r;
	enum reason reason = (enum reason)r->reason;
	const char *text = drop_text(reason);

	if (reason == REASON_HOST_INBOUND || reason == REASON_NO_LISTENER)
		line(l, "  for self but not interested");
	if (reason == REASON_REVERSE_NO_ROUTE || reason == REASON_REVERSE_ZONE)
		line(l,
			"  reverse route lookup failed: dest-ip %s vr %u "
			"orig-zone %u",
			l->dst, r->reverse_vr.v, token_zone(r->out.token).v);
	line(l, "  packet dropped, %s (%s)",
		text != NULL ? text : reason_sentence(reason),
		reason_name(reason));
}

static bool
wanted(const struct lines *l)
{
	const struct flow_trace_record *r = l->r;
	bool host = r->verdict == VERDICT_LOCAL || r->ifl.v == 0;

	return flag(l, TRACE_BASIC) ||
	       (flag(l, TRACE_DROPS) && r->verdict == VERDICT_DROP) ||
	       (flag(l, TRACE_ROUTE) && r->routed) ||
	       (flag(l, TRACE_SESSION) && r->session != 0) ||
	       (flag(l, TRACE_HOST) && host) ||
	       (flag(l, TRACE_FRAGMENT) && r->fragment);
}

/* "Nov 23 15:00:00 15:00:00.123000:CID-0:RT:" */
static void
make_prefix(struct lines *l, uint64_t unix_ms)
{
	time_t s = (time_t)(unix_ms / 1000);
	char day[24], hour[12];
	struct tm tm;

	localtime_r(&s, &tm);
	strftime(day, sizeof(day), "%b %e %H:%M:%S", &tm);
	strftime(hour, sizeof(hour), "%H:%M:%S", &tm);
	snprintf(l->prefix, sizeof(l->prefix), "%s %s.%06u:CID-0:RT:", day,
		hour, (unsigned int)(unix_ms % 1000) * 1000);
}

void
trace_text(const struct record_names *n, const struct trace_spec *spec,
	const struct flow_trace_record *r, uint64_t unix_ms, struct sbuf *out)
{
	struct lines l = {.names = n, .spec = spec, .r = r, .out = out};
	struct ip_addr src = flow_key_src(&r->key), dst = flow_key_dst(&r->key);

	if (!wanted(&l))
		return;
	make_prefix(&l, unix_ms);
	ip_addr_text(&src, l.src);
	ip_addr_text(&dst, l.dst);
	ip_addr_text(&r->gw, l.gw);
	l.sport = ntohs(r->key.sport_be);
	l.dport = ntohs(r->key.dport_be);
	arrival(&l);
	if (spec->level != TRACE_MINIMAL) {
		if (flag(&l, TRACE_BASIC | TRACE_SESSION))
			look_up(&l);
		if (r->routed && flag(&l, TRACE_BASIC | TRACE_ROUTE))
			route(&l);
		if (r->policy != 0 && r->routed && flag(&l, TRACE_BASIC))
			policy(&l);
		if (r->session != 0 && flag(&l, TRACE_BASIC | TRACE_SESSION))
			session(&l);
	}
	if (r->verdict == VERDICT_DROP)
		dropped(&l);
	if (r->verdict == VERDICT_RESOLVE)
		line(&l, "  packet waits until its next hop on %s is resolved",
			record_ifl_name(n, r->out_ifl));
	line(&l, " ----- flow_process_pkt rc 0x%x (fp rc %d)",
		r->verdict == VERDICT_DROP ? 7 : 0,
		r->verdict == VERDICT_DROP ? -1 : 0);
}
