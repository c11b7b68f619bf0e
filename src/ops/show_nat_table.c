/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show security nat source persistent-nat-table, port-block, deterministic,
 * paired-address [NA-37]: who has which address and ports.
 */
#include <stdio.h>
#include <string.h>

#include "base/tree.h"
#include "image/nat_match.h"
#include "nat/nat_read.h"
#include "ops/ops_impl.h"
#include "ops/show_nat.h"

#define ROWS 200u

/* ---- persistent NAT ---- */

struct binding_filter {
	struct nat_binding_filter f;
	const char *pool;
};

static bool
filter_read(struct ops_request *rq, const struct image *image,
	struct binding_filter *b)
{
	const struct nat_spec *nat = &image_spec_of(image)->nat;
	const struct ifl_spec *ifl = NULL;
	uint32_t port = 0;

	memset(b, 0, sizeof(*b));
	b->pool = ops_arg(rq, "pool");
	if (!ops_arg_addr(rq, "internal-ip", &b->f.internal) ||
		!ops_arg_u32(rq, "internal-port", &port) ||
		!ops_arg_ifl(rq, image, "interface", &ifl))
		return false;
	b->f.internal_port = (uint16_t)port;
	if (ifl != NULL)
		b->f.ifl = ifl->id;
	for (size_t i = 0; b->pool != NULL && i < nat->npools; i++)
		if (nat->pools[i].kind == NAT_SOURCE &&
			strcmp(nat->pools[i].name, b->pool) == 0)
			b->f.pool = nat->pools[i].id;
	if (b->pool == NULL || b->f.pool != 0)
		return true;
	ops_error(rq, "Source NAT pool %s is not defined", b->pool);
	return false;
}

static bool
binding_wanted(
	const struct nat_binding_filter *f, const struct nat_binding_info *b)
{
	return (f->internal.family == IP_NONE ||
		       ip_addr_equal(&f->internal, &b->internal)) &&
	       (f->internal_port == 0 ||
		       f->internal_port == b->internal_port) &&
	       (f->pool == 0 || f->pool == b->pool) &&
	       (f->ifl.v == 0 || f->ifl.v == b->ifl.v);
}

static const char *
protocol_text(uint8_t protocol, char buf[8])
{
	return protocol == 0 ? "any" : ops_protocol_text(protocol, buf);
}

static void
add_binding(struct tnode *root, const struct image *image,
	const struct nat_binding_info *b)
{
	const struct nat_pool_spec *p = image_nat_pool(image, b->pool);
	const struct nat_rule_spec *r =
		image_nat_rule(image, NAT_SOURCE, b->rule);
	struct tnode *n = tree_open(root, "persistent-nat-binding");
	char buf[IP_TEXT_MAX], proto[8];

	tree_leaf(n, "internal-ip", "%s", ip_addr_text(&b->internal, buf));
	tree_leaf(n, "internal-port", "%u", b->internal_port);
	tree_leaf(n, "internal-protocol", "%s",
		protocol_text(b->protocol, proto));
	tree_leaf(n, "reflective-ip", "%s", ip_addr_text(&b->reflexive, buf));
	tree_leaf(n, "reflective-port", "%u", b->reflexive_port);
	tree_leaf(n, "reflective-protocol", "%s",
		protocol_text(b->protocol, proto));
	tree_leaf(n, "source-nat-pool-name", "%s",
		b->pool == 0 ? "interface"
		: p != NULL  ? p->name
			     : "?");
	tree_leaf(n, "persistent-nat-type", "%s", nat_permit_name(b->permit));
	if (b->sessions > 0)
		tree_leaf(n, "left-time", "-");
	else
		tree_leaf(n, "left-time", "%u", b->left_s);
	tree_leaf(n, "configure-time", "%u", b->timeout_s);
	tree_leaf(n, "current-session-number", "%u", b->sessions);
	tree_leaf(n, "max-session-number", "%u", b->max_sessions);
	tree_leaf(n, "source-nat-rule-name", "%s", r != NULL ? r->name : "?");
	tree_leaf(n, "routing-instance-name", "%s", nat_vr_name(image, b->vr));
}

static void
show_bindings(struct ops_request *rq, const struct image *image)
{
	struct nat_binding_info rows[ROWS];
	struct binding_filter f;
	struct tnode *root;
	unsigned int n;

	if (!filter_read(rq, image, &f))
		return;
	root = ops_root(rq, "persistent-nat-table", NULL);
	if (root == NULL)
		return;
	n = nat_bindings_read(rq->env->workers, &rq->cursor, rows, ROWS);
	for (unsigned int i = 0; i < n; i++)
		if (binding_wanted(&f.f, &rows[i]))
			add_binding(root, image, &rows[i]);
}

static void
show_bindings_summary(struct ops_request *rq)
{
	struct nat_binding_info rows[ROWS];
	uint64_t cursor = 0, bindings = 0, sessions = 0;
	struct tnode *root, *n;

	do {
		unsigned int k = nat_bindings_read(
			rq->env->workers, &cursor, rows, ROWS);

		bindings += k;
		for (unsigned int i = 0; i < k; i++)
			sessions += rows[i].sessions;
	} while (cursor != 0);
	root = ops_root(rq, "persistent-nat-table", "summary");
	if (root == NULL)
		return;
	n = tree_open(root, "persistent-nat-table-statistic");
	tree_leaf(n, "persistent-nat-binding-in-use", "%llu",
		(unsigned long long)bindings);
	tree_leaf(n, "persistent-nat-session-in-use", "%llu",
		(unsigned long long)sessions);
}

void
show_nat_persistent(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);

	if (image == NULL)
		return;
	if (ops_arg(rq, "summary") != NULL)
		show_bindings_summary(rq);
	else
		show_bindings(rq, image);
}

void
clear_nat_persistent(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	struct binding_filter f;
	struct tnode *root;
	uint64_t n;

	if (image == NULL || !filter_read(rq, image, &f))
		return;
	if (rq->nargs == 0) {
		ops_error(rq, "missing argument: all, interface, internal-ip, "
			      "internal-port or pool");
		return;
	}
	n = nat_bindings_clear(rq->env->workers, &f.f);
	root = ops_root(rq, "clear-persistent-nat-information", NULL);
	if (root != NULL)
		tree_leaf(root, "persistent-nat-binding-cleared", "%llu",
			(unsigned long long)n);
}

/* ---- port blocks ---- */

static void
add_block(struct tnode *root, const struct nat_pool_spec *p,
	const struct nat_block_info *b)
{
	struct tnode *n = tree_open(root, "port-block-entry");
	char buf[IP_TEXT_MAX];

	tree_leaf(n, "pool-name", "%s", p->name);
	tree_leaf(n, "host-ip", "%s", ip_addr_text(&b->host, buf));
	tree_leaf(n, "external-ip", "%s", ip_addr_text(&b->addr, buf));
	tree_leaf(n, "port-block-range", "%u-%u", b->lo, b->hi);
	tree_leaf(n, "port-used", "%u", b->used);
	tree_leaf(n, "port-total", "%u", b->hi - b->lo + 1u);
	tree_leaf(n, "port-overloading-factor", "%u", p->overloading);
	tree_leaf(n, "block-state", "%s",
		p->deterministic ? "Fixed"
		: b->active      ? "Active"
				 : "Query");
	tree_leaf(n, "block-age", "%u", b->age_s);
}

static void
block_pools(struct ops_request *rq, struct tnode *root,
	const struct nat_spec *nat, bool deterministic, const char *name)
{
	for (size_t i = 0; i < nat->npools; i++) {
		const struct nat_pool_spec *p = &nat->pools[i];
		struct nat_pool_stats s = {0};
		struct tnode *n;

		if (p->block_size == 0 || p->deterministic != deterministic ||
			(name != NULL && strcmp(name, p->name) != 0))
			continue;
		nat_pool_stats_get(rq->env->workers, p->id, &s);
		n = tree_open(root, "port-block-pool-entry");
		tree_leaf(n, "pool-name", "%s", p->name);
		tree_leaf(n, "port-overloading-factor", "%u", p->overloading);
		tree_leaf(n, "port-block-size", "%u", p->block_size);
		if (!deterministic) {
			tree_leaf(n, "max-port-blocks-per-host", "%u",
				p->block_max);
			tree_leaf(n, "active-block-timeout", "%u",
				p->block_active);
		}
		tree_leaf(n, "used-port-blocks", "%llu",
			(unsigned long long)s.blocks_used);
		tree_leaf(n, "total-port-blocks", "%llu",
			(unsigned long long)s.blocks);
	}
}

/* Rows of all pools come mixed: pools first, rows with their pool's name. */
static void
show_blocks(struct ops_request *rq, bool deterministic)
{
	const char *name = nat_arg_name(rq, "pool");
	const struct image *image = ops_image(rq);
	struct ip_addr host = {.family = IP_NONE};
	struct nat_block_info rows[ROWS];
	struct tnode *root;
	unsigned int n;

	if (image == NULL || !ops_arg_addr(rq, "host-ip", &host))
		return;
	root = ops_root(rq,
		deterministic ? "deterministic-nat-information"
			      : "port-block-information",
		NULL);
	if (root == NULL)
		return;
	if (rq->cursor == 0)
		block_pools(rq, root, &image_spec_of(image)->nat, deterministic,
			name);
	n = nat_blocks_read(rq->env->workers, &rq->cursor, rows, ROWS);
	for (unsigned int i = 0; i < n; i++) {
		const struct nat_pool_spec *p =
			image_nat_pool(image, rows[i].pool);

		if (p != NULL && p->deterministic == deterministic &&
			(name == NULL || strcmp(name, p->name) == 0) &&
			(host.family == IP_NONE ||
				ip_addr_equal(&host, &rows[i].host)))
			add_block(root, p, &rows[i]);
	}
}

void
show_nat_port_block(struct ops_request *rq)
{
	show_blocks(rq, false);
}

void
show_nat_deterministic(struct ops_request *rq)
{
	show_blocks(rq, true);
}

/* ---- addresses of hosts ---- */

void
show_nat_paired(struct ops_request *rq)
{
	const char *name = nat_arg_name(rq, "pool-name");
	const struct image *image = ops_image(rq);
	struct nat_paired_info rows[ROWS];
	char buf[IP_TEXT_MAX];
	struct tnode *root;
	unsigned int n;

	if (image == NULL)
		return;
	root = ops_root(rq, "paired-address-information", NULL);
	if (root == NULL)
		return;
	n = nat_paired_read(rq->env->workers, &rq->cursor, rows, ROWS);
	for (unsigned int i = 0; i < n; i++) {
		const struct nat_pool_spec *p =
			image_nat_pool(image, rows[i].pool);
		struct tnode *e;

		if (p == NULL || (name != NULL && strcmp(name, p->name) != 0))
			continue;
		e = tree_open(root, "paired-address-entry");
		tree_leaf(e, "pool-name", "%s", p->name);
		tree_leaf(e, "internal-address", "%s",
			ip_addr_text(&rows[i].host, buf));
		tree_leaf(e, "external-address", "%s",
			ip_addr_text(&rows[i].addr, buf));
		tree_leaf(e, "routing-instance-name", "%s",
			nat_vr_name(image, rows[i].vr));
		tree_leaf(e, "session-number", "%u", rows[i].sessions);
	}
}

/* ---- clear statistics ---- */

/* Rules of several rule sets may share a name: then all of them. */
static void
clear_rules(struct ops_request *rq, enum nat_kind kind)
{
	const char *name = nat_arg_name(rq, "rule-name");
	const char *set = ops_arg(rq, "rule-set");
	const struct image *image = ops_image(rq);
	const struct nat_spec *nat;
	bool found = name == NULL && set == NULL;

	if (image == NULL)
		return;
	nat = &image_spec_of(image)->nat;
	if (found)
		nat_rule_stats_clear(rq->env->workers, kind, 0);
	for (size_t i = 0; i < nat->nrules[kind] && (name || set); i++) {
		const struct nat_rule_spec *r = &nat->rules[kind][i];
		const char *its = nat->sets[kind][r->set].name;

		if ((name != NULL && strcmp(name, r->name) != 0) ||
			(set != NULL && strcmp(set, its) != 0))
			continue;
		nat_rule_stats_clear(rq->env->workers, kind, r->id);
		found = true;
	}
	if (found)
		ops_text(rq, "");
	else
		ops_error(rq, "no such %s NAT rule", nat_kind_name(kind));
}

void
clear_nat_source_rule(struct ops_request *rq)
{
	clear_rules(rq, NAT_SOURCE);
}

void
clear_nat_destination_rule(struct ops_request *rq)
{
	clear_rules(rq, NAT_DESTINATION);
}

void
clear_nat_static_rule(struct ops_request *rq)
{
	clear_rules(rq, NAT_STATIC);
}

static void
clear_pools(struct ops_request *rq, enum nat_kind kind)
{
	const char *name = nat_arg_name(rq, "pool-name");
	const struct image *image = ops_image(rq);
	const struct nat_spec *nat;
	bool found = name == NULL;

	if (image == NULL)
		return;
	nat = &image_spec_of(image)->nat;
	for (size_t i = 0; i < nat->npools; i++) {
		const struct nat_pool_spec *p = &nat->pools[i];

		if (p->kind != kind ||
			(name != NULL && strcmp(name, p->name) != 0))
			continue;
		nat_pool_stats_clear(rq->env->workers, p->id);
		found = true;
	}
	if (found)
		ops_text(rq, "");
	else
		ops_error(rq, "no such %s NAT pool", nat_kind_name(kind));
}

void
clear_nat_source_pool(struct ops_request *rq)
{
	clear_pools(rq, NAT_SOURCE);
}

void
clear_nat_destination_pool(struct ops_request *rq)
{
	clear_pools(rq, NAT_DESTINATION);
}
