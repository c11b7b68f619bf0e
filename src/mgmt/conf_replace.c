/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verbs that change many statements at once: `replace pattern` and
 * `wildcard range set` [CF-75].
 */
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "config/cedit.h"
#include "config/cvalue.h"
#include "mgmt/conf.h"
#include "mgmt/conf_impl.h"
#include "mgmt/conf_store.h"

/* ---- replace pattern OLD with NEW [upto N] ---- */

struct replace {
	struct session *s;
	struct config_tree *t;
	regex_t re;
	const char *with;
	long left; /* how many may still be replaced; -1: all */
	bool failed;
};

/* NEW for one match: \1 to \9 are parts of it, & and \0 all of it. */
static void
put_new(const char *with, const char *text, const regmatch_t *m,
	struct sbuf *out)
{
	for (; *with != '\0'; with++) {
		unsigned int part = 0;

		if (*with == '\\' && with[1] >= '0' && with[1] <= '9') {
			part = (unsigned int)(*++with - '0');
		} else if (*with != '&') {
			if (*with == '\\' && with[1] != '\0')
				with++;
			sbuf_putc(out, *with);
			continue;
		}
		if (m[part].rm_so >= 0)
			sbuf_add(out, text + m[part].rm_so,
				(size_t)(m[part].rm_eo - m[part].rm_so));
	}
}

/* text with every match replaced; false: there is none. */
static bool
substitute(struct replace *r, const char *text, struct sbuf *out)
{
	regmatch_t m[10];
	int flags = 0;
	bool any = false;

	while (r->left != 0 && regexec(&r->re, text, 10, m, flags) == 0) {
		if (m[0].rm_eo == m[0].rm_so)
			break; /* an empty match is none */
		sbuf_add(out, text, (size_t)m[0].rm_so);
		put_new(r->with, text, m, out);
		text += m[0].rm_eo;
		flags = REG_NOTBOL;
		any = true;
		if (r->left > 0)
			r->left--;
	}
	sbuf_puts(out, text);
	return any;
}

static void
say(struct replace *r, const struct cnode *n, const char *message)
{
	char *path = cnode_path(n);

	session_error(
		r->s, NO_COLUMN, "error: %s: %s", path ? path : "", message);
	free(path);
	r->failed = true;
}

static void
put_value(struct replace *r, struct cnode *n, unsigned int i, const char *text)
{
	const struct schema_node *sc = ctree_schema(n);
	const struct schema_type *type =
		sc->n_keys > 0 ? sc->keys[i].type : sc->type;
	char buf[CVALUE_BUF];
	struct sbuf why = SBUF_INIT;
	const char *v[2] = {n->val[0], n->val[1]};
	int rc = 0;

	v[i] = type != NULL ? cvalue_check(type, text, buf, &why) : text;
	if (cedit_is_protected(n))
		say(r, n, "statement is protected");
	else if (v[i] == NULL)
		say(r, n, why.len > 0 ? sbuf_text(&why) : "invalid value");
	else if (sc->kind == SCHEMA_LEAF)
		rc = ctree_add(r->t, ctree_parent(n), sc, v[0], NULL) != NULL
			     ? 0
			     : -ENOMEM;
	else
		rc = ctree_rename(r->t, n, v[0], v[1]);
	if (rc == -EEXIST)
		say(r, n, "target already exists");
	else if (rc != 0)
		say(r, n, "out of memory");
	sbuf_done(&why);
}

static void
replace_in(struct replace *r, struct cnode *n)
{
	struct cnode *next;

	for (unsigned int i = 0; i < 2 && !r->failed; i++) {
		struct sbuf text = SBUF_INIT;

		if (n->val[i] != NULL && substitute(r, n->val[i], &text) &&
			strcmp(n->val[i], sbuf_text(&text)) != 0)
			put_value(r, n, i, sbuf_text(&text));
		sbuf_done(&text);
	}
	for (struct cnode *c = ctree_first(n); c != NULL && !r->failed;
		c = next) {
		next = ctree_next(c);
		replace_in(r, c);
	}
}

/* A copy is changed, so that a mistake in the middle changes nothing. */
static void
replace_all(const struct conf_line *l, struct replace *r)
{
	const struct cmdline none = {0};
	struct config_tree *t = NULL;
	struct parse_error e;
	struct conf_words cw;
	struct cpath p = {0};
	struct cnode *n = NULL;
	bool all = false;

	r->t = ctree_clone(conf_candidate_read(r->s->env));
	if (r->t == NULL || conf_words_init(&cw, l->prefix, &none, 0, 0) < 0) {
		session_error(r->s, NO_COLUMN, "error: out of memory");
		ctree_free(r->t);
		return;
	}
	if (conf_path_parse(&cw, CPATH_OPEN, &p, &e) == 0)
		n = p.n > 0 ? conf_path_node(r->t, &p, &all) : &r->t->root;
	for (struct cnode *c = n ? ctree_first(n) : NULL, *next;
		c != NULL && !r->failed; c = next) {
		next = ctree_next(c);
		replace_in(r, c);
	}
	t = r->t;
	if (!r->failed) {
		config_store_swap(r->s->env->config, &t);
		session_touch(r->s);
	}
	ctree_free(t);
	cpath_done(&p);
	conf_words_done(&cw);
}

void
conf_replace(const struct conf_line *l)
{
	struct replace r = {.s = l->s, .left = -1};
	size_t at = l->from;

	if (!conf_word(l, at, "pattern")) {
		if (at == l->to)
			conf_missing(l);
		else
			conf_syntax(l, at);
		return;
	}
	if (l->to < at + 4) {
		conf_missing(l);
		return;
	}
	if (!conf_word(l, at + 2, "with")) {
		conf_syntax(l, at + 2);
		return;
	}
	if (l->to > at + 4) {
		if (!conf_word(l, at + 4, "upto")) {
			conf_syntax(l, at + 4);
			return;
		}
		r.left = conf_number(l, at + 5, 1, 1000000);
		if (r.left < 0 || !conf_no_more(l, at + 6))
			return;
	}
	if (conf_locked(l->s))
		return;
	if (regcomp(&r.re, l->w->w[at + 1].text, REG_EXTENDED) != 0) {
		session_error(l->s, (int)conf_column(l, at + 1),
			"invalid regular expression");
		return;
	}
	r.with = l->w->w[at + 3].text;
	replace_all(l, &r);
	regfree(&r.re);
}

/* ---- wildcard range set PATH ---- */

#define RANGE_MAX 10000u

struct range {
	const struct conf_line *l;
	struct conf_words cw, prefix;
	struct config_tree *t;
	unsigned int made;
	bool failed;
};

static void
set_one(struct range *r)
{
	struct report report = REPORT_INIT;
	struct cedit e = {.report = &report,
		.flags = CPATH_ABBREV,
		.tree = r->t,
		.prefix = r->prefix.w,
		.n_prefix = r->prefix.n_prefix};

	if (++r->made > RANGE_MAX)
		report_add(&report, REPORT_ERROR, 0, NULL, NULL,
			"the range is too large");
	else
		cedit_command(&e, r->cw.w, r->cw.n);
	r->failed = report.errors > 0;
	conf_report(r->l->s, &report);
	cedit_done(&e);
	report_done(&report);
}

static void range_words(struct range *r, size_t i);

/* Word i with [FROM-TO,...] at `open` replaced by the number v. */
static void
range_value(struct range *r, size_t i, const char *word, size_t open,
	size_t end, unsigned long v)
{
	const char *before = r->cw.w[i].text;
	struct sbuf text = SBUF_INIT;

	sbuf_add(&text, word, open);
	sbuf_printf(&text, "%lu%s", v, word + end + 1);
	r->cw.w[i].text = sbuf_text(&text);
	if (text.failed)
		r->failed = true;
	else
		range_words(r, i); /* there may be more in the word */
	r->cw.w[i].text = before;
	sbuf_done(&text);
}

/* "0-2,5": each number; false if it does not say that. */
static bool
range_list(struct range *r, size_t i, const char *word, size_t open, size_t end)
{
	const char *p = word + open + 1;

	while (p < word + end && !r->failed) {
		char *rest;
		unsigned long from = strtoul(p, &rest, 10), to = from;

		if (*p < '0' || *p > '9')
			return false;
		if (*rest == '-') {
			p = rest + 1;
			if (*p < '0' || *p > '9')
				return false;
			to = strtoul(p, &rest, 10);
		}
		if (to < from || to - from >= RANGE_MAX)
			return false;
		for (unsigned long v = from; v <= to && !r->failed; v++)
			range_value(r, i, word, open, end, v);
		p = rest;
		if (*p == ',')
			p++;
		else if (p != word + end)
			return false;
	}
	return true;
}

static void
range_words(struct range *r, size_t i)
{
	for (; i < r->cw.n && !r->failed; i++) {
		const char *word = r->cw.w[i].text;
		const char *open = strchr(word, '[');
		const char *end = open != NULL ? strchr(open, ']') : NULL;

		if (r->cw.w[i].punct || end == NULL)
			continue;
		if (!range_list(r, i, word, (size_t)(open - word),
			    (size_t)(end - word)) &&
			!r->failed) {
			session_error(r->l->s, NO_COLUMN,
				"error: invalid range: '%s'", word);
			r->failed = true;
		}
		return;
	}
	if (!r->failed)
		set_one(r);
}

/*
 * The command line takes a "]" for a word of its own: put it back. The words
 * that change then have texts that are kept, each with its NUL, in *texts.
 */
static bool
join_brackets(struct conf_words *cw, struct sbuf *texts)
{
	size_t n = 0, at[CMDLINE_WORDS_MAX / 16], joined = 0;

	for (size_t i = 0; i < cw->n; i++, n++) {
		cw->w[n] = cw->w[i];
		if (cw->w[i].punct || strchr(cw->w[i].text, '[') == NULL ||
			strchr(cw->w[i].text, ']') != NULL || i + 1 == cw->n ||
			cw->w[i + 1].punct != ']')
			continue;
		if (joined == sizeof(at) / sizeof(at[0]))
			return false;
		cw->w[n].offset = texts->len;
		sbuf_printf(texts, "%s]", cw->w[i].text);
		sbuf_putc(texts, '\0');
		at[joined++] = n;
		i++;
	}
	cw->n = n;
	for (size_t i = 0; i < joined && !texts->failed; i++)
		cw->w[at[i]].text = texts->data + cw->w[at[i]].offset;
	return !texts->failed;
}

void
conf_wildcard_range(const struct conf_line *l)
{
	struct session *s = l->s;
	struct range r = {.l = l};
	struct sbuf texts = SBUF_INIT;

	if (!conf_word(l, l->from + 1, "set") || l->from + 2 >= l->to) {
		if (l->from + 1 >= l->to || conf_word(l, l->from + 1, "set"))
			conf_missing(l);
		else
			conf_syntax(l, l->from + 1);
		return;
	}
	r.t = ctree_clone(conf_candidate_read(s->env));
	if (r.t == NULL ||
		conf_words_init(&r.prefix, l->prefix, l->w, 0, 0) < 0) {
		ctree_free(r.t);
		session_error(s, NO_COLUMN, "error: out of memory");
		return;
	}
	if (conf_words_init(&r.cw, "", l->w, l->from + 1, l->to) == 0) {
		if (join_brackets(&r.cw, &texts))
			range_words(&r, 1);
		else
			session_error(s, NO_COLUMN, "error: out of memory");
		if (!r.failed && !texts.failed) {
			config_store_swap(s->env->config, &r.t);
			session_touch(s);
		}
		conf_words_done(&r.cw);
	}
	sbuf_done(&texts);
	ctree_free(r.t);
	conf_words_done(&r.prefix);
}
