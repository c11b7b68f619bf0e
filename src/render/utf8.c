/* SPDX-License-Identifier: Apache-2.0 */
#include "render/utf8.h"

#include <stdbool.h>

/* Over-long forms and surrogates are errors (RFC 3629, 3). */
static bool
valid(uint32_t c, unsigned int extra)
{
	static const uint32_t min[] = {0, 0x80, 0x800, 0x10000};

	return c >= min[extra] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

uint32_t
utf8_next(const char **p)
{
	const uint8_t *b = (const uint8_t *)*p;
	unsigned int extra;
	uint32_t c;

	if (b[0] == 0)
		return 0;
	*p += 1;
	if (b[0] < 0x80)
		return b[0];
	if (b[0] >= 0xc0 && b[0] < 0xe0)
		extra = 1;
	else if (b[0] >= 0xe0 && b[0] < 0xf0)
		extra = 2;
	else if (b[0] >= 0xf0 && b[0] < 0xf8)
		extra = 3;
	else
		return UTF8_BAD;
	c = b[0] & (0x3fu >> extra);
	for (unsigned int i = 1; i <= extra; i++) {
		if ((b[i] & 0xc0) != 0x80) /* the final NUL too */
			return UTF8_BAD;
		c = c << 6 | (b[i] & 0x3fu);
	}
	if (!valid(c, extra))
		return UTF8_BAD;
	*p += extra;
	return c;
}
