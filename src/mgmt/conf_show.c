/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration as text: show, show configuration, compare.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/candidate.h"
#include "config/config.h"
#include "config/inherit.h"
#include "mgmt/access_config.h"
#include "mgmt/conf.h"
#include "mgmt/conf_impl.h"
#include "mgmt/conf_store.h"
#include "render/product.h"

/* All nodes of a kind: `show interfaces` is one, `show routing-instances`
 * without a name are many entries. */
static void
print_nodes(const struct session *s, const struct cnode *n, bool all,
	struct sbuf *out)
{
	for (; n != NULL; n = all ? n->next : NULL) {
		const struct schema_node *sn = ctree_schema(n);
		bool body = n->run == NULL || schema_has_body(sn);

		if (s->pipes.form == PIPE_FORM_SET ||
			s->pipes.form == PIPE_FORM_SET_RELATIVE)
			config_print_set(n,
				s->pipes.form == PIPE_FORM_SET_RELATIVE, out);
		else if (s->pipes.form == PIPE_FORM_DETAIL && body && !all)
			conf_print_detail(n, 0, out);
		else if (all || !body)
			config_print_statement(n, 0, out);
		else
			config_print_curly(n, 0, out);
	}
}

/* The last commit, NULL when nothing was committed yet. */
static const struct commit_info *
last_commit(const struct session *s)
{
	const struct commit_info *info = config_store_info(s->env->config, 0);

	return info != NULL && info->time != 0 ? info : NULL;
}

/* junos: attributes of the top element. */
void
conf_top_attributes(const struct session *s, bool committed, struct sbuf *out)
{
	const struct commit_info *info = committed ? last_commit(s) : NULL;
	bool xml = s->pipes.form == PIPE_FORM_XML;
	const char *what = info != NULL ? "commit" : "changed";
	int64_t when = info != NULL ? info->time : session_touched(s);
	char text[32];

	if (when == 0)
		return;
	config_time_text(when, text);
	if (xml)
		sbuf_printf(out,
			"junos:%s-seconds=\"%lld\" junos:%s-localtime=\"%s\"",
			what, (long long)when, what, text);
	else
		sbuf_printf(out,
			"\"junos:%s-seconds\" : \"%lld\", "
			"\"junos:%s-localtime\" : \"%s\"",
			what, (long long)when, what, text);
	if (info != NULL && xml)
		sbuf_printf(out, " junos:commit-user=\"%s\"", info->user);
	else if (info != NULL)
		sbuf_printf(
			out, ", \"junos:commit-user\" : \"%s\"", info->user);
}

/* Lines of XML, one level deeper. */
static void
indent(const char *text, struct sbuf *out)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		/* Lines of a value do not begin with a tag. */
		if (text[strspn(text, " ")] == '<')
			sbuf_puts(out, "    ");
		sbuf_add(out, text, len + (text[len] == '\n'));
		text += len + (text[len] == '\n');
	}
}

static void
print_tagged(const struct session *s, const struct cnode *n, bool committed,
	struct sbuf *out)
{
	struct sbuf attrs = SBUF_INIT, xml = SBUF_INIT;
	const char *a;

	if (s->is_rpc && s->pipes.form == PIPE_FORM_XML)
		sbuf_puts(&attrs,
			"xmlns=\"http://xml.juniper.net/xnm/1.1/xnm\" ");
	conf_top_attributes(s, committed, &attrs);
	a = attrs.len > 0 ? sbuf_text(&attrs) : NULL;
	if (s->is_rpc && s->pipes.form == PIPE_FORM_XML) {
		config_print_xml(n, a, out);
	} else if (s->pipes.form == PIPE_FORM_XML) {
		sbuf_puts(out, "<rpc-reply xmlns:junos=\"http://xml.juniper."
			       "net/junos/" JUNOS_RELEASE "/junos\">\n");
		config_print_xml(n, a, &xml);
		indent(sbuf_text(&xml), out);
		sbuf_puts(out, "    <cli>\n        <banner></banner>\n"
			       "    </cli>\n</rpc-reply>\n");
	} else {
		config_print_json(n, a, out);
		if (out->len > 0 && out->data[out->len - 1] != '\n')
			sbuf_putc(out, '\n');
	}
	sbuf_done(&attrs);
	sbuf_done(&xml);
}

/* "## Last commit: ..." above a whole configuration. */
void
conf_print_header(const struct session *s, bool committed, struct sbuf *out)
{
	const struct commit_info *info = last_commit(s);
	char when[32];

	if (!committed && conf_is_changed(s->env)) {
		config_time_text(session_touched(s), when);
		sbuf_printf(out, "## Last changed: %s\n", when);
	} else if (info != NULL) {
		config_time_text(info->time, when);
		sbuf_printf(
			out, "## Last commit: %s by %s\n", when, info->user);
	}
}

/*
 * `display inheritance`: the tree with what it inherits. *own is the caller's
 * to free; NULL: as it is. False after an error.
 */
static bool
with_inherited(struct session *s, const struct config_tree **tree,
	struct config_tree **own)
{
	unsigned int flags = INHERIT_SHOW;
	struct report r = REPORT_INIT;
	int rc;

	*own = NULL;
	if (!s->pipes.inherit || *tree == NULL)
		return true;
	if (s->pipes.no_comments)
		flags |= INHERIT_NO_COMMENTS;
	if (s->pipes.brief)
		flags |= INHERIT_BRIEF;
	if (s->pipes.terse)
		flags |= INHERIT_TERSE;
	if (s->pipes.defaults)
		flags |= INHERIT_DEFAULTS;
	rc = config_inherit(*tree, flags, own, &r);
	conf_report_commit(s, &r);
	report_done(&r);
	if (rc == -ENOMEM)
		session_error(s, NO_COLUMN, "error: out of memory");
	if (*own != NULL)
		*tree = *own;
	return rc == 0;
}

/* `show groups junos-defaults`: a group that nobody has written [CF-67]. */
static bool
wants_defaults(const struct config_tree *tree, const struct cpath *p)
{
	const struct cstep *st = p->n > 0 ? &p->steps[0] : NULL;

	return tree != NULL && st != NULL && (st->schema->flags & SCHEMA_TOP) &&
	       st->val[0] != NULL &&
	       strcmp(st->val[0], INHERIT_DEFAULT_GROUP) == 0 &&
	       ctree_find(&tree->root, st->schema, st->val[0], NULL) == NULL;
}

/* A tree that holds only it; NULL on no memory. */
static struct config_tree *
defaults_as_group(const struct cstep *st)
{
	const struct config_tree *d = config_defaults();
	struct config_tree *t = d != NULL ? ctree_create() : NULL;
	struct cnode *g =
		t != NULL ? ctree_add(t, &t->root, st->schema, st->val[0], NULL)
			  : NULL;
	bool ok = g != NULL;

	for (const struct cnode *c = ok ? ctree_first(&d->root) : NULL;
		c != NULL && ok; c = ctree_next(c))
		ok = ctree_copy(t, g, c, c->val[0], c->val[1]) != NULL;
	if (ok)
		return t;
	ctree_free(t);
	return NULL;
}

void
conf_print_place(struct session *s, const struct config_tree *tree,
	const struct conf_words *cw, bool committed)
{
	struct sbuf out = SBUF_INIT;
	struct parse_error e;
	struct cpath p = {0};
	struct config_tree *own, *seen = NULL;
	struct cnode *n;
	bool all;

	if (conf_path_parse(cw, CPATH_OPEN, &p, &e) < 0) {
		session_parse_error(s, &e);
		cpath_done(&p);
		return;
	}
	if (wants_defaults(tree, &p)) {
		own = defaults_as_group(&p.steps[0]);
		tree = own;
	} else if (!with_inherited(s, &tree, &own)) {
		cpath_done(&p);
		return;
	}
	if (session_view(s, &tree, &seen) != 0) /* [CF-77] */
		tree = NULL;
	n = tree != NULL ? conf_path_node(tree, &p, &all) : NULL;
	if (n != NULL && (s->pipes.form == PIPE_FORM_XML ||
				 s->pipes.form == PIPE_FORM_JSON)) {
		print_tagged(s, n, committed, &out);
	} else if (n != NULL) {
		if (n->run == NULL &&
			(s->pipes.form == PIPE_FORM_TEXT ||
				s->pipes.form == PIPE_FORM_DETAIL))
			conf_print_header(s, committed, &out);
		print_nodes(s, n, all, &out);
	}
	if (out.failed)
		session_error(s, NO_COLUMN, "error: out of memory");
	else
		session_print_text(s, sbuf_text(&out));
	config_free(seen);
	config_free(own);
	sbuf_done(&out);
	cpath_done(&p);
}

void
conf_print_compare(struct session *s, const struct config_tree *old,
	const struct config_tree *new_tree)
{
	struct config_tree *own_old = NULL, *own_new = NULL;
	struct sbuf out = SBUF_INIT;

	if (session_view(s, &old, &own_old) == 0 &&
		session_view(s, &new_tree, &own_new) == 0)
		config_compare(old, new_tree, &out);
	config_free(own_old);
	config_free(own_new);
	session_print_text(s, sbuf_text(&out));
	sbuf_done(&out);
}

void
conf_show(const struct conf_line *l)
{
	struct session *s = l->s;
	struct conf_words cw;

	if (conf_words_init(&cw, l->prefix, l->w, l->from, l->to) < 0) {
		session_error(s, NO_COLUMN, "error: out of memory");
		return;
	}
	if (s->pipes.form == PIPE_FORM_COMPARE)
		conf_compare_place(s, conf_candidate_read(s->env), &cw);
	else
		conf_print_place(s, conf_candidate_read(s->env), &cw, false);
	conf_words_done(&cw);
}

void
conf_show_committed(struct session *s)
{
	struct conf_words cw;

	if (conf_words_init(&cw, "", &s->words, s->rest, s->rest_end) < 0) {
		session_error(s, NO_COLUMN, "error: out of memory");
		return;
	}
	if (s->pipes.form == PIPE_FORM_COMPARE)
		conf_compare_place(s, conf_committed(s->env), &cw);
	else
		conf_print_place(s, conf_committed(s->env), &cw, true);
	conf_words_done(&cw);
}

void
conf_show_rollback(struct session *s, unsigned int n, int compare)
{
	struct config_tree *tree = conf_rollback_tree(s, n), *other;
	struct conf_words cw;
	const struct cmdline none = {0};

	if (tree == NULL)
		return;
	if (compare >= 0) {
		other = conf_rollback_tree(s, (unsigned int)compare);
		if (other != NULL)
			conf_print_compare(s, other, tree);
		config_free(other);
	} else if (conf_words_init(&cw, "", &none, 0, 0) == 0) {
		conf_print_place(s, tree, &cw, true);
		conf_words_done(&cw);
	}
	config_free(tree);
}
