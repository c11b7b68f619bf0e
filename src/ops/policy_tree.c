/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/policy_tree.h"

#include <string.h>

#include "base/tree.h"
#include "flow/flow_read.h"
#include "ops/ops_impl.h"

const char *
policy_action_text(unsigned int action)
{
	switch (action) {
	case POLICY_PERMIT:
		return "permit";
	case POLICY_REJECT:
		return "reject";
	default:
		return "deny";
	}
}

bool
policy_same_context(const struct policy_spec *a, const struct policy_spec *b)
{
	if (a->global || b->global)
		return a->global && b->global;
	return a->from[0].v == b->from[0].v && a->to[0].v == b->to[0].v;
}

unsigned int
policy_sequence(const struct image *image, uint32_t place)
{
	const struct image_spec *spec = image_spec_of(image);
	unsigned int n = 1;

	for (uint32_t i = 0; i < place; i++)
		n += policy_same_context(
			&spec->policies[i], &spec->policies[place]);
	return n;
}

void
policy_tree_context(struct tnode *parent, const struct image *image,
	const struct policy_spec *policy)
{
	struct tnode *c = tree_open(parent, "context-information");

	if (policy->global) {
		tree_flag(c, "global-context");
		return;
	}
	tree_leaf(c, "source-zone-name", "%s",
		image_zone_name(image, policy->from[0]));
	tree_leaf(c, "destination-zone-name", "%s",
		image_zone_name(image, policy->to[0]));
}

/* The name of one prefix of `any`: Junos shows any-ipv4 and any-ipv6. */
static const char *
prefix_name(const struct addr_obj_spec *obj, const struct ip_prefix *p)
{
	if (strcmp(obj->name, "any") != 0)
		return obj->name;
	return p->addr.family == IP_V6 ? "any-ipv6" : "any-ipv4";
}

/* A range that a prefix says in full; for others it is just the low end. */
static bool
is_prefix(const struct ip_prefix *p, const struct addr_range *range)
{
	struct ip_addr last;

	if (p == NULL || p->addr.family == IP_NONE)
		return false;
	last = ip_prefix_last(p);
	return ip_addr_equal(&last, &range->hi);
}

static void
add_prefixes(struct tnode *a, const struct addr_obj_spec *obj)
{
	struct tnode *list = tree_open(a, "prefixes");
	char lo[IP_TEXT_MAX], hi[IP_TEXT_MAX];

	for (size_t i = 0; i < obj->n; i++) {
		const struct ip_prefix *p =
			obj->prefixes ? &obj->prefixes[i] : NULL;
		struct tnode *leaf;

		if (is_prefix(p, &obj->ranges[i]))
			leaf = tree_leaf(list, "address-prefix", "%s",
				ip_prefix_text(p, lo));
		else
			leaf = tree_leaf(list, "address-prefix", "%s ~ %s",
				ip_addr_text(&obj->ranges[i].lo, lo),
				ip_addr_text(&obj->ranges[i].hi, hi));
		if (p != NULL)
			tree_attr(
				leaf, "junos:name", "%s", prefix_name(obj, p));
	}
}

static void
add_addresses(struct tnode *p, const struct image_spec *spec,
	const uint32_t *list, size_t n, const char *plural,
	const char *singular, bool detail)
{
	struct tnode *all = tree_open(p, plural);

	for (size_t i = 0; i < n; i++) {
		const struct addr_obj_spec *obj = &spec->addrs[list[i]];
		struct tnode *a = tree_open(all, singular);

		tree_leaf(a, "address-name", "%s", obj->name);
		if (!detail)
			continue;
		tree_leaf(a, "address-book", "%s",
			obj->book[0] != '\0' ? obj->book : "global");
		add_prefixes(a, obj);
	}
}

/* ---- applications ---- */

static bool
is_icmp(uint8_t protocol)
{
	return protocol == IPP_ICMP || protocol == IPP_ICMP6;
}

static void
add_icmp(struct tnode *term, const struct app_term_spec *t)
{
	struct tnode *n = tree_open(term, "icmp-info");

	tree_leaf(n, "icmp-type", "%d", t->icmp_type < 0 ? 255 : t->icmp_type);
	tree_leaf(n, "icmp-code", "%d", t->icmp_code < 0 ? 0 : t->icmp_code);
}

static void
add_range(struct tnode *term, const char *name, uint16_t lo, uint16_t hi,
	bool single)
{
	struct tnode *n = tree_open(term, name);

	if (lo == 0 && hi == 65535) /* not given */
		hi = 0;
	else if (single && lo == hi)
		tree_leaf(n, "single", "%u", lo);
	tree_leaf(n, "low", "%u", lo);
	tree_leaf(n, "high", "%u", hi);
}

static uint32_t
term_timeout(const struct image *image, const struct app_term_spec *t)
{
	if (t->timeout != 0)
		return t->timeout;
	return image_default_timeout(image, t->protocol,
		t->dport_lo == t->dport_hi ? t->dport_lo : 0);
}

static void
add_app_term(struct tnode *a, const struct image *image,
	const struct app_spec *app, const struct app_term_spec *t)
{
	struct tnode *term = tree_open(a, "application-term");
	uint32_t timeout = term_timeout(image, t);
	char proto[8];

	tree_leaf(term, "protocol", "%s",
		app->any ? "0" : ops_protocol_text(t->protocol, proto));
	tree_leaf(term, "alg", "%s", app->alg[0] != '\0' ? app->alg : "0");
	if (app->any)
		tree_leaf(term, "inactivity-timeout", "0");
	else if (timeout == APP_TIMEOUT_NEVER)
		tree_leaf(term, "inactivity-timeout", "Never");
	else
		tree_leaf(term, "inactivity-timeout", "%u", timeout);
	if (is_icmp(t->protocol) && !app->any) {
		add_icmp(term, t);
		return;
	}
	add_range(term, "source-port-range", t->sport_lo, t->sport_hi, false);
	add_range(
		term, "destination-port-range", t->dport_lo, t->dport_hi, true);
}

static void
add_apps(struct tnode *p, const struct image *image,
	const struct policy_spec *policy, bool detail)
{
	const struct image_spec *spec = image_spec_of(image);
	struct tnode *all = tree_open(p, "applications");

	for (size_t i = 0; i < policy->napps; i++) {
		const struct app_spec *app = &spec->apps[policy->apps[i]];
		struct tnode *a = tree_open(all, "application");

		tree_leaf(a, "application-name", "%s", app->name);
		for (size_t t = 0; detail && t < app->n; t++)
			add_app_term(a, image, app, &app->terms[t]);
	}
}

/* ---- counters and the rest ---- */

static void
add_statistics(struct ops_request *rq, struct tnode *p, uint32_t index)
{
	struct tnode *n = tree_open(p, "policy-statistics-information");
	struct policy_stats s = {0};

	policy_stats_get(rq->env->workers, index, &s);
#define COUNT(element, value)                                                  \
	tree_leaf(n, element, "%llu", (unsigned long long)(value))
	/* What comes in with a permitted session goes out as well. */
	COUNT("input-bytes", s.in_bytes + s.out_bytes);
	COUNT("input-bytes-init", s.in_bytes);
	COUNT("input-bytes-reply", s.out_bytes);
	COUNT("output-bytes", s.in_bytes + s.out_bytes);
	COUNT("output-bytes-init", s.in_bytes);
	COUNT("output-bytes-reply", s.out_bytes);
	COUNT("input-packets", s.in_packets + s.out_packets);
	COUNT("input-packets-init", s.in_packets);
	COUNT("input-packets-reply", s.out_packets);
	COUNT("output-packets", s.in_packets + s.out_packets);
	COUNT("output-packets-init", s.in_packets);
	COUNT("output-packets-reply", s.out_packets);
	COUNT("session-creations", s.sessions_created);
	COUNT("active-sessions", s.sessions_active);
	COUNT("session-deletions", s.sessions_closed);
	COUNT("policy-lookups", s.hits);
#undef COUNT
}

static void
add_zones(struct tnode *p, const struct image *image,
	const struct zone_id *zones, size_t n, const char *plural,
	const char *singular)
{
	struct tnode *list;

	if (n == 0)
		return;
	list = tree_open(p, plural);
	for (size_t i = 0; i < n; i++)
		tree_leaf(
			list, singular, "%s", image_zone_name(image, zones[i]));
}

static void
add_action(struct tnode *p, const struct policy_spec *policy)
{
	struct tnode *n = tree_open(p, "policy-action");

	tree_leaf(n, "action-type", "%s", policy_action_text(policy->action));
	if (policy->log_init || policy->log_close)
		tree_flag(n, "log");
	if (policy->count)
		tree_flag(n, "count");
	if (!policy->log_init && !policy->log_close)
		return;
	n = tree_open(p, "policy-log");
	if (policy->log_init)
		tree_flag(n, "log-session-creation");
	if (policy->log_close)
		tree_flag(n, "log-session-close");
}

static void
add_yes_no(struct tnode *n, const char *name, bool yes)
{
	tree_leaf(n, name, "%s", yes ? "Yes" : "No");
}

/* Left out when there is none [FL-33]. */
static void
add_tcp_options(struct tnode *p, const struct policy_spec *policy)
{
	struct tnode *n;

	if (!policy->tcp_syn_check && !policy->tcp_sequence_check &&
		!policy->tcp_window_scale)
		return;
	n = tree_open(p, "policy-tcp-options");
	add_yes_no(n, "policy-tcp-options-syn-check", policy->tcp_syn_check);
	add_yes_no(n, "policy-tcp-options-sequence-check",
		policy->tcp_sequence_check);
	add_yes_no(
		n, "policy-tcp-options-window-scale", policy->tcp_window_scale);
}

void
policy_tree_add(struct ops_request *rq, struct tnode *parent,
	const struct image *image, const struct policy_spec *policy,
	unsigned int sequence, bool detail)
{
	const struct image_spec *spec = image_spec_of(image);
	struct tnode *p = tree_open(parent, "policy-information");

	tree_leaf(p, "policy-name", "%s", policy->name);
	tree_leaf(p, "policy-state", "%s",
		policy->inactive ? "inactive" : "enabled");
	tree_leaf(p, "policy-identifier", "%u", policy->index);
	tree_leaf(p, "scope-policy-identifier", "0");
	tree_leaf(p, "policy-type", "Configured");
	tree_leaf(p, "policy-sequence-number", "%u", sequence);
	if (policy->description[0] != '\0')
		tree_leaf(p, "policy-description", "%s", policy->description);
	if (policy->global) {
		tree_flag(p, "global-policy");
		add_zones(p, image, policy->from, policy->nfrom, "source-zones",
			"source-zone-name");
		add_zones(p, image, policy->to, policy->nto,
			"destination-zones", "destination-zone-name");
	}
	add_addresses(p, spec, policy->src, policy->nsrc, "source-addresses",
		"source-address", detail);
	if (policy->src_excluded)
		tree_flag(p, "source-address-excluded");
	add_addresses(p, spec, policy->dst, policy->ndst,
		"destination-addresses", "destination-address", detail);
	if (policy->dst_excluded)
		tree_flag(p, "destination-address-excluded");
	add_apps(p, image, policy, detail);
	add_action(p, policy);
	if (detail)
		add_tcp_options(p, policy);
	if (detail && policy->count)
		add_statistics(rq, p, policy->index);
}
