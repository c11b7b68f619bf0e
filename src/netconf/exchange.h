/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange - one request to the daemon, and its answer as the content of an
 * rpc-reply.
 */
#ifndef NETCONF_EXCHANGE_H
#define NETCONF_EXCHANGE_H

#include <stdbool.h>

#include "base/sbuf.h"
#include "base/tree.h"

enum exchange_form { EXCHANGE_XML, EXCHANGE_TEXT, EXCHANGE_JSON };

struct mgmt_client;

struct exchange {
	struct mgmt_client *client;
	/* Called when the daemon keeps us waiting; false: give up. */
	bool (*wait)(void *ctx);
	void *ctx;
	enum exchange_form form; /* of answers that are trees */
	struct sbuf body;        /* what stands in the reply */
	bool error;              /* it has an rpc-error that is no warning */
};

/* "xml", "text", "json" or "set" (for which trees are text); false: neither. */
bool exchange_form(const char *name, enum exchange_form *ret);

/*
 * Send the request and append the answer to x->body. 0, or -errno when the
 * connection can be used no more; -EMSGSIZE when only the request is too long.
 */
int exchange_run(struct exchange *x, const struct tree *request);

/* Append an rpc-error; bad_element may be NULL. */
void exchange_error(struct exchange *x, const char *tag, const char *message,
	const char *bad_element);

#endif /* NETCONF_EXCHANGE_H */
