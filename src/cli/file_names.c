/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/file_names.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sbuf.h"

#define FILES_MAX 200u

struct names {
	char *name[FILES_MAX]; /* with the directory, as it was typed */
	size_t n;
};

static void
add(struct names *all, const char *directory, const char *name)
{
	struct sbuf path = SBUF_INIT;
	struct stat st;

	sbuf_printf(&path, "%s%s", directory, name);
	if (stat(sbuf_text(&path), &st) == 0 && S_ISDIR(st.st_mode))
		sbuf_putc(&path, '/');
	all->name[all->n] = sbuf_take(&path);
	if (all->name[all->n] != NULL)
		all->n++;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The files that begin with typed. */
static void
list(struct names *all, const char *typed)
{
	const char *slash = strrchr(typed, '/');
	const char *start = slash != NULL ? slash + 1 : typed;
	char *directory = strndup(typed, (size_t)(start - typed));
	struct dirent *e;
	DIR *d;

	if (directory == NULL)
		return;
	d = opendir(directory[0] != '\0' ? directory : ".");
	while (d != NULL && all->n < FILES_MAX && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, start, strlen(start)) == 0 &&
			(e->d_name[0] != '.' || start[0] == '.') &&
			strcmp(e->d_name, ".") != 0 &&
			strcmp(e->d_name, "..") != 0 &&
			strpbrk(e->d_name, " \t\"|#") == NULL)
			add(all, directory, e->d_name);
	if (d != NULL)
		closedir(d);
	free(directory);
	qsort(all->name, all->n, sizeof(all->name[0]), by_name);
}

/* A word of the daemon's that could be meant instead. */
static bool
other_word(const struct tree *t)
{
	tnode_foreach (n, t->root) {
		const char *word = tnode_text(n, "word");

		if (strcmp(n->name, "item") == 0 && word != NULL &&
			word[0] != '<' && word[0] != '|')
			return true;
	}
	return false;
}

static void
add_insert(struct tree *t, const struct names *all, const char *typed)
{
	size_t len = strlen(typed), common = strlen(all->name[0]);
	const char *first = all->name[0];

	for (size_t i = 1; i < all->n; i++) {
		size_t n = 0;

		while (n < common && first[n] == all->name[i][n])
			n++;
		common = n;
	}
	if (common == len && (all->n > 1 || first[len - 1] == '/'))
		return;
	/* A directory goes on. */
	tree_leaf(t->root, "insert", "%.*s%s", (int)(common - len), first + len,
		all->n == 1 && first[common - 1] != '/' ? " " : "");
}

void
file_names_add(struct tree *t, const char *key)
{
	const char *typed = tnode_text(t->root, "files");
	bool had_words = other_word(t);
	struct names all = {.n = 0};

	if (tnode_child(t->root, "files") == NULL)
		return;
	if (typed == NULL)
		typed = "";
	list(&all, typed);
	for (size_t i = 0; i < all.n; i++)
		tree_leaf(
			tree_open(t->root, "item"), "word", "%s", all.name[i]);
	if (strcmp(key, "tab") == 0 && all.n > 0 && !had_words &&
		tnode_child(t->root, "insert") == NULL)
		add_insert(t, &all, typed);
	for (size_t i = 0; i < all.n; i++)
		free(all.name[i]);
}
