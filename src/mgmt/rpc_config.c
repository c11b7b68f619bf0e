/* SPDX-License-Identifier: Apache-2.0 */
/* get-configuration and get-rollback-information [OP-124]. */
#include "mgmt/rpc_impl.h"

#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "config/ctree.h"
#include "config/read_tree.h"
#include "config/inherit.h"
#include "mgmt/access_config.h"
#include "mgmt/conf_store.h"

enum form {
	FORM_XML,
	FORM_XML_MIN,
	FORM_JSON,
	FORM_JSON_MIN,
	FORM_TEXT,
	FORM_SET
};

static bool
read_form(struct session *s, const char *text, enum form *ret)
{
	static const struct {
		const char *name;
		enum form form;
	} forms[] = {{"xml", FORM_XML}, {"xml-minified", FORM_XML_MIN},
		{"json", FORM_JSON}, {"json-minified", FORM_JSON_MIN},
		{"text", FORM_TEXT}, {"ascii", FORM_TEXT}, {"set", FORM_SET}};

	*ret = FORM_XML;
	if (text == NULL)
		return true;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].name, text) == 0) {
			*ret = forms[i].form;
			return true;
		}
	rpc_error(s, NULL,
		&(struct rpc_error){
			.message = "syntax error", .bad_element = text});
	return false;
}

/* Without the blanks between elements; the text of values stays. */
static void
minify_xml(const char *text, struct sbuf *out)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		const char *at = text + strspn(text, " ");

		if (*at != '<')
			at = text; /* a further line of a value */
		sbuf_add(out, at, len - (size_t)(at - text));
		/* A line that does not end with a tag goes on. */
		if (len > 0 && text[len - 1] != '>' && text[len] == '\n')
			sbuf_putc(out, '\n');
		text += len + (text[len] == '\n');
	}
}

static void
minify_json(const char *text, struct sbuf *out)
{
	bool quoted = false;

	for (; *text != '\0'; text++) {
		if (*text == '\\' && quoted && text[1] != '\0') {
			sbuf_add(out, text++, 2);
			continue;
		}
		if (*text == '"')
			quoted = !quoted;
		if (quoted || (*text != ' ' && *text != '\n'))
			sbuf_putc(out, *text);
	}
}

static void
print(struct session *s, const struct config_tree *t, enum form form,
	bool committed, bool whole, struct sbuf *out)
{
	struct sbuf attrs = SBUF_INIT, text = SBUF_INIT;
	bool xml = form == FORM_XML || form == FORM_XML_MIN;

	s->pipes.form = xml ? PIPE_FORM_XML : PIPE_FORM_JSON;
	if (xml)
		sbuf_puts(&attrs,
			"xmlns=\"http://xml.juniper.net/xnm/1.1/xnm\" ");
	switch (form) {
	case FORM_TEXT:
		if (whole && ctree_first(&t->root) != NULL)
			conf_print_header(s, committed, out);
		config_print_curly(&t->root, 0, out);
		break;
	case FORM_SET:
		config_print_set(&t->root, false, out);
		break;
	case FORM_XML:
	case FORM_XML_MIN:
		conf_top_attributes(s, committed, &attrs);
		if (attrs.len > 0 && attrs.data[attrs.len - 1] == ' ')
			attrs.data[--attrs.len] = '\0';
		config_print_xml(&t->root, sbuf_text(&attrs), &text);
		if (form == FORM_XML_MIN)
			minify_xml(sbuf_text(&text), out);
		else
			sbuf_add(out, sbuf_text(&text), text.len);
		break;
	default:
		conf_top_attributes(s, committed, &attrs);
		config_print_json(&t->root,
			attrs.len > 0 ? sbuf_text(&attrs) : NULL, &text);
		if (form == FORM_JSON_MIN)
			minify_json(sbuf_text(&text), out);
		else
			sbuf_add(out, sbuf_text(&text), text.len);
		break;
	}
	sbuf_done(&attrs);
	sbuf_done(&text);
}

/* The tree as the answer, in its form. */
static void
answer(struct session *s, const struct config_tree *t, enum form form,
	bool committed, bool whole, const char *inside)
{
	static const char *const elements[] = {
		[FORM_TEXT] = "configuration-text",
		[FORM_SET] = "configuration-set"};
	struct rpc_text text = {
		.inside = inside, .raw = form < FORM_TEXT, .always = true};
	struct sbuf out = SBUF_INIT;
	struct config_tree *own;

	if (text.raw)
		text.form = form <= FORM_XML_MIN ? "xml" : "json";
	else
		text.element = elements[form];
	if (session_view(s, &t, &own) == 0) /* [CF-77] */
		print(s, t, form, committed, whole, &out);
	else
		out.failed = true;
	ctree_free(own);
	if (out.failed) {
		rpc_error(s, NULL,
			&(struct rpc_error){.message = "out of memory"});
	} else {
		rpc_text_begin(s, &text);
		session_print_text(s, sbuf_text(&out));
	}
	sbuf_done(&out);
}

static void
answer_compare(struct session *s, const struct config_tree *old,
	const struct config_tree *new_tree, const char *inside)
{
	struct config_tree *own_old = NULL, *own_new = NULL;
	struct sbuf out = SBUF_INIT;

	if (session_view(s, &old, &own_old) == 0 &&
		session_view(s, &new_tree, &own_new) == 0)
		config_compare(old, new_tree, &out);
	ctree_free(own_old);
	ctree_free(own_new);
	rpc_text_begin(s, &(struct rpc_text){.element = "configuration-output",
				  .inside = inside,
				  .always = true});
	session_print_text(s, sbuf_text(&out));
	sbuf_done(&out);
}

/* Configuration n, the caller's; NULL after an error. */
static struct config_tree *
rollback_tree(struct session *s, unsigned int n)
{
	struct report r = REPORT_INIT;
	struct config_tree *t = NULL;

	if (config_store_tree(s->env->config, n, &t, &r) < 0) {
		t = NULL;
		rpc_report(s, NULL, &r);
		if (r.errors == 0)
			rpc_error(s, NULL,
				&(struct rpc_error){.message = "out of "
							       "memory"});
	}
	report_done(&r);
	return t;
}

static void
compare(struct session *s, const struct tnode *rpc,
	const struct config_tree *new_tree)
{
	const char *how = tnode_attr(rpc, "compare");
	struct config_tree *old;
	unsigned int n = 0;

	if (strcmp(how, "rollback") != 0) {
		rpc_error(s, NULL,
			&(struct rpc_error){
				.message = "syntax error", .bad_element = how});
		return;
	}
	if (!rpc_number(s, rpc, "rollback", CONFIG_ROLLBACKS - 1, &n))
		return;
	old = rollback_tree(s, n);
	if (old != NULL)
		answer_compare(s, old, new_tree, NULL);
	ctree_free(old);
}

static void
filtered(struct session *s, const struct tnode *rpc,
	const struct config_tree *t, enum form form, bool committed)
{
	const struct tnode *filter = tnode_child(rpc, "configuration");
	bool whole = filter == NULL || filter->first == NULL;
	struct config_tree *part = NULL;

	if (whole) {
		answer(s, t, form, committed, true, NULL);
		return;
	}
	if (config_filter(t, filter, &part) == 0)
		answer(s, part, form, committed, false, NULL);
	else
		rpc_error(s, NULL,
			&(struct rpc_error){.message = "out of memory"});
	ctree_free(part);
}

/* inherit="inherit" [groups="groups"]; NULL after an error. */
static const struct config_tree *
inherited(struct session *s, const struct tnode *rpc,
	const struct config_tree *t, struct config_tree **own)
{
	unsigned int flags = INHERIT_SHOW | INHERIT_NO_GROUPS;
	struct report r = REPORT_INIT;
	int rc;

	if (t == NULL || tnode_attr(rpc, "inherit") == NULL)
		return t;
	if (tnode_attr(rpc, "groups") == NULL)
		flags |= INHERIT_NO_COMMENTS;
	if (strcmp(tnode_attr(rpc, "inherit"), "defaults") == 0)
		flags |= INHERIT_DEFAULTS;
	rc = config_inherit(t, flags, own, &r);
	if (rc != 0)
		rpc_error(s, NULL,
			&(struct rpc_error){
				.message = r.n > 0 ? r.entries[0].message
						   : "out of memory"});
	report_done(&r);
	if (rc != 0)
		return NULL;
	return *own != NULL ? *own : t;
}

void
rpc_get_configuration(struct session *s, const struct tnode *rpc)
{
	const char *database = tnode_attr(rpc, "database");
	bool committed = database && strcmp(database, "candidate") != 0;
	const struct config_tree *t;
	struct config_tree *old = NULL, *own = NULL;
	enum form form;
	unsigned int n = 0;

	if (!read_form(s, tnode_attr(rpc, "format"), &form))
		return;
	if (committed && strcmp(database, "committed") != 0) {
		rpc_error(s, NULL,
			&(struct rpc_error){.message = "syntax error",
				.bad_element = database});
		return;
	}
	t = committed ? conf_committed(s->env) : conf_candidate_read(s->env);
	if (tnode_attr(rpc, "compare") != NULL) {
		compare(s, rpc, t);
		return;
	}
	if (tnode_attr(rpc, "rollback") != NULL) {
		if (!rpc_number(s, rpc, "rollback", CONFIG_ROLLBACKS - 1, &n))
			return;
		t = old = rollback_tree(s, n);
		if (old == NULL)
			return;
	}
	t = inherited(s, rpc, t, &own);
	if (t != NULL)
		filtered(s, rpc, t, form, committed || old != NULL);
	ctree_free(own);
	ctree_free(old);
}

/* A child as a number 0..49; false after an error. */
static bool
child_number(struct session *s, const struct tnode *rpc, const char *name,
	unsigned int *ret)
{
	const char *text = tnode_text(rpc, name);
	unsigned int v = 0;

	if (text == NULL)
		return true;
	for (const char *p = text; *p != '\0' || p == text; p++) {
		v = v * 10 + (unsigned int)(*p - '0');
		if (*p < '0' || *p > '9' || v >= CONFIG_ROLLBACKS) {
			rpc_error(s, NULL,
				&(struct rpc_error){.tag = "invalid-value",
					.message = "Value is not within range "
						   "(0..49)",
					.bad_element = text});
			return false;
		}
	}
	*ret = v;
	return true;
}

void
rpc_get_rollback(struct session *s, const struct tnode *rpc)
{
	const char *format = tnode_text(rpc, "format");
	struct config_tree *t, *old;
	unsigned int n = 0, with = 0;
	enum form form = FORM_TEXT;

	if (!child_number(s, rpc, "rollback", &n) ||
		!child_number(s, rpc, "compare", &with))
		return;
	if (format == NULL)
		format = tnode_attr(rpc, "format");
	if (format != NULL && !read_form(s, format, &form))
		return;
	t = rollback_tree(s, n);
	if (t == NULL)
		return;
	if (tnode_child(rpc, "compare") != NULL) {
		old = rollback_tree(s, with);
		if (old != NULL)
			answer_compare(s, old, t, "rollback-information");
		ctree_free(old);
	} else {
		answer(s, t, form, true, true, "rollback-information");
	}
	ctree_free(t);
}

/* In the elements in which the CLI's output stands: PyEZ looks there. */
static void
answer_rescue_text(struct session *s, const struct config_tree *t)
{
	struct sbuf out = SBUF_INIT;

	print(s, t, FORM_TEXT, true, true, &out);
	rpc_text_begin(s, &(struct rpc_text){.element = "configuration-output",
				  .inside = "rescue-information",
				  .always = true});
	session_print_text(s, sbuf_text(&out));
	sbuf_done(&out);
}

void
rpc_get_rescue(struct session *s, const struct tnode *rpc)
{
	const char *format = tnode_text(rpc, "format");
	struct report r = REPORT_INIT;
	struct config_tree *t = NULL;
	struct commit_info info;
	enum form form = FORM_TEXT;

	if (format == NULL)
		format = tnode_attr(rpc, "format");
	if (format != NULL && !read_form(s, format, &form))
		return;
	if (config_store_rescue(s->env->config, &t, &info, &r) != 0)
		rpc_report(s, NULL, &r);
	else if (form == FORM_TEXT)
		answer_rescue_text(s, t);
	else
		answer(s, t, form, true, true, "rescue-information");
	ctree_free(t);
	report_done(&r);
}
