/* SPDX-License-Identifier: Apache-2.0 */
/* show system alarms, show chassis alarms: what is wrong now [OP-75]. */
#include "base/tree.h"
#include "export/alarms.h"
#include "ops/ops_impl.h"

static void
add_alarm(struct tnode *root, const struct alarm *a)
{
	struct tnode *n = tree_open(root, "alarm-detail");
	char text[OPS_TIME_MAX];

	ops_seconds(
		tree_leaf(n, "alarm-time", "%s", ops_time_text(a->since, text)),
		a->since);
	tree_leaf(n, "alarm-class", "%s", a->major ? "Major" : "Minor");
	tree_leaf(n, "alarm-description", "%s", a->text);
	tree_leaf(n, "alarm-short-description", "%s", a->text);
	tree_leaf(n, "alarm-type", "Chassis");
}

void
show_alarms(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "alarm-information", NULL), *summary;
	const struct alarms *a = rq->env->alarms;
	unsigned int n = a != NULL ? alarms_count(a) : 0;

	if (root == NULL)
		return;
	summary = tree_open(root, "alarm-summary");
	if (n == 0)
		tree_flag(summary, "no-active-alarms");
	else
		tree_leaf(summary, "active-alarm-count", "%u", n);
	for (unsigned int i = 0; i < n; i++)
		add_alarm(root, alarms_get(a, i));
}
