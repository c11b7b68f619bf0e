/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sbuf - a text that grows. Running out of memory sets `failed` and makes
 * further appends do nothing, so a writer checks once, at the end.
 */
#ifndef BASE_SBUF_H
#define BASE_SBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct sbuf {
	char *data; /* NUL-terminated whenever len > 0; NULL when empty */
	size_t len; /* bytes, without the NUL */
	size_t size;
	bool failed;
};

#define SBUF_INIT ((struct sbuf){0})

void sbuf_add(struct sbuf *b, const void *data, size_t n);
void sbuf_puts(struct sbuf *b, const char *text);
void sbuf_putc(struct sbuf *b, char c);
void sbuf_pad(struct sbuf *b, char c, size_t n); /* n times c */
void sbuf_printf(struct sbuf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void sbuf_vprintf(struct sbuf *b, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/* The text, never NULL; valid until the next call on b. */
const char *sbuf_text(const struct sbuf *b);

/*
 * Hand the text to the caller, who frees it; b becomes empty. NULL when an
 * append failed.
 */
char *sbuf_take(struct sbuf *b);

void sbuf_reset(struct sbuf *b); /* empty it, keep the memory */
void sbuf_done(struct sbuf *b);  /* free the memory, b is SBUF_INIT again */

#endif /* BASE_SBUF_H */
