/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wall.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ZONES "/usr/share/zoneinfo"

static char zone_now[WALL_ZONE_MAX];
static char *machine; /* TZ before the first zone was set */
static bool machine_known;

/*
 * A name of the zone database: no way out of its directory. A machine without
 * one cannot tell names from others, and has UTC for all.
 */
static bool
is_name(const char *zone)
{
	char path[sizeof(ZONES) + WALL_ZONE_MAX + 1];
	struct stat st;

	if (!isalpha((unsigned char)zone[0]) || strstr(zone, "..") != NULL)
		return false;
	if (stat(ZONES, &st) != 0)
		return true;
	snprintf(path, sizeof(path), "%s/%s", ZONES, zone);
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* "GMT+1", "CET-1CEST,M3.5.0,M10.5.0/3": letters, then a difference. */
static bool
is_rule(const char *zone)
{
	size_t letters = 0;
	const char *p;

	while (isalpha((unsigned char)zone[letters]))
		letters++;
	p = zone + letters;
	if (letters < 3)
		return false;
	if (*p == '+' || *p == '-')
		p++;
	if (!isdigit((unsigned char)*p))
		return *p == '\0' &&
		       (strcmp(zone, "UTC") == 0 || strcmp(zone, "GMT") == 0);
	for (; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && strchr("+-:,./", *p) == NULL)
			return false;
	return true;
}

bool
wall_zone_ok(const char *zone)
{
	return strlen(zone) < WALL_ZONE_MAX && (is_rule(zone) || is_name(zone));
}

void
wall_zone_set(const char *zone)
{
	const char *tz = getenv("TZ");

	if (zone == NULL)
		zone = "";
	if (strcmp(zone, zone_now) == 0)
		return;
	if (!machine_known) {
		machine_known = true;
		machine = tz != NULL ? strdup(tz) : NULL;
	}
	snprintf(zone_now, sizeof(zone_now), "%s", zone);
	tz = zone_now[0] != '\0' ? zone_now : machine;
	if (tz != NULL)
		setenv("TZ", tz, 1);
	else
		unsetenv("TZ");
	tzset();
}

const char *
wall_zone(void)
{
	return zone_now;
}

void
wall_local(int64_t t, struct tm *tm)
{
	time_t tt = (time_t)t;

	if ((zone_now[0] != '\0' ? localtime_r(&tt, tm) : gmtime_r(&tt, tm)) ==
		NULL)
		memset(tm, 0, sizeof(*tm));
}

int64_t
wall_seconds(struct tm *tm)
{
	tm->tm_isdst = -1;
	return zone_now[0] != '\0' ? (int64_t)mktime(tm) : (int64_t)timegm(tm);
}

void
wall_text(int64_t t, char buf[WALL_TEXT_MAX])
{
	struct tm tm;

	wall_local(t, &tm);
	if (strftime(buf, WALL_TEXT_MAX,
		    zone_now[0] != '\0' ? "%Y-%m-%d %H:%M:%S %Z"
					: "%Y-%m-%d %H:%M:%S UTC",
		    &tm) == 0)
		snprintf(buf, WALL_TEXT_MAX, "unknown");
}
