/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show security nat source|destination pool and summary, interface-nat-ports,
 * resource-usage [NA-36].
 */
#include <stdio.h>
#include <string.h>

#include "base/tree.h"
#include "nat/nat_read.h"
#include "ops/ops_impl.h"
#include "ops/show_nat.h"

#define PORTS_PER_ADDRESS 64512ull

static void
leaf_u64(struct tnode *n, const char *name, uint64_t v)
{
	tree_leaf(n, name, "%llu", (unsigned long long)v);
}

static void
add_ranges(
	struct ops_request *rq, struct tnode *n, const struct nat_pool_spec *p)
{
	char buf[IP_TEXT_MAX];
	uint64_t sum = 0;

	for (size_t i = 0; i < p->nranges; i++) {
		struct tnode *r = tree_open(n, "source-pool-address-range");
		uint64_t used = nat_pool_range_used(rq->env->workers, p->id,
			&p->ranges[i].lo, &p->ranges[i].hi);

		sum += used;
		tree_leaf(r, "address-range-low", "%s",
			ip_addr_text(&p->ranges[i].lo, buf));
		tree_leaf(r, "address-range-high", "%s",
			ip_addr_text(&p->ranges[i].hi, buf));
		leaf_u64(r, "single-port", used);
		tree_leaf(r, "twin-port", "0");
	}
	n = tree_open(n, "source-pool-address-range-sum");
	leaf_u64(n, "single-port-sum", sum);
	tree_leaf(n, "twin-port-sum", "0");
}

static void
add_port_fields(struct tnode *n, const struct nat_pool_spec *p)
{
	if (!nat_pool_ports(p)) {
		tree_leaf(n, "source-pool-port-translation", "no translation");
		return;
	}
	tree_leaf(n, "source-pool-port-translation", "[%u, %u]", p->port_lo,
		p->port_hi);
	tree_leaf(n, "port-overloading-factor", "%u", p->overloading);
	if (p->preserve_parity)
		tree_flag(n, "port-preserve-parity");
	if (p->preserve_range)
		tree_flag(n, "port-preserve-range");
	if (p->block_size == 0)
		return;
	tree_leaf(n, "port-block-type", "%s",
		p->deterministic ? "deterministic" : "block-allocation");
	tree_leaf(n, "port-block-size", "%u", p->block_size);
	tree_leaf(n, "max-port-blocks-per-host", "%u", p->block_max);
}

static void
add_overflow(struct tnode *n, const struct nat_spec *nat,
	const struct nat_pool_spec *p)
{
	if (p->overflow == OVERFLOW_INTERFACE)
		tree_leaf(n, "overflow-pool", "interface");
	else if (p->overflow == OVERFLOW_POOL)
		tree_leaf(n, "overflow-pool", "%s",
			nat->pools[p->overflow_pool].name);
}

/* What pools of both kinds begin with. */
static void
add_pool_head(struct tnode *n, const struct image *image,
	const struct nat_pool_spec *p)
{
	tree_leaf(n, "pool-name", "%s", p->name);
	tree_leaf(n, "pool-id", "%u", p->id);
	if (p->description[0] != '\0')
		tree_leaf(n, "pool-description", "%s", p->description);
	tree_leaf(n, "routing-instance-name", "%s",
		p->has_vr ? nat_vr_name(image, p->vr) : "default");
}

static void
add_source_pool(struct ops_request *rq, struct tnode *root,
	const struct image *image, const struct nat_pool_spec *p)
{
	const struct nat_spec *nat = &image_spec_of(image)->nat;
	struct tnode *n = tree_open(root, "source-nat-pool-info-entry");
	struct nat_pool_stats s = {0};
	char buf[IP_TEXT_MAX];
	bool paired = p->pooling == POOLING_PAIRED ||
		      (p->pooling == POOLING_DEFAULT && p->block_size > 0);

	nat_pool_stats_get(rq->env->workers, p->id, &s);
	add_pool_head(n, image, p);
	tree_leaf(n, "host-address-base", "%s",
		p->has_base ? ip_addr_text(&p->base, buf) : "0.0.0.0");
	add_port_fields(n, p);
	tree_leaf(n, "source-pool-address-assignment", "%s",
		paired ? "paired" : "no-paired");
	if (p->shared)
		tree_flag(n, "address-shared");
	add_overflow(n, nat, p);
	if (p->alarm_raise != 0) {
		tree_leaf(n, "pool-utilization-raise-threshold", "%u",
			p->alarm_raise);
		tree_leaf(n, "pool-utilization-clear-threshold", "%u",
			p->alarm_clear);
		tree_leaf(n, "pool-utilization-alarm", "%s",
			s.alarm ? "raised" : "clear");
	}
	leaf_u64(n, "total-pool-address", nat_pool_addresses(p));
	leaf_u64(n, "source-pool-translation-hits", s.hits);
	leaf_u64(n, "source-pool-translation-failures", s.failures);
	add_ranges(rq, n, p);
}

static bool
pool_wanted(const struct nat_pool_spec *p, enum nat_kind kind, const char *name)
{
	return p->kind == kind && (name == NULL || strcmp(name, p->name) == 0);
}

static size_t
count_pools(const struct nat_spec *nat, enum nat_kind kind, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < nat->npools; i++)
		n += pool_wanted(&nat->pools[i], kind, name);
	return n;
}

static void
add_destination_pool(struct ops_request *rq, struct tnode *root,
	const struct image *image, const struct nat_pool_spec *p)
{
	struct tnode *n = tree_open(root, "destination-nat-pool-entry");
	struct nat_pool_stats s = {0};
	char buf[IP_TEXT_MAX];
	struct tnode *r;

	nat_pool_stats_get(rq->env->workers, p->id, &s);
	add_pool_head(n, image, p);
	leaf_u64(n, "total-pool-address", nat_pool_addresses(p));
	leaf_u64(n, "destination-pool-translation-hits", s.hits);
	r = tree_open(n, "destination-pool-address-range");
	tree_leaf(r, "address-range-low", "%s",
		ip_addr_text(&p->ranges[0].lo, buf));
	tree_leaf(r, "address-range-high", "%s",
		ip_addr_text(&p->ranges[0].hi, buf));
	tree_leaf(r, "destination-port", "%u", p->port);
}

/* Each pool of a kind, or the one that is asked for, by its own function. */
static void
show_pools(struct ops_request *rq, enum nat_kind kind, const char *root_name,
	const char *total_name,
	void (*add)(struct ops_request *rq, struct tnode *root,
		const struct image *image, const struct nat_pool_spec *p))
{
	const char *name = nat_arg_name(rq, "pool-name");
	const struct image *image = ops_image(rq);
	const struct nat_spec *nat;
	struct tnode *root;

	if (image == NULL)
		return;
	nat = &image_spec_of(image)->nat;
	root = ops_root(rq, root_name, NULL);
	if (root == NULL)
		return;
	tree_leaf(root, total_name, "%zu", count_pools(nat, kind, NULL));
	for (size_t i = 0; i < nat->npools; i++)
		if (pool_wanted(&nat->pools[i], kind, name))
			add(rq, root, image, &nat->pools[i]);
}

void
show_nat_source_pool(struct ops_request *rq)
{
	show_pools(rq, NAT_SOURCE, "source-nat-pool-detail-information",
		"total-source-nat-pools", add_source_pool);
}

void
show_nat_destination_pool(struct ops_request *rq)
{
	show_pools(rq, NAT_DESTINATION, "destination-nat-pool-information",
		"total-destination-nat-pools", add_destination_pool);
}

/* ---- summary ---- */

static void
summary_pools(struct tnode *root, const struct image *image, enum nat_kind kind)
{
	const struct nat_spec *nat = &image_spec_of(image)->nat;
	char lo[IP_TEXT_MAX], hi[IP_TEXT_MAX];

	for (size_t i = 0; i < nat->npools; i++) {
		const struct nat_pool_spec *p = &nat->pools[i];
		struct tnode *n;

		if (p->kind != kind)
			continue;
		n = tree_open(root, "nat-pool-summary-entry");
		tree_leaf(n, "pool-name", "%s", p->name);
		for (size_t k = 0; k < p->nranges; k++) {
			struct addr_range *r = &p->ranges[k];

			tree_leaf(n, "pool-address-range", "%s-%s",
				ip_addr_text(&r->lo, lo),
				ip_addr_text(&r->hi, hi));
		}
		tree_leaf(n, "routing-instance-name", "%s",
			p->has_vr ? nat_vr_name(image, p->vr) : "default");
		if (kind == NAT_SOURCE)
			tree_leaf(n, "port-address-translation", "%s",
				nat_pool_ports(p) ? "yes" : "no");
		else
			tree_leaf(n, "destination-port", "%u", p->port);
		leaf_u64(n, "total-pool-address", nat_pool_addresses(p));
	}
}

static void
summary_rules(struct tnode *root, const struct image *image, enum nat_kind kind)
{
	const struct nat_spec *nat = &image_spec_of(image)->nat;

	for (size_t i = 0; i < nat->nrules[kind]; i++) {
		const struct nat_rule_spec *r = &nat->rules[kind][i];
		const struct nat_set_spec *s = &nat->sets[kind][r->set];
		struct tnode *n = tree_open(root, "nat-rule-summary-entry");

		tree_leaf(n, "rule-name", "%s", r->name);
		tree_leaf(n, "rule-set-name", "%s", s->name);
		tree_leaf(n, "rule-action", "%s", nat_action_name(nat, r));
		nat_end_names(image, &s->from, n, "rule-from-context-name");
		if (kind == NAT_SOURCE)
			nat_end_names(image, &s->to, n, "rule-to-context-name");
	}
}

static uint64_t
ports_of_pools(const struct nat_spec *nat)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < nat->npools; i++) {
		const struct nat_pool_spec *p = &nat->pools[i];

		if (nat_pool_ports(p))
			sum += nat_pool_addresses(p) * p->overloading *
			       ((uint64_t)p->port_hi - p->port_lo + 1);
	}
	return sum;
}

static void
show_summary(struct ops_request *rq, enum nat_kind kind, const char *name)
{
	const struct image *image = ops_image(rq);
	const struct nat_spec *nat;
	struct tnode *root;

	if (image == NULL)
		return;
	nat = &image_spec_of(image)->nat;
	root = ops_root(rq, name, NULL);
	if (root == NULL)
		return;
	if (kind == NAT_SOURCE) {
		leaf_u64(root, "total-port-number-usage", ports_of_pools(nat));
		leaf_u64(root, "maximum-port-number",
			NAT_PAT_ADDRESSES_MAX * PORTS_PER_ADDRESS);
	}
	if (kind != NAT_STATIC) {
		tree_leaf(root, "total-pools", "%zu",
			count_pools(nat, kind, NULL));
		summary_pools(root, image, kind);
	}
	tree_leaf(root, "total-rules", "%zu", nat->nrules[kind]);
	summary_rules(root, image, kind);
}

void
show_nat_source_summary(struct ops_request *rq)
{
	show_summary(rq, NAT_SOURCE, "source-nat-summary-information");
}

void
show_nat_destination_summary(struct ops_request *rq)
{
	show_summary(
		rq, NAT_DESTINATION, "destination-nat-summary-information");
}

void
show_nat_static_summary(struct ops_request *rq)
{
	show_summary(rq, NAT_STATIC, "static-nat-summary-information");
}

/* ---- ports of interfaces ---- */

static void
add_ifl_ports(struct ops_request *rq, struct tnode *root,
	const struct ifl_spec *l, enum ip_family family)
{
	struct nat_ifl_stats s = {0};
	struct tnode *n;

	nat_ifl_stats_get(rq->env->workers, l->id, family, &s);
	if (s.ports_used == 0)
		return;
	n = tree_open(root, "interface-nat-ports-entry");
	tree_leaf(n, "pool-index", "%u", l->id.v);
	tree_leaf(n, "interface-name", "%s", l->name);
	tree_leaf(
		n, "address-family", "%s", family == IP_V4 ? "inet" : "inet6");
	leaf_u64(n, "total-ports", s.ports);
	leaf_u64(n, "single-ports-allocated", s.ports_used);
	leaf_u64(n, "single-ports-available", s.ports - s.ports_used);
	tree_leaf(n, "twin-ports-allocated", "0");
	tree_leaf(n, "twin-ports-available", "0");
}

void
show_nat_interface_ports(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	const struct image_spec *spec;
	struct tnode *root;

	if (image == NULL)
		return;
	spec = image_spec_of(image);
	root = ops_root(rq, "interface-nat-ports-information", NULL);
	for (size_t i = 0; root != NULL && i < spec->nifls; i++) {
		add_ifl_ports(rq, root, &spec->ifls[i], IP_V4);
		add_ifl_ports(rq, root, &spec->ifls[i], IP_V6);
	}
}

/* ---- how full pools are ---- */

void
show_nat_resource_usage(struct ops_request *rq)
{
	const char *name = nat_arg_name(rq, "pool-name");
	const struct image *image = ops_image(rq);
	const struct nat_spec *nat;
	struct tnode *root;

	if (image == NULL)
		return;
	nat = &image_spec_of(image)->nat;
	root = ops_root(rq, "source-resource-usage-pool-information", NULL);
	for (size_t i = 0; root != NULL && i < nat->npools; i++) {
		const struct nat_pool_spec *p = &nat->pools[i];
		struct nat_pool_stats s = {0};
		uint64_t used, total;
		struct tnode *n;

		if (!pool_wanted(p, NAT_SOURCE, name))
			continue;
		nat_pool_stats_get(rq->env->workers, p->id, &s);
		used = nat_pool_ports(p) ? s.ports_used : s.addrs_used;
		total = nat_pool_ports(p) ? s.ports : nat_pool_addresses(p);
		n = tree_open(root, "resource-usage-pool-entry");
		tree_leaf(n, "pool-name", "%s", p->name);
		tree_leaf(n, "port-address-translation", "%s",
			nat_pool_ports(p) ? "yes" : "no");
		leaf_u64(n, "total-pool-address", nat_pool_addresses(p));
		leaf_u64(n, "resource-usage-used", used);
		leaf_u64(n, "resource-usage-avail",
			total > used ? total - used : 0);
		leaf_u64(n, "resource-usage-total", total);
		leaf_u64(n, "resource-usage-percent",
			total == 0 ? 0
				   : (uint64_t)((double)used * 100 /
						(double)total));
	}
}
