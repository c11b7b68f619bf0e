/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a specification must not say. Most of it the configuration's schema has
 * refused before; it is checked again so that the code after this point may
 * trust ids and indices. What only shows here is next-table routes that lead
 * in a circle: Junos refuses them when tables point at each other with
 * overlapping prefixes [RT-13].
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "route/route_policy.h"
#include "route/route_rib_impl.h"

struct check {
	const struct route_spec *spec;
	struct report *report;
	uint16_t *vr_place; /* as in struct rib */
	bool *ifl_seen;     /* by id */
	bool bad;
};

#define PATH_MAX_ (ROUTE_NAME_MAX + 64)

static void
path_of(const struct route_vr_spec *vr, const char *tail, char *ret)
{
	if (vr->id.v == 0)
		snprintf(ret, PATH_MAX_, "routing-options %s", tail);
	else
		snprintf(ret, PATH_MAX_,
			"routing-instances %.*s "
			"routing-options %s",
			ROUTE_NAME_MAX, vr->name, tail);
}

static void
complain(struct check *c, const struct route_vr_spec *vr, const char *tail,
	const char *statement, const char *message)
{
	char path[PATH_MAX_];

	path_of(vr, tail, path);
	report_add(c->report, REPORT_ERROR, 0, path, statement, "%s", message);
	c->bad = true;
}

static void
complain_static(struct check *c, const struct route_vr_spec *vr,
	const struct static_route_spec *s, const char *message)
{
	char text[IP_TEXT_MAX], statement[IP_TEXT_MAX + 8];

	ip_prefix_text(&s->prefix, text);
	snprintf(statement, sizeof(statement), "route %s", text);
	complain(c, vr, "static", statement, message);
}

static bool
prefix_valid(const struct ip_prefix *p, bool network)
{
	struct ip_prefix net = ip_prefix_network(p);
	unsigned int bits = ip_family_bits(p->addr.family);

	return bits > 0 && p->len <= bits &&
	       (!network || ip_addr_equal(&net.addr, &p->addr));
}

static bool
vr_known(const struct check *c, struct vr_id vr)
{
	return vr.v < VR_MAX && c->vr_place[vr.v] != 0;
}

static void
check_ids(struct check *c)
{
	for (size_t i = 0; i < c->spec->nvrs; i++) {
		const struct route_vr_spec *vr = &c->spec->vrs[i];

		if (vr->id.v >= VR_MAX || c->vr_place[vr->id.v] != 0)
			complain(c, vr, "", NULL, "Invalid routing instance");
		else
			c->vr_place[vr->id.v] = (uint16_t)(i + 1);
	}
	for (size_t i = 0; i < c->spec->nifls; i++) {
		const struct route_ifl_spec *l = &c->spec->ifls[i];

		if (l->id.v != 0 && l->id.v < IFL_MAX &&
			!c->ifl_seen[l->id.v]) {
			c->ifl_seen[l->id.v] = true;
			continue;
		}
		report_add(c->report, REPORT_ERROR, 0, "interfaces", l->name,
			"Invalid interface");
		c->bad = true;
	}
}

static const char *
nh_problem(const struct static_route_spec *s, const struct route_nh_spec *nh)
{
	if (nh->ifl.v >= IFL_MAX)
		return "Invalid interface";
	if (nh->gateway.family == IP_NONE)
		return nh->ifl.v == 0 ? "Next hop missing" : NULL;
	if (nh->gateway.family != s->prefix.addr.family)
		return "Next hop and route are of different families";
	if (ip_addr_is_multicast(&nh->gateway) ||
		ip_addr_is_unspecified(&nh->gateway))
		return "Next hop is not a unicast address";
	return NULL;
}

static void
check_static(struct check *c, const struct route_vr_spec *vr,
	const struct static_route_spec *s)
{
	if (!prefix_valid(&s->prefix, true)) {
		complain_static(c, vr, s, "Invalid destination prefix");
		return;
	}
	if (s->type == ROUTE_TABLE && !vr_known(c, s->table_vr))
		complain_static(c, vr, s, "next-table does not exist");
	if (s->type != ROUTE_NEXTHOP)
		return;
	if (s->nnhs == 0)
		complain_static(c, vr, s, "Next hop missing");
	for (size_t i = 0; i < s->nnhs; i++) {
		const char *problem = nh_problem(s, &s->nhs[i]);

		if (problem != NULL)
			complain_static(c, vr, s, problem);
	}
}

static void
check_vr(struct check *c, const struct route_vr_spec *vr)
{
	for (size_t i = 0; i < vr->naddrs; i++) {
		const struct route_addr_spec *a = &vr->addrs[i];
		char text[IP_TEXT_MAX];

		if (prefix_valid(&a->prefix, false) && a->ifl.v != 0 &&
			a->ifl.v < IFL_MAX)
			continue;
		complain(c, vr, "", ip_prefix_text(&a->prefix, text),
			"Invalid interface address");
	}
	for (size_t i = 0; i < vr->nstatics; i++)
		check_static(c, vr, &vr->statics[i]);
	for (size_t i = 0; i < vr->naggregates; i++)
		if (!prefix_valid(&vr->aggregates[i].prefix, true))
			complain(c, vr, "aggregate", NULL,
				"Invalid destination prefix");
	for (size_t i = 0; i < vr->ncopies; i++)
		if (!vr_known(c, vr->copies[i].from))
			complain(c, vr, "rib-group", NULL,
				"Invalid routing instance");
	for (size_t i = 0; i < vr->nimports; i++)
		if (vr->imports[i] >= c->spec->npolicies)
			complain(c, vr, "instance-import", NULL,
				"Policy not defined");
}

/* Subroutines: known, and not themselves again further down. */
static bool
policy_valid(const struct check *c, uint32_t policy, unsigned int depth)
{
	const struct route_policy_spec *p;

	if (policy >= c->spec->npolicies || depth > ROUTE_POLICY_DEPTH)
		return false;
	p = &c->spec->policies[policy];
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->terms[i].npolicies; k++)
			if (!policy_valid(
				    c, p->terms[i].policies[k], depth + 1))
				return false;
	return true;
}

static void
check_policies(struct check *c)
{
	for (uint32_t i = 0; i < c->spec->npolicies; i++) {
		const char *name = c->spec->policies[i].name;

		if (policy_valid(c, i, 0))
			continue;
		report_add(c->report, REPORT_ERROR, 0, "policy-options", name,
			"Policy %s refers to itself or to a policy that "
			"is not defined",
			name);
		c->bad = true;
	}
}

/* A chain of next-table routes while it is followed. */
struct chain {
	uint16_t vrs[ROUTE_CHAIN_MAX + 1]; /* places, in order */
	unsigned int n;
	bool loops, too_long;
};

/*
 * Follow all next-table routes inside `prefix` from the last table of the
 * chain. A loop that does not come back to the first table is left alone: it
 * is reported where it is one.
 */
static void
follow(const struct check *c, struct chain *chain,
	const struct static_route_spec *s, const struct ip_prefix *prefix)
{
	uint16_t next = (uint16_t)(c->vr_place[s->table_vr.v] - 1);
	const struct route_vr_spec *vr = &c->spec->vrs[next];

	for (unsigned int i = 0; i < chain->n; i++)
		if (chain->vrs[i] == next) {
			chain->loops = chain->loops || i == 0;
			return;
		}
	if (chain->n >= ROUTE_CHAIN_MAX) {
		chain->too_long = true;
		return;
	}
	chain->vrs[chain->n++] = next;
	for (size_t i = 0; i < vr->nstatics && !chain->loops; i++) {
		const struct static_route_spec *n = &vr->statics[i];

		if (n->type != ROUTE_TABLE)
			continue;
		if (ip_prefix_contains(prefix, &n->prefix))
			follow(c, chain, n, &n->prefix);
		else if (ip_prefix_contains(&n->prefix, prefix))
			follow(c, chain, n, prefix);
	}
	chain->n--;
}

static void
check_chains(struct check *c)
{
	for (size_t v = 0; v < c->spec->nvrs; v++) {
		const struct route_vr_spec *vr = &c->spec->vrs[v];

		for (size_t i = 0; i < vr->nstatics; i++) {
			const struct static_route_spec *s = &vr->statics[i];
			struct chain chain = {{(uint16_t)v}, 1, false, false};

			if (s->type != ROUTE_TABLE)
				continue;
			follow(c, &chain, s, &s->prefix);
			if (chain.loops)
				complain_static(
					c, vr, s, "next-table may loop");
			else if (chain.too_long)
				complain_static(c, vr, s,
					"next-table leads through more than "
					"8 tables");
		}
	}
}

int
route_check(const struct route_spec *spec, struct report *report)
{
	struct check c = {.spec = spec, .report = report};

	c.vr_place = calloc(VR_MAX, sizeof(*c.vr_place));
	c.ifl_seen = calloc(IFL_MAX, sizeof(*c.ifl_seen));
	if (c.vr_place == NULL || c.ifl_seen == NULL) {
		free(c.vr_place);
		free(c.ifl_seen);
		return -ENOMEM;
	}
	check_ids(&c);
	for (size_t i = 0; i < spec->nvrs; i++)
		check_vr(&c, &spec->vrs[i]);
	check_policies(&c);
	if (!c.bad)
		check_chains(&c);
	free(c.vr_place);
	free(c.ifl_seen);
	return c.bad ? -EINVAL : 0;
}
