/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/conf_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/cedit.h"
#include "config/complete.h"

static void
fill(struct cword *to, const struct cmdword *from)
{
	bool bracket = !from->quoted && (strcmp(from->text, "[") == 0 ||
						strcmp(from->text, "]") == 0);

	*to = (struct cword){.text = from->text,
		.column = from->column + 1,
		.quoted = from->quoted,
		.punct = bracket ? from->text[0] : '\0'};
}

int
conf_words_init(struct conf_words *cw, const char *prefix,
	const struct cmdline *line, size_t from, size_t to)
{
	int rc;

	*cw = (struct conf_words){.line = line, .from = from};
	rc = cmdline_split(prefix, &cw->prefix_line);
	if (rc < 0)
		return rc;
	cw->n_prefix = cw->prefix_line.n;
	cw->n = cw->n_prefix + (to - from);
	cw->w = calloc(cw->n + 1, sizeof(*cw->w));
	if (cw->w == NULL) {
		cmdline_done(&cw->prefix_line);
		return -ENOMEM;
	}
	for (size_t i = 0; i < cw->n_prefix; i++)
		fill(&cw->w[i], &cw->prefix_line.w[i]);
	for (size_t i = from; i < to; i++)
		fill(&cw->w[cw->n_prefix + i - from], &line->w[i]);
	if (to > 0)
		cw->end = line->w[to - 1].column + line->w[to - 1].len;
	return 0;
}

void
conf_words_done(struct conf_words *cw)
{
	cmdline_done(&cw->prefix_line);
	free(cw->w);
	cw->w = NULL;
}

unsigned int
conf_words_column(const struct conf_words *cw, size_t i)
{
	if (i < cw->n_prefix)
		return 0;
	if (i >= cw->n)
		return cw->end;
	return cw->line->w[cw->from + i - cw->n_prefix].column;
}

static void
add_completions(struct parse_error *error, const struct conf_words *cw,
	size_t word, const struct config_tree *tree)
{
	struct candidates found = {0};
	struct path_error why = {0};
	size_t n;

	if (config_complete(
		    tree, cw->w, word, cw->w[word].text, 0, &found, &why) == 0)
		for (size_t i = 0; i < found.n; i++) {
			n = strlen(error->text);
			snprintf(error->text + n, sizeof(error->text) - n,
				"%s\n%c %-20s %s",
				i == 0 ? "\nPossible completions:" : "",
				found.items[i].mark, found.items[i].word,
				found.items[i].help);
		}
	candidates_done(&found);
	path_error_done(&why);
}

int
conf_path_error(struct parse_error *error, const struct conf_words *cw,
	size_t word, const char *message, const struct config_tree *tree)
{
	bool ambiguous = strstr(message, "is ambiguous") != NULL;
	bool sentence = message[0] == '\0' || ambiguous ||
			strncmp(message, "syntax error", 12) == 0 ||
			strncmp(message, "missing argument", 16) == 0;

	parse_error(error, conf_words_column(cw, word), "%s%s",
		message[0] != '\0' ? message : "syntax error",
		sentence ? "." : "");
	if (ambiguous && word < cw->n)
		add_completions(error, cw, word, tree);
	return -EINVAL;
}

int
conf_path_parse(const struct conf_words *cw, unsigned int flags,
	struct cpath *p, struct parse_error *error)
{
	flags |= CPATH_ABBREV;
	if (cpath_parse(p, schema_root, cw->w, cw->n, flags))
		return 0;
	return conf_path_error(
		error, cw, p->error_word, sbuf_text(&p->error), NULL);
}

static void
step_text(const struct cstep *st, struct sbuf *out)
{
	const struct schema_node *s = st->schema;

	if (s->word != NULL)
		sbuf_puts(out, s->word);
	for (unsigned int i = 0; i < 2 && st->val[i] != NULL; i++) {
		if (s->word != NULL || i > 0)
			sbuf_putc(out, ' ');
		if (i > 0 && s->keys[1].word != NULL)
			sbuf_printf(out, "%s ", s->keys[1].word);
		words_quote(out, st->val[i], false);
	}
}

static void
chain_text(const struct cpath *p, int step, struct sbuf *out)
{
	const struct cstep *st = &p->steps[step];

	if (st->parent >= 0) {
		chain_text(p, st->parent, out);
		sbuf_putc(out, ' ');
	}
	step_text(st, out);
}

void
conf_path_text(const struct cpath *p, struct sbuf *out)
{
	if (p->n > 0)
		chain_text(p, (int)p->n - 1, out);
}

static unsigned int
chain_braces(const struct cpath *p, int step, struct sbuf *out)
{
	unsigned int n = 0;

	if (step < 0)
		return 0;
	n = chain_braces(p, p->steps[step].parent, out);
	step_text(&p->steps[step], out);
	sbuf_puts(out, " { ");
	return n + 1;
}

unsigned int
conf_path_braces(const struct cpath *p, struct sbuf *out)
{
	return chain_braces(p, (int)p->n - 1, out);
}

struct cnode *
conf_path_node(
	const struct config_tree *tree, const struct cpath *p, bool *ret_all)
{
	/* cedit_resolve() only looks. */
	struct cnode *root = (struct cnode *)(uintptr_t)&tree->root;
	struct cnode **nodes, *found;

	*ret_all = false;
	if (p->n == 0)
		return root;
	nodes = cedit_resolve(root, p);
	if (nodes == NULL)
		return NULL;
	found = nodes[p->n - 1];
	*ret_all = p->steps[p->n - 1].is_open;
	free(nodes);
	return found;
}
