/* SPDX-License-Identifier: Apache-2.0 */
#include "export/exporter.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "export/ipfix_msg.h"
#include "flow/session.h"
#include "record/log_net.h"

#define WAIT_MS      500u /* a message that is not full waits so long */
#define FIRST_IFL    1000u
#define ECHO_REQUEST 0x0800u /* type and code where a port would be */
#define ECHO6        0x8000u

struct collector {
	struct collector_spec spec;
	struct log_net *net;
	struct ipfix_msg msg;
	uint64_t since_ms; /* when the message was begun */
	uint32_t sequence; /* of data records, RFC 7011 3.1 */
	uint64_t told_ms;  /* when the templates were sent; 0: never */
	uint32_t packets;  /* since then */
	uint64_t connects; /* TCP: the connection that knows them */
	struct exporter_info info;
};

struct exporter {
	struct exporter_env env;
	const struct image *image;
	uint8_t events;
	struct vr_id *ifl_vr; /* IFL_MAX; once known it stays known */
	struct collector *collectors[COLLECTORS_MAX];
	unsigned int n;
};

struct exporter *
exporter_create(const struct exporter_env *env)
{
	struct exporter *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->env = *env;
	e->ifl_vr = calloc(IFL_MAX, sizeof(*e->ifl_vr));
	if (e->ifl_vr == NULL) {
		free(e);
		return NULL;
	}
	return e;
}

static void
collector_free(struct collector *c)
{
	if (c == NULL)
		return;
	log_net_free(c->net);
	free(c);
}

void
exporter_free(struct exporter *e)
{
	if (e == NULL)
		return;
	for (unsigned int i = 0; i < e->n; i++)
		collector_free(e->collectors[i]);
	free(e->ifl_vr);
	free(e);
}

/* ---- messages ---- */

/* False: nobody has taken it. */
static bool
send_message(struct exporter *e, struct collector *c, uint64_t now_ms)
{
	struct log_net_stats before, after;

	c->info.by_packet_path =
		!c->spec.tcp && e->env.send != NULL &&
		e->env.send(e->env.ctx, &c->spec, c->msg.b, c->msg.len);
	if (c->info.by_packet_path)
		return true;
	before = log_net_stats(c->net);
	if (c->spec.tcp && !before.connected)
		return false;
	log_net_put(c->net, (const char *)c->msg.b, c->msg.len, now_ms);
	after = log_net_stats(c->net);
	return after.sent > before.sent;
}

static void
flush(struct exporter *e, struct collector *c, uint64_t now_ms,
	uint64_t unix_ms)
{
	uint32_t records = c->msg.records;

	if (ipfix_empty(&c->msg))
		return;
	ipfix_end(&c->msg, (uint32_t)(unix_ms / 1000), c->sequence,
		c->spec.domain);
	/* Records that were lost on the way out count, too: a collector sees
	 * by the gap that they are missing. */
	c->sequence += records;
	if (send_message(e, c, now_ms)) {
		c->info.messages++;
		c->info.records += records;
	} else {
		c->info.lost += records;
	}
	c->packets++;
	ipfix_begin(&c->msg);
}

/* A full message goes, and the next begins. */
#define PUT(e, c, now_ms, unix_ms, call)                                       \
	do {                                                                   \
		if (!(call)) {                                                 \
			flush(e, c, now_ms, unix_ms);                          \
			(void)(call);                                          \
		}                                                              \
	} while (0)

static void
tell_names(struct exporter *e, struct collector *c, uint64_t now_ms,
	uint64_t unix_ms)
{
	const struct image_spec *s = image_spec_of(e->image);

	for (size_t i = 0; i < s->nvrs; i++)
		PUT(e, c, now_ms, unix_ms,
			ipfix_put_vrf_name(&c->msg, c->spec.domain,
				s->vrs[i].id.v, s->vrs[i].name));
	for (size_t i = 0; i < s->nifls; i++)
		PUT(e, c, now_ms, unix_ms,
			ipfix_put_if_name(&c->msg, c->spec.domain,
				exporter_if_index(s->ifls[i].id),
				s->ifls[i].name));
}

/* RFC 7011 8.4: over UDP again and again, over TCP once a connection; names
 * after each commit, too. */
static bool
templates_due(const struct collector *c, uint64_t now_ms)
{
	if (c->told_ms == 0)
		return true;
	if (c->spec.tcp)
		return log_net_stats(c->net).connects != c->connects;
	return c->packets >= c->spec.refresh_packets ||
	       now_ms - c->told_ms >= (uint64_t)c->spec.refresh_s * 1000;
}

static void
tell_templates(struct exporter *e, struct collector *c, uint64_t now_ms,
	uint64_t unix_ms)
{
	uint64_t connects = log_net_stats(c->net).connects;
	bool known = c->spec.tcp && connects == c->connects;

	flush(e, c, now_ms, unix_ms);
	if (c->spec.tcp && !known)
		c->sequence = 0; /* of a new connection */
	c->connects = connects;
	c->told_ms = now_ms;
	if (!known)
		ipfix_put_templates(&c->msg);
	ipfix_put_counts(&c->msg, c->spec.domain, c->info.messages,
		c->info.records, c->info.lost);
	tell_names(e, c, now_ms, unix_ms);
	flush(e, c, now_ms, unix_ms);
	c->packets = 0;
	c->info.templates++;
}

/* ---- configuration ---- */

static struct collector *
collector_take(struct exporter *e, const struct collector_spec *spec)
{
	for (unsigned int i = 0; i < e->n; i++) {
		struct collector *c = e->collectors[i];

		if (c == NULL || memcmp(&c->spec, spec, sizeof(*spec)) != 0)
			continue;
		e->collectors[i] = NULL;
		return c;
	}
	return NULL;
}

static struct collector *
collector_make(const struct collector_spec *spec)
{
	struct log_net_config net = {.host = spec->addr,
		.source = spec->source,
		.port = spec->port,
		.transport = spec->tcp ? LOG_TCP : LOG_UDP,
		.raw = true};
	struct collector *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->spec = *spec;
	c->net = log_net_create(&net);
	if (c->net == NULL) {
		free(c);
		return NULL;
	}
	ipfix_begin(&c->msg);
	return c;
}

void
exporter_configure(struct exporter *e, const struct image *image)
{
	const struct image_spec *s = image_spec_of(image);
	const struct ipfix_spec *spec = &s->export.ipfix;
	struct collector *next[COLLECTORS_MAX] = {NULL};
	unsigned int n = 0;

	for (unsigned int i = 0; i < spec->n; i++) {
		next[n] = collector_take(e, &spec->collectors[i]);
		if (next[n] == NULL)
			next[n] = collector_make(&spec->collectors[i]);
		else
			next[n]->told_ms = 0; /* names may have changed */
		n += next[n] != NULL;
	}
	for (unsigned int i = 0; i < e->n; i++)
		collector_free(e->collectors[i]);
	memcpy(e->collectors, next, sizeof(next));
	e->n = n;
	e->image = image;
	e->events = spec->events;
	for (size_t i = 0; i < s->nifls; i++)
		e->ifl_vr[s->ifls[i].id.v] = s->ifls[i].vr;
}

/* ---- sessions ---- */

uint32_t
exporter_if_index(struct ifl_id ifl)
{
	return ifl.v == 0 ? 0 : FIRST_IFL + ifl.v;
}

/* IE 136 */
static uint8_t
end_reason(const struct flow_log_record *r)
{
	if (r->kind != FLOW_LOG_CLOSE)
		return 0;
	switch ((enum close_reason)r->close) {
	case CLOSE_IDLE:
		return 1;
	case CLOSE_CLI:
	case CLOSE_POLICY:
	case CLOSE_REROUTE:
		return 4; /* forced end */
	default:
		return 3; /* end of flow detected */
	}
}

/* IE 233 */
static uint8_t
fw_event(const struct flow_log_record *r)
{
	switch ((enum flow_log_kind)r->kind) {
	case FLOW_LOG_CREATE:
		return 1;
	case FLOW_LOG_CLOSE:
		return 2;
	default:
		return 3;
	}
}

/* IE 230, RFC 8158 table 2: there are numbers for two kinds only. */
static uint8_t
nat_event(const struct flow_log_record *r)
{
	bool ends = r->kind == FLOW_LOG_CLOSE;

	if (r->out.family != IP_V4)
		return 0;
	return (r->in.family == IP_V4 ? 4 : 6) + ends;
}

/* Echo requests have a type where others have a port, as collectors expect. */
static uint16_t
dport_of(const struct flow_log_record *r, uint16_t port_be)
{
	bool icmp = r->in.protocol == IPP_ICMP,
	     icmp6 = r->in.protocol == IPP_ICMP6;

	if (!icmp && !icmp6)
		return ntohs(port_be);
	if (r->kind == FLOW_LOG_DENY)
		return (uint16_t)(r->icmp_type << 8 | r->icmp_code);
	return icmp ? ECHO_REQUEST : ECHO6;
}

static void
translation(const struct flow_log_record *r, struct ipfix_session *s)
{
	if (r->kind == FLOW_LOG_DENY)
		return;
	/* What answers name: the Out wing, turned round. */
	s->post_src = flow_key_dst(&r->out);
	s->post_dst = flow_key_src(&r->out);
	s->post_sport = ntohs(r->out.dport_be);
	s->post_dport = dport_of(r, r->out.sport_be);
	s->translated = r->nat_rule[0] != 0 || r->nat_rule[1] != 0 ||
			!ip_addr_equal(&s->src, &s->post_src) ||
			!ip_addr_equal(&s->dst, &s->post_dst) ||
			s->sport != s->post_sport || s->dport != s->post_dport;
	s->nat_event = s->translated ? nat_event(r) : 0;
}

/* A session begins within the second that it has in the table. */
static void
times(const struct flow_log_record *r, uint64_t at_ms, struct ipfix_session *s)
{
	uint64_t begun = r->time_ms / 1000 * 1000;

	s->start_ms = s->end_ms = at_ms;
	if (r->kind != FLOW_LOG_CLOSE)
		return;
	begun -= begun > r->elapsed_s * 1000ull ? r->elapsed_s * 1000ull : 0;
	s->start_ms = at_ms - (r->time_ms - begun);
	s->end_ms = at_ms - r->idle_ms;
	if (s->end_ms < s->start_ms)
		s->end_ms = s->start_ms;
}

static void
fill(const struct exporter *e, const struct flow_log_record *r, uint64_t at_ms,
	struct ipfix_session *s)
{
	memset(s, 0, sizeof(*s));
	s->src = flow_key_src(&r->in);
	s->dst = flow_key_dst(&r->in);
	s->sport = ntohs(r->in.sport_be);
	s->dport = dport_of(r, r->in.dport_be);
	s->protocol = r->in.protocol;
	s->end_reason = end_reason(r);
	s->fw_event = fw_event(r);
	s->in_if = exporter_if_index(r->ifl);
	s->out_if = exporter_if_index(r->out_ifl);
	s->in_vrf = r->ifl.v != 0 ? e->ifl_vr[r->ifl.v].v : r->local_vr.v;
	s->out_vrf =
		r->out_ifl.v != 0 ? e->ifl_vr[r->out_ifl.v].v : r->local_vr.v;
	s->id = r->session;
	memcpy(s->packets, r->packets, sizeof(s->packets));
	memcpy(s->bytes, r->bytes, sizeof(s->bytes));
	times(r, at_ms, s);
	translation(r, s);
}

static bool
wanted(const struct exporter *e, const struct flow_log_record *r)
{
	static const uint8_t event[] = {[FLOW_LOG_CREATE] = EXPORT_INIT,
		[FLOW_LOG_CLOSE] = EXPORT_CLOSE,
		[FLOW_LOG_DENY] = EXPORT_DENY,
		[FLOW_LOG_SCREEN] = 0};

	return (e->events & event[r->kind]) != 0;
}

static void
collector_add(struct exporter *e, struct collector *c,
	const struct ipfix_session *s, uint64_t now_ms, uint64_t unix_ms)
{
	if (c->spec.tcp && !log_net_stats(c->net).connected) {
		c->info.lost++;
		return;
	}
	if (templates_due(c, now_ms))
		tell_templates(e, c, now_ms, unix_ms);
	if (ipfix_empty(&c->msg))
		c->since_ms = now_ms;
	PUT(e, c, now_ms, unix_ms, ipfix_put_session(&c->msg, s));
}

void
exporter_sessions(struct exporter *e, const struct flow_log_record *r,
	unsigned int n, uint64_t now_ms, uint64_t unix_ms)
{
	for (unsigned int i = 0; i < n && e->n > 0; i++) {
		uint64_t age =
			now_ms > r[i].time_ms ? now_ms - r[i].time_ms : 0;
		struct ipfix_session s;

		if (!wanted(e, &r[i]))
			continue;
		fill(e, &r[i], unix_ms - age, &s);
		for (unsigned int k = 0; k < e->n; k++)
			collector_add(e, e->collectors[k], &s, now_ms, unix_ms);
	}
}

static uint64_t
collector_tick(struct exporter *e, struct collector *c, uint64_t now_ms,
	uint64_t unix_ms)
{
	uint64_t next = c->spec.tcp ? log_net_tick(c->net, now_ms) : UINT64_MAX;
	uint64_t at;

	if ((!c->spec.tcp || log_net_stats(c->net).connected) &&
		templates_due(c, now_ms))
		tell_templates(e, c, now_ms, unix_ms);
	if (!ipfix_empty(&c->msg) && now_ms - c->since_ms >= WAIT_MS)
		flush(e, c, now_ms, unix_ms);
	if (!ipfix_empty(&c->msg) && c->since_ms + WAIT_MS < next)
		next = c->since_ms + WAIT_MS;
	at = c->told_ms + (uint64_t)c->spec.refresh_s * 1000;
	return !c->spec.tcp && at < next ? at : next;
}

uint64_t
exporter_tick(struct exporter *e, uint64_t now_ms, uint64_t unix_ms)
{
	uint64_t next = UINT64_MAX;

	for (unsigned int i = 0; i < e->n; i++) {
		uint64_t at =
			collector_tick(e, e->collectors[i], now_ms, unix_ms);

		next = at < next ? at : next;
	}
	return next;
}

/* ---- for the operator ---- */

unsigned int
exporter_count(const struct exporter *e)
{
	return e->n;
}

void
exporter_info(
	const struct exporter *e, unsigned int i, struct exporter_info *ret)
{
	const struct collector *c = e->collectors[i];
	struct log_net_stats net = log_net_stats(c->net);

	*ret = c->info;
	ret->spec = c->spec;
	ret->connected = net.connected;
	ret->error = net.error;
}
