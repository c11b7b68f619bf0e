/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/proto.h"

#include <errno.h>
#include <string.h>

#define HEADER_BYTES 4u

/* Frames are taken from the front; move the rest down when half is waste. */
static void
compact(struct proto_in *in)
{
	struct sbuf *b = &in->buf;

	if (in->used == 0 || in->used < b->len / 2)
		return;
	b->len -= in->used;
	memmove(b->data, b->data + in->used, b->len);
	in->used = 0;
	if (b->len == 0 && b->size > (1u << 20))
		sbuf_done(b); /* one long frame must not stay for ever */
}

int
proto_feed(struct proto_in *in, const void *data, size_t len)
{
	compact(in);
	sbuf_add(&in->buf, data, len);
	return in->buf.failed ? -ENOMEM : 0;
}

int
proto_next(struct proto_in *in, struct tree **ret_tree)
{
	const uint8_t *p = (const uint8_t *)in->buf.data + in->used;
	size_t avail = in->buf.len - in->used;
	struct tree *t;
	uint32_t len;

	if (avail < HEADER_BYTES)
		return 0;
	len = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	      (uint32_t)p[3] << 24;
	if (len > PROTO_FRAME_MAX)
		return -EMSGSIZE;
	if (avail - HEADER_BYTES < len)
		return 0;
	t = tree_decode(p + HEADER_BYTES, len);
	if (t == NULL)
		return -EBADMSG;
	in->used += HEADER_BYTES + len;
	*ret_tree = t;
	return 1;
}

void
proto_in_done(struct proto_in *in)
{
	sbuf_done(&in->buf);
	in->used = 0;
}

int
proto_put(struct sbuf *out, const struct tree *t)
{
	size_t at = out->len, len;

	if (t->failed || t->root == NULL)
		return -ENOMEM;
	sbuf_pad(out, '\0', HEADER_BYTES);
	tree_encode(t, out);
	if (out->failed)
		return -ENOMEM;
	len = out->len - at - HEADER_BYTES;
	if (len > PROTO_FRAME_MAX) {
		out->len = at;
		return -EMSGSIZE;
	}
	for (unsigned int i = 0; i < HEADER_BYTES; i++)
		out->data[at + i] = (char)(len >> (8 * i));
	return 0;
}
