/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log - one line per event of a control thread, to standard error (foreground)
 * and, once log_open() named it, to syslog. Packet workers never log.
 *
 * A line reads "module: what happened key=value ...".
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

/* Lines above this level are not written; LOG_LEVEL_INFO at start. */
void log_set_level(enum log_level level);

/* Write to syslog as well (daemon mode). */
void log_open(const char *ident);

void log_write(enum log_level level, const char *module, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * An event with the name that operators know ("UI_COMMIT"): it goes to the
 * hook only. facility and severity are numbers of RFC 5424.
 */
void log_event(int facility, int severity, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Where events and lines go besides (`system syslog`); id NULL: a line. */
typedef void log_hook_fn(
	int facility, int severity, const char *id, const char *text);
void log_set_hook(log_hook_fn *hook);

#define LOG_FACILITY_DAEMON      3
#define LOG_FACILITY_CHANGE_LOG  22
#define LOG_FACILITY_INTERACTIVE 23

#define log_error(module, ...) log_write(LOG_LEVEL_ERROR, module, __VA_ARGS__)
#define log_warn(module, ...)  log_write(LOG_LEVEL_WARNING, module, __VA_ARGS__)
#define log_info(module, ...)  log_write(LOG_LEVEL_INFO, module, __VA_ARGS__)
#define log_debug(module, ...) log_write(LOG_LEVEL_DEBUG, module, __VA_ARGS__)

#endif /* BASE_LOG_H */
