/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show system buffers [OP-78]: where a leak of packets would show. A buffer is
 * in use while a packet is in the box: in a burst, in a ring, waiting for a
 * neighbour or for its other fragments.
 */
#include <stdio.h>

#include "base/tree.h"
#include "io/worker.h"
#include "ops/ops_impl.h"

static void
add_pool(struct tnode *root, const char *prefix, const struct buffer_counts *c)
{
	char name[64];

	snprintf(name, sizeof(name), "current-%s", prefix);
	tree_leaf(root, name, "%u", c->in_use);
	snprintf(name, sizeof(name), "cached-%s", prefix);
	tree_leaf(root, name, "%u", c->total - c->in_use);
	snprintf(name, sizeof(name), "total-%s", prefix);
	tree_leaf(root, name, "%u", c->total);
}

void
show_buffers(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "memory-statistics", NULL);
	struct buffer_counts packet, jumbo;

	if (root == NULL)
		return;
	workers_buffers(rq->env->workers, &packet, &jumbo);
	add_pool(root, "mbufs", &packet);
	add_pool(root, "jumbo-clusters", &jumbo);
}
