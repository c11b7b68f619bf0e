/* SPDX-License-Identifier: Apache-2.0 */
/* show security nat source|destination|static rule [NA-35]. */
#include "ops/show_nat.h"

#include <string.h>

#include "base/tree.h"
#include "nat/nat_read.h"
#include "ops/ops_impl.h"

#define RULES_PER_PART 500u

/* ---- shared ---- */

const char *
nat_vr_name(const struct image *image, struct vr_id vr)
{
	const struct vr_spec *v = image_vr(image, vr);

	if (vr.v == VR_MASTER.v)
		return "default";
	return v != NULL ? v->name : "?";
}

const char *
nat_end_kind_name(const struct nat_end_spec *end)
{
	static const char *const names[] = {
		"", "routing instance", "zone", "interface"};

	return names[end->kind];
}

void
nat_end_names(const struct image *image, const struct nat_end_spec *end,
	struct tnode *parent, const char *element)
{
	for (size_t i = 0; i < end->n; i++) {
		uint16_t id = end->ids[i];

		tree_leaf(parent, element, "%s",
			end->kind == NAT_END_INTERFACE
				? image_ifl_name(image, (struct ifl_id){id})
			: end->kind == NAT_END_ZONE
				? image_zone_name(image, (struct zone_id){id})
				: nat_vr_name(image, (struct vr_id){id}));
	}
}

const char *
nat_action_name(const struct nat_spec *nat, const struct nat_rule_spec *r)
{
	static const char *const names[] = {[NAT_OFF] = "off",
		[NAT_INTERFACE] = "interface",
		[NAT_PREFIX] = "prefix",
		[NAT_INET] = "inet",
		[NAT_NPTV6] = "nptv6-prefix"};

	return r->action == NAT_POOL ? nat->pools[r->pool].name
				     : names[r->action];
}

uint64_t
nat_range_addresses(const struct addr_range *r)
{
	unsigned int bytes = ip_family_bits(r->lo.family) / 8;
	uint64_t lo = 0, hi = 0;

	for (unsigned int i = 0; i < bytes; i++) {
		if (i + 8 < bytes && r->lo.b[i] != r->hi.b[i])
			return UINT64_MAX;
		lo = lo << 8 | r->lo.b[i];
		hi = hi << 8 | r->hi.b[i];
	}
	return hi - lo == UINT64_MAX ? UINT64_MAX : hi - lo + 1;
}

uint64_t
nat_pool_addresses(const struct nat_pool_spec *p)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < p->nranges; i++) {
		uint64_t n = nat_range_addresses(&p->ranges[i]);

		sum = sum > UINT64_MAX - n ? UINT64_MAX : sum + n;
	}
	return sum;
}

bool
nat_pool_ports(const struct nat_pool_spec *p)
{
	return p->kind == NAT_SOURCE && !p->no_translation && !p->has_base;
}

const char *
nat_permit_name(enum nat_persistent permit)
{
	static const char *const names[] = {[PERSISTENT_NONE] = "N/A",
		[PERSISTENT_ANY_REMOTE_HOST] = "any-remote-host",
		[PERSISTENT_TARGET_HOST] = "target-host",
		[PERSISTENT_TARGET_HOST_PORT] = "target-host-port"};

	return names[permit];
}

const char *
nat_arg_name(const struct ops_request *rq, const char *element)
{
	const char *name = ops_arg(rq, element);

	return name != NULL && strcmp(name, "all") == 0 ? NULL : name;
}

/* ---- match ---- */

static void
add_ranges(struct tnode *n, const struct addr_range *r, size_t count,
	const char *entry, const char *side)
{
	char buf[IP_TEXT_MAX], name[64];

	for (size_t i = 0; i < count; i++) {
		struct tnode *e = tree_open(n, entry);

		strcpy(name, "rule-");
		strcat(strcat(name, side), "-low-range");
		tree_leaf(e, name, "%s", ip_addr_text(&r[i].lo, buf));
		strcpy(name, "rule-");
		strcat(strcat(name, side), "-high-range");
		tree_leaf(e, name, "%s", ip_addr_text(&r[i].hi, buf));
	}
}

static void
add_ports(struct tnode *n, const struct nat_ports *p, size_t count,
	const char *entry)
{
	for (size_t i = 0; i < count; i++) {
		struct tnode *e = tree_open(n, entry);

		tree_leaf(e, "low", "%u", p[i].lo);
		tree_leaf(e, "high", "%u", p[i].hi);
	}
}

static void
add_match(struct tnode *n, const struct image_spec *spec,
	const struct nat_rule_spec *r)
{
	char buf[8];

	add_ranges(n, r->src, r->nsrc, "source-address-range-entry",
		"source-address");
	add_ports(n, r->sports, r->nsports, "source-port-entry");
	add_ranges(n, r->dst, r->ndst, "destination-address-range-entry",
		"destination-address");
	add_ports(n, r->dports, r->ndports, "destination-port-entry");
	for (size_t i = 0; i < r->nprotocols; i++)
		tree_leaf(n, "rule-protocol", "%s",
			ops_protocol_text(r->protocols[i], buf));
	for (size_t i = 0; i < r->napps; i++)
		tree_leaf(n, "rule-application", "%s",
			spec->apps[r->apps[i]].name);
}

/* ---- actions ---- */

static void
add_source_action(struct tnode *n, const struct nat_spec *nat,
	const struct nat_rule_spec *r)
{
	struct tnode *a = tree_open(n, "source-nat-rule-action-entry");
	const struct nat_persistent_spec *p = &r->persistent;
	bool on = p->permit != PERSISTENT_NONE;

	tree_leaf(a, "source-nat-rule-action", "%s", nat_action_name(nat, r));
	tree_leaf(a, "persistent-nat-type", "%s", nat_permit_name(p->permit));
	tree_leaf(a, "persistent-nat-mapping-type", "%s",
		p->address_mapping ? "address-mapping"
				   : "address-port-mapping");
	tree_leaf(a, "persistent-nat-timeout", "%u", on ? p->timeout : 0u);
	tree_leaf(a, "persistent-nat-max-session", "%u",
		on ? p->max_sessions : 0u);
	tree_leaf(a, "persistent-nat-block-session", "%s",
		p->block_ext_session ? "enabled" : "disabled");
}

static void
add_static_action(struct tnode *n, const struct image *image,
	const struct nat_rule_spec *r)
{
	char buf[IP_TEXT_MAX];

	tree_leaf(n, "static-nat-rule-type", "%s",
		nat_action_name(&image_spec_of(image)->nat, r));
	tree_leaf(n, "rule-destination-address", "%s",
		ip_addr_text(&r->dst[0].lo, buf));
	if (r->action == NAT_INET)
		tree_leaf(n, "rule-host-address", "%s",
			r->dst[0].lo.family == IP_V6 ? "0.0.0.0" : "::");
	else
		tree_leaf(n, "rule-host-address", "%s",
			ip_addr_text(&r->prefix.addr, buf));
	tree_leaf(n, "rule-host-address-netmask", "%u", r->prefix.len);
	if (r->mapped.lo != 0)
		add_ports(n, &r->mapped, 1, "mapped-port-entry");
	tree_leaf(n, "host-routing-instance", "%s",
		r->has_vr ? nat_vr_name(image, r->vr) : "N/A");
}

static void
add_hits(struct ops_request *rq, struct tnode *n, enum nat_kind kind,
	const struct nat_rule_spec *r)
{
	struct nat_rule_stats s = {0};
	struct tnode *h;

	nat_rule_stats_get(rq->env->workers, kind, r->id, &s);
	h = tree_open(n, "nat-rule-hits-entry");
	tree_leaf(
		h, "rule-translation-hits", "%llu", (unsigned long long)s.hits);
	tree_leaf(h, "succ-hits", "%llu", (unsigned long long)s.successes);
	tree_leaf(h, "failed-hits", "%llu",
		(unsigned long long)(s.hits > s.successes ? s.hits - s.successes
							  : 0));
	tree_leaf(h, "concurrent-hits", "%llu", (unsigned long long)s.sessions);
}

/* ---- rules ---- */

static const struct {
	const char *root, *entry;
} shapes[NAT_KINDS] = {
	{"source-nat-rule-detail-information", "source-nat-rule-entry"},
	{"destination-nat-rule-information", "destination-nat-rule-entry"},
	{"static-nat-rule-information", "static-nat-rule-entry"},
};

static void
add_rule(struct ops_request *rq, struct tnode *root, const struct image *image,
	enum nat_kind kind, const struct nat_rule_spec *r)
{
	const struct image_spec *spec = image_spec_of(image);
	const struct nat_set_spec *set = &spec->nat.sets[kind][r->set];
	struct tnode *n = tree_open(root, shapes[kind].entry);

	tree_leaf(n, "rule-name", "%s", r->name);
	tree_leaf(n, "rule-set-name", "%s", set->name);
	tree_leaf(n, "rule-id", "%u", r->id);
	tree_leaf(n, "rule-matching-position", "%u", r->position);
	tree_leaf(n, "rule-from-context", "%s", nat_end_kind_name(&set->from));
	nat_end_names(image, &set->from, n, "rule-from-context-name");
	if (kind == NAT_SOURCE) {
		tree_leaf(n, "rule-to-context", "%s",
			nat_end_kind_name(&set->to));
		nat_end_names(image, &set->to, n, "rule-to-context-name");
	}
	if (kind == NAT_STATIC) {
		add_ranges(n, r->src, r->nsrc, "source-address-range-entry",
			"source-address");
		add_ports(n, r->sports, r->nsports, "source-port-entry");
		add_ports(n, r->dports, r->ndports, "destination-port-entry");
		add_static_action(n, image, r);
	} else {
		add_match(n, spec, r);
	}
	if (kind == NAT_SOURCE)
		add_source_action(n, &spec->nat, r);
	if (kind == NAT_DESTINATION)
		tree_leaf(n, "destination-nat-rule-action", "%s",
			nat_action_name(&spec->nat, r));
	if (r->alarm_raise != 0) {
		tree_leaf(n, "session-count-raise-threshold", "%u",
			r->alarm_raise);
		tree_leaf(n, "session-count-clear-threshold", "%u",
			r->alarm_clear);
	}
	add_hits(rq, n, kind, r);
}

/* Ranges that rules refer to, by family. */
static void
add_totals(struct tnode *root, const struct nat_spec *nat, enum nat_kind kind)
{
	size_t n4 = 0, n6 = 0;

	for (size_t i = 0; i < nat->nrules[kind]; i++) {
		const struct nat_rule_spec *r = &nat->rules[kind][i];

		for (size_t k = 0; k < r->nsrc; k++)
			(*(r->src[k].lo.family == IP_V4 ? &n4 : &n6))++;
		for (size_t k = 0; k < r->ndst; k++)
			(*(r->dst[k].lo.family == IP_V4 ? &n4 : &n6))++;
		if (kind == NAT_STATIC)
			(*(r->prefix.addr.family == IP_V4 ? &n4 : &n6))++;
	}
	tree_leaf(root, "total-rules", "%zu", nat->nrules[kind]);
	tree_leaf(root, "total-referenced-ipv4-ip-prefixes", "%zu", n4);
	tree_leaf(root, "total-referenced-ipv6-ip-prefixes", "%zu", n6);
}

static void
show_rules(struct ops_request *rq, enum nat_kind kind)
{
	const char *name = nat_arg_name(rq, "rule-name");
	const char *set = ops_arg(rq, "rule-set");
	const struct image *image = ops_image(rq);
	const struct nat_spec *nat;
	size_t i = (size_t)rq->cursor, n = 0;
	struct tnode *root;

	if (image == NULL)
		return;
	nat = &image_spec_of(image)->nat;
	root = ops_root(rq, shapes[kind].root, NULL);
	if (root == NULL)
		return;
	if (i == 0)
		add_totals(root, nat, kind);
	rq->cursor = 0;
	for (; i < nat->nrules[kind]; i++) {
		const struct nat_rule_spec *r = &nat->rules[kind][i];

		if ((name != NULL && strcmp(name, r->name) != 0) ||
			(set != NULL &&
				strcmp(set, nat->sets[kind][r->set].name) != 0))
			continue;
		if (n++ == RULES_PER_PART) {
			rq->cursor = i;
			return;
		}
		add_rule(rq, root, image, kind, r);
	}
}

void
show_nat_source_rule(struct ops_request *rq)
{
	show_rules(rq, NAT_SOURCE);
}

void
show_nat_destination_rule(struct ops_request *rq)
{
	show_rules(rq, NAT_DESTINATION);
}

void
show_nat_static_rule(struct ops_request *rq)
{
	show_rules(rq, NAT_STATIC);
}
