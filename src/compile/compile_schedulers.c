/* SPDX-License-Identifier: Apache-2.0 */
/* schedulers: when policies are in force [FL-70]. */
#include "compile/compile_impl.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_SECONDS 86400u

static const char *const day_names[8] = {"sunday", "monday", "tuesday",
	"wednesday", "thursday", "friday", "saturday", "daily"};

/* "08:00" or "08:00:30"; UINT32_MAX when it is neither. */
static uint32_t
second_of_day(const char *text)
{
	unsigned int h, m, s = 0;
	int n = 0;

	if (sscanf(text, "%2u:%2u%n", &h, &m, &n) != 2)
		return UINT32_MAX;
	if (text[n] == ':') {
		int k = 0;

		if (sscanf(text + n + 1, "%2u%n", &s, &k) != 1)
			return UINT32_MAX;
		n += 1 + k;
	}
	if (text[n] != '\0' || h > 23 || m > 59 || s > 59)
		return UINT32_MAX;
	return h * 3600 + m * 60 + s;
}

static void
add_window(struct compile *c, const struct cnode *n, struct day_spec *day)
{
	const char *stop = cnode_leaf(n, "stop-time");
	uint32_t from = second_of_day(cnode_key(n, 0));
	uint32_t to = stop != NULL ? second_of_day(stop) : UINT32_MAX;

	if (from == UINT32_MAX || to == UINT32_MAX)
		compile_error(c, n, "times are written hh:mm or hh:mm:ss");
	else if (to <= from)
		compile_error(c, n, "stop-time must be later than start-time");
	else if (day->n == DAY_WINDOWS_MAX)
		compile_error(c, n, "at most %u start-times in a day",
			DAY_WINDOWS_MAX);
	else
		day->windows[day->n++] = (struct day_window){from, to};
}

static void
compile_day(struct compile *c, const struct cnode *n, struct day_spec *day)
{
	day->given = true;
	day->all_day = cnode_has(n, "all-day");
	day->exclude = cnode_has(n, "exclude");
	cnode_foreach (w, n, "start-time")
		add_window(c, w, day);
	if (day->all_day + day->exclude + (day->n > 0) > 1)
		compile_error(
			c, n, "only one of all-day, exclude and start-time");
}

/* "2026-12-31.23:59", or "12-31.23:59" for every year. */
static bool
date_parse(const char *text, int64_t *ret, bool *yearly)
{
	struct tm tm = {0}, back;
	int n = 0;
	time_t t;

	*yearly = false;
	if (sscanf(text, "%4d-%2d-%2d.%2d:%2d%n", &tm.tm_year, &tm.tm_mon,
		    &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &n) != 5 ||
		text[n] != '\0') {
		n = 0;
		tm.tm_year = 2000; /* has a 29th of February */
		*yearly = true;
		if (sscanf(text, "%2d-%2d.%2d:%2d%n", &tm.tm_mon, &tm.tm_mday,
			    &tm.tm_hour, &tm.tm_min, &n) != 4 ||
			text[n] != '\0')
			return false;
	}
	if (tm.tm_year < 1970)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	back = tm;
	t = timegm(&back);
	*ret = (int64_t)t;
	/* the 31st of June would become the 1st of July */
	return back.tm_mon == tm.tm_mon && back.tm_mday == tm.tm_mday &&
	       back.tm_hour == tm.tm_hour && back.tm_min == tm.tm_min;
}

static void
add_dates(struct compile *c, const struct cnode *n, struct scheduler_spec *s)
{
	const char *stop = cnode_leaf(n, "stop-date");
	struct date_window w;
	bool yearly;

	if (stop == NULL || !date_parse(cnode_key(n, 0), &w.from, &w.yearly) ||
		!date_parse(stop, &w.to, &yearly))
		compile_error(c, n,
			"dates are written YYYY-MM-DD.hh:mm or MM-DD.hh:mm");
	else if (yearly != w.yearly)
		compile_error(c, n, "both dates need a year, or none");
	else if (!yearly && w.to <= w.from)
		compile_error(c, n, "stop-date must be later than start-date");
	else if (s->ndates == DATE_WINDOWS_MAX)
		compile_error(c, n, "at most %u start-dates", DATE_WINDOWS_MAX);
	else
		s->dates[s->ndates++] = w;
}

void
compile_schedulers(struct compile *c)
{
	const struct cnode *all = cnode_child(c->root, "schedulers");
	struct image_spec *image = c->image;

	cnode_foreach (n, all, "scheduler") {
		struct scheduler_spec *s =
			VEC_ADD(c, image->schedulers, image->nschedulers);

		if (s == NULL)
			return;
		NAME_COPY(c, n, s->name, cnode_key(n, 0));
		index_put(c, &c->schedulers, s->name, image->nschedulers - 1);
		cnode_foreach (d, n, "start-date")
			add_dates(c, d, s);
		for (unsigned int i = 0; i < 8; i++)
			if (cnode_has(n, day_names[i]))
				compile_day(c, cnode_child(n, day_names[i]),
					&s->days[i]);
	}
}
