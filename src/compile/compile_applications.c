/* SPDX-License-Identifier: Apache-2.0 */
/*
 * applications: `any`, the predefined ones, and those of the configuration
 * [CF-35].
 *
 * All predefined applications are in the image, for the timeouts and names of
 * sessions; of the user's own only those that policies name. An application of
 * the user with a predefined name takes its place.
 */
#include "compile/compile_applications.h"

#include <stdlib.h>
#include <string.h>

#include "compile/match_values.h"
#include "config/cvalue.h"
#include "compile/set_graph.h"
#include "image/apps_predefined.h"

#define NONE UINT32_MAX

struct apps {
	struct names index; /* application or set -> node of the graph */
	struct set_graph graph;
	uint32_t *made; /* per node: index in image->apps, or NONE */
};

void
apps_free(struct apps *apps)
{
	if (apps == NULL)
		return;
	names_done(&apps->index);
	set_graph_done(&apps->graph);
	free(apps->made);
	free(apps);
}

/* Terms -------------------------------------------------------------------- */

static bool
has_ports(uint8_t protocol)
{
	return protocol == IPP_TCP || protocol == IPP_UDP ||
	       protocol == IPP_SCTP;
}

static void
term_ports(struct compile *c, const struct cnode *n, const char *name,
	uint8_t protocol, uint16_t *lo, uint16_t *hi)
{
	const struct cnode *port = cnode_child(n, name);

	*lo = 0;
	*hi = UINT16_MAX;
	if (port == NULL)
		return;
	if (!has_ports(protocol))
		compile_error(c, port,
			"%s is valid for protocol tcp, udp or sctp only", name);
	else if (!cvalue_port_range(value_of(port), lo, hi))
		compile_error(c, port, "invalid port '%s'", value_of(port));
}

/* icmp-type, icmp6-type, ...: -1 when absent. */
static int16_t
term_icmp(struct compile *c, const struct cnode *n, const char *name,
	bool right_protocol, int value)
{
	const struct cnode *leaf = cnode_child(n, name);

	if (leaf == NULL)
		return -1;
	if (!right_protocol)
		compile_error(
			c, leaf, "%s is not valid for this protocol", name);
	else if (value < 0)
		compile_error(c, leaf, "invalid value '%s'", value_of(leaf));
	return (int16_t)value;
}

static void
term_icmp_all(struct compile *c, const struct cnode *n, struct app_term_spec *t)
{
	bool v4 = t->protocol == IPP_ICMP, v6 = t->protocol == IPP_ICMP6;
	enum ip_family family = v6 ? IP_V6 : IP_V4;
	const char *type = cnode_leaf(n, "icmp-type");
	const char *code = cnode_leaf(n, "icmp-code");
	const char *type6 = cnode_leaf(n, "icmp6-type");
	const char *code6 = cnode_leaf(n, "icmp6-code");

	t->icmp_type = term_icmp(c, n, "icmp-type", v4 || v6,
		type != NULL ? match_icmp_type(type, family) : -1);
	t->icmp_code = term_icmp(c, n, "icmp-code", v4 || v6,
		code != NULL ? match_icmp_code(code, family) : -1);
	if (type6 != NULL)
		t->icmp_type = term_icmp(
			c, n, "icmp6-type", v6, match_icmp_type(type6, IP_V6));
	if (code6 != NULL)
		t->icmp_code = term_icmp(
			c, n, "icmp6-code", v6, match_icmp_code(code6, IP_V6));
}

static uint32_t
term_timeout(const struct cnode *n)
{
	const char *text = cnode_leaf(n, "inactivity-timeout");

	if (text != NULL && strcmp(text, "never") == 0)
		return APP_TIMEOUT_NEVER;
	return number_of(text, 0);
}

static void
add_term(struct compile *c, const struct cnode *n, struct app_spec *app)
{
	const struct cnode *leaf = cnode_child(n, "protocol");
	int protocol = leaf != NULL ? ip_protocol_parse(value_of(leaf)) : -1;
	struct app_term_spec *t = VEC_ADD(c, app->terms, app->n);

	if (t == NULL)
		return;
	if (leaf != NULL && strcmp(value_of(leaf), "icmpv6") == 0)
		protocol = IPP_ICMP6;
	if (leaf == NULL)
		compile_error(c, n, "Missing mandatory statement: 'protocol'");
	else if (protocol < 0)
		compile_error(c, leaf, "invalid protocol '%s'", value_of(leaf));
	t->protocol = (uint8_t)protocol;
	term_ports(
		c, n, "source-port", t->protocol, &t->sport_lo, &t->sport_hi);
	term_ports(c, n, "destination-port", t->protocol, &t->dport_lo,
		&t->dport_hi);
	term_icmp_all(c, n, t);
	t->timeout = term_timeout(n);
}

static const char *
alg_of(const struct cnode *n, const char *name)
{
	const char *alg = cnode_leaf(n, name);

	return alg != NULL && strcmp(alg, "ignore") != 0 ? alg : NULL;
}

/* All terms share one timeout: the last that was written. */
static void
share_timeout(struct app_spec *app, uint32_t timeout)
{
	for (size_t i = 0; i < app->n; i++)
		if (app->terms[i].timeout != 0)
			timeout = app->terms[i].timeout;
	for (size_t i = 0; i < app->n; i++)
		app->terms[i].timeout = timeout;
}

static void
fill_custom(struct compile *c, const struct cnode *n, struct app_spec *app)
{
	const char *alg = alg_of(n, "application-protocol");

	NAME_COPY(c, n, app->name, cnode_key(n, 0));
	if (cnode_has(n, "term") && cnode_has(n, "protocol"))
		compile_error(
			c, n, "An application has either a protocol or terms");
	if (!cnode_has(n, "term"))
		add_term(c, n, app);
	cnode_foreach (t, n, "term") {
		add_term(c, t, app);
		if (alg_of(t, "alg") != NULL)
			alg = alg_of(t, "alg");
	}
	if (alg != NULL)
		NAME_COPY(c, n, app->alg, alg);
	share_timeout(app, term_timeout(n));
}

/* Predefined ones ------------------------------------------------------------
 */

static void
fill_predefined(
	struct compile *c, const struct app_predefined *p, struct app_spec *app)
{
	text_copy(app->name, sizeof(app->name), p->name);
	text_copy(app->alg, sizeof(app->alg), p->alg);
	for (size_t i = 0; i < p->n; i++) {
		const struct app_predefined_term *from = &p->terms[i];
		struct app_term_spec *t = VEC_ADD(c, app->terms, app->n);

		if (t == NULL)
			return;
		t->protocol = from->protocol;
		t->sport_hi = UINT16_MAX;
		t->dport_lo = from->dport_lo;
		t->dport_hi = from->dport_hi;
		t->icmp_type = from->icmp_type;
		t->icmp_code = from->icmp_code;
		t->timeout = p->timeout;
	}
}

static struct app_spec *
new_app(struct compile *c, uint32_t node)
{
	struct image_spec *image = c->image;
	struct app_spec *app = VEC_ADD(c, image->apps, image->napps);

	if (app != NULL && c->apps->made != NULL)
		c->apps->made[node] = (uint32_t)(image->napps - 1);
	return app;
}

static void
make_any(struct compile *c, uint32_t node)
{
	struct app_spec *app = new_app(c, node);
	struct app_term_spec *t;

	if (app == NULL)
		return;
	text_copy(app->name, sizeof(app->name), "any");
	app->any = true;
	t = VEC_ADD(c, app->terms, app->n);
	if (t == NULL)
		return;
	t->sport_hi = t->dport_hi = UINT16_MAX;
	t->icmp_type = t->icmp_code = -1;
}

static void
add_name(
	struct compile *c, const char *name, const struct cnode *n, bool is_set)
{
	uint32_t i = set_graph_add(c, &c->apps->graph, n, is_set);

	if (i != UINT32_MAX)
		index_put(c, &c->apps->index, name, i);
}

/* The user's applications and sets come first: their names win. */
static void
add_user_names(
	struct compile *c, const struct cnode *n, const char *list, bool is_set)
{
	struct apps *apps = c->apps;

	cnode_foreach (e, n, list) {
		const char *name = cnode_key(e, 0);

		if (strcmp(name, "any") == 0) {
			compile_error(
				c, e, "application name 'any' is reserved");
			continue;
		}
		if (names_find(&apps->index, name) != NULL) {
			compile_error(c, e,
				"application and application-set may not have "
				"the same name");
			continue;
		}
		add_name(c, name, e, is_set);
	}
}

static void
add_predefined_names(struct compile *c)
{
	struct apps *apps = c->apps;
	const struct app_set_predefined *s;
	const struct app_predefined *p;

	add_name(c, "any", NULL, false);
	for (size_t i = 0; (p = app_predefined_at(i)) != NULL; i++)
		if (names_find(&apps->index, p->name) == NULL)
			add_name(c, p->name, NULL, false);
	for (size_t i = 0; (s = app_set_predefined_at(i)) != NULL; i++)
		if (names_find(&apps->index, s->name) == NULL)
			add_name(c, s->name, NULL, true);
}

static void
link_predefined(struct compile *c)
{
	struct apps *apps = c->apps;
	const struct app_set_predefined *s;
	uint32_t set, member;

	for (size_t i = 0; (s = app_set_predefined_at(i)) != NULL; i++) {
		if (!names_get(&apps->index, s->name, &set) ||
			apps->graph.nodes[set].node != NULL)
			continue;
		for (size_t k = 0; s->members[k] != NULL; k++)
			if (names_get(&apps->index, s->members[k], &member))
				set_graph_link(c, &apps->graph, set, member);
	}
}

static void
link_user_members(struct compile *c, uint32_t set, const struct cnode *n,
	const char *list)
{
	cnode_foreach (m, n, list) {
		uint32_t member;

		if (names_get(&c->apps->index, cnode_key(m, 0), &member))
			set_graph_link(c, &c->apps->graph, set, member);
		else
			compile_error(c, m,
				"Application or application_set (%s) not "
				"found. Please check your configuration.",
				cnode_key(m, 0));
	}
}

static void
make_predefined(struct compile *c)
{
	struct apps *apps = c->apps;
	const struct app_predefined *p;
	struct app_spec *app;
	uint32_t node;

	if (names_get(&apps->index, "any", &node))
		make_any(c, node);
	for (size_t i = 0; (p = app_predefined_at(i)) != NULL; i++) {
		if (!names_get(&apps->index, p->name, &node))
			continue;
		app = new_app(c, node);
		if (app == NULL)
			return;
		if (apps->graph.nodes[node].node != NULL &&
			!apps->graph.nodes[node].is_set)
			fill_custom(c, apps->graph.nodes[node].node, app);
		else
			fill_predefined(c, p, app);
	}
}

/* Errors in applications that no policy uses are errors all the same. */
static void
check_unused(struct compile *c, const struct cnode *n)
{
	cnode_foreach (e, n, "application") {
		struct app_spec app = {.n = 0};
		uint32_t node;

		if (!names_get(&c->apps->index, cnode_key(e, 0), &node) ||
			c->apps->made[node] != NONE)
			continue;
		fill_custom(c, e, &app);
		free(app.terms);
	}
}

static bool
apps_create(struct compile *c, const struct cnode *n)
{
	struct apps *apps = calloc(1, sizeof(*apps));

	c->apps = apps;
	if (apps == NULL)
		return false;
	add_user_names(c, n, "application", false);
	add_user_names(c, n, "application-set", true);
	add_predefined_names(c);
	apps->made = malloc((apps->graph.n + 1) * sizeof(*apps->made));
	if (apps->made == NULL)
		return false;
	memset(apps->made, 0xff, (apps->graph.n + 1) * sizeof(*apps->made));
	return true;
}

void
compile_applications(struct compile *c)
{
	const struct cnode *n = cnode_child(c->root, "applications");
	uint32_t set;

	if (!apps_create(c, n) || c->nomem) {
		c->nomem = true;
		return;
	}
	link_predefined(c);
	cnode_foreach (s, n, "application-set") {
		if (!names_get(&c->apps->index, cnode_key(s, 0), &set) ||
			c->apps->graph.nodes[set].node != s)
			continue;
		link_user_members(c, set, s, "application");
		link_user_members(c, set, s, "application-set");
	}
	set_graph_check(c, &c->apps->graph);
	make_predefined(c);
	check_unused(c, n);
}

/* Use by policies
 * -------------------------------------------------------------- */

static void
add_leaf(struct compile *c, uint32_t node, uint32_t **list, size_t *n)
{
	uint32_t *made = &c->apps->made[node], *add;
	struct app_spec *app;

	if (*made == NONE) {
		app = new_app(c, node);
		if (app == NULL)
			return;
		/* Its errors were reported by check_unused(). */
		fill_custom(c, c->apps->graph.nodes[node].node, app);
	}
	add = VEC_ADD(c, *list, *n);
	if (add != NULL)
		*add = *made;
}

void
apps_begin(struct compile *c)
{
	if (c->apps != NULL)
		c->apps->graph.round++;
}

void
apps_resolve(struct compile *c, const struct cnode *node, const char *name,
	uint32_t **list, size_t *n)
{
	uint32_t i, *leaves = NULL;
	size_t nleaves = 0;

	if (c->apps == NULL || c->nomem)
		return;
	if (!names_get(&c->apps->index, name, &i)) {
		compile_error(c, node,
			"Application or application_set (%s) not found. Please "
			"check your configuration.",
			name);
		return;
	}
	set_graph_flatten(c, &c->apps->graph, i, &leaves, &nleaves);
	for (size_t k = 0; k < nleaves; k++)
		add_leaf(c, leaves[k], list, n);
	free(leaves);
}
