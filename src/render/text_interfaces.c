/* SPDX-License-Identifier: Apache-2.0 */
/* show interfaces, all levels [OP-40]. */
#include "render/text.h"

#include <string.h>

#include "render/render.h"

enum level { LEVEL_BRIEF, LEVEL_NORMAL, LEVEL_DETAIL, LEVEL_EXTENSIVE };

static enum level
level_of(const struct text *t)
{
	if (text_style_is(t, "brief"))
		return LEVEL_BRIEF;
	if (text_style_is(t, "detail"))
		return LEVEL_DETAIL;
	return text_style_is(t, "extensive") ? LEVEL_EXTENSIVE : LEVEL_NORMAL;
}

/* ---- terse and descriptions ---- */

static void
terse_address(struct sbuf *out, const char *name, const char *admin,
	const char *link, const char *proto, const struct tnode *a)
{
	text_row(out, "%-23s %-5s %-4s %-8s %-21s %s", name, admin, link, proto,
		text_of(a, "ifa-local"), text_of(a, "ifa-destination"));
}

static void
terse_logical(struct sbuf *out, const struct tnode *l)
{
	const char *name = text_of(l, "name");
	const char *admin = text_of(l, "admin-status");
	const char *link = text_of(l, "oper-status");

	if (!text_has(l, "address-family"))
		terse_address(out, name, admin, link, "", NULL);
	text_foreach (f, l, "address-family") {
		const char *proto = text_of(f, "address-family-name");
		const struct tnode *a = tnode_child(f, "interface-address");

		do {
			terse_address(out, name, admin, link, proto, a);
			name = admin = link = proto = "";
		} while (a != NULL && (a = tnode_next_same(a)) != NULL);
	}
}

/* Did this port begin in an earlier part of the answer? */
static bool
continued(const struct tnode *physical)
{
	return tnode_attr(physical, RENDER_CONTINUED) != NULL;
}

static void
terse(struct sbuf *out, const struct tnode *root, bool first)
{
	if (first)
		sbuf_puts(out,
			"Interface               Admin Link Proto    Local"
			"                 Remote\n");
	tnode_foreach (n, root) {
		if (strcmp(n->name, "logical-interface") == 0) {
			terse_logical(out, n);
			continue;
		}
		if (!continued(n))
			terse_address(out, text_of(n, "name"),
				text_of(n, "admin-status"),
				text_of(n, "oper-status"), "", NULL);
		text_foreach (l, n, "logical-interface")
			terse_logical(out, l);
	}
}

static void
description(struct sbuf *out, const struct tnode *n)
{
	if (text_has(n, "description"))
		sbuf_printf(out, "%-15s %-5s %-4s %s\n", text_of(n, "name"),
			text_of(n, "admin-status"), text_of(n, "oper-status"),
			text_of(n, "description"));
}

static void
descriptions(struct sbuf *out, const struct tnode *root, bool first)
{
	if (first)
		sbuf_puts(out, "Interface       Admin Link Description\n");
	tnode_foreach (n, root) {
		description(out, n);
		text_foreach (l, n, "logical-interface")
			description(out, l);
	}
}

/* ---- logical interfaces ---- */

static void
flag_words(struct sbuf *out, const struct tnode *flags, const char *sep)
{
	static const struct {
		const char *element, *word;
	} words[] = {
		{"iff-up", "Up"},
		{"iff-down", "Down"},
		{"iff-hardware-down", "Hardware-Down"},
		{"iff-device-down", "Device-Down"},
		{"iff-snmp-traps", "SNMP-Traps"},
		{"ifdf-present", "Present"},
		{"ifdf-running", "Running"},
		{"ifdf-down", "Down"},
		{"ifdf-loopback", "Loopback"},
		{"ifff-sendbcast-pkt-to-re", "Sendbcast-pkt-to-re"},
		{"ifff-is-primary", "Is-Primary"},
		{"ifaf-current-preferred", "Is-Preferred"},
		{"ifaf-current-primary", "Is-Primary"},
	};
	const char *before = "";

	if (flags == NULL)
		return;
	tnode_foreach (f, flags) {
		const char *word = f->value;

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strcmp(words[i].element, f->name) == 0)
				word = words[i].word;
		if (word == NULL)
			continue;
		sbuf_printf(out, "%s%s", before, word);
		before = sep;
	}
}

static void
counters(struct sbuf *out, const char *margin, const struct tnode *s)
{
	static const struct {
		const char *label, *element, *rate, *unit;
	} rows[] = {
		{"Input  bytes  ", "input-bytes", "input-bps", "bps"},
		{"Output bytes  ", "output-bytes", "output-bps", "bps"},
		{"Input  packets", "input-packets", "input-pps", "pps"},
		{"Output packets", "output-packets", "output-pps", "pps"},
	};

	sbuf_printf(out, "%sTraffic statistics:\n", margin);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sbuf_printf(out, "%s %s:%21s", margin, rows[i].label,
			text_of(s, rows[i].element));
		if (text_has(s, rows[i].rate))
			sbuf_printf(out, "%21s %s", text_of(s, rows[i].rate),
				rows[i].unit);
		sbuf_putc(out, '\n');
	}
}

static void
flow_rows(struct sbuf *out, const struct tnode *list, const char *head)
{
	if (list == NULL)
		return;
	sbuf_printf(out, "    %s\n", head);
	text_foreach (row, list, "flow-counter") {
		const char *label = tnode_attr(
			tnode_child(row, "counter-name"), "junos:format");

		sbuf_printf(out, "      %-35s%s\n",
			label ? label : text_of(row, "counter-name"),
			text_of(row, "counter-value"));
	}
}

static void
flow_statistics(struct sbuf *out, const struct tnode *l)
{
	const struct tnode *s = tnode_child(l, "security-flow-statistics");

	if (s == NULL)
		return;
	sbuf_puts(out, "    Flow Statistics :\n");
	flow_rows(out, tnode_child(s, "flow-input-statistics"),
		"Flow Input statistics :");
	flow_rows(out, tnode_child(s, "flow-output-statistics"),
		"Flow Output statistics:");
	flow_rows(out, tnode_child(s, "flow-error-statistics"),
		"Flow error statistics (Packets dropped due to):");
}

static void
address(struct sbuf *out, const struct tnode *a)
{
	const struct tnode *flags = tnode_child(a, "ifa-flags");

	sbuf_puts(out, "      Addresses");
	if (flags != NULL) {
		sbuf_puts(out, ", Flags: ");
		flag_words(out, flags, " ");
	}
	sbuf_puts(out, "\n        ");
	if (text_has(a, "ifa-destination"))
		sbuf_printf(out, "Destination: %s, ",
			text_of(a, "ifa-destination"));
	sbuf_printf(out, "Local: %s", text_of(a, "ifa-local"));
	if (text_has(a, "ifa-broadcast"))
		sbuf_printf(
			out, ", Broadcast: %s", text_of(a, "ifa-broadcast"));
	sbuf_putc(out, '\n');
}

static void
families(struct sbuf *out, const struct tnode *l, enum level level)
{
	text_foreach (f, l, "address-family") {
		if (level == LEVEL_BRIEF) {
			text_foreach (a, f, "interface-address")
				sbuf_printf(out, "    %-5s %s\n",
					text_of(f, "address-family-name"),
					text_of(a, "ifa-local"));
			continue;
		}
		sbuf_printf(out, "    Protocol %s, MTU: %s\n",
			text_of(f, "address-family-name"), text_of(f, "mtu"));
		sbuf_puts(out, "      Flags: ");
		flag_words(out, tnode_child(f, "address-family-flags"), ", ");
		sbuf_putc(out, '\n');
		text_foreach (a, f, "interface-address")
			address(out, a);
	}
}

static void
logical(struct sbuf *out, const struct tnode *l, enum level level)
{
	const struct tnode *s = tnode_child(l, "traffic-statistics");

	sbuf_printf(out, "  Logical interface %s", text_of(l, "name"));
	if (level != LEVEL_BRIEF)
		sbuf_printf(out, " (Index %s) (SNMP ifIndex %s)",
			text_of(l, "local-index"), text_of(l, "snmp-index"));
	sbuf_putc(out, '\n');
	if (text_has(l, "description"))
		sbuf_printf(out, "    Description: %s\n",
			text_of(l, "description"));
	sbuf_puts(out, "    Flags: ");
	flag_words(out, tnode_child(l, "if-config-flags"), " ");
	sbuf_printf(out, " Encapsulation: %s\n", text_of(l, "encapsulation"));
	if (level == LEVEL_NORMAL)
		sbuf_printf(out,
			"    Input packets : %s\n    Output packets: %s\n",
			text_of(s, "input-packets"),
			text_of(s, "output-packets"));
	if (level >= LEVEL_DETAIL)
		counters(out, "    ", s);
	sbuf_printf(out, "    Security: Zone: %s\n",
		text_of(l, "logical-interface-zone-name"));
	if (text_has(l, "allowed-host-inbound-traffic"))
		sbuf_printf(out, "    Allowed host-inbound traffic : %s\n",
			text_of(l, "allowed-host-inbound-traffic"));
	if (level >= LEVEL_DETAIL)
		flow_statistics(out, l);
	families(out, l, level);
}

/* ---- physical interfaces ---- */

static void
indexes(struct sbuf *out, const struct tnode *p, enum level level)
{
	if (level == LEVEL_BRIEF)
		return;
	sbuf_printf(out, "  Interface index: %s, SNMP ifIndex: %s",
		text_of(p, "local-index"), text_of(p, "snmp-index"));
	if (level >= LEVEL_DETAIL)
		sbuf_printf(out, ", Generation: %s", text_of(p, "generation"));
	sbuf_putc(out, '\n');
}

static void
rates(struct sbuf *out, const struct tnode *s)
{
	sbuf_printf(out, "  Input rate     : %s bps (%s pps)\n",
		text_of(s, "input-bps"), text_of(s, "input-pps"));
	sbuf_printf(out, "  Output rate    : %s bps (%s pps)\n",
		text_of(s, "output-bps"), text_of(s, "output-pps"));
}

static void
errors(struct sbuf *out, const struct tnode *p)
{
	const struct tnode *in = tnode_child(p, "input-error-list");
	const struct tnode *o = tnode_child(p, "output-error-list");

	sbuf_printf(out,
		"  Input errors:\n    Errors: %s, Drops: %s, Framing errors: "
		"%s, Runts: %s, Policed discards: %s, FIFO errors: %s, "
		"Resource errors: %s\n",
		text_of(in, "input-errors"), text_of(in, "input-drops"),
		text_of(in, "framing-errors"), text_of(in, "input-runts"),
		text_of(in, "input-discards"), text_of(in, "input-fifo-errors"),
		text_of(in, "input-resource-errors"));
	sbuf_printf(out,
		"  Output errors:\n    Carrier transitions: %s, Errors: %s, "
		"Drops: %s, Collisions: %s, FIFO errors: %s, MTU errors: %s\n",
		text_of(o, "carrier-transitions"), text_of(o, "output-errors"),
		text_of(o, "output-drops"), text_of(o, "output-collisions"),
		text_of(o, "output-fifo-errors"), text_of(o, "mtu-errors"));
}

static void
link_lines(struct sbuf *out, const struct tnode *p)
{
	sbuf_printf(out,
		"  Link-level type: %s, MTU: %s, Link-mode: %s, "
		"Speed: %s\n",
		text_of(p, "link-level-type"), text_of(p, "mtu"),
		text_of(p, "link-mode"), text_of(p, "speed"));
	if (text_has(p, "device-name"))
		sbuf_printf(out, "  Linux device   : %s\n",
			text_of(p, "device-name"));
	sbuf_puts(out, "  Device flags   : ");
	flag_words(out, tnode_child(p, "if-device-flags"), " ");
	sbuf_puts(out, "\n  Interface flags: ");
	flag_words(out, tnode_child(p, "if-config-flags"), " ");
	sbuf_puts(out, "\n  Link flags     : None\n");
}

static void
physical(struct sbuf *out, const struct tnode *p, enum level level)
{
	const struct tnode *s = tnode_child(p, "traffic-statistics");
	const char *format =
		tnode_attr(tnode_child(p, "admin-status"), "junos:format");

	sbuf_printf(out, "Physical interface: %s, %s, Physical link is %s\n",
		text_of(p, "name"), format ? format : "",
		strcmp(text_of(p, "oper-status"), "up") == 0 ? "Up" : "Down");
	indexes(out, p, level);
	if (text_has(p, "description"))
		sbuf_printf(
			out, "  Description: %s\n", text_of(p, "description"));
	link_lines(out, p);
	if (level == LEVEL_BRIEF)
		return;
	if (text_has(p, "current-physical-address"))
		sbuf_printf(out,
			"  Current address: %s, Hardware address: %s\n",
			text_of(p, "current-physical-address"),
			text_of(p, "hardware-physical-address"));
	sbuf_printf(out, "  Last flapped   : %s\n",
		text_of(p, "interface-flapped"));
	if (level == LEVEL_NORMAL) {
		rates(out, s);
		return;
	}
	sbuf_printf(out, "  Statistics last cleared: %s\n",
		text_of(p, "statistics-cleared"));
	counters(out, "  ", s);
	if (level == LEVEL_EXTENSIVE)
		errors(out, p);
}

void
text_interfaces(struct text *t, const struct tnode *root)
{
	enum level level = level_of(t);
	bool blank = !t->first;

	if (text_style_is(t, "terse")) {
		terse(t->out, root, t->first);
		return;
	}
	if (text_style_is(t, "description")) {
		descriptions(t->out, root, t->first);
		return;
	}
	tnode_foreach (n, root) {
		if (blank && !continued(n))
			sbuf_putc(t->out, '\n');
		blank = true;
		if (strcmp(n->name, "logical-interface") == 0) {
			logical(t->out, n, level);
			continue;
		}
		if (!continued(n))
			physical(t->out, n, level);
		text_foreach (l, n, "logical-interface") {
			sbuf_putc(t->out, '\n');
			logical(t->out, l, level);
		}
	}
}
