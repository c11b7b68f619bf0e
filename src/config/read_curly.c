/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Curly text into a tree. A statement is words up to `;` or `{`; they walk the
 * schema from the node whose braces they stand in, so that "family inet {"
 * and "family { inet {" mean the same.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/cedit.h"
#include "config/read.h"

enum tags {
	TAG_INACTIVE = 1 << 0,
	TAG_ACTIVE = 1 << 1,
	TAG_REPLACE = 1 << 2,
	TAG_DELETE = 1 << 3,
	TAG_PROTECT = 1 << 4,
	TAG_UNPROTECT = 1 << 5,
};

struct frame {
	struct cnode *node;
	const struct schema_node
		*want;         /* the braces hold entries of this list */
	struct cnode *protect; /* gets the mark at the end */
	unsigned int tags;     /* for each of those entries */
	unsigned int depth;    /* of node in the tree */
	bool group;            /* below groups */
};

struct reader {
	struct config_tree *tree;
	struct report *report;
	bool replace; /* heed `replace:` */
	struct lexer lx;
	struct wordvec words;
	struct cpath path;
	struct frame frames[CONFIG_NESTING_MAX + 1];
	unsigned int top;
	unsigned int skip; /* open braces of a block that is not read */
	struct sbuf comment;
	bool nomem;
};

static void
error(struct reader *r, unsigned int line, unsigned int column,
	const char *message, const char *word)
{
	struct report *p = r->report;

	report_add(p, REPORT_ERROR, line, NULL, word, "%s", message);
	if (p->n > 0)
		p->entries[p->n - 1].column = column;
}

static void
word_error(struct reader *r, size_t i, const char *message)
{
	const struct wordvec *v = &r->words;
	const struct cword *w = i < v->n ? &v->w[i] : NULL;

	if (w == NULL && v->n > 0)
		error(r, v->w[v->n - 1].line, 0, message, v->w[v->n - 1].text);
	else
		error(r, w ? w->line : r->lx.line, w ? w->column : 0, message,
			w ? w->text : NULL);
}

static unsigned int
tag_of(const struct cword *w)
{
	static const struct {
		const char *word;
		unsigned int tag;
	} tags[] = {{"inactive:", TAG_INACTIVE}, {"active:", TAG_ACTIVE},
		{"replace:", TAG_REPLACE}, {"delete:", TAG_DELETE},
		{"protect:", TAG_PROTECT}, {"unprotect:", TAG_UNPROTECT}};

	if (w->quoted)
		return 0;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (strcmp(w->text, tags[i].word) == 0)
			return tags[i].tag;
	return 0;
}

/* Walk the statement's words; the number of tags before them in *first. */
static bool
walk(struct reader *r, bool block, unsigned int *tags, size_t *first)
{
	const struct frame *f = &r->frames[r->top];
	struct cpath *p = &r->path;
	size_t i = 0;
	unsigned int t;

	*tags = 0;
	while (i < r->words.n && (t = tag_of(&r->words.w[i])) != 0) {
		*tags |= t;
		i++;
	}
	*first = i;
	if (i == r->words.n) {
		word_error(r, i, "syntax error");
		return false;
	}
	cpath_start(p, ctree_schema(f->node), f->want, f->depth,
		(block || (*tags & TAG_DELETE) ? CPATH_OPEN : 0) |
			(f->group ? CPATH_GROUP : 0));
	for (; i < r->words.n; i++)
		if (!cpath_feed(p, &r->words.w[i]))
			break;
	if (!p->failed && cpath_end(p))
		return true;
	r->nomem |= p->nomem;
	word_error(r, *first + p->error_word, sbuf_text(&p->error));
	return false;
}

static void
set_flag(struct cnode *n, uint8_t flag, bool on)
{
	n->flags = (uint8_t)(on ? n->flags | flag : n->flags & ~flag);
}

/* `inactive:` before several values of a leaf-list is about all of them. */
static void
set_tags(struct reader *r, struct cnode *n, unsigned int tags)
{
	const struct cpath *p = &r->path;

	if (!(tags & (TAG_INACTIVE | TAG_ACTIVE)))
		return;
	set_flag(n, CNODE_INACTIVE, tags & TAG_INACTIVE);
	if (ctree_schema(n)->kind != SCHEMA_LEAF_LIST &&
		ctree_schema(n)->kind != SCHEMA_LIST)
		return;
	for (size_t i = 1; i < p->n; i++) {
		struct cnode *c;

		if (p->steps[i].parent != p->steps[0].parent ||
			p->steps[i].schema != ctree_schema(n))
			continue;
		c = ctree_find(ctree_parent(n), ctree_schema(n),
			p->steps[i].val[0], p->steps[i].val[1]);
		if (c != NULL)
			set_flag(c, CNODE_INACTIVE, tags & TAG_INACTIVE);
	}
}

static void
set_comment(struct reader *r, struct cnode *n)
{
	if (r->comment.len == 0)
		return;
	if (ctree_set_comment(r->tree, n, sbuf_text(&r->comment)) != 0)
		r->nomem = true;
	sbuf_reset(&r->comment);
}

/* What an entry says, but not that it is there. */
static void
replace_content(struct cnode *n)
{
	if (n == NULL || cedit_is_protected(n))
		return;
	for (struct cnode *c; (c = ctree_first(n)) != NULL;)
		ctree_remove(c);
	set_flag(n, CNODE_INACTIVE, false);
	n->comment = NULL;
}

/*
 * `replace:` is about the statement that it stands before, not what follows it:
 * an entry keeps its place, of a list of values all go. What is protected
 * stays, and refuses its new content later.
 */
static void
replace_first(struct reader *r)
{
	struct cpath *p = &r->path;
	struct cnode *base = r->frames[r->top].node, *parent, **nodes;
	const struct cstep *st;
	struct crun *run;
	size_t i = 0;

	while (i < p->n && (p->steps[i].schema->flags & SCHEMA_INLINE))
		i++;
	nodes = i < p->n ? cedit_resolve(base, p) : NULL;
	r->nomem |= i < p->n && nodes == NULL;
	if (nodes == NULL)
		return;
	st = &p->steps[i];
	parent = st->parent < 0 ? base : nodes[st->parent];
	run = parent != NULL ? ctree_run(parent, st->schema) : NULL;
	if (run == NULL || run->n == 0 || cedit_is_protected(run->first))
		;
	else if (st->schema->kind == SCHEMA_LIST && !st->is_open)
		replace_content(nodes[i]);
	else
		/* Not ctree_prune: the node whose braces are open stays. */
		while (run->first != NULL)
			ctree_remove(run->first);
	free(nodes);
}

static void
delete_statement(struct reader *r)
{
	struct cnode **nodes = cedit_resolve(r->frames[r->top].node, &r->path);
	struct cnode *c, *next;
	bool found = false;

	for (size_t i = 0; nodes != NULL && i < r->path.n; i++) {
		if (r->path.steps[i].has_children)
			continue;
		for (c = nodes[i]; c != NULL; c = next) {
			next = r->path.steps[i].is_open ? c->next : NULL;
			if (cedit_must_stay(c)) {
				word_error(r, r->words.n,
					"statement is protected");
				free(nodes);
				return;
			}
			ctree_remove(c);
			found = true;
		}
	}
	r->nomem |= nodes == NULL;
	free(nodes);
	if (!found)
		report_add(r->report, REPORT_WARNING, r->words.w[0].line, NULL,
			r->words.w[r->words.n - 1].text, "statement not found");
}

static bool
make(struct reader *r, unsigned int tags, struct cedit_made *made)
{
	const struct frame *f = &r->frames[r->top];
	int rc;

	if (f->want != NULL)
		tags |= f->tags;
	if ((tags & TAG_REPLACE) && r->replace)
		replace_first(r);
	rc = cedit_apply(r->tree, f->node, &r->path, r->words.w[0].line, made);
	if (rc == -EPERM)
		word_error(r, r->words.n, "statement is protected");
	r->nomem |= rc == -ENOMEM;
	if (rc != 0)
		return false;
	if (made->statement == f->node)
		return true; /* an open list: its entries get the tags */
	set_comment(r, made->statement);
	set_tags(r, made->statement, tags);
	if (tags & TAG_UNPROTECT)
		set_flag(made->statement, CNODE_PROTECTED, false);
	return true;
}

static void
statement(struct reader *r)
{
	struct cedit_made made = {0};
	unsigned int tags;
	size_t first;

	if (walk(r, false, &tags, &first)) {
		if (tags & TAG_DELETE)
			delete_statement(r);
		else if (make(r, tags, &made) && (tags & TAG_PROTECT))
			set_flag(made.statement, CNODE_PROTECTED, true);
		if (made.last != NULL && made.last != r->frames[r->top].node)
			cedit_prune_empty(made.last);
	}
	sbuf_reset(&r->comment);
}

/* May braces follow the words just walked? */
static bool
block_ok(struct reader *r)
{
	const struct cstep *st = cpath_last(&r->path);

	if (st->is_open && st->schema->kind == SCHEMA_LIST)
		return true;
	return !st->is_open && (size_t)r->path.cur_step == r->path.n - 1 &&
	       schema_has_body(st->schema);
}

static void
push(struct reader *r, unsigned int tags, const struct cedit_made *made)
{
	const struct cstep *st = cpath_last(&r->path);
	struct frame *f = &r->frames[++r->top];

	*f = (struct frame){.node = made->last,
		.depth = st->depth,
		.group = r->path.flags & CPATH_GROUP};
	if (st->is_open) {
		f->want = st->schema;
		f->tags = tags;
		f->depth = st->depth - 1;
	} else if (st->schema->kind == SCHEMA_WORD ||
		   st->schema->kind == SCHEMA_ANY) {
		made->last->flags |= CNODE_BRACED;
	}
	if (tags & TAG_PROTECT)
		f->protect = made->statement;
}

static void
open_block(struct reader *r)
{
	struct cedit_made made = {0};
	unsigned int tags;
	size_t first;

	if (!walk(r, true, &tags, &first)) {
		r->skip = 1;
	} else if (tags & TAG_DELETE) {
		delete_statement(r);
		r->skip = 1;
	} else if (!block_ok(r)) {
		word_error(r, r->words.n, "syntax error, expecting ';'");
		r->skip = 1;
	} else if (r->top == CONFIG_NESTING_MAX) {
		word_error(r, r->words.n, "statement is nested too deeply");
		r->skip = 1;
	} else if (!make(r, tags, &made)) {
		r->skip = 1;
	} else {
		push(r, tags, &made);
		if (made.statement == r->frames[r->top - 1].node)
			return; /* the comment is for the first entry */
	}
	sbuf_reset(&r->comment);
}

/*
 * An empty container goes, with those that were opened only to hold it; the
 * node whose braces are still open stays.
 */
static void
close_block(struct reader *r)
{
	struct frame *f = &r->frames[r->top];
	struct cnode *n = f->node, *outer;

	sbuf_reset(&r->comment);
	if (r->top == 0) {
		error(r, r->lx.line, 0, "syntax error, unexpected '}'", NULL);
		return;
	}
	if (f->protect != NULL)
		set_flag(f->protect, CNODE_PROTECTED, true);
	outer = r->frames[--r->top].node;
	while (n != outer && n->run != NULL && ctree_first(n) == NULL &&
		!schema_may_be_empty(ctree_schema(n))) {
		struct cnode *parent = ctree_parent(n);

		ctree_remove(n);
		n = parent;
	}
}

static void
take_comment(struct reader *r, const char *at)
{
	unsigned int line = r->lx.line;

	while (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')
		at++;
	/* "x; # remark" is about x, not about what follows: let it go. */
	if (*at == '#' && line == r->lx.last_line)
		return;
	if (r->words.n > 0 || r->skip > 0 || r->lx.comment.len == 0)
		return;
	if (r->comment.len > 0)
		sbuf_putc(&r->comment, '\n');
	sbuf_add(&r->comment, r->lx.comment.data, r->lx.comment.len);
}

static void
punctuation(struct reader *r, enum token t)
{
	wordvec_fix(&r->words);
	r->nomem |= r->words.failed;
	if (r->skip > 0) {
		r->skip += t == TOKEN_OPEN;
		r->skip -= t == TOKEN_CLOSE;
	} else if (t == TOKEN_OPEN) {
		open_block(r);
	} else if (t == TOKEN_CLOSE) {
		if (r->words.n > 0)
			word_error(r, r->words.n,
				"syntax error, expecting ';' or '{'");
		close_block(r);
	} else if (r->words.n > 0) {
		statement(r);
	}
	wordvec_reset(&r->words);
}

/* False: the text ends in the middle of a token, which has been said. */
static bool
run(struct reader *r)
{
	while (!r->nomem && r->report->n < READ_ERRORS_MAX) {
		const char *at = r->lx.at;
		enum token t = lexer_next(&r->lx, &r->words);

		switch (t) {
		case TOKEN_WORD:
		case TOKEN_NEWLINE:
			break;
		case TOKEN_COMMENT:
			take_comment(r, at);
			break;
		case TOKEN_EOF:
			return true;
		case TOKEN_ERROR:
			error(r, r->lx.error_line, 0, r->lx.error, NULL);
			wordvec_reset(&r->words);
			if (r->lx.at == r->lx.end)
				return false;
			break;
		default:
			punctuation(r, t);
			break;
		}
	}
	return true;
}

static void
at_end(struct reader *r)
{
	wordvec_fix(&r->words);
	if (r->report->n >= READ_ERRORS_MAX)
		error(r, r->lx.line, 0, "too many errors", NULL);
	else if (r->words.n > 0)
		word_error(r, r->words.n, "syntax error, expecting ';' or '{'");
	else if (r->top > 0 || r->skip > 0)
		error(r, r->lx.line, 0, "syntax error, missing '}'", NULL);
}

int
read_curly(struct config_tree *t, const char *text, size_t len, bool replace,
	struct report *report)
{
	struct reader *r = calloc(1, sizeof(*r));
	int rc = 0;

	if (r == NULL)
		return -ENOMEM;
	r->tree = t;
	r->report = report;
	r->replace = replace;
	r->frames[0].node = &t->root;
	lexer_init(&r->lx, text, len, false);
	if (run(r))
		at_end(r);
	if (r->nomem || r->comment.failed)
		rc = -ENOMEM;
	if (rc == 0 && !report_ok(report))
		rc = -EINVAL;
	lexer_done(&r->lx);
	wordvec_done(&r->words);
	cpath_done(&r->path);
	sbuf_done(&r->comment);
	free(r);
	return rc;
}
