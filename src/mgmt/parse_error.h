/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse_error - why a command line was not understood, and where.
 */
#ifndef MGMT_PARSE_ERROR_H
#define MGMT_PARSE_ERROR_H

struct parse_error {
	unsigned int column; /* bytes into the line: where the caret goes */
	char text[1024];     /* one or more lines, no newline at the end */
};

/* Sets column and text; returns -EINVAL. */
int parse_error(struct parse_error *e, unsigned int column, const char *fmt,
	...) __attribute__((format(printf, 3, 4)));

#endif /* MGMT_PARSE_ERROR_H */
