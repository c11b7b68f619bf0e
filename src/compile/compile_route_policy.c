/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy-options: routing policies [CF-33]. Every policy-statement is compiled,
 * also those that nothing uses, so that its errors are seen.
 *
 * Conditions on things that our routes do not have (communities, AS paths,
 * neighbours) and protocols that we do not run are met by no route.
 */
#include "compile/compile_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile/route_names.h"

#define PROTOCOL_NONE (UINT32_C(1) << 31) /* a bit that no route has */

static const char *const known_from[] = {"instance", "instance-list",
	"instance-any", "protocol", "rib", "family", "next-hop", "interface",
	"metric", "tag", "preference", "prefix-list", "prefix-list-filter",
	"route-filter", "policy"};

static uint32_t
protocol_bit(const char *name)
{
	static const char *const names[ROUTE_PROTO_COUNT] = {
		[ROUTE_PROTO_DIRECT] = "direct",
		[ROUTE_PROTO_LOCAL] = "local",
		[ROUTE_PROTO_STATIC] = "static",
		[ROUTE_PROTO_AGGREGATE] = "aggregate"};

	for (unsigned int i = 0; i < ROUTE_PROTO_COUNT; i++)
		if (strcmp(names[i], name) == 0)
			return UINT32_C(1) << i;
	return PROTOCOL_NONE;
}

/* from: what the route is ------------------------------------------------- */

static void
add_instances(struct compile *c, const struct cnode *from, const char *name,
	struct route_term_spec *t)
{
	cnode_foreach (n, from, name) {
		struct vr_id *vr, id;

		if (!find_vr(c, value_of(n), &id)) {
			compile_error(c, n,
				"Policy error: instance %s referenced but not "
				"defined",
				value_of(n));
			continue;
		}
		vr = VEC_ADD(c, t->instances, t->ninstances);
		if (vr != NULL)
			*vr = id;
	}
}

static void
add_ribs(struct compile *c, const struct cnode *from, struct route_term_spec *t)
{
	cnode_foreach (n, from, "rib") {
		size_t nfamilies = t->nribs;
		enum ip_family *family, f;
		struct vr_id *vr, id;

		if (!rib_name_parse(c, value_of(n), &id, &f)) {
			compile_error(c, n,
				"Policy error: RIB %s referenced but not "
				"defined",
				value_of(n));
			continue;
		}
		family = VEC_ADD(c, t->ribs_family, nfamilies);
		vr = VEC_ADD(c, t->ribs_vr, t->nribs);
		if (vr == NULL || family == NULL)
			return;
		*vr = id;
		*family = f;
	}
}

static void
add_ifls(struct compile *c, const struct cnode *from, struct route_term_spec *t)
{
	cnode_foreach (n, from, "interface") {
		struct ifl_id *ifl;
		uint32_t i;

		if (!find_ifl(c, n, value_of(n), &i))
			continue;
		ifl = VEC_ADD(c, t->ifls, t->nifls);
		if (ifl != NULL)
			*ifl = c->image->ifls[i].id;
	}
}

static void
add_nexthops(
	struct compile *c, const struct cnode *from, struct route_term_spec *t)
{
	cnode_foreach (n, from, "next-hop") {
		struct ip_addr a, *p;

		if (!ip_addr_parse(value_of(n), &a)) {
			compile_error(c, n, "invalid address");
			continue;
		}
		p = VEC_ADD(c, t->nexthops, t->nnexthops);
		if (p != NULL)
			*p = a;
	}
}

static void
add_prefix_list(struct compile *c, const struct cnode *n,
	enum route_filter_type type, struct route_term_spec *t)
{
	const struct cnode *options = cnode_child(c->root, "policy-options");
	const struct cnode *pl =
		cnode_entry(options, "prefix-list", cnode_key(n, 0));
	struct prefix_filter_spec *f;

	if (pl == NULL) {
		compile_error(c, n,
			"Policy error: prefix-list %s referenced but not "
			"defined",
			cnode_key(n, 0));
		return;
	}
	f = VEC_ADD(c, t->prefix_lists, t->nprefix_lists);
	if (f == NULL)
		return;
	f->type = type;
	cnode_foreach (item, pl, "prefix-list-item") {
		struct ip_prefix p, *add;

		if (!ip_prefix_parse(cnode_key(item, 0), &p))
			continue;
		add = VEC_ADD(c, f->prefixes, f->n);
		if (add != NULL)
			*add = ip_prefix_network(&p);
	}
}

static const char *const filter_types[] = {[RF_EXACT] = "exact",
	[RF_ORLONGER] = "orlonger",
	[RF_LONGER] = "longer",
	[RF_UPTO] = "upto",
	[RF_LENGTH_RANGE] = "prefix-length-range",
	[RF_THROUGH] = "through",
	[RF_ADDRESS_MASK] = "address-mask"};

static enum route_filter_type
filter_type(const char *text)
{
	for (int i = RF_EXACT; i <= RF_ADDRESS_MASK; i++)
		if (text != NULL && strcmp(filter_types[i], text) == 0)
			return (enum route_filter_type)i;
	return RF_EXACT;
}

/* "/24" or "24"; -1 if it is neither, or too long for the family. */
static int
mask_length(const char *text, const char **ret_end, enum ip_family family)
{
	char *end;
	long v;

	text += *text == '/';
	if (*text < '0' || *text > '9')
		return -1;
	v = strtol(text, &end, 10);
	*ret_end = end;
	return v <= (long)ip_family_bits(family) ? (int)v : -1;
}

/* The value that follows the type; false when it does not fit. */
static bool
filter_value(const char *text, struct route_filter_spec *f)
{
	enum ip_family family = f->prefix.addr.family;
	const char *end = "";
	int lo = f->prefix.len, hi;

	switch (f->type) {
	case RF_UPTO:
		hi = mask_length(text, &end, family);
		break;
	case RF_LENGTH_RANGE:
		lo = mask_length(text, &end, family);
		hi = *end == '-' ? mask_length(end + 1, &end, family) : -1;
		break;
	case RF_THROUGH:
		return ip_prefix_parse(text, &f->through) &&
		       ip_prefix_contains(&f->prefix, &f->through);
	case RF_ADDRESS_MASK:
		return ip_addr_parse(text, &f->mask) &&
		       f->mask.family == family;
	default:
		return true;
	}
	if (*end != '\0' || lo < f->prefix.len || hi < lo)
		return false;
	f->lo = (uint8_t)lo;
	f->hi = (uint8_t)hi;
	return true;
}

static void
add_route_filter(
	struct compile *c, const struct cnode *n, struct route_term_spec *t)
{
	const char *value = cnode_leaf(n, "choice-value");
	struct route_filter_spec *f = VEC_ADD(c, t->filters, t->nfilters);

	if (f == NULL)
		return;
	f->type = filter_type(cnode_key(n, 1));
	if (!ip_prefix_parse(cnode_key(n, 0), &f->prefix)) {
		compile_error(c, n, "invalid prefix");
		return;
	}
	f->prefix = ip_prefix_network(&f->prefix);
	if (!filter_value(value != NULL ? value : "", f))
		compile_error(c, n, "invalid value '%s' for %s",
			value != NULL ? value : "", filter_types[f->type]);
	f->then = cnode_has(n, "accept")   ? PV_ACCEPT
		  : cnode_has(n, "reject") ? PV_REJECT
					   : PV_NONE;
}

static void
add_subroutines(
	struct compile *c, const struct cnode *from, struct route_term_spec *t)
{
	cnode_foreach (n, from, "policy") {
		uint32_t i, *p;

		if (!names_get(&c->policies, value_of(n), &i)) {
			compile_error(c, n,
				"Policy error: Policy %s referenced but not "
				"defined",
				value_of(n));
			continue;
		}
		p = VEC_ADD(c, t->policies, t->npolicies);
		if (p != NULL)
			*p = i;
	}
}

static void
note_unknown(const struct cnode *from, struct route_term_spec *t)
{
	size_t known = sizeof(known_from) / sizeof(known_from[0]);

	for (const struct cnode *n = cnode_first_any(from); n != NULL;
		n = cnode_next_any(n)) {
		size_t i = 0;

		while (i < known && strcmp(known_from[i], cnode_name(n)) != 0)
			i++;
		if (i == known) {
			t->protocols = PROTOCOL_NONE;
			return;
		}
	}
}

static bool
number_condition(const struct cnode *from, const char *name, uint32_t *ret)
{
	const char *text = leaf_or_inner(from, name, name);

	*ret = number_of(text, 0);
	return text != NULL;
}

static void
compile_from(
	struct compile *c, const struct cnode *n, struct route_term_spec *t)
{
	const char *family = cnode_leaf(n, "family");

	add_instances(c, n, "instance", t);
	add_instances(c, n, "instance-list", t);
	cnode_foreach (p, n, "protocol")
		t->protocols |= protocol_bit(value_of(p));
	add_ribs(c, n, t);
	add_ifls(c, n, t);
	add_nexthops(c, n, t);
	if (family != NULL && strcmp(family, "inet") == 0)
		t->family = IP_V4;
	else if (family != NULL && strcmp(family, "inet6") == 0)
		t->family = IP_V6;
	else if (family != NULL)
		t->protocols = PROTOCOL_NONE;
	t->from_metric = number_condition(n, "metric", &t->metric);
	t->from_tag = number_condition(n, "tag", &t->tag);
	t->from_preference = number_condition(n, "preference", &t->preference);
	cnode_foreach (pl, n, "prefix-list")
		add_prefix_list(c, pl, RF_EXACT, t);
	cnode_foreach (pl, n, "prefix-list-filter")
		add_prefix_list(c, pl, filter_type(cnode_key(pl, 1)), t);
	cnode_foreach (rf, n, "route-filter")
		add_route_filter(c, rf, t);
	add_subroutines(c, n, t);
	note_unknown(n, t);
}

/* then -------------------------------------------------------------------- */

static void
compile_then(const struct cnode *n, struct route_term_spec *t)
{
	const char *next = cnode_leaf(n, "next");
	const char *dflt = cnode_leaf(n, "default-action");

	if (cnode_has(n, "accept"))
		t->verdict = PV_ACCEPT;
	else if (cnode_has(n, "reject"))
		t->verdict = PV_REJECT;
	else if (next != NULL)
		t->verdict = strcmp(next, "policy") == 0 ? PV_NEXT_POLICY
							 : PV_NEXT_TERM;
	if (dflt != NULL)
		t->default_action =
			strcmp(dflt, "accept") == 0 ? PV_ACCEPT : PV_REJECT;
	t->set_metric = number_condition(n, "metric", &t->new_metric);
	t->set_tag = number_condition(n, "tag", &t->new_tag);
	t->set_preference =
		number_condition(n, "preference", &t->new_preference);
}

static void
add_term(struct compile *c, const struct cnode *n, const char *name,
	struct route_policy_spec *policy)
{
	struct route_term_spec *t = VEC_ADD(c, policy->terms, policy->n);

	if (t == NULL)
		return;
	NAME_COPY(c, n, t->name, name);
	compile_from(c, cnode_child(n, "from"), t);
	compile_then(cnode_child(n, "then"), t);
}

static void
compile_statement(
	struct compile *c, const struct cnode *n, struct route_policy_spec *p)
{
	cnode_foreach (term, n, "term")
		add_term(c, term, cnode_key(term, 0), p);
	if (cnode_has(n, "from") || cnode_has(n, "then"))
		add_term(c, n, "", p);
}

/* Subroutines must not call themselves ------------------------------------- */

enum { UNSEEN, ON_PATH, DONE };

static bool
calls_itself(const struct route_spec *routes, uint32_t i, uint8_t *state)
{
	const struct route_policy_spec *p = &routes->policies[i];

	if (state[i] != UNSEEN)
		return state[i] == ON_PATH;
	state[i] = ON_PATH;
	for (size_t t = 0; t < p->n; t++)
		for (size_t k = 0; k < p->terms[t].npolicies; k++)
			if (calls_itself(
				    routes, p->terms[t].policies[k], state))
				return true;
	state[i] = DONE;
	return false;
}

static void
check_loops(struct compile *c, const struct cnode *options)
{
	uint8_t *state = calloc(c->routes->npolicies + 1, 1);
	uint32_t i = 0;

	if (state == NULL) {
		c->nomem = true;
		return;
	}
	cnode_foreach (n, options, "policy-statement") {
		if (i < c->routes->npolicies &&
			calls_itself(c->routes, i++, state)) {
			compile_error(c, n,
				"Policy error: policy subroutines form a loop");
			break;
		}
	}
	free(state);
}

void
compile_route_policies(struct compile *c)
{
	const struct cnode *options = cnode_child(c->root, "policy-options");
	struct route_spec *routes = c->routes;
	size_t i = 0;

	cnode_foreach (n, options, "policy-statement") {
		struct route_policy_spec *p =
			VEC_ADD(c, routes->policies, routes->npolicies);

		if (p == NULL)
			return;
		NAME_COPY(c, n, p->name, cnode_key(n, 0));
		index_put(c, &c->policies, cnode_key(n, 0),
			routes->npolicies - 1);
	}
	cnode_foreach (n, options, "policy-statement")
		compile_statement(c, n, &routes->policies[i++]);
	check_loops(c, options);
}
