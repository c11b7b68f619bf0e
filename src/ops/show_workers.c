/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show security flow workers [OP-83]: how packets and sessions spread over the
 * packet workers, and what came to a worker that does not own it.
 */
#include <inttypes.h>

#include "base/tree.h"
#include "io/worker.h"
#include "ops/ops_impl.h"

void
show_flow_workers(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "flow-worker-information", NULL);

	if (root == NULL)
		return;
	for (unsigned int i = 0; i < workers_count(rq->env->workers); i++) {
		struct tnode *n = tree_open(root, "flow-worker");
		struct worker_counts c;

		workers_counts(rq->env->workers, i, &c);
		tree_leaf(n, "worker", "%u", i);
		tree_leaf(n, "active-sessions", "%" PRIu32, c.sessions);
		tree_leaf(n, "received-packets", "%" PRIu64, c.received);
		tree_leaf(n, "handed-over-packets", "%" PRIu64, c.handed_over);
		tree_leaf(n, "hand-over-drops", "%" PRIu64, c.handover_drops);
	}
}
