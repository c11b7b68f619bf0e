/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routing-options, of the master and of each routing instance [CF-32].
 *
 * `static` is the table inet.0 of the instance; `rib NAME.inet.0 static` and
 * `rib NAME.inet6.0 static` say the table. Inside an instance only tables of
 * that instance may be written.
 */
#include "compile/compile_impl.h"

#include <stdio.h>
#include <string.h>

#include "compile/route_names.h"

#define PREFERENCE_STATIC 5u

bool
rib_name_parse(struct compile *c, const char *text, struct vr_id *ret_vr,
	enum ip_family *ret_family)
{
	static const struct {
		const char *table;
		enum ip_family family;
	} tables[] = {{"inet.0", IP_V4}, {"inet6.0", IP_V6}};
	char name[NAME_MAX_LEN];
	size_t len = strlen(text);

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(tables[i].table);

		if (len < n || strcmp(text + len - n, tables[i].table) != 0)
			continue;
		*ret_family = tables[i].family;
		if (len == n) {
			*ret_vr = VR_MASTER;
			return true;
		}
		if (text[len - n - 1] != '.' || len - n > sizeof(name))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(len - n - 1), text);
		return strcmp(name, "master") != 0 && find_vr(c, name, ret_vr);
	}
	return false;
}

void
policy_refs(struct compile *c, const struct cnode *at, const char *name,
	uint32_t **list, size_t *len)
{
	cnode_foreach (n, at, name) {
		uint32_t i, *add;

		if (!names_get(&c->policies, value_of(n), &i)) {
			compile_error(c, n,
				"Policy error: Policy %s referenced but not "
				"defined",
				value_of(n));
			continue;
		}
		add = VEC_ADD(c, *list, *len);
		if (add != NULL)
			*add = i;
	}
}

/* The table that a `static` hierarchy fills. */
struct static_table {
	struct route_vr_spec *vr;
	enum ip_family family;
	struct route_attrs defaults;
};

static void
set_flag(const struct cnode *n, const char *on, const char *off, bool *flag)
{
	if (cnode_has(n, on))
		*flag = true;
	else if (cnode_has(n, off))
		*flag = false;
}

/* What is written at n, on top of what attrs has. */
static void
merge_attrs(const struct cnode *n, struct route_attrs *attrs)
{
	const char *metric = leaf_or_inner(n, "metric", "metric-value");
	const char *tag = leaf_or_inner(n, "tag", "metric-value");

	attrs->preference =
		number_of(leaf_or_inner(n, "preference", "metric-value"),
			attrs->preference);
	attrs->metric = number_of(metric, attrs->metric);
	attrs->tag = number_of(tag, attrs->tag);
	attrs->has_metric |= metric != NULL;
	attrs->has_tag |= tag != NULL;
	set_flag(n, "no-install", "install", &attrs->no_install);
	set_flag(n, "resolve", "no-resolve", &attrs->resolve);
	set_flag(n, "passive", "active", &attrs->passive);
	set_flag(n, "no-readvertise", "readvertise", &attrs->no_readvertise);
}

/* Gateway or interface, from the text of a next hop. */
static bool
parse_nexthop(struct compile *c, const struct cnode *n, const char *text,
	const struct static_table *table, struct route_nh_spec *nh)
{
	uint32_t i;

	if (!ip_addr_parse(text, &nh->gateway)) {
		nh->gateway.family = IP_NONE;
		if (!find_ifl(c, n, text, &i))
			return false;
		nh->ifl = c->image->ifls[i].id;
		return true;
	}
	if (nh->gateway.family == table->family)
		return true;
	compile_error(c, n, "next hop is not of the family of the route");
	return false;
}

static void
add_nexthop(struct compile *c, const struct cnode *n,
	const struct static_table *table, struct static_route_spec *route)
{
	struct route_nh_spec nh, *add;

	memset(&nh, 0, sizeof(nh));
	if (!parse_nexthop(c, n, value_of(n), table, &nh))
		return;
	if (ip_addr_is_link_local(&nh.gateway)) {
		compile_error(c, n,
			"link-local next hop needs qualified-next-hop with an "
			"interface");
		return;
	}
	add = VEC_ADD(c, route->nhs, route->nnhs);
	if (add != NULL)
		*add = nh;
}

static void
add_qualified(struct compile *c, const struct cnode *n,
	const struct static_table *table, struct static_route_spec *route)
{
	const char *ifl = cnode_leaf(n, "interface");
	const char *metric = leaf_or_inner(n, "metric", "metric-value");
	const char *pref = leaf_or_inner(n, "preference", "metric-value");
	const char *tag = leaf_or_inner(n, "tag", "metric-value");
	struct route_nh_spec nh, *add;
	uint32_t i;

	memset(&nh, 0, sizeof(nh));
	if (!parse_nexthop(c, n, cnode_key(n, 0), table, &nh))
		return;
	if (ifl != NULL) {
		if (!find_ifl(c, cnode_child(n, "interface"), ifl, &i))
			return;
		nh.ifl = c->image->ifls[i].id;
	} else if (ip_addr_is_link_local(&nh.gateway)) {
		compile_error(c, n, "link-local next hop needs an interface");
		return;
	}
	nh.qualified = true;
	nh.has_metric = metric != NULL;
	nh.metric = number_of(metric, 0);
	nh.has_preference = pref != NULL;
	nh.preference = number_of(pref, 0);
	nh.has_tag = tag != NULL;
	nh.tag = number_of(tag, 0);
	add = VEC_ADD(c, route->nhs, route->nnhs);
	if (add != NULL)
		*add = nh;
}

static void
set_table(struct compile *c, const struct cnode *n,
	const struct static_table *table, struct static_route_spec *route)
{
	enum ip_family family;

	route->type = ROUTE_TABLE;
	if (!rib_name_parse(c, value_of(n), &route->table_vr, &family))
		compile_error(
			c, n, "RIB %s referenced but not defined", value_of(n));
	else if (family != table->family)
		compile_error(
			c, n, "next-table is not of the family of the route");
	else if (route->table_vr.v == table->vr->id.v)
		compile_error(c, n, "next-table may loop");
}

/* Which of the exclusive ways is written; how many. */
static unsigned int
route_kind(struct compile *c, const struct cnode *n,
	const struct static_table *table, struct static_route_spec *route)
{
	static const struct {
		const char *name;
		enum route_type type;
	} kinds[] = {{"discard", ROUTE_DISCARD}, {"reject", ROUTE_REJECT},
		{"receive", ROUTE_RECEIVE}};
	bool hops =
		cnode_has(n, "next-hop") || cnode_has(n, "qualified-next-hop");
	unsigned int count = hops;

	for (size_t i = 0; i < 3; i++)
		if (cnode_has(n, kinds[i].name)) {
			route->type = kinds[i].type;
			count++;
		}
	if (cnode_has(n, "next-table")) {
		set_table(c, cnode_child(n, "next-table"), table, route);
		count++;
	}
	if (hops)
		route->type = ROUTE_NEXTHOP;
	return count;
}

static void
add_static(struct compile *c, const struct cnode *n,
	const struct static_table *table)
{
	struct static_route_spec *route;
	unsigned int kinds;
	struct ip_prefix p;

	if (!ip_prefix_parse(cnode_key(n, 0), &p)) {
		compile_error(c, n, "invalid prefix");
		return;
	}
	if (p.addr.family != table->family) {
		compile_error(c, n, "%s route must be configured under rib %s",
			p.addr.family == IP_V6 ? "IPv6" : "IPv4",
			p.addr.family == IP_V6 ? "inet6.0" : "inet.0");
		return;
	}
	route = VEC_ADD(c, table->vr->statics, table->vr->nstatics);
	if (route == NULL)
		return;
	route->prefix = ip_prefix_network(&p);
	route->attrs = table->defaults;
	merge_attrs(n, &route->attrs);
	kinds = route_kind(c, n, table, route);
	if (kinds == 0)
		compile_error(c, n, "RT: static route has no next hop");
	if (kinds > 1)
		compile_error(c, n,
			"next-hop, next-table, discard, reject and receive "
			"exclude each other");
	cnode_foreach (nh, n, "next-hop")
		add_nexthop(c, nh, table, route);
	cnode_foreach (nh, n, "qualified-next-hop")
		add_qualified(c, nh, table, route);
}

static void
compile_static(struct compile *c, const struct cnode *n,
	struct route_vr_spec *vr, enum ip_family family)
{
	struct static_table table = {.vr = vr, .family = family};

	table.defaults.preference = PREFERENCE_STATIC;
	merge_attrs(cnode_child(n, "defaults"), &table.defaults);
	cnode_foreach (route, n, "route")
		add_static(c, route, &table);
}

/* ---- aggregate, generate [RT-15] ---- */

#define PREFERENCE_AGGREGATE 130u

static void
add_aggregate(struct compile *c, const struct cnode *n,
	const struct static_table *table, bool generate)
{
	struct aggregate_spec *a;
	struct ip_prefix p;

	if (!ip_prefix_parse(cnode_key(n, 0), &p) ||
		p.addr.family != table->family) {
		compile_error(c, n, "prefix is not of the family of the table");
		return;
	}
	a = VEC_ADD(c, table->vr->aggregates, table->vr->naggregates);
	if (a == NULL)
		return;
	a->prefix = ip_prefix_network(&p);
	a->generate = generate;
	a->type = cnode_has(n, "discard") ? ROUTE_DISCARD : ROUTE_REJECT;
	a->attrs = table->defaults;
	merge_attrs(n, &a->attrs);
	policy_refs(c, n, "policy", &a->policies, &a->npolicies);
}

static void
compile_aggregates(struct compile *c, const struct cnode *n, const char *name,
	struct route_vr_spec *vr, enum ip_family family)
{
	const struct cnode *all = cnode_child(n, name);
	struct static_table table = {.vr = vr, .family = family};

	table.defaults.preference = PREFERENCE_AGGREGATE;
	merge_attrs(cnode_child(all, "defaults"), &table.defaults);
	cnode_foreach (route, all, "route")
		add_aggregate(c, route, &table, strcmp(name, "generate") == 0);
}

static void
compile_rib(struct compile *c, const struct cnode *n, struct route_vr_spec *vr)
{
	enum ip_family family;
	struct vr_id id;

	if (!rib_name_parse(c, cnode_key(n, 0), &id, &family)) {
		compile_error(c, n, "RIB %s is not defined", cnode_key(n, 0));
		return;
	}
	if (id.v != vr->id.v) {
		compile_error(c, n,
			"RT Instance: RIB %s does not belong to instance %s",
			cnode_key(n, 0), vr->name);
		return;
	}
	compile_static(c, cnode_child(n, "static"), vr, family);
	compile_aggregates(c, n, "aggregate", vr, family);
	compile_aggregates(c, n, "generate", vr, family);
}

/* A prefix that is written both under `static` and under the rib. */
static void
check_twice(struct compile *c, const struct cnode *options,
	const struct route_vr_spec *vr)
{
	struct names seen = NAMES_INIT;
	char text[IP_TEXT_MAX];

	for (size_t i = 0; i < vr->nstatics; i++) {
		ip_prefix_text(&vr->statics[i].prefix, text);
		if (names_find(&seen, text) != NULL)
			compile_error(c, options,
				"static route %s is configured twice", text);
		index_put(c, &seen, text, i);
	}
	names_done(&seen);
}

static void
compile_options(
	struct compile *c, const struct cnode *n, struct route_vr_spec *vr)
{
	const char *id = cnode_leaf(n, "router-id");

	if (n == NULL)
		return;
	compile_static(c, cnode_child(n, "static"), vr, IP_V4);
	compile_aggregates(c, n, "aggregate", vr, IP_V4);
	compile_aggregates(c, n, "generate", vr, IP_V4);
	cnode_foreach (rib, n, "rib")
		compile_rib(c, rib, vr);
	check_twice(c, n, vr);
	policy_refs(c, n, "instance-import", &vr->imports, &vr->nimports);
	vr->has_router_id = id != NULL && ip_addr_parse(id, &vr->router_id);
}

void
compile_routing(struct compile *c)
{
	const struct cnode *all = cnode_child(c->root, "routing-instances");
	uint32_t vr;

	if (c->nomem)
		return;
	compile_options(
		c, cnode_child(c->root, "routing-options"), &c->routes->vrs[0]);
	cnode_foreach (n, all, "instance")
		if (names_get(&c->vrs, cnode_key(n, 0), &vr) && vr != 0)
			compile_options(c, cnode_child(n, "routing-options"),
				&c->routes->vrs[vr]);
}
