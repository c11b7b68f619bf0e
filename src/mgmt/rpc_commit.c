/* SPDX-License-Identifier: Apache-2.0 */
/* commit-configuration, and who committed when [OP-126]. */
#include "mgmt/rpc_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "mgmt/conf_store.h"

struct commit_args {
	bool check, confirmed;
	struct commit_request q;
};

static bool
read_timeout(struct session *s, const char *text, struct commit_args *a)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && v >= 1 &&
		v <= CONFIG_CONFIRM_MAX) {
		a->q.confirm_minutes = (unsigned int)v;
		return true;
	}
	rpc_error(s, NULL,
		&(struct rpc_error){.tag = "invalid-value",
			.message = "Value is not within range (1..65535)",
			.bad_element = text});
	return false;
}

static bool
read_args(struct session *s, const struct tnode *rpc, struct commit_args *a)
{
	/* One routing engine: nothing to synchronize. All is applied always. */
	static const char *const harmless[] = {"synchronize",
		"force-synchronize", "full", "detail", "no-synchronize"};

	a->q = (struct commit_request){
		.now = time(NULL), .user = s->user, .client = "netconf"};
	tnode_foreach (c, rpc) {
		const char *text = c->value != NULL ? c->value : "";
		bool known = strcmp(c->name, "log") == 0;

		for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]);
			i++)
			known = known || strcmp(c->name, harmless[i]) == 0;
		if (strcmp(c->name, "check") == 0)
			a->check = known = true;
		else if (strcmp(c->name, "confirmed") == 0)
			a->confirmed = known = true;
		else if (strcmp(c->name, "log") == 0)
			a->q.comment = text;
		else if (strcmp(c->name, "confirm-timeout") == 0) {
			if (!read_timeout(s, text, a))
				return false;
			known = true;
		}
		if (!known) {
			rpc_error(s, NULL,
				&(struct rpc_error){.message = "syntax error",
					.bad_element = c->name});
			return false;
		}
	}
	if (!a->confirmed)
		a->q.confirm_minutes = 0;
	else if (a->q.confirm_minutes == 0)
		a->q.confirm_minutes = CONFIG_CONFIRM_DEFAULT;
	return true;
}

static int
do_commit(struct session *s, const struct commit_args *a, struct report *r)
{
	struct config_store *store = s->env->config;

	if (s->private_candidate != NULL)
		return rpc_private_commit(s, a->check ? NULL : &a->q, r);
	return a->check ? config_store_check(store, r)
			: config_store_commit(store, &a->q, r);
}

/* Lines of reports are those of no text that the client has. */
static void
drop_lines(struct report *r)
{
	for (size_t i = 0; i < r->n; i++)
		r->entries[i].line = 0;
}

static void
answer_standard(struct session *s, int rc, const struct report *r)
{
	rpc_report(s, NULL, r);
	if (rc == 0)
		rpc_ok(s);
}

static void
answer_commit(struct session *s, const struct commit_args *a, int rc,
	const struct report *r)
{
	struct tree *t = rpc_tree(s, "commit-results");
	struct tnode *re;

	if (t == NULL)
		return;
	rpc_report(s, t->root, r);
	if (rc == 0) {
		re = tree_open(t->root, "routing-engine");
		tree_attr(re, "junos:style", "normal");
		tree_leaf(re, "name", "re0");
		tree_flag(re,
			a->check ? "commit-check-success" : "commit-success");
	} else {
		rpc_error(s, t->root,
			&(struct rpc_error){
				.message = rc == -ENOMEM ? "out of memory"
							 : "configuration "
							   "check-out failed"});
	}
	session_send(s, t);
	if (rc == 0)
		rpc_ok(s);
}

void
rpc_commit(struct session *s, const struct tnode *rpc)
{
	struct report r = REPORT_INIT;
	struct commit_args a = {0};
	int rc;

	if (!read_args(s, rpc, &a) || rpc_locked_by_other(s))
		return;
	rc = do_commit(s, &a, &r);
	drop_lines(&r);
	log_info("mgmt", "commit%s %s user=%s errors=%u warnings=%u",
		a.check ? " check" : "", rc == 0 ? "complete" : "failed",
		s->user, r.errors, r.warnings);
	if (rpc_is_standard(s))
		answer_standard(s, rc, &r);
	else
		answer_commit(s, &a, rc, &r);
	report_done(&r);
}

/* ---- history ---- */

static void
put_time(struct tnode *parent, int64_t when)
{
	char text[32];

	config_time_text(when, text);
	tree_attr(tree_leaf(parent, "date-time", "%s", text), "junos:seconds",
		"%lld", (long long)when);
}

static void
put_commit(struct tnode *n, const struct session *s, unsigned int i,
	const struct commit_info *info)
{
	int64_t left = config_store_pending(s->env->config, time(NULL));

	tree_leaf(n, "user", "%s", info->user);
	tree_leaf(n, "client", "%s", info->client);
	put_time(n, info->time);
	if (i == 0 && left >= 0)
		tree_leaf(n, "comment",
			"commit confirmed, rollback in %lldmins",
			(long long)((left + 59) / 60));
	if (info->comment[0] != '\0')
		tree_leaf(n, "log", "%s", info->comment);
}

void
rpc_get_commits(struct session *s, const struct tnode *rpc)
{
	struct config_store *store = s->env->config;
	struct tree *t = rpc_tree(s, "commit-information");

	(void)rpc;
	for (unsigned int i = 0; t && i < config_store_history(store); i++) {
		const struct commit_info *info = config_store_info(store, i);
		struct tnode *n;

		if (info == NULL || info->time == 0)
			continue;
		n = tree_open(t->root, "commit-history");
		tree_leaf(n, "sequence-number", "%u", i);
		put_commit(n, s, i, info);
	}
	if (t != NULL)
		session_send(s, t);
}

void
rpc_get_revision(struct session *s, const struct tnode *rpc)
{
	const struct commit_info *info = config_store_info(s->env->config, 0);
	struct tree *t = rpc_tree(s, "commit-revision-information");

	(void)rpc;
	if (t == NULL)
		return;
	if (info != NULL && info->time != 0) {
		tree_leaf(t->root, "revision", "re0-%lld-0",
			(long long)info->time);
		put_commit(t->root, s, 0, info);
	}
	session_send(s, t);
}
