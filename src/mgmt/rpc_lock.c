/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may change the configuration: the lock of the shared candidate, private
 * candidates, and the end of other sessions [OP-121] [OP-122]
 * [OP-123].
 */
#include "mgmt/rpc_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/wall.h"
#include "config/config.h"
#include "config/conflict.h"
#include "config/ctree.h"
#include "config/patch.h"
#include "mgmt/conf.h"
#include "mgmt/conf_store.h"

static const struct session *
holder(const struct session *s)
{
	const struct session *o = session_first(s->server);

	for (; o != NULL; o = o->next)
		if (o != s && o->configuring && o->exclusive)
			return o;
	return NULL;
}

static void
lock_denied(struct session *s, const struct session *o)
{
	char text[256], since[32];

	wall_text((int64_t)o->since, since);
	snprintf(text, sizeof(text),
		"configuration database locked by:\n"
		"  %.60s terminal  (pid %d) on since %s, idle 00:00:00\n"
		"      exclusive",
		o->user, (int)o->pid, since);
	rpc_error(s, NULL,
		&(struct rpc_error){.tag = "lock-denied",
			.message = text,
			.session = o->id});
}

/* commit at: nobody may touch what is going to be committed [CF-72]. */
static bool
commit_waits(struct session *s)
{
	const struct commit_info *at;
	char text[256], when[32];
	int64_t t;

	at = s->env->config != NULL ? config_store_at(s->env->config, &t)
				    : NULL;
	if (at == NULL)
		return false;
	config_at_text(t, when);
	snprintf(text, sizeof(text),
		"configuration database locked: commit at %s by %.60s", when,
		at->user);
	rpc_error(s, NULL,
		&(struct rpc_error){.tag = "lock-denied", .message = text});
	return true;
}

bool
rpc_locked_by_other(struct session *s)
{
	const struct session *o = holder(s);

	if (o != NULL)
		lock_denied(s, o);
	return o != NULL || commit_waits(s);
}

void
rpc_lock(struct session *s, const struct tnode *rpc)
{
	(void)rpc;
	if (rpc_locked_by_other(s))
		return;
	if (s->exclusive || s->private_candidate != NULL) {
		rpc_error(s, NULL,
			&(struct rpc_error){.tag = "lock-denied",
				.message = "configuration database is already "
					   "open",
				.session = s->id});
	} else if (conf_is_changed(s->env)) {
		rpc_error(s, NULL,
			&(struct rpc_error){
				.message = "configuration database modified"});
	} else {
		s->configuring = s->exclusive = true;
		rpc_ok(s);
	}
}

void
rpc_unlock(struct session *s, const struct tnode *rpc)
{
	(void)rpc;
	if (!s->exclusive) {
		rpc_error(s, NULL,
			&(struct rpc_error){.message = "Configuration database "
						       "is not open"});
		return;
	}
	conf_abandon(s);
	rpc_ok(s);
}

/* ---- private candidates ---- */

void
rpc_private_close(struct session *s)
{
	ctree_free(s->private_candidate);
	ctree_free(s->private_base);
	s->private_candidate = s->private_base = NULL;
}

/* Begin again with what is committed now. */
bool
rpc_private_open(struct session *s)
{
	const struct config_tree *committed = conf_committed(s->env);

	rpc_private_close(s);
	s->private_base = ctree_clone(committed);
	s->private_candidate = ctree_clone(committed);
	if (s->private_base != NULL && s->private_candidate != NULL)
		return true;
	rpc_private_close(s);
	return false;
}

void
rpc_open(struct session *s, const struct tnode *rpc)
{
	const struct tnode *mode = rpc->first;

	if (mode != NULL && (strncmp(mode->name, "ephemeral", 9) == 0 ||
				    strcmp(mode->name, "dynamic") == 0)) {
		rpc_error(s, NULL,
			&(struct rpc_error){.tag = "operation-not-supported",
				.message = "there is no such configuration "
					   "database",
				.bad_element = mode->name});
		return;
	}
	if (mode != NULL && strcmp(mode->name, "private") != 0) {
		rpc_error(s, NULL,
			&(struct rpc_error){.message = "syntax error",
				.bad_element = mode->name});
		return;
	}
	if (rpc_locked_by_other(s))
		return;
	if (s->exclusive || s->private_candidate != NULL) {
		rpc_error(s, NULL,
			&(struct rpc_error){.message = "configuration database "
						       "is already open"});
		return;
	}
	if (mode == NULL) {
		rpc_ok(s); /* the shared candidate needs no opening */
		return;
	}
	if (!rpc_private_open(s))
		rpc_error(s, NULL,
			&(struct rpc_error){.message = "out of memory"});
	else
		rpc_error(s, NULL,
			&(struct rpc_error){.warning = true,
				.message = "uncommitted changes will be "
					   "discarded on exit"});
}

void
rpc_close(struct session *s, const struct tnode *rpc)
{
	(void)rpc;
	rpc_private_close(s);
	if (s->exclusive)
		conf_abandon(s);
	rpc_ok(s);
}

/* A part of the changes that no longer fits, but is no conflict. */
static void
say_patch(const struct report *found, enum report_severity severity,
	struct report *report)
{
	for (size_t i = 0; i < found->n; i++)
		report_add(report, severity, 0, found->entries[i].path,
			found->entries[i].statement,
			"changed by another user meanwhile");
}

/*
 * What the session changed, made to what others committed meanwhile. Where
 * both changed the same, a commit is refused; an update says so, and the
 * session's own stays [CF-76].
 */
static int
merge_others(
	struct session *s, enum report_severity severity, struct report *report)
{
	struct sbuf changes = SBUF_INIT;
	struct report found = REPORT_INIT;
	struct config_tree *t = ctree_clone(conf_committed(s->env));
	int rc = t != NULL ? 0 : -ENOMEM;

	if (rc == 0 && config_conflicts(s->private_base, s->private_candidate,
			       t, severity, report) > 0)
		rc = severity == REPORT_ERROR ? -EINVAL : 0;
	if (rc == 0) {
		config_compare(s->private_base, s->private_candidate, &changes);
		rc = changes.failed ? -ENOMEM
				    : config_load_patch(&t, sbuf_text(&changes),
					      changes.len, &found);
		/* what was deleted twice is gone: no more to say */
		if (rc == -EINVAL)
			say_patch(&found, REPORT_ERROR, report);
	}
	if (rc == 0) {
		ctree_free(s->private_candidate);
		s->private_candidate = t;
	} else {
		ctree_free(t);
	}
	report_done(&found);
	sbuf_done(&changes);
	return rc;
}

int
rpc_private_update(struct session *s, struct report *report)
{
	struct config_tree *base;
	int rc = merge_others(s, REPORT_WARNING, report);

	if (rc != 0)
		return rc;
	base = ctree_clone(conf_committed(s->env));
	if (base == NULL)
		return -ENOMEM;
	ctree_free(s->private_base);
	s->private_base = base;
	return 0;
}

int
rpc_private_commit(struct session *s, const struct commit_request *q,
	struct report *report)
{
	struct config_store *store = s->env->config;
	struct report ignored = REPORT_INIT;
	int rc = 0;

	if (conf_is_changed(s->env)) {
		report_add(report, REPORT_ERROR, 0, NULL, NULL,
			"shared configuration database modified");
		return -EINVAL;
	}
	if (!config_equal(s->private_base, conf_committed(s->env)))
		rc = merge_others(s, REPORT_ERROR, report);
	if (rc != 0)
		return rc;
	config_store_swap(store, &s->private_candidate);
	rc = q != NULL ? config_store_commit(store, q, report)
		       : config_store_check(store, report);
	config_store_swap(store, &s->private_candidate);
	if (rc == 0 && q != NULL) {
		/* The shared candidate had no changes: it follows. */
		rc = config_store_rollback(store, 0, &ignored);
		if (!rpc_private_open(s))
			rc = -ENOMEM;
	}
	report_done(&ignored);
	return rc;
}
