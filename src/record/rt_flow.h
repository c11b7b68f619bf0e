/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt_flow - a record of flow_log.h as the event that Junos would write: the
 * text of the standard form and the data of the structured form [LG-3] [LG-4].
 */
#ifndef RECORD_RT_FLOW_H
#define RECORD_RT_FLOW_H

#include "flow/flow_log.h"
#include "record/names.h"

struct sbuf;

/* "RT_FLOW_SESSION_CREATE" */
const char *rt_flow_id(const struct flow_log_record *r);

/* "session created 192.0.2.1/1024->..." */
void rt_flow_text(const struct record_names *n, const struct flow_log_record *r,
	struct sbuf *out);

/* "[junos@2636.1.1.1.2.129 source-address=\"192.0.2.1\" ...]" */
void rt_flow_data(const struct record_names *n, const struct flow_log_record *r,
	struct sbuf *out);

/* "idle Timeout": why a session ended (enum close_reason). */
const char *rt_flow_close_reason(uint8_t close);

#endif /* RECORD_RT_FLOW_H */
