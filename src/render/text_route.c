/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show route and its relatives [OP-10..OP-16]: the layout of Junos 18.4, where
 * the bracket of a route stands in column 20 and its next hops below it.
 */
#include "render/text.h"

#include <string.h>

#include "render/render.h"

static void
table_line(struct sbuf *out, const struct tnode *table)
{
	sbuf_printf(out,
		"\n%s: %s destinations, %s routes (%s active, %s holddown, "
		"%s hidden)\n",
		text_of(table, "table-name"),
		text_of(table, "destination-count"),
		text_of(table, "total-route-count"),
		text_of(table, "active-route-count"),
		text_of(table, "holddown-route-count"),
		text_of(table, "hidden-route-count"));
}

/* Where a next hop leads, without its mark. */
static void
nh_text(struct sbuf *out, const struct tnode *nh)
{
	if (text_has(nh, "nh-table"))
		sbuf_printf(out, "to table %s", text_of(nh, "nh-table"));
	else if (text_has(nh, "nh-local-interface"))
		sbuf_printf(
			out, "Local via %s", text_of(nh, "nh-local-interface"));
	else if (!text_has(nh, "to"))
		sbuf_printf(out, "via %s", text_of(nh, "via"));
	else if (!text_has(nh, "via"))
		sbuf_printf(out, "to %s", text_of(nh, "to"));
	else
		sbuf_printf(out, "to %s via %s", text_of(nh, "to"),
			text_of(nh, "via"));
}

static void
brief_nexthops(struct sbuf *out, const struct tnode *entry)
{
	if (!text_has(entry, "nh")) {
		/* Reject, Discard, Receive, or a gateway nobody knows */
		sbuf_printf(out, "                      %s\n",
			text_of(entry, "nh-type"));
		return;
	}
	text_foreach (nh, entry, "nh") {
		sbuf_printf(out, "                    %s ",
			text_has(nh, "selected-next-hop") ? ">" : " ");
		nh_text(out, nh);
		sbuf_putc(out, '\n');
	}
}

static char
active_tag(const struct tnode *entry)
{
	const char *tag = text_of(entry, "active-tag");

	return tag[0] != '\0' ? tag[0] : ' ';
}

static void
brief_attributes(struct sbuf *out, const struct tnode *entry)
{
	static const struct {
		const char *element, *word;
	} attrs[] = {{"metric", "metric"}, {"rt-tag", "tag"},
		{"local-preference", "localpref"}};

	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++)
		if (text_has(entry, attrs[i].element))
			sbuf_printf(out, ", %s %s", attrs[i].word,
				text_of(entry, attrs[i].element));
	sbuf_putc(out, '\n');
}

static void
brief_route(struct sbuf *out, const struct tnode *rt)
{
	const char *prefix = text_of(rt, "rt-destination");

	if (strlen(prefix) > 18) {
		sbuf_printf(out, "%s\n", prefix);
		prefix = "";
	}
	text_foreach (entry, rt, "rt-entry") {
		sbuf_printf(out, "%-19s%c[%s/%s] %s", prefix, active_tag(entry),
			text_of(entry, "protocol-name"),
			text_of(entry, "preference"), text_of(entry, "age"));
		brief_attributes(out, entry);
		brief_nexthops(out, entry);
		prefix = "";
	}
}

static void
terse_nexthop(
	struct sbuf *out, const struct tnode *entry, const struct tnode *nh)
{
	if (nh == NULL)
		sbuf_printf(out, " %s", text_of(entry, "nh-type"));
	else if (text_has(nh, "nh-local-interface"))
		sbuf_puts(out, " Local");
	else if (text_has(nh, "nh-table"))
		sbuf_printf(out, " %s", text_of(nh, "nh-table"));
	else
		sbuf_printf(out, "%s%s",
			text_has(nh, "selected-next-hop") ? ">" : " ",
			text_of(nh, text_has(nh, "to") ? "to" : "via"));
}

static void
terse_route(struct sbuf *out, const struct tnode *rt)
{
	const char *prefix = text_of(rt, "rt-destination");
	struct sbuf hop = SBUF_INIT;

	text_foreach (entry, rt, "rt-entry") {
		const struct tnode *nh = tnode_child(entry, "nh");

		sbuf_reset(&hop);
		terse_nexthop(&hop, entry, nh);
		text_row(out, "%c ? %-18s %c%4s%11s%11s %s", active_tag(entry),
			prefix, text_of(entry, "protocol-name")[0],
			text_of(entry, "preference"), text_of(entry, "metric"),
			text_of(entry, "metric2"), sbuf_text(&hop));
		while (nh != NULL && (nh = tnode_next_same(nh)) != NULL) {
			sbuf_reset(&hop);
			terse_nexthop(&hop, entry, nh);
			text_row(out, "%51s%s", "", sbuf_text(&hop));
		}
		prefix = "";
	}
	sbuf_done(&hop);
}

static void
detail_nexthops(struct sbuf *out, const struct tnode *entry)
{
	text_foreach (nh, entry, "nh") {
		if (text_has(nh, "nh-local-interface")) {
			sbuf_printf(out, "                Interface: %s\n",
				text_of(nh, "nh-local-interface"));
			continue;
		}
		sbuf_puts(out, "                Next hop: ");
		if (text_has(nh, "to") && text_has(nh, "via"))
			sbuf_printf(out, "%s via %s", text_of(nh, "to"),
				text_of(nh, "via"));
		else
			nh_text(out, nh);
		if (text_has(nh, "selected-next-hop"))
			sbuf_puts(out, ", selected");
		sbuf_putc(out, '\n');
		if (text_has(nh, "session"))
			sbuf_printf(out, "                Session Id: %s\n",
				text_of(nh, "session"));
	}
}

/* "                Label: value", only when there is a value. */
static void
detail_line(struct sbuf *out, const struct tnode *entry, const char *label,
	const char *element)
{
	if (text_has(entry, element))
		sbuf_printf(out, "                %s: %s\n", label,
			text_of(entry, element));
}

static void
detail_metrics(struct sbuf *out, const struct tnode *entry)
{
	bool metric = text_has(entry, "metric");

	sbuf_printf(out, "                Age: %s", text_of(entry, "age"));
	if (metric)
		sbuf_printf(out, "\tMetric: %s", text_of(entry, "metric"));
	if (text_has(entry, "rt-tag"))
		sbuf_printf(out, "%sTag: %s", metric ? " " : "\t",
			text_of(entry, "rt-tag"));
	sbuf_putc(out, '\n');
}

static void
detail_entry(struct sbuf *out, const struct tnode *entry)
{
	sbuf_printf(out, "        %c%-7sPreference: %s\n", active_tag(entry),
		text_of(entry, "protocol-name"), text_of(entry, "preference"));
	sbuf_printf(out, "                Next hop type: %s",
		text_of(entry, "nh-type"));
	if (text_has(entry, "nh-index"))
		sbuf_printf(out, ", Next hop index: %s",
			text_of(entry, "nh-index"));
	sbuf_putc(out, '\n');
	detail_line(out, entry, "Address", "nh-address");
	detail_line(
		out, entry, "Next-hop reference count", "nh-reference-count");
	detail_nexthops(out, entry);
	detail_line(out, entry, "State", "rt-entry-state");
	detail_line(out, entry, "Inactive reason", "inactive-reason");
	detail_metrics(out, entry);
	detail_line(out, entry, "Validation State", "validation-state");
	detail_line(out, entry, "Task", "task-name");
	if (text_has(entry, "announce-bits"))
		sbuf_printf(out, "                Announcement bits (%s): %s\n",
			text_of(entry, "announce-bits"),
			text_of(entry, "announce-tasks"));
	sbuf_printf(out, "                AS path: %s\n",
		text_of(entry, "as-path"));
	detail_line(
		out, entry, "Primary Routing Table", "primary-routing-table");
	if (text_has(entry, "secondary-tables")) {
		sbuf_puts(out, "                Secondary Tables: ");
		text_list(out, tnode_child(entry, "secondary-tables"),
			"table-name", " ");
		sbuf_putc(out, '\n');
	}
}

static void
detail_route(struct sbuf *out, const struct tnode *rt)
{
	const char *n = text_of(rt, "rt-entry-count");

	sbuf_printf(out, "%s/%s (%s %s, %s announced)\n",
		text_of(rt, "rt-destination"), text_of(rt, "rt-prefix-length"),
		n, strcmp(n, "1") == 0 ? "entry" : "entries",
		text_of(rt, "rt-announced-count"));
	if (text_has(rt, "tsi"))
		sbuf_printf(out, "TSI:\n%s\n", text_of(rt, "tsi"));
	text_foreach (entry, rt, "rt-entry")
		detail_entry(out, entry);
}

static void
route_table(struct text *t, const struct tnode *table)
{
	bool detail =
		text_style_is(t, "detail") || text_style_is(t, "extensive");
	bool terse = text_style_is(t, "terse");
	bool blank = tnode_attr(table, RENDER_CONTINUED) != NULL;

	if (!blank) {
		table_line(t->out, table);
		if (!detail && text_has(table, "rt"))
			sbuf_puts(t->out, "+ = Active Route, - = Last Active, "
					  "* = Both\n\n");
		if (terse && text_has(table, "rt"))
			sbuf_puts(t->out,
				"A V Destination        P Prf   Metric 1   "
				"Metric 2  Next hop        AS path\n");
	}
	text_foreach (rt, table, "rt") {
		if (detail && blank)
			sbuf_putc(t->out, '\n');
		blank = true;
		if (detail)
			detail_route(t->out, rt);
		else if (terse)
			terse_route(t->out, rt);
		else
			brief_route(t->out, rt);
	}
}

void
text_route(struct text *t, const struct tnode *root)
{
	text_foreach (table, root, "route-table")
		route_table(t, table);
}

void
text_route_summary(struct text *t, const struct tnode *root)
{
	if (text_has(root, "as-number"))
		sbuf_printf(t->out, "Autonomous system number: %s\n",
			text_of(root, "as-number"));
	sbuf_printf(t->out, "Router ID: %s\n", text_of(root, "router-id"));
	text_foreach (table, root, "route-table") {
		table_line(t->out, table);
		text_foreach (p, table, "protocols")
			sbuf_printf(t->out, "%20s:%7s routes,%7s active\n",
				text_of(p, "protocol-name"),
				text_of(p, "protocol-route-count"),
				text_of(p, "active-route-count"));
	}
}

static void
instance_detail(struct sbuf *out, const struct tnode *in)
{
	sbuf_printf(out, "%s:\n", text_of(in, "instance-name"));
	sbuf_printf(out, "  Router ID: %s\n", text_of(in, "router-id"));
	sbuf_printf(out, "  Type: %-18sState: %s\n",
		text_of(in, "instance-type"), text_of(in, "instance-state"));
	if (text_has(in, "instance-interface"))
		sbuf_puts(out, "  Interfaces:\n");
	text_foreach (i, in, "instance-interface")
		sbuf_printf(out, "    %s\n", text_of(i, "interface-name"));
	if (text_has(in, "instance-rib"))
		sbuf_puts(out, "  Tables:\n");
	text_foreach (rib, in, "instance-rib")
		sbuf_printf(out,
			"    %-23s: %s routes (%s active, %s holddown, "
			"%s hidden)\n",
			text_of(rib, "irib-name"),
			text_of(rib, "irib-route-count"),
			text_of(rib, "irib-active-count"),
			text_of(rib, "irib-holddown-count"),
			text_of(rib, "irib-hidden-count"));
}

static void
instance_brief(struct sbuf *out, const struct tnode *in)
{
	text_row(out, "%-20s %s", text_of(in, "instance-name"),
		text_of(in, "instance-type"));
	text_foreach (rib, in, "instance-rib")
		sbuf_printf(out, "         %-48s%s/%s/%s\n",
			text_of(rib, "irib-name"),
			text_of(rib, "irib-active-count"),
			text_of(rib, "irib-holddown-count"),
			text_of(rib, "irib-hidden-count"));
}

void
text_route_instance(struct text *t, const struct tnode *root)
{
	bool detail = text_style_is(t, "detail");
	bool blank = false;

	if (!detail)
		sbuf_puts(t->out,
			"Instance             Type\n"
			"         Primary RIB                                  "
			"   Active/holddown/hidden\n");
	text_foreach (in, root, "instance-core") {
		if (blank)
			sbuf_putc(t->out, '\n');
		blank = true;
		if (detail)
			instance_detail(t->out, in);
		else
			instance_brief(t->out, in);
	}
}

static void
forwarding_entry(struct sbuf *out, const struct tnode *e)
{
	const char *dest = text_of(e, "rt-destination");
	const char *type = text_of(e, "destination-type");
	const char *refs = text_of(e, "route-reference-count");

	if (strlen(dest) > 18) {
		sbuf_printf(out, "%s\n", dest);
		dest = "";
	}
	text_foreach (nh, e, "nh") {
		text_row(out, "%-18s %-4s %5s %-18s %-4s %8s %5s %s", dest,
			type, refs, text_of(nh, "to"), text_of(nh, "nh-type"),
			text_of(nh, "nh-index"),
			text_of(nh, "nh-reference-count"), text_of(nh, "via"));
		dest = type = refs = "";
	}
}

void
text_forwarding(struct text *t, const struct tnode *root)
{
	bool blank = !t->first;

	text_foreach (table, root, "route-table") {
		if (tnode_attr(table, RENDER_CONTINUED) == NULL) {
			sbuf_printf(t->out,
				"%sRouting table: %s\n%s:\n"
				"Destination        Type RtRef Next hop        "
				"   Type Index    NhRef Netif\n",
				blank ? "\n" : "", text_of(table, "table-name"),
				text_of(table, "address-family"));
		}
		blank = true;
		text_foreach (e, table, "rt-entry")
			forwarding_entry(t->out, e);
	}
}
