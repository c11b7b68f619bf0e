/* SPDX-License-Identifier: Apache-2.0 */
#include "netconf/framing.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define END_LEN (sizeof(FRAMING_END) - 1)

int
framing_feed(struct framing *f, const void *data, size_t len)
{
	if (f->used > 0) {
		f->buf.len -= f->used;
		memmove(f->buf.data, f->buf.data + f->used, f->buf.len);
		f->used = 0;
	}
	sbuf_add(&f->buf, data, len);
	return f->buf.failed ? -ENOMEM : 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int
framing_next(struct framing *f, const char **ret, size_t *ret_len)
{
	const char *data = f->buf.data, *end;
	size_t left;

	while (f->used < f->buf.len && f->scanned == 0 &&
		is_blank(data[f->used]))
		f->used++;
	left = f->buf.len - f->used;
	if (left < END_LEN)
		return 0;
	end = memmem(data + f->used + f->scanned, left - f->scanned,
		FRAMING_END, END_LEN);
	if (end == NULL) {
		/* The end may have begun. */
		f->scanned = left - (END_LEN - 1);
		return left > FRAMING_MESSAGE_MAX ? -EMSGSIZE : 0;
	}
	*ret = data + f->used;
	*ret_len = (size_t)(end - *ret);
	f->used += *ret_len + END_LEN;
	f->scanned = 0;
	return *ret_len > FRAMING_MESSAGE_MAX ? -EMSGSIZE : 1;
}

void
framing_done(struct framing *f)
{
	sbuf_done(&f->buf);
	f->used = f->scanned = 0;
}
