/* SPDX-License-Identifier: Apache-2.0 */
/* commit-configuration, and who committed when [OP-126]. */
#include "mgmt/rpc_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "mgmt/conf_store.h"

struct commit_args {
	bool check, confirmed;
	int64_t at; /* 0: now */
	const char *persist, *persist_id;
	struct commit_request q;
};

static bool
read_timeout(struct session *s, const char *text, unsigned int max,
	unsigned int *ret)
{
	char *end, message[80];
	unsigned long v = strtoul(text, &end, 10);

	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && v >= 1 &&
		v <= max) {
		*ret = (unsigned int)v;
		return true;
	}
	snprintf(message, sizeof(message), "Value is not within range (1..%u)",
		max);
	rpc_error(s, NULL,
		&(struct rpc_error){.tag = "invalid-value",
			.message = message,
			.bad_element = text});
	return false;
}

static bool
read_time(struct session *s, const char *text, int64_t *ret)
{
	*ret = config_time_parse(text, (int64_t)time(NULL));
	if (*ret >= 0)
		return true;
	rpc_error(s, NULL,
		&(struct rpc_error){.tag = "invalid-value",
			.message = "invalid time",
			.bad_element = text});
	return false;
}

/* One routing engine: nothing to synchronize. All is applied always. */
static bool
is_harmless(const char *name)
{
	static const char *const names[] = {"synchronize", "force-synchronize",
		"full", "detail", "no-synchronize", "and-quit"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* False after an error. */
static bool
read_arg(struct session *s, const struct tnode *c, struct commit_args *a)
{
	const char *text = c->value != NULL ? c->value : "";

	if (strcmp(c->name, "check") == 0)
		a->check = true;
	else if (strcmp(c->name, "confirmed") == 0)
		a->confirmed = true;
	else if (strcmp(c->name, "log") == 0)
		a->q.comment = text;
	else if (strcmp(c->name, "persist") == 0)
		a->persist = text;
	else if (strcmp(c->name, "persist-id") == 0)
		a->persist_id = text;
	else if (strcmp(c->name, "at-time") == 0)
		return read_time(s, text, &a->at);
	else if (strcmp(c->name, "confirm-timeout") == 0)
		return read_timeout(
			s, text, CONFIG_CONFIRM_MAX, &a->q.confirm_minutes);
	else if (strcmp(c->name, "confirm-seconds") == 0)
		return read_timeout(s, text, CONFIG_CONFIRM_MAX * 60u,
			&a->q.confirm_seconds);
	else if (!is_harmless(c->name)) {
		rpc_error(s, NULL,
			&(struct rpc_error){.message = "syntax error",
				.bad_element = c->name});
		return false;
	}
	return true;
}

static bool
read_args(struct session *s, const struct tnode *rpc, struct commit_args *a)
{
	a->q = (struct commit_request){
		.now = time(NULL), .user = s->user, .client = "netconf"};
	tnode_foreach (c, rpc)
		if (!read_arg(s, c, a))
			return false;
	if (!a->confirmed)
		a->q.confirm_minutes = a->q.confirm_seconds = 0;
	else if (a->q.confirm_minutes == 0 && a->q.confirm_seconds == 0)
		a->q.confirm_minutes = CONFIG_CONFIRM_DEFAULT;
	if (a->at == 0 ||
		(!a->confirmed && !a->check && s->private_candidate == NULL))
		return true;
	rpc_error(s, NULL,
		&(struct rpc_error){.message = "at-time: not in a private "
					       "database, and neither check "
					       "nor confirmed",
			.bad_element = "at-time"});
	return false;
}

/* ---- confirmed commits with an id [OP-137] ---- */

/* The id that confirms the commit which waits for it; "" for none. */
static const char *
waiting_id(const struct session *s)
{
	const struct session_shared *shared = session_shared(s);
	const struct commit_info *last = config_store_info(s->env->config, 0);

	/* Somebody may have confirmed it, or committed anew, at the CLI. */
	if (config_store_pending(s->env->config, time(NULL)) < 0 ||
		last == NULL || last->time != shared->persist_time)
		return "";
	return shared->persist_id;
}

static bool
id_fits(struct session *s, const char *given)
{
	const char *id = waiting_id(s);

	if (strcmp(id, given != NULL ? given : "") == 0)
		return true;
	rpc_error(s, NULL,
		&(struct rpc_error){.tag = "invalid-value",
			.message = id[0] != '\0'
					   ? "a confirmed commit waits for its "
					     "persist-id"
					   : "no confirmed commit has this "
					     "persist-id",
			.bad_element = given != NULL ? given : "persist-id"});
	return false;
}

static void
keep_id(struct session *s, const struct commit_args *a)
{
	struct session_shared *shared = session_shared(s);
	const char *id = a->persist != NULL ? a->persist : a->persist_id;

	shared->persist_id[0] = '\0';
	shared->persist_time = a->q.now;
	if (a->confirmed && id != NULL)
		snprintf(shared->persist_id, sizeof(shared->persist_id), "%s",
			id);
}

void
rpc_cancel_commit(struct session *s, const struct tnode *rpc)
{
	struct report r = REPORT_INIT;

	if (rpc_locked_by_other(s) ||
		!id_fits(s, tnode_text(rpc, "persist-id")))
		return;
	if (!config_store_cancel(s->env->config, time(NULL), &r))
		rpc_error(s, NULL,
			&(struct rpc_error){.type = "application",
				.message = "no confirmed commit is pending"});
	else if (r.errors > 0)
		rpc_report(s, NULL, &r);
	else
		rpc_ok(s);
	report_done(&r);
}

/* ---- commit ---- */

static int
do_commit(struct session *s, const struct commit_args *a, struct report *r)
{
	struct config_store *store = s->env->config;

	if (s->private_candidate != NULL)
		return rpc_private_commit(s, a->check ? NULL : &a->q, r);
	if (a->at != 0)
		return config_store_commit_at(store, a->at, &a->q, r);
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

/* Beside <ok/> there is nothing in RFC 6241, not even a warning. */
static void
answer_standard(struct session *s, int rc, const struct report *r)
{
	if (rc != 0 || !s->rfc)
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

	if (!read_args(s, rpc, &a) || rpc_locked_by_other(s) ||
		!id_fits(s, a.persist_id))
		return;
	log_event(LOG_FACILITY_INTERACTIVE, 5,
		a.confirmed ? "UI_COMMIT_CONFIRMED" : "UI_COMMIT",
		"User '%s' requested 'commit%s' operation (comment: %s)",
		s->user,
		a.check       ? " check"
		: a.confirmed ? " confirmed"
			      : "",
		a.q.comment != NULL ? a.q.comment : "none");
	rc = do_commit(s, &a, &r);
	if (rc == 0 && !a.check)
		keep_id(s, &a);
	drop_lines(&r);
	log_info("mgmt", "commit%s %s user=%s errors=%u warnings=%u",
		a.check ? " check" : "", rc == 0 ? "complete" : "failed",
		s->user, r.errors, r.warnings);
	if (rpc_is_standard(s) || s->rfc)
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
