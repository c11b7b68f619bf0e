/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A patch is rewritten as text that the other readers know: below each header
 * the lines that go become `delete:` statements and those that come stay as
 * they are (curly form); the place of new and moved entries between the
 * neighbours that are shown becomes lines of `insert` (set form) [CF-52].
 */
#include "config/patch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/ctree.h"
#include "config/read.h"

struct patch {
	struct sbuf curly, inserts;
	struct sbuf unprotects, protects; /* before and after all the rest */
	struct sbuf path;                 /* of the header */
	struct sbuf previous; /* the entry before, when its place is known */
	struct sbuf waiting;  /* first entries: their place comes behind them */
	struct report *report;
	unsigned int line;
	unsigned int depth; /* braces open in a statement that goes or comes */
	char mark;          /* of that statement */
	bool open;          /* a header's brace is */
};

static void
patch_error(struct patch *p, const char *word, size_t len)
{
	char *text = strndup(word, len);

	report_add(p->report, REPORT_ERROR, p->line, NULL, text,
		"syntax error in patch");
	free(text);
}

static void
close_header(struct patch *p)
{
	if (p->open)
		sbuf_puts(&p->curly, "}\n");
	p->open = false;
	p->depth = 0;
	sbuf_reset(&p->previous);
	sbuf_reset(&p->waiting);
}

/* "[edit security zones]" */
static void
header(struct patch *p, const char *at, size_t len)
{
	const char *end = at + len;

	close_header(p);
	while (end > at && (end[-1] == ' ' || end[-1] == ']'))
		end--;
	at += strlen("[edit");
	at += end > at ? strspn(at, " ") : 0;
	sbuf_reset(&p->path);
	if (end <= at)
		return;
	sbuf_add(&p->path, at, (size_t)(end - at));
	sbuf_add(&p->curly, at, (size_t)(end - at));
	sbuf_puts(&p->curly, " {\n");
	p->open = true;
}

/* The statement's words: no tags before them, no ; or brace behind. */
static void
bare_words(const char *at, size_t len, struct sbuf *out)
{
	static const char *const tags[] = {"inactive: ", "protect: "};
	static const char *const ends[] = {" { ... }", " {", ";"};

	sbuf_reset(out);
	for (size_t i = 0; i < 2; i++)
		if (len > strlen(tags[i]) &&
			strncmp(at, tags[i], strlen(tags[i])) == 0) {
			at += strlen(tags[i]);
			len -= strlen(tags[i]);
		}
	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(ends[i]);

		if (len > n && strncmp(at + len - n, ends[i], n) == 0) {
			len -= n;
			break;
		}
	}
	sbuf_add(out, at, len);
}

static void
put_insert(struct patch *p, const char *entry, size_t len, const char *where,
	const struct sbuf *neighbour)
{
	sbuf_puts(&p->inserts, "insert ");
	sbuf_add(&p->inserts, sbuf_text(&p->path), p->path.len);
	sbuf_putc(&p->inserts, ' ');
	sbuf_add(&p->inserts, entry, len);
	sbuf_printf(&p->inserts, " %s ", where);
	sbuf_add(&p->inserts, sbuf_text(neighbour), neighbour->len);
	sbuf_putc(&p->inserts, '\n');
}

/* What came before the first entry that stayed, in its order. */
static void
put_waiting(struct patch *p, const struct sbuf *neighbour)
{
	const char *at = sbuf_text(&p->waiting);

	while (*at != '\0') {
		size_t len = strcspn(at, "\n");

		put_insert(p, at, len, "before", neighbour);
		at += len + 1;
	}
	sbuf_reset(&p->waiting);
}

/* A statement begins: where does it stand among its neighbours? */
static void
place(struct patch *p, char mark, const char *at, size_t len)
{
	struct sbuf words = SBUF_INIT;

	bare_words(at, len, &words);
	if (mark == ' ') {
		put_waiting(p, &words);
	} else if (p->previous.len > 0) {
		put_insert(
			p, sbuf_text(&words), words.len, "after", &p->previous);
	} else {
		/* Nothing is known yet; perhaps what follows is shown. */
		sbuf_add(&p->waiting, sbuf_text(&words), words.len);
		sbuf_putc(&p->waiting, '\n');
		sbuf_done(&words);
		return;
	}
	sbuf_reset(&p->previous);
	sbuf_add(&p->previous, sbuf_text(&words), words.len);
	sbuf_done(&words);
}

static bool
ends_with(const char *at, size_t len, char c)
{
	return len > 0 && at[len - 1] == c;
}

/* Count the braces of one line of the statement that goes or comes. */
static void
count_braces(struct patch *p, const char *at, size_t len)
{
	if (at[0] == '}' && p->depth > 0)
		p->depth--;
	if (ends_with(at, len, '{'))
		p->depth++;
}

/* "! inactive: x { ... }": a tag that comes or goes [CF-79]. */
static bool
tag(struct patch *p, const char *at, size_t len)
{
	static const struct {
		const char *tag, *verb;
	} tags[] = {{"inactive: ", "deactivate"}, {"active: ", "activate"},
		{"protect: ", "protect"}, {"unprotect: ", "unprotect"}};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		size_t n = strlen(tags[i].tag);
		struct sbuf words = SBUF_INIT;

		if (len <= n || strncmp(at, tags[i].tag, n) != 0)
			continue;
		bare_words(at + n, len - n, &words);
		sbuf_printf(i == 2   ? &p->protects
			    : i == 3 ? &p->unprotects
				     : &p->inserts,
			"%s %s %s\n", tags[i].verb, sbuf_text(&p->path),
			sbuf_text(&words));
		sbuf_done(&words);
		return true;
	}
	return false;
}

static void
statement(struct patch *p, char mark, const char *at, size_t len)
{
	bool first = p->depth == 0;
	struct sbuf words = SBUF_INIT;

	if (!first && mark != p->mark) {
		patch_error(p, at, len);
		return;
	}
	p->mark = mark;
	if (mark == '+') {
		if (first && strncmp(at, "/*", 2) != 0)
			place(p, mark, at, len);
		sbuf_add(&p->curly, at, len);
		sbuf_putc(&p->curly, '\n');
		count_braces(p, at, len);
	} else if (mark == '-') {
		if (strncmp(at, "/*", 2) == 0)
			return;
		if (first) {
			bare_words(at, len, &words);
			sbuf_printf(
				&p->curly, "delete: %s;\n", sbuf_text(&words));
			sbuf_done(&words);
		}
		count_braces(p, at, len);
	} else if (mark != '!' || !tag(p, at, len)) {
		place(p, mark, at, len);
	}
}

static void
one_line(struct patch *p, const char *at, size_t len)
{
	char mark;

	while (len > 0 && strchr(" \t\r", at[len - 1]) != NULL)
		len--;
	if (len == 0)
		return;
	if (strncmp(at, "[edit", 5) == 0) {
		header(p, at, len);
		return;
	}
	mark = at[0];
	if (strchr("+-! ", mark) == NULL) {
		patch_error(p, at, len);
		return;
	}
	at++;
	len--;
	while (len > 0 && (*at == ' ' || *at == '\t')) {
		at++;
		len--;
	}
	if (len > 0)
		statement(p, mark, at, len);
}

static int
load_lines(struct patch *p, struct config_tree **t, const struct sbuf *lines)
{
	return lines->len == 0 ? 0
			       : config_load(t, lines->data, lines->len,
					 CONFIG_LOAD_SET, p->report);
}

static int
apply(struct patch *p, struct config_tree **tree)
{
	struct config_tree *t = ctree_clone(*tree);
	unsigned int before = p->report->errors;
	int rc = t != NULL ? 0 : -ENOMEM;

	if (rc == 0)
		rc = load_lines(p, &t, &p->unprotects);
	if (rc == 0 && p->curly.len > 0)
		rc = config_load(&t, p->curly.data, p->curly.len,
			CONFIG_LOAD_MERGE, p->report);
	if (rc == 0)
		rc = load_lines(p, &t, &p->inserts);
	if (rc == 0)
		rc = load_lines(p, &t, &p->protects);
	if (rc == 0 && p->report->errors > before)
		rc = -EINVAL;
	if (rc == 0) {
		ctree_free(*tree);
		*tree = t;
	} else {
		ctree_free(t);
	}
	return rc;
}

int
config_load_patch(struct config_tree **tree, const char *text, size_t len,
	struct report *report)
{
	struct patch p = {.report = report};
	const char *at = text, *end = text + len, *next;
	unsigned int before = report->errors;
	int rc = -EINVAL;

	for (; at < end; at = next) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));

		next = nl != NULL ? nl + 1 : end;
		p.line++;
		one_line(&p, at, (size_t)((nl ? nl : end) - at));
	}
	close_header(&p);
	if (p.curly.failed || p.inserts.failed || p.path.failed ||
		p.protects.failed || p.unprotects.failed)
		rc = -ENOMEM;
	else if (report->errors == before)
		rc = apply(&p, tree);
	sbuf_done(&p.curly);
	sbuf_done(&p.inserts);
	sbuf_done(&p.unprotects);
	sbuf_done(&p.protects);
	sbuf_done(&p.path);
	sbuf_done(&p.previous);
	sbuf_done(&p.waiting);
	return rc;
}
