/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alarms - what is wrong with the box now [OB-50]: conditions that are looked
 * at once a second, each an alarm from when it is met until it is no longer.
 * Both ends are events of the system.
 *
 * Threads: the control thread.
 */
#ifndef EXPORT_ALARMS_H
#define EXPORT_ALARMS_H

#include <stdbool.h>
#include <stdint.h>

#include "export/metrics.h"

#define ALARMS_MAX 64u /* at once; more are not told */

struct alarm {
	bool major;
	uint64_t since; /* Unix seconds */
	char text[128];
};

struct alarms;

struct alarms *alarms_create(void); /* NULL: no memory */
void alarms_free(struct alarms *a); /* NULL is fine */

/* Look at all conditions. */
void alarms_watch(
	struct alarms *a, const struct metrics_env *env, uint64_t unix_s);

/* Oldest first. */
unsigned int alarms_count(const struct alarms *a);
const struct alarm *alarms_get(const struct alarms *a, unsigned int i);

#endif /* EXPORT_ALARMS_H */
