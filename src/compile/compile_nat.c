/* SPDX-License-Identifier: Apache-2.0 */
/*
 * security nat: rule sets, rules and their numbers, in the order of the
 * configuration; which is also the order in which they are tried [NA-2].
 */
#include "compile/compile_nat.h"

#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"

/* ---- shared ---- */

void
nat_node_add(
	struct nat_compile *nc, struct nat_nodes *list, const struct cnode *n)
{
	const struct cnode **add = VEC_ADD(nc->c, list->v, list->n);

	if (add != NULL)
		*add = n;
}

void
nat_conflict(struct nat_compile *nc, const struct cnode *node,
	const struct cnode *other, const char *fmt, ...)
{
	struct sbuf b = SBUF_INIT;
	char *path = cnode_path(other);
	const char *value = cnode_value(other);
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(&b, fmt, ap);
	va_end(ap);
	sbuf_printf(&b, " '%s%s%s'", path != NULL ? path : "",
		value != NULL && value[0] != '\0' ? " " : "",
		value != NULL ? value : "");
	if (cnode_line(other) != 0)
		sbuf_printf(&b, " (line %u)", cnode_line(other));
	compile_error(nc->c, node, "%s", sbuf_text(&b));
	nc->c->nomem |= path == NULL || b.failed;
	free(path);
	sbuf_done(&b);
}

void
nat_instance(struct nat_compile *nc, const struct cnode *n, bool *has,
	struct vr_id *vr)
{
	const char *name = leaf_or_inner(n, "routing-instance", "ri-name");

	if (name == NULL)
		return;
	*has = find_vr(nc->c, name, vr);
	if (!*has)
		compile_error(nc->c, cnode_child(n, "routing-instance"),
			"Routing instance %s is not defined", name);
}

/* ---- ends ---- */

static bool
end_id(struct nat_compile *nc, const struct cnode *n, enum nat_end_kind kind,
	uint16_t *ret)
{
	struct compile *c = nc->c;
	struct vr_id vr;
	uint32_t i;

	if (kind == NAT_END_INTERFACE) {
		if (!find_ifl(c, n, value_of(n), &i))
			return false;
		*ret = c->image->ifls[i].id.v;
	} else if (kind == NAT_END_ZONE) {
		*ret = ZONE_JUNOS_HOST.v;
		if (strcmp(value_of(n), "junos-host") == 0)
			return true;
		if (!names_get(&c->zones, value_of(n), &i)) {
			compile_error(c, n, "Security zone %s is not defined",
				value_of(n));
			return false;
		}
		*ret = c->image->zones[i].id.v;
	} else {
		if (!find_vr(c, value_of(n), &vr)) {
			compile_error(c, n,
				"Routing instance %s is not defined",
				value_of(n));
			return false;
		}
		*ret = vr.v;
	}
	return true;
}

static void
add_end(struct nat_compile *nc, const struct cnode *set, const char *name,
	struct nat_end_spec *end)
{
	static const struct {
		const char *name;
		enum nat_end_kind kind;
	} kinds[] = {{"interface", NAT_END_INTERFACE}, {"zone", NAT_END_ZONE},
		{"routing-instance", NAT_END_INSTANCE}};
	const struct cnode *n = cnode_child(set, name);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!cnode_has(n, kinds[i].name))
			continue;
		if (end->n > 0)
			compile_error(nc->c, n,
				"Only one of interface, zone and "
				"routing-instance can be configured");
		end->kind = kinds[i].kind;
		cnode_foreach (e, n, kinds[i].name) {
			uint16_t id, *add;

			if (!end_id(nc, e, end->kind, &id))
				continue;
			add = VEC_ADD(nc->c, end->ids, end->n);
			if (add != NULL)
				*add = id;
		}
	}
	if (end->kind == NAT_END_NONE)
		compile_error(
			nc->c, set, "Missing mandatory statement: '%s'", name);
}

/* ---- actions ---- */

static enum nat_persistent
permit_of(const struct cnode *permit)
{
	if (cnode_has(permit, "any-remote-host"))
		return PERSISTENT_ANY_REMOTE_HOST;
	if (cnode_has(permit, "target-host"))
		return PERSISTENT_TARGET_HOST;
	if (cnode_has(permit, "target-host-port"))
		return PERSISTENT_TARGET_HOST_PORT;
	return PERSISTENT_NONE;
}

/* address-mapping gives an inside address an outside one, whatever the port:
 * that needs a pool which never shares an address [NA-12]. */
static void
check_mapping(struct nat_compile *nc, const struct cnode *n,
	const struct nat_rule_spec *r)
{
	const struct nat_pool_spec *p =
		r->action == NAT_POOL ? &nc->nat->pools[r->pool] : NULL;

	if (r->persistent.permit != PERSISTENT_ANY_REMOTE_HOST)
		compile_error(nc->c, n,
			"address-mapping needs permit any-remote-host");
	if (p == NULL || !(p->no_translation || p->has_base) ||
		p->overflow != OVERFLOW_DROP)
		compile_error(nc->c, n,
			"address-mapping needs a pool without port translation "
			"and without overflow-pool");
}

static void
add_persistent(
	struct nat_compile *nc, const struct cnode *n, struct nat_rule_spec *r)
{
	const struct cnode *p = cnode_child(n, "persistent-nat");
	struct nat_persistent_spec *s = &r->persistent;

	if (p == NULL)
		return;
	s->permit = permit_of(cnode_child(p, "permit"));
	s->timeout = (uint16_t)cnode_u64(p, "inactivity-timeout", 300);
	s->max_sessions = (uint32_t)cnode_u64(p, "max-session-number", 30);
	s->block_ext_session = cnode_has(p, "block-ext-session");
	s->address_mapping = cnode_has(p, "address-mapping");
	if (s->address_mapping)
		check_mapping(nc, cnode_child(p, "address-mapping"), r);
}

static void
add_rule_alarm(struct nat_compile *nc, const struct cnode *action,
	struct nat_rule_spec *r)
{
	const struct cnode *n = cnode_child(action, "rule-session-count-alarm");

	if (n == NULL)
		return;
	r->alarm_raise = (uint32_t)cnode_u64(n, "raise-threshold", 0);
	r->alarm_clear = (uint32_t)cnode_u64(
		n, "clear-threshold", (uint64_t)r->alarm_raise * 8 / 10);
	if (r->alarm_clear > r->alarm_raise)
		compile_error(nc->c, n,
			"clear-threshold must not be above raise-threshold");
}

static bool
has_family(const struct addr_range *r, size_t n, uint8_t family)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].lo.family == family)
			return true;
	return n == 0;
}

/* The packets of a rule are, after it, of its pool's family [NA-13]. */
static void
check_family(struct nat_compile *nc, enum nat_kind kind, const struct cnode *n,
	const struct nat_rule_spec *r)
{
	const struct nat_pool_spec *p = &nc->nat->pools[r->pool];

	if (p->nranges > 0 &&
		!has_family(r->dst, r->ndst, p->ranges[0].lo.family))
		nat_conflict(nc, n, nc->pool_nodes.v[r->pool],
			"%s addresses of the rule and of its pool must be of "
			"one family:",
			kind == NAT_SOURCE ? "Destination" : "All");
}

static void
add_pool(struct nat_compile *nc, enum nat_kind kind, const struct cnode *action,
	struct nat_rule_spec *r)
{
	const struct cnode *n = cnode_child(action, "pool");
	const char *name = leaf_or_inner(action, "pool", "pool-name");

	r->action = NAT_POOL;
	if (name == NULL || !names_get(&nc->pools[kind], name, &r->pool)) {
		compile_error(nc->c, n, "%s NAT pool %s is not defined",
			kind == NAT_SOURCE ? "Source" : "Destination",
			name != NULL ? name : "");
		return;
	}
	check_family(nc, kind, n, r);
	if (kind == NAT_SOURCE)
		add_persistent(nc, n, r);
}

static void
add_action(struct nat_compile *nc, enum nat_kind kind, const struct cnode *rule,
	struct nat_rule_spec *r)
{
	static const char *const names[] = {
		"source-nat", "destination-nat", "static-nat"};
	const struct cnode *n =
		cnode_child(cnode_child(rule, "then"), names[kind]);

	add_rule_alarm(nc, n, r);
	if (kind == NAT_STATIC) {
		nat_static_compile(nc, n, r);
		return;
	}
	if (cnode_has(n, "off")) {
		r->action = NAT_OFF;
	} else if (cnode_has(n, "pool")) {
		add_pool(nc, kind, n, r);
	} else if (kind == NAT_SOURCE && cnode_has(n, "interface")) {
		r->action = NAT_INTERFACE;
		add_persistent(nc, cnode_child(n, "interface"), r);
	} else {
		compile_error(nc->c, rule, "Missing mandatory statement: '%s'",
			names[kind]);
	}
}

/* ---- rule sets ---- */

/* As Junos' XML has it; the statement is `match` in all of them. */
static const char *const matches[NAT_KINDS] = {
	[NAT_SOURCE] = "src-nat-rule-match",
	[NAT_DESTINATION] = "dest-nat-rule-match",
	[NAT_STATIC] = "static-nat-rule-match"};

static void
add_rule(struct nat_compile *nc, enum nat_kind kind, uint32_t set,
	const struct cnode *n)
{
	struct nat_spec *nat = nc->nat;
	const struct cnode *match = cnode_child(n, matches[kind]);
	struct nat_rule_spec *r =
		VEC_ADD(nc->c, nat->rules[kind], nat->nrules[kind]);

	if (r == NULL)
		return;
	nat_node_add(nc, &nc->rules[kind], n);
	NAME_COPY(nc->c, n, r->name, cnode_key(n, 0));
	r->set = set;
	r->position = (uint32_t)nat->nrules[kind];
	if (match == NULL)
		compile_error(nc->c, n, "Missing mandatory statement: 'match'");
	nat_match_compile(nc, kind, match, r);
	add_action(nc, kind, n, r);
}

static void
add_sets(struct nat_compile *nc, enum nat_kind kind)
{
	const struct cnode *root = cnode_child(nc->root, nat_kind_name(kind));
	struct nat_spec *nat = nc->nat;

	cnode_foreach (n, root, "rule-set") {
		struct nat_set_spec *s =
			VEC_ADD(nc->c, nat->sets[kind], nat->nsets[kind]);

		if (s == NULL)
			return;
		nat_node_add(nc, &nc->sets[kind], n);
		NAME_COPY(nc->c, n, s->name, cnode_key(n, 0));
		text_copy(s->description, sizeof(s->description),
			value_of(cnode_child(n, "description")));
		add_end(nc, n, "from", &s->from);
		if (kind == NAT_SOURCE)
			add_end(nc, n, "to", &s->to);
		s->first = (uint32_t)nat->nrules[kind];
		cnode_foreach (r, n, "rule")
			add_rule(nc, kind, (uint32_t)(nat->nsets[kind] - 1), r);
		s->n = (uint32_t)nat->nrules[kind] - s->first;
	}
}

/* Numbers stay with rule set and rule [CF-29]; no name contains a blank. */
static void
number_rules(struct nat_compile *nc, enum nat_kind kind)
{
	struct nat_spec *nat = nc->nat;
	size_t n = nat->nrules[kind];
	char **keys = calloc(n + 1, sizeof(*keys));
	uint32_t *ids = calloc(n + 1, sizeof(*ids));

	for (size_t i = 0; keys != NULL && i < n; i++) {
		const struct nat_rule_spec *r = &nat->rules[kind][i];
		struct sbuf b = SBUF_INIT;

		sbuf_printf(&b, "%s %s", nat->sets[kind][r->set].name, r->name);
		keys[i] = sbuf_take(&b);
		nc->c->nomem |= keys[i] == NULL;
	}
	nc->c->nomem |= keys == NULL || ids == NULL;
	if (!nc->c->nomem)
		number_names(nc->c, IDS_NAT_RULE + kind,
			(const char *const *)keys, n, ids, nc->root,
			"NAT rules");
	for (size_t i = 0; !nc->c->nomem && i < n; i++)
		nat->rules[kind][i].id = ids[i];
	for (size_t i = 0; keys != NULL && i < n; i++)
		free(keys[i]);
	free(keys);
	free(ids);
}

/* ---- the rest of security nat source ---- */

static void
add_general(struct nat_compile *nc)
{
	const struct cnode *n = cnode_child(nc->root, "source");
	const struct cnode *range = cnode_child(n, "pool-default-port-range");
	const struct cnode *alarm = cnode_child(n, "pool-utilization-alarm");
	const struct cnode *ifl = cnode_child(n, "interface");
	struct nat_spec *nat = nc->nat;

	nat->address_persistent = cnode_has(n, "address-persistent");
	nat->port_sequential =
		cnode_has(cnode_child(n, "port-randomization"), "disable");
	nat->port_lo = (uint16_t)cnode_u64(range, "low", 1024);
	nat->port_hi = (uint16_t)number_of(leaf_or_inner(range, "to", "high"),
		range != NULL ? nat->port_lo : UINT16_MAX);
	if (nat->port_hi < nat->port_lo)
		compile_error(nc->c, range,
			"Upper limit of port range is below the lower one");
	nat->interface_overloading = 1;
	if (!cnode_has(cnode_child(ifl, "port-overloading"), "off"))
		nat->interface_overloading =
			(uint32_t)cnode_u64(ifl, "port-overloading-factor", 1);
	nat->alarm_raise = (uint8_t)cnode_u64(alarm, "raise-threshold", 0);
	nat->alarm_clear = (uint8_t)cnode_u64(
		alarm, "clear-threshold", nat->alarm_raise * 8u / 10);
	if (nat->alarm_clear > nat->alarm_raise)
		compile_error(nc->c, alarm,
			"clear-threshold must not be above raise-threshold");
	nat->no_v6_frag_header = cnode_has(
		cnode_child(nc->root, "natv6v4"), "no-v6-frag-header");
}

static void
nat_compile_done(struct nat_compile *nc)
{
	names_done(&nc->pools[0]);
	names_done(&nc->pools[1]);
	free(nc->pool_nodes.v);
	free(nc->proxies.v);
	for (unsigned int k = 0; k < NAT_KINDS; k++) {
		free(nc->sets[k].v);
		free(nc->rules[k].v);
	}
}

void
compile_nat(struct compile *c)
{
	struct nat_compile nc = {.c = c,
		.nat = &c->image->nat,
		.root = cnode_find(c->root, "security", "nat", NULL)};

	add_general(&nc);
	nat_pools_compile(&nc);
	for (unsigned int k = 0; k < NAT_KINDS; k++)
		add_sets(&nc, k);
	nat_proxies_compile(&nc);
	/* What is half read would seem to contradict itself. */
	if (report_ok(c->report) && !c->nomem) {
		nat_check(&nc);
		nat_check_proxies(&nc);
	}
	for (unsigned int k = 0; report_ok(c->report) && k < NAT_KINDS; k++)
		number_rules(&nc, k);
	nat_compile_done(&nc);
}
