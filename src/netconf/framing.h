/* SPDX-License-Identifier: Apache-2.0 */
/*
 * framing - messages out of a stream of bytes: NETCONF 1.0 ends each with
 * "]]>]]>" (RFC 4742, 4.3). Some clients pad with blanks and newlines between
 * messages; these are dropped.
 */
#ifndef NETCONF_FRAMING_H
#define NETCONF_FRAMING_H

#include <stddef.h>

#include "base/sbuf.h"

#define FRAMING_END "]]>]]>"
/* A request must fit into a frame of the management socket. */
#define FRAMING_MESSAGE_MAX (64u << 20)

struct framing {
	struct sbuf buf;
	size_t used;    /* bytes at the front that were messages */
	size_t scanned; /* behind them: bytes that hold no end */
};

/* Append received bytes. 0 or -ENOMEM. */
int framing_feed(struct framing *f, const void *data, size_t len);

/*
 * The next message, valid until the next call. 1: there is one; 0: not
 * complete yet; -EMSGSIZE: longer than allowed, the stream cannot be read any
 * further.
 */
int framing_next(struct framing *f, const char **ret, size_t *ret_len);

void framing_done(struct framing *f);

#endif /* NETCONF_FRAMING_H */
