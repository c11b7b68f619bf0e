/* SPDX-License-Identifier: Apache-2.0 */
#include "config/utf8.h"

#include <stdbool.h>

uint32_t
config_utf8_next(const char **text)
{
	/* Least value of a sequence with so many bytes more (RFC 3629, 3). */
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)*text;
	unsigned int more;
	uint32_t c = s[0];

	(*text)++;
	if (c < 0x80)
		return c;
	if (c < 0xc2 || c > 0xf4)
		return '?';
	more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	c &= 0x3fu >> more;
	for (unsigned int i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return '?';
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ||
		c == 0xfffe || c == 0xffff)
		return '?';
	*text += more;
	return c;
}
