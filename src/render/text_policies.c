/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show security policies, hit-count and match-policies [OP-31..OP-33]: the
 * brief lines stand under their zone pair, the detail form names it per policy.
 */
#include "render/text.h"

#include <string.h>

#include "render/render.h"

/* "any" or "a, b" of list{item{name}}. */
static void
names(struct sbuf *out, const struct tnode *list, const char *item,
	const char *name)
{
	const char *sep = "";

	text_foreach (i, list, item) {
		sbuf_printf(out, "%s%s", sep, text_of(i, name));
		sep = ", ";
	}
}

static void
zone_names(struct sbuf *out, const struct tnode *p, const char *list,
	const char *item)
{
	const struct tnode *zones = tnode_child(p, list);

	if (zones == NULL)
		sbuf_puts(out, "any");
	else
		text_list(out, zones, item, ", ");
}

static void
brief_action(struct sbuf *out, const struct tnode *p)
{
	const struct tnode *a = tnode_child(p, "policy-action");

	sbuf_printf(out, "    Action: %s", text_of(a, "action-type"));
	if (text_has(a, "log"))
		sbuf_puts(out, ", log");
	if (text_has(a, "count"))
		sbuf_puts(out, ", count");
	sbuf_putc(out, '\n');
}

static void
brief_addresses(struct sbuf *out, const struct tnode *p, const char *word,
	const char *list, const char *item, const char *excluded)
{
	sbuf_printf(out, "    %s addresses%s: ", word,
		text_has(p, excluded) ? "(excluded)" : "");
	names(out, tnode_child(p, list), item, "address-name");
	sbuf_putc(out, '\n');
}

static void
brief_policy(struct sbuf *out, const struct tnode *p, bool global)
{
	sbuf_printf(out,
		"  Policy: %s, State: %s, Index: %s, Scope Policy: %s, "
		"Sequence number: %s\n",
		text_of(p, "policy-name"), text_of(p, "policy-state"),
		text_of(p, "policy-identifier"),
		text_of(p, "scope-policy-identifier"),
		text_of(p, "policy-sequence-number"));
	if (text_has(p, "policy-description"))
		sbuf_printf(out, "    Description: %s\n",
			text_of(p, "policy-description"));
	if (global) {
		sbuf_puts(out, "    From zones: ");
		zone_names(out, p, "source-zones", "source-zone-name");
		sbuf_puts(out, "\n    To zones: ");
		zone_names(
			out, p, "destination-zones", "destination-zone-name");
		sbuf_putc(out, '\n');
	}
	brief_addresses(out, p, "Source", "source-addresses", "source-address",
		"source-address-excluded");
	brief_addresses(out, p, "Destination", "destination-addresses",
		"destination-address", "destination-address-excluded");
	sbuf_puts(out, "    Applications: ");
	names(out, tnode_child(p, "applications"), "application",
		"application-name");
	sbuf_putc(out, '\n');
	brief_action(out, p);
}

static void
detail_addresses(struct sbuf *out, const struct tnode *p, const char *word,
	const char *list, const char *item, const char *excluded)
{
	sbuf_printf(out, "  %s addresses%s:\n", word,
		text_has(p, excluded) ? "(excluded)" : "");
	text_foreach (a, tnode_child(p, list), item) {
		text_foreach (x, tnode_child(a, "prefixes"), "address-prefix")
			sbuf_printf(out, "    %s(%s): %s\n",
				tnode_attr(x, "junos:name")
					? tnode_attr(x, "junos:name")
					: text_of(a, "address-name"),
				text_of(a, "address-book"),
				x->value ? x->value : "");
	}
}

static void
port_range(struct sbuf *out, const char *label, const struct tnode *range)
{
	sbuf_printf(out, "      %s port range: [%s-%s]\n", label,
		text_of(range, "low"), text_of(range, "high"));
}

static void
detail_term(struct sbuf *out, const struct tnode *term)
{
	sbuf_printf(out,
		"    IP protocol: %s, ALG: %s, Inactivity timeout: %s\n",
		text_of(term, "protocol"), text_of(term, "alg"),
		text_of(term, "inactivity-timeout"));
	if (text_has(term, "icmp-info")) {
		sbuf_printf(out, "      ICMP Information: type=%s, code=%s\n",
			text_of(tnode_child(term, "icmp-info"), "icmp-type"),
			text_of(tnode_child(term, "icmp-info"), "icmp-code"));
		return;
	}
	port_range(out, "Source", tnode_child(term, "source-port-range"));
	if (text_has(tnode_child(term, "destination-port-range"), "single"))
		sbuf_printf(out, "      Destination ports: %s\n",
			text_of(tnode_child(term, "destination-port-range"),
				"single"));
	else
		port_range(out, "Destination",
			tnode_child(term, "destination-port-range"));
}

static void
counter(struct sbuf *out, const char *label, const struct tnode *stats,
	const char *element, const char *unit)
{
	const char *rate =
		tnode_attr(tnode_child(stats, element), "junos:rate");

	if (unit == NULL)
		sbuf_printf(out, "    %-19s:%21s\n", label,
			text_of(stats, element));
	else
		sbuf_printf(out, "    %-19s:%21s%21s %s\n", label,
			text_of(stats, element), rate ? rate : "0", unit);
}

static void
detail_statistics(struct sbuf *out, const struct tnode *s)
{
	static const struct {
		const char *label, *element, *unit;
	} rows[] = {
		{"Input  bytes", "input-bytes", "bps"},
		{"  Initial direction", "input-bytes-init", "bps"},
		{"  Reply direction", "input-bytes-reply", "bps"},
		{"Output bytes", "output-bytes", "bps"},
		{"  Initial direction", "output-bytes-init", "bps"},
		{"  Reply direction", "output-bytes-reply", "bps"},
		{"Input  packets", "input-packets", "pps"},
		{"  Initial direction", "input-packets-init", "pps"},
		{"  Reply direction", "input-packets-reply", "pps"},
		{"Output packets", "output-packets", "pps"},
		{"  Initial direction", "output-packets-init", "pps"},
		{"  Reply direction", "output-packets-reply", "pps"},
		{"Session rate", "session-creations", "sps"},
		{"Active sessions", "active-sessions", NULL},
		{"Session deletions", "session-deletions", NULL},
		{"Policy lookups", "policy-lookups", NULL},
	};

	sbuf_puts(out, "  Policy statistics:\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		counter(out, rows[i].label, s, rows[i].element, rows[i].unit);
}

static void
detail_log(struct sbuf *out, const struct tnode *log)
{
	if (log == NULL)
		return;
	sbuf_puts(out, "  Session log: ");
	if (text_has(log, "log-session-creation"))
		sbuf_puts(out, "at-create");
	if (text_has(log, "log-session-close"))
		sbuf_printf(out, "%sat-close",
			text_has(log, "log-session-creation") ? ", " : "");
	sbuf_putc(out, '\n');
}

static void
detail_head(struct sbuf *out, const struct tnode *p)
{
	sbuf_printf(out,
		"Policy: %s, action-type: %s, State: %s, Index: %s, "
		"Scope Policy: %s\n",
		text_of(p, "policy-name"),
		text_of(tnode_child(p, "policy-action"), "action-type"),
		text_of(p, "policy-state"), text_of(p, "policy-identifier"),
		text_of(p, "scope-policy-identifier"));
	if (text_has(p, "policy-description"))
		sbuf_printf(out, "  Description: %s\n",
			text_of(p, "policy-description"));
	sbuf_printf(out, "  Policy Type: %s\n  Sequence number: %s\n",
		text_of(p, "policy-type"),
		text_of(p, "policy-sequence-number"));
}

/* Which zones a policy leads between, or the lists of a global one. */
struct context {
	bool global, continued;
	const char *from, *to;
};

static struct context
context_of(const struct tnode *context)
{
	const struct tnode *info = tnode_child(context, "context-information");
	const struct tnode *list = tnode_child(context, "policies");
	struct context c = {
		.global = text_has(info, "global-context"),
		.from = text_of(info, "source-zone-name"),
		.to = text_of(info, "destination-zone-name"),
	};

	if (tnode_attr(list, RENDER_CONTINUED) == NULL)
		return c;
	c.continued = true;
	c.global = tnode_attr(list, "junos:global") != NULL;
	c.from = tnode_attr(list, "junos:from");
	c.to = tnode_attr(list, "junos:to");
	return c;
}

static const char *
yes_or_no(const struct tnode *options, const char *name)
{
	return text_has(options, name) ? text_of(options, name) : "No";
}

static void
detail_tcp_options(struct sbuf *out, const struct tnode *options)
{
	sbuf_printf(out,
		"  Per policy TCP Options: SYN check: %s, SEQ check: %s, "
		"Window scale: %s\n",
		yes_or_no(options, "policy-tcp-options-syn-check"),
		yes_or_no(options, "policy-tcp-options-sequence-check"),
		yes_or_no(options, "policy-tcp-options-window-scale"));
}

static void
detail_policy(struct sbuf *out, const struct tnode *p, const struct context *c)
{
	detail_head(out, p);
	if (c->global) {
		sbuf_puts(out, "  From zones: ");
		zone_names(out, p, "source-zones", "source-zone-name");
		sbuf_puts(out, "\n  To zones: ");
		zone_names(
			out, p, "destination-zones", "destination-zone-name");
		sbuf_putc(out, '\n');
	} else {
		sbuf_printf(out, "  From zone: %s, To zone: %s\n",
			c->from ? c->from : "", c->to ? c->to : "");
	}
	detail_addresses(out, p, "Source", "source-addresses", "source-address",
		"source-address-excluded");
	detail_addresses(out, p, "Destination", "destination-addresses",
		"destination-address", "destination-address-excluded");
	text_foreach (a, tnode_child(p, "applications"), "application") {
		sbuf_printf(out, "  Application: %s\n",
			text_of(a, "application-name"));
		text_foreach (term, a, "application-term")
			detail_term(out, term);
	}
	detail_tcp_options(out, tnode_child(p, "policy-tcp-options"));
	detail_log(out, tnode_child(p, "policy-log"));
	if (text_has(p, "policy-statistics-information"))
		detail_statistics(
			out, tnode_child(p, "policy-statistics-information"));
}

static void
context_head(struct sbuf *out, const struct context *c)
{
	if (c->continued)
		return;
	if (c->global)
		sbuf_puts(out, "Global policies:\n");
	else
		sbuf_printf(
			out, "From zone: %s, To zone: %s\n", c->from, c->to);
}

void
text_policies(struct text *t, const struct tnode *root)
{
	bool detail = text_style_is(t, "detail");

	if (t->first)
		sbuf_printf(t->out,
			"Default policy: %s\nPre ID default policy: %s\n",
			text_of(root, "default-policy"),
			text_of(root, "pre-id-default-policy"));
	text_foreach (context, root, "security-context") {
		struct context c = context_of(context);

		if (!detail)
			context_head(t->out, &c);
		text_foreach (p, tnode_child(context, "policies"),
			"policy-information") {
			if (detail)
				detail_policy(t->out, p, &c);
			else
				brief_policy(t->out, p, c.global);
		}
	}
}

void
text_hit_count(struct text *t, const struct tnode *root)
{
	unsigned int n = 0;

	sbuf_printf(t->out,
		"Logical system: %s\n"
		" Index   From zone        To zone           Name           "
		"Policy count\n",
		text_of(root, "logical-system-name"));
	text_foreach (e, root, "policy-hit-count-entry") {
		sbuf_printf(t->out, " %-7s %-16s %-17s %-14s %s\n",
			text_of(e, "policy-hit-count-index"),
			text_of(e, "policy-hit-count-from-zone"),
			text_of(e, "policy-hit-count-to-zone"),
			text_of(e, "policy-hit-count-policy-name"),
			text_of(e, "policy-hit-count-count"));
		n++;
	}
	sbuf_printf(t->out, "Number of policy: %u\n", n);
}

void
text_policy_match(struct text *t, const struct tnode *root)
{
	struct context c = context_of(root);

	text_foreach (p, root, "policy-information") {
		/* Further matches may come from the global ones. */
		c.global = text_has(p, "global-policy");
		detail_policy(t->out, p, &c);
	}
	if (!text_has(root, "policy-information"))
		sbuf_printf(t->out,
			"No matching policies found, default policy: %s\n",
			text_of(root, "default-policy"));
}
