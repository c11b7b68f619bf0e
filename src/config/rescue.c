/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rescue configuration: one that works, kept beside the others until it is
 * replaced or deleted [CF-71].
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/candidate_impl.h"
#include "config/store_file.h"

static void
failed(struct report *report, const char *what, int rc)
{
	report_add(report, REPORT_ERROR, 0, NULL, NULL, "%s: %s", what,
		strerror(-rc));
}

static int
rescue_path(const struct config_store *s, char path[STORE_PATH_MAX])
{
	return store_path_of(s->dir, ".rescue", path);
}

int
config_store_rescue_save(struct config_store *s, struct report *report)
{
	char path[STORE_PATH_MAX];
	struct sbuf text = SBUF_INIT;
	int rc = 0;

	config_text(s->committed, &s->history[0].info, &text);
	if (text.failed)
		rc = -ENOMEM;
	if (rc == 0 && s->dir == NULL) {
		free(s->rescue);
		s->rescue = strdup(sbuf_text(&text));
		rc = s->rescue != NULL ? 0 : -ENOMEM;
	} else if (rc == 0) {
		rc = rescue_path(s, path);
		if (rc == 0)
			rc = store_write(path, sbuf_text(&text), text.len);
	}
	if (rc != 0)
		failed(report, "cannot store the rescue configuration", rc);
	sbuf_done(&text);
	return rc;
}

int
config_store_rescue_delete(struct config_store *s, struct report *report)
{
	char path[STORE_PATH_MAX];
	int rc;

	if (s->dir == NULL) {
		rc = s->rescue != NULL ? 0 : -ENOENT;
		free(s->rescue);
		s->rescue = NULL;
	} else {
		rc = rescue_path(s, path);
		if (rc == 0 && unlink(path) != 0)
			rc = -errno;
	}
	if (rc == -ENOENT)
		report_add(report, REPORT_ERROR, 0, NULL, NULL,
			"could not find rescue configuration");
	else if (rc != 0)
		failed(report, "cannot delete the rescue configuration", rc);
	return rc;
}

int
config_store_rescue(struct config_store *s, struct config_tree **ret,
	struct commit_info *info, struct report *report)
{
	char path[STORE_PATH_MAX];
	int rc;

	*info = (struct commit_info){0};
	if (s->dir != NULL) {
		rc = rescue_path(s, path);
		if (rc == 0)
			rc = store_load(path, ret, info, report);
	} else if (s->rescue != NULL) {
		rc = config_load_text(
			s->rescue, strlen(s->rescue), NULL, ret, report);
	} else {
		rc = -ENOENT;
	}
	if (rc == -ENOENT)
		report_add(report, REPORT_ERROR, 0, NULL, NULL,
			"could not find rescue configuration");
	return rc;
}

int
config_store_rollback_rescue(struct config_store *s, struct report *report)
{
	struct config_tree *t = NULL;
	struct commit_info info;
	int rc = config_store_rescue(s, &t, &info, report);

	if (rc == 0)
		store_set_candidate(s, t);
	return rc;
}
