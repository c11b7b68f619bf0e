/* SPDX-License-Identifier: Apache-2.0 */
#include "config/when.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/wall.h"
#include "config/ctree.h"

#ifndef PRODUCT_MODEL
#define PRODUCT_MODEL "srx-vrflow"
#endif

/* A time: of a certain day, or seconds since the midnight of any. */
struct when_time {
	bool dated;
	int64_t t;
};

/* "yyyy-mm-dd.hh:mm", "hh:mm[:ss]" or "hh" */
static bool
time_read(const char *text, struct when_time *ret)
{
	static const char *const dates[] = {
		"%Y-%m-%d.%H:%M:%S", "%Y-%m-%d.%H:%M", "%Y-%m-%d"};
	static const char *const hours[] = {"%H:%M:%S", "%H:%M", "%H"};

	for (unsigned int i = 0; i < 6; i++) {
		struct tm tm = {0};
		const char *end =
			strptime(text, i < 3 ? dates[i] : hours[i - 3], &tm);

		if (end == NULL || *end != '\0')
			continue;
		ret->dated = i < 3;
		ret->t = ret->dated ? wall_seconds(&tm)
				    : tm.tm_hour * 3600 + tm.tm_min * 60 +
					      tm.tm_sec;
		return true;
	}
	return false;
}

static int64_t
seconds_of_day(int64_t now)
{
	struct tm tm;

	wall_local(now, &tm);
	return tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
}

/* Without an end: to the end of the day, or of all days. */
static bool
within(const struct when_time *from, const struct when_time *to, int64_t now)
{
	int64_t day = seconds_of_day(now);
	int64_t a = from->dated ? now : day;
	int64_t b = to != NULL && to->dated ? now : day;

	if (to == NULL)
		return a >= from->t;
	if (!from->dated && !to->dated && to->t <= from->t)
		return a >= from->t || b < to->t; /* over midnight */
	return a >= from->t && b < to->t;
}

static int
time_holds(const struct cnode *n, int64_t now)
{
	const char *end = cnode_leaf(cnode_child(n, "to"), "end-time");
	struct when_time from, to;

	if (!time_read(cnode_key(n, 0), &from) ||
		(end != NULL && !time_read(end, &to)))
		return -EINVAL;
	return within(&from, end != NULL ? &to : NULL, now);
}

/* One box, no cluster: routing engine 0, member 0, no node. */
static bool
is_us(const struct cnode *when, const char *condition)
{
	static const struct {
		const char *condition, *own;
	} own[] = {{"chassis", PRODUCT_MODEL}, {"member", "member0"},
		{"model", PRODUCT_MODEL}, {"routing-engine", "re0"}};
	const char *value = cnode_leaf(when, condition);

	if (value == NULL)
		return true;
	for (unsigned int i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(own[i].condition, condition) == 0)
			return strcasecmp(own[i].own, value) == 0;
	return false;
}

static bool
is_peer(const struct cnode *root, const struct cnode *when)
{
	const char *host = cnode_leaf(cnode_child(root, "system"), "host-name");

	if (cnode_child(when, "peers") == NULL)
		return true;
	cnode_foreach (p, when, "peers")
		if (host != NULL && strcmp(cnode_value(p), host) == 0)
			return true;
	return false;
}

int
when_holds(const struct cnode *root, const struct cnode *group, int64_t now,
	const struct cnode **ret_bad)
{
	const struct cnode *when = cnode_child(group, "when");
	bool any = false, timed = false;

	if (when == NULL)
		return 1;
	cnode_foreach (t, when, "time") {
		int rc = time_holds(t, now);

		if (rc < 0) {
			*ret_bad = t;
			return rc;
		}
		timed = true;
		any = any || rc > 0;
	}
	return (any || !timed) && is_peer(root, when) &&
	       is_us(when, "chassis") && is_us(when, "member") &&
	       is_us(when, "model") && is_us(when, "node") &&
	       is_us(when, "routing-engine");
}

bool
when_timed(const struct cnode *root)
{
	cnode_foreach (g, root, "groups")
		if (cnode_child(cnode_child(g, "when"), "time") != NULL)
			return true;
	return false;
}

bool
when_differs(const struct cnode *root, int64_t a, int64_t b)
{
	const struct cnode *bad;

	cnode_foreach (g, root, "groups")
		if (cnode_child(g, "when") != NULL &&
			when_holds(root, g, a, &bad) !=
				when_holds(root, g, b, &bad))
			return true;
	return false;
}
