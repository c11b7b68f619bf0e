/* SPDX-License-Identifier: Apache-2.0 */
#include "netconf/framing.h"

#include <errno.h>
#include <string.h>

#define END_LEN (sizeof(FRAMING_END) - 1)

/* "\n#4294967295\n" */
#define CHUNK_HEAD_MAX  13u
#define CHUNK_DIGITS    10u
#define CHUNK_BYTES_MAX 4294967295u

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

static int
next_marked(struct framing *f, const char **ret, size_t *ret_len)
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

/*
 * The head of a chunk at the front: its length in *ret_head, the bytes that
 * follow in *ret_size, 0 for the end of the message. 1, 0 or -EBADMSG.
 */
static int
chunk_head(const char *p, size_t left, size_t *ret_head, size_t *ret_size)
{
	size_t n = left < CHUNK_HEAD_MAX ? left : CHUNK_HEAD_MAX, i = 2;
	unsigned long long size = 0;

	if ((n > 0 && p[0] != '\n') || (n > 1 && p[1] != '#'))
		return -EBADMSG;
	if (n < 3)
		return 0;
	if (p[2] == '#') {
		if (n > 3 && p[3] != '\n')
			return -EBADMSG;
		*ret_head = 4;
		*ret_size = 0;
		return n > 3;
	}
	for (; i < n && p[i] >= '0' && p[i] <= '9'; i++)
		size = size * 10 + (unsigned int)(p[i] - '0');
	if (i - 2 > CHUNK_DIGITS || (i > 2 && p[2] == '0') ||
		size > CHUNK_BYTES_MAX)
		return -EBADMSG;
	if (i == n)
		return n == CHUNK_HEAD_MAX ? -EBADMSG : 0;
	if (i == 2 || p[i] != '\n')
		return -EBADMSG;
	*ret_head = i + 1;
	*ret_size = (size_t)size;
	return 1;
}

/* A chunk counts when it is there whole; what it announces is bounded. */
static int
next_chunked(struct framing *f, const char **ret, size_t *ret_len)
{
	size_t head, size;
	int rc;

	if (f->scanned > 0) {
		/* The message of the call before. */
		sbuf_reset(&f->message);
		f->scanned = 0;
	}
	/* Some end their hello with a newline of their own. */
	while (f->message.len == 0 && f->buf.len - f->used >= 2 &&
		is_blank(f->buf.data[f->used]) &&
		is_blank(f->buf.data[f->used + 1]))
		f->used++;
	for (;;) {
		const char *p = f->buf.data + f->used;
		size_t left = f->buf.len - f->used;

		rc = chunk_head(p, left, &head, &size);
		if (rc <= 0)
			return rc;
		if (size + f->message.len > FRAMING_MESSAGE_MAX)
			return -EMSGSIZE;
		if (size == 0) {
			if (f->message.len == 0)
				return -EBADMSG;
			f->used += head;
			f->scanned = 1;
			*ret = sbuf_text(&f->message);
			*ret_len = f->message.len;
			return 1;
		}
		if (left - head < size)
			return 0;
		sbuf_add(&f->message, p + head, size);
		if (f->message.failed)
			return -ENOMEM;
		f->used += head + size;
	}
}

int
framing_next(struct framing *f, const char **ret, size_t *ret_len)
{
	return f->chunked ? next_chunked(f, ret, ret_len)
			  : next_marked(f, ret, ret_len);
}

void
framing_use_chunks(struct framing *f)
{
	f->chunked = true;
	f->scanned = 0;
}

bool
framing_is_idle(const struct framing *f)
{
	return f->used == f->buf.len && (f->message.len == 0 || f->scanned > 0);
}

void
framing_put(
	const struct framing *f, const char *text, size_t len, struct sbuf *out)
{
	if (f->chunked)
		sbuf_printf(out, "\n#%zu\n", len);
	sbuf_add(out, text, len);
	sbuf_puts(out, f->chunked ? "\n##\n" : FRAMING_END "\n");
}

void
framing_done(struct framing *f)
{
	sbuf_done(&f->buf);
	sbuf_done(&f->message);
	f->used = f->scanned = 0;
}
