/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A world of its own: a configuration, compiled with the numbers that its names
 * have anyway, with an image and routes that nobody else sees.
 */
#include "explain/explain_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "compile/compile_ids.h"
#include "config/config.h"
#include "config/ctree.h"

void
world_committed(const struct explain_env *env, struct explain_world *ret)
{
	*ret = (struct explain_world){.root = config_root(env->committed),
		.image = env->image,
		.routes = env->routes};
}

void
world_done(struct explain_world *w)
{
	config_free(w->tree);
	image_free(w->own_image);
	route_db_free(w->own_routes);
	*w = (struct explain_world){0};
}

static int
make_routes(const struct explain_env *env, struct explain_world *w,
	const struct image_spec *is, const struct route_spec *rs,
	struct report *report)
{
	bool *up = env->links != NULL ? calloc(IFL_MAX, sizeof(*up)) : NULL;
	int rc;

	w->own_routes = route_db_create();
	if (w->own_routes == NULL || (env->links != NULL && up == NULL)) {
		free(up);
		return -ENOMEM;
	}
	if (up != NULL)
		env->links(env->ctx, is, up);
	rc = route_db_apply(w->own_routes, rs, up, env->now_ms, report);
	free(up);
	return rc;
}

static int
build(const struct explain_env *env, struct explain_world *w,
	struct report *report)
{
	struct compile_ids *ids = compile_ids_copy(env->ids);
	struct image_spec *is = NULL;
	struct route_spec *rs = NULL;
	int rc = ids == NULL ? -ENOMEM : config_check(w->root, report);

	if (rc == 0)
		rc = compile_config(w->root, ids, report, &is, &rs);
	if (rc == 0 && env->prepare != NULL)
		rc = env->prepare(env->ctx, is, rs);
	if (rc == 0)
		rc = image_build(is, true, &w->own_image);
	if (rc == 0)
		rc = make_routes(env, w, is, rs, report);
	if (w->own_image == NULL)
		image_spec_free(is);
	route_spec_free(rs);
	compile_ids_free(ids);
	w->image = w->own_image;
	w->routes = w->own_routes;
	return rc;
}

static void
first_error(const struct report *r, int rc, char *err, size_t err_size)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct report_entry *e = &r->entries[i];

		if (e->severity != REPORT_ERROR)
			continue;
		snprintf(err, err_size, "%s%s%s", e->path ? e->path : "",
			e->path ? ": " : "", e->message);
		return;
	}
	snprintf(err, err_size, "%s", strerror(-rc));
}

int
world_make(const struct explain_env *env, const struct config_tree *tree,
	const char *lines, struct explain_world *ret, char *err,
	size_t err_size)
{
	struct report report = REPORT_INIT;
	struct explain_world w = {.tree = ctree_clone(tree)};
	int rc = w.tree == NULL ? -ENOMEM : 0;

	if (rc == 0 && lines != NULL)
		rc = config_load(&w.tree, lines, strlen(lines), CONFIG_LOAD_SET,
			&report);
	if (rc == 0 && report.errors > 0)
		rc = -EINVAL;
	if (rc == 0) {
		w.root = config_root(w.tree);
		rc = build(env, &w, &report);
	}
	if (rc == 0)
		*ret = w;
	else
		world_done(&w);
	if (rc != 0 && err != NULL)
		first_error(&report, rc, err, err_size);
	report_done(&report);
	return rc;
}
