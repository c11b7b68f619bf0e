/* SPDX-License-Identifier: Apache-2.0 */
/* check_impl - what the files of check.h share. */
#ifndef CHECK_CHECK_IMPL_H
#define CHECK_CHECK_IMPL_H

#include "check/check.h"
#include "config/words.h"

/* Note one statement; reason may be NULL. The texts are copied. */
void check_add(struct check *c, unsigned int line, enum check_status status,
	const char *statement, const char *reason);

/* Judge words[0..n) from the top; block: what stood before braces. */
void check_words(struct check *c, unsigned int line, const struct cword *words,
	size_t n, bool block);

/* The three forms; 0, -EINVAL with why, -ENOMEM. */
int check_curly(
	struct check *c, const char *text, size_t len, struct sbuf *why);
int check_set(struct check *c, const char *text, size_t len, struct sbuf *why);
int check_xml(struct check *c, const char *text, size_t len, struct sbuf *why);

#endif /* CHECK_CHECK_IMPL_H */
