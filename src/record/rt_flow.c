/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both forms are made from one list of fields per event, so that they cannot
 * say different things: each field has the key of the structured form and the
 * way in which it stands in the standard one.
 */
#include "record/rt_flow.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/sbuf.h"
#include "flow/session.h"
#include "image/nat_spec.h"

#define SD_ID     "junos@2636.1.1.1.2.129"
#define VALUE_MAX 128

/* Where a field comes from. */
enum field {
	F_REASON,
	F_SRC,
	F_SPORT,
	F_DST,
	F_DPORT,
	F_TAG,
	F_SERVICE,
	F_NAT_SRC,
	F_NAT_SPORT,
	F_NAT_DST,
	F_NAT_DPORT,
	F_SRC_KIND,
	F_SRC_RULE,
	F_DST_KIND,
	F_DST_RULE,
	F_PROTOCOL,
	F_ICMP_TYPE,
	F_POLICY,
	F_FROM,
	F_TO,
	F_SESSION,
	F_PKTS_IN,
	F_BYTES_IN,
	F_PKTS_OUT,
	F_BYTES_OUT,
	F_ELAPSED,
	F_INTERFACE,
	F_UNKNOWN, /* what no engine here finds out */
	F_NA,
	F_MINUS_ONE,
	F_DENY_REASON,
	F_ATTACK,
	F_ACTION,
};

struct item {
	enum field field;
	const char *key;    /* structured */
	const char *before; /* standard: what stands before the value */
	const char *after;
};

#define ADDRESSES                                                              \
	{F_SRC, "source-address", " ", ""},                                    \
		{F_SPORT, "source-port", "/", "->"},                           \
		{F_DST, "destination-address", "", ""},                        \
		{F_DPORT, "destination-port", "/", ""},                        \
		{F_TAG, "connection-tag", " ", ""},                            \
	{                                                                      \
		F_SERVICE, "service-name", " ", ""                             \
	}

#define TRANSLATION                                                            \
	{F_NAT_SRC, "nat-source-address", " ", ""},                            \
		{F_NAT_SPORT, "nat-source-port", "/", "->"},                   \
		{F_NAT_DST, "nat-destination-address", "", ""},                \
		{F_NAT_DPORT, "nat-destination-port", "/", ""},                \
		{F_TAG, "nat-connection-tag", " ", ""},                        \
		{F_SRC_KIND, "src-nat-rule-type", " ", ""},                    \
		{F_SRC_RULE, "src-nat-rule-name", " ", ""},                    \
		{F_DST_KIND, "dst-nat-rule-type", " ", ""},                    \
	{                                                                      \
		F_DST_RULE, "dst-nat-rule-name", " ", ""                       \
	}

#define PLACE                                                                  \
	{F_POLICY, "policy-name", " ", ""},                                    \
		{F_FROM, "source-zone-name", " ", ""},                         \
	{                                                                      \
		F_TO, "destination-zone-name", " ", ""                         \
	}

#define CATEGORY                                                               \
	{F_NA, "application-category", " ", ""},                               \
		{F_NA, "application-sub-category", " ", ""},                   \
		{F_MINUS_ONE, "application-risk", " ", ""},                    \
	{                                                                      \
		F_NA, "application-characteristics", " ", ""                   \
	}

#define APPLICATION                                                            \
	{F_UNKNOWN, "application", " ", ""},                                   \
	{                                                                      \
		F_UNKNOWN, "nested-application", " ", ""                       \
	}

#define USER                                                                   \
	{F_NA, "username", " ", ""},                                           \
	{                                                                      \
		F_NA, "roles", "(", ")"                                        \
	}

static const struct item created[] = {ADDRESSES, TRANSLATION,
	{F_PROTOCOL, "protocol-id", " ", ""}, PLACE,
	{F_SESSION, "session-id-32", " ", ""}, USER,
	{F_INTERFACE, "packet-incoming-interface", " ", ""}, APPLICATION,
	{F_UNKNOWN, "encrypted", " ", ""}, CATEGORY, {.key = NULL}};

static const struct item closed[] = {{F_REASON, "reason", " ", ":"}, ADDRESSES,
	TRANSLATION, {F_PROTOCOL, "protocol-id", " ", ""}, PLACE,
	{F_SESSION, "session-id-32", " ", ""},
	{F_PKTS_IN, "packets-from-client", " ", ""},
	{F_BYTES_IN, "bytes-from-client", "(", ")"},
	{F_PKTS_OUT, "packets-from-server", " ", ""},
	{F_BYTES_OUT, "bytes-from-server", "(", ")"},
	{F_ELAPSED, "elapsed-time", " ", ""}, APPLICATION, USER,
	{F_INTERFACE, "packet-incoming-interface", " ", ""},
	{F_UNKNOWN, "encrypted", " ", ""}, CATEGORY, {.key = NULL}};

static const struct item denied[] = {ADDRESSES,
	{F_PROTOCOL, "protocol-id", " ", ""},
	{F_ICMP_TYPE, "icmp-type", "(", ")"}, PLACE, APPLICATION, USER,
	{F_INTERFACE, "packet-incoming-interface", " ", ""},
	{F_UNKNOWN, "encrypted", " ", ""}, {F_DENY_REASON, "reason", " ", ""},
	{F_SESSION, "session-id-32", " ", ""}, CATEGORY, {.key = NULL}};

/* Screens [SC-13]: with ports, with a protocol, one side alone. */
#define SCREEN_PLACE                                                           \
	{F_FROM, "source-zone-name", ", zone name: ", ""},                     \
		{F_INTERFACE, "interface-name", ", interface name: ", ""},     \
	{                                                                      \
		F_ACTION, "action", ", action: ", ""                           \
	}

static const struct item screen_ports[] = {{F_ATTACK, "attack-name", "", "!"},
	{F_SRC, "source-address", " source: ", ""},
	{F_SPORT, "source-port", ":", ""},
	{F_DST, "destination-address", ", destination: ", ""},
	{F_DPORT, "destination-port", ":", ""}, SCREEN_PLACE, {.key = NULL}};
static const struct item screen_icmp[] = {{F_ATTACK, "attack-name", "", "!"},
	{F_SRC, "source-address", " source: ", ""},
	{F_DST, "destination-address", ", destination: ", ""}, SCREEN_PLACE,
	{.key = NULL}};
static const struct item screen_ip[] = {{F_ATTACK, "attack-name", "", "!"},
	{F_SRC, "source-address", " source: ", ""},
	{F_DST, "destination-address", ", destination: ", ""},
	{F_PROTOCOL, "protocol-id", ", protocol-id: ", ""}, SCREEN_PLACE,
	{.key = NULL}};
static const struct item screen_source[] = {{F_ATTACK, "attack-name", "", "!"},
	{F_SRC, "source-address", " source: ", ""}, SCREEN_PLACE,
	{.key = NULL}};
static const struct item screen_target[] = {{F_ATTACK, "attack-name", "", "!"},
	{F_DST, "destination-address", " destination: ", ""}, SCREEN_PLACE,
	{.key = NULL}};

struct event {
	const char *id, *text;
	const struct item *items;
};

static const struct event *
screen_event(const struct flow_log_record *r)
{
	static const struct event tcp = {"RT_SCREEN_TCP", "", screen_ports},
				  udp = {"RT_SCREEN_UDP", "", screen_ports},
				  icmp = {"RT_SCREEN_ICMP", "", screen_icmp},
				  ip = {"RT_SCREEN_IP", "", screen_ip},
				  tcp_source = {"RT_SCREEN_TCP_SRC_IP", "",
					  screen_source},
				  tcp_target = {"RT_SCREEN_TCP_DST_IP", "",
					  screen_target},
				  source = {"RT_SCREEN_SESSION_LIMIT", "",
					  screen_source},
				  target = {"RT_SCREEN_SESSION_LIMIT", "",
					  screen_target};

	switch ((enum screen_attack)r->reason) {
	case SCREEN_SYN_SOURCE:
		return &tcp_source;
	case SCREEN_SYN_DESTINATION:
		return &tcp_target;
	case SCREEN_SOURCE_LIMIT:
	case SCREEN_SOURCE_RATE:
	case SCREEN_SYN_ACK_ACK:
		return &source;
	case SCREEN_DESTINATION_LIMIT:
	case SCREEN_DESTINATION_RATE:
		return &target;
	case SCREEN_WINNUKE:
	case SCREEN_TCP_PORT_SCAN:
	case SCREEN_SYN_FLOOD:
	case SCREEN_TCP_SWEEP:
	case SCREEN_LAND:
	case SCREEN_SYN_FRAG:
	case SCREEN_NO_FLAG:
	case SCREEN_SYN_FIN:
	case SCREEN_FIN_NO_ACK:
		return &tcp;
	case SCREEN_UDP_FLOOD:
	case SCREEN_UDP_PORT_SCAN:
	case SCREEN_UDP_SWEEP:
		return &udp;
	case SCREEN_ICMP_FLOOD:
	case SCREEN_IP_SWEEP:
	case SCREEN_PING_DEATH:
	case SCREEN_ICMP_FRAGMENT:
	case SCREEN_ICMP_LARGE:
	case SCREEN_ICMPV6_MALFORMED:
		return &icmp;
	default:
		return &ip;
	}
}

static const struct event events[] = {
	[FLOW_LOG_CREATE] = {"RT_FLOW_SESSION_CREATE", "session created",
		created},
	[FLOW_LOG_CLOSE] = {"RT_FLOW_SESSION_CLOSE", "session closed", closed},
	[FLOW_LOG_DENY] = {"RT_FLOW_SESSION_DENY", "session denied", denied},
};

static const struct event *
event_of(const struct flow_log_record *r)
{
	return r->kind == FLOW_LOG_SCREEN ? screen_event(r) : &events[r->kind];
}

const char *
rt_flow_id(const struct flow_log_record *r)
{
	return event_of(r)->id;
}

/* [LG-6] */
const char *
rt_flow_close_reason(uint8_t close)
{
	switch ((enum close_reason)close) {
	case CLOSE_IDLE:
		return "idle Timeout";
	case CLOSE_TCP_FIN:
		return "TCP FIN";
	case CLOSE_TCP_CLIENT_RST:
		return "TCP CLIENT RST";
	case CLOSE_TCP_SERVER_RST:
		return "TCP SERVER RST";
	case CLOSE_RESPONSE:
		return "response received";
	case CLOSE_ICMP_ERROR:
		return "ICMP error";
	case CLOSE_CLI:
		return "CLI";
	case CLOSE_POLICY:
		return "Policy delete";
	default:
		return "unset";
	}
}

/* ---- values ---- */

static void
put_port(char *buf, uint16_t port_be)
{
	snprintf(buf, VALUE_MAX, "%u", ntohs(port_be));
}

static void
put_u64(char *buf, uint64_t n)
{
	snprintf(buf, VALUE_MAX, "%llu", (unsigned long long)n);
}

/* What the box itself sends or refuses for itself came in nowhere. */
static void
put_interface(char *buf, const struct record_names *n,
	const struct flow_log_record *r)
{
	bool host = r->ifl.v == 0 ||
		    (r->kind == FLOW_LOG_DENY && r->to.v == ZONE_JUNOS_HOST.v);

	if (host)
		snprintf(buf, VALUE_MAX, ".local..%u", r->local_vr.v);
	else
		snprintf(buf, VALUE_MAX, "%s", record_ifl_name(n, r->ifl));
}

static const char *
rule_kind(const struct flow_log_record *r, unsigned int side)
{
	static const char *const words[] = {[NAT_SOURCE] = "source rule",
		[NAT_DESTINATION] = "destination rule",
		[NAT_STATIC] = "static rule"};

	return r->nat_rule[side] != 0 && r->nat_kind[side] < NAT_KINDS
		       ? words[r->nat_kind[side]]
		       : "N/A";
}

static const char *
rule_name(const struct record_names *n, const struct flow_log_record *r,
	unsigned int side)
{
	return r->nat_rule[side] != 0
		       ? record_nat_rule_name(
				 n, r->nat_kind[side], r->nat_rule[side])
		       : "N/A";
}

static const char *
address(char *buf, struct ip_addr a)
{
	return ip_addr_text(&a, buf);
}

/* The translated tuple is what answers name: the Out wing, turned round. */
static const char *
translated(const struct flow_log_record *r, enum field f, char *buf)
{
	switch (f) {
	case F_NAT_SRC:
		return address(buf, flow_key_dst(&r->out));
	case F_NAT_DST:
		return address(buf, flow_key_src(&r->out));
	case F_NAT_SPORT:
		put_port(buf, r->out.dport_be);
		return buf;
	default:
		put_port(buf, r->out.sport_be);
		return buf;
	}
}

static const char *
counter(const struct flow_log_record *r, enum field f, char *buf)
{
	switch (f) {
	case F_PKTS_IN:
		put_u64(buf, r->packets[0]);
		break;
	case F_PKTS_OUT:
		put_u64(buf, r->packets[1]);
		break;
	case F_BYTES_IN:
		put_u64(buf, r->bytes[0]);
		break;
	case F_BYTES_OUT:
		put_u64(buf, r->bytes[1]);
		break;
	case F_SESSION:
		put_u64(buf, r->session);
		break;
	case F_PROTOCOL:
		put_u64(buf, r->in.protocol);
		break;
	case F_ICMP_TYPE:
		put_u64(buf, r->icmp_type);
		break;
	default:
		put_u64(buf, r->elapsed_s);
		break;
	}
	return buf;
}

static const char *
value(const struct record_names *n, const struct flow_log_record *r,
	enum field f, char *buf)
{
	switch (f) {
	case F_REASON:
		return rt_flow_close_reason(r->close);
	case F_SRC:
		return address(buf, flow_key_src(&r->in));
	case F_DST:
		return address(buf, flow_key_dst(&r->in));
	case F_SPORT:
		put_port(buf, r->in.sport_be);
		return buf;
	case F_DPORT:
		put_port(buf, r->in.dport_be);
		return buf;
	case F_TAG:
		return "0x0";
	case F_SERVICE:
		return record_service_name(
			n, r->in.protocol, ntohs(r->in.dport_be));
	case F_NAT_SRC:
	case F_NAT_SPORT:
	case F_NAT_DST:
	case F_NAT_DPORT:
		return translated(r, f, buf);
	case F_SRC_KIND:
		return rule_kind(r, 0);
	case F_DST_KIND:
		return rule_kind(r, 1);
	case F_SRC_RULE:
		return rule_name(n, r, 0);
	case F_DST_RULE:
		return rule_name(n, r, 1);
	case F_POLICY:
		return record_policy_name(n, r->policy);
	case F_FROM:
		return record_zone_name(n, token_zone(r->in.token));
	case F_TO:
		return record_zone_name(n, r->to);
	case F_INTERFACE:
		put_interface(buf, n, r);
		return buf;
	case F_UNKNOWN:
		return "UNKNOWN";
	case F_NA:
		return "N/A";
	case F_MINUS_ONE:
		return "-1";
	case F_ATTACK:
		return screen_attack_row((enum screen_attack)r->reason);
	case F_ACTION:
		return r->dropped ? "drop" : "alarm-without-drop";
	case F_DENY_REASON:
		return "Denied by policy";
	default:
		return counter(r, f, buf);
	}
}

/* ---- the two forms ---- */

void
rt_flow_text(const struct record_names *n, const struct flow_log_record *r,
	struct sbuf *out)
{
	char buf[VALUE_MAX];

	sbuf_puts(out, event_of(r)->text);
	for (const struct item *i = event_of(r)->items; i->key != NULL; i++) {
		sbuf_puts(out, i->before);
		sbuf_puts(out, value(n, r, i->field, buf));
		sbuf_puts(out, i->after);
	}
}

/* RFC 5424 6.3.3 */
static void
put_escaped(struct sbuf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\' || *text == ']')
			sbuf_putc(out, '\\');
		sbuf_putc(out, *text);
	}
}

void
rt_flow_data(const struct record_names *n, const struct flow_log_record *r,
	struct sbuf *out)
{
	char buf[VALUE_MAX];

	sbuf_puts(out, "[" SD_ID);
	for (const struct item *i = event_of(r)->items; i->key != NULL; i++) {
		sbuf_printf(out, " %s=\"", i->key);
		put_escaped(out, value(n, r, i->field, buf));
		sbuf_putc(out, '"');
	}
	sbuf_putc(out, ']');
}
