/* SPDX-License-Identifier: Apache-2.0 */
/* line - a message as a line of syslog: RFC 3164, RFC 5424, or of a file. */
#ifndef RECORD_LINE_H
#define RECORD_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "image/log_spec.h"

struct sbuf;

struct log_message {
	uint64_t unix_ms;
	enum log_facility facility;
	enum log_severity severity;
	const char *host;
	const char *process; /* "RT_FLOW" */
	uint32_t pid;        /* 0: none */
	const char *id;      /* "RT_FLOW_SESSION_CREATE"; NULL: none */
	const char *text;    /* of the standard form */
	const char *data;    /* structured; NULL: none */
};

struct line_form {
	enum log_form form;
	bool priority; /* <14> in front: what goes to another host */
	bool explicit_priority;
	bool utc;
	uint8_t facility;   /* LOG_FAC_ANY: the message's own */
	const char *prefix; /* "" or NULL: none */
};

/* Append it, without newline; control characters of the text are blanks. */
void line_put(const struct log_message *m, const struct line_form *f,
	struct sbuf *out);

#endif /* RECORD_LINE_H */
