/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request - operational lines and RPCs: from words to a running command.
 */
#ifndef MGMT_REQUEST_H
#define MGMT_REQUEST_H

#include "mgmt/session.h"

/* Run w[from..to) of s->words as an operational command (also for `run`). */
void request_operational(struct session *s, size_t from, size_t to);

/* Complete an operational line whose words start at index `from`. */
void request_complete(struct session *s, const struct cmdline *w, size_t from,
	struct completion *c);

#endif /* MGMT_REQUEST_H */
