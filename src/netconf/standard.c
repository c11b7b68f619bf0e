/* SPDX-License-Identifier: Apache-2.0 */
/*
 * There are two datastores: candidate, which is edited, and running, which only
 * a commit changes (no :writable-running, no :startup) [OP-132].
 */
#include "netconf/standard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As long as the daemon keeps. */
#define PERSIST_MAX 63u

static void
refuse(struct standard *r, const char *tag, const char *message,
	const char *bad_element)
{
	r->tag = tag;
	r->message = message;
	r->bad_element = bad_element;
}

/* The one child of op's child: the datastore. NULL after an error. */
static const struct tnode *
datastore(struct standard *r, const struct tnode *op, const char *which)
{
	const struct tnode *n = tnode_child(op, which);

	if (n == NULL || n->first == NULL) {
		refuse(r, "missing-element", "missing datastore", which);
		return NULL;
	}
	return n->first;
}

static bool
is(const struct tnode *n, const char *name)
{
	return strcmp(n->name, name) == 0;
}

/* Only the child that is kept. */
static void
keep(struct tnode *op, struct tnode *child)
{
	op->value = NULL;
	op->first = op->last = child;
	if (child != NULL) {
		child->next = NULL;
		child->parent = op;
	}
}

static bool
target_is_candidate(struct standard *r, const struct tnode *op)
{
	const struct tnode *target = datastore(r, op, "target");

	if (target == NULL)
		return false;
	if (!is(target, "candidate"))
		refuse(r, "invalid-value",
			"only the candidate configuration can be changed",
			target->name);
	return r->tag == NULL;
}

static void
standard_errors(struct tnode *rpc)
{
	tree_attr(rpc, "standard", "standard");
}

/* ---- one function for each operation ---- */

static void
map_lock(struct tnode *rpc, struct tnode *op, struct standard *r)
{
	const struct tnode *target = datastore(r, op, "target");

	(void)rpc;
	if (target == NULL)
		return;
	/* Nothing changes running but a commit, which the lock stops. */
	if (!is(target, "candidate") && !is(target, "running")) {
		refuse(r, "invalid-value", "unknown datastore", target->name);
		return;
	}
	op->name =
		is(op, "lock") ? "lock-configuration" : "unlock-configuration";
	keep(op, NULL);
}

static void
use_filter(struct tnode *op, struct standard *r)
{
	struct tnode *filter = tnode_child(op, "filter"), *c;
	const char *type = filter ? tnode_attr(filter, "type") : NULL;

	if (type != NULL && strcmp(type, "subtree") != 0) {
		refuse(r, "operation-not-supported",
			"only subtree filters are supported", type);
		return;
	}
	c = filter != NULL ? tnode_child(filter, "configuration") : NULL;
	if (filter != NULL && c == NULL && filter->first != NULL) {
		/* Another data model: nothing of it is here. */
		c = tree_open(op, "configuration");
		tree_open(c, "vrflow-none");
	}
	keep(op, c);
}

static void
map_get_config(struct tnode *rpc, struct tnode *op, struct standard *r)
{
	const struct tnode *source = NULL;
	const char *database = "committed";

	(void)rpc;
	if (is(op, "get-config")) {
		source = datastore(r, op, "source");
		if (source == NULL)
			return;
		if (is(source, "candidate"))
			database = "candidate";
		else if (!is(source, "running")) {
			refuse(r, "invalid-value", "unknown datastore",
				source->name);
			return;
		}
	}
	use_filter(op, r);
	tree_attr(op, "database", "%s", database);
	op->name = "get-configuration";
	r->wrap_data = true;
}

/* Text may be missing, or be one of these. False after an error. */
static bool
is_one_of(struct standard *r, const char *text, const char *const *names,
	const char *message)
{
	bool found = text == NULL;

	for (; *names != NULL && !found; names++)
		found = strcmp(*names, text) == 0;
	if (!found)
		refuse(r, "invalid-value", message, text);
	return found;
}

/* test-only is of :validate:1.1, which is not offered. */
static const char *const test_options[] = {"set", "test-then-set", NULL};
static const char *const error_options[] = {
	"stop-on-error", "continue-on-error", "rollback-on-error", NULL};

/* config, config-text or config-set; url is the caller's attribute. */
static void
map_edit_config(struct tnode *rpc, struct tnode *op, struct standard *r)
{
	const char *dflt = tnode_text(op, "default-operation");
	const char *test = tnode_text(op, "test-option");
	const char *option = tnode_text(op, "error-option");
	const char *url = tnode_text(op, "url"), *action = "merge";
	struct tnode *c;

	if (!target_is_candidate(r, op))
		return;
	if (!is_one_of(r, test, test_options, "unknown test-option") ||
		!is_one_of(r, option, error_options, "unknown error-option"))
		return;
	if (dflt != NULL && strcmp(dflt, "replace") == 0)
		action = "override";
	else if (dflt != NULL && strcmp(dflt, "merge") != 0 &&
		 strcmp(dflt, "none") != 0) {
		refuse(r, "invalid-value", "unknown default-operation", dflt);
		return;
	}
	op->name = "load-configuration";
	standard_errors(rpc);
	if ((c = tnode_child(op, "config")) != NULL) {
		if (tnode_child(c, "configuration") != NULL)
			c = tnode_child(c, "configuration");
		c->name = "configuration";
	} else if ((c = tnode_child(op, "config-text")) != NULL) {
		c = tnode_child(c, "configuration-text");
	} else if ((c = tnode_child(op, "config-set")) != NULL) {
		c = tnode_child(c, "configuration-set");
		action = "set";
	}
	if (c == NULL && url == NULL) {
		refuse(r, "missing-element", "missing configuration", "config");
		return;
	}
	if (c == NULL)
		tree_attr(op, "url", "%s", url);
	keep(op, c);
	tree_attr(op, "action", "%s", action);
	if (dflt != NULL)
		tree_attr(op, "default-operation", "%s", dflt);
	tree_attr(op, "error-option", "%s",
		option != NULL ? option : "stop-on-error");
}

static void
map_copy_config(struct tnode *rpc, struct tnode *op, struct standard *r)
{
	const struct tnode *source;
	struct tnode *c;

	if (!target_is_candidate(r, op))
		return;
	source = datastore(r, op, "source");
	if (source == NULL)
		return;
	standard_errors(rpc);
	if (is(source, "running")) {
		op->name = "discard-changes";
		keep(op, NULL);
	} else if (is(source, "config")) {
		c = tnode_child(source, "configuration");
		if (c == NULL) {
			refuse(r, "missing-element", "missing configuration",
				"config");
			return;
		}
		op->name = "load-configuration";
		tree_attr(op, "action", "override");
		keep(op, c);
	} else if (is(source, "url") && source->value != NULL) {
		op->name = "load-configuration";
		tree_attr(op, "action", "override");
		tree_attr(op, "url", "%s", source->value);
		keep(op, NULL);
	} else {
		refuse(r, "invalid-value", "cannot copy from there",
			source->name);
	}
}

static void
map_delete_config(struct tnode *rpc, struct tnode *op, struct standard *r)
{
	if (!target_is_candidate(r, op))
		return;
	standard_errors(rpc);
	op->name = "load-configuration";
	tree_attr(op, "action", "override");
	keep(op, tree_open(op, "configuration"));
}

static void
map_validate(struct tnode *rpc, struct tnode *op, struct standard *r)
{
	const struct tnode *source = datastore(r, op, "source");

	(void)rpc;
	if (source == NULL)
		return;
	if (is(source, "running")) {
		r->ok = true; /* it was checked before it ran */
		return;
	}
	if (!is(source, "candidate")) {
		refuse(r, "invalid-value",
			"only the candidate configuration can be checked",
			source->name);
		return;
	}
	op->name = "commit-configuration";
	keep(op, tree_flag(op, "check"));
}

/* Seconds here, minutes in commit-configuration. */
static void
map_commit(struct tnode *rpc, struct tnode *op, struct standard *r)
{
	const char *timeout = tnode_text(op, "confirm-timeout");
	bool confirmed = tnode_child(op, "confirmed") != NULL;
	const char *log = tnode_text(op, "log");
	const char *persist = tnode_text(op, "persist");
	const char *id = tnode_text(op, "persist-id");
	unsigned long seconds = 600;
	char *end = NULL;

	if (persist != NULL && (!confirmed || strlen(persist) > PERSIST_MAX)) {
		refuse(r, "invalid-value", "invalid persist", persist);
		return;
	}
	if (timeout != NULL) {
		seconds = strtoul(timeout, &end, 10);
		if (timeout[0] < '0' || timeout[0] > '9' || *end != '\0' ||
			seconds < 1 || seconds > 65535ul * 60) {
			refuse(r, "invalid-value", "invalid confirm-timeout",
				timeout);
			return;
		}
	}
	standard_errors(rpc);
	keep(op, NULL);
	op->name = "commit-configuration";
	if (confirmed) {
		tree_flag(op, "confirmed");
		tree_leaf(op, "confirm-seconds", "%lu", seconds);
	}
	if (log != NULL)
		tree_leaf(op, "log", "%s", log);
	if (persist != NULL)
		tree_leaf(op, "persist", "%s", persist);
	if (id != NULL)
		tree_leaf(op, "persist-id", "%s", id);
}

bool
standard_map(struct tnode *rpc, struct standard *ret)
{
	static const struct {
		const char *name;
		void (*map)(struct tnode *, struct tnode *, struct standard *);
	} ops[] = {{"commit", map_commit}, {"copy-config", map_copy_config},
		{"delete-config", map_delete_config},
		{"edit-config", map_edit_config}, {"get", map_get_config},
		{"get-config", map_get_config}, {"lock", map_lock},
		{"unlock", map_lock}, {"validate", map_validate}};
	struct tnode *op = rpc->first;

	*ret = (struct standard){0};
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (is(op, ops[i].name)) {
			ops[i].map(rpc, op, ret);
			return true;
		}
	return false;
}
