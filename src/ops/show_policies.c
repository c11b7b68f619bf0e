/* SPDX-License-Identifier: Apache-2.0 */
/* show security policies, and hit-count [OP-31, OP-32]. */
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "flow/flow_read.h"
#include "ops/ops_impl.h"
#include "ops/policy_tree.h"
#include "render/render.h"

#define POLICIES_PER_PART 500u

struct policy_filter {
	bool has_from, has_to, global;
	struct zone_id from, to;
	const char *name;
};

static bool
filter_read(struct ops_request *rq, const struct image *image,
	struct policy_filter *f)
{
	memset(f, 0, sizeof(*f));
	f->global = ops_arg(rq, "global") != NULL;
	f->name = ops_arg(rq, "policy-name");
	return ops_arg_zone(rq, image, "from-zone", &f->from, &f->has_from) &&
	       ops_arg_zone(rq, image, "to-zone", &f->to, &f->has_to);
}

static bool
policy_wanted(const struct policy_filter *f, const struct policy_spec *p)
{
	if (f->name != NULL && strcmp(f->name, p->name) != 0)
		return false;
	if (p->global)
		return f->global || (!f->has_from && !f->has_to);
	return !f->global && (!f->has_from || f->from.v == p->from[0].v) &&
	       (!f->has_to || f->to.v == p->to[0].v);
}

static const char *
default_policy(const struct image_spec *spec)
{
	return spec->flow.default_policy == POLICY_PERMIT ? "permit-all"
							  : "deny-all";
}

/* Where policies of this context go; it may have begun in an earlier part. */
static struct tnode *
open_context(struct tnode *root, const struct image *image,
	const struct policy_spec *p, bool continued)
{
	struct tnode *c = tree_open(root, "security-context");
	struct tnode *policies;

	if (!continued) {
		policy_tree_context(c, image, p);
		return tree_open(c, "policies");
	}
	tree_attr(c, RENDER_CONTINUED, "1");
	policies = tree_open(c, "policies");
	tree_attr(policies, RENDER_CONTINUED, "1");
	/* The text of a part needs to know its context. */
	if (p->global) {
		tree_attr(policies, "junos:global", "1");
	} else {
		tree_attr(policies, "junos:from", "%s",
			image_zone_name(image, p->from[0]));
		tree_attr(policies, "junos:to", "%s",
			image_zone_name(image, p->to[0]));
	}
	return policies;
}

static void
add_policies(struct ops_request *rq, struct tnode *root,
	const struct image *image, const struct policy_filter *f, bool detail)
{
	const struct image_spec *spec = image_spec_of(image);
	const struct policy_spec *last = NULL;
	struct tnode *policies = NULL;
	uint32_t i = (uint32_t)rq->cursor, n = 0;

	rq->cursor = 0;
	if (i > 0 && rq->state[0] > 0 && rq->state[0] <= spec->npolicies)
		last = &spec->policies[rq->state[0] - 1];
	for (; i < spec->npolicies; i++) {
		const struct policy_spec *p = &spec->policies[i];
		bool same = last != NULL && policy_same_context(last, p);

		if (!policy_wanted(f, p))
			continue;
		if (n++ == POLICIES_PER_PART) {
			rq->cursor = i;
			return;
		}
		if (!same || policies == NULL)
			policies = open_context(root, image, p, same);
		last = p;
		rq->state[0] = i + 1;
		policy_tree_add(rq, policies, image, p,
			policy_sequence(image, i), detail);
	}
}

void
show_policies(struct ops_request *rq)
{
	bool detail = ops_arg(rq, "detail") != NULL;
	const struct image *image = ops_image(rq);
	struct policy_filter f;
	struct tnode *root;

	if (image == NULL || !filter_read(rq, image, &f))
		return;
	root = ops_root(rq, "security-policies", detail ? "detail" : "brief");
	if (root == NULL)
		return;
	if (rq->cursor == 0) {
		tree_leaf(root, "default-policy", "%s",
			default_policy(image_spec_of(image)));
		tree_leaf(root, "pre-id-default-policy", "permit-all");
	}
	add_policies(rq, root, image, &f, detail);
}

/* ---- hit-count ---- */

struct hit_row {
	const struct policy_spec *policy;
	uint64_t hits;
};

static int
by_hits(const void *va, const void *vb)
{
	const struct hit_row *a = va, *b = vb;

	return (a->hits > b->hits) - (a->hits < b->hits);
}

static int
by_hits_down(const void *va, const void *vb)
{
	return by_hits(vb, va);
}

static size_t
hit_rows(struct ops_request *rq, const struct image_spec *spec,
	const struct policy_filter *f, struct hit_row *rows)
{
	uint32_t less = UINT32_MAX, more = 0;
	bool has_more = ops_arg(rq, "greater-than") != NULL;
	bool has_less = ops_arg(rq, "less-than") != NULL;
	size_t n = 0;

	if (!ops_arg_u32(rq, "less-than", &less) ||
		!ops_arg_u32(rq, "greater-than", &more))
		return 0;
	for (size_t i = 0; i < spec->npolicies; i++) {
		struct policy_stats s = {0};

		if (!policy_wanted(f, &spec->policies[i]))
			continue;
		policy_stats_get(rq->env->workers, spec->policies[i].index, &s);
		if ((has_less && s.hits >= less) ||
			(has_more && s.hits <= more))
			continue;
		rows[n].policy = &spec->policies[i];
		rows[n++].hits = s.hits;
	}
	if (n > 1 && ops_arg(rq, "ascending"))
		qsort(rows, n, sizeof(*rows), by_hits);
	else if (n > 1 && ops_arg(rq, "descending"))
		qsort(rows, n, sizeof(*rows), by_hits_down);
	return n;
}

static void
add_hit_row(struct tnode *root, const struct image *image,
	const struct hit_row *row, size_t index)
{
	const struct policy_spec *p = row->policy;
	struct tnode *e = tree_open(root, "policy-hit-count-entry");
	const char *from = "junos-global", *to = "junos-global";
	const char *action = p->action == POLICY_PERMIT   ? "Permit"
			     : p->action == POLICY_REJECT ? "Reject"
							  : "Deny";

	if (!p->global) {
		from = image_zone_name(image, p->from[0]);
		to = image_zone_name(image, p->to[0]);
	}
	tree_leaf(e, "policy-hit-count-index", "%zu", index);
	tree_leaf(e, "policy-hit-count-from-zone", "%s", from);
	tree_leaf(e, "policy-hit-count-to-zone", "%s", to);
	tree_leaf(e, "policy-hit-count-policy-name", "%s", p->name);
	tree_leaf(e, "policy-hit-count-count", "%llu",
		(unsigned long long)row->hits);
	tree_leaf(e, "policy-hit-count-action", "%s", action);
}

void
show_hit_count(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	const struct image_spec *spec;
	struct policy_filter f;
	struct hit_row *rows;
	struct tnode *root;
	size_t n;

	if (image == NULL || !filter_read(rq, image, &f))
		return;
	spec = image_spec_of(image);
	rows = calloc(spec->npolicies + 1, sizeof(*rows));
	if (rows == NULL) {
		ops_error(rq, "out of memory");
		return;
	}
	n = hit_rows(rq, spec, &f, rows);
	root = rq->failed ? NULL : ops_root(rq, "policy-hit-count", NULL);
	if (root != NULL) {
		tree_leaf(root, "logical-system-name", "root-logical-system");
		for (size_t i = 0; i < n; i++)
			add_hit_row(root, image, &rows[i], i + 1);
	}
	free(rows);
}
