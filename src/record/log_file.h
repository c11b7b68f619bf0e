/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_file - a file of lines that is rotated: NAME is written, NAME.0 is the
 * one before, and so on [LG-12]. Writes are gathered and go out with
 * log_file_flush().
 *
 * Threads: the control thread.
 */
#ifndef RECORD_LOG_FILE_H
#define RECORD_LOG_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "image/log_spec.h"

struct log_file;

/* Opens on the first line. dir must exist by then. NULL: no memory. */
struct log_file *log_file_create(
	const char *dir, const struct log_file_spec *spec);
void log_file_free(struct log_file *f); /* flushes; NULL is fine */

/* The same file with other limits: keep it open. */
void log_file_change(struct log_file *f, const struct log_file_spec *spec);

/* One line; the newline is added. */
void log_file_put(struct log_file *f, const char *line, size_t len);
void log_file_flush(struct log_file *f);

struct log_file_stats {
	uint64_t lines, lost; /* lost: the file could not be written */
	int error;            /* errno of the last failure; 0: none */
};
struct log_file_stats log_file_stats(const struct log_file *f);
const char *log_file_name(const struct log_file *f);

#endif /* RECORD_LOG_FILE_H */
