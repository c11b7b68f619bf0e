/* SPDX-License-Identifier: Apache-2.0 */
/* load-configuration in all its actions and forms; discard-changes [OP-125]. */
#include "mgmt/rpc_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "config/config.h"
#include "config/ctree.h"
#include "config/patch.h"
#include "config/read_tree.h"
#include "mgmt/conf_store.h"

static const struct {
	const char *name;
	enum config_load action;
} actions[] = {
	{"merge", CONFIG_LOAD_MERGE},
	{"override", CONFIG_LOAD_OVERRIDE},
	{"replace", CONFIG_LOAD_REPLACE},
	{"set", CONFIG_LOAD_SET},
	{"update", CONFIG_LOAD_UPDATE},
	{"patch", CONFIG_LOAD_MERGE},
};

static bool
read_action(struct session *s, const char *text, enum config_load *ret)
{
	*ret = CONFIG_LOAD_MERGE;
	if (text == NULL)
		return true;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(actions[i].name, text) == 0) {
			*ret = actions[i].action;
			return true;
		}
	rpc_error(s, NULL,
		&(struct rpc_error){
			.message = "syntax error", .bad_element = text});
	return false;
}

/* The content by the name of the element that it came in. */
static int
load_content(struct session *s, const struct tnode *data,
	enum config_load action, unsigned int flags, struct report *r)
{
	struct config_store *store = s->env->config;
	const char *text = data->value != NULL ? data->value : "";
	struct config_tree *t = NULL;
	int rc;

	if (strcmp(data->name, "configuration-set") == 0)
		return config_store_load(
			store, text, strlen(text), CONFIG_LOAD_SET, r);
	if (strcmp(data->name, "configuration-text") == 0)
		return config_store_load(store, text, strlen(text), action, r);
	/* These change a tree, not the store: take the candidate out. */
	config_store_swap(store, &t);
	if (t == NULL)
		return -ENOMEM;
	if (strcmp(data->name, "configuration-patch") == 0)
		rc = config_load_patch(&t, text, strlen(text), r);
	else
		rc = config_load_tree(&t, data, action, flags, r);
	config_store_swap(store, &t);
	return rc;
}

static void
answer_standard(struct session *s, const struct report *r)
{
	if (r->errors > 0 || !s->rfc)
		rpc_report(s, NULL, r);
	if (r->errors == 0)
		rpc_ok(s);
}

static void
answer_load(struct session *s, int rc, struct report *r)
{
	struct tree *t;

	if (rc == -ENOMEM)
		report_add(r, REPORT_ERROR, 0, NULL, NULL, "out of memory");
	if (rpc_is_standard(s) || s->rfc) {
		answer_standard(s, r);
		return;
	}
	t = rpc_tree(s, "load-configuration-results");
	if (t == NULL)
		return;
	rpc_report(s, t->root, r);
	if (r->errors > 0)
		tree_leaf(t->root, "load-error-count", "%u", r->errors);
	else
		tree_flag(t->root, "ok");
	session_send(s, t);
}

static void
load_rollback(struct session *s, const struct tnode *rpc)
{
	struct report r = REPORT_INIT;
	unsigned int n = 0;
	int rc;

	if (!rpc_number(s, rpc, "rollback", CONFIG_ROLLBACKS - 1, &n))
		return;
	rc = config_store_rollback(s->env->config, n, &r);
	if (rc == 0)
		session_touch(s);
	answer_load(s, rc, &r);
	report_done(&r);
}

static const struct tnode *
content_of(const struct tnode *rpc)
{
	static const char *const names[] = {"configuration",
		"configuration-text", "configuration-set",
		"configuration-patch"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (tnode_child(rpc, names[i]) != NULL)
			return tnode_child(rpc, names[i]);
	return NULL;
}

/* configuration-set with another action, or text with action "set". */
static const char *
mismatch(const struct tnode *rpc, const struct tnode *data)
{
	const char *action = tnode_attr(rpc, "action");
	bool set = action != NULL && strcmp(action, "set") == 0;

	if (data == NULL)
		return rpc->first != NULL ? rpc->first->name : rpc->name;
	if (set && strcmp(data->name, "configuration-set") != 0)
		return data->name;
	return NULL;
}

/* What is loaded, for the log. */
static const char *
event_name(const struct tnode *rpc)
{
	const char *action = tnode_attr(rpc, "action");

	if (tnode_attr(rpc, "rollback") != NULL)
		return "rollback";
	if (tnode_attr(rpc, "rescue") != NULL)
		return "rollback rescue";
	return action != NULL ? action : "merge";
}

/*
 * With one error nothing changes, unless each line stands for itself (set) and
 * nobody asked for all or nothing, or error-option says to go on [OP-138].
 */
static int
load(struct session *s, const struct tnode *rpc, const struct tnode *data,
	enum config_load action, struct report *r)
{
	const char *dflt = tnode_attr(rpc, "default-operation");
	const char *option = tnode_attr(rpc, "error-option");
	bool go_on = option != NULL && strcmp(option, "continue-on-error") == 0;
	struct config_tree *before = NULL;
	unsigned int flags = 0;
	int rc;

	if (dflt != NULL && strcmp(dflt, "none") == 0)
		flags |= CONFIG_TREE_NONE;
	if (go_on)
		flags |= CONFIG_TREE_GO_ON;
	if (option != NULL && !go_on) {
		before = ctree_clone(conf_candidate_read(s->env));
		if (before == NULL)
			return -ENOMEM;
	}
	rc = load_content(s, data, action, flags, r);
	if (before != NULL && r->errors > 0)
		config_store_swap(s->env->config, &before);
	ctree_free(before);
	return rc;
}

void
rpc_load(struct session *s, const struct tnode *rpc)
{
	const struct tnode *data = content_of(rpc);
	const char *wrong = mismatch(rpc, data);
	struct report r = REPORT_INIT;
	enum config_load action;
	int rc;

	if (rpc_locked_by_other(s))
		return;
	log_event(LOG_FACILITY_INTERACTIVE, 5, "UI_LOAD_EVENT",
		"User '%s' is performing a '%s' operation", s->user,
		event_name(rpc));
	if (tnode_attr(rpc, "rollback") != NULL) {
		load_rollback(s, rpc);
		return;
	}
	if (tnode_attr(rpc, "rescue") != NULL) {
		rc = config_store_rollback_rescue(s->env->config, &r);
		if (rc == 0)
			session_touch(s);
		answer_load(s, rc, &r);
		report_done(&r);
		return;
	}
	if (wrong != NULL) {
		rpc_error(s, NULL,
			&(struct rpc_error){.message = "syntax error",
				.bad_element = wrong});
		return;
	}
	if (!read_action(s, tnode_attr(rpc, "action"), &action))
		return;
	rc = load(s, rpc, data, action, &r);
	session_touch(s);
	log_info("mgmt", "load user=%s errors=%u warnings=%u", s->user,
		r.errors, r.warnings);
	answer_load(s, rc, &r);
	report_done(&r);
}

void
rpc_discard(struct session *s, const struct tnode *rpc)
{
	struct report r = REPORT_INIT;

	(void)rpc;
	if (rpc_locked_by_other(s))
		return;
	if (config_store_rollback(s->env->config, 0, &r) == 0)
		rpc_ok(s);
	else
		rpc_report(s, NULL, &r);
	report_done(&r);
}
