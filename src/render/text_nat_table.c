/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show security nat source persistent-nat-table, port-block, deterministic,
 * paired-address [NA-37].
 */
#include <stdio.h>
#include <string.h>

#include "render/text.h"

static void
binding(struct sbuf *out, const struct tnode *n)
{
	char time[32], sessions[32];

	snprintf(time, sizeof(time), "%s/%s", text_of(n, "left-time"),
		text_of(n, "configure-time"));
	snprintf(sessions, sizeof(sessions), "%s/%s",
		text_of(n, "current-session-number"),
		text_of(n, "max-session-number"));
	text_row(out,
		"%-15s %-8s %-8s %-15s %-8s %-8s %-14s %-16s %-12s %-14s %s",
		text_of(n, "internal-ip"), text_of(n, "internal-port"),
		text_of(n, "internal-protocol"), text_of(n, "reflective-ip"),
		text_of(n, "reflective-port"),
		text_of(n, "reflective-protocol"),
		text_of(n, "source-nat-pool-name"),
		text_of(n, "persistent-nat-type"), time, sessions,
		text_of(n, "source-nat-rule-name"));
}

void
text_nat_persistent(struct text *t, const struct tnode *root)
{
	const struct tnode *s =
		tnode_child(root, "persistent-nat-table-statistic");

	if (text_style_is(t, "summary")) {
		sbuf_printf(t->out,
			"Persistent NAT Table Statistics:\n"
			"binding in use : %s\n"
			"session in use : %s\n",
			text_of(s, "persistent-nat-binding-in-use"),
			text_of(s, "persistent-nat-session-in-use"));
		return;
	}
	if (t->first)
		sbuf_puts(t->out,
			"Internal                          Reflective          "
			"              Source         Type             "
			"Left_time/   Curr_Sess_Num/ Source\n"
			"In_IP           In_Port  I_Proto  Ref_IP          "
			"Ref_Port R_Proto  NAT Pool                        "
			"Conf_time    Max_Sess_Num   NAT Rule\n");
	text_foreach (n, root, "persistent-nat-binding")
		binding(t->out, n);
}

void
text_nat_persistent_cleared(struct text *t, const struct tnode *root)
{
	sbuf_printf(t->out, "%s persistent NAT bindings cleared\n",
		text_of(root, "persistent-nat-binding-cleared"));
}

/* ---- port blocks ---- */

static void
block_pool(struct sbuf *out, const struct tnode *n)
{
	sbuf_printf(out,
		"Pool name: %s\n"
		"Port-overloading-factor: %4s      Port block size: %5s\n",
		text_of(n, "pool-name"), text_of(n, "port-overloading-factor"),
		text_of(n, "port-block-size"));
	if (text_has(n, "max-port-blocks-per-host"))
		sbuf_printf(out,
			"Max port blocks per host: %3s      "
			"Port block active timeout: %5s\n",
			text_of(n, "max-port-blocks-per-host"),
			text_of(n, "active-block-timeout"));
	sbuf_printf(out, "Used/total port blocks: %s/%s\n",
		text_of(n, "used-port-blocks"),
		text_of(n, "total-port-blocks"));
}

static void
block(struct sbuf *out, const struct tnode *n)
{
	char ports[64], state[64];

	snprintf(ports, sizeof(ports), "%s/%s*%s", text_of(n, "port-used"),
		text_of(n, "port-total"),
		text_of(n, "port-overloading-factor"));
	snprintf(state, sizeof(state), "%s/%s", text_of(n, "block-state"),
		text_of(n, "block-age"));
	text_row(out, "%-34s %-29s %-15s %-17s %-14s %s", text_of(n, "host-ip"),
		text_of(n, "external-ip"), text_of(n, "port-block-range"),
		ports, state, text_of(n, "pool-name"));
}

void
text_nat_blocks(struct text *t, const struct tnode *root)
{
	text_foreach (p, root, "port-block-pool-entry")
		block_pool(t->out, p);
	if (t->first)
		sbuf_puts(t->out,
			"Host_IP                            External_IP        "
			"           Port_Block      Ports_Used/       "
			"Block_State/   Pool\n"
			"                                                      "
			"           Range           Ports_Total       "
			"Age(s)\n");
	text_foreach (n, root, "port-block-entry")
		block(t->out, n);
}

/* ---- addresses of hosts ---- */

void
text_nat_paired(struct text *t, const struct tnode *root)
{
	if (t->first)
		sbuf_puts(t->out,
			"Pool name            Internal address                 "
			"  External address                   Sessions\n");
	text_foreach (n, root, "paired-address-entry")
		text_row(t->out, "%-20s %-34s %-34s %s",
			text_of(n, "pool-name"), text_of(n, "internal-address"),
			text_of(n, "external-address"),
			text_of(n, "session-number"));
}
