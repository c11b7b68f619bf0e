/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elements into a tree, one after the other, since clients delete a hierarchy
 * and send its new content in the same load [CF-50].
 */
#include "config/read_tree_impl.h"

#include <errno.h>
#include <string.h>

#include "config/cedit.h"
#include "config/cvalue.h"
#include "config/read.h"
#include "config/read_tree.h"
#include "config/words.h"

#define COMMENT_ELEMENT "junos:comment"

/* ---- messages ---- */

static void
say(struct tree_reader *r, enum report_severity severity,
	const struct cnode *parent, const char *element, const char *message)
{
	struct sbuf path = SBUF_INIT;

	if (r->report->n >= READ_ERRORS_MAX)
		return;
	words_path(parent, &path);
	report_add(r->report, severity, 0, path.len > 0 ? path.data : NULL,
		element, "%s", message);
	sbuf_done(&path);
}

void
tree_error(struct tree_reader *r, const struct cnode *parent,
	const char *element, const char *message)
{
	say(r, REPORT_ERROR, parent, element, message);
}

void
tree_missing(struct tree_reader *r, const struct cnode *parent,
	const char *element, enum tree_op op)
{
	if (op == OP_DELETE)
		say(r, REPORT_WARNING, parent, element, "statement not found");
	else if (op != OP_REMOVE)
		say(r, REPORT_ERROR, parent, element, "statement not found");
}

/* ---- attributes ---- */

bool
tree_has_text(const struct tnode *e)
{
	return e->value != NULL && e->value[strspn(e->value, " \t\r\n")];
}

/* name="name", or name="true" as JSON has it. */
static bool
has_mark(const struct tnode *e, const char *name)
{
	const char *v = tnode_attr(e, name);

	return v != NULL && (strcmp(v, name) == 0 || strcmp(v, "true") == 0);
}

enum tree_op
tree_op_of(struct tree_reader *r, const struct cnode *parent,
	const struct tnode *e, enum tree_op dflt)
{
	static const struct {
		const char *name;
		enum tree_op op;
	} ops[] = {{"merge", OP_MERGE}, {"create", OP_CREATE},
		{"replace", OP_REPLACE}, {"delete", OP_DELETE},
		{"remove", OP_REMOVE}, {"none", OP_NONE}};
	const char *v = tnode_attr(e, "operation");

	if (has_mark(e, "delete"))
		return OP_DELETE;
	if (has_mark(e, "replace") && r->replace)
		return OP_REPLACE;
	if (v == NULL)
		return dflt;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strcmp(v, ops[i].name) == 0)
			return ops[i].op;
	tree_error(r, parent, v, "invalid value of attribute 'operation'");
	return dflt;
}

static void
set_flag(struct cnode *n, uint8_t flag, bool on)
{
	n->flags = (uint8_t)(on ? n->flags | flag : n->flags & ~flag);
}

/* A comment without its marks. */
static void
set_comment(struct tree_reader *r, struct cnode *n, const char *text)
{
	struct sbuf b = SBUF_INIT;
	size_t len;

	text += strspn(text, " \t\r\n");
	if (strncmp(text, "/*", 2) == 0)
		text += 2;
	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	if (len >= 2 && strncmp(text + len - 2, "*/", 2) == 0)
		len -= 2;
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	sbuf_add(&b, text, len);
	if (strstr(sbuf_text(&b), "*/") != NULL ||
		strstr(sbuf_text(&b), "/*") != NULL)
		tree_error(r, ctree_parent(n), "comment", "invalid comment");
	else if (b.failed || ctree_set_comment(r->tree, n, sbuf_text(&b)) != 0)
		r->nomem = true;
	sbuf_done(&b);
}

void
tree_marks(struct tree_reader *r, struct cnode *n, const struct tnode *e)
{
	const char *comment = tnode_attr(e, "comment");

	if (has_mark(e, "inactive"))
		set_flag(n, CNODE_INACTIVE, true);
	if (has_mark(e, "active"))
		set_flag(n, CNODE_INACTIVE, false);
	if (has_mark(e, "protect"))
		set_flag(n, CNODE_PROTECTED, true);
	if (has_mark(e, "unprotect"))
		set_flag(n, CNODE_PROTECTED, false);
	if (comment == NULL)
		comment = r->comment;
	r->comment = NULL;
	if (comment != NULL)
		set_comment(r, n, comment);
}

/* ---- values ---- */

struct values {
	const char *v[2];
	char buf[2][CVALUE_BUF];
};

/* The canonical form of text in out->v[i]; false after an error. */
static bool
check_value(struct tree_reader *r, const struct cnode *parent,
	const struct schema_type *type, const char *text, struct values *out,
	unsigned int i)
{
	struct sbuf why = SBUF_INIT;

	out->v[i] = cvalue_check(type, text, out->buf[i], &why);
	if (out->v[i] == NULL)
		tree_error(r, parent, text,
			why.len > 0 ? sbuf_text(&why) : "invalid value");
	sbuf_done(&why);
	return out->v[i] != NULL;
}

static bool
is_key(const struct schema_node *s, const char *name)
{
	for (unsigned int i = 0; i < s->n_keys; i++)
		if (strcmp(s->keys[i].name, name) == 0)
			return true;
	return false;
}

/*
 * The text of key i; an entry that has nothing but one key may have it as its
 * own text [CF-54].
 */
static const char *
key_text(const struct schema_node *s, const struct tnode *e, unsigned int i)
{
	const char *text = tnode_text(e, s->keys[i].name);

	if (text == NULL && s->n_keys == 1 && e->first == NULL &&
		tree_has_text(e))
		text = e->value;
	return text;
}

/* The keys of an entry. False with *ret_none set when it has none at all. */
static bool
read_keys(struct tree_reader *r, const struct cnode *parent,
	const struct schema_node *s, const struct tnode *e, struct values *out,
	bool *ret_none)
{
	unsigned int missing = 0;

	for (unsigned int i = 0; i < s->n_keys; i++)
		missing += key_text(s, e, i) == NULL;
	*ret_none = missing == s->n_keys;
	if (missing > 0 && !*ret_none)
		tree_error(r, parent, e->name, "missing argument");
	for (unsigned int i = 0; missing == 0 && i < s->n_keys; i++) {
		const char *text = key_text(s, e, i);

		if (ctree_is_pattern(text) && ctree_in_group(parent))
			out->v[i] = text;
		else if (!check_value(r, parent, s->keys[i].type, text, out, i))
			return false;
	}
	return missing == 0;
}

/* ---- moving and renaming ---- */

/* The sibling that the attributes name ("name", or the names of the keys). */
static struct cnode *
named_sibling(struct tree_reader *r, const struct cnode *n,
	const struct tnode *e, struct values *v)
{
	const struct schema_node *s = ctree_schema(n);
	struct cnode *parent = ctree_parent(n);
	unsigned int keys = s->kind == SCHEMA_LIST ? s->n_keys : 1;

	for (unsigned int i = 0; i < keys; i++) {
		const char *name =
			s->kind == SCHEMA_LIST ? s->keys[i].name : "name";
		const char *text = tnode_attr(e, name);

		if (text == NULL && keys == 1)
			text = tnode_attr(e, "name");
		if (text == NULL) {
			tree_error(r, parent, e->name, "missing argument");
			return NULL;
		}
		if (!check_value(r, parent,
			    s->kind == SCHEMA_LIST ? s->keys[i].type : s->type,
			    text, v, i))
			return NULL;
	}
	return ctree_find(parent, s, v->v[0], v->v[1]);
}

static bool
is_entry(const struct cnode *n)
{
	return ctree_schema(n)->kind == SCHEMA_LIST ||
	       ctree_schema(n)->kind == SCHEMA_LEAF_LIST;
}

static void
insert(struct tree_reader *r, struct cnode *n, const struct tnode *e)
{
	const char *where = tnode_attr(e, "insert");
	struct values v = {0};
	struct cnode *ref;

	if (where == NULL)
		return;
	if (!is_entry(n)) {
		tree_error(r, ctree_parent(n), e->name, "syntax error");
	} else if (strcmp(where, "first") == 0) {
		ctree_move(n, n->run->first, true);
	} else if (strcmp(where, "last") == 0) {
		ctree_move(n, n->run->last, false);
	} else if (strcmp(where, "before") == 0 ||
		   strcmp(where, "after") == 0) {
		ref = named_sibling(r, n, e, &v);
		if (ref != NULL)
			ctree_move(n, ref, strcmp(where, "before") == 0);
		else if (v.v[0] != NULL)
			tree_error(r, ctree_parent(n), v.v[0],
				"statement not found");
	} else {
		tree_error(r, ctree_parent(n), where,
			"invalid value of attribute 'insert'");
	}
}

/* rename="rename" name="new": of what exists. */
static void
rename_entry(struct tree_reader *r, struct cnode *parent, struct cnode *n,
	const struct tnode *e)
{
	struct values v = {0};

	if (n == NULL) {
		tree_error(r, parent, e->name, "statement not found");
		return;
	}
	if (!is_entry(n)) {
		tree_error(r, parent, e->name, "syntax error");
		return;
	}
	if (cedit_must_stay(n))
		tree_error(r, parent, e->name, "statement is protected");
	else if (named_sibling(r, n, e, &v) != NULL)
		tree_error(r, parent, v.v[0], "target already exists");
	else if (v.v[0] != NULL &&
		 ctree_rename(r->tree, n, v.v[0], v.v[1]) == -ENOMEM)
		r->nomem = true;
}

/* ---- elements ---- */

static void read_children(struct tree_reader *r, struct cnode *n,
	const struct tnode *e, enum tree_op op);

static bool
is_removal(const struct tnode *e)
{
	const char *v = tnode_attr(e, "operation");

	return has_mark(e, "delete") ||
	       (v != NULL &&
		       (strcmp(v, "delete") == 0 || strcmp(v, "remove") == 0));
}

/* Nothing in e but what is to be deleted: e itself is not to be made. */
static bool
only_removes(const struct schema_node *s, const struct tnode *e)
{
	bool any = false;

	tnode_foreach (c, e) {
		const struct schema_node *cs = schema_child_xml(s, c->name);

		if (is_key(s, c->name))
			continue;
		if (!is_removal(c) && (cs == NULL || !only_removes(cs, c)))
			return false;
		any = true;
	}
	return any;
}

static void
remove_children(struct cnode *n)
{
	for (struct cnode *c; (c = ctree_first(n)) != NULL;)
		ctree_remove(c);
}

static void
delete_nodes(struct tree_reader *r, struct cnode *parent, struct cnode *n,
	bool all, const struct tnode *e, enum tree_op op)
{
	struct cnode *next;

	if (n == NULL)
		tree_missing(r, parent, e->name, op);
	for (; n != NULL; n = next) {
		next = all ? n->next : NULL;
		if (cedit_must_stay(n)) {
			tree_error(
				r, parent, e->name, "statement is protected");
			return;
		}
		ctree_remove(n);
	}
}

/* What e says beyond its name: a value, keys, or (false) a mistake. */
static bool
read_values(struct tree_reader *r, const struct cnode *parent,
	const struct schema_node *s, const struct tnode *e, enum tree_op op,
	struct values *v, bool *ret_all)
{
	bool removal = op == OP_DELETE || op == OP_REMOVE, none;

	*ret_all = false;
	switch (s->kind) {
	case SCHEMA_LIST:
		if (read_keys(r, parent, s, e, v, &none))
			return true;
		*ret_all = none && removal;
		if (none && !removal)
			tree_error(r, parent, e->name, "missing argument");
		return *ret_all;
	case SCHEMA_LEAF:
	case SCHEMA_LEAF_LIST:
		if (tree_has_text(e))
			return check_value(r, parent, s->type, e->value, v, 0);
		*ret_all = removal;
		if (!removal)
			tree_error(r, parent, e->name, "missing argument");
		return removal;
	default:
		if (tree_has_text(e) && s->kind != SCHEMA_ANY &&
			schema_bare_leaf(s) == NULL) {
			tree_error(r, parent, e->value, "syntax error");
			return false;
		}
		return true;
	}
}

/* What e is about, NULL if it does not exist. */
static struct cnode *
existing(const struct cnode *parent, const struct schema_node *s,
	const struct values *v, bool all)
{
	const struct crun *run = ctree_run(parent, s);

	if (all || s->kind == SCHEMA_LEAF)
		return run != NULL ? run->first : NULL;
	return ctree_find(parent, s, v->v[0], v->v[1]);
}

/* <input>F</input> for <input><filter-name>F</filter-name></input>. */
static void
read_bare_text(struct tree_reader *r, struct cnode *n, const struct tnode *e)
{
	const struct schema_node *s = schema_bare_leaf(ctree_schema(n));
	struct values v = {0};

	if (s != NULL && tree_has_text(e) &&
		check_value(r, n, s->type, e->value, &v, 0) &&
		cedit_add(r->tree, n, s, v.v[0], NULL) == NULL)
		r->nomem = true;
}

static void
read_body(struct tree_reader *r, struct cnode *n, const struct tnode *e,
	enum tree_op op)
{
	bool was = n->flags & CNODE_PROTECTED, protect;

	if (op == OP_REPLACE)
		remove_children(n);
	tree_marks(r, n, e);
	/* it protects from later changes, not from its own content */
	protect = !was && (n->flags & CNODE_PROTECTED);
	if (protect)
		set_flag(n, CNODE_PROTECTED, false);
	read_bare_text(r, n, e);
	if (ctree_schema(n)->kind == SCHEMA_ANY && tree_has_text(e) &&
		ctree_add(r->tree, n, &schema_any_word, e->value, NULL) == NULL)
		r->nomem = true;
	if (schema_has_body(ctree_schema(n)))
		read_children(r, n, e, op == OP_NONE ? OP_NONE : OP_MERGE);
	else if (e->first != NULL)
		tree_error(r, n, e->first->name, "syntax error");
	if (protect)
		set_flag(n, CNODE_PROTECTED, true);
	insert(r, n, e);
	cedit_prune_empty(n);
}

/*
 * <host-name active="active"/>: of a value that may be there or not; it stays
 * what it is.
 */
static bool
only_marks(struct tree_reader *r, const struct cnode *parent,
	const struct schema_node *s, const struct tnode *e)
{
	const struct crun *run = ctree_run(parent, s);

	if ((s->kind != SCHEMA_LEAF && s->kind != SCHEMA_LEAF_LIST) ||
		tree_has_text(e) || is_removal(e) ||
		(!has_mark(e, "active") && !has_mark(e, "inactive")))
		return false;
	for (struct cnode *n = run != NULL ? run->first : NULL; n != NULL;
		n = n->next)
		tree_marks(r, n, e);
	return true;
}

static void
read_statement(struct tree_reader *r, struct cnode *parent,
	const struct schema_node *s, const struct tnode *e, enum tree_op dflt)
{
	enum tree_op op = tree_op_of(r, parent, e, dflt);
	struct values v = {0};
	struct cnode *n;
	bool all;

	if (only_marks(r, parent, s, e) ||
		!read_values(r, parent, s, e, op, &v, &all))
		return;
	n = existing(parent, s, &v, all);
	if (op == OP_DELETE || op == OP_REMOVE) {
		delete_nodes(r, parent, n, all, e, op);
	} else if (has_mark(e, "rename")) {
		rename_entry(r, parent, n, e);
	} else if (op == OP_CREATE && n != NULL) {
		tree_error(r, parent, e->name, "statement already exists");
	} else if (n == NULL && only_removes(s, e)) {
		tree_missing(r, parent, e->name, OP_DELETE);
	} else if (n == NULL && op == OP_NONE) {
		tree_missing(r, parent, e->name, op);
	} else if (cedit_is_protected(parent)) {
		tree_error(r, parent, e->name, "statement is protected");
	} else {
		if (n == NULL || op != OP_NONE)
			n = cedit_add(r->tree, parent, s, v.v[0], v.v[1]);
		if (n == NULL)
			r->nomem = true;
		else
			read_body(r, n, e, op);
	}
}

static void
read_children(struct tree_reader *r, struct cnode *n, const struct tnode *e,
	enum tree_op op)
{
	const struct schema_node *s = ctree_schema(n);

	r->depth++;
	tnode_foreach (c, e) {
		const struct schema_node *cs = schema_child_xml(s, c->name);

		if (r->nomem || r->report->n >= READ_ERRORS_MAX)
			break;
		if (strcmp(c->name, COMMENT_ELEMENT) == 0) {
			r->comment = c->value;
			continue;
		}
		if (!is_key(s, c->name)) {
			if (cs != NULL)
				read_statement(r, n, cs, c, op);
			else if (tree_keeps_words(n))
				tree_read_word(r, n, c, op);
			else
				tree_error(r, n, c->name, "syntax error");
		}
		r->comment = NULL;
	}
	r->depth--;
}

int
config_load_tree(struct config_tree **tree, const struct tnode *from,
	enum config_load how, unsigned int flags, struct report *report)
{
	bool keep = how == CONFIG_LOAD_MERGE || how == CONFIG_LOAD_REPLACE;
	struct tree_reader r = {
		.report = report, .replace = how == CONFIG_LOAD_REPLACE};
	unsigned int before = report->errors;
	bool bad;

	r.tree = keep ? ctree_clone(*tree) : ctree_create();
	if (r.tree == NULL)
		return -ENOMEM;
	if (tree_has_text(from))
		tree_error(&r, &r.tree->root, from->value, "syntax error");
	/* <configuration operation="delete"/>: all of it */
	switch (tree_op_of(&r, &r.tree->root, from, OP_MERGE)) {
	case OP_DELETE:
	case OP_REMOVE:
	case OP_REPLACE:
		remove_children(&r.tree->root);
		break;
	default:
		break;
	}
	read_children(&r, &r.tree->root, from,
		flags & CONFIG_TREE_NONE ? OP_NONE : OP_MERGE);
	bad = report->errors != before;
	if (r.nomem || report->failed ||
		(bad && !(flags & CONFIG_TREE_GO_ON))) {
		ctree_free(r.tree);
		return r.nomem || report->failed ? -ENOMEM : -EINVAL;
	}
	ctree_free(*tree);
	*tree = r.tree;
	return bad ? -EINVAL : 0;
}
