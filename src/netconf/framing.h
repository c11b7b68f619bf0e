/* SPDX-License-Identifier: Apache-2.0 */
/*
 * framing - messages out of a stream of bytes. NETCONF 1.0 ends each with
 * "]]>]]>" (RFC 4742, 4.3); some clients pad with blanks and newlines between
 * messages, and these are dropped. NETCONF 1.1 sends chunks, each with its size
 * before it (RFC 6242, 4.2) [OP-134].
 */
#ifndef NETCONF_FRAMING_H
#define NETCONF_FRAMING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sbuf.h"

#define FRAMING_END "]]>]]>"
/* A request must fit into a frame of the management socket. */
#define FRAMING_MESSAGE_MAX (64u << 20)

struct framing {
	struct sbuf buf;
	size_t used;    /* bytes at the front that were messages */
	size_t scanned; /* behind them: bytes that hold no end */
	bool chunked;
	struct sbuf message; /* chunks of a message that is not complete */
};

/* Append received bytes. 0 or -ENOMEM. */
int framing_feed(struct framing *f, const void *data, size_t len);

/*
 * The next message, valid until the next call. 1: there is one; 0: not
 * complete yet; -EMSGSIZE: longer than allowed; -EBADMSG: no chunk begins where
 * one must. The stream cannot be read any further after these.
 */
int framing_next(struct framing *f, const char **ret, size_t *ret_len);

/* From the next message on chunks: both hellos offered NETCONF 1.1. */
void framing_use_chunks(struct framing *f);

/* Is there nothing that waits for its end? */
bool framing_is_idle(const struct framing *f);

/* Append a message with its marks. */
void framing_put(const struct framing *f, const char *text, size_t len,
	struct sbuf *out);

void framing_done(struct framing *f);

#endif /* NETCONF_FRAMING_H */
