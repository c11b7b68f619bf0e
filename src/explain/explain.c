/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/explain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/explain_impl.h"

static void
sum_up(const struct dry_run *d, enum explain_result result, struct tnode *root)
{
	static const char *const words[] = {
		[EXPLAIN_PASSES] = "pass",
		[EXPLAIN_PACKET_DROPPED] = "packet-dropped",
		[EXPLAIN_REPLY_DROPPED] = "reply-dropped",
	};
	const struct dry_packet *bad =
		result == EXPLAIN_PACKET_DROPPED ? &d->packet : &d->reply;

	tree_leaf(root, "result", "%s", words[result]);
	if (result != EXPLAIN_PASSES && bad->verdict == VERDICT_DROP) {
		tree_leaf(
			root, "drop-reason", "%s", reason_name(bad->p.reason));
		tree_leaf(root, "drop-description", "%s",
			reason_sentence(bad->p.reason));
	}
}

static int
world_of(const struct explain_env *env, const struct explain_query *q,
	struct explain_world *w, char *err, size_t err_size)
{
	if (q->candidate)
		return world_make(env, env->candidate, NULL, w, err, err_size);
	world_committed(env, w);
	return 0;
}

enum explain_result
explain_packet(const struct explain_env *env, const struct explain_query *q,
	struct tnode *root, char *err, size_t err_size)
{
	struct dry_run *d = malloc(sizeof(*d));
	enum explain_result result = EXPLAIN_FAILED;
	struct explain_world w;
	int rc;

	snprintf(err, err_size, "out of memory");
	if (d == NULL || world_of(env, q, &w, err, err_size) != 0) {
		free(d);
		return EXPLAIN_FAILED;
	}
	rc = dry_run(env, &w, q, d);
	if (rc == -ENODEV)
		snprintf(err, err_size, "interface %s not found", q->ifl);
	if (rc == 0) {
		result = dry_run_result(d);
		tree_leaf(root, "configuration-evaluated", "%s",
			q->candidate ? "candidate" : "committed");
		steps_add(env, &w, q, d, root);
		sum_up(d, result, root);
		if (result != EXPLAIN_PASSES && !q->no_fixes)
			fixes_add(env, &w, q, d, root);
	}
	world_done(&w);
	free(d);
	return result;
}
