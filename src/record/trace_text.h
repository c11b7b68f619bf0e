/* SPDX-License-Identifier: Apache-2.0 */
/* trace_text - a packet that traceoptions followed, as lines [LG-31]. */
#ifndef RECORD_TRACE_TEXT_H
#define RECORD_TRACE_TEXT_H

#include "flow/flow_trace.h"
#include "record/names.h"

struct sbuf;

/*
 * Append its lines, each with the time in front and a newline. spec: which
 * flags and level; an empty text when none of the flags wants this packet.
 */
void trace_text(const struct record_names *n, const struct trace_spec *spec,
	const struct flow_trace_record *r, uint64_t unix_ms, struct sbuf *out);

#endif /* RECORD_TRACE_TEXT_H */
