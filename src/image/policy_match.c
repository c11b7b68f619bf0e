/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which policy decides about a first packet [FL-11]: the policies of the exact
 * pair of zones in their order, then the global ones, then the default policy.
 * And how long its session may be idle [FL-12]: what the matched application
 * says, else the predefined application of the port, else the protocol.
 */
#include <arpa/inet.h>
#include <string.h>

#include "image/image.h"
#include "image/image_impl.h"

static bool
ranges_match(const struct range_list *l, const struct ip_addr *a)
{
	if (a->family == IP_V4) {
		uint32_t v = ntohl(a->v4_be);

		if (l->any4)
			return true;
		for (uint32_t i = 0; i < l->n4; i++)
			if (v >= l->r4[i].lo && v <= l->r4[i].hi)
				return true;
		for (uint32_t i = 0; i < l->nwild; i++)
			if (((v ^ l->wild[i].addr) & l->wild[i].mask) == 0)
				return true;
		return false;
	}
	if (l->any6)
		return true;
	for (uint32_t i = 0; i < l->n6; i++)
		if (memcmp(a->b, l->r6[i].lo, 16) >= 0 &&
			memcmp(a->b, l->r6[i].hi, 16) <= 0)
			return true;
	return false;
}

static bool
term_match(const struct app_term_spec *t, const struct policy_query *q)
{
	if (t->protocol != q->protocol)
		return false;
	if (q->protocol == IPP_ICMP || q->protocol == IPP_ICMP6)
		return (t->icmp_type < 0 || t->icmp_type == q->icmp_type) &&
		       (t->icmp_code < 0 || t->icmp_code == q->icmp_code);
	return q->sport >= t->sport_lo && q->sport <= t->sport_hi &&
	       q->dport >= t->dport_lo && q->dport <= t->dport_hi;
}

static const struct app_match *
app_find(const struct policy *p, const struct policy_query *q)
{
	for (uint32_t i = 0; i < p->napps; i++)
		if (p->apps[i].any || term_match(&p->apps[i].term, q))
			return &p->apps[i];
	return NULL;
}

static bool
zone_listed(const struct zone_id *list, size_t n, struct zone_id zone)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].v == zone.v)
			return true;
	return n == 0;
}

static const struct app_match *
policy_try(const struct policy *p, const struct policy_query *q)
{
	if (ranges_match(&p->src, &q->src) == p->src.excluded ||
		ranges_match(&p->dst, &q->dst) == p->dst.excluded)
		return NULL;
	return app_find(p, q);
}

static const struct context *
context_find(const struct image *image, struct zone_id from, struct zone_id to)
{
	uint32_t key = (uint32_t)from.v << 16 | to.v;
	uint32_t i = image->context_hash[(key * 0x9e3779b1u >> 8) &
					 image->context_mask];

	while (i != UINT32_MAX && image->contexts[i].key != key)
		i = image->contexts[i].next;
	return i == UINT32_MAX ? NULL : &image->contexts[i];
}

static const struct app_match *
entry_try(const struct image *image, const struct tree_entry *e,
	const struct policy_query *q, bool zones)
{
	const struct policy *p = &image->policies[e->place];

	if (zones && (!zone_listed(p->spec->from, p->spec->nfrom, q->from) ||
			     !zone_listed(p->spec->to, p->spec->nto, q->to)))
		return NULL;
	return policy_try(p, q);
}

static void
result_set(const struct image *image, const struct policy_query *q,
	uint32_t place, const struct app_match *app, struct policy_result *ret)
{
	const struct policy_hot *hot = &image->hot[place];
	uint32_t timeout = hot->timeout;

	ret->action = (enum policy_action)hot->action;
	ret->index = hot->index;
	ret->place = place;
	ret->flags = hot->flags;
	ret->app = hot->app;
	if (app != NULL) {
		ret->app = app->app;
		timeout = app->any ? 0 : app->term.timeout;
	}
	ret->timeout = timeout != 0 ? timeout
				    : image_default_timeout(
					      image, q->protocol, q->dport);
}

/* The first of the tree's candidates that matches. */
static bool
try_list(const struct image *image, const struct policy_tree *tree,
	const struct tree_key *key, const struct policy_query *q, bool zones,
	struct policy_result *ret)
{
	uint32_t found = policy_tree_find(tree, key);
	const struct tree_entry *e = policy_tree_list(tree, found);
	tree_probe probe = tree_probe_of(key);

	if (e == NULL) {
		if (found == TREE_NOBODY)
			return false;
		result_set(image, q, TREE_NUMBER(found), NULL, ret);
		return true;
	}
	for (; e != NULL; e = tree_entry_next(e)) {
		const struct app_match *app = NULL;

		if (!tree_entry_holds(e, probe))
			continue;
		if (unlikely(!(e->flags & (ENTRY_SURE | ENTRY_EXACT)))) {
			app = entry_try(image, e, q, zones);
			if (app == NULL)
				continue;
		} else if (!image->hot[e->place].one_app) {
			app = &image->policies[e->place].apps[e->term];
		}
		result_set(image, q, e->place, app, ret);
		return true;
	}
	return false;
}

/*
 * Source and destination of two families (NAT64): trees are of one, so the
 * policies are gone through. Those of zones stand before the global ones.
 */
static bool
try_all(const struct image *image, const struct policy_query *q,
	struct policy_result *ret)
{
	for (uint32_t i = 0; i < image->spec->npolicies; i++) {
		if (image_policy_miss(image, i, q) != MISS_NOTHING)
			continue;
		result_set(image, q, i, app_find(&image->policies[i], q), ret);
		return true;
	}
	return false;
}

void
image_policy_match(const struct image *image, const struct policy_query *q,
	struct policy_result *ret)
{
	const struct context *c = context_find(image, q->from, q->to);
	struct tree_key key =
		policy_tree_key(&q->src, &q->dst, q->protocol, q->dport);
	unsigned int f = q->src.family != IP_V4;

	ret->flags = 0;
	if (unlikely(q->src.family != q->dst.family)) {
		if (try_all(image, q, ret))
			return;
	} else if (c != NULL &&
		   try_list(image, &c->tree[f], &key, q, false, ret))
		return;
	if (q->src.family == q->dst.family && image->nglobal > 0 &&
		try_list(image, &image->global_tree[f], &key, q, true, ret))
		return;
	ret->action = image->spec->flow.default_policy;
	ret->index = 2;
	ret->place = UINT32_MAX;
	ret->app = UINT32_MAX;
	ret->timeout = image_default_timeout(image, q->protocol, q->dport);
}

enum policy_miss
image_policy_miss(
	const struct image *image, uint32_t place, const struct policy_query *q)
{
	const struct policy *p = &image->policies[place];

	if (p->spec->inactive)
		return MISS_INACTIVE;
	if (!zone_listed(p->spec->from, p->spec->nfrom, q->from) ||
		!zone_listed(p->spec->to, p->spec->nto, q->to))
		return MISS_ZONE;
	if (ranges_match(&p->src, &q->src) == p->src.excluded)
		return MISS_SOURCE;
	if (ranges_match(&p->dst, &q->dst) == p->dst.excluded)
		return MISS_DESTINATION;
	return app_find(p, q) == NULL ? MISS_APPLICATION : MISS_NOTHING;
}

bool
image_has_context(
	const struct image *image, struct zone_id from, struct zone_id to)
{
	return context_find(image, from, to) != NULL;
}

const char *
image_service_name(const struct image *image, uint8_t protocol, uint16_t dport)
{
	const struct image_spec *s = image->spec;

	for (size_t i = 0; i < s->napps; i++) {
		const struct app_spec *a = &s->apps[i];

		if (a->n != 1 || a->any || a->terms[0].protocol != protocol ||
			a->terms[0].dport_lo > dport ||
			a->terms[0].dport_hi < dport ||
			a->terms[0].dport_hi - a->terms[0].dport_lo > 1000)
			continue;
		return a->name;
	}
	return NULL;
}

uint32_t
image_default_timeout(
	const struct image *image, uint8_t protocol, uint16_t dport)
{
	uint32_t n = (image->timeout_hint[dport & 255] &
			     (protocol == IPP_TCP ? 2u : 1u)) != 0
			     ? image->ntimeouts
			     : 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct timeout_port *t = &image->timeouts[i];

		if (t->protocol == protocol && dport >= t->port_lo &&
			dport <= t->port_hi)
			return t->timeout;
	}
	switch (protocol) {
	case IPP_UDP:
	case IPP_ICMP:
	case IPP_ICMP6:
	case IPP_OSPF:
		return 60;
	default: /* TCP and all others */
		return 1800;
	}
}
