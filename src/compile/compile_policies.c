/* SPDX-License-Identifier: Apache-2.0 */
/*
 * security policies [CF-37]: the zone contexts in the order of the
 * configuration, then the global ones. First match wins, so this order is that
 * of the look-up.
 */
#include "compile/compile_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "compile/compile_address_book.h"
#include "compile/compile_applications.h"

/* Where a policy stands: in the zones of its context, or global. */
struct context {
	bool global;
	bool count_all; /* policy-stats system-wide enable */
	struct zone_id from, to;
};

static bool
find_zone(struct compile *c, const char *name, struct zone_id *ret)
{
	uint32_t i;

	if (strcmp(name, "junos-host") == 0) {
		*ret = ZONE_JUNOS_HOST;
		return true;
	}
	if (!names_get(&c->zones, name, &i))
		return false;
	*ret = c->image->zones[i].id;
	return true;
}

static void
add_zone(struct compile *c, const struct cnode *n, const char *name,
	struct zone_id **list, size_t *len)
{
	struct zone_id id, *add;

	if (!find_zone(c, name, &id)) {
		compile_error(c, n, "Security zone %s is not defined", name);
		return;
	}
	add = VEC_ADD(c, *list, *len);
	if (add != NULL)
		*add = id;
}

/* Global policies: from-zone and to-zone of match; `any` is no zone list. */
static void
add_global_zones(struct compile *c, const struct cnode *match, const char *name,
	struct zone_id **list, size_t *len)
{
	cnode_foreach (n, match, name)
		if (strcmp(value_of(n), "any") == 0)
			return;
	cnode_foreach (n, match, name)
		add_zone(c, n, value_of(n), list, len);
}

static void
add_addresses(struct compile *c, const struct cnode *match, const char *name,
	struct zone_id zone, uint32_t **list, size_t *len)
{
	cnode_foreach (n, match, name) {
		uint32_t i, *add;

		if (!books_resolve(c, n, zone, value_of(n), &i))
			continue;
		add = VEC_ADD(c, *list, *len);
		if (add != NULL)
			*add = i;
	}
}

static void
check_match(struct compile *c, const struct cnode *policy,
	const struct cnode *match)
{
	static const char *const needed[] = {
		"source-address", "destination-address", "application"};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!cnode_has(match, needed[i]))
			compile_error(c, policy,
				"Missing mandatory statement: '%s'", needed[i]);
}

static void
compile_match(struct compile *c, const struct cnode *n,
	const struct context *context, struct policy_spec *p)
{
	const struct cnode *match = cnode_child(n, "match");

	check_match(c, n, match);
	add_addresses(
		c, match, "source-address", context->from, &p->src, &p->nsrc);
	add_addresses(c, match, "destination-address", context->to, &p->dst,
		&p->ndst);
	p->src_excluded = cnode_has(match, "source-address-excluded");
	p->dst_excluded = cnode_has(match, "destination-address-excluded");
	apps_begin(c);
	cnode_foreach (app, match, "application")
		apps_resolve(c, app, value_of(app), &p->apps, &p->napps);
}

/* window-scale asks for what is always done: both SYNs' scale is honoured. */
static void
compile_tcp_options(const struct cnode *n, struct policy_spec *p)
{
	p->tcp_syn_check = cnode_has(n, "syn-check-required");
	p->tcp_sequence_check = cnode_has(n, "sequence-check-required");
	p->tcp_window_scale = cnode_has(n, "window-scale");
	p->tcp_initial_mss = (uint16_t)cnode_u64(n, "initial-tcp-mss", 0);
	p->tcp_reverse_mss = (uint16_t)cnode_u64(n, "reverse-tcp-mss", 0);
}

static void
compile_then(struct compile *c, const struct cnode *n, struct policy_spec *p)
{
	const struct cnode *then = cnode_child(n, "then");
	const struct cnode *log = cnode_child(then, "log");
	bool permit = cnode_has(then, "permit");
	bool deny = cnode_has(then, "deny");
	bool reject = cnode_has(then, "reject");

	if (permit + deny + reject != 1)
		compile_error(c, n,
			"policy must have exactly one action of permit, deny "
			"and reject");
	p->action = permit   ? POLICY_PERMIT
		    : reject ? POLICY_REJECT
			     : POLICY_DENY;
	compile_tcp_options(
		cnode_child(cnode_child(then, "permit"), "tcp-options"), p);
	p->log_init = cnode_has(log, "session-init");
	p->log_close = cnode_has(log, "session-close");
	p->count = cnode_has(then, "count");
}

static void
compile_scheduler_name(
	struct compile *c, const struct cnode *n, struct policy_spec *p)
{
	const struct cnode *leaf = cnode_child(n, "scheduler-name");
	uint32_t i;

	if (leaf == NULL)
		return;
	if (!names_get(&c->schedulers, value_of(leaf), &i))
		compile_error(
			c, leaf, "Scheduler %s is not defined", value_of(leaf));
	else
		p->scheduler = (uint16_t)(i + 1);
}

static void
add_policy(
	struct compile *c, const struct cnode *n, const struct context *context)
{
	struct image_spec *image = c->image;
	struct policy_spec *p = VEC_ADD(c, image->policies, image->npolicies);

	if (p == NULL)
		return;
	NAME_COPY(c, n, p->name, cnode_key(n, 0));
	text_copy(p->description, sizeof(p->description),
		value_of(cnode_child(n, "description")));
	p->global = context->global;
	if (context->global) {
		const struct cnode *match = cnode_child(n, "match");

		add_global_zones(c, match, "from-zone", &p->from, &p->nfrom);
		add_global_zones(c, match, "to-zone", &p->to, &p->nto);
	} else {
		struct zone_id *from = VEC_ADD(c, p->from, p->nfrom);
		struct zone_id *to = VEC_ADD(c, p->to, p->nto);

		if (from == NULL || to == NULL)
			return;
		*from = context->from;
		*to = context->to;
	}
	compile_match(c, n, context, p);
	compile_then(c, n, p);
	p->count |= context->count_all;
	compile_scheduler_name(c, n, p);
}

static void
add_context(struct compile *c, const struct cnode *n, bool count_all)
{
	struct context context = {.count_all = count_all};

	if (!find_zone(c, cnode_key(n, 0), &context.from))
		compile_error(c, n, "Security zone %s is not defined",
			cnode_key(n, 0));
	if (!find_zone(c, cnode_key(n, 1), &context.to))
		compile_error(c, n, "Security zone %s is not defined",
			cnode_key(n, 1));
	if (context.from.v == ZONE_JUNOS_HOST.v &&
		context.to.v == ZONE_JUNOS_HOST.v)
		compile_error(c, n,
			"from-zone and to-zone may not both be junos-host");
	cnode_foreach (p, n, "policy")
		add_policy(c, p, &context);
}

/* Numbers: by context and name, so that they survive every other change. ----
 */

static const char *
zone_text(const struct compile *c, struct zone_id id)
{
	if (id.v == ZONE_JUNOS_HOST.v)
		return "junos-host";
	for (size_t i = 0; i < c->image->nzones; i++)
		if (c->image->zones[i].id.v == id.v)
			return c->image->zones[i].name;
	return "?";
}

static char *
policy_key(const struct compile *c, const struct policy_spec *p)
{
	struct sbuf b = SBUF_INIT;

	/* No name contains a blank. */
	if (p->global)
		sbuf_printf(&b, "global %s", p->name);
	else if (p->nfrom == 1 && p->nto == 1)
		sbuf_printf(&b, "%s %s %s", zone_text(c, p->from[0]),
			zone_text(c, p->to[0]), p->name);
	return sbuf_take(&b);
}

static void
number_policies(struct compile *c, const struct cnode *at)
{
	struct image_spec *image = c->image;
	size_t n = image->npolicies;
	char **keys = calloc(n + 1, sizeof(*keys));
	uint32_t *ids = calloc(n + 1, sizeof(*ids));

	for (size_t i = 0; keys != NULL && i < n; i++) {
		keys[i] = policy_key(c, &image->policies[i]);
		c->nomem |= keys[i] == NULL;
	}
	c->nomem |= keys == NULL || ids == NULL;
	if (!c->nomem)
		number_names(c, IDS_POLICY, (const char *const *)keys, n, ids,
			at, "policies");
	for (size_t i = 0; !c->nomem && i < n; i++)
		image->policies[i].index = ids[i];
	for (size_t i = 0; keys != NULL && i < n; i++)
		free(keys[i]);
	free(keys);
	free(ids);
}

static bool
policy_stats_enabled(const struct cnode *policies)
{
	const char *word = cnode_leaf(
		cnode_child(policies, "policy-stats"), "system-wide");

	return word != NULL && strcmp(word, "enable") == 0;
}

void
compile_policies(struct compile *c)
{
	const struct cnode *policies =
		cnode_find(c->root, "security", "policies", NULL);
	bool count_all = policy_stats_enabled(policies);
	struct context global = {.global = true, .count_all = count_all};

	cnode_foreach (n, policies, "policy")
		add_context(c, n, count_all);
	cnode_foreach (n, cnode_child(policies, "global"), "policy")
		add_policy(c, n, &global);
	/* Wrong zones would give wrong keys. */
	if (report_ok(c->report))
		number_policies(c, policies);
}
