/* SPDX-License-Identifier: Apache-2.0 */
/* utf8 - read text from anywhere without trusting that it is valid UTF-8. */
#ifndef RENDER_UTF8_H
#define RENDER_UTF8_H

#include <stdint.h>

/*
 * The code point at *p, which moves behind it; 0 at the end of the text. Bytes
 * that are not valid UTF-8 give UTF8_BAD, one byte each.
 */
#define UTF8_BAD UINT32_MAX
uint32_t utf8_next(const char **p);

#endif /* RENDER_UTF8_H */
