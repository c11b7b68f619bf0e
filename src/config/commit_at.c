/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commit at: the candidate is checked now and committed later [CF-72]. Whoever
 * may edit it sees to it that nobody does meanwhile.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config/candidate_impl.h"
#include "config/store_file.h"

int64_t
config_time_parse(const char *text, int64_t now)
{
	static const char *const dates[] = {
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"};
	static const char *const times[] = {"%H:%M:%S", "%H:%M"};
	struct tm tm;
	const char *end;

	if (strcmp(text, "reboot") == 0)
		return CONFIG_AT_REBOOT;
	for (size_t i = 0; i < 2; i++) {
		tm = (struct tm){0};
		end = strptime(text, dates[i], &tm);
		if (end != NULL && *end == '\0')
			return wall_seconds(&tm);
	}
	for (size_t i = 0; i < 2; i++) {
		struct tm day;
		int64_t t;

		tm = (struct tm){0};
		end = strptime(text, times[i], &tm);
		if (end == NULL || *end != '\0')
			continue;
		wall_local(now, &day);
		day.tm_hour = tm.tm_hour;
		day.tm_min = tm.tm_min;
		day.tm_sec = tm.tm_sec;
		t = wall_seconds(&day);
		if (t > now)
			return t;
		day.tm_mday++;
		return wall_seconds(&day);
	}
	return -1;
}

void
config_at_text(int64_t when, char buf[WALL_TEXT_MAX])
{
	if (when == CONFIG_AT_REBOOT)
		snprintf(buf, WALL_TEXT_MAX, "reboot");
	else
		wall_text(when, buf);
}

static int
reboot_path(const struct config_store *s, char path[STORE_PATH_MAX])
{
	return s->dir == NULL ? -ENOENT
			      : store_path_of(s->dir, ".reboot", path);
}

static int
reboot_save(struct config_store *s, const struct commit_info *info,
	struct report *report)
{
	char path[STORE_PATH_MAX];
	struct sbuf text = SBUF_INIT;
	int rc = reboot_path(s, path);

	config_text(config_store_candidate_read(s), info, &text);
	if (rc == 0)
		rc = text.failed
			     ? -ENOMEM
			     : store_write(path, sbuf_text(&text), text.len);
	sbuf_done(&text);
	if (rc != 0)
		report_add(report, REPORT_ERROR, 0, NULL, NULL,
			"cannot keep the configuration for a reboot: %s",
			strerror(-rc));
	return rc;
}

static void
reboot_forget(struct config_store *s)
{
	char path[STORE_PATH_MAX];

	if (reboot_path(s, path) == 0)
		unlink(path);
}

int
store_reboot_take(struct config_store *s, struct config_tree **ret,
	struct commit_info *info, struct report *report)
{
	char path[STORE_PATH_MAX];
	int rc = reboot_path(s, path);

	if (rc == 0)
		rc = store_load(path, ret, info, report);
	if (rc != -ENOENT)
		reboot_forget(s); /* one try */
	return rc;
}

int
config_store_commit_at(struct config_store *s, int64_t when,
	const struct commit_request *request, struct report *report)
{
	struct commit_info info;
	int rc;

	store_make_info(request, &info);
	if (when <= request->now) {
		report_add(report, REPORT_ERROR, 0, NULL, NULL,
			"commit time is in the past");
		return -EINVAL;
	}
	rc = config_store_check(s, report);
	if (rc == 0 && when == CONFIG_AT_REBOOT)
		rc = reboot_save(s, &info, report);
	if (rc == 0) {
		s->at = when;
		s->at_info = info;
	}
	return rc;
}

const struct commit_info *
config_store_at(const struct config_store *s, int64_t *when)
{
	if (s->at == 0)
		return NULL;
	*when = s->at;
	return &s->at_info;
}

bool
config_store_at_clear(struct config_store *s)
{
	bool was = s->at != 0;

	if (s->at == CONFIG_AT_REBOOT)
		reboot_forget(s);
	s->at = 0;
	return was;
}

bool
config_store_at_poll(
	struct config_store *s, int64_t now, struct report *report, int *ret)
{
	struct commit_info info = s->at_info;
	struct commit_request request = {.now = now,
		.user = info.user,
		.client = info.client,
		.comment = info.comment};

	if (s->at == 0 || now < s->at)
		return false;
	*ret = config_store_commit(s, &request, report);
	return true;
}
