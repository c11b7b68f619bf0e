/* SPDX-License-Identifier: Apache-2.0 */
/* commit check impact: what a commit would do to living sessions [EX-10]. */
#include "base/tree.h"
#include "ops/ops_impl.h"

#define EXAMPLES_DEFAULT 3u

void
ops_commit_impact(struct ops_request *rq)
{
	uint32_t examples = EXAMPLES_DEFAULT;
	char err[512] = "";
	struct tnode *root;

	if (ops_image(rq) == NULL || !ops_arg_u32(rq, "examples", &examples))
		return;
	if (rq->env->impact == NULL) {
		ops_error(rq, "nothing knows the sessions here");
		return;
	}
	root = ops_root(rq, "commit-impact-information", NULL);
	if (root != NULL &&
		rq->env->impact(examples, root, err, sizeof(err)) != 0)
		ops_error(rq, "%s", err);
}
