/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commit at: the candidate is checked now and committed later [CF-72]. Whoever
 * may edit it sees to it that nobody does meanwhile.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config/candidate_impl.h"

int64_t
config_time_parse(const char *text, int64_t now)
{
	static const char *const dates[] = {
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"};
	static const char *const times[] = {"%H:%M:%S", "%H:%M"};
	struct tm tm;
	const char *end;

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

int
config_store_commit_at(struct config_store *s, int64_t when,
	const struct commit_request *request, struct report *report)
{
	int rc;

	if (when <= request->now) {
		report_add(report, REPORT_ERROR, 0, NULL, NULL,
			"commit time is in the past");
		return -EINVAL;
	}
	rc = config_store_check(s, report);
	if (rc == 0) {
		s->at = when;
		store_make_info(request, &s->at_info);
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
