/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show security flow session [OP-20..OP-23]: the layout of Junos 18.4. Every
 * line of a wing but the last ends in a comma and a blank.
 */
#include "render/text.h"

#include <string.h>

static void
brief_session(struct sbuf *out, const struct tnode *s)
{
	sbuf_printf(out, "Session ID: %s, Policy name: %s, Timeout: %s, %s\n",
		text_of(s, "session-identifier"), text_of(s, "policy"),
		text_of(s, "timeout"), text_of(s, "session-state"));
	text_foreach (w, s, "flow-information")
		sbuf_printf(out,
			"  %s: %s/%s --> %s/%s;%s, Conn Tag: %s, If: %s, "
			"Pkts: %s, Bytes: %s, \n",
			text_of(w, "direction"), text_of(w, "source-address"),
			text_of(w, "source-port"),
			text_of(w, "destination-address"),
			text_of(w, "destination-port"), text_of(w, "protocol"),
			text_of(w, "conn-tag"), text_of(w, "interface-name"),
			text_of(w, "pkt-cnt"), text_of(w, "byte-cnt"));
}

static void
extensive_wing(struct sbuf *out, const struct tnode *w)
{
	sbuf_printf(out, "   %s: %s/%s --> %s/%s;%s, \n",
		text_of(w, "direction"), text_of(w, "source-address"),
		text_of(w, "source-port"), text_of(w, "destination-address"),
		text_of(w, "destination-port"), text_of(w, "protocol"));
	sbuf_printf(out, "  Conn Tag: %s, Interface: %s, \n",
		text_of(w, "conn-tag"), text_of(w, "interface-name"));
	sbuf_printf(out, "    Session token: %s, Flag: %s, \n",
		text_of(w, "session-token"), text_of(w, "flag"));
	sbuf_printf(out, "    Route: %s, Gateway: %s, Tunnel: %s, \n",
		text_of(w, "route"), text_of(w, "gateway"),
		text_of(w, "tunnel-information"));
	sbuf_printf(out, "    Port sequence: %s, FIN sequence: %s, \n",
		text_of(w, "port-sequence"), text_of(w, "fin-sequence"));
	sbuf_printf(out, "    FIN state: %s, \n", text_of(w, "fin-state"));
	sbuf_printf(out, "    Pkts: %s, Bytes: %s\n", text_of(w, "pkt-cnt"),
		text_of(w, "byte-cnt"));
}

/* No line of Junos: only where a zone or an instance has its own mode. */
static void
reverse_line(struct sbuf *out, const struct tnode *s)
{
	const char *rule = text_of(s, "reverse-route-rule");

	if (strcmp(rule, "security-zone") == 0 ||
		strcmp(rule, "routing-instance") == 0)
		sbuf_printf(out, "Reverse route: %s, by %s\n",
			text_of(s, "reverse-route-mode"), rule);
}

static void
extensive_session(struct sbuf *out, const struct tnode *s)
{
	sbuf_printf(out, "Session ID: %s, Status: %s\n",
		text_of(s, "session-identifier"), text_of(s, "status"));
	sbuf_printf(out, "Flags: %s\n", text_of(s, "session-flag"));
	sbuf_printf(out, "Policy name: %s\n", text_of(s, "policy"));
	sbuf_printf(out, "Source NAT pool: %s\n",
		text_of(s, "nat-source-pool-name"));
	sbuf_printf(out, "Dynamic application: %s, \n",
		text_of(s, "dynamic-application-name"));
	sbuf_printf(out, "Encryption:  %s\n",
		text_of(s, "encryption-traffic-name"));
	sbuf_printf(out, "Application traffic control rule-set: %s, Rule: %s\n",
		text_of(s, "application-traffic-control-rule-set-name"),
		text_of(s, "application-traffic-control-rule-name"));
	sbuf_printf(out, "Maximum timeout: %s, Current timeout: %s\n",
		text_of(s, "configured-timeout"), text_of(s, "timeout"));
	sbuf_printf(out, "Session State: %s\n", text_of(s, "session-state"));
	sbuf_printf(out, "Start time: %s, Duration: %s\n",
		text_of(s, "start-time"), text_of(s, "duration"));
	reverse_line(out, s);
	text_foreach (w, s, "flow-information")
		extensive_wing(out, w);
}

static void
session_summary(struct sbuf *out, const struct tnode *root)
{
	static const struct {
		const char *label, *element;
	} rows[] = {
		{"Unicast-sessions", "active-unicast-sessions"},
		{"Multicast-sessions", "active-multicast-sessions"},
		{"Services-offload-sessions",
			"active-services-offload-sessions"},
		{"Failed-sessions", "failed-sessions"},
		{"Sessions-in-use", "active-sessions"},
		{"  Valid sessions", "displayed-session-valid"},
		{"  Pending sessions", "displayed-session-pending"},
		{"  Invalidated sessions", "displayed-session-invalidated"},
		{"  Sessions in other states", "displayed-session-other"},
		{"Maximum-sessions", "max-session-count"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		sbuf_printf(out, "%s: %s\n", rows[i].label,
			text_of(root, rows[i].element));
}

void
text_session(struct text *t, const struct tnode *root)
{
	bool extensive = text_style_is(t, "extensive");
	bool blank = !t->first;

	if (text_style_is(t, "summary")) {
		session_summary(t->out, root);
		return;
	}
	text_foreach (s, root, "flow-session") {
		if (blank)
			sbuf_putc(t->out, '\n');
		blank = true;
		if (extensive)
			extensive_session(t->out, s);
		else
			brief_session(t->out, s);
	}
	if (t->last)
		sbuf_printf(t->out, "Total sessions: %s\n",
			text_of(root, "displayed-session-count"));
}

void
text_session_cleared(struct text *t, const struct tnode *root)
{
	sbuf_printf(t->out, "%s active sessions cleared\n",
		text_of(root, "flow-cleared-session-count"));
}

void
text_flow_status(struct text *t, const struct tnode *root)
{
	static const struct {
		const char *label, *element;
	} rows[] = {
		{"  Flow forwarding mode:", NULL},
		{"    Inet forwarding mode", "flow-forwarding-mode-inet"},
		{"    Inet6 forwarding mode", "flow-forwarding-mode-inet6"},
		{"    MPLS forwarding mode", "flow-forwarding-mode-mpls"},
		{"    ISO forwarding mode", "flow-forwarding-mode-iso"},
		{"    Tap mode", "flow-tap-mode"},
		{"  Flow trace status", NULL},
		{"    Flow tracing status", "flow-trace-status"},
		{"  Flow session distribution", NULL},
		{"    Distribution mode", "flow-session-distribution-mode"},
		{"  Flow packet ordering", NULL},
		{"    Ordering mode", "flow-packet-ordering-mode"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].element == NULL)
			sbuf_printf(t->out, "%s\n", rows[i].label);
		else
			sbuf_printf(t->out, "%s: %s\n", rows[i].label,
				text_of(root, rows[i].element));
	}
}

void
text_flow_statistics(struct text *t, const struct tnode *root)
{
	static const struct {
		const char *label, *element;
	} rows[] = {
		{"Current sessions", "flow-session-count-valid"},
		{"Packets received", "flow-pkt-count-rx"},
		{"Packets transmitted", "flow-pkt-count-tx"},
		{"Packets forwarded/queued", "flow-pkt-count-fwd"},
		{"Packets copied", "flow-pkt-count-copy"},
		{"Packets dropped", "flow-pkt-count-drop"},
		{"Services-offload packets processed",
			"flow-pkt-count-services-offload"},
		{"Fragment packets", "flow-frag-count-fwd"},
		{"Pre fragments generated", "tunnel-frag-gen-pre"},
		{"Post fragments generated", "tunnel-frag-gen-post"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		sbuf_printf(t->out, "    %s: %s\n", rows[i].label,
			text_of(root, rows[i].element));
}

static void
put_drops(struct sbuf *out, const struct tnode *n)
{
	text_foreach (d, n, "flow-drop")
		sbuf_printf(out, "%-24s%15s  %s\n", text_of(d, "drop-reason"),
			text_of(d, "drop-count"),
			text_of(d, "drop-description"));
}

void
text_flow_drops(struct text *t, const struct tnode *root)
{
	if (!text_style_is(t, "detail"))
		sbuf_puts(t->out, "Reason                          Packets  "
				  "Description\n");
	text_foreach (i, root, "flow-drop-interface") {
		sbuf_printf(t->out, "Interface: %s, Zone: %s, Instance: %s\n",
			text_of(i, "interface-name"), text_of(i, "zone-name"),
			text_of(i, "instance-name"));
		put_drops(t->out, i);
	}
	text_foreach (g, root, "flow-drop-group") {
		sbuf_printf(t->out, "%s: %s\n",
			text_has(g, "zone-name") ? "Zone" : "Instance",
			text_has(g, "zone-name") ? text_of(g, "zone-name")
						 : text_of(g, "instance-name"));
		put_drops(t->out, g);
	}
	put_drops(t->out, root);
	sbuf_printf(t->out, "Total packets dropped: %s\n",
		text_of(root, "drop-total"));
}
