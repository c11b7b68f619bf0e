/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/conf_store.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "config/cedit.h"

const struct config_tree *
conf_committed(const struct ops_env *env)
{
	return env->config != NULL ? config_store_committed(env->config) : NULL;
}

struct config_tree *
conf_candidate(const struct ops_env *env)
{
	return config_store_candidate(env->config);
}

const struct config_tree *
conf_candidate_read(const struct ops_env *env)
{
	return config_store_candidate_read(env->config);
}

bool
conf_is_changed(const struct ops_env *env)
{
	return config_store_changed(env->config);
}

struct config_tree *
conf_rollback_tree(struct session *s, unsigned int n)
{
	struct report r = REPORT_INIT;
	struct config_tree *t = NULL;
	int rc = config_store_tree(s->env->config, n, &t, &r);

	if (rc == -ENOENT)
		session_error(s, NO_COLUMN,
			"error: rollback %u: no such configuration", n);
	else if (rc < 0)
		conf_report(s, &r);
	if (rc < 0 && !s->failed)
		session_error(s, NO_COLUMN, "error: out of memory");
	report_done(&r);
	return rc == 0 ? t : NULL;
}

void
conf_create_entries(struct session *s, const struct cpath *p)
{
	const struct config_tree *now = conf_candidate_read(s->env);
	struct config_tree *t;
	bool all;

	if (p->n == 0 || p->steps[p->n - 1].schema->kind != SCHEMA_LIST ||
		conf_path_node(now, p, &all) != NULL || conf_locked(s))
		return;
	t = conf_candidate(s->env);
	if (t == NULL || cedit_apply(t, &t->root, p, 0, NULL) == -ENOMEM)
		session_error(s, NO_COLUMN, "error: out of memory");
	session_touch(s);
}

/* The entries of n's children whose name the pattern matches. */
static unsigned int
delete_matching(struct cnode *n, const char *pattern)
{
	struct cnode *c, *next;
	unsigned int deleted = 0;

	for (c = ctree_first(n); c != NULL; c = next) {
		next = ctree_next(c);
		if (c->val[0] == NULL || ctree_schema(c)->kind == SCHEMA_LEAF ||
			fnmatch(pattern, c->val[0], 0) != 0 ||
			cedit_must_stay(c))
			continue;
		ctree_remove(c);
		deleted++;
	}
	return deleted;
}

/* The same for entries of one kind only: "security-zone ge-*". */
static unsigned int
delete_kind(struct cnode *first, const char *pattern)
{
	struct cnode *next;
	unsigned int deleted = 0;

	for (struct cnode *c = first; c != NULL; c = next) {
		next = c->next;
		if (c->val[0] != NULL && fnmatch(pattern, c->val[0], 0) == 0 &&
			!cedit_must_stay(c)) {
			ctree_remove(c);
			deleted++;
		}
	}
	return deleted;
}

void
conf_wildcard_delete(const struct conf_line *l, size_t from)
{
	struct session *s = l->s;
	const char *pattern = l->w->w[l->to - 1].text;
	struct config_tree *t = conf_candidate(s->env);
	struct conf_words cw;
	struct parse_error e;
	struct cpath p = {0};
	struct cnode *n;
	unsigned int deleted = 0;
	bool all = false;

	if (t == NULL ||
		conf_words_init(&cw, l->prefix, l->w, from, l->to - 1) < 0) {
		session_error(s, NO_COLUMN, "error: out of memory");
		return;
	}
	if (conf_path_parse(&cw, CPATH_OPEN, &p, &e) < 0) {
		session_parse_error(s, &e);
	} else {
		n = conf_path_node(t, &p, &all);
		if (n != NULL)
			deleted = all ? delete_kind(n, pattern)
				      : delete_matching(n, pattern);
		session_print(s, "matched: %u\ndeleted: %u objects\n", deleted,
			deleted);
		if (deleted > 0)
			session_touch(s);
	}
	cpath_done(&p);
	conf_words_done(&cw);
}
