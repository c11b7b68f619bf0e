/* SPDX-License-Identifier: Apache-2.0 */
/* show and clear security flow session [OP-20..OP-23]. */
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "image/nat_match.h"
#include "ops/ops_impl.h"
#include "ops/session_filter.h"

#define SESSIONS_PER_PART 500u

/* rq->state[] between the parts */
enum { STATE_SHOWN };

static void
add_wing_tracking(struct tnode *w, const struct wing_info *wing)
{
	char text[IP_TEXT_MAX];

	tree_leaf(w, "session-token", "0x%x", wing->token.v);
	tree_leaf(w, "flag", "0x%x", wing->flag);
	tree_leaf(w, "route", "0x%x", wing->route);
	tree_leaf(w, "gateway", "%s", ip_addr_text(&wing->gateway, text));
	tree_leaf(w, "tunnel-information", "0");
	tree_leaf(w, "tunnel-id", "0");
	tree_leaf(w, "port-sequence", "%u", wing->port_sequence);
	tree_leaf(w, "fin-sequence", "%u", wing->fin_sequence);
	tree_leaf(w, "fin-state", "%u", wing->fin_state);
}

/* Between the families ping is of two protocols. */
static uint8_t
wing_protocol(uint8_t protocol, const struct wing_info *wing)
{
	if (protocol != IPP_ICMP && protocol != IPP_ICMP6)
		return protocol;
	return wing->src.family == IP_V4 ? IPP_ICMP : IPP_ICMP6;
}

static void
add_wing(struct tnode *s, const struct image *image, const char *direction,
	const struct session_info *info, const struct wing_info *wing,
	bool extensive)
{
	struct tnode *w = tree_open(s, "flow-information");
	char text[IP_TEXT_MAX], proto[8];

	tree_leaf(w, "direction", "%s", direction);
	tree_leaf(w, "source-address", "%s", ip_addr_text(&wing->src, text));
	tree_leaf(w, "source-port", "%u", wing->sport);
	tree_leaf(
		w, "destination-address", "%s", ip_addr_text(&wing->dst, text));
	tree_leaf(w, "destination-port", "%u", wing->dport);
	tree_leaf(w, "protocol", "%s",
		ops_protocol_text(wing_protocol(info->protocol, wing), proto));
	tree_leaf(w, "conn-tag", "0x0");
	if (wing->ifl.v == 0)
		tree_leaf(w, "interface-name", ".local..%u", wing->local_vr.v);
	else
		tree_leaf(w, "interface-name", "%s",
			image_ifl_name(image, wing->ifl));
	if (extensive)
		add_wing_tracking(w, wing);
	tree_leaf(w, "pkt-cnt", "%llu", (unsigned long long)wing->packets);
	tree_leaf(w, "byte-cnt", "%llu", (unsigned long long)wing->bytes);
}

static void
add_timeout(struct tnode *s, const char *name, uint32_t seconds)
{
	if (seconds == UINT32_MAX)
		tree_leaf(s, name, "Never");
	else
		tree_leaf(s, name, "%u", seconds);
}

/* Ours: which rules made it [NA-39]; not in the text form. */
static void
add_nat_rules(struct tnode *s, const struct image *image,
	const struct session_info *info)
{
	static const char *const names[2] = {
		"nat-source-rule-name", "nat-destination-rule-name"};
	const struct nat_spec *nat = &image_spec_of(image)->nat;

	for (unsigned int i = 0; i < 2; i++) {
		enum nat_kind kind = info->nat_kind[i];
		const struct nat_rule_spec *r =
			image_nat_rule(image, kind, info->nat_rule[i]);

		if (r != NULL)
			tree_leaf(s, names[i], "%s %s/%s", nat_kind_name(kind),
				nat->sets[kind][r->set].name, r->name);
	}
}

static void
add_extensive(struct tnode *s, const struct image *image,
	const struct session_info *info)
{
	const char *service =
		image_service_name(image, info->protocol, info->wing[0].dport);

	tree_leaf(s, "nat-source-pool-name", "%s",
		info->nat_pool[0] != '\0' ? info->nat_pool : "Null");
	add_nat_rules(s, image, info);
	if (service != NULL)
		tree_leaf(s, "application-name", "%s", service);
	tree_leaf(s, "dynamic-application-name", "junos:UNKNOWN");
	tree_leaf(s, "encryption-traffic-name", "Unknown");
	tree_leaf(s, "application-traffic-control-rule-set-name", "INVALID");
	tree_leaf(s, "application-traffic-control-rule-name", "INVALID");
}

/* Ours [RR-10]; the text form shows it only when a statement decided. */
static void
add_reverse(struct tnode *s, const struct session_info *info)
{
	static const char *const rules[] = {[REVERSE_BY_HOST] = "host",
		[REVERSE_BY_DEFAULT] = "default",
		[REVERSE_BY_GLOBAL] = "global",
		[REVERSE_BY_INSTANCE] = "routing-instance",
		[REVERSE_BY_ZONE] = "security-zone"};

	tree_leaf(s, "reverse-route-mode", "%s",
		info->reverse_packet_mode ? "packet-mode" : "flow-mode");
	tree_leaf(s, "reverse-route-rule", "%s", rules[info->reverse_rule]);
}

static void
add_session(struct tnode *root, const struct image *image,
	const struct session_info *info, bool extensive)
{
	struct tnode *s = tree_open(root, "flow-session");
	const char *state = info->state == SESSION_VALID ? "Valid" : "Invalid";

	tree_attr(s, "junos:style", extensive ? "extensive" : "brief");
	tree_leaf(s, "session-identifier", "%u", info->id);
	tree_leaf(s, "status", "Normal");
	tree_leaf(s, "session-state", "%s", state);
	if (extensive)
		tree_leaf(s, "session-flag", "0x40/0x0/0x0/0x8003");
	tree_leaf(s, "policy", "%s/%u", info->policy, info->policy_index);
	if (extensive)
		add_extensive(s, image, info);
	add_timeout(s, "configured-timeout", info->timeout_max_s);
	add_timeout(s, "timeout", info->timeout_s);
	if (extensive) {
		tree_leaf(s, "sess-state", "%s", state);
		tree_leaf(s, "start-time", "%llu",
			(unsigned long long)info->start_s);
		tree_leaf(s, "duration", "%llu",
			(unsigned long long)info->duration_s);
		add_reverse(s, info);
	}
	add_wing(s, image, "In", info, &info->wing[0], extensive);
	add_wing(s, image, "Out", info, &info->wing[1], extensive);
}

static void
show_summary(struct ops_request *rq)
{
	struct tnode *root =
		ops_root(rq, "flow-session-information", "summary");
	struct session_counts c = {0};

	if (root == NULL)
		return;
	session_counts_get(rq->env->workers, &c);
#define COUNT(element, value)                                                  \
	tree_leaf(root, element, "%llu", (unsigned long long)(value))
	COUNT("active-unicast-sessions", c.valid); /* there are no others */
	COUNT("active-multicast-sessions", 0);
	COUNT("active-services-offload-sessions", 0);
	COUNT("failed-sessions", c.failed);
	COUNT("active-sessions", c.in_use);
	COUNT("displayed-session-valid", c.valid);
	COUNT("displayed-session-pending", c.pending);
	COUNT("displayed-session-invalidated", c.invalidated);
	COUNT("displayed-session-other", c.other);
	COUNT("displayed-session-count", c.in_use);
	COUNT("max-session-count", c.max);
#undef COUNT
}

/* One part; returns whether the answer is complete. */
static bool
add_part(struct ops_request *rq, struct tnode *root, const struct image *image,
	const struct ops_session_filter *f, bool extensive)
{
	struct session_info *infos = calloc(SESSIONS_PER_PART, sizeof(*infos));
	unsigned int n;

	if (infos == NULL) {
		root->tree->failed = true;
		rq->cursor = 0;
		return true;
	}
	n = sessions_read(rq->env->workers, &f->flow, &rq->cursor, infos,
		SESSIONS_PER_PART);
	for (unsigned int i = 0; i < n; i++) {
		if (infos[i].id < f->start_id)
			continue;
		if (f->count != 0 && rq->state[STATE_SHOWN] >= f->count) {
			rq->cursor = 0;
			break;
		}
		add_session(root, image, &infos[i], extensive);
		rq->state[STATE_SHOWN]++;
	}
	free(infos);
	return rq->cursor == 0;
}

void
show_flow_session(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	struct ops_session_filter f;
	struct tnode *root;
	bool extensive;

	if (image == NULL || !session_filter_read(rq, image, &f))
		return;
	if (ops_arg(rq, "summary") != NULL) {
		rq->cursor = 0;
		show_summary(rq);
		return;
	}
	extensive = ops_arg(rq, "extensive") != NULL ||
		    ops_arg(rq, "session-identifier") != NULL;
	root = ops_root(rq, "flow-session-information",
		extensive ? "extensive" : "brief");
	if (root == NULL)
		return;
	if (f.nothing)
		rq->cursor = 0;
	if (f.nothing || add_part(rq, root, image, &f, extensive))
		tree_leaf(root, "displayed-session-count", "%llu",
			(unsigned long long)rq->state[STATE_SHOWN]);
}

static void
clear_sessions(struct ops_request *rq, const struct ops_session_filter *f)
{
	uint64_t n =
		f->nothing ? 0 : sessions_clear(rq->env->workers, &f->flow);
	struct tnode *root =
		ops_root(rq, "flow-clear-session-information", NULL);

	if (root != NULL)
		tree_leaf(root, "flow-cleared-session-count", "%llu",
			(unsigned long long)n);
}

void
clear_flow_session(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	struct ops_session_filter f;

	if (image == NULL || !session_filter_read(rq, image, &f))
		return;
	if (!f.any) {
		ops_error(rq, "name a filter, or all");
		return;
	}
	clear_sessions(rq, &f);
}

void
clear_flow_session_all(struct ops_request *rq)
{
	struct ops_session_filter f = {.any = true};

	clear_sessions(rq, &f);
}
