/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text - what the CLI text renderers share. Each family of answers has its
 * file text_FAMILY.c; render_text.c picks one by the root element. Texts come
 * from the tree alone.
 */
#ifndef RENDER_TEXT_H
#define RENDER_TEXT_H

#include <stdbool.h>

#include "base/sbuf.h"
#include "base/tree.h"

struct text {
	struct sbuf *out;
	const char *style; /* junos:style of the root, or "" */
	bool first, last;  /* part of a long answer */
};

typedef void text_fn(struct text *t, const struct tnode *root);

text_fn text_route, text_route_summary, text_route_instance, text_forwarding;
text_fn text_session, text_session_cleared, text_flow_status;
text_fn text_flow_statistics, text_flow_drops;
text_fn text_zones, text_policies, text_hit_count, text_policy_match;
text_fn text_screen, text_screen_statistics;
text_fn text_interfaces, text_arp, text_nd, text_firewall, text_firewall_log;
text_fn text_security_log, text_security_log_statistics;
text_fn text_version, text_system_information, text_uptime, text_memory,
	text_buffers, text_workers;
text_fn text_processes, text_users, text_storage, text_chassis, text_engine;
text_fn text_impact, text_dns_cache, text_shadow_policies, text_schedulers;
text_fn text_policies_count;
text_fn text_nat_source_rules, text_nat_destination_rules,
	text_nat_static_rules;
text_fn text_nat_source_pools, text_nat_destination_pools, text_nat_summary;
text_fn text_nat_interface_ports, text_nat_resource_usage;
text_fn text_nat_persistent, text_nat_persistent_cleared, text_nat_blocks,
	text_nat_paired;
text_fn text_services_metrics, text_services_flow;
text_fn text_explain, text_alarms, text_ping, text_traceroute, text_error;

/* Text of a child element, "" when there is none. */
const char *text_of(const struct tnode *n, const char *child);
bool text_has(const struct tnode *n, const char *child);
bool text_style_is(const struct text *t, const char *style);

/* A line without blanks at its end. */
void text_row(struct sbuf *out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The texts of the elements `name` below n, separated by sep. */
void text_list(struct sbuf *out, const struct tnode *n, const char *name,
	const char *sep);

/* All children of n with this name. */
#define text_foreach(c, n, child_name)                                         \
	for (struct tnode *c = tnode_child(n, child_name); c != NULL;          \
		c = tnode_next_same(c))

#endif /* RENDER_TEXT_H */
