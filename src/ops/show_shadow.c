/* SPDX-License-Identifier: Apache-2.0 */
/* show security shadow-policies [OP-34]. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "image/policy_shadow.h"
#include "ops/ops_impl.h"
#include "ops/policy_tree.h"

struct wanted {
	const char *policy; /* NULL: all */
	bool reverse;       /* those that shadow it, not those it shadows */
};

static uint32_t
context_places(const struct image_spec *spec, struct zone_id from,
	struct zone_id to, bool global, uint32_t *places)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < spec->npolicies; i++) {
		const struct policy_spec *p = &spec->policies[i];

		if (global ? p->global
			   : !p->global && p->from[0].v == from.v &&
					p->to[0].v == to.v)
			places[n++] = i;
	}
	return n;
}

static void
add_pairs(struct tnode *root, const struct image_spec *spec,
	const struct shadow_pair *pairs, size_t n, const struct wanted *w)
{
	for (size_t i = 0; i < n; i++) {
		const char *by = spec->policies[pairs[i].by].name;
		const char *name = spec->policies[pairs[i].shadowed].name;
		struct tnode *e;

		if (w->policy != NULL &&
			strcmp(w->policy, w->reverse ? name : by) != 0)
			continue;
		e = tree_open(root, "shadow-policy-entry");
		tree_leaf(e, "policy-name", "%s", by);
		tree_leaf(e, "shadowed-policy-name", "%s", name);
	}
}

void
show_shadow_policies(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	struct wanted w = {.policy = ops_arg(rq, "policy-name"),
		.reverse = ops_arg(rq, "reverse") != NULL};
	bool has_from, has_to, global = ops_arg(rq, "global") != NULL;
	struct shadow_pair *pairs = NULL;
	struct zone_id from, to;
	uint32_t *places, n;
	size_t npairs = 0;
	struct tnode *root;

	if (image == NULL ||
		!ops_arg_zone(rq, image, "from-zone", &from, &has_from) ||
		!ops_arg_zone(rq, image, "to-zone", &to, &has_to))
		return;
	if (!global && (!has_from || !has_to)) {
		ops_error(rq, "missing argument: %s",
			has_from ? "to-zone" : "from-zone");
		return;
	}
	places = calloc(image_spec_of(image)->npolicies + 1, sizeof(*places));
	n = places == NULL ? 0
			   : context_places(image_spec_of(image), from, to,
				     global, places);
	if (places == NULL ||
		policy_shadows(image, places, n, &pairs, &npairs) != 0) {
		ops_error(rq, "out of memory");
		free(places);
		return;
	}
	root = ops_root(rq, "shadow-policies-information", NULL);
	if (root != NULL)
		add_pairs(root, image_spec_of(image), pairs, npairs, &w);
	free(pairs);
	free(places);
}
