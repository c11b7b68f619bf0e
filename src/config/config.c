/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include <errno.h>
#include <string.h>

#include "config/ctree.h"
#include "config/read.h"

const struct cnode *
config_root(const struct config_tree *t)
{
	return &t->root;
}

void
config_free(struct config_tree *t)
{
	ctree_free(t);
}

static bool
too_long(size_t len, struct report *report)
{
	if (len <= CONFIG_TEXT_MAX)
		return false;
	report_add(report, REPORT_ERROR, 0, NULL, NULL,
		"configuration text is longer than %u bytes", CONFIG_TEXT_MAX);
	return true;
}

/* Lines as they come; each good one takes effect. */
static int
load_set(struct config_tree *t, const char *text, size_t len,
	struct report *report)
{
	return read_set(t, text, len, report);
}

int
config_load(struct config_tree **tree, const char *text, size_t len,
	enum config_load how, struct report *report)
{
	struct config_tree *t;
	unsigned int before = report->errors;
	int rc;

	if (too_long(len, report))
		return -EINVAL;
	if (how == CONFIG_LOAD_SET)
		return load_set(*tree, text, len, report);
	if (how == CONFIG_LOAD_MERGE || how == CONFIG_LOAD_REPLACE)
		t = ctree_clone(*tree);
	else
		t = ctree_create();
	if (t == NULL)
		return -ENOMEM;
	rc = read_is_set(text, len)
		     ? read_set(t, text, len, report)
		     : read_curly(t, text, len, how == CONFIG_LOAD_REPLACE,
			       report);
	if (rc == 0 || (rc == -EINVAL && report->errors == before &&
			       !report->failed)) {
		ctree_free(*tree);
		*tree = t;
		return 0;
	}
	ctree_free(t);
	return rc;
}

int
config_load_text(const char *text, size_t len, const char *source,
	struct config_tree **ret, struct report *report)
{
	struct config_tree *t = NULL;
	int rc;

	if (source != NULL && report->source == NULL) {
		report->source = strdup(source);
		if (report->source == NULL)
			return -ENOMEM;
	}
	rc = config_load(&t, text, len, CONFIG_LOAD_OVERRIDE, report);
	if (rc == 0)
		*ret = t;
	return rc;
}

bool
config_equal(const struct config_tree *a, const struct config_tree *b)
{
	/* The digest is a note in the nodes, no part of the content. */
	return ctree_digest(&((struct config_tree *)a)->root) ==
	       ctree_digest(&((struct config_tree *)b)->root);
}
