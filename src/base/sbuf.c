/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sbuf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for n more bytes and the NUL. */
static bool
reserve(struct sbuf *b, size_t n)
{
	size_t need, size = b->size ? b->size : 64;
	char *data;

	if (b->failed || n >= SIZE_MAX / 2 - b->len) {
		b->failed = true;
		return false;
	}
	need = b->len + n + 1;
	if (need <= b->size)
		return true;
	while (size < need)
		size *= 2;
	data = realloc(b->data, size);
	if (data == NULL) {
		b->failed = true;
		return false;
	}
	b->data = data;
	b->size = size;
	return true;
}

void
sbuf_add(struct sbuf *b, const void *data, size_t n)
{
	if (n == 0 || !reserve(b, n))
		return;
	memcpy(b->data + b->len, data, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
sbuf_puts(struct sbuf *b, const char *text)
{
	sbuf_add(b, text, strlen(text));
}

void
sbuf_putc(struct sbuf *b, char c)
{
	sbuf_add(b, &c, 1);
}

void
sbuf_pad(struct sbuf *b, char c, size_t n)
{
	if (n == 0 || !reserve(b, n))
		return;
	memset(b->data + b->len, c, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
sbuf_vprintf(struct sbuf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n <= 0 || !reserve(b, (size_t)n))
		return;
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void
sbuf_printf(struct sbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(b, fmt, ap);
	va_end(ap);
}

const char *
sbuf_text(const struct sbuf *b)
{
	return b->len > 0 ? b->data : "";
}

char *
sbuf_take(struct sbuf *b)
{
	char *text = NULL;

	if (reserve(b, 0)) {
		b->data[b->len] = '\0';
		text = b->data;
		b->data = NULL;
	}
	sbuf_done(b);
	return text;
}

void
sbuf_reset(struct sbuf *b)
{
	b->len = 0;
	b->failed = false;
}

void
sbuf_done(struct sbuf *b)
{
	free(b->data);
	*b = SBUF_INIT;
}
