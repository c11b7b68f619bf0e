/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show security flow drops [OP-26] [FL-50]: how many, why, and where they came
 * in. The totals are those of the box; with a place or `detail` each interface.
 */
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "flow/flow_read.h"
#include "ops/ops_impl.h"

struct place {
	const struct ifl_spec *ifl; /* NULL: all */
	const struct vr_spec *vr;
	struct zone_id zone;
	bool has_zone;
	const char *reason; /* NULL: all */
};

bool
ops_arg_reason(struct ops_request *rq, const char *name)
{
	for (unsigned int r = REASON_NONE + 1; name != NULL; r++) {
		if (r == REASON_COUNT) {
			ops_error(rq, "there is no drop reason %s", name);
			return false;
		}
		if (strcmp(reason_name(r), name) == 0)
			break;
	}
	return true;
}

static bool
inside(const struct place *p, const struct ifl_spec *ifl)
{
	return (p->ifl == NULL || p->ifl == ifl) &&
	       (p->vr == NULL || p->vr->id.v == ifl->vr.v) &&
	       (!p->has_zone || p->zone.v == ifl->zone.v);
}

static void
add_reasons(struct tnode *n, const struct place *p, const uint64_t *reason,
	bool all, uint64_t *total)
{
	for (unsigned int r = REASON_NONE + 1; r < REASON_COUNT; r++) {
		struct tnode *d;

		if ((reason[r] == 0 && !all) ||
			(p->reason != NULL &&
				strcmp(reason_name(r), p->reason) != 0))
			continue;
		*total += reason[r];
		d = tree_open(n, "flow-drop");
		tree_leaf(d, "drop-reason", "%s", reason_name(r));
		tree_leaf(
			d, "drop-count", "%llu", (unsigned long long)reason[r]);
		tree_leaf(d, "drop-description", "%s", reason_sentence(r));
	}
}

static bool
any_drop(const struct place *p, const uint64_t *reason)
{
	for (unsigned int r = REASON_NONE + 1; r < REASON_COUNT; r++)
		if (reason[r] != 0 &&
			(p->reason == NULL ||
				strcmp(reason_name(r), p->reason) == 0))
			return true;
	return false;
}

static void
add_interfaces(struct ops_request *rq, struct tnode *root,
	const struct image *image, const struct place *p, uint64_t *total)
{
	const struct image_spec *spec = image_spec_of(image);
	struct ifl_stats *s = calloc(1, sizeof(*s));
	bool all = ops_arg(rq, "all") != NULL;

	for (size_t i = 0; s != NULL && i < spec->nifls; i++) {
		const struct ifl_spec *ifl = &spec->ifls[i];
		const struct vr_spec *vr = image_vr(image, ifl->vr);
		struct tnode *n;

		if (!inside(p, ifl))
			continue;
		ifl_stats_get(rq->env->workers, ifl->id, s);
		if (!all && !any_drop(p, s->reason))
			continue;
		n = tree_open(root, "flow-drop-interface");
		tree_leaf(n, "interface-name", "%s", ifl->name);
		tree_leaf(n, "zone-name", "%s",
			image_zone_name(image, ifl->zone));
		tree_leaf(n, "instance-name", "%s", vr ? vr->name : "master");
		add_reasons(n, p, s->reason, all, total);
	}
	free(s);
}

/* Sums over the interfaces of one zone, or of one instance [FL-50]. */
static void
add_group(struct ops_request *rq, struct tnode *root, const struct image *image,
	const struct place *p, const char *element, const char *name,
	uint64_t *total)
{
	const struct image_spec *spec = image_spec_of(image);
	struct ifl_stats *s = calloc(2, sizeof(*s)), *sum = s + 1;
	bool all = ops_arg(rq, "all") != NULL;
	struct tnode *n;

	for (size_t i = 0; s != NULL && i < spec->nifls; i++) {
		if (!inside(p, &spec->ifls[i]))
			continue;
		ifl_stats_get(rq->env->workers, spec->ifls[i].id, s);
		for (unsigned int r = 0; r < REASON_COUNT; r++)
			sum->reason[r] += s->reason[r];
	}
	if (s != NULL && (all || any_drop(p, sum->reason))) {
		n = tree_open(root, "flow-drop-group");
		tree_leaf(n, element, "%s", name);
		add_reasons(n, p, sum->reason, all, total);
	}
	free(s);
}

static void
add_groups(struct ops_request *rq, struct tnode *root,
	const struct image *image, struct place p, uint64_t *total)
{
	const struct image_spec *spec = image_spec_of(image);
	bool by_zone = ops_arg(rq, "by-zone") != NULL;

	for (size_t i = 0; by_zone && i < spec->nzones; i++) {
		p.zone = spec->zones[i].id;
		p.has_zone = true;
		add_group(rq, root, image, &p, "zone-name", spec->zones[i].name,
			total);
	}
	if (by_zone) {
		p.zone = ZONE_NULL;
		p.has_zone = true;
		add_group(rq, root, image, &p, "zone-name", "null", total);
	}
	for (size_t i = 0; !by_zone && i < spec->nvrs; i++) {
		p.vr = &spec->vrs[i];
		add_group(rq, root, image, &p, "instance-name",
			spec->vrs[i].name, total);
	}
}

static void
add_totals(struct ops_request *rq, struct tnode *root, const struct place *p,
	uint64_t *total)
{
	struct flow_stats *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return;
	ops_flow_stats(rq->env, s);
	add_reasons(root, p, s->reason, ops_arg(rq, "all") != NULL, total);
	free(s);
}

void
show_flow_drops(struct ops_request *rq)
{
	struct place p = {.reason = ops_arg(rq, "reason")};
	bool places = ops_arg(rq, "detail") != NULL;
	bool groups = ops_arg(rq, "by-zone") || ops_arg(rq, "by-instance");
	const struct image *image = NULL;
	struct tnode *root;
	uint64_t total = 0;

	places |= ops_arg(rq, "interface") || ops_arg(rq, "zone") ||
		  ops_arg(rq, "instance") || groups;
	if (!ops_arg_reason(rq, p.reason))
		return;
	if (places &&
		((image = ops_image(rq)) == NULL ||
			!ops_arg_ifl(rq, image, "interface", &p.ifl) ||
			!ops_arg_vr(rq, image, "instance", &p.vr) ||
			!ops_arg_zone(rq, image, "zone", &p.zone, &p.has_zone)))
		return;
	root = ops_root(rq, "flow-drop-information", places ? "detail" : NULL);
	if (root == NULL)
		return;
	if (groups)
		add_groups(rq, root, image, p, &total);
	else if (places)
		add_interfaces(rq, root, image, &p, &total);
	else
		add_totals(rq, root, &p, &total);
	tree_leaf(root, "drop-total", "%llu", (unsigned long long)total);
}
