/* SPDX-License-Identifier: Apache-2.0 */
#include "image/log_spec.h"

#include <stdlib.h>
#include <string.h>

static const char *const severities[] = {"emergency", "alert", "critical",
	"error", "warning", "notice", "info", "debug"};

static const struct {
	const char *name;
	enum log_facility facility;
} facilities[] = {
	{"any", LOG_FAC_ANY},
	{"kernel", LOG_FAC_KERNEL},
	{"user", LOG_FAC_USER},
	{"daemon", LOG_FAC_DAEMON},
	{"authorization", LOG_FAC_AUTHORIZATION},
	{"ftp", LOG_FAC_FTP},
	{"ntp", LOG_FAC_NTP},
	{"dfc", LOG_FAC_DFC},
	{"firewall", LOG_FAC_FIREWALL},
	{"pfe", LOG_FAC_PFE},
	{"conflict-log", LOG_FAC_CONFLICT_LOG},
	{"change-log", LOG_FAC_CHANGE_LOG},
	{"interactive-commands", LOG_FAC_INTERACTIVE_COMMANDS},
	{"local0", (enum log_facility)16},
	{"local1", (enum log_facility)17},
	{"local2", (enum log_facility)18},
	{"local3", (enum log_facility)19},
	{"local4", (enum log_facility)20},
	{"local5", (enum log_facility)21},
	{"local6", (enum log_facility)22},
	{"local7", (enum log_facility)23},
};

#define N_FACILITIES (sizeof(facilities) / sizeof(facilities[0]))

const char *
log_severity_name(enum log_severity s)
{
	if (s == LOG_SEV_NONE)
		return "none";
	return s <= LOG_SEV_DEBUG ? severities[s] : NULL;
}

const char *
log_facility_name(enum log_facility f)
{
	for (size_t i = 0; i < N_FACILITIES; i++)
		if (facilities[i].facility == f)
			return facilities[i].name;
	return NULL;
}

enum log_severity
log_severity_of(const char *name)
{
	for (unsigned int i = 0; i <= LOG_SEV_DEBUG; i++)
		if (strcmp(severities[i], name) == 0)
			return (enum log_severity)i;
	return strcmp(name, "none") == 0 ? LOG_SEV_NONE : LOG_SEV_DEBUG;
}

enum log_facility
log_facility_of(const char *name)
{
	for (size_t i = 0; i < N_FACILITIES; i++)
		if (strcmp(facilities[i].name, name) == 0)
			return facilities[i].facility;
	return LOG_FAC_BAD;
}

void
log_spec_done(struct log_spec *log)
{
	free(log->security.streams);
	free(log->targets);
	free(log->trace.filters);
}
