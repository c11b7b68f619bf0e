/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/idle.h"

#include <stddef.h>

static const struct {
	unsigned int left; /* seconds */
	const char *text;
} warnings[] = {
	{300, "5 minutes"},
	{60, "1 minute"},
	{10, "10 seconds"},
};

unsigned int
idle_next(unsigned int limit, unsigned int elapsed, const char **ret_text)
{
	*ret_text = NULL;
	for (size_t i = 0; i < sizeof(warnings) / sizeof(warnings[0]); i++) {
		unsigned int left = warnings[i].left;

		if (left < limit && limit - left > elapsed) {
			*ret_text = warnings[i].text;
			return limit - left - elapsed;
		}
	}
	return elapsed < limit ? limit - elapsed : 0;
}
