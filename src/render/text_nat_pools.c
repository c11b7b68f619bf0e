/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show security nat pools and summaries, interface-nat-ports, resource-usage
 * [NA-36].
 */
#include <stdio.h>
#include <string.h>

#include "render/text.h"

static void
label(struct sbuf *out, const char *name, const char *value)
{
	sbuf_printf(out, "%-19s: %s\n", name, value);
}

static void
label_if(struct sbuf *out, const char *name, const struct tnode *n,
	const char *element)
{
	if (text_has(n, element))
		label(out, name, text_of(n, element));
}

static void
source_ranges(struct sbuf *out, const struct tnode *n)
{
	const struct tnode *sum =
		tnode_child(n, "source-pool-address-range-sum");
	char text[160];

	sbuf_puts(out, "Address range                        Single Ports   "
		       "Twin Ports\n");
	text_foreach (r, n, "source-pool-address-range") {
		snprintf(text, sizeof(text), "%s - %s",
			text_of(r, "address-range-low"),
			text_of(r, "address-range-high"));
		text_row(out, "       %-29s %-14s %s", text,
			text_of(r, "single-port"), text_of(r, "twin-port"));
	}
	text_row(out, "Total used ports   :                 %-14s %s",
		text_of(sum, "single-port-sum"), text_of(sum, "twin-port-sum"));
}

static void
source_pool(struct sbuf *out, const struct tnode *n)
{
	static const char *const rows[][2] = {
		{"Pool name", "pool-name"},
		{"Pool id", "pool-id"},
		{"Description", "pool-description"},
		{"Routing instance", "routing-instance-name"},
		{"Host address base", "host-address-base"},
		{"Port", "source-pool-port-translation"},
		{"Port overloading", "port-overloading-factor"},
		{"Port block type", "port-block-type"},
		{"Port block size", "port-block-size"},
		{"Max blocks per host", "max-port-blocks-per-host"},
		{"Address assignment", "source-pool-address-assignment"},
		{"Overflow pool", "overflow-pool"},
		{"Alarm raise", "pool-utilization-raise-threshold"},
		{"Alarm clear", "pool-utilization-clear-threshold"},
		{"Alarm", "pool-utilization-alarm"},
		{"Total addresses", "total-pool-address"},
		{"Translation hits", "source-pool-translation-hits"},
		{"Translation fails", "source-pool-translation-failures"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		label_if(out, rows[i][0], n, rows[i][1]);
	source_ranges(out, n);
}

void
text_nat_source_pools(struct text *t, const struct tnode *root)
{
	sbuf_printf(t->out, "Total pools: %s\n",
		text_of(root, "total-source-nat-pools"));
	text_foreach (n, root, "source-nat-pool-info-entry") {
		sbuf_putc(t->out, '\n');
		source_pool(t->out, n);
	}
}

void
text_nat_destination_pools(struct text *t, const struct tnode *root)
{
	sbuf_printf(t->out, "Total destination-nat pools: %s\n",
		text_of(root, "total-destination-nat-pools"));
	text_foreach (n, root, "destination-nat-pool-entry") {
		const struct tnode *r =
			tnode_child(n, "destination-pool-address-range");
		char text[160];

		sbuf_putc(t->out, '\n');
		label(t->out, "Pool name", text_of(n, "pool-name"));
		label(t->out, "Pool id", text_of(n, "pool-id"));
		label_if(t->out, "Description", n, "pool-description");
		label(t->out, "Routing instance",
			text_of(n, "routing-instance-name"));
		label(t->out, "Total address",
			text_of(n, "total-pool-address"));
		label(t->out, "Translation hits",
			text_of(n, "destination-pool-translation-hits"));
		sbuf_puts(
			t->out, "Address range                        Port\n");
		snprintf(text, sizeof(text), "%s - %s",
			text_of(r, "address-range-low"),
			text_of(r, "address-range-high"));
		text_row(t->out, "       %-29s %s", text,
			text_of(r, "destination-port"));
	}
}

/* ---- summary ---- */

static void
summary_pool(struct sbuf *out, const struct tnode *n, const char *last)
{
	bool first = true;

	text_foreach (r, n, "pool-address-range") {
		const char *range = r->value ? r->value : "";

		if (first)
			text_row(out, "%-20s %-24s %-20s %-5s%s",
				text_of(n, "pool-name"), range,
				text_of(n, "routing-instance-name"),
				text_of(n, last),
				text_of(n, "total-pool-address"));
		else
			text_row(out, "%-20s %s", "", range);
		first = false;
	}
}

static void
summary_rule(struct sbuf *out, const struct tnode *n)
{
	sbuf_printf(out, "Rule name : %s\nRule set  : %s\nAction    : %s\n",
		text_of(n, "rule-name"), text_of(n, "rule-set-name"),
		text_of(n, "rule-action"));
	sbuf_puts(out, "From      : ");
	text_list(out, n, "rule-from-context-name", " ");
	if (text_has(n, "rule-to-context-name")) {
		sbuf_puts(out, "    To : ");
		text_list(out, n, "rule-to-context-name", " ");
	}
	sbuf_putc(out, '\n');
}

void
text_nat_summary(struct text *t, const struct tnode *root)
{
	struct sbuf *out = t->out;
	bool source = text_has(root, "total-port-number-usage");

	if (source)
		sbuf_printf(out,
			"Total port number usage for port translation pool: "
			"%s\nMaximum port number for port translation pool: "
			"%s\n",
			text_of(root, "total-port-number-usage"),
			text_of(root, "maximum-port-number"));
	if (text_has(root, "total-pools"))
		sbuf_printf(
			out, "Total pools: %s\n", text_of(root, "total-pools"));
	if (text_has(root, "nat-pool-summary-entry"))
		sbuf_printf(out,
			"Pool                 Address                  Routing "
			" "
			"            %s Total\n"
			"Name                 Range                    "
			"Instance "
			"                 Address\n",
			source ? "PAT " : "Port");
	text_foreach (n, root, "nat-pool-summary-entry")
		summary_pool(out, n,
			source ? "port-address-translation"
			       : "destination-port");
	sbuf_printf(out, "\nTotal rules: %s\n", text_of(root, "total-rules"));
	text_foreach (n, root, "nat-rule-summary-entry")
		summary_rule(out, n);
}

/* ---- ports in use ---- */

void
text_nat_interface_ports(struct text *t, const struct tnode *root)
{
	sbuf_puts(t->out,
		"Pool      Total   Single ports    Single ports    Twin ports  "
		"   Twin ports\n"
		"index     ports   allocated       available       allocated   "
		"   available\n");
	text_foreach (n, root, "interface-nat-ports-entry")
		text_row(t->out, "%-9s %-7s %-15s %-15s %-14s %-10s %s",
			text_of(n, "pool-index"), text_of(n, "total-ports"),
			text_of(n, "single-ports-allocated"),
			text_of(n, "single-ports-available"),
			text_of(n, "twin-ports-allocated"),
			text_of(n, "twin-ports-available"),
			text_of(n, "interface-name"));
}

static void
usage_table(struct sbuf *out, const struct tnode *root, const char *pat)
{
	sbuf_puts(out, "Pool                 Total address    Used          "
		       "Avail         Total         Usage\n");
	text_foreach (n, root, "resource-usage-pool-entry")
		if (strcmp(text_of(n, "port-address-translation"), pat) == 0)
			text_row(out, "%-20s %-16s %-13s %-13s %-13s %s%%",
				text_of(n, "pool-name"),
				text_of(n, "total-pool-address"),
				text_of(n, "resource-usage-used"),
				text_of(n, "resource-usage-avail"),
				text_of(n, "resource-usage-total"),
				text_of(n, "resource-usage-percent"));
}

void
text_nat_resource_usage(struct text *t, const struct tnode *root)
{
	sbuf_puts(t->out, "PAT pools port utilization:\n");
	usage_table(t->out, root, "yes");
	sbuf_puts(t->out, "\nNon-PAT pools address utilization:\n");
	usage_table(t->out, root, "no");
}
