/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walks are recursive: check stops at a cycle and at SET_DEPTH_MAX, so the
 * depth is bounded even for hostile input.
 */
#include "compile/set_graph.h"

#include <stdlib.h>

enum { UNSEEN, ON_PATH, GOOD, BAD };

uint32_t
set_graph_add(struct compile *c, struct set_graph *g, const struct cnode *node,
	bool is_set)
{
	struct set_node *s = VEC_ADD(c, g->nodes, g->n);

	if (s == NULL)
		return UINT32_MAX;
	s->node = node;
	s->is_set = is_set;
	return (uint32_t)(g->n - 1);
}

void
set_graph_link(
	struct compile *c, struct set_graph *g, uint32_t set, uint32_t member)
{
	struct set_node *s;
	uint32_t *m;

	if (set >= g->n || member >= g->n)
		return;
	s = &g->nodes[set];
	m = VEC_ADD(c, s->members, s->nmembers);
	if (m != NULL)
		*m = member;
}

/* False if the set is on a cycle or too deep; said once, where it begins. */
static bool
check_node(struct compile *c, struct set_graph *g, uint32_t i, uint32_t level)
{
	struct set_node *s = &g->nodes[i];

	if (s->state == ON_PATH) {
		compile_error(c, s->node, "set contains itself");
		return false;
	}
	if (s->state != UNSEEN)
		return s->state == GOOD;
	s->state = ON_PATH;
	s->depth = s->is_set;
	for (size_t k = 0; k < s->nmembers; k++) {
		const struct set_node *m = &g->nodes[s->members[k]];

		if (level > SET_DEPTH_MAX + 1 ||
			!check_node(c, g, s->members[k], level + 1)) {
			s->state = BAD;
			return false;
		}
		if (m->is_set && m->depth + 1 > s->depth)
			s->depth = (uint8_t)(m->depth + 1);
	}
	s->state = s->depth <= SET_DEPTH_MAX ? GOOD : BAD;
	return s->state == GOOD;
}

void
set_graph_check(struct compile *c, struct set_graph *g)
{
	for (uint32_t i = 0; i < g->n; i++) {
		struct set_node *s = &g->nodes[i];
		unsigned int errors = c->report->errors;

		if (s->state != UNSEEN || check_node(c, g, i, 1))
			continue;
		if (c->report->errors == errors)
			compile_error(c, s->node,
				"sets are nested deeper than %u",
				SET_DEPTH_MAX);
	}
}

void
set_graph_flatten(struct compile *c, struct set_graph *g, uint32_t i,
	uint32_t **list, size_t *n)
{
	struct set_node *s = &g->nodes[i];
	uint32_t *add;

	if (s->seen == g->round || s->state == BAD || s->state == ON_PATH)
		return;
	s->seen = g->round;
	if (!s->is_set) {
		add = VEC_ADD(c, *list, *n);
		if (add != NULL)
			*add = i;
		return;
	}
	for (size_t k = 0; k < s->nmembers; k++)
		set_graph_flatten(c, g, s->members[k], list, n);
}

void
set_graph_done(struct set_graph *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->nodes[i].members);
	free(g->nodes);
	*g = (struct set_graph){0};
}
