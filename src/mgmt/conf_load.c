/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load, save, rollback. The text of `load` and the file of `save` are on the
 * client's side.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/cedit.h"
#include "config/ctree.h"
#include "config/patch.h"
#include "config/read_tree.h"
#include "mgmt/access_config.h"
#include "mgmt/conf.h"
#include "mgmt/conf_impl.h"
#include "mgmt/conf_store.h"

/* What `show | compare` prints, behind the actions of the engine. */
#define LOAD_PATCH   (CONFIG_LOAD_SET + 1)
#define LOAD_FACTORY (CONFIG_LOAD_SET + 2)

static const struct {
	const char *word;
	int action;
} actions[] = {
	{"factory-default", LOAD_FACTORY},
	{"merge", CONFIG_LOAD_MERGE},
	{"override", CONFIG_LOAD_OVERRIDE},
	{"patch", LOAD_PATCH},
	{"replace", CONFIG_LOAD_REPLACE},
	{"set", CONFIG_LOAD_SET},
	{"update", CONFIG_LOAD_UPDATE},
};
#define N_ACTIONS (sizeof(actions) / sizeof(actions[0]))

static int
read_action(const struct conf_line *l)
{
	if (l->from == l->to) {
		conf_missing(l);
		return -1;
	}
	for (size_t i = 0; i < N_ACTIONS; i++)
		if (conf_word(l, l->from, actions[i].word))
			return actions[i].action;
	conf_syntax(l, l->from);
	return -1;
}

/* load factory-default: what a new box has, which is nothing [OP-149]. */
static void
load_factory(const struct conf_line *l)
{
	struct config_store *store = l->s->env->config;
	struct config_tree *before, *empty;

	if (!conf_no_more(l, l->from + 1))
		return;
	empty = ctree_create();
	if (empty == NULL) {
		session_error(l->s, NO_COLUMN, "error: out of memory");
		return;
	}
	before = access_guard(l->s);
	config_store_swap(store, &empty);
	config_free(empty);
	session_touch(l->s);
	session_print(l->s, "warning: activating factory configuration\n");
	conf_settle(l->s, before);
}

void
conf_load(const struct conf_line *l)
{
	struct session *s = l->s;
	int action = read_action(l);
	size_t at = l->from + 1;
	const char *source;
	bool terminal;

	if (action < 0 || conf_locked(s))
		return;
	if (action == LOAD_FACTORY) {
		load_factory(l);
		return;
	}
	if (at == l->to) {
		conf_missing(l);
		return;
	}
	source = l->w->w[at].text;
	terminal = cmdword_is(&l->w->w[at], "terminal");
	s->load.relative = conf_word(l, at + 1, "relative");
	if (!conf_no_more(l, at + 1 + s->load.relative))
		return;
	if (s->load.relative &&
		(action == CONFIG_LOAD_OVERRIDE || action == LOAD_PATCH)) {
		session_error(s, (int)conf_column(l, at + 1), "syntax error.");
		return;
	}
	free(s->load.source);
	s->load.action = action;
	s->load.source = strdup(source);
	if (s->load.source == NULL) {
		session_error(s, NO_COLUMN, "error: out of memory");
		return;
	}
	s->want = WANT_LOAD;
	session_end_asking(s, terminal ? "terminal" : "file", source, NULL);
}

/* "FILE:LINE:(COL) message: statement", one line each. */
static void
report_load(struct session *s, const struct report *r)
{
	struct sbuf text = SBUF_INIT;

	for (size_t i = 0; i < r->n; i++) {
		const struct report_entry *e = &r->entries[i];

		sbuf_reset(&text);
		if (e->line > 0)
			sbuf_printf(&text, "%s:%u:(%u) ", s->load.source,
				e->line, e->column);
		else
			sbuf_puts(&text, e->severity == REPORT_ERROR
						 ? "error: "
						 : "warning: ");
		sbuf_puts(&text, e->message);
		if (e->statement != NULL && e->statement[0] != '\0')
			sbuf_printf(&text, ": %s", e->statement);
		if (e->severity == REPORT_ERROR)
			session_error(s, NO_COLUMN, "%s", sbuf_text(&text));
		else
			session_warning(s, "%s", sbuf_text(&text));
	}
	sbuf_done(&text);
}

/* The edit path around curly text, on its first line so that lines count. */
static bool
wrap_relative(struct session *s, const char *text, struct sbuf *out)
{
	const struct cmdline none = {0};
	struct conf_words cw;
	struct parse_error e;
	struct cpath p = {0};
	unsigned int braces = 0;
	bool ok = false;

	if (conf_words_init(&cw, sbuf_text(&s->path), &none, 0, 0) < 0)
		return false;
	if (conf_path_parse(&cw, 0, &p, &e) == 0) {
		braces = conf_path_braces(&p, out);
		sbuf_puts(out, text);
		sbuf_putc(out, '\n');
		sbuf_pad(out, '}', braces);
		sbuf_putc(out, '\n');
		ok = !out->failed;
	}
	cpath_done(&p);
	conf_words_done(&cw);
	return ok;
}

/* Lines of set commands below the edit path. */
static void
load_set_relative(struct session *s, const char *text, struct report *r)
{
	struct config_tree *t = conf_candidate(s->env);
	const struct cmdline none = {0};
	struct conf_words prefix, cw;
	unsigned int number = 0;

	if (t == NULL ||
		conf_words_init(&prefix, sbuf_text(&s->path), &none, 0, 0) < 0)
		return;
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		char *line = strndup(text, len);
		struct cmdline words = {0};
		struct cedit e = {.report = r,
			.line = ++number,
			.flags = CPATH_ABBREV,
			.tree = t,
			.prefix = prefix.w,
			.n_prefix = prefix.n_prefix};

		text += len + (text[len] == '\n');
		if (line != NULL && cmdline_split(line, &words) == 0 &&
			words.n > 0 &&
			conf_words_init(&cw, "", &words, 0, words.n) == 0) {
			cedit_command(&e, cw.w, cw.n);
			conf_words_done(&cw);
		}
		cedit_done(&e);
		cmdline_done(&words);
		free(line);
	}
	conf_words_done(&prefix);
}

static void
load_patch(struct session *s, const char *text, struct report *r)
{
	struct config_store *store = s->env->config;
	struct config_tree *t = NULL;

	/* It changes a tree, not the store: take the candidate out. */
	config_store_swap(store, &t);
	if (t == NULL ||
		config_load_patch(&t, text, strlen(text), r) == -ENOMEM)
		report_add(r, REPORT_ERROR, 0, NULL, NULL, "out of memory");
	if (t != NULL)
		config_store_swap(store, &t);
}

static void
load_text(struct session *s, const char *text, struct report *r)
{
	struct sbuf wrapped = SBUF_INIT;
	enum config_load action = (enum config_load)s->load.action;

	if (s->load.action == LOAD_PATCH) {
		load_patch(s, text, r);
		return;
	}
	if (s->load.relative && s->path.len > 0) {
		if (action == CONFIG_LOAD_SET) {
			load_set_relative(s, text, r);
			return;
		}
		if (!wrap_relative(s, text, &wrapped)) {
			sbuf_done(&wrapped);
			report_add(r, REPORT_ERROR, 0, NULL, NULL,
				"out of memory");
			return;
		}
		text = sbuf_text(&wrapped);
	}
	config_store_load(s->env->config, text, strlen(text), action, r);
	sbuf_done(&wrapped);
}

/* XML and JSON come as elements. */
static void
load_elements(struct session *s, const struct tnode *data, struct report *r)
{
	struct config_store *store = s->env->config;
	enum config_load action = (enum config_load)s->load.action;
	struct config_tree *t = NULL;

	if (s->load.action == LOAD_PATCH || action == CONFIG_LOAD_SET) {
		report_add(r, REPORT_ERROR, 0, NULL, NULL,
			"XML and JSON can be merged, replaced, updated or "
			"override, but are no patch and no commands");
		return;
	}
	config_store_swap(store, &t);
	if (t == NULL || config_load_tree(&t, data, action, 0, r) == -ENOMEM)
		report_add(r, REPORT_ERROR, 0, NULL, NULL, "out of memory");
	if (t != NULL)
		config_store_swap(store, &t);
}

void
conf_load_data(struct session *s, const struct tnode *data)
{
	const struct tnode *elements = tnode_child(data, "configuration");
	const char *text = tnode_text(data, "text");
	struct report r = REPORT_INIT;

	if (s->want != WANT_LOAD) {
		session_error(s, NO_COLUMN, "error: no load is waiting");
	} else if (text == NULL && elements == NULL) {
		s->failed = true; /* the client has said why */
	} else if (!conf_locked(s)) {
		bool private = conf_private_begin(s);
		struct config_tree *before = access_guard(s);

		if (elements != NULL)
			load_elements(s, elements, &r);
		else
			load_text(s, text, &r);
		conf_settle(s, before);
		conf_private_end(s, private);
		report_load(s, &r);
		session_touch(s);
		if (r.errors > 0)
			session_print(
				s, "load complete (%u errors)\n", r.errors);
		else
			session_print(s, "load complete\n");
	}
	report_done(&r);
	s->want = WANT_NOTHING;
	free(s->load.source);
	s->load.source = NULL;
	session_end(s);
}

static unsigned int
count_lines(const char *text)
{
	unsigned int n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/* save FILE: what `show` prints at the edit path. */
void
conf_save(const struct conf_line *l)
{
	struct session *s = l->s;
	const struct cmdline none = {0};
	struct sbuf out = SBUF_INIT;
	struct conf_words cw;
	struct parse_error e;
	struct cpath p = {0};
	const struct config_tree *tree;
	struct config_tree *own;
	struct cnode *n;
	struct tree *t;
	bool all;

	if (l->from == l->to) {
		conf_missing(l);
		return;
	}
	if (!conf_no_more(l, l->from + 1) ||
		conf_words_init(&cw, l->prefix, &none, 0, 0) < 0)
		return;
	if (conf_path_parse(&cw, CPATH_OPEN, &p, &e) == 0) {
		tree = conf_candidate_read(s->env);
		if (session_view(s, &tree, &own) != 0)
			out.failed = true;
		n = conf_path_node(tree, &p, &all);
		if (n != NULL)
			config_print_curly(n, 0, &out);
		config_free(own);
	}
	t = tree_create();
	if (t != NULL && !out.failed) {
		tree_leaf(tree_root(t, "file"), "name", "%s",
			l->w->w[l->from].text);
		tree_leaf(t->root, "lines", "%u", count_lines(sbuf_text(&out)));
		tree_leaf(t->root, "text", "%s", sbuf_text(&out));
		session_send(s, t);
	}
	sbuf_done(&out);
	cpath_done(&p);
	conf_words_done(&cw);
}

void
conf_rollback(const struct conf_line *l)
{
	struct session *s = l->s;
	struct report r = REPORT_INIT;
	long n = 0;
	int rc;

	if (conf_word(l, l->from, "rescue")) {
		if (!conf_no_more(l, l->from + 1) || conf_locked(s))
			return;
		rc = config_store_rollback_rescue(s->env->config, &r);
		conf_report(s, &r);
		report_done(&r);
		if (rc == 0) {
			session_touch(s);
			session_print(s, "load complete\n");
		}
		return;
	}
	if (l->from < l->to) {
		n = conf_number(l, l->from, 0, 49);
		if (n < 0 || !conf_no_more(l, l->from + 1))
			return;
	}
	if (conf_locked(s))
		return;
	rc = config_store_rollback(s->env->config, (unsigned int)n, &r);
	if (rc == -ENOENT)
		session_error(s, NO_COLUMN,
			"error: rollback %ld: no such configuration", n);
	else
		conf_report(s, &r);
	if (rc == 0) {
		session_touch(s);
		session_print(s, "load complete\n");
	}
	report_done(&r);
}

/* wildcard delete PATH: the last word is a pattern of names. */
void
conf_wildcard(const struct conf_line *l)
{
	if (conf_word(l, l->from, "range")) {
		if (!conf_locked(l->s))
			conf_wildcard_range(l);
		return;
	}
	if (!conf_word(l, l->from, "delete")) {
		if (l->from == l->to)
			conf_missing(l);
		else
			conf_syntax(l, l->from);
		return;
	}
	if (l->from + 1 >= l->to)
		conf_missing(l);
	else if (!conf_locked(l->s))
		conf_wildcard_delete(l, l->from + 1);
}
