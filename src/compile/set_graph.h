/* SPDX-License-Identifier: Apache-2.0 */
/*
 * set_graph - sets that contain members and other sets: address-set in an
 * address book, application-set [CF-34]. Finds cycles and too deep nesting, and
 * flattens a set to the members it ends at, each once, in order.
 *
 * Cost: check is one walk over all edges; flatten one over those of the set.
 */
#ifndef COMPILE_SET_GRAPH_H
#define COMPILE_SET_GRAPH_H

#include "compile/compile_impl.h"

#define SET_DEPTH_MAX 8u

struct set_node {
	const struct cnode *node; /* NULL: predefined */
	uint32_t *members;        /* indices of nodes; none: not a set */
	size_t nmembers;
	bool is_set;
	uint8_t state, depth; /* of set_graph_check */
	uint32_t seen;        /* of set_graph_flatten: last round */
};

struct set_graph {
	struct set_node *nodes;
	size_t n;
	uint32_t round;
};

/* The index of a new node; (uint32_t)-1 when out of memory. */
uint32_t set_graph_add(struct compile *c, struct set_graph *g,
	const struct cnode *node, bool is_set);
void set_graph_link(
	struct compile *c, struct set_graph *g, uint32_t set, uint32_t member);

/* Report cycles and nesting over SET_DEPTH_MAX; afterwards flatten is safe. */
void set_graph_check(struct compile *c, struct set_graph *g);

/*
 * Append the leaves below node i, each once over one round, to *list. A new
 * round begins when ++g->round is done by the caller.
 */
void set_graph_flatten(struct compile *c, struct set_graph *g, uint32_t i,
	uint32_t **list, size_t *n);

void set_graph_done(struct set_graph *g);

#endif /* COMPILE_SET_GRAPH_H */
