/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fix is offered only after it was tried [EX-4]: the change is made to a copy
 * of the configuration, all of it is compiled, and the packet and its reply go
 * through that. When a change leads to the next obstacle, what helps there is
 * added to it.
 */
#include "explain/explain_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/sbuf.h"

#define DEPTH_MAX 3u

/* Compiling a large configuration takes its time, and the control thread has
 * other work: then fewer changes are tried. */
#define BUDGET_MS 500u

struct trial {
	const struct explain_env *env;
	const struct config_tree *tree;
	const struct explain_query *q;
	uint64_t until_ms;
};

static void
fixes_free(struct fix *f, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		free(f[i].lines);
}

static bool try_lines(const struct trial *t, const char *lines,
	unsigned int depth, struct sbuf *ret);

/* Something else fails now: the first thing that helps there as well. */
static bool
try_further(const struct trial *t, const struct explain_world *w,
	const struct dry_run *d, const char *lines, unsigned int depth,
	struct sbuf *ret)
{
	struct fix f[FIXES_MAX];
	unsigned int n = fix_proposals(w, t->q, d, f);
	bool works = false;

	for (unsigned int i = 0; i < n && !works; i++) {
		struct sbuf both = SBUF_INIT;

		sbuf_puts(&both, lines);
		sbuf_puts(&both, f[i].lines);
		works = try_lines(t, sbuf_text(&both), depth + 1, ret);
		sbuf_done(&both);
	}
	fixes_free(f, n);
	return works;
}

/* True when it passes with these lines, or more; ret: all of them. */
static bool
try_lines(const struct trial *t, const char *lines, unsigned int depth,
	struct sbuf *ret)
{
	struct dry_run *d = malloc(sizeof(*d));
	struct explain_world w;
	bool works = false;

	if (d == NULL || clock_ms() >= t->until_ms ||
		world_make(t->env, t->tree, lines, &w, NULL, 0) != 0) {
		free(d);
		return false;
	}
	if (dry_run(t->env, &w, t->q, d) == 0) {
		works = dry_run_result(d) == EXPLAIN_PASSES;
		if (works)
			sbuf_puts(ret, lines);
		else if (depth < DEPTH_MAX)
			works = try_further(t, &w, d, lines, depth, ret);
	}
	world_done(&w);
	free(d);
	return works;
}

static void
add_fix(const struct fix *f, char *lines, struct tnode *root)
{
	struct tnode *n = tree_open(root, "explain-fix");
	char *save = NULL;

	tree_leaf(n, "fix-description", "%s", f->what);
	for (char *line = strtok_r(lines, "\n", &save); line != NULL;
		line = strtok_r(NULL, "\n", &save))
		tree_leaf(n, "fix-line", "%s", line);
}

void
fixes_add(const struct explain_env *env, const struct explain_world *w,
	const struct explain_query *q, const struct dry_run *d,
	struct tnode *root)
{
	struct trial t = {env, q->candidate ? env->candidate : env->committed,
		q, clock_ms() + BUDGET_MS};
	struct fix f[FIXES_MAX];
	unsigned int n = fix_proposals(w, q, d, f);

	for (unsigned int i = 0; i < n; i++) {
		struct sbuf lines = SBUF_INIT;
		char *text;

		if (try_lines(&t, f[i].lines, 1, &lines)) {
			text = sbuf_take(&lines);
			if (text != NULL)
				add_fix(&f[i], text, root);
			free(text);
		}
		sbuf_done(&lines);
	}
	if (clock_ms() >= t.until_ms)
		tree_flag(root, "fixes-incomplete");
	fixes_free(f, n);
}
