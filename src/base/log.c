/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <syslog.h>

static enum log_level max_level = LOG_LEVEL_INFO;
static bool to_syslog;
static log_hook_fn *log_hook;

void
log_set_hook(log_hook_fn *hook)
{
	log_hook = hook;
}

void
log_event(int facility, int severity, const char *id, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	if (log_hook == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	log_hook(facility, severity, id, line);
}

void
log_set_level(enum log_level level)
{
	max_level = level;
}

void
log_open(const char *ident)
{
	openlog(ident, LOG_PID, LOG_DAEMON);
	to_syslog = true;
}

void
log_write(enum log_level level, const char *module, const char *fmt, ...)
{
	static const int priority[] = {
		LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};
	char line[1024];
	va_list ap;

	if (level > max_level)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (to_syslog)
		syslog(priority[level], "%s: %s", module, line);
	fprintf(stderr, "%s: %s\n", module, line);
	if (log_hook != NULL)
		log_event(LOG_FACILITY_DAEMON, priority[level], NULL, "%s: %s",
			module, line);
}
