/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wall - the time of day as people here see it: `system time-zone`.
 *
 * Seconds since 1970 become local time and back. Until a zone is set, and when
 * it is taken away, what is shown is UTC and the C library's local time is that
 * of the machine.
 *
 * Threads: the control thread; the others have no use for the time of day.
 */
#ifndef BASE_WALL_H
#define BASE_WALL_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define WALL_ZONE_MAX 64
#define WALL_TEXT_MAX 32

/* Is this a zone: one of the machine's names, UTC, GMT+1, or a POSIX rule? */
bool wall_zone_ok(const char *zone);

/* From now on; NULL or "": none. For localtime_r() of the C library, too. */
void wall_zone_set(const char *zone);

/* The one that is set, "" for none. Valid until the next is set. */
const char *wall_zone(void);

/* Local time; UTC without a zone. */
void wall_local(int64_t t, struct tm *tm);

/* The other way; tm_isdst is found out. */
int64_t wall_seconds(struct tm *tm);

/* "2026-01-01 10:00:00 CET" */
void wall_text(int64_t t, char buf[WALL_TEXT_MAX]);

#endif /* BASE_WALL_H */
