/* SPDX-License-Identifier: Apache-2.0 */
/* show security nat source|destination|static rule [NA-35]. */
#include <stdio.h>
#include <string.h>

#include "render/text.h"

static void
label(struct sbuf *out, unsigned int indent, unsigned int width,
	const char *name, const char *value)
{
	sbuf_pad(out, ' ', indent);
	sbuf_printf(out, "%-*s: %s\n", (int)(width - indent + 2), name, value);
}

/* Lists go on in lines with a blank label. */
static void
labels(struct sbuf *out, unsigned int indent, const char *name,
	const struct tnode *n, const char *element)
{
	text_foreach (c, n, element) {
		label(out, indent, 27, name, c->value ? c->value : "");
		name = "";
	}
}

static void
pair(struct sbuf *out, const char *name, const char *lo, const char *hi)
{
	char text[160];

	snprintf(text, sizeof(text), "%-15s - %s", lo, hi);
	label(out, 4, 27, name, text);
}

static void
ranges(struct sbuf *out, const char *name, const struct tnode *n,
	const char *entry, const char *lo, const char *hi)
{
	text_foreach (e, n, entry) {
		pair(out, name, text_of(e, lo), text_of(e, hi));
		name = "";
	}
}

static void
match(struct sbuf *out, const struct tnode *n)
{
	ranges(out, "Source addresses", n, "source-address-range-entry",
		"rule-source-address-low-range",
		"rule-source-address-high-range");
	ranges(out, "Source port", n, "source-port-entry", "low", "high");
	ranges(out, "Destination addresses", n,
		"destination-address-range-entry",
		"rule-destination-address-low-range",
		"rule-destination-address-high-range");
	ranges(out, "Destination port", n, "destination-port-entry", "low",
		"high");
	labels(out, 4, "IP protocol", n, "rule-protocol");
	labels(out, 4, "Application", n, "rule-application");
}

static void
context(struct sbuf *out, const struct tnode *n, const char *word,
	const char *kind, const char *element)
{
	char text[64];

	snprintf(text, sizeof(text), "%s %s", word, text_of(n, kind));
	labels(out, 2, text, n, element);
}

static void
head(struct sbuf *out, const struct tnode *n)
{
	label(out, 2, 27, "Rule set", text_of(n, "rule-set-name"));
	label(out, 2, 27, "Rule Id", text_of(n, "rule-id"));
	label(out, 2, 27, "Rule position",
		text_of(n, "rule-matching-position"));
	context(out, n, "From", "rule-from-context", "rule-from-context-name");
	if (text_has(n, "rule-to-context"))
		context(out, n, "To", "rule-to-context",
			"rule-to-context-name");
}

static void
hits(struct sbuf *out, const struct tnode *n)
{
	const struct tnode *h = tnode_child(n, "nat-rule-hits-entry");

	if (text_has(n, "session-count-raise-threshold")) {
		label(out, 2, 27, "Session alarm raise",
			text_of(n, "session-count-raise-threshold"));
		label(out, 2, 27, "Session alarm clear",
			text_of(n, "session-count-clear-threshold"));
	}
	label(out, 2, 27, "Translation hits",
		text_of(h, "rule-translation-hits"));
	label(out, 4, 27, "Successful sessions", text_of(h, "succ-hits"));
	label(out, 2, 27, "Number of sessions", text_of(h, "concurrent-hits"));
}

static void
totals(struct text *t, const struct tnode *root, const char *what)
{
	if (!t->first)
		return;
	sbuf_printf(t->out,
		"Total %s: %s\nTotal referenced IPv4/IPv6 ip-prefixes: %s/%s\n",
		what, text_of(root, "total-rules"),
		text_of(root, "total-referenced-ipv4-ip-prefixes"),
		text_of(root, "total-referenced-ipv6-ip-prefixes"));
}

static void
source_action(struct sbuf *out, const struct tnode *n)
{
	static const char *const rows[][2] = {
		{"Persistent NAT type", "persistent-nat-type"},
		{"Persistent NAT mapping type", "persistent-nat-mapping-type"},
		{"Inactivity timeout", "persistent-nat-timeout"},
		{"Max session number", "persistent-nat-max-session"},
		{"Persistent NAT block session",
			"persistent-nat-block-session"},
	};
	const struct tnode *a = tnode_child(n, "source-nat-rule-action-entry");

	label(out, 2, 30, "Action", text_of(a, "source-nat-rule-action"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		label(out, 4, 30, rows[i][0], text_of(a, rows[i][1]));
}

void
text_nat_source_rules(struct text *t, const struct tnode *root)
{
	totals(t, root, "rules");
	text_foreach (n, root, "source-nat-rule-entry") {
		sbuf_printf(t->out, "source NAT rule: %s\n",
			text_of(n, "rule-name"));
		head(t->out, n);
		sbuf_puts(t->out, "  Match\n");
		match(t->out, n);
		source_action(t->out, n);
		hits(t->out, n);
	}
}

void
text_nat_destination_rules(struct text *t, const struct tnode *root)
{
	totals(t, root, "destination-nat rules");
	text_foreach (n, root, "destination-nat-rule-entry") {
		sbuf_printf(t->out, "Destination NAT rule: %s\n",
			text_of(n, "rule-name"));
		head(t->out, n);
		sbuf_puts(t->out, "  Match\n");
		match(t->out, n);
		label(t->out, 2, 27, "Action",
			text_of(n, "destination-nat-rule-action"));
		hits(t->out, n);
	}
}

void
text_nat_static_rules(struct text *t, const struct tnode *root)
{
	struct sbuf *out = t->out;

	totals(t, root, "static-nat rules");
	text_foreach (n, root, "static-nat-rule-entry") {
		sbuf_printf(out, "Static NAT rule: %-20s Rule-set: %s\n",
			text_of(n, "rule-name"), text_of(n, "rule-set-name"));
		label(out, 2, 27, "Rule-Id", text_of(n, "rule-id"));
		label(out, 2, 27, "Rule position",
			text_of(n, "rule-matching-position"));
		context(out, n, "From", "rule-from-context",
			"rule-from-context-name");
		ranges(out, "Source addresses", n, "source-address-range-entry",
			"rule-source-address-low-range",
			"rule-source-address-high-range");
		ranges(out, "Source ports", n, "source-port-entry", "low",
			"high");
		label(out, 2, 27, "Destination addresses",
			text_of(n, "rule-destination-address"));
		ranges(out, "Destination ports", n, "destination-port-entry",
			"low", "high");
		label(out, 2, 27, "Host addresses",
			text_of(n, "rule-host-address"));
		ranges(out, "Host ports", n, "mapped-port-entry", "low",
			"high");
		label(out, 2, 27, "Netmask",
			text_of(n, "rule-host-address-netmask"));
		label(out, 2, 27, "Host routing-instance",
			text_of(n, "host-routing-instance"));
		hits(out, n);
	}
}
