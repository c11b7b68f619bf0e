/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report - what is to be said about a configuration: every error and warning,
 * in the order found, none printed by the library that found it.
 */
#ifndef BASE_REPORT_H
#define BASE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct sbuf;

enum report_severity { REPORT_ERROR, REPORT_WARNING };

struct report_entry {
	enum report_severity severity;
	unsigned int line;   /* of the source text, 1..; 0: not known */
	unsigned int column; /* 1..; 0: not known */
	char *path;          /* "security zones security-zone LAN"; NULL: top */
	char *statement;     /* "interfaces ge-0/0/7.0"; or NULL */
	char *message;       /* Junos wording, no full stop unless it has one */
};

struct report {
	char *source; /* file name, "terminal" or NULL; owned */
	struct report_entry *entries;
	size_t n, size;
	unsigned int errors, warnings;
	bool failed; /* an entry was lost for lack of memory; counts as error */
};

#define REPORT_INIT ((struct report){0})

/* path and statement may be NULL; all texts are copied. */
void report_add(struct report *r, enum report_severity severity,
	unsigned int line, const char *path, const char *statement,
	const char *fmt, ...) __attribute__((format(printf, 6, 7)));

bool report_ok(const struct report *r); /* no errors (warnings allowed) */

/*
 * All entries as text. With a line: "FILE:LINE: message: statement". Otherwise
 * the layout of a failed Junos commit:
 *   [edit PATH]
 *     'STATEMENT'
 *       message
 */
void report_text(const struct report *r, struct sbuf *out);

void report_done(struct report *r); /* frees the content; REPORT_INIT again */

#endif /* BASE_REPORT_H */
