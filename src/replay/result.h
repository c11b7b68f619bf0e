/* SPDX-License-Identifier: Apache-2.0 */
/* result - what became of a packet, as text, as JSON, and compared. */
#ifndef REPLAY_RESULT_H
#define REPLAY_RESULT_H

#include "replay/engine.h"

struct sbuf;

/* "pass: ge-0/0/1.0 to 192.0.2.1, policy p, session 1 In (new)" */
void result_text(const struct engine_result *r, struct sbuf *out);

/* {"verdict": "pass", ...} */
void result_json(const struct engine_result *r, struct sbuf *out);

/* A JSON string with its quotes. */
void json_string(const char *text, struct sbuf *out);

/*
 * Did the same become of it? Session numbers are not compared, nor the ports
 * that source NAT picks, only whether it did.
 */
bool result_same(const struct engine_result *a, const struct engine_result *b);

/* "pass", "drop", "local", "held" */
const char *result_verdict(const struct engine_result *r);

#endif /* REPLAY_RESULT_H */
