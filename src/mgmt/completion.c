/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/completion.h"

#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"

void
completion_init(struct completion *c, const char *partial)
{
	*c = (struct completion){.partial = partial};
}

void
completion_done(struct completion *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->item[i].word);
		free(c->item[i].help);
	}
	free(c->item);
	*c = (struct completion){0};
}

static bool
known(const struct completion *c, const char *word)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->item[i].word, word) == 0)
			return true;
	return false;
}

static struct completion_item *
add(struct completion *c, char mark, const char *word, const char *help)
{
	struct completion_item *it;

	if (known(c, word))
		return NULL;
	if (c->n == c->size) {
		size_t size = c->size ? c->size * 2 : 32;

		it = realloc(c->item, size * sizeof(*it));
		if (it == NULL) {
			c->failed = true;
			return NULL;
		}
		c->item = it;
		c->size = size;
	}
	it = &c->item[c->n];
	*it = (struct completion_item){.mark = mark};
	it->word = strdup(word);
	it->help = strdup(help ? help : "");
	if (it->word == NULL || it->help == NULL) {
		free(it->word);
		free(it->help);
		c->failed = true;
		return NULL;
	}
	c->n++;
	return it;
}

static bool
fits(const struct completion *c, const char *word)
{
	return strncmp(c->partial, word, strlen(c->partial)) == 0;
}

void
completion_mark(
	struct completion *c, char mark, const char *word, const char *help)
{
	if (fits(c, word))
		add(c, mark, word, help);
}

void
completion_word(struct completion *c, const char *word, const char *help)
{
	completion_mark(c, ' ', word, help);
}

void
completion_name(struct completion *c, const char *word, const char *help)
{
	struct completion_item *it = NULL;

	if (fits(c, word))
		it = add(c, ' ', word, help);
	if (it != NULL)
		it->name = true;
}

void
completion_value(struct completion *c, const char *word, const char *help)
{
	struct completion_item *it = add(c, ' ', word, help);

	if (it != NULL)
		it->value = true;
}

void
completion_file(struct completion *c, const char *word, const char *help)
{
	completion_value(c, word, help);
	c->files = true;
}

void
completion_enter(struct completion *c)
{
	if (c->partial[0] == '\0')
		completion_value(c, "<[Enter]>", "Execute this command");
}

void
completion_pipe(struct completion *c)
{
	if (c->partial[0] == '\0')
		completion_value(c, "|", "Pipe through a command");
}

char *
completion_insert(const struct completion *c, bool space)
{
	size_t typed = strlen(c->partial), common = 0, hits = 0;
	const struct completion_item *hit = NULL;
	struct sbuf out = SBUF_INIT;

	for (size_t i = 0; i < c->n; i++) {
		const struct completion_item *it = &c->item[i];
		size_t n = 0;

		if (it->value)
			continue;
		if (space && it->name)
			return NULL; /* the blank may end a new name */
		if (hit == NULL)
			n = strlen(it->word);
		else
			while (n < common && hit->word[n] == it->word[n])
				n++;
		common = n;
		if (hit == NULL)
			hit = it;
		hits++;
	}
	if (hits == 0 || (space && hits > 1) || (space && typed == 0))
		return NULL;
	if (common > typed)
		sbuf_add(&out, hit->word + typed, common - typed);
	if (hits == 1)
		sbuf_putc(&out, ' ');
	return sbuf_take(&out);
}

static int
item_cmp(const void *va, const void *vb)
{
	const struct completion_item *a = va, *b = vb;
	int pipe = (a->word[0] == '|') - (b->word[0] == '|');

	if (pipe != 0)
		return pipe;
	if (a->value != b->value) /* "<...>" first, as Junos lists them */
		return a->value ? -1 : 1;
	return strcmp(a->word, b->word);
}

struct tree *
completion_tree(struct completion *c, const char *key)
{
	struct tree *t = tree_create();
	char *insert;

	if (t == NULL)
		return NULL;
	tree_root(t, "completion");
	if (c->error[0] != '\0') {
		tree_leaf(t->root, "column", "%u", c->column);
		tree_leaf(t->root, "error", "%s", c->error);
		return t;
	}
	if (c->n > 0)
		qsort(c->item, c->n, sizeof(c->item[0]), item_cmp);
	insert = strcmp(key, "?") == 0
			 ? NULL
			 : completion_insert(c, strcmp(key, "space") == 0);
	if (insert != NULL)
		tree_leaf(t->root, "insert", "%s", insert);
	free(insert);
	if (c->files)
		tree_leaf(t->root, "files", "%s", c->partial);
	for (size_t i = 0; i < c->n; i++) {
		struct tnode *n = tree_open(t->root, "item");

		tree_leaf(n, "word", "%s", c->item[i].word);
		tree_leaf(n, "help", "%s", c->item[i].help);
		tree_leaf(n, "mark", "%c", c->item[i].mark);
	}
	return t;
}
