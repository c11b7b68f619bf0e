/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Terms in order, the first that matches decides, and the last, unwritten term
 * discards [FF-1]. A term that only modifies accepts. `then routing-instance`
 * is filter-based forwarding: it names the table for the forward look-up [FF-2]
 * and, in packet mode, for the way back of the replies that come in here
 * [RR-2]. `then packet-mode` takes the packet past the flow engine [FF-3].
 */
#include "flow/filter.h"

#include <arpa/inet.h>

#include "flow/counters.h"
#include "flow/filter_fields.h"
#include "flow/policer.h"
#include "flow/segments.h"

/* Junos: among the prefixes that cover the address the longest decides. */
static bool
prefixes_match(
	const struct filter_prefix *list, size_t n, const struct ip_addr *a)
{
	int best = -1;
	bool match = false;

	for (size_t i = 0; i < n; i++) {
		if ((int)list[i].prefix.len <= best ||
			!ip_prefix_covers(&list[i].prefix, a))
			continue;
		best = list[i].prefix.len;
		match = !list[i].except;
	}
	return match;
}

static bool
ports_match(const struct port_range *list, size_t n, uint16_t port)
{
	for (size_t i = 0; i < n; i++)
		if (port >= list[i].lo && port <= list[i].hi)
			return true;
	return false;
}

static bool
addresses_match(const struct filter_term_spec *t, const struct pkt *p)
{
	struct ip_addr src = flow_key_src(&p->key), dst = flow_key_dst(&p->key);

	if (t->nsrc > 0 && !prefixes_match(t->src, t->nsrc, &src))
		return false;
	if (t->ndst > 0 && !prefixes_match(t->dst, t->ndst, &dst))
		return false;
	return t->nany_addr == 0 ||
	       prefixes_match(t->any_addr, t->nany_addr, &src) ||
	       prefixes_match(t->any_addr, t->nany_addr, &dst);
}

static bool
tcp_match(const struct filter_term_spec *t, const struct pkt *p)
{
	if (!t->tcp_established && !t->tcp_initial && !t->has_tcp_flags)
		return true;
	if (p->key.protocol != IPP_TCP || p->l4 == NULL)
		return false;
	if (t->tcp_established && !(p->tcp_flags & (TCP_ACK | TCP_RST)))
		return false;
	if (t->tcp_initial && (p->tcp_flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
		return false;
	return !t->has_tcp_flags ||
	       (t->tcp_flags >> (p->tcp_flags & 0x3f) & 1) != 0;
}

static bool
l4_match(const struct filter_term_spec *t, const struct pkt *p)
{
	uint16_t sport = ntohs(p->key.sport_be), dport = ntohs(p->key.dport_be);

	if (t->nsports + t->ndports + t->nports > 0 && p->l4 == NULL)
		return false; /* a later fragment has no ports */
	if (t->nsports > 0 && !ports_match(t->sports, t->nsports, sport))
		return false;
	if (t->ndports > 0 && !ports_match(t->dports, t->ndports, dport))
		return false;
	if (t->nports > 0 && !ports_match(t->ports, t->nports, sport) &&
		!ports_match(t->ports, t->nports, dport))
		return false;
	return tcp_match(t, p);
}

/* An empty list is no condition. */
static bool
listed(const int16_t *list, size_t n, int16_t value)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == value)
			return true;
	return n == 0;
}

static bool
protocol_match(const struct filter_term_spec *t, const struct pkt *p)
{
	bool hit = t->nprotocols == 0;

	for (size_t i = 0; i < t->nprotocols && !hit; i++)
		hit = t->protocols[i] == p->key.protocol;
	if (!hit)
		return false;
	if (t->nicmp_types + t->nicmp_codes > 0 &&
		p->icmp_class == ICMP_CLASS_NONE)
		return false;
	return listed(t->icmp_types, t->nicmp_types, p->icmp_type) &&
	       listed(t->icmp_codes, t->nicmp_codes, p->icmp_code);
}

static bool
term_match(const struct env *env, const struct filter_term_spec *t,
	const struct pkt *p)
{
	if (t->is_fragment && !p->frag_later)
		return false;
	if (t->first_fragment && !p->frag_first)
		return false;
	return protocol_match(t, p) && addresses_match(t, p) &&
	       l4_match(t, p) &&
	       filter_fields_match(env, p, t->numbers, t->nnumbers);
}

/* Counts, and says whether the packet is within the term's policer [FF-5]. A
 * packet that comes again has paid when it came first. */
static bool
within_rate(const struct env *env, const struct pkt *p, unsigned int filter,
	unsigned int term, bool count)
{
	const struct image_spec *spec = image_spec_of(env->image);
	const struct filter_term_spec *t = &spec->filters[filter].terms[term];
	uint32_t slot = image_filter_slot(env->image, filter, term);
	struct filter_counter *c = filter_counter(env->counters, slot);
	const struct policer_spec *policer;
	struct segments n;

	if (!count)
		return true;
	n = pkt_segments(p);
	c->packets += n.packets;
	c->bytes += n.bytes;
	if (t->policer == 0 || env->policers == NULL)
		return true;
	policer = &spec->policers[t->policer - 1];
	if (policer->filter_specific)
		slot = image_filter_slot(env->image, filter, 0);
	if (!policer_exceeds(
		    &env->policers[slot < POLICERS ? slot : POLICERS - 1],
		    policer, env->time_ms, n.packets, n.bytes))
		return true;
	c->over_packets += n.packets;
	c->over_bytes += n.bytes;
	return !policer->discard;
}

static void
log_packet(const struct env *env, const struct pkt *p, unsigned int filter,
	unsigned int term)
{
	const struct filter_term_spec *t =
		&image_spec_of(env->image)->filters[filter].terms[term];
	struct filter_log *log = env->counters->filter_log;

	if (likely(!t->log && !t->syslog))
		return;
	log->entry[log->n++ % FILTER_LOG] = (struct filter_log_entry){
		.time_ms = env->time_ms,
		.src = flow_key_src(&p->key),
		.dst = flow_key_dst(&p->key),
		.len = p->len,
		.generation = env->generation,
		.filter = (uint16_t)filter,
		.term = (uint16_t)term,
		.ifl = p->ifl,
		.sport = ntohs(p->key.sport_be),
		.dport = ntohs(p->key.dport_be),
		.protocol = p->key.protocol,
		.action = (uint8_t)t->action,
		.syslog = t->syslog,
	};
}

static enum verdict
reject(struct pkt *p, const struct filter_term_spec *t)
{
	if (t->reject_tcp_reset && p->key.protocol == IPP_TCP)
		return drop_and_answer(
			p, REASON_FILTER_DISCARD, ANSWER_TCP_RST);
	p->answer_code = t->reject_code;
	return drop_and_answer(p, REASON_FILTER_DISCARD, ANSWER_UNREACHABLE);
}

enum verdict
filter_run(
	const struct env *env, struct pkt *p, unsigned int filter, bool count)
{
	const struct image_spec *spec = image_spec_of(env->image);
	const struct filter_spec *f = &spec->filters[filter - 1];

	for (unsigned int i = 0; i < f->n; i++) {
		const struct filter_term_spec *t = &f->terms[i];

		if (!term_match(env, t, p))
			continue;
		if (t->has_vr)
			p->vr = t->vr;
		if (t->packet_mode)
			p->in_packet_mode = 1;
		p->filter = (uint16_t)filter;
		p->term = (uint16_t)(i + 1);
		if (!within_rate(env, p, filter - 1, i, count))
			return drop(p, REASON_POLICER);
		log_packet(env, p, filter - 1, i);
		switch (t->action) {
		case FILTER_ACCEPT:
			return VERDICT_NEXT;
		case FILTER_NEXT_TERM:
			continue;
		case FILTER_REJECT:
			return reject(p, t);
		case FILTER_DISCARD:
			return drop(p, REASON_FILTER_DISCARD);
		}
	}
	p->filter = (uint16_t)filter;
	p->term = 0; /* the unwritten one */
	return drop(p, REASON_FILTER_DISCARD);
}

enum verdict
filter_to_host(const struct env *env, struct pkt *p)
{
	const struct vr_spec *vr = image_vr(env->image, p->vr);
	unsigned int filter = 0;

	if (vr != NULL && p->ifl.v != 0)
		filter = p->key.family == IP_V4 ? vr->filter_in4
						: vr->filter_in6;
	return filter != 0 ? filter_run(env, p, filter, true) : VERDICT_NEXT;
}

enum verdict
filter_from_host(const struct env *env, struct pkt *p, bool count)
{
	const struct vr_spec *vr = image_vr(env->image, p->vr);
	unsigned int filter = 0;

	if (vr != NULL)
		filter = p->key.family == IP_V4 ? vr->filter_out4
						: vr->filter_out6;
	return filter != 0 ? filter_run(env, p, filter, count) : VERDICT_NEXT;
}
