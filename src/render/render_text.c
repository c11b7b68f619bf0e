/* SPDX-License-Identifier: Apache-2.0 */
#include "render/render.h"

#include <stdarg.h>
#include <string.h>

#include "render/text.h"

static const struct {
	const char *root;
	text_fn *fn;
} families[] = {
	{"route-information", text_route},
	{"route-summary-information", text_route_summary},
	{"instance-information", text_route_instance},
	{"forwarding-table-information", text_forwarding},
	{"flow-session-information", text_session},
	{"flow-clear-session-information", text_session_cleared},
	{"flow-status-all", text_flow_status},
	{"flow-statistics-all", text_flow_statistics},
	{"flow-drop-information", text_flow_drops},
	{"commit-impact-information", text_impact},
	{"explain-packet-information", text_explain},
	{"ids-option-information", text_screen},
	{"ids-statistics-information", text_screen_statistics},
	{"zones-information", text_zones},
	{"security-policies", text_policies},
	{"policy-hit-count", text_hit_count},
	{"shadow-policies-information", text_shadow_policies},
	{"policies-count-information", text_policies_count},
	{"scheduler-information", text_schedulers},
	{"dns-cache-information", text_dns_cache},
	{"security-policy-match", text_policy_match},
	{"interface-information", text_interfaces},
	{"arp-table-information", text_arp},
	{"ipv6-nd-information", text_nd},
	{"firewall-information", text_firewall},
	{"firewall-log-information", text_firewall_log},
	{"security-log-information", text_security_log},
	{"security-log-statistics", text_security_log_statistics},
	{"source-nat-rule-detail-information", text_nat_source_rules},
	{"destination-nat-rule-information", text_nat_destination_rules},
	{"static-nat-rule-information", text_nat_static_rules},
	{"source-nat-pool-detail-information", text_nat_source_pools},
	{"destination-nat-pool-information", text_nat_destination_pools},
	{"source-nat-summary-information", text_nat_summary},
	{"destination-nat-summary-information", text_nat_summary},
	{"static-nat-summary-information", text_nat_summary},
	{"interface-nat-ports-information", text_nat_interface_ports},
	{"source-resource-usage-pool-information", text_nat_resource_usage},
	{"persistent-nat-table", text_nat_persistent},
	{"clear-persistent-nat-information", text_nat_persistent_cleared},
	{"port-block-information", text_nat_blocks},
	{"deterministic-nat-information", text_nat_blocks},
	{"paired-address-information", text_nat_paired},
	{"software-information", text_version},
	{"system-information", text_system_information},
	{"system-uptime-information", text_uptime},
	{"system-memory-information", text_memory},
	{"memory-statistics", text_buffers},
	{"flow-worker-information", text_workers},
	{"system-process-information", text_processes},
	{"services-metrics-information", text_services_metrics},
	{"services-flow-monitoring-information", text_services_flow},
	{"system-users-information", text_users},
	{"system-storage-information", text_storage},
	{"chassis-inventory", text_chassis},
	{"route-engine-information", text_engine},
	{"alarm-information", text_alarms},
	{"ping-results", text_ping},
	{"traceroute-results", text_traceroute},
	{"rpc-error", text_error},
};

const char *
text_of(const struct tnode *n, const char *child)
{
	const char *text = tnode_text(n, child);

	return text != NULL ? text : "";
}

bool
text_has(const struct tnode *n, const char *child)
{
	return tnode_child(n, child) != NULL;
}

bool
text_style_is(const struct text *t, const char *style)
{
	return strcmp(t->style, style) == 0;
}

void
text_row(struct sbuf *out, const char *fmt, ...)
{
	size_t start = out->len;
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(out, fmt, ap);
	va_end(ap);
	while (out->len > start && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	sbuf_putc(out, '\n');
}

void
text_list(struct sbuf *out, const struct tnode *n, const char *name,
	const char *sep)
{
	const char *before = "";

	text_foreach (c, n, name) {
		sbuf_printf(out, "%s%s", before, c->value ? c->value : "");
		before = sep;
	}
}

/* "error: ..." or "warning: ...", under its path as a failed commit has it. */
void
text_error(struct text *t, const struct tnode *root)
{
	const char *path = text_of(root, "error-path");
	const char *word =
		text_of(tnode_child(root, "error-info"), "bad-element");

	if (path[0] != '\0')
		sbuf_printf(t->out, "%s\n", path);
	if (path[0] != '\0' && word[0] != '\0')
		sbuf_printf(t->out, "  '%s'\n", word);
	sbuf_printf(t->out, "%s: %s\n",
		strcmp(text_of(root, "error-severity"), "warning") == 0
			? "warning"
			: "error",
		text_of(root, "error-message"));
}

/* Answers that are text by nature: the first element with a value, as it is. */
static bool
verbatim(const struct tnode *n, struct sbuf *out)
{
	static const char *const names[] = {"output", "configuration-text",
		"configuration-set", "configuration-output", "file-content"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(n->name, names[i]) != 0)
			continue;
		sbuf_puts(out, n->value ? n->value : "");
		return true;
	}
	return n->value == NULL && n->first != NULL && n->first->next == NULL &&
	       verbatim(n->first, out);
}

static void
generic(const struct tnode *n, unsigned int depth, struct sbuf *out)
{
	tnode_foreach (c, n) {
		sbuf_pad(out, ' ', (size_t)depth * 2);
		sbuf_printf(out, "%s:%s%s\n", c->name, c->value ? " " : "",
			c->value ? c->value : "");
		generic(c, depth + 1, out);
	}
}

void
render_text_part(
	const struct tree *tree, bool first, bool last, struct sbuf *out)
{
	const struct tnode *root = tree->root;
	const char *style;
	struct text t = {.out = out, .first = first, .last = last};

	if (root == NULL)
		return;
	style = tnode_attr(root, "junos:style");
	t.style = style != NULL ? style : "";
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (strcmp(families[i].root, root->name) == 0) {
			families[i].fn(&t, root);
			return;
		}
	}
	if (!verbatim(root, out)) {
		if (root->value != NULL)
			sbuf_printf(out, "%s\n", root->value);
		generic(root, 0, out);
	}
}

void
render_text(const struct tree *t, struct sbuf *out)
{
	render_text_part(t, true, true, out);
}
