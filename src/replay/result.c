/* SPDX-License-Identifier: Apache-2.0 */
#include "replay/result.h"

#include <string.h>

#include "base/sbuf.h"

const char *
result_verdict(const struct engine_result *r)
{
	switch (r->verdict) {
	case VERDICT_NEXT:
		return "pass";
	case VERDICT_LOCAL:
		return "local";
	case VERDICT_HELD:
		return "held";
	case VERDICT_DROP:
		return "drop";
	default:
		return "unresolved";
	}
}

static const char *
answer_text(const struct engine_result *r)
{
	static const char *const words[] = {[ANSWER_NONE] = "",
		[ANSWER_TIME_EXCEEDED] = "time-exceeded",
		[ANSWER_NET_UNREACHABLE] = "net-unreachable",
		[ANSWER_HOST_UNREACHABLE] = "host-unreachable",
		[ANSWER_PORT_UNREACHABLE] = "port-unreachable",
		[ANSWER_ADMIN_PROHIBITED] = "admin-prohibited",
		[ANSWER_UNREACHABLE] = "unreachable",
		[ANSWER_TOO_BIG] = "too-big",
		[ANSWER_TCP_RST] = "tcp-rst"};

	return r->answer < sizeof(words) / sizeof(words[0]) &&
			       words[r->answer] != NULL
		       ? words[r->answer]
		       : "";
}

static void
put_tuple(const struct engine_tuple *t, struct sbuf *out)
{
	char a[IP_TEXT_MAX], b[IP_TEXT_MAX];

	sbuf_printf(out, "%s/%u -> %s/%u", ip_addr_text(&t->src, a), t->sport,
		ip_addr_text(&t->dst, b), t->dport);
}

void
result_text(const struct engine_result *r, struct sbuf *out)
{
	sbuf_puts(out, result_verdict(r));
	if (r->verdict == VERDICT_DROP)
		sbuf_printf(out, ": %s, %s", reason_name(r->reason),
			reason_sentence(r->reason));
	if (r->egress[0] != '\0')
		sbuf_printf(out, ": %s (zone %s) to %s", r->egress,
			r->egress_zone, r->next_hop);
	if (r->instance[0] != '\0')
		sbuf_printf(out, ", instance %s", r->instance);
	if (r->filter[0] != '\0')
		sbuf_printf(out, ", filter %s", r->filter);
	if (r->policy[0] != '\0')
		sbuf_printf(out, ", policy %s", r->policy);
	if (r->session != 0)
		sbuf_printf(out, ", session %u %s%s", r->session,
			r->wing == 0 ? "In" : "Out", r->first ? " (new)" : "");
	if (r->translated) {
		sbuf_puts(out, ", translated ");
		put_tuple(&r->out, out);
	}
	if (answer_text(r)[0] != '\0')
		sbuf_printf(out, ", answered %s", answer_text(r));
}

/* ---- JSON ---- */

void
json_string(const char *text, struct sbuf *out)
{
	sbuf_putc(out, '"');
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			sbuf_printf(out, "\\%c", c);
		else if (c < ' ' || c > '~')
			sbuf_printf(out, "\\u%04x", c);
		else
			sbuf_putc(out, (char)c);
	}
	sbuf_putc(out, '"');
}

static void
member(struct sbuf *out, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	sbuf_printf(out, ", \"%s\": ", name);
	json_string(value, out);
}

static void
member_tuple(struct sbuf *out, const char *name, const struct engine_tuple *t)
{
	char a[IP_TEXT_MAX], b[IP_TEXT_MAX];

	sbuf_printf(out,
		", \"%s\": {\"source\": \"%s\", \"source-port\": %u, "
		"\"destination\": \"%s\", \"destination-port\": %u}",
		name, ip_addr_text(&t->src, a), t->sport,
		ip_addr_text(&t->dst, b), t->dport);
}

void
result_json(const struct engine_result *r, struct sbuf *out)
{
	sbuf_printf(out, "{\"verdict\": \"%s\"", result_verdict(r));
	if (r->verdict == VERDICT_DROP) {
		member(out, "reason", reason_name(r->reason));
		member(out, "answer", answer_text(r));
	}
	member(out, "zone", r->zone);
	member(out, "instance", r->instance);
	member(out, "egress-interface", r->egress);
	member(out, "egress-zone", r->egress_zone);
	member(out, "next-hop", r->next_hop);
	member(out, "policy", r->policy);
	member(out, "filter", r->filter);
	if (r->session != 0)
		sbuf_printf(out,
			", \"session\": %u, \"wing\": \"%s\", \"first\": %s",
			r->session, r->wing == 0 ? "In" : "Out",
			r->first ? "true" : "false");
	if (r->translated)
		member_tuple(out, "translated", &r->out);
	sbuf_putc(out, '}');
}

/* ---- comparison ---- */

static bool
same_translation(const struct engine_result *a, const struct engine_result *b)
{
	if (a->translated != b->translated)
		return false;
	if (!a->translated)
		return true;
	return ip_addr_equal(&a->out.src, &b->out.src) &&
	       ip_addr_equal(&a->out.dst, &b->out.dst) &&
	       a->out.dport == b->out.dport &&
	       (a->out.sport == a->in.sport) == (b->out.sport == b->in.sport);
}

bool
result_same(const struct engine_result *a, const struct engine_result *b)
{
	return a->verdict == b->verdict && a->reason == b->reason &&
	       a->answer == b->answer && strcmp(a->egress, b->egress) == 0 &&
	       strcmp(a->egress_zone, b->egress_zone) == 0 &&
	       strcmp(a->next_hop, b->next_hop) == 0 &&
	       strcmp(a->instance, b->instance) == 0 &&
	       strcmp(a->policy, b->policy) == 0 &&
	       strcmp(a->filter, b->filter) == 0 &&
	       (a->session != 0) == (b->session != 0) && a->wing == b->wing &&
	       same_translation(a, b);
}
